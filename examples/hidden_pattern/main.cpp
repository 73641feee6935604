// kosnn_hidden_pattern: a neuron that hears 2000 noisy spike trains finds the one pattern that
// comes again and again in half of them, and then fires where it begins.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <kosnn/io/png.hpp>
#include <kosnn/kosnn.hpp>
#include <string>
#include <vector>

#include "hidden_pattern/network.hpp"
#include "hidden_pattern/stimulus.hpp"
#include "support/app.hpp"
#include "support/plot.hpp"
#include "support/progress.hpp"
#include "support/simulation.hpp"

namespace {

using Device = Kokkos::DefaultExecutionSpace;
using namespace hidden_pattern;

struct Options {
  StimulusSettings stimulus;
  int rounds = 3, trials = 1;
  std::string png;
};

/// How well a neuron tells the pattern by its spikes.
struct Detection {
  double hit_rate = 0;         ///< share of presentations with a spike
  double false_alarms_hz = 0;  ///< spikes in between
  double latency_ms = 0;       ///< of the first spike of a presentation, in the mean
  bool success() const { return hit_rate >= 0.95 && false_alarms_hz == 0; }
};

/// What the pattern makes a neuron do lies in [start - early, start + late) ms: its own spikes may
/// be early by three deviations, and a neuron may answer up to 10 ms after the end.
struct Window {
  double early, late = Stimulus::pattern_ms + 10;
};
Window window_of(StimulusSettings const& stimulus) { return {3 * stimulus.jitter_ms}; }

/// `spikes` and `starts` in ms, ascending; of `ms`.
Detection detect(std::vector<double> const& spikes, std::vector<double> const& starts,
                 Window const& window, double ms) {
  Detection out;
  std::size_t hits = 0, within = 0, next = 0;
  for (double const start : starts) {
    while (next < spikes.size() && spikes[next] < start - window.early) ++next;
    if (next < spikes.size() && spikes[next] < start + window.late) {
      ++hits;
      out.latency_ms += spikes[next] - start;
    }
    for (; next < spikes.size() && spikes[next] < start + window.late; ++next) ++within;
  }
  if (hits > 0) out.latency_ms /= static_cast<double>(hits);
  out.hit_rate = static_cast<double>(hits) / static_cast<double>(starts.size());
  out.false_alarms_hz = static_cast<double>(spikes.size() - within) / (ms / 1000);
  return out;
}

/// What a trial came to.
struct Trial {
  Detection last;  ///< in the last third
  std::vector<double> latencies;
  std::size_t strong = 0, strong_involved = 0;  ///< weights above a half, and those of the pattern
  kosnn_support::Report report;
};

/// Latency of each spike after the begin of the pattern that it belongs to, or -10.
std::vector<double> latencies_of(std::vector<double> const& spikes,
                                 std::vector<double> const& starts, Window const& window,
                                 double round_ms) {
  std::vector<double> all;
  for (double const at : spikes) {
    double const in_round = std::fmod(at, round_ms);
    auto const after = std::upper_bound(starts.begin(), starts.end(), in_round + window.early);
    double const late = after == starts.begin() ? 1e9 : in_round - *(after - 1);
    all.push_back(late < window.late ? late : -10);
  }
  return all;
}

Trial run(Options const& options, std::uint64_t seed) {
  double const start = kosnn_support::seconds();
  Stimulus const stimulus = make_stimulus(options.stimulus, seed);
  auto net = make<Device>(options.stimulus.afferents, options.stimulus.dt, seed);
  auto& recorded = net.record(Cell{}, kosnn::Spikes{});
  double const built = kosnn_support::seconds();
  double const round_ms = 1000.0 * options.stimulus.seconds, all = round_ms * options.rounds;
  for (int round = 0; round < options.rounds; ++round) {
    std::vector<double> times = stimulus.times;
    for (double& at : times) at += round * round_ms;
    net.get(Afferents{}).set_spikes(stimulus.neurons, times);
    net.run(round_ms);
  }
  double const ran = kosnn_support::seconds();
  std::vector<double> const spikes = recorded.times();
  Trial trial;
  Window const window = window_of(options.stimulus);
  trial.latencies = latencies_of(spikes, stimulus.pattern_starts, window, round_ms);
  std::vector<double> late, starts;  // the last third of the last round, or of three
  double const from = all - all / 3, in_round = round_ms - all / 3;
  for (double const at : spikes)
    if (at >= from) late.push_back(at - (all - round_ms));
  for (double const at : stimulus.pattern_starts)
    if (at >= in_round) starts.push_back(at);
  trial.last = detect(late, starts, window, all / 3);
  auto const weights = net.projection(Afferents{}, Cell{}).weights();
  for (std::size_t n = 0; n < weights.size(); ++n)
    if (weights[n] > 0.5F) {
      ++trial.strong;
      trial.strong_involved += stimulus.in_pattern[n] != 0 ? 1 : 0;
    }
  trial.report = kosnn_support::report_of<Device>(net, all);
  trial.report.build_s = built - start;
  trial.report.run_s = ran - built;
  trial.report.rate_hz = {{"Cell", kosnn_support::rate_hz(net.get(Cell{}), all)}};
  return trial;
}

void draw(std::string const& path, Trial const& trial) {
  using namespace kosnn_support;
  Panel panel("ms from the pattern's begin to a spike (-10: another), by number of the spike");
  std::vector<double> number(trial.latencies.size());
  for (std::size_t k = 0; k < number.size(); ++k) number[k] = static_cast<double>(k);
  panel.raster(number, trial.latencies);
  kosnn::write_png(path, plot({panel}));
}

void work(kosnn_support::App const& app, Options const& options) {
  kosnn::require<kosnn_support::UsageError>(options.stimulus.involved <= options.stimulus.afferents,
                                            "--involved: ", options.stimulus.involved, " of ",
                                            options.stimulus.afferents, " afferents");
  kosnn::KokkosScope const kokkos(app.threads);
  kosnn_support::Progress progress("trials", static_cast<std::size_t>(options.trials));
  kosnn_support::Report report;
  int learned = 0;
  std::printf("seed  hits     false alarms  latency   strong weights (of the pattern)\n");
  for (int k = 0; k < options.trials; ++k) {
    std::uint64_t const seed = app.seed + static_cast<std::uint64_t>(k);
    Trial const trial = run(options, seed);
    learned += trial.last.success() ? 1 : 0;
    std::printf("%4llu  %6.2f %%  %7.3f Hz  %5.1f ms   %zu (%zu)\n",
                static_cast<unsigned long long>(seed), 100 * trial.last.hit_rate,
                trial.last.false_alarms_hz, trial.last.latency_ms, trial.strong,
                trial.strong_involved);
    report.add(trial.report);
    report.result["trials"].push_back({{"seed", seed},
                                       {"hit_rate", trial.last.hit_rate},
                                       {"false_alarms_hz", trial.last.false_alarms_hz},
                                       {"latency_ms", trial.last.latency_ms},
                                       {"strong", trial.strong},
                                       {"strong_involved", trial.strong_involved}});
    if (k == 0 && !options.png.empty()) draw(options.png, trial);
    progress.advance(1);
  }
  std::printf(
      "%d of %d neurons found the pattern: in the last third at least 95 %% of the "
      "presentations, and nothing else\n",
      learned, options.trials);
  report.result["learned"] = learned;
  if (!app.json.empty()) report.write(app.json);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  kosnn_support::App app(
      "kosnn_hidden_pattern",
      "STDP finds the start of a spike pattern that repeats in noise "
      "(Masquelier, Guyonneau & Thorpe 2008, doi 10.1371/journal.pone.0001377).");
  app.whole("--afferents", options.stimulus.afferents, 1, 1 << 20, "spike trains");
  app.whole("--involved", options.stimulus.involved, 1, 1 << 20,
            "of which so many take part in the pattern");
  app.whole("--time", options.stimulus.seconds, 3, 100000, "length of the spike trains, s");
  app.whole("--rounds", options.rounds, 1, 1000, "how often they are played");
  app.whole("--trials", options.trials, 1, 10000, "repetitions with seeds that follow --seed");
  app.number("--jitter", options.stimulus.jitter_ms, 0, 100, "of the pattern's spikes, ms");
  app.number("--noise", options.stimulus.noise_hz, 0, 1000, "further spikes of all afferents, Hz");
  app.number("--frequency", options.stimulus.frequency, 0.01, 0.5,
             "share of time that the pattern takes");
  app.output("--png", options.png, "picture of when the neuron fires, of the first trial");
  return app.run(argc, argv, [&] { work(app, options); });
}

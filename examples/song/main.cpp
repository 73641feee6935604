// kosnn_song: one neuron whose excitatory synapses compete by STDP, so that their weights split
// into weak and strong ones, its rate hardly depends on that of its inputs, and correlated inputs
// win.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <kosnn/io/png.hpp>
#include <kosnn/kosnn.hpp>
#include <random>
#include <string>
#include <vector>

#include "support/app.hpp"
#include "support/plot.hpp"
#include "support/progress.hpp"
#include "support/simulation.hpp"

namespace {

using Device = Kokkos::DefaultExecutionSpace;
using namespace kosnn;

struct Exc {};
struct Inh {};
struct Cell {};

constexpr int excitatory = 1000, inhibitory = 200;
constexpr double leak = 10;                                           // nS
constexpr double strongest = 0.015 * leak, inhibition = 0.05 * leak;  // nS

struct Options {
  double rate_hz = 20, seconds = 300, counted = 50;
  bool correlated = false, uniform = false;
  std::string png;

  void check() const {
    using kosnn_support::UsageError;
    require<UsageError>(counted <= seconds, "--counted: at most the whole time of ", seconds,
                        " s, got ", counted);
  }
};

/// As published: a leaky neuron of 20 ms, conductances of 5 ms, 1000 excitatory inputs whose
/// weights all begin at their bound and change by .005 and .00525 of it, 200 inhibitory ones of 10
/// Hz.
auto make(std::uint64_t seed, bool uniform) {
  auto const neuron = IafCondExp<>{}
                          .c_m(20 * leak)
                          .g_l(leak)
                          .e_l(-70)
                          .v_th(-54)
                          .v_reset(-60)
                          .t_ref(0)
                          .e_ex(0)
                          .e_in(-70)
                          .tau_syn_ex(5)
                          .tau_syn_in(5);
  auto const rule = PairStdp<>{}
                        .a_plus(0.005 * strongest)
                        .a_minus(1.05 * 0.005 * strongest)
                        .tau_plus(20)
                        .tau_minus(20)
                        .clamp(0, strongest);
  auto net = make_network<Device>(
      Config{}.dt(0.1).seed(seed), population(Exc{}, PoissonSource{}, Shape{excitatory}),
      population(Inh{}, PoissonSource{}, Shape{inhibitory}), population(Cell{}, neuron, Shape{1}),
      project(Exc{}, Cell{}, Dense{},
              uniform ? weights::uniform(0, strongest) : weights::constant(strongest), rule)
          .excitatory(),
      project(Inh{}, Cell{}, Dense{}, weights::constant(-inhibition)));
  net.get(Inh{}).set_rates(std::vector<double>(inhibitory, 10));
  return net;
}

/// Rates of the inputs, of which the first half have something in common: rate (1 + .3 sqrt(2) x)
/// or, correlated, rate (1 + .3 x + .3 y), with normal numbers x of each input and y of all, drawn
/// anew after intervals of 20 ms in the mean.
class Rates {
 public:
  Rates(Options const& options, std::uint64_t seed)
      : options_(options), random_(seed), rates_(excitatory, options.rate_hz) {}

  /// Sets rates; returns for how many ms.
  template <class Net>
  double set(Net& net) {
    if (!options_.correlated) {
      net.get(Exc{}).set_rates(rates_);
      return 1000;
    }
    std::normal_distribution<double> normal;
    std::exponential_distribution<double> interval(1.0 / 20);
    double const common = normal(random_);
    for (int n = 0; n < excitatory; ++n) {
      double const own = normal(random_);
      double const change = n < excitatory / 2 ? own + common : std::sqrt(2) * own;
      rates_[static_cast<std::size_t>(n)] = options_.rate_hz * std::max(0.0, 1 + 0.3 * change);
    }
    net.get(Exc{}).set_rates(rates_);
    return std::max(0.1, std::round(10 * interval(random_)) / 10);
  }

 private:
  Options const& options_;
  std::mt19937_64 random_;
  std::vector<double> rates_;
};

/// Weights as parts of their bound.
struct Split {
  double mean = 0, weak = 0, strong = 0, first_half = 0, second_half = 0;
  std::vector<double> histogram = std::vector<double>(20);

  explicit Split(std::vector<float> const& weights) {
    double const each = 1.0 / excitatory;
    for (std::size_t k = 0; k < weights.size(); ++k) {
      double const part = static_cast<double>(weights[k]) / strongest;
      mean += each * part;
      if (part < 0.1) weak += each;
      if (part > 0.9) strong += each;
      (k < excitatory / 2 ? first_half : second_half) += 2 * each * part;
      histogram[static_cast<std::size_t>(std::clamp(20 * part, 0.0, 19.0))] += each;
    }
  }
};

void draw(std::string const& path, Split const& split, std::vector<double> const& rates) {
  using namespace kosnn_support;
  std::vector<double> at, seconds;
  for (std::size_t k = 0; k < split.histogram.size(); ++k)
    at.push_back((static_cast<double>(k) + 0.5) / static_cast<double>(split.histogram.size()));
  for (std::size_t k = 0; k < rates.size(); ++k) seconds.push_back(static_cast<double>(k) + 0.5);
  Panel weights("share of the weights, by weight over its bound");
  weights.line(at, split.histogram);
  Panel course("rate of the neuron in Hz, by time in s");
  course.line(seconds, rates);
  kosnn::write_png(path, plot({weights, course}));
}

void work(kosnn_support::App const& app, Options const& options) {
  options.check();
  KokkosScope const kokkos(app.threads);
  double const start = kosnn_support::seconds();
  auto net = make(app.seed, options.uniform);
  double const built = kosnn_support::seconds(), all = 1000 * options.seconds;
  auto const& late = net.record(Cell{}, SpikeStatistics{}.from(all - 1000 * options.counted));
  Rates rates(options, app.seed);
  kosnn_support::Progress progress("learn", static_cast<std::size_t>(options.seconds), "s");
  std::vector<double> course;
  double left = 0;  // ms for which rates hold
  for (int second = 0; second < options.seconds; ++second) {
    std::uint64_t const before = net.get(Cell{}).spikes();
    for (double rest = 1000; rest > 0;) {
      if (left <= 0) left = rates.set(net);
      double const part = std::round(10 * std::min(left, rest)) / 10;
      net.run(part);
      left = std::round(10 * (left - part)) / 10;
      rest = std::round(10 * (rest - part)) / 10;
    }
    course.push_back(static_cast<double>(net.get(Cell{}).spikes() - before));
    progress.advance(1);
  }
  double const ran = kosnn_support::seconds();
  Split const split(net.projection(Exc{}, Cell{}).weights());
  std::printf("rate  %.2f Hz, CV of interspike intervals  %.2f, in the last %g s\n", late.rate_hz(),
              late.cv().value_or(0), options.counted);
  std::printf("weights over their bound: mean %.3f, %.0f %% below .1, %.0f %% above .9\n",
              split.mean, 100 * split.weak, 100 * split.strong);
  std::printf("mean of the first half %.3f%s, of the second %.3f\n", split.first_half,
              options.correlated ? " (correlated)" : "", split.second_half);
  std::printf("%.3g s for %g s\n", ran - built, options.seconds);

  auto report = kosnn_support::report_of<Device>(net, all);
  report.build_s = built - start;
  report.run_s = ran - built;
  report.rate_hz = {{"Cell", kosnn_support::rate_hz(net.get(Cell{}), all)}};
  report.result = {
      {"input_hz", options.rate_hz},      {"correlated", options.correlated},
      {"late_hz", late.rate_hz()},        {"cv", late.cv().value_or(0)},
      {"mean_weight", split.mean},        {"share_weak", split.weak},
      {"share_strong", split.strong},     {"first_half", split.first_half},
      {"second_half", split.second_half}, {"advantage", split.first_half - split.second_half}};
  if (!app.json.empty()) report.write(app.json);
  if (!options.png.empty()) draw(options.png, split, course);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  kosnn_support::App app("kosnn_song",
                         "Synapses of one neuron that compete by STDP (Song, Miller & Abbott 2000, "
                         "doi 10.1038/78829).");
  app.number("--rate", options.rate_hz, 0.1, 1000, "of the excitatory inputs, Hz");
  app.number("--time", options.seconds, 1, 1e6, "simulated time, s");
  app.number("--counted", options.counted, 1, 1e6,
             "of it, at the end, in which spikes are counted");
  app.flag("--correlated", options.correlated,
           "rates vary, and those of the first half of the excitatory inputs partly together");
  app.flag("--uniform", options.uniform,
           "excitatory weights begin between 0 and their bound, not all at it");
  app.output("--png", options.png, "picture of weights and rate");
  return app.run(argc, argv, [&] { work(app, options); });
}

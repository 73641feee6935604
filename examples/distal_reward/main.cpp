// kosnn_distal_reward: a network that is rewarded a second or more after one synapse's neurons have
// fired one after the other. Its synapses remember what they did until dopamine comes, so that this
// one outgrows the others.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <kosnn/io/png.hpp>
#include <kosnn/kosnn.hpp>
#include <numeric>
#include <random>
#include <string>
#include <utility>
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
struct Reward {};

struct Options {
  int neurons = 1000, seconds = 3600;
  std::string png;

  void check() const {
    using kosnn_support::UsageError;
    require<UsageError>(neurons % 5 == 0, "--neurons: a multiple of 5, got ", neurons);
  }
};

/// Izhikevich's neuron with a current of its own, uniform from -6.5 to 6.5 in each ms.
class Thalamic : public Izhikevich<> {
 public:
  Thalamic() = default;
  explicit Thalamic(Izhikevich const& cell) : Izhikevich(cell) {}
  KOKKOS_FUNCTION bool step(State& s, float input, Site const& site) const {
    return Izhikevich::step(s, input + 13 * (float(site.uniform()) - 0.5f));
  }
};

/// Reward-modulated STDP in which a spike that makes its target fire within the same ms is the
/// earlier of the two.
struct CausalStdp : Mstdpet<> {
  static constexpr bool sees_previous_post_trace = true;
  CausalStdp() = default;
  explicit CausalStdp(Mstdpet const& rule) : Mstdpet(rule) {}
};

constexpr long long synapses = 100;  // from each neuron
constexpr double strongest = 4, window = 20;

/// As published: four of five neurons are excitatory, delays are 1 ms, weights begin at 1, and
/// dopamine of which .5 comes with each reward decays within 200 ms, eligibilities within a second.
auto make(int neurons, std::uint64_t seed) {
  int const exc = neurons / 5 * 4, inh = neurons / 5;
  auto const pairing = nearest(factor(0.95, 0.1));
  CausalStdp const rule(Mstdpet<>{}
                            .rate(0.1)
                            .a_plus(1)
                            .a_minus(1.5)
                            .pre_trace(pairing)
                            .post_trace(pairing)
                            .eligibility(exact(1000))
                            .clamp(0, strongest));
  auto const dopamine = Neuromodulator{}.tau(200).per_spike(0.5).baseline(-0.002);
  auto const delay = delays::constant(1);
  return make_network<Device>(
      Config{}.dt(1).seed(seed), population(Reward{}, SpikeArraySource{}, Shape{1}),
      population(Exc{}, Thalamic(Izhikevich<>::regular_spiking()), Shape{exc}),
      population(Inh{}, Thalamic(Izhikevich<>::fast_spiking()), Shape{inh}),
      project(Exc{}, Exc{}, sparse::out_degree(synapses / 5 * 4), weights::constant(1), delay, rule)
          .rewarded_by(Reward{}, dopamine),
      project(Exc{}, Inh{}, sparse::out_degree(synapses / 5), weights::constant(1), delay, rule)
          .rewarded_by(Reward{}, dopamine),
      project(Inh{}, Exc{}, sparse::out_degree(synapses), weights::constant(-1), delay));
}

/// Rewards 1 to 3 s after the target of the chosen synapse has fired within 20 ms of its source.
class Rewards {
 public:
  explicit Rewards(std::uint64_t seed) : random_(seed) {}

  /// Takes spikes of the two neurons, in their order.
  void see(std::vector<std::pair<double, bool>> const& spikes) {
    for (auto const& [ms, is_target] : spikes) {
      if (!is_target)
        source_ms_ = ms;
      else if (ms > source_ms_ && ms - source_ms_ < window)
        due_.push_back(ms + 1000 + std::uniform_int_distribution<int>(1, 2000)(random_));
    }
    std::sort(due_.begin(), due_.end());
    due_.erase(std::unique(due_.begin(), due_.end()), due_.end());
  }
  /// Lets the source fire with those that are due from `ms` on; returns how many are before.
  template <class Source>
  std::size_t give(Source& source, double ms) {
    auto const next = std::lower_bound(due_.begin(), due_.end(), ms);
    given_ += static_cast<std::size_t>(next - due_.begin());
    due_.erase(due_.begin(), next);
    source.set_spikes(std::vector<int>(due_.size()), due_);
    return given_;
  }

 private:
  std::mt19937_64 random_;
  double source_ms_ = -1e9;
  std::vector<double> due_;
  std::size_t given_ = 0;
};

/// The synapse that is to be rewarded, the first of neuron 0.
struct Chosen {
  std::size_t position = 0;
  int source = 0, target = 0;
};

template <class Synapses>
Chosen choose(Synapses& all) {
  Chosen const chosen{0, all.sources()[0], all.targets()[0]};
  auto weights = all.weights();
  weights[chosen.position] = 0;
  all.set_weights(weights);
  return chosen;
}

/// What part of the values is greater than that at `position`.
template <class T>
double share_above(std::vector<T> const& values, std::size_t position) {
  auto const above = std::count_if(values.begin(), values.end(),
                                   [&](T const& value) { return value > values[position]; });
  return static_cast<double>(above) / static_cast<double>(values.size());
}

/// Weights in the course of time, and their sums from `late` on, s.
struct Course {
  double late;
  std::vector<double> seconds{}, chosen{}, mean{}, sums{};

  void add(double second, std::vector<float> const& weights, std::size_t position) {
    seconds.push_back(second);
    chosen.push_back(static_cast<double>(weights[position]));
    mean.push_back(std::accumulate(weights.begin(), weights.end(), 0.0) /
                   static_cast<double>(weights.size()));
    sums.resize(weights.size());
    if (second > late)
      for (std::size_t k = 0; k < weights.size(); ++k) sums[k] += static_cast<double>(weights[k]);
  }
};

void draw(std::string const& path, Course const& course) {
  using namespace kosnn_support;
  Panel panel("weight that is rewarded (orange) and mean of all, by time in s");
  panel.y_range(0, strongest)
      .line(course.seconds, course.mean)
      .line(course.seconds, course.chosen, colours::orange);
  kosnn::write_png(path, plot({panel}));
}

void work(kosnn_support::App const& app, Options const& options) {
  options.check();
  KokkosScope const kokkos(app.threads);
  double const start = kosnn_support::seconds();
  auto net = make(options.neurons, app.seed);
  auto& synapses_of_exc = net.projection(Exc{}, Exc{});
  Chosen const chosen = choose(synapses_of_exc);
  auto& spikes = net.record(Exc{}, Spikes{});
  double const built = kosnn_support::seconds();
  Rewards rewards(app.seed);
  Course course{2.0 / 3 * options.seconds};
  std::size_t given = 0;
  kosnn_support::Progress progress("learn", static_cast<std::size_t>(options.seconds), "s");
  for (int second = 0; second < options.seconds; ++second) {
    given = rewards.give(net.get(Reward{}), 1000.0 * second);
    spikes.clear();
    net.run(1000);
    std::vector<std::pair<double, bool>> of_the_two;
    auto const times = spikes.times();
    for (std::size_t k = 0; k < times.size(); ++k) {
      int const n = static_cast<int>(spikes.neurons()[k]);
      if (n == chosen.source || n == chosen.target)
        of_the_two.emplace_back(times[k], n == chosen.target);
    }
    rewards.see(of_the_two);
    if ((second + 1) % 10 == 0 || second + 1 == options.seconds)
      course.add(second + 1, synapses_of_exc.weights(), chosen.position);
    progress.advance(1);
  }
  double const ran = kosnn_support::seconds(), all = 1000.0 * options.seconds;
  std::printf("%zu rewards in %d s\n", given, options.seconds);
  std::printf("the rewarded synapse: %.3f of %g at most, mean of all %.3f\n", course.chosen.back(),
              strongest, course.mean.back());
  double const stronger = share_above(synapses_of_exc.weights(), chosen.position);
  double const stronger_late = share_above(course.sums, chosen.position);
  std::printf("%.3f %% of %zu synapses are stronger at the end, %.3f %% in the last third\n",
              100 * stronger, synapses_of_exc.synapses(), 100 * stronger_late);
  std::printf("%.3g s for %d s\n", ran - built, options.seconds);

  auto report = kosnn_support::report_of<Device>(net, all);
  report.build_s = built - start;
  report.run_s = ran - built;
  report.rate_hz = {{"Exc", kosnn_support::rate_hz(net.get(Exc{}), all)},
                    {"Inh", kosnn_support::rate_hz(net.get(Inh{}), all)}};
  report.result = {{"rewards", given},
                   {"weight", course.chosen.back()},
                   {"mean_weight", course.mean.back()},
                   {"share_above", stronger},
                   {"share_above_late", stronger_late}};
  if (!app.json.empty()) report.write(app.json);
  if (!options.png.empty()) draw(options.png, course);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  kosnn_support::App app("kosnn_distal_reward",
                         "Rewards that come late reach the synapse that earned them (Izhikevich "
                         "2007, doi 10.1093/cercor/bhl152).");
  app.whole("--neurons", options.neurons, 200, 1000000, "of which four fifths are excitatory");
  app.whole("--time", options.seconds, 1, 1000000, "simulated time, s");
  app.output("--png", options.png, "picture of the weights");
  return app.run(argc, argv, [&] { work(app, options); });
}

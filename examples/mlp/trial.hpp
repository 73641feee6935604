#ifndef KOSNN_EXAMPLES_MLP_TRIAL_HPP
#define KOSNN_EXAMPLES_MLP_TRIAL_HPP

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>
#include <vector>

#include "mlp/network.hpp"
#include "mlp/task.hpp"

namespace mlp {

constexpr int presentation = 500;   ///< steps of 1 ms for which the patterns are shown
constexpr int test_times = 10;      ///< how often they are shown to measure rates
constexpr double forgetting = 0.2;  ///< what the last presentation counts in rates that reward sees

/// Spikes of a population while each pattern was shown once, one after another.
struct Raster {
  std::vector<double> times, neurons;
};

/// What became of one network.
struct Trial {
  std::uint64_t seed = 0;
  Rates before{}, after{};                           ///< without learning
  std::vector<Rates> course;                         ///< during learning, by epoch
  std::vector<float> weights_before, weights_after;  ///< excitatory inputs onto hidden neurons
  Raster hidden, output;                             ///< after learning
};

/// Shows the patterns to a network and rewards it.
template <class Network>
class Trainer {
 public:
  Trainer(Network& net, Task const& task)
      : net_(net), task_(task), counter_(net.record(Output{}, kosnn::SpikeCounts{})) {
    net_.get(Exc{}).set_rates(task.input_rates());
    net_.get(Inh{}).set_rates(task.input_rates());
  }

  /// Shows all patterns for a while, each from a state of rest.
  Rates show(bool learn) {
    net_.reset_state();
    counter_.clear();
    if (!learn) {
      net_.run(presentation);
      return rates(counter_.counts());
    }
    for (int step = 0; step < presentation; ++step) reward_step();
    Rates const hz = rates(counter_.counts());
    for (std::size_t k = 0; k < hz.size(); ++k) seen_[k] += forgetting * (hz[k] - seen_[k]);
    return hz;
  }
  /// Mean rates without learning.
  Rates test() {
    Rates mean{};
    for (int n = 0; n < test_times; ++n) {
      Rates const hz = show(false);
      for (std::size_t k = 0; k < mean.size(); ++k) mean[k] += hz[k] / test_times;
    }
    return mean;
  }

 private:
  /// One step, and a reward for each pattern at which the output has fired in it.
  void reward_step() {
    auto const before = counter_.counts();
    net_.step();
    auto const after = counter_.counts();
    if (before == after) return;
    std::vector<double> rewards(patterns);
    for (std::size_t k = 0; k < rewards.size(); ++k)
      if (after[k] != before[k]) rewards[k] = task_.reward(k, seen_[k]);
    net_.reward(rewards);
  }
  static Rates rates(std::vector<std::uint32_t> const& counts) {
    Rates hz{};
    for (std::size_t k = 0; k < hz.size(); ++k) hz[k] = counts[k] * 1000.0 / presentation;
    return hz;
  }

  Network& net_;
  Task const& task_;
  Rates seen_{};  // mean rates while learning, the latest presentations most
  kosnn::SpikeCounter<std::decay_t<decltype(std::declval<Network&>().get(Output{}))>>& counter_;
};

template <class Recorder>
Raster one_after_another(Recorder const& recorder) {
  Raster raster;
  auto const times = recorder.times();
  for (std::size_t k = 0; k < times.size(); ++k) {
    raster.times.push_back(times[k] + presentation * static_cast<double>(recorder.elements()[k]));
    raster.neurons.push_back(recorder.neurons()[k]);
  }
  return raster;
}

/// Tests a network, lets it learn for `epochs` presentations of all patterns, and tests it again.
template <class Network>
Trial run_trial(Network& net, Task const& task, int epochs) {
  Trainer<Network> trainer(net, task);
  auto const& inputs = net.projection(Exc{}, Hidden{});
  Trial trial;
  trial.seed = net.config().seed();
  trial.weights_before = inputs.weights();
  trial.before = trainer.test();
  for (int n = 0; n < epochs; ++n) trial.course.push_back(trainer.show(true));
  trial.weights_after = inputs.weights();
  trial.after = trainer.test();
  auto const& hidden = net.record(Hidden{}, kosnn::Spikes{});
  auto const& output = net.record(Output{}, kosnn::Spikes{});
  trainer.show(false);
  trial.hidden = one_after_another(hidden);
  trial.output = one_after_another(output);
  return trial;
}

}  // namespace mlp

#endif

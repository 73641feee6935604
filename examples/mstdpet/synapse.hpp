#ifndef KOSNN_EXAMPLES_MSTDPET_SYNAPSE_HPP
#define KOSNN_EXAMPLES_MSTDPET_SYNAPSE_HPP

#include <cstddef>
#include <cstdint>
#include <kosnn/kosnn.hpp>
#include <vector>

namespace mstdpet {

struct Pre {};
struct Post {};

/// What one synapse learns from: a current into its source and a reward, for each step.
struct Protocol {
  std::vector<float> current;
  std::vector<double> reward;

  /// Current 1 but for every fifth step; reward 1 for 12 steps, then -1.
  static Protocol regular(std::size_t steps) {
    Protocol p;
    for (std::size_t k = 0; k < steps; ++k) {
      p.current.push_back(k % 5 == 4 ? 0.0F : 1.0F);
      p.reward.push_back(k < 12 ? 1 : -1);
    }
    return p;
  }
  /// Current 1 with a probability of 0.6 in each step; reward 1 for the first half, then -1.
  static Protocol random(std::size_t steps, std::uint64_t seed) {
    kosnn::RandomStream const stream(seed, 0x6d737464);
    Protocol p;
    for (std::size_t k = 0; k < steps; ++k) {
      p.current.push_back(stream.uniform(0, k) < 0.6 ? 1.0F : 0.0F);
      p.reward.push_back(2 * k < steps ? 1 : -1);
    }
    return p;
  }
};

/// Values after each step and its reward.
struct Course {
  std::vector<double> pre_spike, post_spike;  ///< 0 or 1
  std::vector<double> pre_trace, post_trace;
  std::vector<double> potential;  ///< of the target
  std::vector<double> eligibility, weight;
};

/// PySNN's one-synapse network: two leaky neurons, the first driven by a current, and a synapse
/// that learns by reward (MSTDPET; Florian 2007, doi 10.1162/neco.2007.19.6.1468). `delay` in
/// steps of 1 ms; the rule sees the source's trace undelayed, as in PySNN.
template <class Device>
auto make_synapse(int delay) {
  using namespace kosnn;
  auto const neuron = LIF<>{}.membrane(factor(0.8, 0.3)).refractory(3);
  auto const trace = all_to_all(factor(0.8));
  auto const rule =
      Mstdpet<>{}.pre_trace(trace).post_trace(trace).eligibility(factor(0.8)).rate(0.1);
  return make_network<Device>(
      Config{}, population(Pre{}, LIF<>(neuron).threshold(0.5), Shape{1}),
      population(Post{}, LIF<>(neuron).threshold(1), Shape{1}),
      project(Pre{}, Post{}, Dense{}, weights::constant(3), delays::constant(delay), rule)
          .immediate_trace());
}

template <class Network>
Course run(Network& net, Protocol const& protocol) {
  auto const trace = kosnn::all_to_all(kosnn::factor(0.8));
  auto& pre = net.get(Pre{});
  auto& post = net.get(Post{});
  auto& synapse = net.projection(Pre{}, Post{});
  Course c;
  for (std::size_t k = 0; k < protocol.current.size(); ++k) {
    auto const pre_spikes = pre.spikes(), post_spikes = post.spikes();
    pre.set_input({protocol.current[k]});
    net.step();
    net.reward(protocol.reward[k]);
    c.pre_spike.push_back(static_cast<double>(pre.spikes() - pre_spikes));
    c.post_spike.push_back(static_cast<double>(post.spikes() - post_spikes));
    c.pre_trace.push_back(pre.trace(trace)[0]);
    c.post_trace.push_back(post.trace(trace)[0]);
    c.potential.push_back(post.template field<&kosnn::LIF<>::State::v>()[0]);
    c.eligibility.push_back(synapse.eligibility()[0]);
    c.weight.push_back(synapse.weights()[0]);
  }
  return c;
}

}  // namespace mstdpet

#endif

#ifndef KOSNN_EXAMPLES_MLP_NETWORK_HPP
#define KOSNN_EXAMPLES_MLP_NETWORK_HPP

#include <cstdint>
#include <kosnn/kosnn.hpp>

#include "mlp/task.hpp"

namespace mlp {

// The network that learns XOR in Florian 2007 (doi 10.1162/neco.2007.19.6.1468): 60 inputs, 60
// hidden neurons and one output, potentials in mV. Two truth values are given to 30 inputs each:
// Poisson spikes at 40 Hz for true, none for false. Half of the inputs are inhibitory. The four
// patterns are the four elements of a batch, so that they are shown and learned side by side.

struct Exc {};  // inputs
struct Inh {};
struct Hidden {};
struct Output {};

constexpr int hidden_neurons = 60;
constexpr double strongest = 5;     ///< bound of feed-forward weights, mV
constexpr double recurrence = 0.2;  ///< bound of recurrent weights, mV

// Learning rates in mV: Florian's gamma, and gamma / tau_z where there is an eligibility trace.
inline double learning_rate(kosnn::Mstdp<> const&) { return 0.1; }
inline double learning_rate(kosnn::Mstdpet<> const&) { return 0.625 / 25; }

/// The rule for weights from `low` to `high`. Spikes of source and target that meet in one step
/// count in both terms; a little more potentiation than depression keeps neurons from falling
/// silent when all is rewarded.
template <class Rule>
Rule learning(double low, double high) {
  return Rule{}
      .a_plus(1)
      .a_minus(0.9)
      .tau_plus(20)
      .tau_minus(20)
      .rate(learning_rate(Rule{}))
      .clamp(low, high);
}

inline kosnn::LIF<> neuron() {
  return kosnn::LIF<>{}.membrane(kosnn::exact(20)).rest(-70).reset(-70).threshold(-54);
}
inline kosnn::Config config(std::uint64_t seed) {
  return kosnn::Config{}.batch(patterns).seed(seed).batch_update(kosnn::BatchUpdate::sum);
}

/// `Rule` is Mstdp<> or Mstdpet<>; `more` are projections beside those that feed forward.
template <class Device, class Rule, class... More>
auto make_network(std::uint64_t seed, More const&... more) {
  using namespace kosnn;
  Shape const inputs{2, copies};
  return kosnn::make_network<Device>(
      config(seed),                                //
      population(Exc{}, PoissonSource{}, inputs),  //
      population(Inh{}, PoissonSource{}, inputs),
      population(Hidden{}, neuron(), Shape{hidden_neurons}),
      population(Output{}, neuron(), Shape{1}),
      project(Exc{}, Hidden{}, Dense{}, weights::uniform(0, strongest),
              learning<Rule>(0, strongest))
          .reward_per_element(),
      project(Inh{}, Hidden{}, Dense{}, weights::uniform(-strongest, 0),
              learning<Rule>(-strongest, 0))
          .reward_per_element(),
      project(Hidden{}, Output{}, Dense{}, weights::uniform(0, strongest),
              learning<Rule>(0, strongest))
          .reward_per_element(),
      more...);
}

/// The multi-layer network as it is in the paper.
template <class Device, class Rule>
auto make_mlp(std::uint64_t seed) {
  return make_network<Device, Rule>(seed);
}

/// The same with feedback from the output and among the hidden neurons, which learns as well and
/// arrives one step later.
template <class Device, class Rule>
auto make_cyclic_mlp(std::uint64_t seed) {
  using namespace kosnn;
  auto const initial = weights::uniform(-recurrence, recurrence);
  auto const rule = learning<Rule>(-recurrence, recurrence);
  return make_network<Device, Rule>(
      seed,
      project(Output{}, Hidden{}, Dense{}, initial, delays::constant(1), rule).reward_per_element(),
      project(Hidden{}, Hidden{}, AllButOne{}, initial, delays::constant(1), rule)
          .reward_per_element());
}

}  // namespace mlp

#endif

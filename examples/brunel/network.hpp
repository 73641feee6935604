#ifndef KOSNN_EXAMPLES_BRUNEL_NETWORK_HPP
#define KOSNN_EXAMPLES_BRUNEL_NETWORK_HPP

#include <cstddef>
#include <cstdint>
#include <kosnn/kosnn.hpp>
#include <vector>

namespace brunel {

struct Exc {};
struct Inh {};

/// Parameters of the network (Brunel 2000, model A): identical leaky integrate-and-fire neurons,
/// four of five excitatory; potentials in mV, times in ms.
struct Parameters {
  int excitatory = 10000;
  double g = 5;    ///< inhibitory over excitatory weight
  double eta = 2;  ///< external rate over the one that takes the mean potential to the threshold
  bool dendritic = false;  ///< delays of synapses that learn are dendritic, not axonal

  static constexpr double weight = 0.1, threshold = 20, reset = 10, tau = 20, refractory = 2;
  static constexpr double delay = 1.5, dt = 0.1;

  int inhibitory() const { return excitatory / 4; }
  int excitatory_in_degree() const { return excitatory / 10; }
  int inhibitory_in_degree() const { return excitatory / 40; }
  /// Of all external synapses of a neuron together.
  double external_hz() const { return eta * threshold / (weight * tau) * 1000; }
};

/// Additive pair STDP, all spikes with all: weights of up to twice the initial one, changed by a
/// hundredth of that for coincident spikes, somewhat more for depression.
inline kosnn::PairStdp<> additive_stdp() {
  double const most = 2 * Parameters::weight, step = 0.01 * most;
  return kosnn::PairStdp<>{}
      .tau_plus(20)
      .tau_minus(20)
      .a_plus(step)
      .a_minus(1.05 * step)
      .clamp(0, most);
}

/// Potentials from 0 to the threshold: all equal, neurons would stay synchronous for seconds.
template <class Population>
void scatter_potentials(Population& population, kosnn::RandomStream const& random) {
  std::vector<float> v(static_cast<std::size_t>(population.size()));
  for (std::size_t n = 0; n < v.size(); ++n)
    v[n] =
        static_cast<float>(Parameters::threshold * random.uniform(static_cast<std::uint32_t>(n)));
  population.template set_field<&kosnn::LIF<>::State::v>(v);
}

/// Every neuron receives from a tenth of the excitatory and a tenth of the inhibitory neurons,
/// drawn at random, and from outside. `rule`, if there is one: how excitatory synapses of
/// excitatory neurons learn; as in NEST, Auryn and GeNN a spike delivers the weight that it has
/// changed.
template <class Device, class... Rule>
auto make(Parameters const& p, std::uint64_t seed, Rule const&... rule) {
  using namespace kosnn;
  using P = Parameters;
  auto const cell = LIF<>{}
                        .membrane(exact(P::tau))
                        .threshold(P::threshold)
                        .reset(P::reset)
                        .refractory(P::refractory);
  auto const from_exc = sparse::in_degree(p.excitatory_in_degree());
  auto const from_inh = sparse::in_degree(p.inhibitory_in_degree());
  auto const excite = weights::constant(P::weight), inhibit = weights::constant(-p.g * P::weight);
  auto const delay = delays::constant(P::delay);
  auto recurrent = project(Exc{}, Exc{}, from_exc, excite, delay, rule...);
  if constexpr (sizeof...(Rule) > 0) {
    recurrent.learn_before_delivery();
    if (p.dendritic) recurrent.dendritic().ignore_coincidences();
  }
  auto net = make_network<Device>(
      Config{}.dt(P::dt).seed(seed),
      population(Exc{}, cell, Shape{p.excitatory}).poisson_input(p.external_hz(), P::weight),
      population(Inh{}, cell, Shape{p.inhibitory()}).poisson_input(p.external_hz(), P::weight),
      recurrent, project(Exc{}, Inh{}, from_exc, excite, delay),
      project(Inh{}, Exc{}, from_inh, inhibit, delay),
      project(Inh{}, Inh{}, from_inh, inhibit, delay));
  scatter_potentials(net.get(Exc{}), RandomStream(seed, 0x65786373));
  scatter_potentials(net.get(Inh{}), RandomStream(seed, 0x696e6873));
  return net;
}

}  // namespace brunel

#endif

#ifndef KOSNN_EXAMPLES_POLYCHRONY_NETWORK_HPP
#define KOSNN_EXAMPLES_POLYCHRONY_NETWORK_HPP

#include <cstdint>
#include <kosnn/kosnn.hpp>

#include "polychrony/wiring.hpp"

namespace polychrony {

struct Exc {};
struct Inh {};

/// Parameters of the network (Izhikevich 2006, doi 10.1162/089976606775093882); steps of 1 ms.
struct Parameters {
  int excitatory = 800, inhibitory = 200;
  int synapses = 100;  ///< from each neuron
  int longest = 20;    ///< delay from an excitatory neuron in ms; as many synapses have each

  static constexpr double excite = 6, inhibit = -5, strongest = 10, outside = 20;
  static constexpr double learn_every = 1000;  ///< ms

  int neurons() const { return excitatory + inhibitory; }
};

/// Which neurons receive a current from outside: one in each ms for each thousand of them.
struct Outside {
  kosnn::RandomStream random;
  int neurons = 1000;

  int per_step() const { return neurons < 1000 ? 1 : neurons / 1000; }
  /// The k-th of them in a step.
  KOKKOS_FUNCTION int chosen(std::uint64_t step, int k) const {
    std::uint32_t words[4];
    random.words(static_cast<std::uint32_t>(k), step, 0, words);
    return static_cast<int>(
        static_cast<std::uint64_t>(words[0]) * static_cast<std::uint64_t>(neurons) >> 32);
  }
};

/// Izhikevich's neuron that may be one of those. `first` is the number of a population's first
/// neuron in the network.
template <class Real>
class Cell : public kosnn::Izhikevich<Real> {
  using Base = kosnn::Izhikevich<Real>;

 public:
  using State = typename Base::State;
  Cell() = default;
  Cell(Base const& base, Outside const& outside, int first)
      : Base(base), outside_(outside), first_(first), chosen_(outside.per_step()) {}

  KOKKOS_FUNCTION bool step(State& s, Real input, kosnn::Site const& site) const {
    for (int k = 0; k < chosen_; ++k)
      if (outside_.chosen(site.random_step, k) == first_ + site.neuron)
        input += Real(Parameters::outside);
    return Base::step(s, input);
  }

 private:
  Outside outside_;
  int first_ = 0, chosen_ = 0;
};

/// STDP that is felt with delay: each pair of a spike that arrives and the target's next or last
/// one changes a derivative; once in a while, at a reward of 1, the weight grows by 0.01 and the
/// derivative, of which nine tenths remain. Of spikes that meet in one ms, the target's is the
/// later.
template <class Real>
struct SlowStdp {
  using real = Real;
  static constexpr bool sees_previous_post_trace = true;
  kosnn::Trace pre_trace() const { return kosnn::nearest(kosnn::factor(0.95, 0.1)); }
  kosnn::Trace post_trace() const { return kosnn::nearest(kosnn::factor(0.95, 0.12)); }
  kosnn::Relaxation eligibility() const { return kosnn::factor(1); }
  kosnn::Bounds bounds() const { return {0, Parameters::strongest}; }

  KOKKOS_FUNCTION Real on_pre(Real /*w*/, Real post_trace) const { return -post_trace; }
  KOKKOS_FUNCTION Real on_post(Real /*w*/, Real pre_trace) const { return pre_trace; }
  KOKKOS_FUNCTION Real on_reward(Real /*w*/, Real derivative, Real reward) const {
    return reward * (Real(0.01) + derivative);
  }
  KOKKOS_FUNCTION Real after_reward(Real derivative, Real /*reward*/) const {
    return Real(0.9) * derivative;
  }
};

inline Outside outside_of(Parameters const& p, std::uint64_t seed) {
  return {kosnn::RandomStream(seed, 0x6f757473), p.neurons()};
}

/// Synapses from excitatory neurons learn and have delays of up to 20 ms, so that neurons far apart
/// in time can make a third fire: polychronous groups.
template <class Device, class Real = float>
auto make(Parameters const& p, std::uint64_t seed) {
  using namespace kosnn;
  Wiring const w = draw_wiring(p.excitatory, p.inhibitory, p.synapses, p.longest, seed);
  Outside const outside = outside_of(p, seed);
  auto const edges = [](Edges const& e) { return sparse::edges(e.sources, e.targets); };
  auto const excite = weights::constant(Parameters::excite);
  auto const inhibit = weights::constant(Parameters::inhibit);
  return make_network<Device, Real>(
      Config{}.dt(1).seed(seed),
      population(Exc{}, Cell<Real>(Izhikevich<Real>::regular_spiking(), outside, 0),
                 Shape{p.excitatory}),
      population(Inh{}, Cell<Real>(Izhikevich<Real>::fast_spiking(), outside, p.excitatory),
                 Shape{p.inhibitory}),
      project(Exc{}, Exc{}, edges(w.exc_to_exc), excite, delays::array(w.exc_to_exc.delays),
              SlowStdp<Real>{}),
      project(Exc{}, Inh{}, edges(w.exc_to_inh), excite, delays::array(w.exc_to_inh.delays),
              SlowStdp<Real>{}),
      project(Inh{}, Exc{}, edges(w.inh_to_exc), inhibit, delays::array(w.inh_to_exc.delays)));
}

/// One second, or `ms`, after which the weights change.
template <class Network>
void run_and_learn(Network& net, double ms = Parameters::learn_every) {
  net.run(ms);
  net.reward(1);
}

}  // namespace polychrony

#endif

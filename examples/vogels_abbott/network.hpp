#ifndef KOSNN_EXAMPLES_VOGELS_ABBOTT_NETWORK_HPP
#define KOSNN_EXAMPLES_VOGELS_ABBOTT_NETWORK_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <kosnn/kosnn.hpp>
#include <vector>

namespace vogels_abbott {

struct Cells {};

/// Sizes and wiring (Vogels & Abbott 2005, doi 10.1523/JNEUROSCI.3508-05.2005; Brette et al. 2007,
/// doi 10.1007/s10827-007-0038-6, benchmarks 1 and 2): 4 of 5 neurons are excitatory, each neuron
/// receives from 2 % of 4000. Times in ms, potentials in mV.
struct Parameters {
  int scale = 1;                ///< of 4000 neurons; the number of synapses of each stays
  bool random_degrees = false;  ///< pairs connect independently, instead of equal in-degrees
  bool random_start = false;    ///< potentials between reset and threshold, instead of E_L
  double delay = 0.1;           ///< of all synapses

  static constexpr int from_exc = 64, from_inh = 16;
  static constexpr double dt = 0.1, v_th = -50, v_reset = -60, t_ref = 5;

  kosnn::Slices cells() const { return {{"E", 3200LL * scale}, {"I", 800LL * scale}}; }
  kosnn::Sparse synapses_from(int each, int sources) const {
    return random_degrees ? kosnn::sparse::bernoulli(static_cast<double>(each) / sources)
                          : kosnn::sparse::in_degree(each);
  }
};

/// What a model of neurons is told of the weights of its synapses.
struct Weights {
  double exc, inh;
};

/// Neurons whose synapses are currents (CUBA). The rest lies above the threshold, so that they fire
/// without input from outside.
inline auto cuba_neuron(double c_m) {
  using P = Parameters;
  return kosnn::iaf_psc_exp()
      .c_m(c_m)
      .tau_m(20)
      .e_l(-49)
      .v_th(P::v_th)
      .v_reset(P::v_reset)
      .t_ref(P::t_ref)
      .tau_syn_ex(5)
      .tau_syn_in(10);
}
/// Weights in pA of neurons of 200 pF, and of 20 pF, where a current of 1 pA takes the potential to
/// 1 mV: the latter are those in the paper.
constexpr double nest_capacitance = 200, brian_capacitance = 20;
constexpr Weights nest_weights{16.2, -139.5}, brian_weights{1.62, -9};

/// Neurons whose synapses are conductances (COBA). Without input from outside the activity dies out
/// in some networks; a current of 200 pA, which would take the potential 10 mV above the threshold,
/// keeps it up. Steps of .1 ms are short enough for the midpoint rule.
inline auto coba_neuron() {
  using P = Parameters;
  return kosnn::iaf_cond_exp<float, 2>()
      .c_m(200)
      .g_l(10)
      .e_l(-60)
      .v_th(P::v_th)
      .v_reset(P::v_reset)
      .t_ref(P::t_ref)
      .e_ex(0)
      .e_in(-80)
      .tau_syn_ex(5)
      .tau_syn_in(10)
      .i_e(200);
}
constexpr Weights conductances{6, -67};  // nS

template <class Population>
void scatter_potentials(Population& population, kosnn::RandomStream const& random) {
  using P = Parameters;
  std::vector<float> v(static_cast<std::size_t>(population.size()));
  for (std::size_t n = 0; n < v.size(); ++n)
    v[n] = static_cast<float>(P::v_reset + (P::v_th - P::v_reset) *
                                               random.uniform(static_cast<std::uint32_t>(n)));
  population.template set_field<&std::decay_t<Population>::Model::State::v>(v);
}

/// Neurons that all start alike would go on alike: in ms 1 to 51, 50 of them receive input from
/// outside (as in Brette et al.), 300 times a second as much as a synapse gives.
template <class Network>
void stimulate(Network& net, double weight) {
  auto& cells = net.get(Cells{});
  std::vector<double> rates(static_cast<std::size_t>(cells.size()));
  std::fill_n(rates.begin(), 50, 300.0);
  net.run(1);
  cells.set_poisson_input(rates, weight);
  net.run(50);
  cells.set_poisson_input(0, weight);
}

/// One population of two parts, from each of which one projection leads to both.
template <class Device, class Neuron>
auto make(Parameters const& p, Neuron const& neuron, Weights const& w, std::uint64_t seed) {
  using namespace kosnn;
  Slices const cells = p.cells();
  Slice const both{"E and I", 0, cells.size()};
  auto const synapses = [&](char const* source, int each, double weight) {
    Slice const& from = cells[source];
    return sparse::blocks().add(from, both, p.synapses_from(each, from.size()),
                                weights::constant(weight), delays::constant(p.delay));
  };
  auto net = make_network<Device>(
      Config{}.dt(Parameters::dt).seed(seed), population(Cells{}, neuron, cells),
      project(Cells{}, Cells{}, synapses("E", Parameters::from_exc, w.exc)),
      project(Cells{}, Cells{}, synapses("I", Parameters::from_inh, w.inh)));
  if (p.random_start) scatter_potentials(net.get(Cells{}), RandomStream(seed, 0x63656c6c));
  return net;
}

}  // namespace vogels_abbott

#endif

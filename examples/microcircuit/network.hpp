#ifndef KOSNN_EXAMPLES_MICROCIRCUIT_NETWORK_HPP
#define KOSNN_EXAMPLES_MICROCIRCUIT_NETWORK_HPP

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <kosnn/kosnn.hpp>
#include <vector>

#include "microcircuit/parameters.hpp"

namespace microcircuit {

struct Cells {};

/// Synapses of which all sources are excitatory, or all inhibitory: a block for each pair of parts.
inline kosnn::Blocks synapses_of(Parameters const& p, bool excitatory) {
  using namespace kosnn;
  using P = Parameters;
  Slices const cells = p.cells();
  double const delay = excitatory ? P::exc_delay : P::inh_delay;
  auto const delays =
      delays::clipped_normal(delay, P::delay_spread * delay, P::dt, excitatory ? 5 : 2.5);
  Blocks blocks;
  for (std::size_t source = 0; source < parts; ++source) {
    if (is_excitatory(source) != excitatory) continue;
    for (std::size_t target = 0; target < parts; ++target) {
      long long const number = p.synapses(source, target);
      if (number == 0) continue;
      double const mean = p.mean_weight(source, target);
      blocks.add(cells[source], cells[target], sparse::total(number),
                 weights::normal(mean, P::weight_spread * std::fabs(mean)), delays);
    }
  }
  return blocks;
}

/// What `of` says of its part, for each neuron.
inline std::vector<double> each_neuron(Parameters const& p,
                                       double (Parameters::*of)(std::size_t) const) {
  std::vector<double> of_parts;
  for (std::size_t part = 0; part < parts; ++part) of_parts.push_back((p.*of)(part));
  return p.cells().each(of_parts);
}

inline std::vector<float> start_potentials(Parameters const& p, kosnn::RandomStream const& random) {
  kosnn::Slices const cells = p.cells();
  std::vector<float> v;
  for (std::size_t part = 0; part < parts; ++part)
    for (int n = cells[part].begin; n < cells[part].end; ++n)
      v.push_back(
          static_cast<float>(p.start_mean(part) +
                             p.start_spread(part) * random.normal(static_cast<std::uint32_t>(n))));
  return v;
}

/// One population of eight parts, two projections.
template <class Device>
auto make(Parameters const& p, std::uint64_t seed) {
  using namespace kosnn;
  using P = Parameters;
  auto const neuron = iaf_psc_exp()
                          .c_m(P::c_m)
                          .tau_m(P::tau_m)
                          .e_l(P::e_l)
                          .v_th(P::v_th)
                          .v_reset(P::v_reset)
                          .t_ref(P::t_ref)
                          .tau_syn_ex(P::tau_syn)
                          .tau_syn_in(P::tau_syn);
  auto net = make_network<Device>(
      Config{}.dt(P::dt).seed(seed),
      population(Cells{}, neuron, p.cells())
          .poisson_input(each_neuron(p, &P::outer_hz), each_neuron(p, &P::outer_weight)),
      project(Cells{}, Cells{}, synapses_of(p, true)).excitatory(),
      project(Cells{}, Cells{}, synapses_of(p, false)).inhibitory());
  net.get(Cells{}).template set_field<&IafPscExp<>::State::v>(
      start_potentials(p, RandomStream(seed, 0x7374617)));
  return net;
}

}  // namespace microcircuit

#endif

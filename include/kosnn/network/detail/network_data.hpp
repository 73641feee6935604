#ifndef KOSNN_NETWORK_DETAIL_NETWORK_DATA_HPP
#define KOSNN_NETWORK_DETAIL_NETWORK_DATA_HPP

#include <Kokkos_Core.hpp>

#include <cstddef>
#include <utility>

#include "kosnn/core/pack.hpp"
#include "kosnn/learning/concept.hpp"
#include "kosnn/network/detail/worker_barrier.hpp"

namespace kosnn::detail {

/// The device side of a whole network. `Ends` holds, for each projection, the positions of its
/// source and target among the populations.
template <class Populations, class Projections, class Ends>
struct NetworkData {
  using population_data = Populations;
  using projection_data = Projections;

  Populations populations;
  Projections projections;
  int levels;
  int workers;
  int interval;  // steps between two points where workers wait for each other
  bool wait_before_learning;
  WorkerBarrier* barrier;  // of the workers of a CPU

  using population_indices = std::make_index_sequence<Populations::size>;
  using projection_indices = std::make_index_sequence<Projections::size>;

  template <std::size_t K>
  KOKKOS_FUNCTION auto const& source() const {
    return get<Ends::source(K)>(populations);
  }
  template <std::size_t K>
  KOKKOS_FUNCTION auto const& target() const {
    return get<Ends::target(K)>(populations);
  }
};

template <class Projection, class Real>
constexpr bool learns_from_arrivals = HasOnPre<typename Projection::Rule, Real>::value;
template <class Projection, class Real>
constexpr bool learns_from_spikes = HasOnPost<typename Projection::Rule, Real>::value;
/// Whether arrivals are to change weights before these are delivered.
template <class Projection>
KOKKOS_FUNCTION bool learns_before_delivery(Projection const& j) {
  return j.learns_first && j.learning && j.acts_on_pre;
}
template <class Projection>
constexpr bool normalises_trace = NormalisesTrace<typename Projection::Rule>::value;
template <class Projection>
constexpr bool learns_each_step =
    acts_each_step<typename Projection::Rule, typename Projection::real>;
template <class Projection>
constexpr bool has_eligibility = HasEligibility<typename Projection::Rule>::value;
template <class Projection>
constexpr bool has_synapse_trace = HasSynapseTrace<typename Projection::Rule>::value;
/// Whether there is a number of each synapse beside its weight: see Eligibility.
template <class Projection>
constexpr bool keeps_values = has_eligibility<Projection> || has_synapse_trace<Projection>;

}  // namespace kosnn::detail

#endif

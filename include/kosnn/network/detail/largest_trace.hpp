#ifndef KOSNN_NETWORK_DETAIL_LARGEST_TRACE_HPP
#define KOSNN_NETWORK_DETAIL_LARGEST_TRACE_HPP

#include <Kokkos_Core.hpp>

#include <cstddef>
#include <cstdint>

#include "kosnn/network/detail/network_data.hpp"
#include "kosnn/network/detail/population_data.hpp"
#include "kosnn/network/detail/projection_data.hpp"

// Rules that normalise see the source's trace over a largest one: that of the synapses of the
// target that fires, or that of all sources.

namespace kosnn::detail {

/// A source's trace as the rule wants to see it: divided by the `largest` where it normalises.
template <class Projection, class Real>
KOKKOS_FUNCTION Real seen_trace(Real z, [[maybe_unused]] Real largest) {
  if constexpr (normalises_trace<Projection>)
    return largest > 0 ? z / largest : Real(0);
  else
    return z;
}

/// The largest trace of batch element `b` and source `i` that synapses see in `step`.
template <class Projection, class Pre>
KOKKOS_FUNCTION typename Pre::real largest_trace_of(Projection const& j, Pre const& pre,
                                                    std::int64_t step, int b, int begin, int end) {
  using Real = typename Pre::real;
  Real largest = 0;
  int const groups = j.listed && !j.immediate_trace ? j.groups : 1;
  for (int g = 0; g < groups; ++g) {
    int const delay = j.listed ? j.group_delay(g) : j.delay;
    Real const* const z =
        pre.trace_before(j.pre_trace, pre.trace_slot(step), j.immediate_trace ? 0 : delay, b);
    for (int i = begin; i < end; ++i) largest = z[i] > largest ? z[i] : largest;
  }
  return largest;
}
/// The largest of all sources and elements; 0 for rules that do not normalise.
template <class Projection, class Pre>
KOKKOS_FUNCTION typename Pre::real largest_trace([[maybe_unused]] Projection const& j,
                                                 [[maybe_unused]] Pre const& pre,
                                                 [[maybe_unused]] std::int64_t step) {
  typename Pre::real largest = 0;
  if constexpr (normalises_trace<Projection>)
    for (int b = 0; b < pre.batch(); ++b) {
      auto const of_element = largest_trace_of(j, pre, step, b, 0, pre.size());
      largest = of_element > largest ? of_element : largest;
    }
  return largest;
}

/// The largest trace that the synapses of `target` see in batch element `b`; `slot` is that of this
/// step's traces.
template <class Projection, class Pre>
KOKKOS_FUNCTION typename Pre::real largest_in_column(Projection const& j, Pre const& pre, int slot,
                                                     int target, int b) {
  using Real = typename Pre::real;
  using Topology = typename Projection::Topology;
  Real largest = 0;
  auto const look = [&](int delay, int source) {
    Real const z = pre.trace_before(j.pre_trace, slot, j.immediate_trace ? 0 : delay, b)[source];
    largest = z > largest ? z : largest;
  };
  if constexpr (Topology::shares_weights) {
    int const source_step = j.topology.source_step();
    j.topology.column(target, [&](std::size_t synapse, int source, int n) {
      for (int x = 0; x < n; ++x)
        look(j.listed ? j.element_delay(synapse + static_cast<std::size_t>(x)) : j.delay,
             source + x * source_step);
    });
  } else if (j.listed) {
    for (std::uint32_t c = j.column_begin(target); c < j.column_begin(target + 1); ++c)
      look(static_cast<int>(j.column_delay(c)), static_cast<int>(j.column_source(c)));
  } else {
    j.topology.column(target, [&](std::size_t, int, int source, int n) {
      for (int x = 0; x < n; ++x) look(j.delay, source + x);
    });
  }
  return largest;
}
/// Notes it for each of the spikes [first, first + n) of the targets' list, for rules that
/// normalise.
template <class Projection, class Pre, class Post>
KOKKOS_FUNCTION void find_largest(Projection const& j, Pre const& pre, Post const& post,
                                  std::int64_t step, std::size_t first, std::uint32_t n) {
  auto const& history = post.history;
  for (std::size_t k = first; k < first + n; ++k) {
    int const target = history.neuron(history.entries(k));
    int const b = history.element(history.entries(k));
    j.largest(post.row(b) + static_cast<std::size_t>(target)) =
        largest_in_column(j, pre, pre.trace_slot(step), target, b);
  }
}
/// What has been noted for entry `k` of a group of spikes; 0 for rules that do not normalise.
template <class Projection, class Group>
KOKKOS_FUNCTION typename Projection::real largest_of(Projection const& j,
                                                     [[maybe_unused]] Group const& group,
                                                     [[maybe_unused]] std::uint32_t k) {
  if constexpr (normalises_trace<Projection>)
    return j.largest(group.population.row(group.element(k)) + group.neuron());
  else
    return 0;
}

}  // namespace kosnn::detail

#endif

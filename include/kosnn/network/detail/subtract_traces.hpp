#ifndef KOSNN_NETWORK_DETAIL_SUBTRACT_TRACES_HPP
#define KOSNN_NETWORK_DETAIL_SUBTRACT_TRACES_HPP

#include <Kokkos_Core.hpp>

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "kosnn/connections/topology.hpp"
#include "kosnn/kokkos/compat.hpp"
#include "kosnn/network/detail/range.hpp"

// Each synapse onto a neuron whose model has a `presynaptic_trace` subtracts it from the input, in
// every step (Fede).

namespace kosnn::detail {

/// All synapses onto all neurons: one sum serves them all.
template <class Pre, class Real>
KOKKOS_FUNCTION void subtract_dense_traces(Pre const& pre, Real const* z, Real* input,
                                           Range range) {
  Real sum = 0;
  for (int i = 0; i < pre.size(); ++i) sum += z[i];
  KOSNN_INDEPENDENT_ITERATIONS
  for (int n = range.begin; n < range.end; ++n) input[n] -= sum;
}

/// Synapses with weights of their own, row by row.
template <class Projection, class Pre, class Real>
KOKKOS_FUNCTION void subtract_own_traces(Projection const& j, Pre const& pre, int slot, int b,
                                         Real* input, Range range) {
  for (int i = 0; i < pre.size(); ++i) {
    if (!j.listed) {
      Real const z = pre.trace_before(j.subtracted_trace, slot, j.trace_age(j.delay), b)[i];
      j.topology.runs(i, range.begin, range.end, [&](std::size_t, int target, int n) {
        for (int x = 0; x < n; ++x) input[target + x] -= z;
      });
      continue;
    }
    for (int g = 0; g < j.groups; ++g) {
      int const age = j.trace_age(j.group_delay(g));
      Real const z = pre.trace_before(j.subtracted_trace, slot, age, b)[i];
      auto const segment = j.segment(i, g, range);
      for (std::uint32_t s = segment.begin; s < segment.end; ++s) input[j.target(s)] -= z;
    }
  }
}

/// The sum over the window of target `n`.
template <class Real, class Projection, class Pre>
KOKKOS_FUNCTION Real window_trace(Projection const& j, Pre const& pre, int slot, int b, int n) {
  Real sum = 0;
  int const source_step = j.topology.source_step();
  j.topology.column(n, [&](std::size_t synapse, int source, int count) {
    for (int x = 0; x < count; ++x) {
      int const delay = j.listed ? j.element_delay(synapse + static_cast<std::size_t>(x)) : j.delay;
      sum += pre.trace_before(j.subtracted_trace, slot, j.trace_age(delay),
                              b)[source + x * source_step];
    }
  });
  return sum;
}

/// Windows; without delays of their own, the channels of a group see the same.
template <class Projection, class Pre, class Real>
KOKKOS_FUNCTION void subtract_window_traces(Projection const& j, Pre const& pre, int slot, int b,
                                            Real* input, Range range) {
  int const positions = j.topology.positions(), channels = j.topology.channels_in_group();
  for (int group = 0; group < j.topology.channels(); group += channels)
    for (int p = 0; p < positions; ++p) {
      Real sum = 0;
      bool known = false;
      for (int c = group; c < group + channels; ++c) {
        int const n = c * positions + p;
        if (n < range.begin || n >= range.end) continue;
        if (!known || j.listed) sum = window_trace<Real>(j, pre, slot, b, n);
        known = true;
        input[n] -= sum;
      }
    }
}

/// Subtracts the presynaptic traces of projection `j` from the inputs of the targets in `range`.
template <class Projection, class Pre, class Post>
KOKKOS_FUNCTION void subtract_traces(Projection const& j, Pre const& pre, Post const& post,
                                     std::int64_t step, Range range) {
  using Topology = typename Projection::Topology;
  int const slot = pre.trace_slot(step);
  for (int b = 0; b < post.batch(); ++b) {
    auto* const input = post.input_row(range, b);
    if constexpr (Topology::shares_weights) {
      subtract_window_traces(j, pre, slot, b, input, range);
    } else {
      if constexpr (std::is_same_v<Topology, Dense>)
        if (!j.listed) {
          subtract_dense_traces(pre,
                                pre.trace_before(j.subtracted_trace, slot, j.trace_age(j.delay), b),
                                input, range);
          continue;
        }
      subtract_own_traces(j, pre, slot, b, input, range);
    }
  }
}

}  // namespace kosnn::detail

#endif

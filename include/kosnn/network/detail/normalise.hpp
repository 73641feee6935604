#ifndef KOSNN_NETWORK_DETAIL_NORMALISE_HPP
#define KOSNN_NETWORK_DETAIL_NORMALISE_HPP

#include <Kokkos_Core.hpp>

#include <cstddef>

#include "kosnn/kokkos/compat.hpp"
#include "kosnn/network/detail/learn.hpp"

namespace kosnn::detail {

/// Scales the weights of the targets in `range` so that those of each add up to `total`, and clamps
/// them; targets whose weights add up to 0 (or to so little that the factor is not finite) stay as
/// they are. `sums` is room for one number a target.
template <class Projection, class Real>
KOKKOS_FUNCTION void normalise_targets(Projection const& j, Real total, Real* sums, Range range) {
  for (int n = range.begin; n < range.end; ++n) sums[n] = 0;
  for_each_run(j, range, [&](std::size_t synapse, int target, int n) {
    Real const* const w = j.weights.data() + synapse;
    KOSNN_INDEPENDENT_ITERATIONS
    for (int x = 0; x < n; ++x) sums[target + x] += w[x];
  });
  for (int n = range.begin; n < range.end; ++n) {
    Real const factor = total / sums[n];
    sums[n] = math::isfinite(factor) ? factor : Real(1);
  }
  Real const low = j.low, high = j.high;
  for_each_run(j, range, [&](std::size_t synapse, int target, int n) {
    Real* const w = j.weights.data() + synapse;
    KOSNN_INDEPENDENT_ITERATIONS
    for (int x = 0; x < n; ++x) {
      Real const scaled = w[x] * sums[target + x];
      w[x] = scaled < low ? low : (scaled > high ? high : scaled);
    }
  });
}

/// The same for the kernel of each channel of targets in `range`.
template <class Projection, class Real>
KOKKOS_FUNCTION void normalise_kernels(Projection const& j, Real total, Range range) {
  int const positions = j.topology.positions(), elements = j.topology.kernel_elements();
  for (int c = range.begin / positions; c < range.end / positions; ++c) {
    Real* const w =
        j.weights.data() + static_cast<std::size_t>(c) * static_cast<std::size_t>(elements);
    Real sum = 0;
    for (int k = 0; k < elements; ++k) sum += w[k];
    Real const factor = math::isfinite(total / sum) ? total / sum : Real(1);
    for (int k = 0; k < elements; ++k) {
      Real const scaled = w[k] * factor;
      w[k] = scaled < j.low ? j.low : (scaled > j.high ? j.high : scaled);
    }
  }
}

template <class Projection, class Real>
KOKKOS_FUNCTION void normalise(Projection const& j, Real total, Real* sums, Range range) {
  if constexpr (Projection::Topology::shares_weights)
    normalise_kernels(j, total, range);
  else
    normalise_targets(j, total, sums, range);
}

}  // namespace kosnn::detail

#endif

#ifndef KOSNN_NETWORK_DETAIL_NORMALISE_HPP
#define KOSNN_NETWORK_DETAIL_NORMALISE_HPP

#include <Kokkos_Core.hpp>

#include <cstddef>
#include <cstdint>

#include "kosnn/kokkos/compat.hpp"
#include "kosnn/network/detail/learn.hpp"

namespace kosnn::detail {

/// w <- factor(x) w within the bounds for `n` weights that lie side by side.
template <class Projection, class Real, class Factor>
KOKKOS_INLINE_FUNCTION void scale_bounded(Projection const& j, Real* w, int n,
                                          Factor const& factor) {
  Real const low = j.low, high = j.high;
  KOSNN_INDEPENDENT_ITERATIONS
  for (int x = 0; x < n; ++x) {
    Real const scaled = w[x] * factor(x);
    w[x] = scaled < low ? low : (scaled > high ? high : scaled);
  }
}

/// Multiplies the weights of each target in `range` by its factor and clamps them.
template <class Projection, class Real>
KOKKOS_FUNCTION void scale_targets(Projection const& j, Real const* factors, Range range) {
  for_each_run(j, range, [&](std::size_t synapse, int target, int n) {
    Real const* const own = factors + target;
    scale_bounded(j, j.weights.data() + synapse, n, [own](int x) { return own[x]; });
  });
}

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
  scale_targets(j, static_cast<Real const*>(sums), range);
}

/// The same for the weights of source `i`, which do not share.
template <class Projection, class Real>
KOKKOS_FUNCTION void normalise_source(Projection const& j, Real total, int i) {
  auto const each = [&](auto const& f) {
    if (!j.listed) return j.topology.runs(i, 0, j.post_size, f);
    std::uint32_t const begin = j.row_segment(i, 0).begin;
    f(begin, 0, static_cast<int>(j.row_segment(i, j.groups - 1).end - begin));
  };
  Real sum = 0;
  each([&](std::size_t synapse, int, int n) {
    for (int x = 0; x < n; ++x) sum += j.weights(synapse + static_cast<std::size_t>(x));
  });
  Real const factor = math::isfinite(total / sum) ? total / sum : Real(1);
  each([&](std::size_t synapse, int, int n) {
    scale_bounded(j, j.weights.data() + synapse, n, [factor](int) { return factor; });
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
    scale_bounded(j, w, elements, [factor](int) { return factor; });
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

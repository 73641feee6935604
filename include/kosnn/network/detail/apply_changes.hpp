#ifndef KOSNN_NETWORK_DETAIL_APPLY_CHANGES_HPP
#define KOSNN_NETWORK_DETAIL_APPLY_CHANGES_HPP

#include <Kokkos_Core.hpp>

#include <cstddef>

#include "kosnn/kokkos/compat.hpp"
#include "kosnn/network/detail/network_data.hpp"

// What becomes of the changes that rules ask for: within bounds and masks they change weights, or
// values that synapses keep.

namespace kosnn::detail {

/// e <- e + scale * change(x) for `n` synapses that lie `stride` apart.
template <class Real, class Change>
KOKKOS_FUNCTION void add_changes(Real* e, Real scale, std::size_t stride, int n,
                                 Change const& change) {
  if (stride == 1) {
    KOSNN_INDEPENDENT_ITERATIONS
    for (int x = 0; x < n; ++x) e[x] += scale * change(x);
  } else {
    KOSNN_INDEPENDENT_ITERATIONS
    for (int x = 0; x < n; ++x) e[static_cast<std::size_t>(x) * stride] += scale * change(x);
  }
}

/// A weight after a change, within hard bounds.
template <class Real>
struct HardBounds {
  Real low, high;
  KOKKOS_FUNCTION Real operator()(Real w, Real change) const {
    Real const v = w + change;
    return v < low ? low : (v > high ? high : v);
  }
};
/// The same within soft bounds.
template <class Real>
struct SoftBounds {
  HardBounds<Real> hard;
  Real per_width;
  KOKKOS_FUNCTION Real operator()(Real w, Real change) const {
    return hard(w, change * (change > 0 ? hard.high - w : w - hard.low) * per_width);
  }
};

/// w <- bounded(w, scale * mask * change(x)) for `n` synapses that lie `stride` apart; `mask` may
/// be null.
template <class Real, class Bounded, class Change>
KOKKOS_FUNCTION void change_bounded(Real* w, Real const* mask, Real scale, std::size_t stride,
                                    int n, Bounded const& bounded, Change const& change) {
  if (mask != nullptr) {
    for (int x = 0; x < n; ++x) {
      std::size_t const at = static_cast<std::size_t>(x) * stride;
      if (mask[at] != 0) w[at] = bounded(w[at], scale * mask[at] * change(x));
    }
  } else if (stride == 1) {
    KOSNN_INDEPENDENT_ITERATIONS
    for (int x = 0; x < n; ++x) w[x] = bounded(w[x], scale * change(x));
  } else {
    KOSNN_INDEPENDENT_ITERATIONS
    for (int x = 0; x < n; ++x) {
      std::size_t const at = static_cast<std::size_t>(x) * stride;
      w[at] = bounded(w[at], scale * change(x));
    }
  }
}
template <class Projection, class Real, class Change>
KOKKOS_FUNCTION void change_weights(Projection const& j, Real* w, Real const* mask, Real scale,
                                    std::size_t stride, int n, Change const& change) {
  HardBounds<Real> const hard{j.low, j.high};
  if (j.soft)
    change_bounded(w, mask, scale, stride, n, SoftBounds<Real>{hard, j.per_width}, change);
  else
    change_bounded(w, mask, scale, stride, n, hard, change);
}
template <class Projection, class Real, class Change>
KOKKOS_FUNCTION void change_weights(Projection const& j, Real scale, std::size_t first,
                                    std::size_t stride, int n, Change const& change) {
  change_weights(j, j.weights.data() + first, j.masked ? j.mask.data() + first : nullptr, scale,
                 stride, n, change);
}

/// The change of one weight and of the trace of its synapse, whose stored value is multiplied by
/// `power`.
template <class Projection, class Real, class Change>
KOKKOS_FUNCTION void change_with_trace(Projection const& j, Real power, std::size_t synapse,
                                       Change const& change) {
  Real& stored = j.eligibility.values(synapse);
  Real trace = power * stored;
  Real const asked = change(trace);
  stored = trace / power;
  change_weights(j, Real(1), synapse, 1, 1, [asked](int) { return asked; });
}

/// The changes of `n` synapses that lie `stride` apart: to their eligibilities where the rule has
/// them, to their weights otherwise.
template <class Projection, class Real, class Change>
KOKKOS_FUNCTION void apply_changes(Projection const& j, Real scale, std::size_t first,
                                   std::size_t stride, int n, Change const& change) {
  if constexpr (has_synapse_trace<Projection>)
    for (int x = 0; x < n; ++x)
      change_with_trace(j, scale, first + static_cast<std::size_t>(x) * stride,
                        [&](Real& trace) { return change(x, trace); });
  else if constexpr (has_eligibility<Projection>)
    add_changes(j.eligibility.values.data() + first, scale, stride, n, change);
  else
    change_weights(j, scale, first, stride, n, change);
}

}  // namespace kosnn::detail

#endif

#ifndef KOSNN_LEARNING_ADDITIVE_RSTDP_HPP
#define KOSNN_LEARNING_ADDITIVE_RSTDP_HPP

#include <Kokkos_Core.hpp>

#include <cmath>

#include "kosnn/learning/concept.hpp"

namespace kosnn {

/// Additive reward-modulated STDP (PySNN's AdditiveRSTDPLinear): when a reward r is given,
/// w <- w + rate dt r (z_pre - z_post) for every synapse, with the traces after the last step, then
/// clamped. rate in the unit of the weight per ms.
template <class Real = float>
class AdditiveRstdp {
 public:
  using real = Real;

  AdditiveRstdp& rate(double value) { return set(rate_, value); }
  /// Time constants of the traces of source and target in ms (default 20).
  AdditiveRstdp& tau_plus(double ms) { return set(pre_.relaxation, exact(ms)); }
  AdditiveRstdp& tau_minus(double ms) { return set(post_.relaxation, exact(ms)); }
  AdditiveRstdp& pre_trace(Trace const& trace) { return set(pre_, trace); }
  AdditiveRstdp& post_trace(Trace const& trace) { return set(post_, trace); }
  /// Hard bounds of the weights (default none), and soft ones.
  AdditiveRstdp& clamp(double low, double high) { return set(bounds_, Bounds{low, high}); }
  AdditiveRstdp& soft_bounds(double low, double high) {
    return set(bounds_, Bounds{low, high, true});
  }

  Trace pre_trace() const { return pre_; }
  Trace post_trace() const { return post_; }
  Bounds bounds() const { return bounds_; }

  void prepare(double dt) {
    detail::require_finite<Real>(rate_, "rate");
    detail::require_finite<Real>(rate_ * dt, "rate times dt");
    k_rate_ = Real(rate_ * dt);
  }
  KOKKOS_FUNCTION Terms<Real, 1> pre_terms(Real z) const { return {{z}}; }
  KOKKOS_FUNCTION Terms<Real, 1> post_terms(Real z) const { return {{z}}; }
  KOKKOS_FUNCTION Real on_reward(Real /*w*/, Terms<Real, 1> const& pre,
                                 Terms<Real, 1> const& post) const {
    return k_rate_ * (pre[0] - post[0]);
  }

 private:
  template <class T, class U>
  AdditiveRstdp& set(T& member, U const& value) {
    member = value;
    return *this;
  }

  double rate_ = 0.01;
  Trace pre_ = all_to_all(exact(20)), post_ = all_to_all(exact(20));
  Bounds bounds_;
  Real k_rate_{};
};

}  // namespace kosnn

#endif

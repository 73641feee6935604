#ifndef KOSNN_LEARNING_ADDITIVE_RSTDP_HPP
#define KOSNN_LEARNING_ADDITIVE_RSTDP_HPP

#include <Kokkos_Core.hpp>

#include "kosnn/learning/bounded_rule.hpp"

namespace kosnn {

/// Additive reward-modulated STDP (PySNN's AdditiveRSTDPLinear): when a reward r is given,
/// w <- w + rate dt r (z_pre - z_post) for every synapse, with the traces after the last step, then
/// clamped. rate in the unit of the weight per ms.
template <class Real = float>
class AdditiveRstdp : public detail::BoundedRule<AdditiveRstdp<Real>, Real> {
 public:
  /// No bounds unless clamp(low, high) or soft_bounds(low, high) sets them.
  AdditiveRstdp() : detail::BoundedRule<AdditiveRstdp<Real>, Real>(Bounds{}) {}

  AdditiveRstdp& rate(double value) { return this->set(rate_, value); }
  /// Time constants of the traces of source and target in ms (default 20).
  AdditiveRstdp& tau_plus(double ms) { return this->set(pre_.relaxation, exact(ms)); }
  AdditiveRstdp& tau_minus(double ms) { return this->set(post_.relaxation, exact(ms)); }
  AdditiveRstdp& pre_trace(Trace const& trace) { return this->set(pre_, trace); }
  AdditiveRstdp& post_trace(Trace const& trace) { return this->set(post_, trace); }

  Trace pre_trace() const { return pre_; }
  Trace post_trace() const { return post_; }

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
  double rate_ = 0.01;
  Trace pre_ = all_to_all(exact(20)), post_ = all_to_all(exact(20));
  Real k_rate_{};
};

}  // namespace kosnn

#endif

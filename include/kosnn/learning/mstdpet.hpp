#ifndef KOSNN_LEARNING_MSTDPET_HPP
#define KOSNN_LEARNING_MSTDPET_HPP

#include <Kokkos_Core.hpp>

#include "kosnn/learning/pair_rule.hpp"

namespace kosnn {
namespace detail {

/// Reward-modulated STDP: zeta = a_plus z_pre at a postsynaptic spike, minus a_minus z_post at a
/// presynaptic arrival; each step e <- decay e + gain zeta, and a reward r changes w by rate r e.
template <class Rule, class Real>
class RewardedPairs : public PairRule<Rule, Real> {
 public:
  RewardedPairs() : PairRule<Rule, Real>(1, Bounds{}) {}

  /// Learning rate, in the unit of the weight (default 0.01).
  Rule& rate(double value) { return this->set(rate_, value); }

  void prepare(double) {
    this->prepare_amplitudes();
    require_finite<Real>(rate_, "rate");
    k_rate_ = Real(rate_);
  }
  KOKKOS_FUNCTION Real on_pre(Real /*w*/, Real post_trace) const {
    return -this->k_minus_ * post_trace;
  }
  KOKKOS_FUNCTION Real on_post(Real /*w*/, Real pre_trace) const {
    return this->k_plus_ * pre_trace;
  }
  KOKKOS_FUNCTION Real on_reward(Real /*w*/, Real e, Real reward) const {
    return k_rate_ * reward * e;
  }

 private:
  double rate_ = 0.01;
  Real k_rate_{};
};

}  // namespace detail

/// MSTDP (Florian 2007, doi 10.1162/neco.2007.19.6.1468): the reward after a step modulates the
/// STDP of that step alone, w <- w + rate r zeta. No bounds unless clamp(low, high) sets them.
template <class Real = float>
class Mstdp : public detail::RewardedPairs<Mstdp<Real>, Real> {
 public:
  Relaxation eligibility() const { return factor(0); }
};

/// MSTDPET (Florian 2007, doi 10.1162/neco.2007.19.6.1468): MSTDP with an eligibility trace, which
/// remembers zeta for a while: each step e <- decay e + gain zeta; w <- w + rate r e. Florian's
/// gamma / tau_z is `rate`; PySNN's a_pre, a_post, lr, e_trace_decay are a_plus, a_minus, rate and
/// eligibility(factor(...)).
template <class Real = float>
class Mstdpet : public detail::RewardedPairs<Mstdpet<Real>, Real> {
 public:
  /// How the eligibility relaxes (default exact(25): a time constant of 25 ms).
  Mstdpet& eligibility(Relaxation const& relaxation) { return this->set(eligibility_, relaxation); }
  Relaxation eligibility() const { return eligibility_; }

 private:
  Relaxation eligibility_ = exact(25);
};

}  // namespace kosnn

#endif

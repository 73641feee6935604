#ifndef KOSNN_LEARNING_RATE_RULES_HPP
#define KOSNN_LEARNING_RATE_RULES_HPP

#include <Kokkos_Core.hpp>

#include <array>
#include <cmath>

#include "kosnn/learning/bounded_rule.hpp"

// Rules of rates for neurons that spike: they change weights where the target fires, by the rates
// that earlier spikes of both neurons let expect. Spikes at a rate of y make the factor y.

namespace kosnn {
namespace detail {

/// What both rules share: a rate of learning, times over which rates are measured. `Rule`
/// is the rule itself.
template <class Rule, class Real>
class RateRule : public BoundedRule<Rule, Real> {
 public:
  /// Learning rate: the change at a spike, per Hz (Oja) or Hz^2 (Bcm).
  Rule& rate(double value) { return this->set(rate_, value); }
  /// Time constants in ms of the traces that measure the rates of source and target.
  Rule& tau_pre(double ms) { return this->set(tau_pre_, ms); }
  Rule& tau_post(double ms) { return this->set(tau_post_, ms); }

  Trace pre_trace() const { return in_hz(tau_pre_); }

 protected:
  RateRule(double rate, Bounds const& bounds) : BoundedRule<Rule, Real>(bounds), rate_(rate) {}

  /// The trace of which the mean is the rate in Hz.
  static Trace in_hz(double tau) { return all_to_all(exact(tau, 1000 / tau)); }
  void prepare_rate() { k_rate_ = this->at_least_0("rate", rate_); }

  double rate_, tau_pre_ = 20, tau_post_ = 20;
  Real k_rate_{};
};

}  // namespace detail

/// Oja's rule (Oja 1982, doi 10.1007/bf00275687), w' = rate y (x - alpha y w) for rates x and y of
/// source and target. Where y is the sum of w x, weights become the first principal component of
/// the inputs, of length 1 / sqrt(alpha). No bounds unless clamp(low, high) sets them.
template <class Real = float>
class Oja : public detail::RateRule<Oja<Real>, Real> {
 public:
  Oja() : detail::RateRule<Oja<Real>, Real>(1e-4, Bounds{}) {}
  /// 1 / the sum of squared weights that is reached.
  Oja& alpha(double value) { return this->set(alpha_, value); }

  Trace own_post_trace() const { return this->in_hz(this->tau_post_); }
  void prepare(double) {
    this->prepare_rate();
    require(std::isfinite(alpha_) && alpha_ > 0, "alpha must be finite and above 0, got ", alpha_);
    detail::require_finite<Real>(alpha_, "alpha");
    k_alpha_ = Real(alpha_);
  }
  KOKKOS_FUNCTION Real on_post(Real w, Real x, Real y) const {
    return this->k_rate_ * (x - k_alpha_ * y * w);
  }

 private:
  double alpha_ = 1;
  Real k_alpha_{};
};

/// The rule of Bienenstock, Cooper & Munro (1982, doi 10.1523/jneurosci.02-01-00032.1982),
/// w' = rate x y (y - theta) for rates x and y of source and target, with their sliding threshold
/// theta = (mean y)^2 / target_hz: targets become selective, and fire at target_hz where their rate
/// is always the same, at target_hz / p^2 where they fire for a part p of the time only. The mean
/// is over tau_theta, which should be long beside what is to be told apart. Weights in [0, 1].
template <class Real = float>
class Bcm : public detail::RateRule<Bcm<Real>, Real> {
 public:
  Bcm() : detail::RateRule<Bcm<Real>, Real>(1e-6, Bounds{0, 1}) {}
  Bcm& target_hz(double hz) { return this->set(target_, hz); }
  /// Time constant of the threshold in ms.
  Bcm& tau_theta(double ms) { return this->set(tau_theta_, ms); }

  std::array<Trace, 2> drive_traces() const {
    return {this->in_hz(this->tau_post_), this->in_hz(tau_theta_)};
  }
  void prepare(double) {
    this->prepare_rate();
    require(std::isfinite(target_) && target_ > 0, "target_hz must be finite and above 0, got ",
            target_);
    detail::require_finite<Real>(target_, "target_hz");
    k_per_target_ = Real(1 / target_);
    k_spike_ = Real(1000 / this->tau_post_);
    k_slow_spike_ = Real(1000 / tau_theta_);
  }
  /// y - theta of earlier spikes, where the target fires.
  KOKKOS_FUNCTION Real drive(Terms<Real, 2> const& rates, bool fires) const {
    Real const y = rates[0] - k_spike_, mean = rates[1] - k_slow_spike_;
    return fires ? y - mean * mean * k_per_target_ : Real(0);
  }
  KOKKOS_FUNCTION Real on_post(Real /*w*/, Real x, Real drive) const {
    return this->k_rate_ * x * drive;
  }

 private:
  double target_ = 10, tau_theta_ = 10000;
  Real k_per_target_{}, k_spike_{}, k_slow_spike_{};
};

}  // namespace kosnn

#endif

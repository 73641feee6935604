#ifndef KOSNN_CORE_RELAXATION_HPP
#define KOSNN_CORE_RELAXATION_HPP

#include <cmath>

#include "kosnn/core/error.hpp"

namespace kosnn {

/// First-order relaxation towards a target in one of three forms, as used by membranes, adaptive
/// thresholds and traces: each step x <- target + decay (x - target) + gain * input.
///  - exact(tau, alpha): decay = exp(-dt/tau), gain = alpha (exact integration with jumps of alpha;
///    Rotter & Diesmann 1999, doi 10.1007/s004220050570)
///  - factor(f, alpha):  decay = f, gain = alpha (PySNN's "linear")
///  - euler(tau, alpha): decay = 1 - dt/tau, gain = alpha dt/tau (PySNN's "exponential")
/// tau in ms; alpha and f without unit.
class Relaxation {
 public:
  enum class Form { exact, factor, euler };
  Relaxation(Form form, double value, double alpha) : form_(form), value_(value), alpha_(alpha) {}

  /// Throws unless the parameters make sense for steps of `dt` ms in this precision; `what` names
  /// them.
  template <class Real, class... What>
  void check(double dt, What const&... what) const {
    detail::require_finite<Real>(alpha_, what..., ": alpha");
    if (form_ == Form::factor)
      require(value_ >= 0 && value_ <= 1, what..., ": factor must be in [0, 1], got ", value_);
    else
      require(value_ > 0, what..., ": tau must be a positive time in ms, got ", value_);
    require(form_ != Form::euler || value_ >= dt, what..., ": Euler's form needs tau >= dt = ", dt,
            " ms, got tau = ", value_);
  }
  double decay(double dt) const {
    if (form_ == Form::factor) return value_;
    return form_ == Form::exact ? std::exp(-dt / value_) : 1 - dt / value_;
  }
  friend bool operator==(Relaxation const& a, Relaxation const& b) {
    return a.form_ == b.form_ && a.value_ == b.value_ && a.alpha_ == b.alpha_;
  }
  double alpha() const { return alpha_; }
  double gain(double dt) const { return form_ == Form::euler ? alpha_ * dt / value_ : alpha_; }

 private:
  Form form_;
  double value_;
  double alpha_;
};

inline Relaxation exact(double tau_ms, double alpha = 1) {
  return {Relaxation::Form::exact, tau_ms, alpha};
}
inline Relaxation factor(double f, double alpha = 1) {
  return {Relaxation::Form::factor, f, alpha};
}
inline Relaxation euler(double tau_ms, double alpha = 1) {
  return {Relaxation::Form::euler, tau_ms, alpha};
}

}  // namespace kosnn

#endif

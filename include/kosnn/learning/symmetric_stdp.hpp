#ifndef KOSNN_LEARNING_SYMMETRIC_STDP_HPP
#define KOSNN_LEARNING_SYMMETRIC_STDP_HPP

#include <Kokkos_Core.hpp>

#include <cmath>

#include "kosnn/learning/concept.hpp"

namespace kosnn {

/// Symmetric STDP (Vogels et al. 2011, doi 10.1126/science.1211095; NEST's
/// vogels_sprekeler_synapse): spikes that are near strengthen a synapse in either order, and each
/// presynaptic one weakens it by a constant: at an arrival by rate (z_post - alpha), at a
/// postsynaptic spike by rate z_pre. On inhibitory synapses this brings the target to a rate of
/// alpha / (2 tau). Where bounds leave no positive weights, stronger means more negative.
template <class Real = float>
class SymmetricStdp {
 public:
  using real = Real;

  /// Learning rate, in the unit of the weight (default 0.01).
  SymmetricStdp& rate(double value) { return set(rate_, value); }
  /// Time constant of both traces in ms (default 20).
  SymmetricStdp& tau(double ms) { return set(tau_, ms); }
  /// What a presynaptic spike alone takes away, in units of `rate` (default 0.2).
  SymmetricStdp& alpha(double value) { return set(alpha_, value); }
  /// The same, by the rate that inhibition brings its targets to: alpha = 2 hz tau, with the tau
  /// of now.
  SymmetricStdp& target_hz(double hz) { return set(alpha_, 2 * hz * tau_ / 1000); }
  /// Hard bounds of the weights (default [-1, 0]), and soft ones.
  SymmetricStdp& clamp(double low, double high) { return set(bounds_, Bounds{low, high}); }
  SymmetricStdp& soft_bounds(double low, double high) {
    return set(bounds_, Bounds{low, high, true});
  }

  Trace pre_trace() const { return all_to_all(exact(tau_)); }
  Trace post_trace() const { return all_to_all(exact(tau_)); }
  Bounds bounds() const { return bounds_; }

  void prepare(double, Bounds const& bounds) {
    require(std::isfinite(rate_) && rate_ >= 0, "rate must be finite and at least 0, got ", rate_);
    require(std::isfinite(alpha_) && alpha_ >= 0, "alpha must be finite and at least 0, got ",
            alpha_);
    detail::require_finite<Real>(rate_, "rate");
    detail::require_finite<Real>(alpha_, "alpha");
    k_rate_ = Real(bounds.high <= 0 ? -rate_ : rate_);
    k_alpha_ = Real(alpha_);
  }
  KOKKOS_FUNCTION Real on_pre(Real /*w*/, Real post_trace) const {
    return k_rate_ * (post_trace - k_alpha_);
  }
  KOKKOS_FUNCTION Real on_post(Real /*w*/, Real pre_trace) const { return k_rate_ * pre_trace; }

 private:
  template <class T, class U>
  SymmetricStdp& set(T& member, U const& value) {
    member = value;
    return *this;
  }

  double rate_ = 0.01, tau_ = 20, alpha_ = 0.2;
  Bounds bounds_{-1, 0};
  Real k_rate_{}, k_alpha_{};
};

}  // namespace kosnn

#endif

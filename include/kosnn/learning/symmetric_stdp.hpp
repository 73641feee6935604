#ifndef KOSNN_LEARNING_SYMMETRIC_STDP_HPP
#define KOSNN_LEARNING_SYMMETRIC_STDP_HPP

#include <Kokkos_Core.hpp>

#include "kosnn/learning/bounded_rule.hpp"

namespace kosnn {

/// Symmetric STDP (Vogels et al. 2011, doi 10.1126/science.1211095; NEST's
/// vogels_sprekeler_synapse): spikes that are near strengthen a synapse in either order, and each
/// presynaptic one weakens it by a constant: at an arrival by rate (z_post - alpha), at a
/// postsynaptic spike by rate z_pre. On inhibitory synapses this brings the target to a rate of
/// alpha / (2 tau). Where bounds leave no positive weights, stronger means more negative.
template <class Real = float>
class SymmetricStdp : public detail::BoundedRule<SymmetricStdp<Real>, Real> {
 public:
  /// Bounds [-1, 0] unless others are set.
  SymmetricStdp() : detail::BoundedRule<SymmetricStdp<Real>, Real>(Bounds{-1, 0}) {}

  /// Learning rate, in the unit of the weight (default 0.01).
  SymmetricStdp& rate(double value) { return this->set(rate_, value); }
  /// Time constant of both traces in ms (default 20).
  SymmetricStdp& tau(double ms) { return this->set(tau_, ms); }
  /// What a presynaptic spike alone takes away, in units of `rate` (default 0.2).
  SymmetricStdp& alpha(double value) { return this->set(alpha_, value); }
  /// The same, by the rate that inhibition brings its targets to: alpha = 2 hz tau, with the tau
  /// of now.
  SymmetricStdp& target_hz(double hz) { return this->set(alpha_, 2 * hz * tau_ / 1000); }

  Trace pre_trace() const { return all_to_all(exact(tau_)); }
  Trace post_trace() const { return all_to_all(exact(tau_)); }

  void prepare(double, Bounds const& bounds) {
    Real const rate = this->at_least_0("rate", rate_);
    k_rate_ = bounds.high <= 0 ? -rate : rate;
    k_alpha_ = this->at_least_0("alpha", alpha_);
  }
  KOKKOS_FUNCTION Real on_pre(Real /*w*/, Real post_trace) const {
    return k_rate_ * (post_trace - k_alpha_);
  }
  KOKKOS_FUNCTION Real on_post(Real /*w*/, Real pre_trace) const { return k_rate_ * pre_trace; }

 private:
  double rate_ = 0.01, tau_ = 20, alpha_ = 0.2;
  Real k_rate_{}, k_alpha_{};
};

}  // namespace kosnn

#endif

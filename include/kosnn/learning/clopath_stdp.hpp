#ifndef KOSNN_LEARNING_CLOPATH_STDP_HPP
#define KOSNN_LEARNING_CLOPATH_STDP_HPP

#include <Kokkos_Core.hpp>

#include <array>

#include "kosnn/learning/bounded_rule.hpp"

namespace kosnn {

/// Voltage-based STDP (Clopath et al. 2010, doi 10.1038/nn.2479; NEST's clopath_synapse with a
/// constant A_LTD): with the potential u of the target and its low-pass filtered u_minus, u_plus,
///   at an arrival           w <- w - a_ltd [u_minus - theta_minus]_+
///   as long as u is high    w' = a_ltp x [u - theta_plus]_+ [u_plus - theta_minus]_+
/// where x is the trace of the source, 1 / tau_x at a spike. The target needs a potential that
/// rises where it spikes, as hh_psc_alpha has. Defaults: those of NEST, with which a_ltd is per mV
/// and a_ltp per mV^2 in the unit of the weight, potentials in mV, weights in [0, 100].
template <class Real = float>
class ClopathStdp : public detail::BoundedRule<ClopathStdp<Real>, Real> {
 public:
  ClopathStdp() : detail::BoundedRule<ClopathStdp<Real>, Real>(Bounds{0, 100}) {}

  ClopathStdp& a_ltd(double value) { return this->set(a_ltd_, value); }
  ClopathStdp& a_ltp(double value) { return this->set(a_ltp_, value); }
  ClopathStdp& theta_plus(double mV) { return this->set(theta_plus_, mV); }
  ClopathStdp& theta_minus(double mV) { return this->set(theta_minus_, mV); }
  ClopathStdp& tau_x(double ms) { return this->set(tau_x_, ms); }
  ClopathStdp& tau_plus(double ms) { return this->set(tau_plus_, ms); }
  ClopathStdp& tau_minus(double ms) { return this->set(tau_minus_, ms); }
  /// How long ago the filtered potentials are looked at, so that a spike does not meet itself.
  ClopathStdp& delay_u_bars(double ms) { return this->set(delay_, ms); }

  Trace pre_trace() const { return all_to_all(exact(tau_x_, 1 / tau_x_)); }
  Trace post_trace() const { return potential(exact(tau_minus_), delay_); }
  std::array<Trace, 2> drive_traces() const {
    return {potential(factor(0)), potential(exact(tau_plus_), delay_)};
  }

  void prepare(double dt) {
    detail::require_finite<Real>(theta_plus_, "theta_plus");
    detail::require_finite<Real>(theta_minus_, "theta_minus");
    k_ltd_ = this->at_least_0("a_ltd", a_ltd_);
    this->at_least_0("a_ltp", a_ltp_);
    k_ltp_ = Real(a_ltp_ * dt);
    k_plus_ = Real(theta_plus_);
    k_minus_ = Real(theta_minus_);
  }
  KOKKOS_FUNCTION Real on_pre(Real /*w*/, Real u_minus) const {
    return -k_ltd_ * above(u_minus, k_minus_);
  }
  KOKKOS_FUNCTION Real drive(Terms<Real, 2> const& potentials, bool /*fires*/) const {
    return above(potentials[0], k_plus_) * above(potentials[1], k_minus_);
  }
  KOKKOS_FUNCTION Real on_post(Real /*w*/, Real x, Real drive) const { return k_ltp_ * x * drive; }

 private:
  KOKKOS_FUNCTION static Real above(Real u, Real theta) { return u > theta ? u - theta : Real(0); }

  double a_ltd_ = 14e-5, a_ltp_ = 8e-5, theta_plus_ = -45.3, theta_minus_ = -70.6, tau_x_ = 15,
         tau_plus_ = 7, tau_minus_ = 10, delay_ = 5;
  Real k_ltd_{}, k_ltp_{}, k_plus_{}, k_minus_{};
};

}  // namespace kosnn

#endif

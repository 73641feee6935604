#ifndef KOSNN_LEARNING_PAIR_STDP_HPP
#define KOSNN_LEARNING_PAIR_STDP_HPP

#include <Kokkos_Core.hpp>

#include <cmath>

#include "kosnn/core/names.hpp"
#include "kosnn/kokkos/compat.hpp"
#include "kosnn/learning/pair_rule.hpp"

namespace kosnn {

// Weight dependences of PairStdp: potentiation(w, w_max) and depression(w, w_min) multiply a_plus
// and a_minus. `uses_low` and `uses_high` say which bounds must be finite; `prepare` checks the
// parameters and the bounds.

/// Changes do not depend on the weight.
struct Additive {
  static constexpr bool uses_low = false, uses_high = false;
  template <class Real>
  void prepare(Bounds const&) const {}
  template <class Real>
  KOKKOS_FUNCTION Real potentiation(Real, Real) const {
    return Real(1);
  }
  template <class Real>
  KOKKOS_FUNCTION Real depression(Real, Real) const {
    return Real(1);
  }
};
/// Potentiation ~ (w_max - w), depression ~ (w - w_min).
struct Multiplicative {
  static constexpr bool uses_low = true, uses_high = true;
  template <class Real>
  void prepare(Bounds const&) const {}
  template <class Real>
  KOKKOS_FUNCTION Real potentiation(Real w, Real w_max) const {
    return w_max - w;
  }
  template <class Real>
  KOKKOS_FUNCTION Real depression(Real w, Real w_min) const {
    return w - w_min;
  }
};
/// Additive potentiation, depression ~ (w - w_min) (van Rossum, Bi & Turrigiano 2000,
/// doi 10.1523/JNEUROSCI.20-23-08812.2000).
struct VanRossum {
  static constexpr bool uses_low = true, uses_high = false;
  template <class Real>
  void prepare(Bounds const&) const {}
  template <class Real>
  KOKKOS_FUNCTION Real potentiation(Real, Real) const {
    return Real(1);
  }
  template <class Real>
  KOKKOS_FUNCTION Real depression(Real w, Real w_min) const {
    return w - w_min;
  }
};
/// Potentiation ~ (w_max - w)^mu, depression ~ (w - w_min)^mu: from additive (mu = 0) to
/// multiplicative (mu = 1) (Guetig et al. 2003, doi 10.1523/JNEUROSCI.23-09-03697.2003).
struct PowerLaw {
  static constexpr bool uses_low = true, uses_high = true;
  double mu = 0.5;
  template <class Real>
  void prepare(Bounds const&) const {
    require(std::isfinite(mu) && mu >= 0, "mu must be finite and at least 0, got ", mu);
    detail::require_finite<Real>(mu, "mu");
  }
  template <class Real>
  KOKKOS_FUNCTION Real potentiation(Real w, Real w_max) const {
    return math::pow(w_max - w, Real(mu));
  }
  template <class Real>
  KOKKOS_FUNCTION Real depression(Real w, Real w_min) const {
    return math::pow(w - w_min, Real(mu));
  }
};
/// Potentiation ~ w0^(1 - mu) w^mu, depression ~ w, of weights of at least 0 (Morrison, Aertsen &
/// Diesmann 2007, doi 10.1162/neco.2007.19.6.1437).
struct PowerPotentiation {
  static constexpr bool uses_low = true, uses_high = false;
  double mu = 0.4, w0 = 1;
  template <class Real>
  void prepare(Bounds const& bounds) const {
    require(bounds.low >= 0, "PowerPotentiation is for weights of at least 0, got a clamp from ",
            bounds.low);
    require(std::isfinite(mu) && mu >= 0, "mu must be finite and at least 0, got ", mu);
    detail::require_finite<Real>(mu, "mu");
    require(std::isfinite(w0) && w0 > 0, "w0 must be finite and above 0, got ", w0);
    detail::require_positive<Real>(w0, "w0");
  }
  template <class Real>
  KOKKOS_FUNCTION Real potentiation(Real w, Real) const {
    return Real(w0) * math::pow(w / Real(w0), Real(mu));
  }
  template <class Real>
  KOKKOS_FUNCTION Real depression(Real w, Real) const {
    return w;
  }
};

/// Online pair STDP with traces (Morrison, Diesmann & Gerstner 2008,
/// doi 10.1007/s00422-008-0233-1): at a presynaptic arrival w <- w - a_minus z_post, at a
/// postsynaptic spike w <- w + a_plus (z_pre - offset), times the weight dependence; then w is
/// clamped. `offset` > 0 makes synapses depress whose source has been silent (Diehl & Cook 2015,
/// doi 10.3389/fncom.2015.00099). a_plus, a_minus in the unit of the weight, taus in ms. Of the
/// pairings of that review, all-to-all and the symmetric nearest-neighbour one are `pairing(...)`;
/// the presynaptically centred and the reduced one are PreCentredStdp and ReducedStdp.
template <class Real = float, class Dependence = Additive>
class PairStdp : public detail::PairRule<PairStdp<Real, Dependence>, Real> {
  using Base = detail::PairRule<PairStdp<Real, Dependence>, Real>;

 public:
  /// Bounds [0, 1] unless clamp(low, high) sets others.
  PairStdp() : Base(0.01, Bounds{0, 1}) {}

  PairStdp& offset(double value) { return this->set(offset_, value); }
  /// Parameters of the weight dependence, as in dependence(PowerLaw{0.1}).
  PairStdp& dependence(Dependence const& value) { return this->set(dependence_, value); }

  void prepare(double, Bounds const& bounds) {
    this->prepare_amplitudes();
    require((!Dependence::uses_low || std::isfinite(bounds.low)) &&
                (!Dependence::uses_high || std::isfinite(bounds.high)),
            detail::type_name<Dependence>(), " STDP needs finite bounds, got [", bounds.low, ", ",
            bounds.high, "]");
    dependence_.template prepare<Real>(bounds);
    k_offset_ = this->at_least_0("offset", offset_);
    k_low_ = Real(bounds.low);
    k_high_ = Real(bounds.high);
  }

  KOKKOS_FUNCTION Real on_pre(Real w, Real post_trace) const {
    return -this->k_minus_ * dependence_.depression(w, k_low_) * post_trace;
  }
  KOKKOS_FUNCTION Real on_post(Real w, Real pre_trace) const {
    return this->k_plus_ * dependence_.potentiation(w, k_high_) * (pre_trace - k_offset_);
  }

 private:
  double offset_ = 0;
  Dependence dependence_;
  Real k_offset_{}, k_low_{}, k_high_{};
};

/// PySNN's OnlineSTDP, with depression where it adds by mistake: pair STDP without bounds,
/// w <- w + rate (a_plus z_pre at a postsynaptic spike - a_minus z_post at an arrival).
template <class Real = float>
PairStdp<Real> online_stdp(double rate = 0.001, double a_plus = 1, double a_minus = 1) {
  Bounds const none;
  return PairStdp<Real>{}.a_plus(rate * a_plus).a_minus(rate * a_minus).clamp(none.low, none.high);
}

}  // namespace kosnn

#endif

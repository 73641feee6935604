#ifndef KOSNN_LEARNING_PAIR_STDP_HPP
#define KOSNN_LEARNING_PAIR_STDP_HPP

#include <Kokkos_Core.hpp>

#include "kosnn/learning/pair_rule.hpp"

namespace kosnn {

/// Weight dependence of PairStdp: changes do not depend on the weight.
struct Additive {
  template <class Real>
  KOKKOS_FUNCTION static Real potentiation(Real, Real) {
    return Real(1);
  }
  template <class Real>
  KOKKOS_FUNCTION static Real depression(Real, Real) {
    return Real(1);
  }
};
/// Weight dependence of PairStdp: potentiation ~ (w_max - w), depression ~ (w - w_min).
struct Multiplicative {
  template <class Real>
  KOKKOS_FUNCTION static Real potentiation(Real w, Real w_max) {
    return w_max - w;
  }
  template <class Real>
  KOKKOS_FUNCTION static Real depression(Real w, Real w_min) {
    return w - w_min;
  }
};

/// Online pair STDP with traces (Morrison, Diesmann & Gerstner 2008,
/// doi 10.1007/s00422-008-0233-1): at a presynaptic arrival w <- w - a_minus z_post, at a
/// postsynaptic spike w <- w + a_plus (z_pre - offset), times the weight dependence; then w is
/// clamped. `offset` > 0 makes synapses depress whose source has been silent (Diehl & Cook 2015,
/// doi 10.3389/fncom.2015.00099). a_plus, a_minus in the unit of the weight, taus in ms.
template <class Real = float, class Dependence = Additive>
class PairStdp : public detail::PairRule<PairStdp<Real, Dependence>, Real> {
  using Base = detail::PairRule<PairStdp<Real, Dependence>, Real>;

 public:
  /// Bounds [0, 1] unless clamp(low, high) sets others.
  PairStdp() : Base(0.01, Bounds{0, 1}) {}

  PairStdp& offset(double value) { return this->set(offset_, value); }

  void prepare(double) {
    this->prepare_amplitudes();
    this->require_amplitude("offset", offset_);
    Bounds const bounds = this->bounds();
    require(!std::is_same_v<Dependence, Multiplicative> ||
                (std::isfinite(bounds.low) && std::isfinite(bounds.high)),
            "multiplicative STDP needs finite bounds, got [", bounds.low, ", ", bounds.high, "]");
    k_offset_ = Real(offset_);
    k_low_ = Real(bounds.low);
    k_high_ = Real(bounds.high);
  }

  KOKKOS_FUNCTION Real on_pre(Real w, Real post_trace) const {
    return -this->k_minus_ * Dependence::depression(w, k_low_) * post_trace;
  }
  KOKKOS_FUNCTION Real on_post(Real w, Real pre_trace) const {
    return this->k_plus_ * Dependence::potentiation(w, k_high_) * (pre_trace - k_offset_);
  }

 private:
  double offset_ = 0;
  Real k_offset_{}, k_low_{}, k_high_{};
};

}  // namespace kosnn

#endif

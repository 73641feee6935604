#ifndef KOSNN_LEARNING_FEDE_STDP_HPP
#define KOSNN_LEARNING_FEDE_STDP_HPP

#include <Kokkos_Core.hpp>

#include "kosnn/kokkos/compat.hpp"
#include "kosnn/learning/bounded_rule.hpp"

namespace kosnn {
namespace detail {

/// Parameters and terms that both forms of FedeStdp share.
template <class Rule, class Real>
class FedeRule : public BoundedRule<Rule, Real> {
 public:
  static constexpr bool normalises_trace = true;

  /// No bounds unless clamp(low, high) or soft_bounds(low, high) sets them.
  FedeRule() : BoundedRule<Rule, Real>(Bounds{}) {}

  /// Learning rate, in the unit of the weight (default 1e-4).
  Rule& rate(double value) { return this->set(rate_, value); }
  /// Weight at which potentiation and depression have equal prefactors (default 0.5).
  Rule& w_init(double value) { return this->set(w_init_, value); }
  /// In [0, 1] (default 0): how much of each exponential of the trace is taken away.
  Rule& a(double value) { return this->set(a_, value); }
  /// The trace of the source (default all_to_all(exact(20))).
  Rule& pre_trace(Trace const& trace) { return this->set(pre_, trace); }

  Trace pre_trace() const { return pre_; }

  void prepare(double) {
    detail::require_finite<Real>(w_init_, "w_init");
    require(a_ >= 0 && a_ <= 1, "a must be in [0, 1], got ", a_);
    k_rate_ = this->at_least_0("rate", rate_);
    k_w_init_ = Real(w_init_);
    k_a_ = Real(a_);
  }

 protected:
  /// exp(zn) - a and exp(1 - zn) - a; negative traces (of analog spikes) count as 0.
  KOKKOS_FUNCTION Terms<Real, 2> terms(Real zn) const {
    constexpr Real e = Real(2.718281828459045235L);
    Real const up = math::exp(zn < 0 ? Real(0) : zn);
    return {{up - k_a_, e / up - k_a_}};
  }
  /// The exponents are limited so that no weight, however far from w_init, can overflow.
  KOKKOS_FUNCTION Real change(Real w, Terms<Real, 2> const& terms) const {
    constexpr Real furthest = 20;
    Real const d = w - k_w_init_;
    Real const up = math::exp(d < -furthest ? -furthest : (d > furthest ? furthest : d));
    return k_rate_ * (terms[0] / up - up * terms[1]);
  }

 private:
  double rate_ = 1e-4, w_init_ = 0.5, a_ = 0;
  Trace pre_ = all_to_all(exact(20));
  Real k_rate_{}, k_w_init_{}, k_a_{};
};

}  // namespace detail

/// FedeStdp in every step, whether or not the target fires, with traces over the largest of all
/// sources and batch elements, as PySNN's FedeSTDP.step does it.
template <class Real = float>
class FedeStdpEveryStep : public detail::FedeRule<FedeStdpEveryStep<Real>, Real> {
 public:
  KOKKOS_FUNCTION Terms<Real, 2> pre_terms(Real zn) const { return this->terms(zn); }
  KOKKOS_FUNCTION Real on_step(Real w, Terms<Real, 2> const& pre) const {
    return this->change(w, pre);
  }
};

/// STDP of Paredes-Valles, Scheper & de Croon (2020, doi 10.1109/TPAMI.2019.2903179): when the
/// target fires, w <- w + rate (LTP + LTD) with LTP = exp(-(w - w_init)) (exp(zn) - a) and
/// LTD = -exp(w - w_init) (exp(1 - zn) - a), where zn is the trace of the source over the largest
/// that the synapses of the target see (0 where all are silent). Weights need no bounds:
/// they settle at w_init + log((exp(zn) - a) / (exp(1 - zn) - a)) / 2.
template <class Real = float>
class FedeStdp : public detail::FedeRule<FedeStdp<Real>, Real> {
 public:
  KOKKOS_FUNCTION Real on_post(Real w, Real zn) const { return this->change(w, this->terms(zn)); }
};

}  // namespace kosnn

#endif

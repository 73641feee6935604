#ifndef KOSNN_LEARNING_PAIR_STDP_HPP
#define KOSNN_LEARNING_PAIR_STDP_HPP

#include <Kokkos_Core.hpp>

#include "kosnn/learning/concept.hpp"

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
class PairStdp {
 public:
  using real = Real;

  PairStdp& a_plus(double value) { return set(a_plus_, value); }
  PairStdp& a_minus(double value) { return set(a_minus_, value); }
  PairStdp& tau_plus(double ms) { return set(pre_.relaxation, exact(ms)); }
  PairStdp& tau_minus(double ms) { return set(post_.relaxation, exact(ms)); }
  PairStdp& offset(double value) { return set(offset_, value); }
  /// Hard bounds of the weights (default [0, 1]).
  PairStdp& clamp(double low, double high) { return set(bounds_, Bounds{low, high}); }
  /// Every pair of spikes counts (default), or only nearest neighbours.
  PairStdp& pairing(Trace::Spikes spikes) {
    pre_.spikes = post_.spikes = spikes;
    return *this;
  }

  Trace pre_trace() const { return pre_; }
  Trace post_trace() const { return post_; }
  Bounds bounds() const { return bounds_; }

  void prepare(double) {
    char const* const names[] = {"a_plus", "a_minus", "offset"};
    double const values[] = {a_plus_, a_minus_, offset_};
    for (int k = 0; k < 3; ++k)
      require(std::isfinite(values[k]) && values[k] >= 0, names[k],
              " must be finite and at least 0, got ", values[k]);
    require(!std::is_same_v<Dependence, Multiplicative> ||
                (std::isfinite(bounds_.low) && std::isfinite(bounds_.high)),
            "multiplicative STDP needs finite bounds, got [", bounds_.low, ", ", bounds_.high, "]");
    k_plus_ = Real(a_plus_);
    k_minus_ = Real(a_minus_);
    k_offset_ = Real(offset_);
    k_low_ = Real(bounds_.low);
    k_high_ = Real(bounds_.high);
  }
  /// Whether arrivals change anything at all; where not, rows are not visited.
  bool acts_on_pre() const { return a_minus_ != 0; }

  KOKKOS_FUNCTION Real on_pre(Real w, Real post_trace) const {
    return -k_minus_ * Dependence::depression(w, k_low_) * post_trace;
  }
  KOKKOS_FUNCTION Real on_post(Real w, Real pre_trace) const {
    return k_plus_ * Dependence::potentiation(w, k_high_) * (pre_trace - k_offset_);
  }

 private:
  template <class T, class U>
  PairStdp& set(T& member, U const& value) {
    member = value;
    return *this;
  }

  double a_plus_ = 0.01, a_minus_ = 0.01, offset_ = 0;
  Trace pre_ = all_to_all(exact(20)), post_ = all_to_all(exact(20));
  Bounds bounds_{0, 1};
  Real k_plus_{}, k_minus_{}, k_offset_{}, k_low_{}, k_high_{};
};

}  // namespace kosnn

#endif

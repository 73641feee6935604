#ifndef KOSNN_LEARNING_TRIPLET_STDP_HPP
#define KOSNN_LEARNING_TRIPLET_STDP_HPP

#include <Kokkos_Core.hpp>

#include <cmath>
#include <utility>

#include "kosnn/learning/concept.hpp"

namespace kosnn {

/// Triplet STDP (Pfister & Gerstner 2006, doi 10.1523/JNEUROSCI.1425-06.2006): at a presynaptic
/// arrival w <- w - o1 (a2_minus + a3_minus r2), at a postsynaptic spike
/// w <- w + r1 (a2_plus + a3_plus o2). r1 and r2 are traces of the source (tau_plus, tau_x), o1 and
/// o2 of the target (tau_minus, tau_y); r2 and o2 are taken just before the spike. Amplitudes in
/// the unit of the weight, taus in ms. Defaults: their minimal model of visual cortex, all-to-all.
/// NEST's stdp_triplet_synapse is this rule.
template <class Real = float>
class TripletStdp {
 public:
  using real = Real;

  TripletStdp& a2_plus(double value) { return set(a2_plus_, value); }
  TripletStdp& a2_minus(double value) { return set(a2_minus_, value); }
  TripletStdp& a3_plus(double value) { return set(a3_plus_, value); }
  TripletStdp& a3_minus(double value) { return set(a3_minus_, value); }
  TripletStdp& tau_plus(double ms) { return set(r1_.relaxation, exact(ms)); }
  TripletStdp& tau_x(double ms) { return set(r2_.relaxation, exact(ms)); }
  TripletStdp& tau_minus(double ms) { return set(o1_.relaxation, exact(ms)); }
  TripletStdp& tau_y(double ms) { return set(o2_.relaxation, exact(ms)); }
  /// Every spike counts in all four traces (default), or only the last one.
  TripletStdp& pairing(Trace::Spikes spikes) {
    for (Trace* trace : {&r1_, &r2_, &o1_, &o2_}) trace->spikes = spikes;
    return *this;
  }
  /// Hard bounds of the weights (default [0, 1]), and soft ones.
  TripletStdp& clamp(double low, double high) { return set(bounds_, Bounds{low, high}); }
  TripletStdp& soft_bounds(double low, double high) {
    return set(bounds_, Bounds{low, high, true});
  }

  Trace pre_trace() const { return r1_; }
  Trace own_pre_trace() const { return r2_; }
  Trace post_trace() const { return o1_; }
  Trace own_post_trace() const { return o2_; }
  Bounds bounds() const { return bounds_; }

  void prepare(double) {
    for (auto const& [value, name] : {std::pair(a2_plus_, "a2_plus"),
                                      {a2_minus_, "a2_minus"},
                                      {a3_plus_, "a3_plus"},
                                      {a3_minus_, "a3_minus"}}) {
      require(std::isfinite(value) && value >= 0, name, " must be finite and at least 0, got ",
              value);
      detail::require_finite<Real>(value, name);
    }
    k2_plus_ = Real(a2_plus_);
    k2_minus_ = Real(a2_minus_);
    k3_plus_ = Real(a3_plus_);
    k3_minus_ = Real(a3_minus_);
  }
  KOKKOS_FUNCTION Real on_pre(Real /*w*/, Real o1, Real r2) const {
    return -o1 * (k2_minus_ + k3_minus_ * r2);
  }
  KOKKOS_FUNCTION Real on_post(Real /*w*/, Real r1, Real o2) const {
    return r1 * (k2_plus_ + k3_plus_ * o2);
  }

 private:
  template <class T, class U>
  TripletStdp& set(T& member, U const& value) {
    member = value;
    return *this;
  }

  double a2_plus_ = 0, a2_minus_ = 7.1e-3, a3_plus_ = 6.5e-3, a3_minus_ = 0;
  Trace r1_ = all_to_all(exact(16.8)), r2_ = all_to_all(exact(101)), o1_ = all_to_all(exact(33.7)),
        o2_ = all_to_all(exact(114));
  Bounds bounds_{0, 1};
  Real k2_plus_{}, k2_minus_{}, k3_plus_{}, k3_minus_{};
};

}  // namespace kosnn

#endif

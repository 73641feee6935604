#ifndef KOSNN_LEARNING_TRIPLET_STDP_HPP
#define KOSNN_LEARNING_TRIPLET_STDP_HPP

#include <Kokkos_Core.hpp>

#include "kosnn/learning/bounded_rule.hpp"

namespace kosnn {

/// Triplet STDP (Pfister & Gerstner 2006, doi 10.1523/JNEUROSCI.1425-06.2006): at a presynaptic
/// arrival w <- w - o1 (a2_minus + a3_minus r2), at a postsynaptic spike
/// w <- w + r1 (a2_plus + a3_plus o2). r1 and r2 are traces of the source (tau_plus, tau_x), o1 and
/// o2 of the target (tau_minus, tau_y); r2 and o2 are taken just before the spike. Amplitudes in
/// the unit of the weight, taus in ms. Defaults: their minimal model of visual cortex, all-to-all.
/// NEST's stdp_triplet_synapse is this rule.
template <class Real = float>
class TripletStdp : public detail::BoundedRule<TripletStdp<Real>, Real> {
 public:
  /// Bounds [0, 1] unless others are set.
  TripletStdp() : detail::BoundedRule<TripletStdp<Real>, Real>(Bounds{0, 1}) {}

  TripletStdp& a2_plus(double value) { return this->set(a2_plus_, value); }
  TripletStdp& a2_minus(double value) { return this->set(a2_minus_, value); }
  TripletStdp& a3_plus(double value) { return this->set(a3_plus_, value); }
  TripletStdp& a3_minus(double value) { return this->set(a3_minus_, value); }
  TripletStdp& tau_plus(double ms) { return this->set(r1_.relaxation, exact(ms)); }
  TripletStdp& tau_x(double ms) { return this->set(r2_.relaxation, exact(ms)); }
  TripletStdp& tau_minus(double ms) { return this->set(o1_.relaxation, exact(ms)); }
  TripletStdp& tau_y(double ms) { return this->set(o2_.relaxation, exact(ms)); }
  /// Every spike counts in all four traces (default), or only the last one.
  TripletStdp& pairing(Trace::Spikes spikes) {
    for (Trace* trace : {&r1_, &r2_, &o1_, &o2_}) trace->spikes = spikes;
    return *this;
  }

  Trace pre_trace() const { return r1_; }
  Trace own_pre_trace() const { return r2_; }
  Trace post_trace() const { return o1_; }
  Trace own_post_trace() const { return o2_; }

  void prepare(double) {
    k2_plus_ = this->at_least_0("a2_plus", a2_plus_);
    k2_minus_ = this->at_least_0("a2_minus", a2_minus_);
    k3_plus_ = this->at_least_0("a3_plus", a3_plus_);
    k3_minus_ = this->at_least_0("a3_minus", a3_minus_);
  }
  KOKKOS_FUNCTION Real on_pre(Real /*w*/, Real o1, Real r2) const {
    return -o1 * (k2_minus_ + k3_minus_ * r2);
  }
  KOKKOS_FUNCTION Real on_post(Real /*w*/, Real r1, Real o2) const {
    return r1 * (k2_plus_ + k3_plus_ * o2);
  }

 private:
  double a2_plus_ = 0, a2_minus_ = 7.1e-3, a3_plus_ = 6.5e-3, a3_minus_ = 0;
  Trace r1_ = all_to_all(exact(16.8)), r2_ = all_to_all(exact(101)), o1_ = all_to_all(exact(33.7)),
        o2_ = all_to_all(exact(114));
  Real k2_plus_{}, k2_minus_{}, k3_plus_{}, k3_minus_{};
};

}  // namespace kosnn

#endif

#ifndef KOSNN_LEARNING_REDUCED_STDP_HPP
#define KOSNN_LEARNING_REDUCED_STDP_HPP

#include <Kokkos_Core.hpp>

#include "kosnn/learning/pair_rule.hpp"

namespace kosnn {

/// Additive STDP of immediate neighbours only, the reduced symmetric scheme (Morrison, Diesmann &
/// Gerstner 2008, doi 10.1007/s00422-008-0233-1; NEST's stdp_nn_restr_synapse): a postsynaptic
/// spike makes a pair with the last arrival unless another postsynaptic spike came between, an
/// arrival with the last postsynaptic spike unless another arrival did. Of spikes that meet, the
/// arrival is the earlier. PairStdp with nearest traces is the symmetric scheme, PreCentredStdp the
/// presynaptically centred one.
template <class Real = float>
class ReducedStdp : public detail::PairRule<ReducedStdp<Real>, Real> {
 public:
  static constexpr bool arrives_first = true;

  ReducedStdp() : detail::PairRule<ReducedStdp<Real>, Real>(0.01, Bounds{0, 1}) {
    this->pairing(Trace::Spikes::nearest);
  }
  Trace own_pre_trace() const { return {this->post_.relaxation, Trace::Spikes::nearest}; }
  Trace own_post_trace() const { return {this->pre_.relaxation, Trace::Spikes::nearest}; }

  void prepare(double dt) {
    this->prepare_amplitudes();
    require(
        this->pre_.spikes == Trace::Spikes::nearest && this->post_.spikes == Trace::Spikes::nearest,
        "ReducedStdp needs nearest traces");
    this->pre_.relaxation.template check<Real>(dt, "pre_trace");
    this->post_.relaxation.template check<Real>(dt, "post_trace");
    // Half of what a step makes of a trace, by which one that is a step older is told apart.
    k_older_plus_ = Real(2 / (1 + this->pre_.relaxation.decay(dt)));
    k_older_minus_ = Real((1 + this->post_.relaxation.decay(dt)) / 2);
  }
  KOKKOS_FUNCTION Real on_pre(Real /*w*/, Real post_trace, Real own_trace) const {
    return post_trace >= own_trace * k_older_minus_ ? -this->k_minus_ * post_trace : Real(0);
  }
  KOKKOS_FUNCTION Real on_post(Real /*w*/, Real pre_trace, Real own_trace) const {
    return pre_trace > own_trace * k_older_plus_ ? this->k_plus_ * pre_trace : Real(0);
  }

 private:
  Real k_older_plus_{}, k_older_minus_{};
};

}  // namespace kosnn

#endif

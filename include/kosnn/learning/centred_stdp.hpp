#ifndef KOSNN_LEARNING_CENTRED_STDP_HPP
#define KOSNN_LEARNING_CENTRED_STDP_HPP

#include <Kokkos_Core.hpp>

#include "kosnn/learning/pair_rule.hpp"

namespace kosnn {
namespace detail {

/// Additive STDP in which the spikes of one side each make one pair with the last and one with the
/// next spike of the other side. Of spikes that meet, the arrival is the earlier.
template <class Rule, class Real>
class CentredPairs : public PairRule<Rule, Real> {
 public:
  static constexpr bool arrives_first = true;

  CentredPairs() : PairRule<Rule, Real>(0.01, Bounds{0, 1}) {
    this->pairing(Trace::Spikes::nearest);
  }
  void prepare(double dt) {
    this->prepare_amplitudes();
    require(
        this->pre_.spikes == Trace::Spikes::nearest && this->post_.spikes == Trace::Spikes::nearest,
        "centred STDP needs nearest traces");
    k_arrival_ = Real(this->pre_.relaxation.gain(dt));
    k_spike_ = Real(this->post_.relaxation.gain(dt));
  }

 protected:
  Real k_arrival_{}, k_spike_{};  // what the traces grow by
};

}  // namespace detail

/// The presynaptically centred nearest-neighbour scheme (Morrison, Diesmann & Gerstner 2008,
/// doi 10.1007/s00422-008-0233-1; NEST's stdp_nn_pre_centered_synapse): each arrival makes a pair
/// with the last and with the next spike of the target. A postsynaptic spike therefore meets all
/// arrivals since the one before, which the synapse remembers.
template <class Real = float>
class PreCentredStdp : public detail::CentredPairs<PreCentredStdp<Real>, Real> {
 public:
  Relaxation synapse_trace() const { return this->pre_.relaxation; }
  KOKKOS_FUNCTION Real on_pre(Real /*w*/, Real post_trace, Real& arrivals) const {
    arrivals += this->k_arrival_;
    return -this->k_minus_ * post_trace;
  }
  KOKKOS_FUNCTION Real on_post(Real /*w*/, Real /*pre_trace*/, Real& arrivals) const {
    Real const met = arrivals;
    arrivals = 0;
    return this->k_plus_ * met;
  }
};

/// The postsynaptically centred one (Masquelier, Guyonneau & Thorpe 2008,
/// doi 10.1371/journal.pone.0001377): each spike of the target makes a pair with the last and with
/// the next arrival.
template <class Real = float>
class PostCentredStdp : public detail::CentredPairs<PostCentredStdp<Real>, Real> {
 public:
  Relaxation synapse_trace() const { return this->post_.relaxation; }
  KOKKOS_FUNCTION Real on_pre(Real /*w*/, Real /*post_trace*/, Real& spikes) const {
    Real const met = spikes;
    spikes = 0;
    return -this->k_minus_ * met;
  }
  KOKKOS_FUNCTION Real on_post(Real /*w*/, Real pre_trace, Real& spikes) const {
    spikes += this->k_spike_;
    return this->k_plus_ * pre_trace;
  }
};

}  // namespace kosnn

#endif

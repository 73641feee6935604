#ifndef KOSNN_NEURONS_LIF_HPP
#define KOSNN_NEURONS_LIF_HPP

#include <Kokkos_Core.hpp>

#include "kosnn/neurons/membrane.hpp"

namespace kosnn {

/// Leaky integrate-and-fire neuron with delta synapses:
/// v <- rest + decay (v - rest) + gain * input + (1 - decay) bias.
template <class Real = float>
class LIF : public ThresholdNeuron<LIF<Real>, Real> {
 public:
  struct State {
    Real v;
    int refractory;  ///< steps left
  };
  using fields = Fields<&State::v, &State::refractory>;

  KOKKOS_FUNCTION State initial() const { return {this->k_rest_, 0}; }
  KOKKOS_FUNCTION bool step(State& s, Real input) const {
    return this->advance(s, input, this->k_threshold_);
  }
};

/// NEST's iaf_psc_delta with its default parameters: LIF computes the same, with exact integration,
/// input lost while refractory and currents as what they do to the potential. NEST's E_L is `rest`,
/// V_th `threshold`, V_reset `reset`, t_ref `refractory`, tau_m that of `membrane(exact(tau_m))`,
/// and I_e a `bias` of I_e tau_m / C_m; weights are jumps in mV.
template <class Real = float>
LIF<Real> iaf_psc_delta() {
  return LIF<Real>{}.membrane(exact(10)).rest(-70).threshold(-55).reset(-70).refractory(2);
}

/// Integrate-and-fire neuron without leak: v <- v + gain * (input + bias). `gain(alpha)` replaces
/// `membrane`; `bias`, in the unit of the input, is added in every step that is not refractory.
template <class Real = float>
class IF : public ThresholdNeuron<IF<Real>, Real> {
 public:
  static constexpr bool leaks = false;
  struct State {
    Real v;
    int refractory;  ///< steps left
  };
  using fields = Fields<&State::v, &State::refractory>;

  IF() { this->membrane_ = factor(1); }
  IF& gain(double alpha) { return this->set(this->membrane_, factor(1, alpha)); }

  KOKKOS_FUNCTION State initial() const { return {this->k_rest_, 0}; }
  KOKKOS_FUNCTION bool step(State& s, Real input) const {
    return this->advance(s, input, this->k_threshold_);
  }

 private:
  using ThresholdNeuron<IF<Real>, Real>::membrane;
};

/// LIF whose threshold grows at each of its spikes and relaxes back to its base value:
/// threshold <- base + decay (threshold - base) + gain * spike, compared before it is updated.
template <class Real = float>
class AdaptiveLIF : public ThresholdNeuron<AdaptiveLIF<Real>, Real> {
  using Base = ThresholdNeuron<AdaptiveLIF<Real>, Real>;

 public:
  struct State {
    Real v;
    Real threshold;
    int refractory;  ///< steps left
  };
  using fields = Fields<&State::v, &State::threshold, &State::refractory>;

  /// How the threshold relaxes and what a spike adds (default: exact, 100 ms, 0.1).
  AdaptiveLIF& adaptation(Relaxation const& form) { return this->set(adaptation_, form); }
  /// PySNN's form: the threshold relaxes to 0 instead of to its base value.
  AdaptiveLIF& relax_threshold_to_zero() { return this->set(to_zero_, true); }

  void prepare(double dt) {
    Base::prepare(dt);
    adaptation_.template check<Real>(dt, "adaptation");
    k_threshold_decay_ = Real(adaptation_.decay(dt));
    k_threshold_jump_ = Real(adaptation_.gain(dt));
    k_target_ = to_zero_ ? Real(0) : this->k_threshold_;
  }
  KOKKOS_FUNCTION State initial() const { return {this->k_rest_, this->k_threshold_, 0}; }
  KOKKOS_FUNCTION bool step(State& s, Real input) const {
    bool const spike = this->advance(s, input, s.threshold);
    s.threshold = k_target_ + k_threshold_decay_ * (s.threshold - k_target_) +
                  (spike ? k_threshold_jump_ : Real(0));
    return spike;
  }
  /// What a spike does to the state.
  KOKKOS_FUNCTION void fire(State& s) const {
    Base::fire(s);
    s.threshold += k_threshold_jump_;
  }

 private:
  Relaxation adaptation_ = exact(100, 0.1);
  bool to_zero_ = false;
  Real k_threshold_decay_{}, k_threshold_jump_{}, k_target_{};

 public:
  using parameters =
      detail::joined_fields<typename Base::parameters,
                            Fields<&AdaptiveLIF::k_threshold_decay_,
                                   &AdaptiveLIF::k_threshold_jump_, &AdaptiveLIF::k_target_>>;
};

}  // namespace kosnn

#endif

#ifndef KOSNN_NEURONS_MEMBRANE_HPP
#define KOSNN_NEURONS_MEMBRANE_HPP

#include <Kokkos_Core.hpp>

#include <cmath>

#include "kosnn/core/config.hpp"
#include "kosnn/core/fields.hpp"
#include "kosnn/core/relaxation.hpp"

namespace kosnn {

// Conventions shared by IF, LIF, AdaptiveLIF, StochasticLIF and Fede (those of PySNN where it is
// consistent): the threshold is inclusive; at a spike the potential is set to `reset`; while
// refractory the potential stays there and input is ignored; a spike at step t with a refractory
// time of R steps allows the next at t + R + 1. Potentials in mV (or without unit), times in ms.
// Input: the sum of the weights of the spikes that arrive, as a jump of the potential times the
// gain of `membrane`.

/// The leaky potential of a neuron; `Derived` is what the setters return.
template <class Derived, class Real>
class MembraneNeuron {
 public:
  using real = Real;

  /// How the potential returns to rest and what an input of 1 adds (default: exact, 20 ms).
  Derived& membrane(Relaxation const& form) { return set(membrane_, form); }
  Derived& rest(double mV) { return set(rest_, mV); }
  /// Constant drive R*I in mV: without spikes the potential tends to rest + bias (default 0). A
  /// membrane whose decay is 1 tends nowhere and takes none; IF has a bias of its own meaning.
  Derived& bias(double mV) { return set(bias_, mV); }

  void prepare(double dt) {
    detail::require_finite<Real>(rest_, "rest");
    detail::require_finite<Real>(bias_, "bias");
    membrane_.template check<Real>(dt, "membrane");
    double const decay = membrane_.decay(dt);
    k_decay_ = Real(decay);
    k_gain_ = Real(membrane_.gain(dt));
    k_rest_ = Real(rest_);
    double const drive = Derived::leaks ? leaking_drive(decay) : bias_ * membrane_.gain(dt);
    detail::require_finite<Real>(drive, "bias times gain");
    k_drive_ = Real(drive);
  }

 protected:
  /// Whether the bias is where the potential tends to, or an input in every step.
  static constexpr bool leaks = true;

  double leaking_drive(double decay) const {
    require(decay < 1 || bias_ == 0,
            "bias: needs a membrane that leaks, whose decay is below 1, "
            "got ",
            bias_, "; without a leak take IF, whose bias is an input in every step");
    return (1 - decay) * bias_;
  }
  /// The potential one step after `v`.
  KOKKOS_FUNCTION Real after_step(Real v, Real input) const {
    return k_rest_ + k_decay_ * (v - k_rest_) + k_gain_ * input + k_drive_;
  }
  template <class T, class U>
  Derived& set(T& member, U const& value) {
    member = value;
    return static_cast<Derived&>(*this);
  }

  Relaxation membrane_ = exact(20);
  double rest_ = 0, bias_ = 0;
  Real k_decay_{}, k_gain_{}, k_rest_{}, k_drive_{};

 public:
  using parameters = Fields<&MembraneNeuron::k_decay_, &MembraneNeuron::k_gain_,
                            &MembraneNeuron::k_rest_, &MembraneNeuron::k_drive_>;
};

/// Reset, refractory time and threshold of neurons that fire.
template <class Derived, class Real>
class ThresholdNeuron : public MembraneNeuron<Derived, Real> {
  using Membrane = MembraneNeuron<Derived, Real>;

 public:
  /// Potential after a spike; defaults to `rest`.
  Derived& reset(double mV) {
    has_reset_ = true;
    return this->set(reset_, mV);
  }
  Derived& threshold(double mV) { return this->set(threshold_, mV); }
  /// Refractory time in ms, a whole number of steps (default 0).
  Derived& refractory(double ms) { return this->set(refractory_, ms); }

  void prepare(double dt) {
    Membrane::prepare(dt);
    detail::require_finite<Real>(reset_, "reset");
    detail::require_finite<Real>(threshold_, "threshold");
    long long const blocked = detail::whole_steps(refractory_, dt, "refractory time");
    require(blocked <= 1 << 30, "refractory time of ", refractory_,
            " ms is longer than 2^30 steps");
    refractory_steps_ = static_cast<int>(blocked);
    k_reset_ = Real(has_reset_ ? reset_ : this->rest_);
    k_threshold_ = Real(threshold_);
  }

  /// What a spike does to the potential and the refractory count.
  template <class State>
  KOKKOS_FUNCTION void fire(State& s) const {
    s.v = k_reset_;
    s.refractory = refractory_steps_;
  }

 protected:
  /// One step of a neuron that fires where its potential reaches `threshold`. Without branches, and
  /// with comparisons of what is computed anyway, so that loops over neurons become vector
  /// instructions.
  template <class State>
  KOKKOS_FUNCTION bool advance(State& s, Real input, Real threshold) const {
    int const left = s.refractory;
    bool const active = left <= 0;
    Real const next = this->after_step(s.v, input);
    bool const spike = active & (next >= threshold);
    Real const v = active ? next : s.v;
    s.v = spike ? k_reset_ : v;
    s.refractory = spike ? refractory_steps_ : left - static_cast<int>(!active);
    return spike;
  }

  double reset_ = 0, threshold_ = 1, refractory_ = 0;
  bool has_reset_ = false;
  Real k_reset_{}, k_threshold_{};
  int refractory_steps_ = 0;

 public:
  using parameters =
      detail::joined_fields<typename Membrane::parameters,
                            Fields<&ThresholdNeuron::k_reset_, &ThresholdNeuron::k_threshold_,
                                   &ThresholdNeuron::refractory_steps_>>;
};

}  // namespace kosnn

#endif

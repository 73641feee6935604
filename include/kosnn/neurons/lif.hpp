#ifndef KOSNN_NEURONS_LIF_HPP
#define KOSNN_NEURONS_LIF_HPP

#include <Kokkos_Core.hpp>

#include "kosnn/core/config.hpp"
#include "kosnn/core/fields.hpp"
#include "kosnn/core/relaxation.hpp"

namespace kosnn {

// Conventions shared by IF, LIF and AdaptiveLIF (those of PySNN where it is consistent): the
// threshold is inclusive; at a spike the potential is set to `reset`; while refractory the
// potential stays there and input is ignored; a spike at step t with a refractory time of R steps
// allows the next at t + R + 1. Potentials in mV (or without unit), times in ms. Input: the sum of
// the weights of the spikes that arrive, as a jump of the potential times the gain of `membrane`.

/// Parameters and update that the three models share; `Derived` is what the setters return.
template <class Derived, class Real>
class ThresholdNeuron {
 public:
  using real = Real;

  /// How the potential returns to rest and what an input of 1 adds (default: exact, 20 ms).
  Derived& membrane(Relaxation const& form) { return set(membrane_, form); }
  Derived& rest(double mV) { return set(rest_, mV); }
  /// Potential after a spike; defaults to `rest`.
  Derived& reset(double mV) {
    has_reset_ = true;
    return set(reset_, mV);
  }
  Derived& threshold(double mV) { return set(threshold_, mV); }
  /// Refractory time in ms, a whole number of steps (default 0).
  Derived& refractory(double ms) { return set(refractory_, ms); }
  /// Constant drive R*I in mV: without spikes the potential tends to rest + bias (default 0).
  Derived& bias(double mV) { return set(bias_, mV); }

  void prepare(double dt) {
    char const* const names[] = {"rest", "reset", "threshold", "bias"};
    double const values[] = {rest_, reset_, threshold_, bias_};
    for (int k = 0; k < 4; ++k)
      require(std::isfinite(values[k]), names[k], " must be finite, got ", values[k]);
    membrane_.check(dt, "membrane");
    long long const blocked = detail::whole_steps(refractory_, dt, "refractory time");
    require(blocked <= 1 << 30, "refractory time of ", refractory_,
            " ms is longer than 2^30 steps");
    refractory_steps_ = static_cast<int>(blocked);
    double const decay = membrane_.decay(dt);
    k_decay_ = Real(decay);
    k_gain_ = Real(membrane_.gain(dt));
    k_rest_ = Real(rest_);
    k_reset_ = Real(has_reset_ ? reset_ : rest_);
    k_threshold_ = Real(threshold_);
    k_drive_ = Real((1 - decay) * bias_);
  }

 protected:
  /// The potential and refractory count after a step, given the effective threshold.
  template <class State>
  KOKKOS_FUNCTION bool advance(State& s, Real input, Real threshold) const {
    bool const active = s.refractory <= 0;
    Real const next = k_rest_ + k_decay_ * (s.v - k_rest_) + k_gain_ * input + k_drive_;
    Real const v = active ? next : s.v;
    bool const spike = active && v >= threshold;
    s.v = spike ? k_reset_ : v;
    s.refractory = spike ? refractory_steps_ : (active ? 0 : s.refractory - 1);
    return spike;
  }
  template <class T, class U>
  Derived& set(T& member, U const& value) {
    member = value;
    return static_cast<Derived&>(*this);
  }

  Relaxation membrane_ = exact(20);
  double rest_ = 0, reset_ = 0, threshold_ = 1, refractory_ = 0, bias_ = 0;
  bool has_reset_ = false;
  Real k_decay_{}, k_gain_{}, k_rest_{}, k_reset_{}, k_threshold_{}, k_drive_{};
  int refractory_steps_ = 0;
};

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

/// Integrate-and-fire neuron without leak: v <- v + gain * input. `gain(alpha)` replaces
/// `membrane`.
template <class Real = float>
class IF : public ThresholdNeuron<IF<Real>, Real> {
 public:
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
    ThresholdNeuron<AdaptiveLIF<Real>, Real>::prepare(dt);
    adaptation_.check(dt, "adaptation");
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

 private:
  Relaxation adaptation_ = exact(100, 0.1);
  bool to_zero_ = false;
  Real k_threshold_decay_{}, k_threshold_jump_{}, k_target_{};
};

}  // namespace kosnn

#endif

#ifndef KOSNN_NEURONS_IAF_PSC_HPP
#define KOSNN_NEURONS_IAF_PSC_HPP

#include <Kokkos_Core.hpp>

#include <cmath>

#include "kosnn/neurons/inputs.hpp"
#include "kosnn/neurons/integrate_and_fire.hpp"

// Leaky integrate-and-fire neurons with postsynaptic currents, integrated exactly (Rotter &
// Diesmann 1999, doi 10.1007/s004220050570), with the names, defaults and order of events of NEST:
// in a step the potential moves on under the currents of its beginning, these decay, and what
// arrives is added to them, so that it acts on the potential from the next step on. Weights in pA.

namespace kosnn {
namespace detail {

/// (1 - e^-x) / x.
inline double mean_decay(double x) { return x == 0 ? 1 : -std::expm1(-x) / x; }

/// (1 - e^-x (1 + x)) / x^2.
inline double mean_ramp(double x) {
  if (std::fabs(x) > 0.1) return (-std::expm1(-x) - x * std::exp(-x)) / (x * x);
  double sum = 0, power = 0.5;  // of the series, x^k / (k + 2)! times (-1)^k
  for (int k = 0; k < 12; ++k) {
    sum += (k + 1) * power;
    power *= -x / (k + 3);
  }
  return sum;
}

}  // namespace detail

/// What neurons with postsynaptic currents share.
template <class Derived, class Real>
class PostsynapticCurrents : public IntegrateAndFire<Derived, Real> {
  using Base = IntegrateAndFire<Derived, Real>;

 public:
  /// Time constant of the membrane.
  Derived& tau_m(double ms) { return this->set(tau_m_, ms); }
  /// Time constant of excitatory currents.
  Derived& tau_syn_ex(double ms) { return this->set(tau_syn_ex_, ms); }
  /// Time constant of inhibitory currents.
  Derived& tau_syn_in(double ms) { return this->set(tau_syn_in_, ms); }

 protected:
  PostsynapticCurrents() : Base(250, -70, -55, -70, 2) {}

  void prepare_currents(double dt) {
    this->prepare_membrane(dt);
    for (auto const& [tau, name] :
         {std::pair(tau_m_, "tau_m"), {tau_syn_ex_, "tau_syn_ex"}, {tau_syn_in_, "tau_syn_in"}})
      detail::require_positive<Real>(tau, name);
    double const kept = std::exp(-dt / tau_m_);
    double const by_current = -std::expm1(-dt / tau_m_) * tau_m_ / this->c_m_;
    k_decay_ = Real(kept);
    k_current_ = Real(by_current);
    k_base_ = Real(-std::expm1(-dt / tau_m_) * this->e_l_ + by_current * this->i_e_);
    k_decay_ex_ = Real(std::exp(-dt / tau_syn_ex_));
    k_decay_in_ = Real(std::exp(-dt / tau_syn_in_));
  }
  /// What a synaptic current of 1 at the beginning of a step adds to the potential.
  double by_synapse(double tau_syn, double dt) const {
    return dt / this->c_m_ * std::exp(-dt / tau_m_) * detail::mean_decay(apart(tau_syn, dt));
  }
  /// The same of a current that begins at 0 and rises by `e^(-t / tau_syn)` a ms.
  double by_rise(double tau_syn, double dt) const {
    return dt * dt / this->c_m_ * std::exp(-dt / tau_m_) * detail::mean_ramp(apart(tau_syn, dt));
  }

  double tau_m_ = 10, tau_syn_ex_ = 2, tau_syn_in_ = 2;
  Real k_decay_{}, k_base_{}, k_current_{}, k_decay_ex_{}, k_decay_in_{};

 private:
  double apart(double tau_syn, double dt) const { return dt / tau_syn - dt / tau_m_; }

 public:
  using parameters = detail::joined_fields<
      typename Base::parameters,
      Fields<&PostsynapticCurrents::k_decay_, &PostsynapticCurrents::k_base_,
             &PostsynapticCurrents::k_current_, &PostsynapticCurrents::k_decay_ex_,
             &PostsynapticCurrents::k_decay_in_>>;
};

/// The potential and currents of models in which each spike adds its weight to a current that
/// decays exponentially.
template <class Derived, class Real>
class ExponentialCurrents : public PostsynapticCurrents<Derived, Real> {
  using Base = PostsynapticCurrents<Derived, Real>;

 public:
  void prepare(double dt) {
    this->prepare_currents(dt);
    k_ex_ = Real(this->by_synapse(this->tau_syn_ex_, dt));
    k_in_ = Real(this->by_synapse(this->tau_syn_in_, dt));
  }

 protected:
  /// Moves the currents on by a step and returns the potential at its end.
  template <class State>
  KOKKOS_FUNCTION Real advance_currents(State& s, Inputs<Real> const& in) const {
    Real const next = this->k_base_ + this->k_decay_ * s.v + k_ex_ * s.i_syn_ex +
                      k_in_ * s.i_syn_in + this->k_current_ * in.current;
    s.i_syn_ex = this->k_decay_ex_ * s.i_syn_ex + in.excitatory;
    s.i_syn_in = this->k_decay_in_ * s.i_syn_in + in.inhibitory;
    return next;
  }

  Real k_ex_{}, k_in_{};

 public:
  using parameters =
      detail::joined_fields<typename Base::parameters,
                            Fields<&ExponentialCurrents::k_ex_, &ExponentialCurrents::k_in_>>;
};

/// Leaky integrate-and-fire neuron with exponentially decaying currents.
template <class Real = float>
class IafPscExp : public ExponentialCurrents<IafPscExp<Real>, Real> {
 public:
  struct State {
    Real v;                   ///< mV
    Real i_syn_ex, i_syn_in;  ///< pA
    int refractory;           ///< steps left
  };
  using fields = Fields<&State::v, &State::i_syn_ex, &State::i_syn_in, &State::refractory>;
  using arrivals = Arrivals<IafPscExp, &State::i_syn_ex, &State::i_syn_in>;

  KOKKOS_FUNCTION State initial() const { return {this->k_rest_, 0, 0, 0}; }
  KOKKOS_FUNCTION bool step(State& s, Inputs<Real> const& in) const {
    return this->take_potential(s, this->advance_currents(s, in));
  }
};

/// Each spike adds a current w t/tau e^(1 - t/tau), whose peak is its weight.
template <class Real = float>
class IafPscAlpha : public PostsynapticCurrents<IafPscAlpha<Real>, Real> {
  using Base = PostsynapticCurrents<IafPscAlpha<Real>, Real>;

 public:
  struct State {
    Real v;                   ///< mV
    Real i_syn_ex, i_syn_in;  ///< pA
    Real rise_ex, rise_in;    ///< pA / ms, of the currents without their decay
    int refractory;           ///< steps left
  };
  using fields = Fields<&State::v, &State::i_syn_ex, &State::i_syn_in, &State::rise_ex,
                        &State::rise_in, &State::refractory>;

  void prepare(double dt) {
    this->prepare_currents(dt);
    k_dt_ = Real(dt);
    k_ex_ = Real(this->by_synapse(this->tau_syn_ex_, dt));
    k_in_ = Real(this->by_synapse(this->tau_syn_in_, dt));
    k_rise_ex_ = Real(this->by_rise(this->tau_syn_ex_, dt));
    k_rise_in_ = Real(this->by_rise(this->tau_syn_in_, dt));
    k_start_ex_ = Real(std::exp(1.0) / this->tau_syn_ex_);
    k_start_in_ = Real(std::exp(1.0) / this->tau_syn_in_);
  }
  KOKKOS_FUNCTION State initial() const { return {this->k_rest_, 0, 0, 0, 0, 0}; }
  KOKKOS_FUNCTION bool step(State& s, Inputs<Real> const& in) const {
    Real const next = this->k_base_ + this->k_decay_ * s.v + k_ex_ * s.i_syn_ex +
                      k_rise_ex_ * s.rise_ex + k_in_ * s.i_syn_in + k_rise_in_ * s.rise_in +
                      this->k_current_ * in.current;
    s.i_syn_ex = this->k_decay_ex_ * (s.i_syn_ex + k_dt_ * s.rise_ex);
    s.i_syn_in = this->k_decay_in_ * (s.i_syn_in + k_dt_ * s.rise_in);
    s.rise_ex = this->k_decay_ex_ * s.rise_ex + k_start_ex_ * in.excitatory;
    s.rise_in = this->k_decay_in_ * s.rise_in + k_start_in_ * in.inhibitory;
    return this->take_potential(s, next);
  }

 private:
  Real k_dt_{}, k_ex_{}, k_in_{}, k_rise_ex_{}, k_rise_in_{}, k_start_ex_{}, k_start_in_{};

 public:
  using parameters =
      detail::joined_fields<typename Base::parameters,
                            Fields<&IafPscAlpha::k_dt_, &IafPscAlpha::k_ex_, &IafPscAlpha::k_in_,
                                   &IafPscAlpha::k_rise_ex_, &IafPscAlpha::k_rise_in_,
                                   &IafPscAlpha::k_start_ex_, &IafPscAlpha::k_start_in_>>;
};

/// NEST's models of these names with their default parameters.
template <class Real = float>
IafPscExp<Real> iaf_psc_exp() {
  return {};
}
template <class Real = float>
IafPscAlpha<Real> iaf_psc_alpha() {
  return {};
}

}  // namespace kosnn

#endif

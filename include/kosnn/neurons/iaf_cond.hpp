#ifndef KOSNN_NEURONS_IAF_COND_HPP
#define KOSNN_NEURONS_IAF_COND_HPP

#include <Kokkos_Core.hpp>

#include <cmath>
#include <utility>

#include "kosnn/neurons/inputs.hpp"
#include "kosnn/neurons/integrate_and_fire.hpp"
#include "kosnn/neurons/runge_kutta.hpp"

// Leaky integrate-and-fire neurons with synaptic conductances, with the names, defaults and order
// of events of NEST: in a step the potential moves on under the conductances of its beginning,
// which decay meanwhile; what arrives is added to them at its end. Weights in nS; those of
// inhibitory synapses are negative and add their size.
//
//   C V' = -g_l (V - e_l) - g_ex (V - e_ex) - g_in (V - e_in) + i_e + current
//
// The conductances are exact. The potential, given them, follows a linear equation and is
// integrated in one step, without branches and stable for all conductances, by an implicit
// Runge-Kutta method of order 4: its error is (dt/tau_syn)^4 / 2880 of what a spike does and (dt
// g/C)^5 / 720 of what drives it, up to dt g/C = 2 (detail::lobatto_change). With `Order` 2, for
// large networks, it is the midpoint rule, whose errors are (dt/tau_syn)^2 / 24 and (dt g/C)^3 /
// 12; above dt g/C = 2 the potential swings past what drives it. dt may not be above tau_syn.
// Unlike in NEST the potential may pass v_th within the step whose end is the spike.

namespace kosnn {

/// What neurons with synaptic conductances share.
template <class Derived, class Real>
class SynapticConductances : public IntegrateAndFire<Derived, Real> {
  using Base = IntegrateAndFire<Derived, Real>;

 public:
  /// Leak conductance in nS.
  Derived& g_l(double nS) { return this->set(g_l_, nS); }
  /// Reversal potentials.
  Derived& e_ex(double mV) { return this->set(e_ex_, mV); }
  Derived& e_in(double mV) { return this->set(e_in_, mV); }
  /// Time constants of the conductances.
  Derived& tau_syn_ex(double ms) { return this->set(tau_syn_ex_, ms); }
  Derived& tau_syn_in(double ms) { return this->set(tau_syn_in_, ms); }

 protected:
  using Base::Base;

  /// Of neurons that fire at `peak`, the parameter of that name.
  void prepare_conductances(double dt, double peak, char const* name) {
    this->prepare_membrane(dt, peak, name);
    detail::require_finite<Real>(e_ex_, "e_ex");
    detail::require_finite<Real>(e_in_, "e_in");
    detail::require_finite<Real>(g_l_, "g_l");
    require(g_l_ >= 0, "g_l must not be negative, got ", g_l_);
    for (auto const& [tau, what] :
         {std::pair(tau_syn_ex_, "tau_syn_ex"), {tau_syn_in_, "tau_syn_in"}}) {
      detail::require_positive<Real>(tau, what);
      require(dt <= tau, what, " of ", tau, " ms is shorter than the step of ", dt, " ms");
    }
    k_decay_ex_ = Real(std::exp(-dt / tau_syn_ex_));
    k_decay_in_ = Real(std::exp(-dt / tau_syn_in_));
  }

  double g_l_ = 16.6667, e_ex_ = 0, e_in_ = -85, tau_syn_ex_ = 0.2, tau_syn_in_ = 2;
  Real k_decay_ex_{}, k_decay_in_{};

 public:
  using parameters =
      detail::joined_fields<typename Base::parameters, Fields<&SynapticConductances::k_decay_ex_,
                                                              &SynapticConductances::k_decay_in_>>;
};

/// The membrane of neurons without other currents than leak and synapses.
template <class Derived, class Real, int Order>
class LinearMembrane : public SynapticConductances<Derived, Real> {
  static_assert(Order == 2 || Order == 4, "koSNN: conductances are integrated in order 2 or 4");
  using Base = SynapticConductances<Derived, Real>;

 public:
  LinearMembrane() : Base(250, -70, -55, -60, 2) {}
  void prepare(double dt) {
    this->prepare_conductances(dt, this->v_th_, "v_th");
    double const scale = dt / this->c_m_;
    k_scale_ = Real(scale);
    k_leak_ = Real(scale * this->g_l_);
    k_steady_ = Real(scale * (this->g_l_ * this->e_l_ + this->i_e_));
    double const half_ex = std::exp(-dt / 2 / this->tau_syn_ex_);
    double const half_in = std::exp(-dt / 2 / this->tau_syn_in_);
    k_half_ex_ = Real(half_ex);
    k_half_in_ = Real(half_in);
    double const by_ex = Order == 2 ? scale * half_ex : scale;
    double const by_in = Order == 2 ? scale * half_in : scale;
    k_by_ex_ = Real(by_ex);
    k_by_in_ = Real(by_in);
    k_to_ex_ = Real(by_ex * this->e_ex_);
    k_to_in_ = Real(by_in * this->e_in_);
  }

 protected:
  /// What a conductance that comes to `g` without its decay has come to in the middle of a step. Of
  /// order 2, which looks at nothing else, the constants below include this decay.
  KOKKOS_FUNCTION Real middle_ex(Real g) const { return Order == 2 ? g : k_half_ex_ * g; }
  KOKKOS_FUNCTION Real middle_in(Real g) const { return Order == 2 ? g : k_half_in_ * g; }
  /// The potential after a step that begins at `v`, given the conductances at its beginning, middle
  /// and end.
  KOKKOS_FUNCTION Real after_step(Real v, Real const (&g_ex)[3], Real const (&g_in)[3],
                                  Real current) const {
    Real const steady = k_steady_ + k_scale_ * current;
    auto const rate_at = [&](int k) { return k_leak_ + k_by_ex_ * g_ex[k] + k_by_in_ * g_in[k]; };
    auto const slope_at = [&](int k, Real rate) {
      return steady + k_to_ex_ * g_ex[k] + k_to_in_ * g_in[k] - rate * v;
    };
    Real const rate = rate_at(1), slope = slope_at(1, rate);
    if constexpr (Order == 2) {
      return v + slope / (1 + rate / 2);
    } else {
      Real const last = rate_at(2);
      Real const slopes[3] = {slope_at(0, rate_at(0)), slope, slope_at(2, last)};
      Real const rates[3] = {0, rate, last};
      return v + detail::lobatto_change(slopes, rates);
    }
  }

  Real k_scale_{}, k_leak_{}, k_steady_{}, k_by_ex_{}, k_by_in_{}, k_to_ex_{}, k_to_in_{},
      k_half_ex_{}, k_half_in_{};

 public:
  using parameters = detail::joined_fields<
      typename Base::parameters,
      Fields<&LinearMembrane::k_scale_, &LinearMembrane::k_leak_, &LinearMembrane::k_steady_,
             &LinearMembrane::k_by_ex_, &LinearMembrane::k_by_in_, &LinearMembrane::k_to_ex_,
             &LinearMembrane::k_to_in_, &LinearMembrane::k_half_ex_, &LinearMembrane::k_half_in_>>;
};

/// Each spike adds its weight to a conductance that decays exponentially.
template <class Real = float, int Order = 4>
class IafCondExp : public LinearMembrane<IafCondExp<Real, Order>, Real, Order> {
 public:
  struct State {
    Real v;           ///< mV
    Real g_ex, g_in;  ///< nS
    int refractory;   ///< steps left
  };
  using fields = Fields<&State::v, &State::g_ex, &State::g_in, &State::refractory>;
  using arrivals = Arrivals<IafCondExp, &State::g_ex, &State::g_in, -1>;

  KOKKOS_FUNCTION State initial() const { return {this->k_rest_, 0, 0, 0}; }
  KOKKOS_FUNCTION bool step(State& s, Inputs<Real> const& in) const {
    Real const ex[3] = {s.g_ex, this->middle_ex(s.g_ex), this->k_decay_ex_ * s.g_ex};
    Real const inh[3] = {s.g_in, this->middle_in(s.g_in), this->k_decay_in_ * s.g_in};
    Real const next = this->after_step(s.v, ex, inh, in.current);
    s.g_ex = ex[2] + in.excitatory;
    s.g_in = inh[2] - in.inhibitory;
    return this->take_potential(s, next);
  }
};

/// Each spike adds a conductance w t/tau e^(1 - t/tau), whose peak is its weight.
template <class Real = float, int Order = 4>
class IafCondAlpha : public LinearMembrane<IafCondAlpha<Real, Order>, Real, Order> {
  using Base = LinearMembrane<IafCondAlpha<Real, Order>, Real, Order>;

 public:
  struct State {
    Real v;                 ///< mV
    Real g_ex, g_in;        ///< nS
    Real rise_ex, rise_in;  ///< nS / ms, of the conductances without their decay
    int refractory;         ///< steps left
  };
  using fields = Fields<&State::v, &State::g_ex, &State::g_in, &State::rise_ex, &State::rise_in,
                        &State::refractory>;

  void prepare(double dt) {
    Base::prepare(dt);
    k_dt_ = Real(dt);
    k_start_ex_ = Real(std::exp(1.0) / this->tau_syn_ex_);
    k_start_in_ = Real(std::exp(1.0) / this->tau_syn_in_);
  }
  KOKKOS_FUNCTION State initial() const { return {this->k_rest_, 0, 0, 0, 0, 0}; }
  KOKKOS_FUNCTION bool step(State& s, Inputs<Real> const& in) const {
    Real const ex[3] = {s.g_ex, this->middle_ex(s.g_ex + k_dt_ / 2 * s.rise_ex),
                        this->k_decay_ex_ * (s.g_ex + k_dt_ * s.rise_ex)};
    Real const inh[3] = {s.g_in, this->middle_in(s.g_in + k_dt_ / 2 * s.rise_in),
                         this->k_decay_in_ * (s.g_in + k_dt_ * s.rise_in)};
    Real const next = this->after_step(s.v, ex, inh, in.current);
    s.g_ex = ex[2];
    s.g_in = inh[2];
    s.rise_ex = this->k_decay_ex_ * s.rise_ex + k_start_ex_ * in.excitatory;
    s.rise_in = this->k_decay_in_ * s.rise_in - k_start_in_ * in.inhibitory;
    return this->take_potential(s, next);
  }

 private:
  Real k_dt_{}, k_start_ex_{}, k_start_in_{};

 public:
  using parameters = detail::joined_fields<
      typename Base::parameters,
      Fields<&IafCondAlpha::k_dt_, &IafCondAlpha::k_start_ex_, &IafCondAlpha::k_start_in_>>;
};

/// NEST's models of these names with their default parameters.
template <class Real = float, int Order = 4>
IafCondExp<Real, Order> iaf_cond_exp() {
  return {};
}
template <class Real = float, int Order = 4>
IafCondAlpha<Real, Order> iaf_cond_alpha() {
  return {};
}

}  // namespace kosnn

#endif

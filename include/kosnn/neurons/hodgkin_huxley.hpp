#ifndef KOSNN_NEURONS_HODGKIN_HUXLEY_HPP
#define KOSNN_NEURONS_HODGKIN_HUXLEY_HPP

#include <Kokkos_Core.hpp>

#include <cmath>
#include <limits>
#include <utility>

#include "kosnn/neurons/inputs.hpp"
#include "kosnn/neurons/integrate_and_fire.hpp"
#include "kosnn/neurons/runge_kutta.hpp"

namespace kosnn {

/// Hodgkin & Huxley's neuron (1952, doi 10.1113/jphysiol.1952.sp004764), shifted to a rest of
/// -65 mV, with alpha-shaped currents whose peak is the weight in pA, NEST's hh_psc_alpha:
///   C V' = -g_na m^3 h (V - e_na) - g_k n^4 (V - e_k) - g_l (V - e_l) + i_ex + i_in + i_e +
///   current
/// It fires in the step in which V, at 0 mV or above, begins to fall, unless less than t_ref after
/// the last spike; nothing is reset. What arrives is added to the currents at the end of the step.
/// Integrated by an adaptive Runge-Kutta method of order 5 (detail::integrate). The rates of the
/// gates stay as at -150 and 150 mV beyond these, where only absurd currents lead. dt <= 1 ms.
template <class Real = float>
class HhPscAlpha : public IntegrateAndFire<HhPscAlpha<Real>, Real> {
  using Base = IntegrateAndFire<HhPscAlpha<Real>, Real>;

 public:
  struct State {
    Real v;                   ///< mV
    Real m, h, n;             ///< activation and inactivation of sodium, activation of potassium
    Real i_syn_ex, i_syn_in;  ///< pA
    Real rise_ex, rise_in;    ///< pA / ms, of the currents without their decay
    int refractory;           ///< steps left
  };
  using fields = Fields<&State::v, &State::m, &State::h, &State::n, &State::i_syn_ex,
                        &State::i_syn_in, &State::rise_ex, &State::rise_in, &State::refractory>;

  HhPscAlpha() : Base(100, -54.402, 0, -65, 2) {}
  /// Largest conductances in nS and reversal potentials in mV of sodium and potassium; the leak's
  /// conductance (its potential is e_l).
  HhPscAlpha& g_na(double nS) { return this->set(g_na_, nS); }
  HhPscAlpha& g_k(double nS) { return this->set(g_k_, nS); }
  HhPscAlpha& g_l(double nS) { return this->set(g_l_, nS); }
  HhPscAlpha& e_na(double mV) { return this->set(e_na_, mV); }
  HhPscAlpha& e_k(double mV) { return this->set(e_k_, mV); }
  /// Time constants of the currents.
  HhPscAlpha& tau_syn_ex(double ms) { return this->set(tau_syn_ex_, ms); }
  HhPscAlpha& tau_syn_in(double ms) { return this->set(tau_syn_in_, ms); }
  /// Error allowed in a substep, in mV, pA and of the gates, times (1 + change); at least that of
  /// 32 roundings (default 1e-4).
  HhPscAlpha& tolerance(double error) { return this->set(tolerance_, error); }

  void prepare(double dt) {
    this->prepare_membrane(dt);
    require(dt <= 1, "Hodgkin and Huxley's equations need dt <= 1 ms, got ", dt);
    detail::require_positive<Real>(tolerance_, "tolerance");
    detail::require_finite<Real>(e_na_, "e_na");
    detail::require_finite<Real>(e_k_, "e_k");
    for (auto const& [value, name] : {std::pair(g_na_, "g_na"), {g_k_, "g_k"}, {g_l_, "g_l"}}) {
      detail::require_finite<Real>(value, name);
      require(value >= 0, name, " must not be negative, got ", value);
    }
    double const fastest = (1 << detail::halvings) / dt;
    require((g_na_ + g_k_ + g_l_) / this->c_m_ <= fastest, "(g_na + g_k + g_l) / c_m of ",
            (g_na_ + g_k_ + g_l_) / this->c_m_, " per ms must be at most ", fastest);
    for (auto const& [tau, name] :
         {std::pair(tau_syn_ex_, "tau_syn_ex"), {tau_syn_in_, "tau_syn_in"}}) {
      detail::require_positive<Real>(tau, name);
      require(dt <= tau, name, " of ", tau, " ms is shorter than the step of ", dt, " ms");
    }
    k_dt_ = Real(dt);
    k_per_c_ = Real(1 / this->c_m_);
    k_na_ = Real(g_na_);
    k_k_ = Real(g_k_);
    k_leak_ = Real(g_l_);
    k_e_na_ = Real(e_na_);
    k_e_k_ = Real(e_k_);
    k_current_ = Real(this->i_e_);
    k_per_tau_ex_ = Real(1 / tau_syn_ex_);
    k_per_tau_in_ = Real(1 / tau_syn_in_);
    k_decay_ex_ = Real(std::exp(-dt / tau_syn_ex_));
    k_decay_in_ = Real(std::exp(-dt / tau_syn_in_));
    k_start_ex_ = Real(std::exp(1.0) / tau_syn_ex_);
    k_start_in_ = Real(std::exp(1.0) / tau_syn_in_);
    k_tolerance_ =
        Real(std::fmax(tolerance_, 32 * static_cast<double>(std::numeric_limits<Real>::epsilon())));
  }
  /// V = -65 mV with the gates in equilibrium.
  KOKKOS_FUNCTION State initial() const {
    Rates const r(Real(-65));
    return {Real(-65),
            r.alpha_m / (r.alpha_m + r.beta_m),
            r.alpha_h / (r.alpha_h + r.beta_h),
            r.alpha_n / (r.alpha_n + r.beta_n),
            0,
            0,
            0,
            0,
            0};
  }
  KOKKOS_FUNCTION bool step(State& s, Inputs<Real> const& in) const {
    System system{*this, k_current_ + in.current};
    Real y[8] = {s.v, s.m, s.h, s.n, s.i_syn_ex, s.i_syn_in, s.rise_ex, s.rise_in};
    detail::integrate(system, k_dt_, k_tolerance_, y);
    bool const falls = y[0] >= 0 && s.v > y[0];
    s.v = y[0];
    s.m = y[1];
    s.h = y[2];
    s.n = y[3];
    s.i_syn_ex = k_decay_ex_ * (s.i_syn_ex + k_dt_ * s.rise_ex);
    s.i_syn_in = k_decay_in_ * (s.i_syn_in + k_dt_ * s.rise_in);
    s.rise_ex = k_decay_ex_ * s.rise_ex + k_start_ex_ * in.excitatory;
    s.rise_in = k_decay_in_ * s.rise_in + k_start_in_ * in.inhibitory;
    bool const spike = s.refractory <= 0 && falls;
    s.refractory =
        spike ? this->refractory_steps_ : s.refractory - static_cast<int>(s.refractory > 0);
    return spike;
  }
  /// What a spike does to the state.
  KOKKOS_FUNCTION void fire(State& s) const { s.refractory = this->refractory_steps_; }

 private:
  using Base::v_reset;
  using Base::v_th;

  /// How fast the gates open and close at a potential, per ms.
  struct Rates {
    Real alpha_m, beta_m, alpha_h, beta_h, alpha_n, beta_n;

    KOKKOS_FUNCTION explicit Rates(Real potential) {
      Real const above = potential > -150 ? potential : Real(-150);
      Real const v = above < 150 ? above : Real(150);
      alpha_m = opening((v + 40) / 10);
      beta_m = 4 * std::exp((v + 65) / -18);
      alpha_h = Real(0.07) * std::exp((v + 65) / -20);
      beta_h = 1 / (1 + std::exp((v + 35) / -10));
      alpha_n = Real(0.1) * opening((v + 55) / 10);
      beta_n = Real(0.125) * std::exp((v + 65) / -80);
    }
    /// x / (1 - e^-x), which is 1 at 0.
    KOKKOS_FUNCTION static Real opening(Real x) {
      return std::fabs(x) < Real(1e-4) ? 1 + x / 2 : x / -std::expm1(-x);
    }
  };
  struct System {
    HhPscAlpha const& model;
    Real current;

    KOKKOS_FUNCTION void slopes(Real const (&y)[8], Real (&out)[8]) const {
      HhPscAlpha const& k = model;
      Rates const r(y[0]);
      Real const v = y[0], m = y[1], h = y[2], n = y[3];
      Real const sum = k.k_na_ * m * m * m * h * (k.k_e_na_ - v) +
                       k.k_k_ * n * n * n * n * (k.k_e_k_ - v) + k.k_leak_ * (k.k_rest_ - v) +
                       y[4] + y[5] + current;
      out[0] = sum * k.k_per_c_;
      out[1] = r.alpha_m * (1 - m) - r.beta_m * m;
      out[2] = r.alpha_h * (1 - h) - r.beta_h * h;
      out[3] = r.alpha_n * (1 - n) - r.beta_n * n;
      out[4] = y[6] - y[4] * k.k_per_tau_ex_;
      out[5] = y[7] - y[5] * k.k_per_tau_in_;
      out[6] = -y[6] * k.k_per_tau_ex_;
      out[7] = -y[7] * k.k_per_tau_in_;
    }
    KOKKOS_FUNCTION void accept(Real (&)[8]) const {}
  };

  double g_na_ = 12000, g_k_ = 3600, g_l_ = 30, e_na_ = 50, e_k_ = -77, tau_syn_ex_ = 0.2,
         tau_syn_in_ = 2, tolerance_ = 1e-4;
  Real k_dt_{}, k_per_c_{}, k_na_{}, k_k_{}, k_leak_{}, k_e_na_{}, k_e_k_{}, k_current_{},
      k_per_tau_ex_{}, k_per_tau_in_{}, k_decay_ex_{}, k_decay_in_{}, k_start_ex_{}, k_start_in_{},
      k_tolerance_{};

 public:
  using parameters = detail::joined_fields<
      typename Base::parameters,
      Fields<&HhPscAlpha::k_dt_, &HhPscAlpha::k_per_c_, &HhPscAlpha::k_na_, &HhPscAlpha::k_k_,
             &HhPscAlpha::k_leak_, &HhPscAlpha::k_e_na_, &HhPscAlpha::k_e_k_,
             &HhPscAlpha::k_current_, &HhPscAlpha::k_per_tau_ex_, &HhPscAlpha::k_per_tau_in_,
             &HhPscAlpha::k_decay_ex_, &HhPscAlpha::k_decay_in_, &HhPscAlpha::k_start_ex_,
             &HhPscAlpha::k_start_in_, &HhPscAlpha::k_tolerance_>>;
};

/// NEST's model of this name with its default parameters.
template <class Real = float>
HhPscAlpha<Real> hh_psc_alpha() {
  return {};
}

}  // namespace kosnn

#endif

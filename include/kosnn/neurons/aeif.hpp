#ifndef KOSNN_NEURONS_AEIF_HPP
#define KOSNN_NEURONS_AEIF_HPP

#include <Kokkos_Core.hpp>

#include <cmath>
#include <limits>
#include <utility>

#include "kosnn/neurons/iaf_cond.hpp"

namespace kosnn {

/// Adaptive exponential integrate-and-fire neuron (Brette & Gerstner 2005,
/// doi 10.1152/jn.00686.2005) with exponentially decaying conductances:
///   C V' = -g_l (V - e_l) + g_l delta_t e^((V - v_th) / delta_t) - g_ex (V - e_ex)
///          - g_in (V - e_in) - w + i_e + current
///   tau_w w' = a (V - e_l) - w
/// Where V reaches v_peak it fires, V becomes v_reset and w grows by b; with delta_t = 0 it fires
/// at v_th. The names, defaults and order of events of NEST: a spike and its reset happen at the
/// end of a substep (dt / 1024 by then, unless delta_t = 0), the step goes on from there, and what
/// arrives is added to the conductances at its end. A neuron that fires several times in a step
/// sends one spike (and adds each b). Integrated by an adaptive Runge-Kutta method of order 5
/// (detail::integrate) with V no higher than v_peak in the equations.
template <class Real = float>
class AeifCondExp : public SynapticConductances<AeifCondExp<Real>, Real> {
  using Base = SynapticConductances<AeifCondExp<Real>, Real>;

 public:
  struct State {
    Real v;           ///< mV
    Real w;           ///< pA
    Real g_ex, g_in;  ///< nS
    int refractory;   ///< steps left
  };
  using fields = Fields<&State::v, &State::w, &State::g_ex, &State::g_in, &State::refractory>;

  AeifCondExp() : Base(281, -70.6, -50.4, -60, 0) { this->g_l(30); }
  /// Where a spike is cut off.
  AeifCondExp& v_peak(double mV) { return this->set(v_peak_, mV); }
  /// Width of the rise to a spike in mV, 0 for a sharp threshold.
  AeifCondExp& delta_t(double mV) { return this->set(delta_t_, mV); }
  /// Adaptation: its conductance in nS, its growth at a spike in pA, its time constant in ms.
  AeifCondExp& a(double nS) { return this->set(a_, nS); }
  AeifCondExp& b(double pA) { return this->set(b_, pA); }
  AeifCondExp& tau_w(double ms) { return this->set(tau_w_, ms); }
  /// Error allowed in a substep, in mV, pA and nS times (1 + change); at least that of 32
  /// roundings.
  AeifCondExp& gsl_error_tol(double tolerance) { return this->set(tolerance_, tolerance); }

  void prepare(double dt) {
    for (auto const& [value, name] : {std::pair(v_peak_, "v_peak"), {a_, "a"}, {b_, "b"}})
      detail::require_finite<Real>(value, name);
    detail::require_positive<Real>(tau_w_, "tau_w");
    detail::require_positive<Real>(tolerance_, "gsl_error_tol");
    detail::require_finite<Real>(delta_t_, "delta_t");
    require(delta_t_ >= 0, "delta_t must not be negative, got ", delta_t_);
    require(v_peak_ >= this->v_th_, "v_peak of ", v_peak_, " mV must not be below v_th of ",
            this->v_th_, " mV");
    bool const sharp = delta_t_ == 0;
    this->prepare_conductances(dt, sharp ? this->v_th_ : v_peak_, sharp ? "v_th" : "v_peak");
    double const highest = std::log(static_cast<double>(std::numeric_limits<Real>::max()) / 1e20);
    require(sharp || (v_peak_ - this->v_th_) / delta_t_ < highest,
            "e^((v_peak - v_th) / delta_t) overflows for v_peak = ", v_peak_,
            ", v_th = ", this->v_th_, ", delta_t = ", delta_t_,
            " mV: raise delta_t or lower v_peak");
    double const shortest = dt / (1 << detail::halvings);
    require(this->c_m_ >= shortest * this->g_l_ && this->c_m_ >= shortest * std::fabs(a_) &&
                tau_w_ >= shortest,
            "g_l / c_m, a / c_m and 1 / tau_w must be at most ", 1 / shortest,
            " per ms, got g_l = ", this->g_l_, ", a = ", a_, ", c_m = ", this->c_m_,
            ", tau_w = ", tau_w_);
    k_dt_ = Real(dt);
    k_per_c_ = Real(1 / this->c_m_);
    k_leak_ = Real(this->g_l_);
    k_current_ = Real(this->i_e_);
    k_e_ex_ = Real(this->e_ex_);
    k_e_in_ = Real(this->e_in_);
    k_foot_ = Real(this->v_th_);
    k_highest_ = Real(v_peak_);
    k_rise_ = Real(this->g_l_ * delta_t_);
    k_per_delta_ = Real(sharp ? 0 : 1 / delta_t_);
    k_a_ = Real(a_);
    k_b_ = Real(b_);
    k_per_tau_w_ = Real(1 / tau_w_);
    k_per_tau_ex_ = Real(1 / this->tau_syn_ex_);
    k_per_tau_in_ = Real(1 / this->tau_syn_in_);
    k_tolerance_ =
        Real(std::fmax(tolerance_, 32 * static_cast<double>(std::numeric_limits<Real>::epsilon())));
  }
  KOKKOS_FUNCTION State initial() const { return {this->k_rest_, 0, 0, 0, 0}; }
  KOKKOS_FUNCTION bool step(State& s, Inputs<Real> const& in) const {
    System system{*this, k_current_ + in.current, s.refractory > 0, false};
    Real y[4] = {s.v, s.w, s.g_ex, s.g_in};
    detail::integrate(system, k_dt_, k_tolerance_, y);
    s.v = y[0];
    s.w = y[1];
    s.g_ex = this->k_decay_ex_ * s.g_ex + in.excitatory;
    s.g_in = this->k_decay_in_ * s.g_in - in.inhibitory;
    s.refractory =
        system.spike ? this->refractory_steps_ : s.refractory - static_cast<int>(s.refractory > 0);
    return system.spike;
  }
  /// What a spike does to the state.
  KOKKOS_FUNCTION void fire(State& s) const {
    Base::fire(s);
    s.w += k_b_;
  }

 private:
  /// The equations for V, w, g_ex and g_in, and what happens at v_peak.
  struct System {
    AeifCondExp const& model;
    Real current;
    bool refractory;
    bool spike;

    KOKKOS_FUNCTION void slopes(Real const (&y)[4], Real (&out)[4]) const {
      AeifCondExp const& m = model;
      Real const below = y[0] < m.k_highest_ ? y[0] : m.k_highest_;
      Real const v = refractory ? m.k_reset_ : below;
      Real const rise = m.k_rise_ * std::exp((v - m.k_foot_) * m.k_per_delta_);
      Real const sum = m.k_leak_ * (m.k_rest_ - v) + rise + y[2] * (m.k_e_ex_ - v) +
                       y[3] * (m.k_e_in_ - v) - y[1] + current;
      out[0] = refractory ? Real(0) : sum * m.k_per_c_;
      out[1] = (m.k_a_ * (v - m.k_rest_) - y[1]) * m.k_per_tau_w_;
      out[2] = -y[2] * m.k_per_tau_ex_;
      out[3] = -y[3] * m.k_per_tau_in_;
    }
    KOKKOS_FUNCTION void accept(Real (&y)[4]) {
      if (refractory) {
        y[0] = model.k_reset_;
      } else if (y[0] >= model.k_threshold_) {
        y[0] = model.k_reset_;
        y[1] += model.k_b_;
        spike = true;
        refractory = model.refractory_steps_ > 0;
      }
    }
  };

  double v_peak_ = 0, delta_t_ = 2, a_ = 4, b_ = 80.5, tau_w_ = 144, tolerance_ = 1e-6;
  Real k_dt_{}, k_per_c_{}, k_leak_{}, k_current_{}, k_e_ex_{}, k_e_in_{}, k_foot_{}, k_highest_{},
      k_rise_{}, k_per_delta_{}, k_a_{}, k_b_{}, k_per_tau_w_{}, k_per_tau_ex_{}, k_per_tau_in_{},
      k_tolerance_{};

 public:
  using parameters = detail::joined_fields<
      typename Base::parameters,
      Fields<&AeifCondExp::k_dt_, &AeifCondExp::k_per_c_, &AeifCondExp::k_leak_,
             &AeifCondExp::k_current_, &AeifCondExp::k_e_ex_, &AeifCondExp::k_e_in_,
             &AeifCondExp::k_foot_, &AeifCondExp::k_highest_, &AeifCondExp::k_rise_,
             &AeifCondExp::k_per_delta_, &AeifCondExp::k_a_, &AeifCondExp::k_b_,
             &AeifCondExp::k_per_tau_w_, &AeifCondExp::k_per_tau_ex_, &AeifCondExp::k_per_tau_in_,
             &AeifCondExp::k_tolerance_>>;
};

/// NEST's model of this name with its default parameters.
template <class Real = float>
AeifCondExp<Real> aeif_cond_exp() {
  return {};
}

}  // namespace kosnn

#endif

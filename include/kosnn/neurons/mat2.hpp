#ifndef KOSNN_NEURONS_MAT2_HPP
#define KOSNN_NEURONS_MAT2_HPP

#include <Kokkos_Core.hpp>

#include <cmath>
#include <utility>

#include "kosnn/neurons/iaf_psc.hpp"

namespace kosnn {

/// Multi-timescale adaptive threshold neuron (Kobayashi, Tsubo & Shinomoto 2009,
/// doi 10.3389/neuro.10.009.2009) with exponentially decaying currents, NEST's mat2_psc_exp: a
/// leaky potential that no spike resets, and a threshold of omega and two parts to which a spike
/// adds alpha_1 and alpha_2 and which decay with tau_1 and tau_2. t_ref only keeps it from firing.
template <class Real = float>
class Mat2PscExp : public ExponentialCurrents<Mat2PscExp<Real>, Real> {
  using Base = ExponentialCurrents<Mat2PscExp<Real>, Real>;

 public:
  struct State {
    Real v;                   ///< mV
    Real i_syn_ex, i_syn_in;  ///< pA
    Real v_th_1, v_th_2;      ///< mV, the parts of the threshold above omega
    int refractory;           ///< steps left
  };
  using fields = Fields<&State::v, &State::i_syn_ex, &State::i_syn_in, &State::v_th_1,
                        &State::v_th_2, &State::refractory>;
  using arrivals = Arrivals<Mat2PscExp, &State::i_syn_ex, &State::i_syn_in>;

  Mat2PscExp() { this->c_m(100).tau_m(5).tau_syn_ex(1).tau_syn_in(3); }
  /// Threshold without spikes.
  Mat2PscExp& omega(double mV) { return this->set(omega_, mV); }
  Mat2PscExp& tau_1(double ms) { return this->set(tau_1_, ms); }
  Mat2PscExp& tau_2(double ms) { return this->set(tau_2_, ms); }
  Mat2PscExp& alpha_1(double mV) { return this->set(alpha_1_, mV); }
  Mat2PscExp& alpha_2(double mV) { return this->set(alpha_2_, mV); }

  void prepare(double dt) {
    Base::prepare(dt);
    for (auto const& [value, name] :
         {std::pair(omega_, "omega"), {alpha_1_, "alpha_1"}, {alpha_2_, "alpha_2"}})
      detail::require_finite<Real>(value, name);
    detail::require_positive<Real>(tau_1_, "tau_1");
    detail::require_positive<Real>(tau_2_, "tau_2");
    k_omega_ = Real(omega_);
    k_jump_1_ = Real(alpha_1_);
    k_jump_2_ = Real(alpha_2_);
    k_decay_1_ = Real(std::exp(-dt / tau_1_));
    k_decay_2_ = Real(std::exp(-dt / tau_2_));
  }
  KOKKOS_FUNCTION State initial() const { return {this->k_rest_, 0, 0, 0, 0, 0}; }
  /// In numbers in place of decisions, so that loops over neurons become vector instructions.
  KOKKOS_FUNCTION bool step(State& s, Inputs<Real> const& in) const {
    s.v = this->advance_currents(s, in);
    Real const first = k_decay_1_ * s.v_th_1, second = k_decay_2_ * s.v_th_2;
    int const left = s.refractory;
    int const waits = left > 0 ? 1 : 0;
    int const reaches = s.v >= k_omega_ + first + second ? 1 : 0;
    int const spikes = reaches & (1 - waits);
    s.v_th_1 = first + static_cast<Real>(spikes) * k_jump_1_;
    s.v_th_2 = second + static_cast<Real>(spikes) * k_jump_2_;
    s.refractory = left - waits + spikes * this->refractory_steps_;
    return spikes != 0;
  }
  /// What a spike does to the state.
  KOKKOS_FUNCTION void fire(State& s) const {
    s.v_th_1 += k_jump_1_;
    s.v_th_2 += k_jump_2_;
    s.refractory = this->refractory_steps_;
  }

 private:
  using Base::v_reset;
  using Base::v_th;

  double omega_ = -51, tau_1_ = 10, tau_2_ = 200, alpha_1_ = 37, alpha_2_ = 2;
  Real k_omega_{}, k_jump_1_{}, k_jump_2_{}, k_decay_1_{}, k_decay_2_{};

 public:
  using parameters = detail::joined_fields<
      typename Base::parameters,
      Fields<&Mat2PscExp::k_omega_, &Mat2PscExp::k_jump_1_, &Mat2PscExp::k_jump_2_,
             &Mat2PscExp::k_decay_1_, &Mat2PscExp::k_decay_2_>>;
};

/// NEST's model of this name with its default parameters.
template <class Real = float>
Mat2PscExp<Real> mat2_psc_exp() {
  return {};
}

}  // namespace kosnn

#endif

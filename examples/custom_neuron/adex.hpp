#ifndef KOSNN_EXAMPLES_CUSTOM_NEURON_ADEX_HPP
#define KOSNN_EXAMPLES_CUSTOM_NEURON_ADEX_HPP

#include <kosnn/kosnn.hpp>

/// The adaptive exponential integrate-and-fire neuron (Brette & Gerstner 2005,
/// doi 10.1152/jn.00686.2005): C v' = -g_l (v - e_l) + g_l delta exp((v - v_t) / delta) - w + I,
/// tau_w w' = a (v - e_l) - w; where v passes 0 mV it fires, v becomes e_l and w grows by b.
/// Euler's form, steps of at most 0.5 ms. The input is a jump of v in mV; I is `current` plus
/// noise, a new random number in each step (mean 0, deviation `noise`).
struct AdEx {
  struct State {
    float v, w;  ///< potential in mV, adaptation in pA
  };
  using fields = kosnn::Fields<&State::v, &State::w>;

  // The paper's values.
  float capacitance = 281, leak = 30;                ///< pF, nS
  float e_l = -70.6F, v_t = -50.4F, delta = 2;       ///< mV
  float tau_w = 144, a = 4, b = 80.5F;               ///< ms, nS, pA
  float current = 0, noise = 0;                      ///< pA
  float dt = 0;                                      ///< ms, set by the network
  using parameters = kosnn::Fields<&AdEx::current>;  // may differ between neurons

  void prepare(double ms) {
    kosnn::require(ms <= 0.5, "AdEx needs steps of at most 0.5 ms, got ", ms);
    dt = static_cast<float>(ms);
  }
  KOKKOS_FUNCTION State initial() const { return {e_l, 0}; }
  KOKKOS_FUNCTION bool step(State& s, float input, kosnn::Site const& site) const {
    double sum = -2;  // of four uniform numbers: nearly normal, variance 1/3
    for (int k = 0; k < 4; ++k) sum += site.uniform(k);
    float const drive = current + noise * 1.7320508F * static_cast<float>(sum);
    float const upswing = delta * kosnn::math::exp((s.v - v_t) / delta);
    float const slope = (leak * (e_l - s.v + upswing) - s.w + drive) / capacitance;
    s.w += dt / tau_w * (a * (s.v - e_l) - s.w);
    s.v += dt * slope + input;
    if (s.v < 0) return false;
    fire(s);
    return true;
  }
  KOKKOS_FUNCTION void fire(State& s) const {
    s.v = e_l;
    s.w += b;
  }
};

#endif

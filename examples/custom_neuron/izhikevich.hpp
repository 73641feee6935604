#ifndef KOSNN_EXAMPLES_CUSTOM_NEURON_IZHIKEVICH_HPP
#define KOSNN_EXAMPLES_CUSTOM_NEURON_IZHIKEVICH_HPP

#include <kosnn/kosnn.hpp>

/// Izhikevich's neuron (2003, doi 10.1109/TNN.2003.820440) with the parameters of a regularly
/// spiking cell: v' = 0.04 v^2 + 5 v + 140 - u + I, u' = a (b v - u); at v >= 30 mV it fires,
/// v becomes c and u grows by d. Per ms, integrated as in the paper: v in two halves of a step.
/// I is the input plus noise, a new random number in each step (mean 0, deviation `noise`).
struct Izhikevich {
  struct State {
    float v, u;  ///< potential in mV, recovery variable
  };
  using fields = kosnn::Fields<&State::v, &State::u>;

  float a = 0.02F, b = 0.2F, c = -65, d = 8, noise = 0;
  float dt = 1;  ///< ms, set by the network

  void prepare(double ms) {
    kosnn::require(ms <= 1, "the two halves of a step need dt <= 1 ms, got ", ms);
    dt = static_cast<float>(ms);
  }
  KOKKOS_FUNCTION State initial() const { return {-65, b * -65}; }
  KOKKOS_FUNCTION bool step(State& s, float input, kosnn::Site const& site) const {
    double sum = -2;  // of four uniform numbers: nearly normal, variance 1/3
    for (int k = 0; k < 4; ++k) sum += site.uniform(k);
    float const drive = input + noise * 1.7320508F * static_cast<float>(sum);
    for (int half = 0; half < 2; ++half)
      s.v += dt / 2 * (0.04F * s.v * s.v + 5 * s.v + 140 - s.u + drive);
    s.u += dt * a * (b * s.v - s.u);
    if (s.v < 30) return false;
    s.v = c;
    s.u += d;
    return true;
  }
};

#endif

#ifndef KOSNN_NEURONS_IZHIKEVICH_HPP
#define KOSNN_NEURONS_IZHIKEVICH_HPP

#include <Kokkos_Core.hpp>

#include <cmath>

#include "kosnn/core/error.hpp"
#include "kosnn/core/fields.hpp"

namespace kosnn {

/// Izhikevich's neuron (2003, doi 10.1109/TNN.2003.820440): v' = 0.04 v^2 + 5 v + 140 - u + I,
/// u' = a (b v - u), per ms; where v reaches 30 mV it fires, v becomes c and u grows by d.
/// Integrated as in the paper, v in two halves of a step, then u; dt <= 1 ms. I is the input (the
/// weights that arrive, for the length of the step) plus `bias`. Begins at v = -65 mV, u = b v.
template <class Real = float>
class Izhikevich {
 public:
  using real = Real;
  struct State {
    Real v;  ///< potential in mV
    Real u;  ///< recovery
  };
  using fields = Fields<&State::v, &State::u>;

  Izhikevich() = default;
  /// The parameters of the paper (default: regular spiking).
  Izhikevich(double a, double b, double c, double d) : a_(a), b_(b), c_(c), d_(d) {}

  // The paper's cells.
  static Izhikevich regular_spiking() { return {0.02, 0.2, -65, 8}; }
  static Izhikevich intrinsically_bursting() { return {0.02, 0.2, -55, 4}; }
  static Izhikevich chattering() { return {0.02, 0.2, -50, 2}; }
  static Izhikevich fast_spiking() { return {0.1, 0.2, -65, 2}; }
  static Izhikevich low_threshold_spiking() { return {0.02, 0.25, -65, 2}; }
  static Izhikevich thalamo_cortical() { return {0.02, 0.25, -65, 0.05}; }
  static Izhikevich resonator() { return {0.1, 0.26, -65, 2}; }

  /// A constant part of I (default 0).
  Izhikevich& bias(double current) {
    bias_ = current;
    return *this;
  }

  void prepare(double dt) {
    char const* const names[] = {"a", "b", "c", "d", "bias"};
    double const values[] = {a_, b_, c_, d_, bias_};
    for (int k = 0; k < 5; ++k) detail::require_finite<Real>(values[k], names[k]);
    require(dt <= 1, "the two halves of a step of Izhikevich's neuron need dt <= 1 ms, got ", dt);
    k_dt_ = Real(dt);
    k_a_ = Real(a_ * dt);
    k_b_ = Real(b_);
    k_c_ = Real(c_);
    k_d_ = Real(d_);
    k_bias_ = Real(bias_);
  }
  KOKKOS_FUNCTION State initial() const { return {Real(-65), Real(-65) * k_b_}; }
  KOKKOS_FUNCTION bool step(State& s, Real input) const {
    Real const drive = input + k_bias_;
    for (int half = 0; half < 2; ++half)
      s.v += k_dt_ / 2 * (Real(0.04) * s.v * s.v + 5 * s.v + 140 - s.u + drive);
    s.u += k_a_ * (k_b_ * s.v - s.u);
    bool const spike = s.v >= 30;
    if (spike) fire(s);
    return spike;
  }
  /// What a spike does to the state.
  KOKKOS_FUNCTION void fire(State& s) const {
    s.v = k_c_;
    s.u += k_d_;
  }

 private:
  double a_ = 0.02, b_ = 0.2, c_ = -65, d_ = 8, bias_ = 0;
  Real k_dt_{}, k_a_{}, k_b_{}, k_c_{}, k_d_{}, k_bias_{};

 public:
  using parameters = Fields<&Izhikevich::k_a_, &Izhikevich::k_b_, &Izhikevich::k_c_,
                            &Izhikevich::k_d_, &Izhikevich::k_bias_>;
};

}  // namespace kosnn

#endif

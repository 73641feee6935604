#ifndef KOSNN_NEURONS_INTEGRATE_AND_FIRE_HPP
#define KOSNN_NEURONS_INTEGRATE_AND_FIRE_HPP

#include <Kokkos_Core.hpp>

#include <cmath>
#include <utility>

#include "kosnn/core/config.hpp"
#include "kosnn/core/error.hpp"
#include "kosnn/core/fields.hpp"

namespace kosnn {

/// Rest, threshold, reset and refractory time of the neurons that are named as in NEST; `Derived`
/// is what the setters return. Potentials in mV, times in ms, currents in pA, capacitances in pF.
/// The threshold is inclusive. For t_ref after a spike the potential stays at v_reset, while
/// synaptic currents and conductances go on; a spike at step t with t_ref of R steps allows the
/// next at t + R + 1.
template <class Derived, class Real>
class IntegrateAndFire {
 public:
  using real = Real;

  /// Capacitance.
  Derived& c_m(double pF) { return set(c_m_, pF); }
  /// Potential at rest.
  Derived& e_l(double mV) { return set(e_l_, mV); }
  Derived& v_th(double mV) { return set(v_th_, mV); }
  Derived& v_reset(double mV) { return set(v_reset_, mV); }
  /// Refractory time, a whole number of steps.
  Derived& t_ref(double ms) { return set(t_ref_, ms); }
  /// Constant current.
  Derived& i_e(double pA) { return set(i_e_, pA); }

  /// What a spike does to the state.
  template <class State>
  KOKKOS_FUNCTION void fire(State& s) const {
    s.v = k_reset_;
    s.refractory = refractory_steps_;
  }

 protected:
  IntegrateAndFire(double c_m, double e_l, double v_th, double v_reset, double t_ref)
      : c_m_(c_m), e_l_(e_l), v_th_(v_th), v_reset_(v_reset), t_ref_(t_ref) {}

  void prepare_membrane(double dt) { prepare_membrane(dt, v_th_, "v_th"); }
  /// Of neurons that fire where the potential reaches `peak`, the parameter of that name.
  void prepare_membrane(double dt, double peak, char const* name_of_peak) {
    detail::require_positive<Real>(c_m_, "c_m");
    for (auto const& [value, name] :
         {std::pair(e_l_, "e_l"), {v_th_, "v_th"}, {v_reset_, "v_reset"}, {i_e_, "i_e"}})
      detail::require_finite<Real>(value, name);
    require(v_reset_ < peak, "v_reset of ", v_reset_, " mV must be below ", name_of_peak, " of ",
            peak, " mV");
    long long const blocked = detail::whole_steps(t_ref_, dt, "t_ref");
    require(blocked <= 1 << 30, "t_ref of ", t_ref_, " ms is longer than 2^30 steps");
    refractory_steps_ = static_cast<int>(blocked);
    k_rest_ = Real(e_l_);
    k_reset_ = Real(v_reset_);
    k_threshold_ = Real(peak);
  }
  /// Takes over the potential `next` unless refractory, and whether that is a spike. Without
  /// branches, so that loops over neurons become vector instructions.
  template <class State>
  KOKKOS_FUNCTION bool take_potential(State& s, Real next) const {
    int const left = s.refractory;
    bool const active = left <= 0;
    bool const spike = active & (next >= k_threshold_);
    Real const v = active ? next : s.v;
    s.v = spike ? k_reset_ : v;
    s.refractory = spike ? refractory_steps_ : left - static_cast<int>(!active);
    return spike;
  }
  template <class T, class U>
  Derived& set(T& member, U const& value) {
    member = value;
    return static_cast<Derived&>(*this);
  }

  double c_m_, e_l_, v_th_, v_reset_, t_ref_, i_e_ = 0;
  Real k_rest_{}, k_reset_{}, k_threshold_{};
  int refractory_steps_ = 0;

 public:
  using parameters = Fields<&IntegrateAndFire::k_rest_, &IntegrateAndFire::k_reset_,
                            &IntegrateAndFire::k_threshold_, &IntegrateAndFire::refractory_steps_>;
};

}  // namespace kosnn

#endif

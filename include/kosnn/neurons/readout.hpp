#ifndef KOSNN_NEURONS_READOUT_HPP
#define KOSNN_NEURONS_READOUT_HPP

#include <Kokkos_Core.hpp>

#include "kosnn/neurons/membrane.hpp"

namespace kosnn {

/// Leaky integrator that never fires, to read a network's activity from its potential:
/// v <- rest + decay (v - rest) + gain * input + (1 - decay) bias (in mV).
template <class Real = float>
class Readout : public MembraneNeuron<Readout<Real>, Real> {
 public:
  struct State {
    Real v;
  };
  using fields = Fields<&State::v>;

  KOKKOS_FUNCTION State initial() const { return {this->k_rest_}; }
  KOKKOS_FUNCTION bool step(State& s, Real input) const {
    s.v = this->after_step(s.v, input);
    return false;
  }
};

}  // namespace kosnn

#endif

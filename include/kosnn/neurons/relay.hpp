#ifndef KOSNN_NEURONS_RELAY_HPP
#define KOSNN_NEURONS_RELAY_HPP

#include <Kokkos_Core.hpp>

#include "kosnn/core/fields.hpp"

namespace kosnn {

/// Emits in each step what it receives, as it is: a sum of 0 is silence, any other value a spike
/// that carries it. Pooling layers consist of it; without a delay they cost no step. It is NEST's
/// parrot_neuron where the weights that lead to it are 1: a spike then carries how many have come.
template <class Real = float>
struct Relay {
  struct State {
    Real v;  ///< what was received last
  };
  using real = Real;
  using fields = Fields<&State::v>;

  KOKKOS_FUNCTION State initial() const { return {0}; }
  KOKKOS_FUNCTION bool step(State& s, Real input) const {
    s.v = input;
    return input != 0;
  }
  KOKKOS_FUNCTION Real value(State const& s) const { return s.v; }
};

}  // namespace kosnn

#endif

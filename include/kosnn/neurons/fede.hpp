#ifndef KOSNN_NEURONS_FEDE_HPP
#define KOSNN_NEURONS_FEDE_HPP

#include <Kokkos_Core.hpp>

#include "kosnn/neurons/membrane.hpp"
#include "kosnn/traces/trace.hpp"

namespace kosnn {

/// LIF that is inhibited by how active its inputs have been (Paredes-Valles, Scheper & de Croon
/// 2020, doi 10.1109/TPAMI.2019.2903179): in every step each synapse subtracts the trace of its
/// source, not weighted, from the input. PySNN's FedeNeuron with
/// `.membrane(euler(tau_v, alpha_v)).presynaptic(all_to_all(euler(tau_t, alpha_t)))`.
template <class Real = float>
class Fede : public ThresholdNeuron<Fede<Real>, Real> {
 public:
  struct State {
    Real v;
    int refractory;  ///< steps left
  };
  using fields = Fields<&State::v, &State::refractory>;

  Fede() { this->membrane_ = euler(20); }
  /// The trace of the sources that is subtracted (default: all to all, Euler, 20 ms).
  Fede& presynaptic(Trace const& trace) { return this->set(presynaptic_, trace); }
  Trace presynaptic_trace() const { return presynaptic_; }

  KOKKOS_FUNCTION State initial() const { return {this->k_rest_, 0}; }
  /// `input`: the weights of the spikes that arrive less the traces of all sources.
  KOKKOS_FUNCTION bool step(State& s, Real input) const {
    return this->advance(s, input, this->k_threshold_);
  }

 private:
  Trace presynaptic_ = all_to_all(euler(20));
};

}  // namespace kosnn

#endif

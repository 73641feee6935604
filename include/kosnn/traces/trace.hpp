#ifndef KOSNN_TRACES_TRACE_HPP
#define KOSNN_TRACES_TRACE_HPP

#include "kosnn/core/relaxation.hpp"

namespace kosnn {

/// A variable of each neuron that remembers its recent spikes: it relaxes to 0 and, at a spike,
/// either grows by the relaxation's gain (`all_to_all`: every earlier spike counts) or is set to it
/// (`nearest`: only the last one counts; Morrison, Diesmann & Gerstner 2008,
/// doi 10.1007/s00422-008-0233-1). Or, `potential`, it follows the membrane potential instead.
/// Traces belong to the population; rules that ask for equal ones share them. The population may
/// relax one of spikes differently for each neuron (PopulationSpec::trace).
struct Trace {
  enum class Spikes { all_to_all, nearest };
  Relaxation relaxation;
  Spikes spikes = Spikes::all_to_all;
  bool of_potential = false;
  double delay = 0;  // ms: what is seen is the trace as it was that long ago; of potentials only

  friend bool operator==(Trace const& a, Trace const& b) {
    return a.relaxation == b.relaxation && a.spikes == b.spikes &&
           a.of_potential == b.of_potential && a.delay == b.delay;
  }
};

inline Trace all_to_all(Relaxation const& relaxation) { return {relaxation}; }
inline Trace nearest(Relaxation const& relaxation) { return {relaxation, Trace::Spikes::nearest}; }
/// The low-pass filtered membrane potential v, in its model's unit: z <- decay z + alpha (1 -
/// decay) v, from the v of a reset on, with the v that a step leaves (after a spike, that is where
/// the model has it then); `factor(0)` is v itself. With `delay_ms`, as it was that long ago.
/// Models have a potential where a member `v` of their State is of the network's precision and
/// among the fields.
inline Trace potential(Relaxation const& relaxation, double delay_ms = 0) {
  return {relaxation, Trace::Spikes::all_to_all, true, delay_ms};
}

}  // namespace kosnn

#endif

#ifndef KOSNN_TRACES_TRACE_HPP
#define KOSNN_TRACES_TRACE_HPP

#include "kosnn/core/relaxation.hpp"

namespace kosnn {

/// A variable of each neuron that remembers its recent spikes: it relaxes to 0 and, at a spike,
/// either grows by the relaxation's gain (`all_to_all`: every earlier spike counts) or is set to it
/// (`nearest`: only the last one counts; Morrison, Diesmann & Gerstner 2008,
/// doi 10.1007/s00422-008-0233-1). Traces belong to the population; rules that ask for equal ones
/// share them. The population may relax one differently for each neuron (PopulationSpec::trace).
struct Trace {
  enum class Spikes { all_to_all, nearest };
  Relaxation relaxation;
  Spikes spikes = Spikes::all_to_all;

  friend bool operator==(Trace const& a, Trace const& b) {
    return a.relaxation == b.relaxation && a.spikes == b.spikes;
  }
};

inline Trace all_to_all(Relaxation const& relaxation) {
  return {relaxation, Trace::Spikes::all_to_all};
}
inline Trace nearest(Relaxation const& relaxation) { return {relaxation, Trace::Spikes::nearest}; }

}  // namespace kosnn

#endif

#ifndef KOSNN_NEURONS_SOURCES_HPP
#define KOSNN_NEURONS_SOURCES_HPP

namespace kosnn {

/// Spikes at random: in each step a neuron fires with probability rate * dt, independently (a
/// Bernoulli process, which tends to a Poisson process as rate * dt tends to 0; interspike CV
/// sqrt(1 - rate * dt)). Rates in Hz, per neuron and batch element, set by `set_rates`; 0 at start.
struct PoissonSource {};

/// Emits given spikes: `set_spikes(neurons, times)`, times in ms from construction or the last
/// reset_state(); none at start.
struct SpikeArraySource {};

/// PySNN's Input: emits the values given by `set_values` in every step until they are changed. A
/// value of 0 is silence, 1 a spike; any other value is an analog one: it is multiplied by the
/// weights and added to the trace as it is.
struct Input {};

}  // namespace kosnn

#endif

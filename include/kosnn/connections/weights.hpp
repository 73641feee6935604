#ifndef KOSNN_CONNECTIONS_WEIGHTS_HPP
#define KOSNN_CONNECTIONS_WEIGHTS_HPP

#include <utility>
#include <vector>

#include "kosnn/core/values.hpp"

namespace kosnn {

/// Initial weights of a projection, in the unit of its target's input.
struct Weights {
  Values values;
};
/// Delays of a projection in ms, each a whole number of steps.
struct Delays {
  Values values;
};

namespace weights {
inline Weights constant(double w) { return {Values::constant(w)}; }
/// Uniform in [low, high).
inline Weights uniform(double low, double high) { return {Values::uniform(low, high)}; }
/// Values beyond the bounds of the projection's rule are set to them.
inline Weights normal(double mean, double sd) { return {Values::normal(mean, sd)}; }
/// One value a synapse, row-major (presynaptic, postsynaptic) for Dense and AllButOne (whose
/// diagonal must be 0), one a neuron for OneToOne.
inline Weights array(std::vector<double> values) { return {Values::array(std::move(values))}; }
}  // namespace weights

namespace delays {
/// The spike of this step: only from a population to one declared after it.
inline Delays none() { return {Values::constant(0)}; }
inline Delays constant(double ms) { return {Values::constant(ms)}; }
/// Whole steps, each equally likely, from `low` to `high` inclusive; both must be whole steps.
inline Delays uniform(double low_ms, double high_ms) { return {Values::uniform(low_ms, high_ms)}; }
/// One delay a synapse, in the order of weights::array.
inline Delays array(std::vector<double> ms) { return {Values::array(std::move(ms))}; }
}  // namespace delays

}  // namespace kosnn

#endif

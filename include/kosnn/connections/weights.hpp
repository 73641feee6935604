#ifndef KOSNN_CONNECTIONS_WEIGHTS_HPP
#define KOSNN_CONNECTIONS_WEIGHTS_HPP

#include <cmath>
#include <utility>
#include <vector>

#include "kosnn/connections/topology.hpp"
#include "kosnn/core/values.hpp"

namespace kosnn {

/// Equal bins between two weights, for histograms.
struct Bins {
  int count;
  double low, high;

  void check() const {
    require(count > 0, "bins: there must be at least one, got ", count);
    require(std::isfinite(low) && std::isfinite(high) && low < high, "bins: [", low, ", ", high,
            "] is no finite interval");
  }
};

/// Initial weights of a projection, in the unit of its target's input.
struct Weights {
  enum class Scale { none, fan_in, fans, sum };
  Values values;
  /// Divided by the square root of fan_in or of fan_in + fan_out, or so that all add up to `total`.
  Scale scale = Scale::none;
  double total = 0;

  /// The values for a topology with these fans.
  Values scaled(Fans const& fans) const {
    if (scale == Scale::none || scale == Scale::sum) return values;
    return values.scaled(1 / std::sqrt(scale == Scale::fan_in ? fans.in : fans.in + fans.out));
  }
};
/// Delays of a projection in ms, each a whole number of steps.
struct Delays {
  Values values;
  double ms_per_distance = 0;  // added to them
};

namespace weights {
inline Weights constant(double w) { return {Values::constant(w)}; }
/// Uniform in [low, high).
inline Weights uniform(double low, double high) { return {Values::uniform(low, high)}; }
/// Values beyond the bounds of the projection's rule are set to them.
inline Weights normal(double mean, double sd) { return {Values::normal(mean, sd)}; }
/// Normal; values outside [low, high], which holds at least 1 % of the distribution, are drawn
/// again.
inline Weights clipped_normal(double mean, double sd, double low, double high) {
  return {Values::clipped_normal(mean, sd, low, high)};
}
/// exp of a normal number of this mean and sd. Values beyond the bounds of the projection's rule
/// are set to them.
inline Weights lognormal(double mean_of_log, double sd_of_log) {
  return {Values::lognormal(mean_of_log, sd_of_log)};
}
/// One value a synapse, row-major (presynaptic, postsynaptic) for Dense and AllButOne (whose
/// diagonal must be 0), one a neuron for OneToOne, (output channel, input channel, ky, kx) for
/// Conv2d, in the order of the edges for sparse::edges.
inline Weights array(std::vector<double> values) { return {Values::array(std::move(values))}; }

// With the fans of the topology: fan_in is the number of synapses that lead to a neuron, fan_out of
// those that come from one (for Conv2d channels * kh * kw).

/// Uniform in [low, high) / sqrt(fan_in).
inline Weights neuron_scaled_uniform(double low, double high) {
  return {Values::uniform(low, high), Weights::Scale::fan_in};
}
/// Normal with sd = gain / sqrt(fan_in).
inline Weights neuron_scaled_normal(double gain = 1) {
  return {Values::normal(0, gain), Weights::Scale::fan_in};
}
/// Uniform in [-c, c), c = gain sqrt(6 / (fan_in + fan_out)) (Glorot & Bengio 2010).
inline Weights xavier_uniform(double gain = 1) {
  double const c = gain * std::sqrt(6);
  return {Values::uniform(-c, c), Weights::Scale::fans};
}
/// Normal with sd = gain sqrt(2 / (fan_in + fan_out)) (Glorot & Bengio 2010).
inline Weights xavier_normal(double gain = 1) {
  return {Values::normal(0, gain * std::sqrt(2)), Weights::Scale::fans};
}
/// Uniform in [-c, c), c = sqrt(6 / fan_in) (He et al. 2015, doi 10.1109/ICCV.2015.123).
inline Weights kaiming_uniform() {
  double const c = std::sqrt(6);
  return {Values::uniform(-c, c), Weights::Scale::fan_in};
}
/// Normal with sd = sqrt(2 / fan_in) (He et al. 2015, doi 10.1109/ICCV.2015.123).
inline Weights kaiming_normal() {
  return {Values::normal(0, std::sqrt(2)), Weights::Scale::fan_in};
}
/// Uniform in [low, high), then scaled so that all add up to `total`, which is not 0.
inline Weights normalised_uniform(double low, double high, double total) {
  return {Values::uniform(low, high), Weights::Scale::sum, total};
}
}  // namespace weights

namespace delays {
/// The spike of this step: only from a population to one declared after it.
inline Delays none() { return {Values::constant(0)}; }
inline Delays constant(double ms) { return {Values::constant(ms)}; }
/// Whole steps, each equally likely, from `low` to `high` inclusive; both must be whole steps.
inline Delays uniform(double low_ms, double high_ms) { return {Values::uniform(low_ms, high_ms)}; }
/// Normal in ms, rounded to whole steps; those outside [low, high], two whole numbers of steps, are
/// drawn again. The bounds hold at least 1 % of the distribution.
inline Delays clipped_normal(double mean_ms, double sd_ms, double low_ms, double high_ms) {
  return {Values::clipped_normal(mean_ms, sd_ms, low_ms, high_ms)};
}
/// The same of delays whose logarithm is normal: exp(mean_of_log) ms is their median.
inline Delays lognormal(double mean_of_log, double sd_of_log, double low_ms, double high_ms) {
  return {Values::lognormal(mean_of_log, sd_of_log, low_ms, high_ms)};
}
/// Of sparse::distance: base + distance / velocity (in the unit of the positions per ms), rounded
/// to whole steps.
inline Delays by_distance(double base_ms, double velocity) {
  return {Values::constant(base_ms), 1 / velocity};
}
/// One delay a synapse (for Conv2d: an element of a kernel), in the order of weights::array.
inline Delays array(std::vector<double> ms) { return {Values::array(std::move(ms))}; }
}  // namespace delays

}  // namespace kosnn

#endif

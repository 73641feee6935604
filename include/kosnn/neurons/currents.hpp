#ifndef KOSNN_NEURONS_CURRENTS_HPP
#define KOSNN_NEURONS_CURRENTS_HPP

#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

#include "kosnn/core/config.hpp"
#include "kosnn/core/error.hpp"

namespace kosnn {

/// A current into all neurons of a population, made by a function of `currents` and given to
/// `population(...).current(...)`. In pA where a model takes Inputs, else in the unit of its input,
/// to which it is added in every step. In step k it is that of time k dt since construction or the
/// last reset_state(), and acts in that step.
struct Current {
  enum class Kind { dc, ac, steps, noise };
  Kind kind = Kind::dc;
  double amplitude = 0;  ///< of a noise its standard deviation
  double offset = 0;     ///< what an AC or a noise varies around
  double hz = 0, phase_degrees = 0;
  double hold_ms = 1;                            ///< for how long a noise stays as it is
  std::vector<double> times_ms{}, amplitudes{};  ///< of steps
  double start_ms = 0, stop_ms = std::numeric_limits<double>::infinity();

  /// Begins at this time, a whole number of steps (default 0).
  Current& start(double ms) {
    start_ms = ms;
    return *this;
  }
  /// Is 0 again from this time on (default: never).
  Current& stop(double ms) {
    stop_ms = ms;
    return *this;
  }
};

namespace currents {
/// The same at all times.
inline Current dc(double amplitude) { return {Current::Kind::dc, amplitude}; }
/// offset + amplitude sin(2 pi hz t + phase).
inline Current ac(double amplitude, double hz, double offset = 0, double phase_degrees = 0) {
  return {Current::Kind::ac, amplitude, offset, hz, phase_degrees};
}
/// amplitudes[k] from times[k] on, ascending whole numbers of steps; 0 before the first.
inline Current steps(std::vector<double> times_ms, std::vector<double> amplitudes) {
  return {Current::Kind::steps, 0, 0, 0, 0, 1, std::move(times_ms), std::move(amplitudes)};
}
/// Normal, drawn anew for each neuron every `hold_ms` after its start. Does not depend on the
/// number of threads; reset_state() does not repeat it.
inline Current noise(double mean, double sd, double hold_ms = 1) {
  return {Current::Kind::noise, sd, mean, 0, 0, hold_ms};
}
}  // namespace currents

namespace detail {

/// Throws unless the current means something to a network of this precision and step.
template <class Real>
void check_current(Current const& c, double dt) {
  bool const is_noise = c.kind == Current::Kind::noise;
  require_finite<Real>(c.amplitude, is_noise ? "the deviation" : "the amplitude");
  require_finite<Real>(c.offset, is_noise ? "the mean" : "the offset");
  require(!is_noise || c.amplitude >= 0, "the deviation must be at least 0, got ", c.amplitude);
  require(std::isfinite(c.phase_degrees), "the phase must be finite, got ", c.phase_degrees);
  require(c.hz >= 0 && c.hz * dt <= 500, "the frequency must be from 0 to ", 500 / dt,
          " Hz, which is half a cycle in a step, got ", c.hz);
  require(!is_noise || whole_steps(c.hold_ms, dt, "hold") >= 1,
          "hold must be at least one step of ", dt, " ms, got ", c.hold_ms);
  whole_steps(c.start_ms, dt, "start");
  if (c.stop_ms < std::numeric_limits<double>::infinity()) whole_steps(c.stop_ms, dt, "stop");
  require(c.start_ms < c.stop_ms, "stop at ", c.stop_ms, " ms must come after start at ",
          c.start_ms, " ms");
  require(c.times_ms.size() == c.amplitudes.size(), c.times_ms.size(), " times for ",
          c.amplitudes.size(), " amplitudes");
  require(c.kind != Current::Kind::steps || !c.times_ms.empty(), "steps need at least one time");
  for (std::size_t k = 0; k < c.times_ms.size(); ++k) {
    require_finite<Real>(c.amplitudes[k], "amplitude ", k);
    whole_steps(c.times_ms[k], dt, "time ", k);
    require(k == 0 || c.times_ms[k - 1] < c.times_ms[k], "times must ascend, got ",
            c.times_ms[k == 0 ? 0 : k - 1], " ms, then ", c.times_ms[k], " ms");
  }
}

/// The largest amount that it can come to; of a noise that its mean or ten deviations can.
inline double largest(Current const& c) {
  double most =
      std::fabs(c.offset) + std::fabs(c.amplitude) * (c.kind == Current::Kind::noise ? 10 : 1);
  for (double const a : c.amplitudes) most = std::fmax(most, std::fabs(a));
  return most;
}

}  // namespace detail
}  // namespace kosnn

#endif

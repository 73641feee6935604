#ifndef KOSNN_DECODING_RATES_HPP
#define KOSNN_DECODING_RATES_HPP

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "kosnn/core/config.hpp"
#include "kosnn/core/error.hpp"
#include "kosnn/decoding/spike_trains.hpp"

namespace kosnn {

/// Rates in Hz from the spikes that were counted in `ms`, in the order of `counts`.
inline std::vector<double> rates_hz(std::vector<std::uint32_t> const& counts, double ms) {
  require(std::isfinite(ms) && ms > 0, "rates_hz: needs a positive time in ms, got ", ms);
  std::vector<double> hz;
  hz.reserve(counts.size());
  for (std::uint32_t const n : counts) hz.push_back(n / ms * 1000);
  return hz;
}

/// Rates in windows of time.
struct SlidingRates {
  std::vector<double> times;  ///< at which the windows begin, ms
  std::vector<double> hz;     ///< (windows, batch, neurons)
};

/// Rates in windows of `window` ms, of which one begins every `every` ms, that lie in [from, to)
/// ms. Windows may overlap. All times are whole steps.
inline SlidingRates sliding_rates_hz(SpikeTrains const& trains, double from, double to,
                                     double window, double every) {
  auto const steps = [&](double ms, char const* what) {
    return detail::whole_steps(ms, trains.dt(), "sliding_rates_hz: ", what);
  };
  std::int64_t const begin = steps(from, "begin"), end = steps(to, "end");
  std::int64_t const width = steps(window, "window"), stride = steps(every, "interval");
  require(width >= 1 && stride >= 1,
          "sliding_rates_hz: window and interval must be at least one step, got ", window, " and ",
          every, " ms");
  require(begin + width <= end, "sliding_rates_hz: a window of ", window,
          " ms does not fit between ", from, " and ", to, " ms");
  SlidingRates out;
  for (std::int64_t first = begin; first + width <= end; first += stride) {
    out.times.push_back(static_cast<double>(first) * trains.dt());
    for (auto const& train : trains.steps()) {
      auto const low = std::lower_bound(train.begin(), train.end(), first);
      auto const high = std::lower_bound(low, train.end(), first + width);
      out.hz.push_back(static_cast<double>(high - low) / window * 1000);
    }
  }
  return out;
}

/// Rates in [from, to) ms, both whole steps: (batch, neurons), Hz.
inline std::vector<double> rates_hz(SpikeTrains const& trains, double from, double to) {
  require(from < to, "rates_hz: the time must be from earlier to later, got ", from, " to ", to,
          " ms");
  return sliding_rates_hz(trains, from, to, to - from, to - from).hz;
}

}  // namespace kosnn

#endif

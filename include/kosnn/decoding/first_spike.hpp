#ifndef KOSNN_DECODING_FIRST_SPIKE_HPP
#define KOSNN_DECODING_FIRST_SPIKE_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "kosnn/core/config.hpp"
#include "kosnn/decoding/spike_trains.hpp"

namespace kosnn {

struct FirstSpike {
  int neuron;
  double ms;
};

/// When each neuron first fires at or after `from` ms (a whole step): (batch, neurons), in ms;
/// nothing where a neuron is silent.
inline std::vector<std::optional<double>> first_spike_times(SpikeTrains const& trains,
                                                            double from = 0) {
  std::int64_t const begin = detail::whole_steps(from, trains.dt(), "first_spike_times: begin");
  std::vector<std::optional<double>> times;
  for (auto const& train : trains.steps()) {
    auto const first = std::lower_bound(train.begin(), train.end(), begin);
    times.emplace_back();
    if (first != train.end()) times.back() = static_cast<double>(*first) * trains.dt();
  }
  return times;
}

/// Which neuron of each batch element fires first at or after `from` ms, and when; among several in
/// one step the one with the lowest number. Nothing where no neuron fires.
inline std::vector<std::optional<FirstSpike>> first_spikes(SpikeTrains const& trains,
                                                           double from = 0) {
  auto const times = first_spike_times(trains, from);
  std::vector<std::optional<FirstSpike>> winners(static_cast<std::size_t>(trains.batch()));
  auto const neurons = static_cast<std::size_t>(trains.neurons());
  for (std::size_t k = 0; k < times.size(); ++k) {
    auto& winner = winners[k / neurons];
    if (times[k] && (!winner || *times[k] < winner->ms))
      winner = FirstSpike{static_cast<int>(k % neurons), *times[k]};
  }
  return winners;
}

}  // namespace kosnn

#endif

#ifndef KOSNN_DECODING_ANALYSE_HPP
#define KOSNN_DECODING_ANALYSE_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <vector>

#include "kosnn/core/config.hpp"
#include "kosnn/decoding/spike_statistics.hpp"
#include "kosnn/decoding/spike_trains.hpp"

namespace kosnn {

/// The statistics that Network::record keeps of a population, from its recorded spikes up to `to`
/// ms (a whole step).
inline SpikeAnalysis analyse(SpikeTrains const& trains, SpikeStatistics const& what, double to) {
  std::int64_t const end = detail::whole_steps(to, trains.dt(), "analyse: end");
  auto const neurons = static_cast<std::size_t>(trains.neurons());
  std::vector<std::tuple<std::int64_t, int, int>> spikes;  // step, element, neuron
  for (std::size_t k = 0; k < trains.steps().size(); ++k)
    for (std::int64_t const step : trains.steps()[k])
      spikes.emplace_back(step, static_cast<int>(k / neurons), static_cast<int>(k % neurons));
  std::sort(spikes.begin(), spikes.end());
  SpikeAnalysis analysis(what, trains.neurons(), trains.batch(), trains.dt());
  for (auto const& [step, element, neuron] : spikes)
    if (step < end) analysis.spike(step, neuron, element);
  analysis.pass(end);
  return analysis;
}

}  // namespace kosnn

#endif

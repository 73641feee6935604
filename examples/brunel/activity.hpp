#ifndef KOSNN_EXAMPLES_BRUNEL_ACTIVITY_HPP
#define KOSNN_EXAMPLES_BRUNEL_ACTIVITY_HPP

#include <kosnn/decoding/spike_trains.hpp>
#include <string>
#include <vector>

namespace brunel {

/// What a population did in a stretch of time.
struct Activity {
  double rate_hz = 0;    ///< mean of its neurons
  double cv = 0;         ///< of interspike intervals, mean of the neurons with two or more
  double synchrony = 0;  ///< variance over mean of the spikes in 1 ms: 1 where independent
  std::vector<double> population;  ///< rate in each ms, Hz
};

/// Of spikes in [from, to) ms.
Activity activity_of(kosnn::SpikeTrains const& trains, double from, double to);

/// Draws the spikes of 50 excitatory neurons and the rates of both populations in the first 200 ms
/// from `from` on.
void draw(std::string const& path, kosnn::SpikeTrains const& excitatory, Activity const& exc,
          Activity const& inh, double from);

}  // namespace brunel

#endif

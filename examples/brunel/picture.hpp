#ifndef KOSNN_EXAMPLES_BRUNEL_PICTURE_HPP
#define KOSNN_EXAMPLES_BRUNEL_PICTURE_HPP

#include <kosnn/decoding/spike_trains.hpp>
#include <string>
#include <vector>

namespace brunel {

/// Draws the spikes of 50 excitatory neurons and the rates of both populations, which are given in
/// bins of bin_ms from `from` ms on, in Hz; the first 200 ms of that.
void draw(std::string const& path, kosnn::SpikeTrains const& excitatory,
          std::vector<double> const& exc_hz, std::vector<double> const& inh_hz, double from);

}  // namespace brunel

#endif

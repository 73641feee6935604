#ifndef KOSNN_SUPPORT_SIMULATION_HPP
#define KOSNN_SUPPORT_SIMULATION_HPP

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <kosnn/kosnn.hpp>
#include <string>
#include <vector>

#include "support/progress.hpp"
#include "support/report.hpp"

namespace kosnn_support {

/// Seconds since any moment on.
inline double seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Mean rate in Hz of a population's neurons since the network's construction, after
/// `biological_ms` of simulated time, summed over the batch.
template <class Population>
double rate_hz(Population const& population, double biological_ms) {
  return static_cast<double>(population.spikes()) / population.size() / (biological_ms / 1000);
}

/// Runs for `ms`, `piece` ms at a time, after each of which the progress bar moves on; it counts
/// ms.
template <class Network>
void run_in_pieces(Network& net, double ms, double piece, Progress& progress) {
  for (double done = 0; done < ms;) {
    double const part = std::min(piece, ms - done);
    net.run(part);
    done += part;
    progress.advance(static_cast<std::size_t>(part));
  }
}

/// Synapses that the spikes of a population reach over a sparse projection: `counts` spikes of each
/// neuron (see SpikeCounts), which has `out_degrees` synapses.
inline std::uint64_t synaptic_events(std::vector<std::uint32_t> const& counts,
                                     std::vector<std::size_t> const& out_degrees) {
  std::uint64_t sum = 0;
  for (std::size_t n = 0; n < counts.size(); ++n)
    sum += counts[n] * out_degrees[n % out_degrees.size()];
  return sum;
}

/// What a network tells of itself after `ms` of simulated time: all but wall times and rates.
template <class Device, class Network>
Report report_of(Network& net, double ms) {
  Report report;
  report.device = Device::name();
  report.threads = net.workers();
  report.seed = net.config().seed();
  report.biological_ms = ms * net.config().batch();
  report.spikes = net.spikes();
  report.synaptic_events = net.synaptic_events();
  kosnn::MemoryReport const memory = net.memory();
  for (auto const& part : memory.parts()) report.bytes[part.name] = part.bytes;
  return report;
}

}  // namespace kosnn_support

#endif

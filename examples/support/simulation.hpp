#ifndef KOSNN_SUPPORT_SIMULATION_HPP
#define KOSNN_SUPPORT_SIMULATION_HPP

#include <chrono>
#include <kosnn/kosnn.hpp>
#include <string>

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

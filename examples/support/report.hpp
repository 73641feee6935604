#ifndef KOSNN_SUPPORT_REPORT_HPP
#define KOSNN_SUPPORT_REPORT_HPP

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

namespace kosnn_support {

/// What an executable did, in the keys that all of them share. Objects keep the order in which
/// their members were added.
struct Report {
  std::string device;                          ///< where it ran, such as "OpenMP"
  std::string precision = "float";             ///< of state and weights
  int threads = 1;                             ///< per rank
  int ranks = 1;                               ///< MPI processes
  std::uint64_t seed = 0;                      ///< of all randomness
  double build_s = 0;                          ///< wall time of construction
  double run_s = 0;                            ///< wall time of simulation
  double biological_ms = 0;                    ///< simulated time, summed over the batch
  std::map<std::string, double> rate_hz;       ///< mean rate per neuron, by population
  std::uint64_t spikes = 0;                    ///< of all populations
  std::uint64_t synaptic_events = 0;           ///< spikes times the synapses they reached
  std::map<std::string, std::uint64_t> bytes;  ///< memory by part
  nlohmann::ordered_json result = nlohmann::ordered_json::object();  ///< what it is about

  /// Adds what a further network did: times and counts are summed, rates averaged over simulated
  /// time. The first that is added gives the rest, but for `result`.
  void add(Report const& one);

  /// All keys: version, the members above, real_time_factor (wall time per simulated time),
  /// synaptic_events_per_s and peak_rss_mb (10^6 bytes). Throws kosnn::Error, naming the key, for a
  /// number that is not finite and for times that are not positive.
  nlohmann::ordered_json to_json() const;

  /// Writes `to_json` to a file, whole or not at all.
  void write(std::string const& path) const;
};

/// The largest resident memory of this process so far, in 10^6 bytes.
double peak_rss_mb();

}  // namespace kosnn_support

#endif

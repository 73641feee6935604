#ifndef KOSNN_BENCHMARKS_PYSNN_WORKLOADS_HPP
#define KOSNN_BENCHMARKS_PYSNN_WORKLOADS_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <kosnn/kosnn.hpp>
#include <string>
#include <vector>

#include "support/report.hpp"
#include "support/simulation.hpp"

// The workloads that koSNN runs beside its peers: the same weights and spikes as those of
// peers/workloads.py, bit for bit, from a hash of their position. Steps of 1 ms.

namespace kosnn_bench {

using Device = Kokkos::DefaultHostExecutionSpace;

/// What the command line asks for.
struct Workload {
  std::string name = "dense";
  int neurons = 1000;  ///< of each of the dense workload's populations
  int batch = 1;
  int delay = 0;  ///< steps; of the dense workload
  bool learn = false;
  int steps = 1000;
};

/// Runs a workload and tells of it; spikes are those of the neurons, without the input's.
kosnn_support::Report dense(Workload const& work);

/// Spikes of some steps in the form that SpikeArraySource takes.
struct SpikeList {
  std::vector<int> neurons;
  std::vector<double> times;
  std::vector<int> elements;
  void add(int neuron, int step, int element) {
    neurons.push_back(neuron);
    times.push_back(step);
    elements.push_back(element);
  }
};

enum class Stream : std::uint64_t { input = 0, weights = 1 };
/// 24 random bits for each position: the upper ones of SplitMix64 (Steele, Lea & Flood 2014,
/// doi 10.1145/2660193.2660195).
std::uint32_t hashed(Stream stream, std::uint64_t position);
/// What `hashed` stays below with this probability.
std::uint32_t bound(double probability);
/// In [low, high), of which `first` is the position of the first.
std::vector<double> uniform(std::size_t count, std::uint64_t first, float low, float high);

/// Every neuron fires in 5 % of its steps, at intervals of more than 3 steps: PySNN's synapses with
/// a delay of 3 lose what comes faster.
class DenseInput {
 public:
  DenseInput(int neurons, int batch)
      : neurons_(neurons), ready_(static_cast<std::size_t>(neurons) * std::size_t(batch), 0) {}
  /// Spikes of the next steps.
  SpikeList next(int steps);

 private:
  int neurons_;
  int step_ = 0;
  std::vector<int> ready_;  // the first step in which each may fire
};

/// Runs `steps` steps, 100 at a time: `spikes(n)` gives the input of the next n, while the clock
/// stands still, `advance(n)` runs them. Returns seconds.
template <class Source, class Spikes, class Advance>
double run_timed(Source& source, int steps, Spikes const& spikes, Advance const& advance) {
  double seconds = 0;
  for (int done = 0; done < steps; done += 100) {
    int const chunk = std::min(100, steps - done);
    SpikeList const list = spikes(chunk);
    source.set_spikes(list.neurons, list.times, list.elements);
    double const begin = kosnn_support::seconds();
    advance(chunk);
    seconds += kosnn_support::seconds() - begin;
  }
  return seconds;
}

}  // namespace kosnn_bench

#endif

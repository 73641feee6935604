#ifndef KOSNN_BENCHMARKS_PYSNN_WORKLOADS_HPP
#define KOSNN_BENCHMARKS_PYSNN_WORKLOADS_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <kosnn/kosnn.hpp>
#include <numeric>
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

// Each runs a workload and tells of it; spikes are those of the neurons, without the input's.
/// N inputs, N x N synapses, N neurons.
kosnn_support::Report dense(Workload const& work);
/// Three convolutions of LIF neurons.
kosnn_support::Report conv(Workload const& work);
/// Three convolutions of PySNN's FedeNeurons.
kosnn_support::Report fede(Workload const& work);

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

inline double mean(std::vector<float> const& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

enum class Stream : std::uint64_t { input = 0, weights = 1 };
/// 24 random bits for each position: the upper ones of SplitMix64 (Steele, Lea & Flood 2014,
/// doi 10.1145/2660193.2660195).
std::uint32_t hashed(Stream stream, std::uint64_t position);
/// What `hashed` stays below with this probability.
std::uint32_t bound(double probability);
/// In [low, high), of which `first` is the position of the first.
std::vector<float> uniform(std::size_t count, std::uint64_t first, float low, float high);

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

/// Like a digit in front of an event camera: a ring that goes round three times in 100 steps, with
/// ON events (channel 1) at its leading half, OFF events (0) at the other; 0.7 % of all pixels in a
/// step, none within 3 steps of its last. Neurons of shape (2, 34, 34).
class EventInput {
 public:
  static constexpr int size = 34;
  explicit EventInput(int batch)
      : batch_(batch), ready_(static_cast<std::size_t>(batch) * size * size, 0) {}
  /// Spikes of the next steps.
  SpikeList next(int steps);

 private:
  void add_step(SpikeList& list);
  int batch_;
  int step_ = 0;
  std::vector<int> ready_;
};

/// Runs `steps` steps, 100 at a time: `advance(n)` runs the next n, whose input is made while the
/// clock stands still. Returns seconds.
template <class Source, class Input, class Advance>
double run_timed(Source& source, Input& input, int steps, Advance const& advance) {
  double seconds = 0;
  for (int done = 0; done < steps; done += 100) {
    int const chunk = std::min(100, steps - done);
    SpikeList const list = input.next(chunk);
    source.set_spikes(list.neurons, list.times, list.elements);
    double const begin = kosnn_support::seconds();
    advance(chunk);
    seconds += kosnn_support::seconds() - begin;
  }
  return seconds;
}

}  // namespace kosnn_bench

#endif

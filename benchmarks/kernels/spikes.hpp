#ifndef KOSNN_BENCHMARKS_KERNELS_SPIKES_HPP
#define KOSNN_BENCHMARKS_KERNELS_SPIKES_HPP

#include <cstddef>
#include <cstdint>
#include <kosnn/kosnn.hpp>
#include <random>

#include "support/limits.hpp"

// Kernels are timed on the data of a real network, whose spike lists and traces are filled here
// instead of by running it, so that their activity is known.

namespace kosnn_bench {

struct Pre {};
struct Post {};
struct Silent {};

/// Fills every slot of the spike ring: each neuron of each batch element fires with `probability`.
/// Returns the number of spikes.
template <class Population>
double fill_spikes(Population& population, double probability) {
  auto const& history = population.data().history;
  std::mt19937 random(1);
  std::bernoulli_distribution fires(probability);
  double spikes = 0;
  for (int slot = 0; slot < history.depth; ++slot)
    for (int w = 0; w < history.workers; ++w) {
      auto const range = kosnn::detail::owned_range(history.size, w, history.workers);
      std::uint32_t n = 0;
      for (int neuron = range.begin; neuron < range.end; ++neuron)
        for (int b = 0; b < history.batch; ++b)
          if (fires(random))
            history.entries(history.begin(slot, w) + n++) = history.entry(neuron, b);
      history.close_list(slot, w, n);
      spikes += n;
    }
  return spikes;
}

/// Random values in [0, 1) for all traces that a population keeps.
template <class Population>
void fill_traces(Population& population) {
  auto& data = population.data();
  std::mt19937 random(2);
  std::uniform_real_distribution<float> uniform(0, 1);
  for (int t = 0; t < data.trace_count; ++t)
    for (std::size_t k = 0; k < data.traces[t].z.extent(0); ++k)
      data.traces[t].z(k) = uniform(random);
}

/// The neurons of `population` that a thread owns.
template <class Population>
kosnn::detail::Range range_of(Population const& population, int worker) {
  return kosnn::detail::owned_range(population.size(), worker, population.data().history.workers);
}

}  // namespace kosnn_bench

#endif

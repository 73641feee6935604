// Sparse delivery against a plain loop over the same spikes and synapses.

#include <cstddef>
#include <cstdint>
#include <kosnn/kosnn.hpp>
#include <limits>
#include <utility>
#include <vector>

#include "kernels/spikes.hpp"

namespace kosnn_bench {
namespace {

// The lists of so many steps are worked through: enough that most rows are among them, as in a
// network, so that they come from memory where they do not fit into the caches.
constexpr int delay = 200;
constexpr double fraction_firing = 0.005;  // in a step; 50 Hz in steps of 0.1 ms

auto make_network_of(int neurons, int in_degree, bool own_weights) {
  using namespace kosnn;
  return make_network<Device>(Config{}.neurons_per_thread(1),
                              population(Pre{}, SpikeArraySource{}, Shape{neurons}),
                              population(Post{}, LIF<>{}, Shape{neurons}),
                              project(Pre{}, Post{}, sparse::in_degree(in_degree),
                                      own_weights ? weights::uniform(0, 1) : weights::constant(0.1),
                                      delays::constant(delay)));
}

/// The rows of one thread: targets that it owns, by source.
template <class Index>
struct PlainRows {
  std::vector<std::size_t> begin{0};
  std::vector<Index> targets;
  std::vector<float> weights;

  void deliver(std::vector<std::uint32_t> const& spikes, float* input) const {
    for (auto const spike : spikes)
      for (std::size_t s = begin[spike]; s < begin[spike + 1]; ++s) input[targets[s]] += weights[s];
  }
  void deliver_constant(std::vector<std::uint32_t> const& spikes, float* input, float w) const {
    for (auto const spike : spikes)
      for (std::size_t s = begin[spike]; s < begin[spike + 1]; ++s) input[targets[s]] += w;
  }
};

/// Synapses are in the order of their source.
template <class Index, class Projection>
PlainRows<Index> rows_of(Projection const& projection, int sources, kosnn::detail::Range range,
                         bool own_weights) {
  PlainRows<Index> rows;
  auto const from = projection.sources(), to = projection.targets();
  auto const weights = own_weights ? projection.weights() : std::vector<float>{};
  std::size_t k = 0;
  for (int source = 0; source < sources; ++source) {
    for (; k < from.size() && from[k] == source; ++k) {
      if (to[k] < range.begin || to[k] >= range.end) continue;
      rows.targets.push_back(static_cast<Index>(to[k]));
      if (own_weights) rows.weights.push_back(weights[k]);
    }
    rows.begin.push_back(rows.targets.size());
  }
  return rows;
}

template <class Index>
void against_plain_rows(benchmark::State& state) {
  int const neurons = static_cast<int>(state.range(0)),
            in_degree = static_cast<int>(state.range(1));
  bool const own = state.range(2) != 0;
  auto net = make_network_of(neurons, in_degree, own);
  auto& pre = net.get(Pre{});
  auto& post = net.get(Post{});
  auto const& projection = net.projection(Pre{}, Post{});
  fill_spikes(pre, fraction_firing);

  auto const& history = pre.data().history;
  std::vector<std::vector<std::uint32_t>> spikes(static_cast<std::size_t>(history.depth));
  std::vector<std::size_t> lengths(static_cast<std::size_t>(neurons));
  for (int const source : projection.sources()) ++lengths[static_cast<std::size_t>(source)];
  double events = 0;
  for (int step = 0; step < history.depth; ++step)
    history.for_each_list(history.slot(step - delay), [&](auto const& list) {
      for (std::uint32_t e = 0; e < list.count; ++e) {
        int const neuron = history.neuron(list.entries[e]);
        spikes[static_cast<std::size_t>(step)].push_back(static_cast<std::uint32_t>(neuron));
        events += static_cast<double>(lengths[static_cast<std::size_t>(neuron)]);
      }
    });
  std::vector<PlainRows<Index>> rows;
  for (int w = 0; w < history.workers; ++w)
    rows.push_back(rows_of<Index>(projection, neurons, range_of(post, w), own));

  take_turns(
      state, events,
      [&](int times) {
        on_each_worker([&](int worker) {
          for (int k = 0; k < times; ++k)
            for (int step = 0; step < history.depth; ++step)
              kosnn::detail::deliver(projection.data(), pre.data(), post.data(), step,
                                     range_of(post, worker));
        });
      },
      events,
      [&](int times) {
        on_each_worker([&](int worker) {
          float* const input = post.data().input_row(range_of(post, worker), 0);
          auto const& mine = rows[static_cast<std::size_t>(worker)];
          for (int k = 0; k < times; ++k)
            for (auto const& list : spikes)
              own ? mine.deliver(list, input) : mine.deliver_constant(list, input, 0.1F);
        });
      });
}

/// Arguments: neurons, synapses onto each, and whether each has a weight of its own. The loop
/// stores targets in as few bytes as they take.
void sparse_delivery(benchmark::State& state) {
  if (state.range(0) <= std::numeric_limits<std::uint16_t>::max())
    against_plain_rows<std::uint16_t>(state);
  else
    against_plain_rows<std::uint32_t>(state);
}

void sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgNames({"neurons", "in_degree", "own_weights"});
  for (auto const& [neurons, in_degree] : {std::pair{4000, 80}, {10000, 1000}, {100000, 100}})
    for (int const own_weights : {0, 1}) benchmark->Args({neurons, in_degree, own_weights});
}
BENCHMARK(sparse_delivery)
    ->Apply(sizes)
    ->Iterations(turns)
    ->UseManualTime()
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace kosnn_bench

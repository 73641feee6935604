// Dense delivery against plain loops over the same rows, weights and spikes.

#include "kernels/delivery.hpp"

#include <vector>

namespace kosnn_bench {
namespace {

/// Arguments: sources, targets, batch, spikes per 1000 sources and step.
void dense_delivery(benchmark::State& state) {
  Delivery delivery(static_cast<int>(state.range(0)), static_cast<int>(state.range(1)),
                    static_cast<int>(state.range(2)), state.range(3), kosnn::delays::constant(8));
  double const events = delivery.events();
  take_turns(
      state, events, [&](int times) { delivery.ours(times); }, events,
      [&](int times) { delivery.rows(times); });
}

void sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgNames({"pre", "post", "batch", "permille"});
  for (int const batch : {1, 32})
    for (auto const& [pre, post] : {std::pair{784, 400}, {1000, 1000}, {10000, 1000}})
      for (int const permille : {1, 10, 100, 1000}) benchmark->Args({pre, post, batch, permille});
}
BENCHMARK(dense_delivery)
    ->Apply(sizes)
    ->Iterations(turns)
    ->UseManualTime()
    ->Unit(benchmark::kMicrosecond);

/// The same with delays of 1 to 20 steps, drawn for each synapse. The plain loop adds every row
/// where the spike is emitted, into a ring of inputs that holds one array for each step.
void dense_delivery_own_delays(benchmark::State& state) {
  constexpr int longest = 20;
  Delivery delivery(1000, 1000, 1, state.range(0), kosnn::delays::uniform(1, longest));
  auto const& data = delivery.projection().data();
  auto const& history = delivery.history();
  auto const post = static_cast<std::size_t>(delivery.post().size());
  std::vector<float> ring((longest + 1) * post);
  auto const loop = [&](int times) {
    on_each_worker([&](int worker) {
      for (int k = 0; k < times; ++k)
        for (int step = 0; step < delivery.steps(); ++step)
          history.for_each_list(history.slot(step), [&](auto const& spikes) {
            for (std::uint32_t e = 0; e < spikes.count; ++e)
              for (int g = 0; g < data.groups; ++g) {
                auto const s = data.segment(history.neuron(spikes.entries[e]), g,
                                            range_of(delivery.post(), worker));
                auto const at =
                    static_cast<std::size_t>((step + data.group_delay(g)) % (longest + 1));
                float* const in = ring.data() + at * post;
                float const* const w = data.weights.data();
                std::uint32_t const* const targets = data.targets.data();
                for (std::uint32_t i = s.begin; i < s.end; ++i) in[targets[i]] += w[i];
              }
          });
    });
  };
  double spikes = 0;
  for (int step = 0; step < delivery.steps(); ++step)
    history.for_each_list(history.slot(step), [&](auto const& list) { spikes += list.count; });
  // Ours works through what arrives in a step, the loop through what is emitted: in all steps of
  // the ring, these are the same spikes.
  double const events = spikes * static_cast<double>(post);
  take_turns(
      state, events, [&](int times) { delivery.ours(times); }, events, loop);
}
BENCHMARK(dense_delivery_own_delays)
    ->ArgName("permille")
    ->Arg(1)
    ->Arg(10)
    ->Arg(100)
    ->Iterations(turns)
    ->UseManualTime()
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace kosnn_bench

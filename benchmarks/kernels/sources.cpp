// Poisson spikes against a plain loop of Philox, one block for 8 draws.

#include <Random123/philox.h>

#include <algorithm>
#include <cstdint>
#include <kosnn/kosnn.hpp>
#include <vector>

#include "kernels/spikes.hpp"

namespace kosnn_bench {
namespace {

/// Arguments: sources, batch. Rate: draws a second.
void poisson_source(benchmark::State& state) {
  using namespace kosnn;
  int const size = static_cast<int>(state.range(0)), batch = static_cast<int>(state.range(1));
  auto net = make_network<Device>(
      Config{}.neurons_per_thread(1).batch(batch), population(Pre{}, PoissonSource{}, Shape{size}),
      population(Silent{}, SpikeArraySource{}, Shape{1}), population(Post{}, LIF<>{}, Shape{1}),
      project(Silent{}, Post{}, Dense{}, weights::constant(0), delays::constant(64)));
  net.get(Pre{}).set_rates(std::vector<double>(static_cast<std::size_t>(size), 30));
  int const draws = size * batch, steps = std::clamp(1'000'000 / draws, 1, 64);
  std::vector<std::uint8_t> fired(static_cast<std::size_t>(draws) + 8);
  std::uint32_t word = 0;
  auto const loop = [&](int times) {
    on_each_worker([&](int worker) {
      auto const range = detail::owned_range(draws, worker, workers());
      for (int k = 0; k < times; ++k)
        for (int n = range.begin; n < range.end; n += 8) {
          r123::Philox4x32::ctr_type const counter = {
              {static_cast<std::uint32_t>(n), static_cast<std::uint32_t>(k), 0, word}};
          auto const block = r123::Philox4x32{}(counter, {{1, 2}});
          for (std::size_t i = 0; i < 8; ++i)
            fired[static_cast<std::size_t>(n) + i] =
                (block.v[i / 2] >> (i % 2 * 16) & 0xffffU) < 1966;
        }
    });
    benchmark::DoNotOptimize(fired.data());
    ++word;
  };
  take_turns(
      state, 1.0 * draws * steps,
      [&](int times) {
        for (int k = 0; k < times; ++k) net.run(steps);
      },
      draws, loop);
}
BENCHMARK(poisson_source)
    ->ArgNames({"neurons", "batch"})
    ->Args({784, 1})
    ->Args({784, 32})
    ->Args({100000, 1})
    ->Iterations(turns)
    ->UseManualTime()
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace kosnn_bench

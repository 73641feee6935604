// Whole steps of a small network with short, long and mixed delays.

#include <kosnn/kosnn.hpp>
#include <vector>

#include "kernels/spikes.hpp"

namespace kosnn_bench {
namespace {

/// 1000 Poisson sources of 10 Hz onto 1000 neurons. Rate: synaptic events a second.
void steps_with(benchmark::State& state, kosnn::Delays const& delays) {
  using namespace kosnn;
  constexpr int size = 1000, steps = 200;
  auto net = make_network<Device>(Config{}, population(Pre{}, PoissonSource{}, Shape{size}),
                                  population(Post{}, LIF<>{}.threshold(1e9), Shape{size}),
                                  project(Pre{}, Post{}, Dense{}, weights::uniform(0, 1), delays));
  net.get(Pre{}).set_rates(std::vector<double>(size, 10));
  take_time(state, 0.01 * size * size * steps, [&](int times) {
    for (int k = 0; k < times; ++k) net.run(steps);
  });
}

/// The delay in steps; 0: from 1 to 20, drawn for each synapse.
void delay_ring(benchmark::State& state) {
  auto const delay = static_cast<double>(state.range(0));
  steps_with(state, delay == 0 ? kosnn::delays::uniform(1, 20) : kosnn::delays::constant(delay));
}
BENCHMARK(delay_ring)
    ->ArgName("steps")
    ->Arg(1)
    ->Arg(20)
    ->Arg(0)
    ->Iterations(turns)
    ->UseManualTime()
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace kosnn_bench

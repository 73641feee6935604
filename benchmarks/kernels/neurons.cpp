// Neuron update against the triad: both are bound by what they read and write.

#include <algorithm>
#include <kosnn/kosnn.hpp>
#include <random>
#include <vector>

#include "kernels/spikes.hpp"

namespace kosnn_bench {
namespace {

/// A population without input, driven to fire at about 15 Hz, each neuron at its own time. The
/// update reads and writes the fields and the input (which it sets to 0), writes a byte for the
/// spike and reads it again when spikes are listed. `field_bytes`: those of the fields of a neuron.
template <class Model>
void update(benchmark::State& state, Model const& model, int field_bytes) {
  using namespace kosnn;
  int const size = static_cast<int>(state.range(0));
  auto net = make_network<Device>(
      Config{}.neurons_per_thread(1), population(Silent{}, SpikeArraySource{}, Shape{1}),
      population(Post{}, model, Shape{size}),
      project(Silent{}, Post{}, Dense{}, weights::constant(1), delays::constant(64)));
  std::vector<float> v(static_cast<std::size_t>(size));
  std::mt19937 random(1);
  std::uniform_real_distribution<float> uniform(0, 1);
  std::generate(v.begin(), v.end(), [&] { return uniform(random); });
  net.get(Post{}).template set_field<&Model::State::v>(v);
  net.run(100);

  int const steps = std::clamp(1'000'000 / size, 1, 64);
  double const footprint = 1.0 * size * (field_bytes + 5);
  double const moved = 1.0 * size * (2 * field_bytes + 10);
  Triad triad(static_cast<std::size_t>(footprint));
  take_turns(
      state, moved * steps,
      [&](int times) {
        for (int k = 0; k < times; ++k) net.run(steps);
      },
      triad.bytes(), [&](int times) { triad.run(times); });
  state.counters["neurons"] = state.counters["rate"] / moved * size;
  state.counters["Hz"] = static_cast<double>(net.spikes()) / size / net.time() * 1000;
}

void lif(benchmark::State& state) { update(state, kosnn::LIF<>{}.bias(1.05).refractory(2), 8); }
void adaptive_lif(benchmark::State& state) {
  update(state, kosnn::AdaptiveLIF<>{}.bias(1.05).refractory(2).adaptation(kosnn::exact(50, 0.001)),
         12);
}
void sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgName("neurons")->RangeMultiplier(10)->Range(1000, 10'000'000);
}
BENCHMARK(lif)->Apply(sizes)->Iterations(turns)->UseManualTime()->Unit(benchmark::kMicrosecond);
BENCHMARK(adaptive_lif)
    ->Apply(sizes)
    ->Iterations(turns)
    ->UseManualTime()
    ->Unit(benchmark::kMicrosecond);

/// The triad itself: a third of the given bytes an array. The largest is beyond the caches.
void triad(benchmark::State& state) {
  Triad arrays(static_cast<std::size_t>(state.range(0)));
  take_time(state, arrays.bytes(), [&](int times) { arrays.run(times); });
}
BENCHMARK(triad)
    ->ArgName("bytes")
    ->RangeMultiplier(16)
    ->Range(1 << 14, 1 << 30)
    ->Iterations(turns)
    ->UseManualTime()
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace kosnn_bench

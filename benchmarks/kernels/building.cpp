// How long it takes to make a network of 10 million synapses, by their rule.

#include <kosnn/kosnn.hpp>
#include <random>
#include <utility>
#include <vector>

#include "kernels/spikes.hpp"

namespace kosnn_bench {
namespace {

constexpr int neurons = 10'000, degree = 1'000, synapses = neurons * degree;

/// Between how many neurons a rule draws its synapses.
struct Drawn {
  kosnn::Sparse rule;
  int pre = neurons, post = neurons;
};

Drawn one_to_one() { return {kosnn::sparse::one_to_one(), synapses, synapses}; }
Drawn all_to_all() { return {kosnn::sparse::all_to_all(), neurons, degree}; }
Drawn bernoulli() { return {kosnn::sparse::bernoulli(1.0 * degree / neurons)}; }
Drawn in_degree() { return {kosnn::sparse::in_degree(degree)}; }
Drawn in_degree_different() { return {kosnn::sparse::in_degree(degree).multapses(false)}; }
Drawn out_degree() { return {kosnn::sparse::out_degree(degree)}; }
Drawn out_degree_different() { return {kosnn::sparse::out_degree(degree).multapses(false)}; }
Drawn total() { return {kosnn::sparse::total(synapses)}; }
Drawn total_different() { return {kosnn::sparse::total(synapses).multapses(false)}; }
Drawn edges() {
  std::mt19937 random(1);
  std::uniform_int_distribution<int> any(0, neurons - 1);
  std::vector<int> sources(synapses), targets(synapses);
  for (int& source : sources) source = any(random);
  for (int& target : targets) target = any(random);
  return {kosnn::sparse::edges(std::move(sources), std::move(targets))};
}
/// About as many: 10,000 in the unit square times the integral of the kernel, 0.5 * 2 pi 0.18^2.
Drawn distance() {
  auto const positions = kosnn::Positions::random(neurons, {1, 1}, 1);
  auto const kernel = kosnn::kernels::gaussian(0.5, 0.18);
  return {kosnn::sparse::distance(positions, positions, kernel).periodic({1, 1})};
}

/// Argument: whether weights and delays are drawn; else they are constant. Rate: synapses a second.
void building(benchmark::State& state, Drawn (*make)()) {
  using namespace kosnn;
  bool const drawn = state.range(0) != 0;
  Drawn const given = make();
  double made = 0;
  for ([[maybe_unused]] auto _ : state) {
    {
      auto net = make_network<Device>(
          Config{}.dt(0.1), population(Pre{}, SpikeArraySource{}, Shape{given.pre}),
          population(Post{}, LIF<>{}, Shape{given.post}),
          project(Pre{}, Post{}, given.rule, drawn ? weights::normal(1, 0.1) : weights::constant(1),
                  drawn ? delays::uniform(1, 5) : delays::constant(1)));
      made = static_cast<double>(net.projection(Pre{}, Post{}).synapses());
      state.PauseTiming();  // while the network goes
    }
    state.ResumeTiming();
  }
  state.counters["synapses"] = made;
  state.counters["rate"] = benchmark::Counter(made, benchmark::Counter::kIsIterationInvariantRate);
}

void once(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgName("drawn")
      ->Arg(0)
      ->Arg(1)
      ->Iterations(1)
      ->MeasureProcessCPUTime()
      ->UseRealTime()
      ->Unit(benchmark::kMillisecond);
}
BENCHMARK_CAPTURE(building, one_to_one, one_to_one)->Apply(once);
BENCHMARK_CAPTURE(building, all_to_all, all_to_all)->Apply(once);
BENCHMARK_CAPTURE(building, bernoulli, bernoulli)->Apply(once);
BENCHMARK_CAPTURE(building, in_degree, in_degree)->Apply(once);
BENCHMARK_CAPTURE(building, in_degree_different, in_degree_different)->Apply(once);
BENCHMARK_CAPTURE(building, out_degree, out_degree)->Apply(once);
BENCHMARK_CAPTURE(building, out_degree_different, out_degree_different)->Apply(once);
BENCHMARK_CAPTURE(building, total, total)->Apply(once);
BENCHMARK_CAPTURE(building, total_different, total_different)->Apply(once);
BENCHMARK_CAPTURE(building, edges, edges)->Apply(once);
BENCHMARK_CAPTURE(building, distance, distance)->Apply(once);

}  // namespace
}  // namespace kosnn_bench

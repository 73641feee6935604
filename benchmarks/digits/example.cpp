#include <digits/learner.hpp>
#include <numeric>
#include <support/simulation.hpp>
#include <vector>

#include "digits/benchmarks.hpp"
#include "support/limits.hpp"

namespace kosnn_bench {
namespace {

void example(benchmark::State& state, kosnn::Images const& images) {
  digits::Settings settings;
  settings.batch = static_cast<int>(state.range(0));
  std::vector<std::size_t> order(samples_per_run);
  std::iota(order.begin(), order.end(), std::size_t{0});
  double events = 0, exc_hz = 0;
  while (state.KeepRunning()) {
    state.PauseTiming();
    digits::Learner<Device> learner(settings, static_cast<int>(images.rows),
                                    static_cast<int>(images.cols));
    state.ResumeTiming();
    learner.train(images, order, [](std::size_t) {});
    events += static_cast<double>(learner.network().synaptic_events());
    exc_hz = kosnn_support::rate_hz(learner.network().get(digits::Exc{}), learner.biological_ms());
  }
  count_samples(state, samples_per_run, settings.presentation / settings.dt, events);
  state.counters["exc_hz"] = exc_hz;
}

}  // namespace

void add_example(kosnn::Images const& images) {
  static kosnn::Images const small = small_digits();
  for (auto const& [name, data] : {std::pair{"example_8x8", &small}, {"example_28x28", &images}})
    benchmark::RegisterBenchmark(name, [data](benchmark::State& state) { example(state, *data); })
        ->ArgName("batch")
        ->Arg(1)
        ->Arg(32)
        ->UseRealTime()
        ->Unit(benchmark::kMillisecond);
}

}  // namespace kosnn_bench

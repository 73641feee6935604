#include "support/limits.hpp"

#include <algorithm>
#include <chrono>
#include <kosnn/kokkos/compat.hpp>
#include <kosnn/network/detail/range.hpp>
#include <kosnn/version.hpp>
#include <string>
#include <vector>

namespace kosnn_bench {
namespace {

double seconds_of(Work const& work, int times) {
  using Clock = std::chrono::steady_clock;
  auto const begin = Clock::now();
  work(times);
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// How often to do the work at a time, so that clock and launch cost nothing to speak of.
int times_for(Work const& work) {
  constexpr double wanted = 5e-4;
  int times = 1;
  for (;; times *= 2)
    if (seconds_of(work, times) >= wanted || times >= 1 << 20) return times;
}

double median(std::vector<double> values) {
  auto const middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

Triad::Triad(std::size_t bytes) {
  std::size_t const n = std::max<std::size_t>(bytes / 12, 1);
  for (auto* view : {&a_, &b_, &c_}) {
    *view = Kokkos::View<float*, Kokkos::HostSpace>("triad", n);
    Kokkos::deep_copy(*view, 1.0F);
  }
}

void Triad::run(int passes) {
  float* const a = a_.data();
  float const* const b = b_.data();
  float const* const c = c_.data();
  auto const blocks = a_.extent(0) / 16;
  on_each_worker([&](int worker) {
    auto const count = static_cast<std::size_t>(workers()), w = static_cast<std::size_t>(worker);
    std::size_t const begin = blocks * w / count * 16;
    std::size_t const end = w + 1 == count ? a_.extent(0) : blocks * (w + 1) / count * 16;
    for (int pass = 0; pass < passes; ++pass) {
      float const factor = 1.0F / static_cast<float>(pass + 1);
      KOSNN_INDEPENDENT_ITERATIONS
      for (std::size_t k = begin; k < end; ++k) a[k] = b[k] + factor * c[k];
    }
  });
}

void take_turns(benchmark::State& state, double units, Work const& ours, double limit_units,
                Work const& limit) {
  int const our_times = times_for(ours), limit_times = times_for(limit);
  std::vector<double> our_seconds, limit_seconds;
  while (state.KeepRunning()) {
    double const seconds = seconds_of(ours, our_times);
    our_seconds.push_back(seconds / our_times);
    limit_seconds.push_back(seconds_of(limit, limit_times) / limit_times);
    state.SetIterationTime(seconds);
  }
  double const rate = units / median(our_seconds);
  double const limit_rate = limit_units / median(limit_seconds);
  state.counters["rate"] = rate;
  state.counters["limit"] = limit_rate;
  state.counters["of_limit"] = rate / limit_rate;
}

void take_time(benchmark::State& state, double units, Work const& ours) {
  int const times = times_for(ours);
  std::vector<double> each;
  while (state.KeepRunning()) {
    double const seconds = seconds_of(ours, times);
    each.push_back(seconds / times);
    state.SetIterationTime(seconds);
  }
  state.counters["rate"] = units / median(each);
}

int run_benchmarks(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::AddCustomContext("kosnn", kosnn::version);
  benchmark::AddCustomContext("device", Device::name());
  benchmark::AddCustomContext("threads", std::to_string(workers()));
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}

}  // namespace kosnn_bench

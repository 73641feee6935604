#ifndef KOSNN_BENCHMARKS_SUPPORT_LIMITS_HPP
#define KOSNN_BENCHMARKS_SUPPORT_LIMITS_HPP

#include <Kokkos_Core.hpp>

#include <benchmark/benchmark.h>

#include <cstddef>
#include <functional>

namespace kosnn_bench {

using Device = Kokkos::DefaultHostExecutionSpace;

/// Number of threads that kernels run on.
inline int workers() { return Device().concurrency(); }

/// Calls f(worker) once on each thread.
template <class F>
void on_each_worker(F const& f) {
  using Policy = Kokkos::TeamPolicy<Device>;
  using Member = typename Policy::member_type;
  Kokkos::parallel_for("kosnn_bench::workers", Policy(1, workers()),
                       [&](Member const& team) { f(team.team_rank()); });
  Device().fence();
}

/// Three arrays of floats that together take about `bytes`, for passes of
/// a[k] = b[k] + factor * c[k] (McCalpin's STREAM triad).
class Triad {
 public:
  explicit Triad(std::size_t bytes);
  /// Runs `passes`; every thread keeps to its own part of the arrays.
  void run(int passes);
  /// Bytes of one pass, counted as STREAM does: 12 an element.
  double bytes() const { return 12.0 * static_cast<double>(a_.extent(0)); }

 private:
  Kokkos::View<float*, Kokkos::HostSpace> a_, b_, c_;
};

/// Something that is done as often as the argument says.
using Work = std::function<void(int)>;

/// How many turns a benchmark takes.
constexpr int turns = 21;

/// Runs `ours` and `limit` in turns, so that both meet the same disturbances, once each for every
/// iteration of the benchmark. Both do their work once when called with 1, n times when called with
/// n; n is chosen so that a turn takes at least half a millisecond. Google Benchmark's time is that
/// of `ours` for such a turn; the counters come from medians over the turns:
///   rate       units of `ours` a second, `units` being those of one call with 1
///   limit      the same of `limit`, for `limit_units`
///   of_limit   rate / limit
void take_turns(benchmark::State& state, double units, Work const& ours, double limit_units,
                Work const& limit);

/// The same without a limit to compare with.
void take_time(benchmark::State& state, double units, Work const& ours);

/// The `main` of a benchmark executable, while Kokkos lives: runs what is registered. An argument
/// that Google Benchmark does not know is refused.
int run_benchmarks(int argc, char** argv);

}  // namespace kosnn_bench

#endif

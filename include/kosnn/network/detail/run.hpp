#ifndef KOSNN_NETWORK_DETAIL_RUN_HPP
#define KOSNN_NETWORK_DETAIL_RUN_HPP

#include <Kokkos_Core.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "kosnn/network/detail/run_on_device.hpp"
#include "kosnn/network/detail/run_on_host.hpp"

// A step: level by level (a level holds populations that need no spike of this step from each
// other) deliver, update, list spikes, traces; then plasticity.

namespace kosnn::detail {

/// Runs `steps` steps of a network from `first`.
template <class ExecutionSpace, class Ends, class Network>
void run_steps(Network const& net, Moment const& first, std::int64_t steps) {
  if constexpr (runs_on_host<ExecutionSpace>)
    on_workers<ExecutionSpace>(
        "kosnn::run", net.workers,
        RunSteps<Network, Ends>{net, first, steps, net.barrier->new_rounds(steps)});
  else
    LaunchSteps<ExecutionSpace, Network, Ends>{net}.run(first, steps);
  fence(ExecutionSpace{}, "kosnn::run");
}

/// Clears the state of a population, but for the fields in `kept`.
template <class ExecutionSpace, class Population>
void reset_population(Population const& p, unsigned kept) {
  if constexpr (runs_on_host<ExecutionSpace>) {
    on_workers<ExecutionSpace>("kosnn::reset", p.history.workers, ResetWork<Population>{p, kept});
  } else {
    Kokkos::parallel_for("kosnn::reset",
                         Kokkos::RangePolicy<ExecutionSpace, Kokkos::IndexType<int>>(0, p.size()),
                         ResetKernel<Population>{p, kept});
    Kokkos::deep_copy(p.history.heads, SpikeHead{});
  }
  fence(ExecutionSpace{}, "kosnn::reset");
}

/// `normalise` for all targets of a projection.
template <class ExecutionSpace, class Projection, class Real>
void normalise_projection(Projection const& j, Real total, Real* sums, int workers) {
  if constexpr (runs_on_host<ExecutionSpace>)
    on_workers<ExecutionSpace>("kosnn::norm", workers,
                               NormaliseWork<Projection, Real>{j, total, sums, workers});
  else
    Kokkos::parallel_for(
        "kosnn::norm",
        Kokkos::RangePolicy<ExecutionSpace, Kokkos::IndexType<int>>(0, j.learning_units()),
        NormaliseKernel<Projection, Real>{j, total, sums});
  fence(ExecutionSpace{}, "kosnn::norm");
}

/// `scale_targets` for all targets of a projection.
template <class ExecutionSpace, class Projection, class Real>
void scale_projection(Projection const& j, Real const* factors, int workers) {
  if constexpr (runs_on_host<ExecutionSpace>)
    on_workers<ExecutionSpace>("kosnn::scale", workers,
                               ScaleWork<Projection, Real>{j, factors, workers});
  else
    Kokkos::parallel_for(
        "kosnn::scale", Kokkos::RangePolicy<ExecutionSpace, Kokkos::IndexType<int>>(0, j.post_size),
        ScaleKernel<Projection, Real>{j, factors});
  fence(ExecutionSpace{}, "kosnn::scale");
}

template <class Projection, class Real>
struct NormaliseSource {
  Projection j;
  Real total;
  KOKKOS_FUNCTION void operator()(int i) const { normalise_source(j, total, i); }
};

/// `normalise_source` for all sources of a projection.
template <class ExecutionSpace, class Projection, class Real>
void normalise_sources(Projection const& j, Real total) {
  Kokkos::parallel_for("kosnn::norm",
                       Kokkos::RangePolicy<ExecutionSpace, Kokkos::IndexType<int>>(0, j.pre_size),
                       NormaliseSource<Projection, Real>{j, total});
  fence(ExecutionSpace{}, "kosnn::norm");
}

/// `catch_up` before `step` for all targets of a projection.
template <class ExecutionSpace, class Projection>
void catch_up_projection([[maybe_unused]] Projection const& j, [[maybe_unused]] std::int64_t step,
                         [[maybe_unused]] int workers) {
  if constexpr (runs_on_host<ExecutionSpace>)
    on_workers<ExecutionSpace>("kosnn::catch_up", workers,
                               CatchUpWork<Projection>{j, step, workers});
  fence(ExecutionSpace{}, "kosnn::catch_up");
}

/// `reward_synapses` for the targets in `among`: all, where these share weights.
template <class ExecutionSpace, class Projection, class Real>
void reward_projection(Projection const& j, Real power, Real reward, Real const* rewards,
                       Range among, int workers) {
  if constexpr (runs_on_host<ExecutionSpace>) {
    on_workers<ExecutionSpace>(
        "kosnn::reward", workers,
        RewardWork<Projection, Real>{j, power, reward, rewards, among, workers});
  } else {
    using Policy = Kokkos::RangePolicy<ExecutionSpace, Kokkos::IndexType<int>>;
    bool const shared = Projection::Topology::shares_weights;
    Kokkos::parallel_for("kosnn::reward",
                         shared ? Policy(0, j.learning_units()) : Policy(among.begin, among.end),
                         RewardKernel<Projection, Real>{j, power, reward, rewards});
  }
  fence(ExecutionSpace{}, "kosnn::reward");
}

/// `learn_from_terms` with a reward for the targets in `among`: all, where these share weights.
template <class ExecutionSpace, class Projection, class Pre, class Post, class Real>
void reward_terms(Projection const& j, Pre const& pre, Post const& post, std::int64_t step,
                  Real reward, Real const* rewards, Range among, int workers) {
  if constexpr (runs_on_host<ExecutionSpace>)
    on_workers<ExecutionSpace>(
        "kosnn::reward", workers,
        TermsRewardWork<Projection, Pre, Post, Real>{
            j, pre, post, step, largest_trace(j, pre, step), reward, rewards, among, workers});
  else
    launch_terms<OnReward, ExecutionSpace>(j, pre, post, step,
                                           largest_trace_on_device<ExecutionSpace>(j, pre, step),
                                           reward, rewards, among);
  fence(ExecutionSpace{}, "kosnn::reward");
}

/// Kokkos' teams on a CPU have at most as many members.
constexpr std::size_t max_workers = 64;

/// Number of workers, at most `limit`, of whom each has at least one of `shares` to do: one on a
/// GPU.
template <class ExecutionSpace>
int worker_count(std::size_t shares, int limit) {
  if constexpr (runs_on_host<ExecutionSpace>)
    return static_cast<int>(std::min({shares, static_cast<std::size_t>(limit), max_workers}));
  else
    return 1;
}

}  // namespace kosnn::detail

#endif

#ifndef KOSNN_NETWORK_DETAIL_RUN_ON_HOST_HPP
#define KOSNN_NETWORK_DETAIL_RUN_ON_HOST_HPP

#include <Kokkos_Core.hpp>

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "kosnn/connections/conv2d.hpp"
#include "kosnn/kokkos/compat.hpp"
#include "kosnn/network/detail/advance.hpp"
#include "kosnn/network/detail/deliver.hpp"
#include "kosnn/network/detail/deliver_ahead.hpp"
#include "kosnn/network/detail/learn.hpp"
#include "kosnn/network/detail/learn_all.hpp"
#include "kosnn/network/detail/learn_all_shared.hpp"
#include "kosnn/network/detail/learn_by_replay.hpp"
#include "kosnn/network/detail/learn_shared.hpp"
#include "kosnn/network/detail/network_data.hpp"
#include "kosnn/network/detail/normalise.hpp"

// On a CPU one kernel runs many steps. Each worker of its one team owns a range of the neurons of
// every population, all that those neurons receive, and the synapses onto them, so that nothing is
// written by two workers; they wait for each other only where spikes have to cross over.

namespace kosnn::detail {

/// Many steps: the work of one worker, as the other classes here.
template <class Network, class Ends>
struct RunSteps {
  Network net;
  Moment first;
  std::int64_t steps;
  std::uint64_t rounds;  // the last before this run; each step is one

  void operator()(int worker) const {
    for (std::int64_t k = 0; k < steps; ++k) {
      Moment const moment{first.step + k, first.random_step + static_cast<std::uint64_t>(k)};
      // Needs no spikes of others, who have time to list theirs meanwhile.
      update_first(worker, moment, typename Network::population_indices{});
      if (k > 0 && k % net.interval == 0) await_others(worker, k - 1);
      for (int level = 0; level < net.levels; ++level) {
        if (level > 0) net.barrier->wait(net.workers);
        advance_level(worker, level, moment, k, typename Network::population_indices{});
      }
      if (net.wait_before_learning) net.barrier->wait(net.workers);
      learn_all(worker, moment.step, k + 1 == steps, typename Network::projection_indices{});
      if ((k + 1) % net.interval == 0) announce(worker, k);
    }
  }

  std::uint64_t round_of(std::int64_t k) const {
    return rounds + 1 + static_cast<std::uint64_t>(k);
  }
  /// Others can read all spikes of `worker` up to step number `k`.
  void announce(int worker, std::int64_t k) const {
    auto const& last = last_listed();
    WorkerBarrier::announce(last.head(last.slot(first.step + k), worker).round, round_of(k));
  }
  void await_others(int worker, std::int64_t k) const {
    auto const& last = last_listed();
    int const slot = last.slot(first.step + k);
    for (int other = 0; other < net.workers; ++other)
      if (other != worker) WorkerBarrier::await(last.head(slot, other).round, round_of(k));
  }
  auto const& last_listed() const {
    return get<Network::population_indices::size() - 1>(net.populations).history;
  }

  /// The populations to which spikes of this step arrive only after the update.
  template <std::size_t... P>
  void update_first(int worker, Moment const& moment, std::index_sequence<P...>) const {
    (update_first_if<P>(worker, moment), ...);
  }
  template <std::size_t P>
  void update_first_if([[maybe_unused]] int worker, [[maybe_unused]] Moment const& moment) const {
    auto const& p = get<P>(net.populations);
    if constexpr (std::decay_t<decltype(p)>::adds_arrivals)
      if (p.arrives_after) update_neurons(p, owned_range(p.size(), worker, net.workers), moment);
  }
  template <std::size_t... P>
  void advance_level(int worker, int level, Moment const& moment, std::int64_t k,
                     std::index_sequence<P...>) const {
    (advance<P>(worker, level, moment, k), ...);
  }
  template <std::size_t P>
  void advance(int worker, int level, Moment const& moment, std::int64_t k) const {
    auto const& p = get<P>(net.populations);
    if (p.level != level) return;
    Range const range = owned_range(p.size(), worker, net.workers);
    deliver_all<P>(worker, range, moment.step, k, typename Network::projection_indices{});
    if (!p.arrives_after) update_neurons(p, range, moment);
    list_spikes(p, range, moment.step);
    note_all_worth<P>(worker, moment.step, typename Network::projection_indices{});
    advance_traces(p, range, moment.step);
    list_all_driven<P>(range, moment.step, typename Network::projection_indices{});
    sample_probes(p, range, moment.step);
  }
  template <std::size_t P, std::size_t... K>
  void list_all_driven([[maybe_unused]] Range range, [[maybe_unused]] std::int64_t step,
                       std::index_sequence<K...>) const {
    (list_driven_if<P, K>(range, step), ...);
  }
  template <std::size_t P, std::size_t K>
  void list_driven_if([[maybe_unused]] Range range, [[maybe_unused]] std::int64_t step) const {
    if constexpr (Ends::target(K) == P) {
      auto const& j = get<K>(net.projections);
      if constexpr (has_drive<typename std::decay_t<decltype(j)>::Rule>)
        if (j.learning) list_driven(j, net.template target<K>(), range, step);
    }
  }
  template <std::size_t P, std::size_t... K>
  void note_all_worth([[maybe_unused]] int worker, [[maybe_unused]] std::int64_t step,
                      std::index_sequence<K...>) const {
    (note_worth_if<P, K>(worker, step), ...);
  }
  template <std::size_t P, std::size_t K>
  void note_worth_if([[maybe_unused]] int worker, [[maybe_unused]] std::int64_t step) const {
    if constexpr (Ends::source(K) == P) {
      auto const& j = get<K>(net.projections);
      if (!j.short_term.of_sources()) return;
      auto const& pre = net.template source<K>();
      int const slot = pre.history.slot(step);
      std::size_t const begin = pre.history.begin(slot, worker);
      for (std::uint32_t k = 0; k < pre.history.count(slot, worker); ++k)
        note_worth(j, pre, step, begin + k);
    }
  }
  template <std::size_t P, std::size_t... K>
  void deliver_all([[maybe_unused]] int worker, [[maybe_unused]] Range range,
                   [[maybe_unused]] std::int64_t step, [[maybe_unused]] std::int64_t k,
                   std::index_sequence<K...>) const {
    (deliver_if<P, K>(worker, range, step, k), ...);
  }
  template <std::size_t P, std::size_t K>
  void deliver_if([[maybe_unused]] int worker, [[maybe_unused]] Range range,
                  [[maybe_unused]] std::int64_t step, [[maybe_unused]] std::int64_t k) const {
    if constexpr (Ends::target(K) == P) {
      auto const& j = get<K>(net.projections);
      auto const& pre = net.template source<K>();
      auto const& post = net.template target<K>();
      using Projection = std::decay_t<decltype(j)>;
      if constexpr (std::is_same_v<typename Projection::Topology, Conv2d>)
        if (j.by_channel.sums.data() != nullptr) {
          if constexpr (std::decay_t<decltype(post)>::subtracts_traces)
            subtract_traces(j, pre, post, step, range);
          return deliver_channels(j, pre, post, step, worker, k == 0);
        }
      if constexpr (can_deliver_ahead<Projection>)
        if (j.ahead.steps > 0) return deliver_ahead(j, pre, post, step, k, steps - k, range);
      if constexpr (can_replay<Projection>)
        if (j.replay.on) return replay_and_deliver(j, pre, post, step, range);
      if constexpr (!Projection::Topology::shares_weights) {
        using Real = typename std::decay_t<decltype(post)>::real;
        if constexpr (learns_from_spikes<Projection, Real>)
          if (j.learning) learn_from_own_spikes(j, pre, post, worker, step, true);
        if constexpr (learns_from_arrivals<Projection, Real>)
          if (learns_before_delivery(j)) learn_from_arrivals(j, pre, post, step, range);
      }
      deliver(j, pre, post, step, range);
    }
  }
  /// The postsynaptic half of the rule at the targets of `worker`, for spikes that are treated
  /// before deliveries and arrivals or after them.
  template <class Projection, class Pre, class Post>
  void learn_from_own_spikes(Projection const& j, Pre const& pre, Post const& post, int worker,
                             std::int64_t step, bool before) const {
    auto const& learning = learning_targets(j, post);
    auto const& history = learning.history;
    for_each_met(j, step, before, [&](MetSpikes const& met) {
      int const slot = history.slot(met.fired);
      std::size_t const begin = history.begin(slot, worker);
      std::uint32_t const n = history.count(slot, worker);
      if (n == 0) return;
      if constexpr (normalises_trace<Projection>) find_largest(j, pre, post, step, begin, n);
      learn_from_spikes<learn_tile>(j, pre, learning, met, begin, n, 0, 1);
    });
  }
  template <std::size_t... K>
  void learn_all([[maybe_unused]] int worker, [[maybe_unused]] std::int64_t step,
                 [[maybe_unused]] bool last, std::index_sequence<K...>) const {
    (learn<K>(worker, step, last), ...);
  }
  template <std::size_t K>
  void learn([[maybe_unused]] int worker, [[maybe_unused]] std::int64_t step,
             [[maybe_unused]] bool last) const {
    auto const& j = get<K>(net.projections);
    auto const& pre = net.template source<K>();
    auto const& post = net.template target<K>();
    using Projection = std::decay_t<decltype(j)>;
    using Real = typename std::decay_t<decltype(post)>::real;
    [[maybe_unused]] constexpr bool shared = Projection::Topology::shares_weights;
    [[maybe_unused]] Range range{0, 0};
    if constexpr (!std::is_same_v<typename Projection::Rule, Static>)
      range = j.learned_by(worker, net.workers);
    [[maybe_unused]] constexpr bool replays = can_replay<Projection>;
    if constexpr (has_eligibility<Projection>)
      if (j.eligibility.forgets && !last) return;
    if constexpr (keeps_values<Projection>)
      if (rescales_eligibility(j, step)) {
        if constexpr (replays)
          if (j.replay.on) catch_up(j, range, step);
        rescale_eligibility(j, range);
        restart_sums(j, worker, range);
      }
    if constexpr (has_eligibility<Projection>) {
      if (j.modulation.on) {
        release(j, worker, step);
        if (j.replay.on) add_to_sums(j, worker, step);
      }
    }
    if (!j.learning) {
      if constexpr (replays)
        if (j.replay.on && j.longest_lag > 0)
          miss_spikes(j, learning_targets(j, post), step, range);
      return;
    }
    if constexpr (learns_each_step<Projection>)
      learn_from_all_terms<OnStep>(j, pre, post, step, largest_trace(j, pre, step), Real(1),
                                   static_cast<Real const*>(nullptr), range, worker);
    if constexpr (learns_from_arrivals<Projection, Real>) {
      if (j.acts_on_pre && !j.learns_first) {
        if constexpr (shared)
          learn_from_shared_arrivals(j, pre, post, step, range);
        else
          learn_from_arrivals(j, pre, post, step, range);
      }
    }
    if constexpr (learns_from_spikes<Projection, Real> && shared)
      learn_from_shared_spikes(j, pre, learning_targets(j, post), step, range);
    if constexpr (replays)
      if (j.replay.on) return note_spikes(j, learning_targets(j, post), step, range);
    if constexpr (learns_from_spikes<Projection, Real> && !shared)
      learn_from_own_spikes(j, pre, post, worker, step, false);
    if constexpr (has_eligibility<Projection>)
      if (j.modulation.on) reward_by_spikes(j, worker, step, range);
  }
};

template <class Population>
struct ResetWork {
  Population p;
  unsigned kept;
  void operator()(int worker) const {
    reset_neurons(p, owned_range(p.size(), worker, p.history.workers), kept);
    for (int slot = 0; slot < p.history.depth; ++slot) p.history.count(slot, worker) = 0;
  }
};

template <class Projection, class Real>
struct NormaliseWork {
  Projection j;
  Real total;
  Real* sums;
  int workers;
  void operator()(int worker) const { normalise(j, total, sums, j.learned_by(worker, workers)); }
};

template <class Projection, class Real>
struct ScaleWork {
  Projection j;
  Real const* factors;
  int workers;
  void operator()(int worker) const { scale_targets(j, factors, j.learned_by(worker, workers)); }
};

template <class Projection>
struct CatchUpWork {
  Projection j;
  std::int64_t step;
  int workers;
  void operator()(int worker) const { catch_up(j, j.learned_by(worker, workers), step); }
};

template <class Projection, class Real>
struct RewardWork {
  Projection j;
  Real power, reward;
  Real const* rewards;
  Range among;
  int workers;
  void operator()(int worker) const {
    reward_synapses(j, power, reward, rewards, shared_range(j.learned_by(worker, workers), among));
  }
};

template <class Projection, class Pre, class Post, class Real>
struct TermsRewardWork {
  Projection j;
  Pre pre;
  Post post;
  std::int64_t step;
  Real largest, reward;
  Real const* rewards;
  Range among;
  int workers;
  void operator()(int worker) const {
    learn_from_all_terms<OnReward>(j, pre, post, step, largest, reward, rewards,
                                   shared_range(j.learned_by(worker, workers), among), worker);
  }
};

/// Lets each member of a team do the work of one worker; `Work` is the same code for all teams.
template <class Work>
struct TeamWork {
  Work work;
  template <class Member>
  void operator()(Member const& team) const {
    work(team.team_rank());
  }
};

/// Runs `work` on a team of `workers`; one alone does not wake the other threads.
template <class ExecutionSpace, class Work>
void on_workers(char const* label, int workers, Work const& work) {
  TeamWork<Work> const team{work};
  if (workers == 1)
    Kokkos::parallel_for(label, Kokkos::TeamPolicy<SingleThread<ExecutionSpace>>(1, 1), team);
  else
    Kokkos::parallel_for(label, Kokkos::TeamPolicy<ExecutionSpace>(1, workers), team);
}

}  // namespace kosnn::detail

#endif

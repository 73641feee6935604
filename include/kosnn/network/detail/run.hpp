#ifndef KOSNN_NETWORK_DETAIL_RUN_HPP
#define KOSNN_NETWORK_DETAIL_RUN_HPP

#include <Kokkos_Core.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "kosnn/core/pack.hpp"
#include "kosnn/network/detail/advance.hpp"
#include "kosnn/network/detail/deliver.hpp"
#include "kosnn/network/detail/learn.hpp"

// A step: level by level (a level holds populations that need no spike of this step from each
// other) deliver, update, list spikes, traces; then plasticity.
//
// On a CPU one kernel runs many steps. Each worker of its one team owns a range of the neurons of
// every population, all that those neurons receive, and the synapses onto them, so that nothing is
// written by two workers; they wait for each other only where spikes have to cross over. On a GPU
// each part of a step is a kernel of its own.

namespace kosnn::detail {

template <class ExecutionSpace>
constexpr bool runs_on_host =
    Kokkos::SpaceAccessibility<ExecutionSpace, Kokkos::HostSpace>::accessible;

/// The device side of a whole network. `Ends` holds, for each projection, the positions of its
/// source and target among the populations.
template <class Populations, class Projections, class Ends>
struct NetworkData {
  Populations populations;
  Projections projections;
  int levels = 1;
  int workers = 1;
  int interval = 1;  // steps between two points where workers wait for each other
  bool wait_before_learning = false;

  using population_indices = std::make_index_sequence<Populations::size>;
  using projection_indices = std::make_index_sequence<Projections::size>;

  template <std::size_t K>
  KOKKOS_FUNCTION auto const& source() const {
    return get<Ends::source(K)>(populations);
  }
  template <std::size_t K>
  KOKKOS_FUNCTION auto const& target() const {
    return get<Ends::target(K)>(populations);
  }
};

template <class Projection, class Real>
constexpr bool learns_from_arrivals = HasOnPre<typename Projection::Rule, Real>::value;
template <class Projection, class Real>
constexpr bool learns_from_spikes = HasOnPost<typename Projection::Rule, Real>::value;

/// Many steps on a CPU: a functor for a TeamPolicy with one team.
template <class Network, class Ends, class Member>
struct RunSteps {
  Network net;
  Moment first;
  std::int64_t steps;

  void operator()(Member const& team) const {
    int const worker = team.team_rank();
    for (std::int64_t k = 0; k < steps; ++k) {
      Moment const moment{first.step + k, first.random_step + static_cast<std::uint64_t>(k)};
      for (int level = 0; level < net.levels; ++level) {
        if (level > 0) team.team_barrier();
        advance_level(worker, level, moment, typename Network::population_indices{});
      }
      if (net.wait_before_learning) team.team_barrier();
      learn_all(worker, moment.step, typename Network::projection_indices{});
      if ((k + 1) % net.interval == 0) team.team_barrier();
    }
  }

  template <std::size_t... P>
  void advance_level(int worker, int level, Moment const& moment, std::index_sequence<P...>) const {
    (advance<P>(worker, level, moment), ...);
  }
  template <std::size_t P>
  void advance(int worker, int level, Moment const& moment) const {
    auto const& p = get<P>(net.populations);
    if (p.level != level) return;
    Range const range = owned_range(p.size(), worker, net.workers);
    deliver_all<P>(range, moment.step, typename Network::projection_indices{});
    update_neurons(p, worker, range, moment);
    list_spikes(p, worker, moment.step);
    advance_traces(p, worker, range, moment.step);
    sample_probes(p, range, moment.step);
  }
  template <std::size_t P, std::size_t... K>
  void deliver_all([[maybe_unused]] Range range, [[maybe_unused]] std::int64_t step,
                   std::index_sequence<K...>) const {
    (deliver_if<P, K>(range, step), ...);
  }
  template <std::size_t P, std::size_t K>
  void deliver_if([[maybe_unused]] Range range, [[maybe_unused]] std::int64_t step) const {
    if constexpr (Ends::target(K) == P)
      deliver(get<K>(net.projections), net.template source<K>(), net.template target<K>(), step,
              range);
  }
  template <std::size_t... K>
  void learn_all([[maybe_unused]] int worker, [[maybe_unused]] std::int64_t step,
                 std::index_sequence<K...>) const {
    (learn<K>(worker, step), ...);
  }
  template <std::size_t K>
  void learn([[maybe_unused]] int worker, [[maybe_unused]] std::int64_t step) const {
    auto const& j = get<K>(net.projections);
    if (!j.learning) return;
    auto const& pre = net.template source<K>();
    auto const& post = net.template target<K>();
    using Projection = std::decay_t<decltype(j)>;
    using Real = typename std::decay_t<decltype(post)>::real;
    if constexpr (learns_from_arrivals<Projection, Real>) {
      if (j.acts_on_pre)
        learn_from_arrivals(j, pre, post, step, owned_range(post.size(), worker, net.workers));
    }
    if constexpr (learns_from_spikes<Projection, Real>) {
      int const slot = post.history.slot(step);
      learn_from_spikes(j, pre, post, step, post.history.begin(slot, worker),
                        post.history.count(slot, worker), 0, 1);
    }
  }
};

// The kernels of a GPU. Each functor is one of the functions above for one neuron (or one lane).

template <class Projection, class Pre, class Post>
struct DeliverKernel {
  Projection j;
  Pre pre;
  Post post;
  std::int64_t step;
  KOKKOS_FUNCTION void operator()(int n) const { deliver(j, pre, post, step, Range{n, n + 1}); }
};

template <class Population>
struct UpdateKernel {
  Population p;
  Moment moment;
  int grain;
  KOKKOS_FUNCTION void operator()(int k) const {
    int const begin = k * grain, end = begin + grain < p.size() ? begin + grain : p.size();
    Range const range{begin, end};
    update_neurons(p, 0, range, moment);
    advance_traces(p, 0, range, moment.step);
    sample_probes(p, range, moment.step);
  }
};

/// Scan over (neuron, batch element): the position of each spike in the list.
template <class Population>
struct ListKernel {
  Population p;
  std::int64_t step;
  KOKKOS_FUNCTION void operator()(std::int64_t k, std::uint32_t& spikes, bool last) const {
    int const n = static_cast<int>(k / p.batch()), b = static_cast<int>(k % p.batch());
    int const slot = p.history.slot(step);
    if (p.fired_by(0).row(b)[n] != 0) {
      if (last) enter_spike(p, p.history.begin(slot, 0) + spikes, n, b);
      ++spikes;
    }
    if (last && static_cast<std::size_t>(k) + 1 == p.history.capacity()) {
      p.history.count(slot, 0) = spikes;
      p.total(0) += spikes;
    }
  }
};

template <class Projection, class Pre, class Post>
struct ArrivalsKernel {
  Projection j;
  Pre pre;
  Post post;
  std::int64_t step;
  KOKKOS_FUNCTION void operator()(int n) const {
    learn_from_arrivals(j, pre, post, step, Range{n, n + 1});
  }
};

template <class Projection, class Pre, class Post>
struct SpikesKernel {
  Projection j;
  Pre pre;
  Post post;
  std::int64_t step;
  int lanes;
  KOKKOS_FUNCTION void operator()(int lane) const {
    int const slot = post.history.slot(step);
    learn_from_spikes(j, pre, post, step, post.history.begin(slot, 0), post.history.count(slot, 0),
                      lane, lanes);
  }
};

/// Part k of `parts` of the targets; on a CPU, those that worker k owns.
template <class Projection, class Real>
struct NormaliseKernel {
  Projection j;
  Real total;
  Real* sums;
  int parts;
  KOKKOS_FUNCTION void operator()(int k) const {
    normalise(j, total, sums,
              parts == j.post_size ? Range{k, k + 1} : owned_range(j.post_size, k, parts));
  }
};

/// Steps on a GPU.
template <class ExecutionSpace, class Network, class Ends>
struct LaunchSteps {
  using Policy = Kokkos::RangePolicy<ExecutionSpace, Kokkos::IndexType<int>>;
  using LongPolicy = Kokkos::RangePolicy<ExecutionSpace, Kokkos::IndexType<std::int64_t>>;
  Network net;

  void run(Moment const& first, std::int64_t steps) const {
    for (std::int64_t k = 0; k < steps; ++k) {
      Moment const moment{first.step + k, first.random_step + static_cast<std::uint64_t>(k)};
      for (int level = 0; level < net.levels; ++level)
        advance_level(level, moment, typename Network::population_indices{});
      learn_all(moment.step, typename Network::projection_indices{});
    }
  }
  template <std::size_t... P>
  void advance_level(int level, Moment const& moment, std::index_sequence<P...>) const {
    (advance<P>(level, moment), ...);
  }
  template <std::size_t P>
  void advance(int level, Moment const& moment) const {
    auto const& p = get<P>(net.populations);
    using Population = std::decay_t<decltype(p)>;
    if (p.level != level) return;
    deliver_all<P>(moment.step, typename Network::projection_indices{});
    int const grain = Population::cell_grain;
    Kokkos::parallel_for("kosnn::update", Policy(0, (p.size() + grain - 1) / grain),
                         UpdateKernel<Population>{p, moment, grain});
    Kokkos::parallel_scan("kosnn::list",
                          LongPolicy(0, static_cast<std::int64_t>(p.history.capacity())),
                          ListKernel<Population>{p, moment.step});
  }
  template <std::size_t P, std::size_t... K>
  void deliver_all([[maybe_unused]] std::int64_t step, std::index_sequence<K...>) const {
    (deliver_if<P, K>(step), ...);
  }
  template <std::size_t P, std::size_t K>
  void deliver_if([[maybe_unused]] std::int64_t step) const {
    if constexpr (Ends::target(K) == P) {
      auto const& j = get<K>(net.projections);
      auto const& pre = net.template source<K>();
      auto const& post = net.template target<K>();
      using Kernel = DeliverKernel<std::decay_t<decltype(j)>, std::decay_t<decltype(pre)>,
                                   std::decay_t<decltype(post)>>;
      Kokkos::parallel_for("kosnn::deliver", Policy(0, post.size()), Kernel{j, pre, post, step});
    }
  }
  template <std::size_t... K>
  void learn_all([[maybe_unused]] std::int64_t step, std::index_sequence<K...>) const {
    (learn<K>(step), ...);
  }
  template <std::size_t K>
  void learn([[maybe_unused]] std::int64_t step) const {
    auto const& j = get<K>(net.projections);
    if (!j.learning) return;
    auto const& pre = net.template source<K>();
    auto const& post = net.template target<K>();
    using Projection = std::decay_t<decltype(j)>;
    using Pre = std::decay_t<decltype(pre)>;
    using Post = std::decay_t<decltype(post)>;
    if constexpr (learns_from_arrivals<Projection, typename Post::real>) {
      if (j.acts_on_pre)
        Kokkos::parallel_for("kosnn::arrivals", Policy(0, post.size()),
                             ArrivalsKernel<Projection, Pre, Post>{j, pre, post, step});
    }
    if constexpr (learns_from_spikes<Projection, typename Post::real>) {
      int const lanes = (pre.size() + learn_tile - 1) / learn_tile;
      Kokkos::parallel_for("kosnn::spikes", Policy(0, lanes),
                           SpikesKernel<Projection, Pre, Post>{j, pre, post, step, lanes});
    }
  }
};

/// Runs `steps` steps of a network from `first`.
template <class ExecutionSpace, class Ends, class Network>
void run_steps(Network const& net, Moment const& first, std::int64_t steps) {
  if constexpr (runs_on_host<ExecutionSpace>) {
    using Policy = Kokkos::TeamPolicy<ExecutionSpace>;
    Kokkos::parallel_for("kosnn::run", Policy(1, net.workers),
                         RunSteps<Network, Ends, typename Policy::member_type>{net, first, steps});
  } else {
    LaunchSteps<ExecutionSpace, Network, Ends>{net}.run(first, steps);
  }
  fence(ExecutionSpace{}, "kosnn: steps done");
}

/// Number of workers of whom each has at least one of `shares` to do: one on a GPU.
template <class ExecutionSpace>
int worker_count(std::size_t shares) {
  if constexpr (runs_on_host<ExecutionSpace>)
    return static_cast<int>(
        std::min(shares, static_cast<std::size_t>(ExecutionSpace().concurrency())));
  else
    return 1;
}

}  // namespace kosnn::detail

#endif

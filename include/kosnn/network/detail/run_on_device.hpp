#ifndef KOSNN_NETWORK_DETAIL_RUN_ON_DEVICE_HPP
#define KOSNN_NETWORK_DETAIL_RUN_ON_DEVICE_HPP

#include <Kokkos_Core.hpp>

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "kosnn/kokkos/compat.hpp"
#include "kosnn/network/detail/advance.hpp"
#include "kosnn/network/detail/deliver.hpp"
#include "kosnn/network/detail/learn.hpp"
#include "kosnn/network/detail/learn_all.hpp"
#include "kosnn/network/detail/learn_all_shared.hpp"
#include "kosnn/network/detail/learn_shared.hpp"
#include "kosnn/network/detail/network_data.hpp"
#include "kosnn/network/detail/normalise.hpp"

// On a GPU each part of a step is a kernel: one of the functions for a range of neurons, called for
// one neuron, or one lane of a column, by each thread.

namespace kosnn::detail {

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
    update_neurons(p, range, moment);
    advance_traces(p, range, moment.step);
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
    if (p.fired_row(Range{n, n + 1}, b)[n] != 0) {
      if (last) enter_spike(p, p.history.begin(slot, 0) + spikes, n, b);
      ++spikes;
    }
    if (last && static_cast<std::size_t>(k) + 1 == p.history.capacity()) {
      p.history.count(slot, 0) = spikes;
      p.total(0) += spikes;
    }
  }
};

/// For the spikes in the list that there are, of as many as fit.
template <class Projection, class Pre>
struct WorthKernel {
  Projection j;
  Pre pre;
  std::int64_t step;
  KOKKOS_FUNCTION void operator()(int k) const {
    int const slot = pre.history.slot(step);
    if (static_cast<std::uint32_t>(k) < pre.history.count(slot, 0))
      note_worth(j, pre, step, pre.history.begin(slot, 0) + static_cast<std::size_t>(k));
  }
};

template <class Projection, class Post>
struct DrivesKernel {
  Projection j;
  Post post;
  std::int64_t step;
  KOKKOS_FUNCTION void operator()(int n) const {
    for (int b = 0; b < post.batch(); ++b)
      find_drives(j, post, step, post.fired_row(Range{n, n + 1}, b), b, n, n + 1);
  }
};

/// Scan over (target, batch element), as ListKernel.
template <class Projection>
struct ListDrivenKernel {
  Projection j;
  KOKKOS_FUNCTION void operator()(std::int64_t k, std::uint32_t& driven, bool last) const {
    auto const& history = j.driven.history;
    int const n = static_cast<int>(k / history.batch), b = static_cast<int>(k % history.batch);
    if (j.driven.earlier_trace(0, 0, n, b) != 0) {
      if (last) history.entries(driven) = history.entry(n, b);
      ++driven;
    }
    if (last && static_cast<std::size_t>(k) + 1 == history.capacity()) history.count(0, 0) = driven;
  }
};

template <class Projection, class Pre, class Post>
struct ArrivalsKernel {
  Projection j;
  Pre pre;
  Post post;
  std::int64_t step;
  KOKKOS_FUNCTION void operator()(int unit) const {
    Range const range = j.targets_of_units(unit, unit + 1);
    if constexpr (Projection::Topology::shares_weights)
      learn_from_shared_arrivals(j, pre, post, step, range);
    else
      learn_from_arrivals(j, pre, post, step, range);
  }
};

template <class Projection, class Pre, class Post>
struct SharedSpikesKernel {
  Projection j;
  Pre pre;
  Post post;
  std::int64_t step;
  KOKKOS_FUNCTION void operator()(int unit) const {
    learn_from_shared_spikes(j, pre, post, step, j.targets_of_units(unit, unit + 1));
  }
};

/// For the spikes in the list that there are, of as many as fit.
template <class Projection, class Pre, class Post>
struct FindLargestKernel {
  Projection j;
  Pre pre;
  Post post;
  std::int64_t step;
  KOKKOS_FUNCTION void operator()(int k) const {
    int const slot = post.history.slot(step);
    if (static_cast<std::uint32_t>(k) < post.history.count(slot, 0))
      find_largest(j, pre, post, step, post.history.begin(slot, 0) + static_cast<std::size_t>(k),
                   1);
  }
};

template <class Projection, class Pre, class Post>
struct SpikesKernel {
  Projection j;
  Pre pre;
  Post post;
  std::int64_t step;
  bool before;
  int lanes;
  KOKKOS_FUNCTION void operator()(int lane) const {
    for_each_met(j, step, before, [&](MetSpikes const& met) {
      int const slot = post.history.slot(met.fired);
      learn_from_spikes<1>(j, pre, post, met, post.history.begin(slot, 0),
                           post.history.count(slot, 0), lane, lanes);
    });
  }
};

template <class Population>
struct ResetKernel {
  Population p;
  unsigned kept;
  KOKKOS_FUNCTION void operator()(int n) const { reset_neurons(p, Range{n, n + 1}, kept); }
};

template <class Projection, class Real>
struct NormaliseKernel {
  Projection j;
  Real total;
  Real* sums;
  KOKKOS_FUNCTION void operator()(int unit) const {
    normalise(j, total, sums, j.targets_of_units(unit, unit + 1));
  }
};

template <class Projection, class Real>
struct ScaleKernel {
  Projection j;
  Real const* factors;
  KOKKOS_FUNCTION void operator()(int n) const { scale_targets(j, factors, Range{n, n + 1}); }
};

template <class Projection>
struct RescaleKernel {
  Projection j;
  KOKKOS_FUNCTION void operator()(int unit) const {
    rescale_eligibility(j, j.targets_of_units(unit, unit + 1));
  }
};

template <class Projection, class Real>
struct RewardKernel {
  Projection j;
  Real power, reward;
  Real const* rewards;
  KOKKOS_FUNCTION void operator()(int unit) const {
    reward_synapses(j, power, reward, rewards, j.targets_of_units(unit, unit + 1));
  }
};

template <class Projection>
struct ReleaseKernel {
  Projection j;
  std::int64_t step;
  KOKKOS_FUNCTION void operator()(int) const { release(j, 0, step); }
};

template <class Projection>
struct RewardBySpikesKernel {
  Projection j;
  std::int64_t step;
  KOKKOS_FUNCTION void operator()(int unit) const {
    reward_by_spikes(j, 0, step, j.targets_of_units(unit, unit + 1));
  }
};

template <class Hook, class Projection, class Pre, class Post, class Real>
struct TermsKernel {
  Projection j;
  Pre pre;
  Post post;
  std::int64_t step;
  Real largest, reward;
  Real const* rewards;
  KOKKOS_FUNCTION void operator()(int n) const {
    learn_from_terms<Hook>(j, pre, post, step, largest, reward, rewards, Range{n, n + 1});
  }
};

/// The first part of `learn_from_shared_terms`, for a source and a target.
template <class Projection, class Pre, class Post, class Real>
struct PrepareTermsKernel {
  Projection j;
  Pre pre;
  Post post;
  std::int64_t step;
  int g;
  Real largest, scale;
  Real const* rewards;
  KOKKOS_FUNCTION void operator()(int n) const {
    if (n < j.post_size) prepare_targets(j, post, step, scale, rewards, Range{n, n + 1});
    if constexpr (HasPreTerms<typename Projection::Rule, Real>::value)
      if (n < j.pre_size) prepare_sources(j, pre, step, g, largest, scale, rewards, 0, n, n + 1);
  }
};

/// The second part: the kernels of all channels, one after another, whose sums share their room.
template <class Hook, class Projection>
struct ChangeKernelsKernel {
  Projection j;
  int g;
  KOKKOS_FUNCTION void operator()(int) const {
    change_kernels<Hook>(j, g, j.targets_of_units(0, j.learning_units()), 0);
  }
};

/// `learn_from_all_terms` for all targets, or those in `among` where they do not share weights.
template <class Hook, class ExecutionSpace, class Projection, class Pre, class Post, class Real>
void launch_terms(Projection const& j, Pre const& pre, Post const& post, std::int64_t step,
                  Real largest, Real reward, Real const* rewards, [[maybe_unused]] Range among) {
  using Policy = Kokkos::RangePolicy<ExecutionSpace, Kokkos::IndexType<int>>;
  if constexpr (Projection::Topology::shares_weights) {
    int const both = j.pre_size > j.post_size ? j.pre_size : j.post_size;
    for (int g = 0; g < j.groups; ++g) {
      Kokkos::parallel_for("kosnn::terms", Policy(0, both),
                           PrepareTermsKernel<Projection, Pre, Post, Real>{
                               j, pre, post, step, g, largest, j.scale * reward, rewards});
      Kokkos::parallel_for("kosnn::kernels", Policy(0, 1),
                           ChangeKernelsKernel<Hook, Projection>{j, g});
    }
  } else {
    Kokkos::parallel_for("kosnn::terms", Policy(among.begin, among.end),
                         TermsKernel<Hook, Projection, Pre, Post, Real>{j, pre, post, step, largest,
                                                                        reward, rewards});
  }
}

template <class Projection, class Pre, class Real>
struct LargestTrace {
  Projection j;
  Pre pre;
  std::int64_t step;
  KOKKOS_FUNCTION void operator()(int i, Real& largest) const {
    for (int b = 0; b < pre.batch(); ++b) {
      Real const of_element = largest_trace_of(j, pre, step, b, i, i + 1);
      largest = of_element > largest ? of_element : largest;
    }
  }
};

/// `largest_trace` by a kernel.
template <class ExecutionSpace, class Projection, class Pre>
typename Pre::real largest_trace_on_device([[maybe_unused]] Projection const& j,
                                           [[maybe_unused]] Pre const& pre,
                                           [[maybe_unused]] std::int64_t step) {
  using Real = typename Pre::real;
  Real largest = 0;
  if constexpr (normalises_trace<Projection>)
    Kokkos::parallel_reduce(
        "kosnn::largest",
        Kokkos::RangePolicy<ExecutionSpace, Kokkos::IndexType<int>>(0, pre.size()),
        LargestTrace<Projection, Pre, Real>{j, pre, step}, Kokkos::Max<Real>(largest));
  return largest;
}

/// Steps, kernel by kernel.
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
      learn_all(moment.step, k + 1 == steps, typename Network::projection_indices{});
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
    note_all_worth<P>(moment.step, typename Network::projection_indices{});
  }
  template <std::size_t P, std::size_t... K>
  void note_all_worth([[maybe_unused]] std::int64_t step, std::index_sequence<K...>) const {
    (note_worth_if<P, K>(step), ...);
  }
  template <std::size_t P, std::size_t K>
  void note_worth_if([[maybe_unused]] std::int64_t step) const {
    if constexpr (Ends::source(K) == P) {
      auto const& j = get<K>(net.projections);
      auto const& pre = net.template source<K>();
      using Kernel = WorthKernel<std::decay_t<decltype(j)>, std::decay_t<decltype(pre)>>;
      if (j.short_term.of_sources())
        Kokkos::parallel_for("kosnn::worth", Policy(0, static_cast<int>(pre.history.capacity())),
                             Kernel{j, pre, step});
    }
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
      using Projection = std::decay_t<decltype(j)>;
      using Pre = std::decay_t<decltype(pre)>;
      using Post = std::decay_t<decltype(post)>;
      using Kernel = DeliverKernel<Projection, Pre, Post>;
      if constexpr (learns_from_spikes<Projection, typename Post::real> &&
                    !Projection::Topology::shares_weights)
        if (j.learning) learn_from_listed_spikes(j, pre, post, step, true);
      if constexpr (learns_from_arrivals<Projection, typename Post::real>)
        if (learns_before_delivery(j))
          Kokkos::parallel_for("kosnn::arrivals", Policy(0, j.learning_units()),
                               ArrivalsKernel<Projection, Pre, Post>{j, pre, post, step});
      Kokkos::parallel_for("kosnn::deliver", Policy(0, post.size()), Kernel{j, pre, post, step});
    }
  }
  /// The postsynaptic half of the rule, for spikes that are treated before deliveries and arrivals
  /// or after them.
  template <class Projection, class Pre, class Post>
  void learn_from_listed_spikes(Projection const& j, Pre const& pre, Post const& post,
                                std::int64_t step, bool before) const {
    auto const& learning = learning_targets(j, post);
    using Learning = std::decay_t<decltype(learning)>;
    int const lanes = pre.size();
    if (before && !spikes_first(j, j.longest_lag)) return;
    if constexpr (normalises_trace<Projection>)
      Kokkos::parallel_for("kosnn::largest", Policy(0, static_cast<int>(post.history.capacity())),
                           FindLargestKernel<Projection, Pre, Post>{j, pre, post, step});
    Kokkos::parallel_for(
        "kosnn::spikes", Policy(0, lanes),
        SpikesKernel<Projection, Pre, Learning>{j, pre, learning, step, before, lanes});
  }
  template <std::size_t... K>
  void learn_all([[maybe_unused]] std::int64_t step, [[maybe_unused]] bool last,
                 std::index_sequence<K...>) const {
    (learn<K>(step, last), ...);
  }
  template <std::size_t K>
  void learn([[maybe_unused]] std::int64_t step, [[maybe_unused]] bool last) const {
    auto const& j = get<K>(net.projections);
    auto const& pre = net.template source<K>();
    auto const& post = net.template target<K>();
    using Projection = std::decay_t<decltype(j)>;
    using Pre = std::decay_t<decltype(pre)>;
    using Post = std::decay_t<decltype(post)>;
    if constexpr (has_eligibility<Projection>)
      if (j.eligibility.forgets && !last) return;
    if constexpr (keeps_values<Projection>)
      if (rescales_eligibility(j, step))
        Kokkos::parallel_for("kosnn::rescale", Policy(0, j.learning_units()),
                             RescaleKernel<Projection>{j});
    if constexpr (has_eligibility<Projection>)
      if (j.modulation.on)
        Kokkos::parallel_for("kosnn::release", Policy(0, 1), ReleaseKernel<Projection>{j, step});
    if (!j.learning) return;
    if constexpr (learns_each_step<Projection>)
      launch_terms<OnStep, ExecutionSpace>(
          j, pre, post, step, largest_trace_on_device<ExecutionSpace>(j, pre, step),
          typename Pre::real(1), static_cast<typename Pre::real const*>(nullptr),
          Range{0, post.size()});
    if constexpr (learns_from_arrivals<Projection, typename Post::real>) {
      if (j.acts_on_pre && !j.learns_first)
        Kokkos::parallel_for("kosnn::arrivals", Policy(0, j.learning_units()),
                             ArrivalsKernel<Projection, Pre, Post>{j, pre, post, step});
    }
    constexpr bool shared = Projection::Topology::shares_weights;
    if constexpr (has_drive<typename Projection::Rule>) {
      Kokkos::parallel_for("kosnn::drives", Policy(0, post.size()),
                           DrivesKernel<Projection, Post>{j, post, step});
      Kokkos::parallel_scan("kosnn::driven",
                            LongPolicy(0, static_cast<std::int64_t>(post.history.capacity())),
                            ListDrivenKernel<Projection>{j});
    }
    if constexpr (learns_from_spikes<Projection, typename Post::real> && shared) {
      auto const& learning = learning_targets(j, post);
      using Learning = std::decay_t<decltype(learning)>;
      Kokkos::parallel_for("kosnn::spikes", Policy(0, j.learning_units()),
                           SharedSpikesKernel<Projection, Pre, Learning>{j, pre, learning, step});
    }
    if constexpr (learns_from_spikes<Projection, typename Post::real> && !shared)
      learn_from_listed_spikes(j, pre, post, step, false);
    if constexpr (has_eligibility<Projection>)
      if (j.modulation.on)
        Kokkos::parallel_for("kosnn::reward", Policy(0, j.learning_units()),
                             RewardBySpikesKernel<Projection>{j, step});
  }
};

}  // namespace kosnn::detail

#endif

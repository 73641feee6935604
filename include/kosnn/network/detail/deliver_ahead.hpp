#ifndef KOSNN_NETWORK_DETAIL_DELIVER_AHEAD_HPP
#define KOSNN_NETWORK_DETAIL_DELIVER_AHEAD_HPP

#include <Kokkos_Core.hpp>

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "kosnn/connections/sparse.hpp"
#include "kosnn/kokkos/compat.hpp"
#include "kosnn/learning/concept.hpp"
#include "kosnn/network/detail/deliver.hpp"
#include "kosnn/network/detail/range.hpp"
#include "kosnn/network/detail/spike_history.hpp"

// Rows whose delays spread over many steps fall into runs of a few synapses, each of which arrives
// in another step: to fetch them run by run costs more than to add them. So a CPU delivers several
// steps at once: those synapses of a row whose delays follow one another lie side by side, and what
// arrives later waits in a buffer of inputs. It holds for delays at least as long as the stretch of
// steps, since their spikes are then known when it begins; shorter ones are delivered step by step.
// What is added, and in which order, does not depend on where stretches or runs begin.

namespace kosnn::detail {

template <class Projection>
constexpr bool can_deliver_ahead = std::is_same_v<typename Projection::Topology, SparseTopology>&&
    std::is_same_v<typename Projection::Rule, Static>;

/// The delay groups [begin, end) of the spikes that were fired `ago` steps before a stretch.
struct GroupsAhead {
  int begin, end, ago;
};

/// Inputs of later steps and what is added to them, gathered from runs of a few synapses: one loop
/// over all of them, whose end a CPU can predict, in place of one a run.
template <class Real>
struct GatheredSynapses {
  static constexpr int lanes = 16, room = 1024;
  std::uint32_t at[room + lanes];
  Real weight[room + lanes];
  int count = 0;

  /// `n` synapses, read in whole vectors, whose inputs begin at `first`.
  template <class Target>
  void take(Target const* target, Real const* w, int n, std::uint32_t first) {
    for (int x = 0; x < n; x += lanes) {
      Target const* const from = target + x;
      std::uint32_t* const to = at + count + x;
      KOSNN_INDEPENDENT_ITERATIONS
      for (int y = 0; y < lanes; ++y) to[y] = first + from[y];
      if (w == nullptr) continue;
      Real* const weights = weight + count + x;
      KOSNN_INDEPENDENT_ITERATIONS
      for (int y = 0; y < lanes; ++y) weights[y] = w[x + y];
    }
    count += n;
  }
  void add(Real* input, Real value) {
    for (int k = 0; k < count; ++k) input[at[k]] += weight[k] * value;
    count = 0;
  }
  void add_constant(Real* input, Real value) {
    for (int k = 0; k < count; ++k) input[at[k]] += value;
    count = 0;
  }
};

/// Adds what one spike brings over these groups to the inputs of later steps, each of which one
/// group leads to.
template <class Projection, class Real>
void deliver_groups(Projection const& j, int i, GroupsAhead const& groups, Real value,
                    Range range) {
  using Gathered = GatheredSynapses<Real>;
  int const* const delay = j.group_delay.data();
  Real* const inputs = j.ahead.inputs.data();
  Real const* const weights = j.constant ? nullptr : j.weights.data();
  RowParts const row = j.index.row(i);
  Gathered gathered;
  auto const add = [&] {
    if (j.constant)
      gathered.add_constant(inputs, j.constant_weight * value);
    else
      gathered.add(inputs, value);
  };
  j.with_targets([&](auto const* target) {
    auto const take = [&](int g, RowSegment segment) {
      auto const n = static_cast<int>(segment.end - segment.begin);
      auto const first =
          static_cast<std::uint32_t>((delay[g] - groups.ago) * j.post_size + j.first_target(range));
      if (n > Gathered::room || segment.end + Gathered::lanes > j.stored)
        return deliver_segment(j, segment, value, inputs + first);
      if (gathered.count + n > Gathered::room) add();
      gathered.take(target + segment.begin, weights != nullptr ? weights + segment.begin : nullptr,
                    n, first);
    };
    bool const sliced = j.slices > 1 && range.owner >= 0;
    if (row.offsets == nullptr || !(sliced || range.size() == j.post_size)) {
      for (int g = groups.begin; g < groups.end; ++g) take(g, j.segment(row, g, range));
      return;
    }
    // The same without a choice for each group.
    std::uint32_t const from = *row.begins;
    int const count = sliced ? 1 : j.slices;
    std::uint16_t const* at = row.offsets + groups.begin * j.slices + (sliced ? range.owner : 0);
    for (int g = groups.begin; g < groups.end; ++g, at += j.slices)
      take(g, {from + at[0], from + at[count]});
  });
  add();
}

/// Spikes that wait to be delivered over some groups each. Rows lie anywhere: a CPU fetches where
/// the synapses of many are, then the synapses, while others are treated.
template <class Projection>
struct SpikesAhead {
  using Real = typename Projection::real;
  struct Spike {
    int source;
    Real value;
    GroupsAhead groups;
  };
  static constexpr int room = 32;
  Projection const& j;
  Range range;
  Spike spikes[room];
  int count = 0;

  SpikesAhead(Projection const& projection, Range targets) : j(projection), range(targets) {}

  void enter(Spike const& spike) {
    if (count == room) deliver();
    j.prefetch_groups(spike.source, spike.groups.begin, spike.groups.end);
    spikes[count++] = spike;
  }
  void deliver() {
    for (int k = 0; k < count; ++k) {
      auto const& [source, value, groups] = spikes[k];
      prefetch_segment(j, {j.segment(source, groups.begin, range).begin,
                           j.segment(source, groups.end - 1, range).end});
    }
    for (int k = 0; k < count; ++k)
      deliver_groups(j, spikes[k].source, spikes[k].groups, spikes[k].value, range);
    count = 0;
  }
};

/// What arrives at `range` in the `steps` steps from `step` on over delays that are as long as a
/// stretch.
template <class Projection, class Pre>
void deliver_stretch(Projection const& j, Pre const& pre, std::int64_t step, std::int64_t steps,
                     Range range) {
  auto const& history = pre.history;
  int const longest = j.group_delay(j.groups - 1);
  GroupsAhead groups{j.ahead.first_group, j.ahead.first_group, 1};
  SpikesAhead<Projection> spikes(j, range);
  for (; groups.ago <= longest; ++groups.ago) {
    while (j.group_delay(groups.begin) < groups.ago) ++groups.begin;
    while (groups.end < j.groups && j.group_delay(groups.end) < groups.ago + steps) ++groups.end;
    if (groups.begin == groups.end) continue;
    std::int64_t const fired = step - groups.ago;
    SpikeValues<Projection, Pre> const values(j, pre, fired);
    history.for_each_list(history.slot(fired), j.sources, [&](SpikeList const& fresh) {
      for (std::uint32_t k = 0; k < fresh.count; ++k)
        spikes.enter({history.neuron(fresh.entries[k]), values(fresh.first + k), groups});
    });
  }
  spikes.deliver();
}

/// `deliver` in step `number` of a run, after which `left` are left.
template <class Projection, class Pre, class Post>
void deliver_ahead(Projection const& j, Pre const& pre, Post const& post, std::int64_t step,
                   std::int64_t number, std::int64_t left, Range range) {
  using Real = typename Post::real;
  int const slot = static_cast<int>(number % j.ahead.steps);
  auto const inputs = j.inputs_of(post, range);
  std::int64_t const stretch = left < j.ahead.steps ? left : j.ahead.steps;
  for (int k = 0; k < j.parts; ++k) {
    Range const part = j.part(range, k);
    if (slot == 0) deliver_stretch(j, pre, step, stretch, part);
    for (int g = 0; g < j.ahead.first_group; ++g)
      deliver_fired(j, pre, inputs, step - j.group_delay(g), g, part);
  }
  Real* const waiting = j.ahead.inputs.data() + slot * static_cast<std::ptrdiff_t>(j.post_size);
  Real* const input = inputs.row(0);
  KOSNN_INDEPENDENT_ITERATIONS
  for (int n = range.begin; n < range.end; ++n) {
    input[n] += waiting[n];
    waiting[n] = 0;
  }
}

}  // namespace kosnn::detail

#endif

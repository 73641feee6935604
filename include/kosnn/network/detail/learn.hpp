#ifndef KOSNN_NETWORK_DETAIL_LEARN_HPP
#define KOSNN_NETWORK_DETAIL_LEARN_HPP

#include <Kokkos_Core.hpp>

#include <cstdint>

#include "kosnn/kokkos/compat.hpp"
#include "kosnn/network/detail/apply_changes.hpp"
#include "kosnn/network/detail/largest_trace.hpp"
#include "kosnn/network/detail/network_data.hpp"
#include "kosnn/network/detail/population_data.hpp"
#include "kosnn/network/detail/projection_data.hpp"
#include "kosnn/network/detail/spike_history.hpp"

// Plasticity: rows are visited where a presynaptic spike arrives, columns where the target fires;
// nothing else is touched. The entries of a spike list that belong to one neuron (one for each
// batch element in which it fired) form a group: their changes are summed, scaled and clamped once.

namespace kosnn::detail {

/// Weights handled at a time: as many as a vector loop needs on a CPU.
constexpr int learn_tile = 64;

/// Calls f(first entry, number of entries) for each group of equal neurons among `n` entries.
template <class History, class F>
KOKKOS_FUNCTION void for_each_group(History const& history, std::uint32_t const* entries,
                                    std::uint32_t n, F const& f) {
  for (std::uint32_t begin = 0; begin < n;) {
    std::uint32_t end = begin + 1;
    while (end < n && history.neuron(entries[end]) == history.neuron(entries[begin])) ++end;
    f(begin, end - begin);
    begin = end;
  }
}

/// What the changes that a rule asks for in `step` are multiplied by; of rules with a trace of the
/// synapse, what its stored values are.
template <class Projection>
KOKKOS_FUNCTION typename Projection::real scale_of_changes(Projection const& j,
                                                           [[maybe_unused]] std::int64_t step) {
  if constexpr (has_eligibility<Projection>) {
    auto const& e = j.eligibility;
    return (e.elements == 1 ? j.scale : j.position_scale) * e.gain / e.power(step);
  } else if constexpr (has_synapse_trace<Projection>) {
    return j.eligibility.power(step);
  } else {
    return j.scale;
  }
}

/// The same of changes before deliveries, and so before a rescaling.
template <class Projection>
KOKKOS_FUNCTION typename Projection::real scale_of_early(Projection const& j, std::int64_t step) {
  if constexpr (has_synapse_trace<Projection>)
    return j.eligibility.powers(static_cast<std::size_t>(j.eligibility.steps_before(step)));
  return scale_of_changes(j, step);
}
template <class Projection>
KOKKOS_FUNCTION typename Projection::real scale_of_arrivals(Projection const& j,
                                                            std::int64_t step) {
  return j.learns_first ? scale_of_early(j, step) : scale_of_changes(j, step);
}

/// Calls f(synapse, target, count) for the stretches of all synapses whose targets lie in `range`.
template <class Projection, class F>
KOKKOS_FUNCTION void for_each_run(Projection const& j, Range range, F const& f) {
  for (int i = 0; i < j.pre_size; ++i) {
    if (!j.listed) {
      j.topology.runs(i, range.begin, range.end, f);
      continue;
    }
    for (int g = 0; g < j.groups; ++g)
      for (int k = 0; k < j.parts; ++k) {
        Range const part = j.part(range, k);
        auto const segment = j.segment(i, g, part);
        for (std::uint32_t s = segment.begin; s < segment.end; ++s)
          f(s, j.first_target(part) + static_cast<int>(j.target(s)), 1);
      }
  }
}

/// Calls f(synapse, count) for all synapses whose targets lie in `range`, in stretches as they lie
/// in storage.
template <class Projection, class F>
KOKKOS_FUNCTION void for_each_stretch(Projection const& j, Range range, F const& f) {
  if constexpr (Projection::Topology::shares_weights) {
    auto const weights = j.weights_of(range);
    f(weights.first, weights.count);
  } else if (!j.listed) {
    for_each_run(j, range, [&](std::size_t synapse, int, int n) { f(synapse, n); });
  } else {
    for (int i = 0; i < j.pre_size; ++i)
      for (int g = 0; g < j.groups; ++g) {
        auto const segment = j.segment(i, g, range);
        f(segment.begin, static_cast<int>(segment.end - segment.begin));
      }
  }
}

/// Whether each batch element has an eligibility of its own.
template <class Projection>
KOKKOS_FUNCTION bool changes_elements([[maybe_unused]] Projection const& j) {
  if constexpr (has_eligibility<Projection>)
    return j.eligibility.elements > 1;
  else
    return false;
}

/// Where the eligibilities of a batch element begin, from synapse `first` on.
template <class Projection>
KOKKOS_FUNCTION typename Projection::real* eligibility_of(Projection const& j, int element,
                                                          std::size_t first) {
  return j.eligibility.values.data() + static_cast<std::size_t>(element) * j.stored + first;
}

/// The spikes of one neuron in one step: entries [first, first + count) of its population's list.
template <class Population>
struct Group {
  using real = typename Population::real;
  Population const& population;
  std::int64_t step;
  std::size_t first;
  std::uint32_t count;

  KOKKOS_FUNCTION std::size_t neuron() const {
    return static_cast<std::size_t>(population.history.neuron(population.history.entries(first)));
  }
  KOKKOS_FUNCTION int element(std::uint32_t k) const {
    return population.history.element(population.history.entries(first + k));
  }
  KOKKOS_FUNCTION typename Population::real value(std::uint32_t k) const {
    if constexpr (Population::graded) return population.history.values(first + k);
    return 1;
  }
};

/// The changes that entry `k` of a group asks for, where it arrives and where its neuron fires.
template <class Rule, class Real>
struct ArrivalChange {
  Rule rule;
  Real value, own_trace;
  Real decay;  // of the target's trace since the step in which it is seen
  KOKKOS_INLINE_FUNCTION Real operator()(Real w, Real post_trace) const {
    Real own = own_trace;
    return value * call_on_pre(rule, w, decay * post_trace, own);
  }
  KOKKOS_INLINE_FUNCTION Real operator()(Real w, Real post_trace, Real& synapse_trace) const {
    return value * call_on_pre(rule, w, decay * post_trace, synapse_trace);
  }
};
template <class Rule, class Real>
struct SpikeChange {
  Rule rule;
  Real own_trace, decay;
  KOKKOS_INLINE_FUNCTION Real operator()(Real w, Real pre_trace) const {
    Real own = own_trace;
    return call_on_post(rule, w, decay * pre_trace, own);
  }
  KOKKOS_INLINE_FUNCTION Real operator()(Real w, Real pre_trace, Real& synapse_trace) const {
    return call_on_post(rule, w, decay * pre_trace, synapse_trace);
  }
};
/// What earlier spikes of a group's neuron have left of a trace of its own, for rules that see it.
template <bool Sees, class Group>
KOKKOS_FUNCTION typename Group::real own_trace_of([[maybe_unused]] Group const& group,
                                                  [[maybe_unused]] int trace,
                                                  [[maybe_unused]] std::uint32_t k) {
  if constexpr (Sees)
    return group.population.earlier_trace(trace, group.step, static_cast<int>(group.neuron()),
                                          group.element(k));
  else
    return 0;
}
template <class Projection, class Group>
KOKKOS_FUNCTION auto arrival_change(Projection const& j, Group const& group, std::uint32_t k) {
  using Rule = typename Projection::Rule;
  using Real = typename Projection::real;
  return ArrivalChange<Rule, Real>{
      j.rule, group.value(k),
      own_trace_of<SeesOwnPreTrace<Rule, Real>::value>(group, j.own_pre_trace, k), j.met.decay};
}
template <class Projection, class Group>
KOKKOS_FUNCTION auto spike_change(Projection const& j, Group const& group, std::uint32_t k) {
  using Rule = typename Projection::Rule;
  using Real = typename Projection::real;
  return SpikeChange<Rule, Real>{
      j.rule, own_trace_of<SeesOwnPostTrace<Rule, Real>::value>(group, j.own_post_trace, k),
      j.seen.decay};
}

/// The traces of the targets that arrivals with a delay meet in `step`, (batch, neurons).
template <class Projection, class Post>
KOKKOS_FUNCTION typename Post::real const* traces_met(Projection const& j, Post const& post,
                                                      std::int64_t step, int delay) {
  return post.trace_at(j.post_trace, step - j.lag(delay) - j.met.ago, 0);
}
/// The traces of the sources that spikes see, for neuron 0 of element `b`; `slot` is that of this
/// step's.
template <class Projection, class Pre>
KOKKOS_FUNCTION typename Pre::real const* traces_seen(Projection const& j, Pre const& pre, int slot,
                                                      int delay, int b) {
  int const age = j.immediate_trace ? 0 : j.arrival_age(delay);
  return pre.trace_before(j.pre_trace, slot, age + j.seen.ago, b);
}

/// A group of arrivals at `n` synapses in a row that lie side by side, as do their targets.
template <class Projection, class Group, class Real>
KOKKOS_FUNCTION void change_row(Projection const& j, Real scale, Group const& group,
                                Real const* traces, std::size_t synapse, int target, int n) {
  auto const row = [&](std::uint32_t k) {
    return traces +
           static_cast<std::size_t>(group.element(k)) * static_cast<std::size_t>(j.post_size) +
           target;
  };
  if (changes_elements(j)) {
    Real const* const w = j.weights.data() + synapse;
    for (std::uint32_t k = 0; k < group.count; ++k) {
      Real const* const z = row(k);
      auto const change = arrival_change(j, group, k);
      add_changes(eligibility_of(j, group.element(k), synapse), scale, 1, n,
                  [=](int x) { return change(w[x], z[x]); });
    }
    return;
  }
  if (group.count == 1) {
    Real const* const w = j.weights.data() + synapse;
    Real const* const z = row(0);
    auto const change = arrival_change(j, group, 0);
    apply_changes(j, scale, synapse, 1, n,
                  [=](int x, auto&... trace) { return change(w[x], z[x], trace...); });
    return;
  }
  for (int begin = 0; begin < n; begin += learn_tile) {
    int const m = n - begin < learn_tile ? n - begin : learn_tile;
    Real const* const w = j.weights.data() + synapse + begin;
    Real delta[learn_tile] = {};
    for (std::uint32_t k = 0; k < group.count; ++k) {
      Real const* const z = row(k) + begin;
      auto const change = arrival_change(j, group, k);
      KOSNN_INDEPENDENT_ITERATIONS
      for (int x = 0; x < m; ++x) delta[x] += change(w[x], z[x]);
    }
    Real const* const change = delta;
    apply_changes(j, scale, synapse + static_cast<std::size_t>(begin), 1, m,
                  [change](int x, auto&...) { return change[x]; });
  }
}

/// The same for a segment of synapses that name their targets.
template <class Projection, class Group, class Real>
KOKKOS_FUNCTION void change_segment(Projection const& j, Real scale, Group const& group,
                                    Real const* traces, typename Projection::Segment segment) {
  auto const row = [&](std::uint32_t k) {
    return traces +
           static_cast<std::size_t>(group.element(k)) * static_cast<std::size_t>(j.post_size);
  };
  if (group.count == 1 && !changes_elements(j)) {
    Real const* const w = j.weights.data() + segment.begin;
    Real const* const z = row(0);
    auto const change = arrival_change(j, group, 0);
    return j.with_targets([&](auto const* all) {
      auto const* const target = all + segment.begin;
      apply_changes(j, scale, segment.begin, 1, static_cast<int>(segment.end - segment.begin),
                    [=](int x, auto&... trace) { return change(w[x], z[target[x]], trace...); });
    });
  }
  for (std::uint32_t s = segment.begin; s < segment.end; ++s) {
    Real delta = 0;
    for (std::uint32_t k = 0; k < group.count; ++k) {
      Real const change = arrival_change(j, group, k)(j.weights(s), row(k)[j.target(s)]);
      if (changes_elements(j))
        *eligibility_of(j, group.element(k), s) += scale * change;
      else
        delta += change;
    }
    if (changes_elements(j)) continue;
    apply_changes(j, scale, s, 1, 1, [delta](int, auto&...) { return delta; });
  }
}

/// The presynaptic half of the rule: everything that arrives in `step` at the targets in `range`.
template <class Projection, class Pre, class Post>
KOKKOS_FUNCTION void learn_from_arrivals(Projection const& j, Pre const& pre, Post const& post,
                                         std::int64_t step, Range range) {
  auto const& history = pre.history;
  auto const scale = scale_of_arrivals(j, step);
  for (int g = 0; g < j.groups; ++g) {
    int const delay = j.listed ? j.group_delay(g) : j.delay;
    auto const* const traces = traces_met(j, post, step, delay);
    std::int64_t const fired = step - j.arrival_age(delay);
    history.for_each_list(history.slot(fired), [&](SpikeList const& spikes) {
      for_each_group(
          history, spikes.entries, spikes.count, [&](std::uint32_t begin, std::uint32_t count) {
            Group<Pre> const group{pre, fired, spikes.first + begin, count};
            int const i = history.neuron(spikes.entries[begin]);
            if (j.listed) return change_segment(j, scale, group, traces, j.segment(i, g, range));
            j.topology.runs(i, range.begin, range.end,
                            [&](std::size_t synapse, int target, int length) {
                              change_row(j, scale, group, traces, synapse, target, length);
                            });
          });
    });
  }
}

/// Spikes of targets from which synapses learn in `step`, fired in `fired`.
struct MetSpikes {
  static constexpr int any = -1;
  std::int64_t step, fired;
  int delay = any;  // of the synapses that they have reached
  KOKKOS_FUNCTION bool reached(int own_delay) const { return delay == any || delay == own_delay; }
};

/// Whether spikes of targets come before the arrivals that they meet, or after them. Those that
/// have passed a dendrite are known in time. To eligibilities it makes no difference.
template <class Projection>
KOKKOS_FUNCTION bool spikes_first(Projection const& j, int lag) {
  return !has_eligibility<Projection> && j.seen.ago > 0 && lag > 0;
}

/// Calls f(MetSpikes) for all from which synapses learn in `step`, those `before` arrivals or those
/// after them.
template <class Projection, class F>
KOKKOS_FUNCTION void for_each_met(Projection const& j, std::int64_t step, bool before, F const& f) {
  bool const differ = j.listed && j.all_dendritic;
  for (int g = 0; g < (differ ? j.groups : 1); ++g) {
    int const delay = differ ? j.group_delay(g) : j.delay, lag = j.lag(delay);
    if (spikes_first(j, lag) == before)
      f(MetSpikes{step, step - lag, differ ? delay : MetSpikes::any});
  }
}

/// A group of postsynaptic spikes at `n` synapses of a column that lie `stride` apart and whose
/// sources follow one another. `traces` are those of the sources, (batch, neurons).
template <int Tile, class Projection, class Group, class Real>
KOKKOS_FUNCTION void change_column(Projection const& j, Real scale, Group const& group,
                                   Real const* traces, std::size_t synapse, std::size_t stride,
                                   int source, int n) {
  Real const* const w = j.weights.data() + synapse;
  if constexpr (has_synapse_trace<Projection>) {
    Real const* const z = traces + source;
    auto const change = spike_change(j, group, 0);
    return apply_changes(j, scale, synapse, stride, n, [=](int x, Real& trace) {
      return change(w[static_cast<std::size_t>(x) * stride], z[x], trace);
    });
  }
  Real delta[Tile] = {};
  for (std::uint32_t k = 0; k < group.count; ++k) {
    Real const* const z =
        traces + static_cast<std::size_t>(group.element(k)) * static_cast<std::size_t>(j.pre_size) +
        source;
    Real const largest = largest_of(j, group, k);
    auto const change = spike_change(j, group, k);
    if (changes_elements(j)) {
      add_changes(eligibility_of(j, group.element(k), synapse), scale, stride, n, [=](int x) {
        return change(w[static_cast<std::size_t>(x) * stride],
                      seen_trace<Projection>(z[x], largest));
      });
      continue;
    }
    KOSNN_INDEPENDENT_ITERATIONS
    for (int x = 0; x < n; ++x)
      delta[x] +=
          change(w[static_cast<std::size_t>(x) * stride], seen_trace<Projection>(z[x], largest));
  }
  if (changes_elements(j)) return;
  Real const* const change = delta;
  apply_changes(j, scale, synapse, stride, n, [change](int x, auto&...) { return change[x]; });
}

/// The same for elements [begin, end) of the index of columns.
template <class Projection, class Pre, class Group>
KOKKOS_FUNCTION void change_listed_column(Projection const& j, typename Pre::real scale,
                                          Pre const& pre, Group const& group, MetSpikes const& met,
                                          std::uint32_t begin, std::uint32_t end) {
  using Real = typename Pre::real;
  int const slot = pre.trace_slot(met.step);
  for (std::uint32_t c = begin; c < end; ++c) {
    std::uint32_t const s = j.column_synapse(c);
    int const delay = static_cast<int>(j.column_delay(c));
    if (!met.reached(delay)) continue;
    Real const* const z = traces_seen(j, pre, slot, delay, 0) + j.column_source(c);
    if constexpr (has_synapse_trace<Projection>) {
      auto const change = spike_change(j, group, 0);
      change_with_trace(j, scale, s, [&](Real& trace) { return change(j.weights(s), *z, trace); });
      continue;
    }
    Real delta = 0;
    for (std::uint32_t k = 0; k < group.count; ++k) {
      Real const change = spike_change(j, group, k)(
          j.weights(s),
          seen_trace<Projection>(z[pre.row(group.element(k))], largest_of(j, group, k)));
      if (changes_elements(j))
        *eligibility_of(j, group.element(k), s) += scale * change;
      else
        delta += change;
    }
    if (changes_elements(j)) continue;
    apply_changes(j, scale, s, 1, 1, [delta](int, auto&...) { return delta; });
  }
}

/// The postsynaptic half of the rule for one stretch of the list of the targets' spikes.
/// Of each column, lane `lane` of `lanes` treats every `lanes`-th tile of `Tile` synapses. Tiles
/// come before targets, so that the weights of neighbouring targets, which share cache lines, are
/// changed one soon after the other. For rules that normalise, after find_largest.
template <int Tile, class Projection, class Pre, class Post>
KOKKOS_FUNCTION void learn_from_spikes(Projection const& j, Pre const& pre, Post const& post,
                                       MetSpikes const& met, std::size_t first, std::uint32_t n,
                                       int lane, int lanes) {
  auto const& history = post.history;
  auto const* const traces = traces_seen(j, pre, pre.trace_slot(met.step), j.delay, 0);
  bool const early = spikes_first(j, static_cast<int>(met.step - met.fired));
  auto const scale = early ? scale_of_early(j, met.step) : scale_of_changes(j, met.step);
  auto const each_group = [&](auto const& f) {
    for_each_group(history, history.entries.data() + first, n,
                   [&](std::uint32_t begin, std::uint32_t count) {
                     Group<Post> const group{post, met.fired, first + begin, count};
                     f(group, history.neuron(history.entries(group.first)));
                   });
  };
  if (j.listed)
    return each_group([&](Group<Post> const& group, int target) {
      std::uint32_t const end = j.column_begin(target + 1);
      for (std::uint32_t c = j.column_begin(target) + static_cast<std::uint32_t>(lane * Tile);
           c < end; c += static_cast<std::uint32_t>(lanes * Tile))
        change_listed_column(j, scale, pre, group, met, c, end - c < Tile ? end : c + Tile);
    });
  auto const change_tile = [&](Group<Post> const& group, int target, int begin, int end) {
    j.topology.column(target, [&](std::size_t synapse, int stride, int source, int length) {
      int const from = begin > source ? begin : source;
      int const to = end < source + length ? end : source + length;
      if (from >= to) return;
      auto const step_size = static_cast<std::size_t>(stride);
      change_column<Tile>(j, scale, group, traces,
                          synapse + static_cast<std::size_t>(from - source) * step_size, step_size,
                          from, to - from);
    });
  };
  if (j.stored == static_cast<std::size_t>(j.post_size))  // one synapse a target
    return each_group([&](Group<Post> const& group, int target) {
      if (target % lanes == lane) change_tile(group, target, 0, j.pre_size);
    });
  for (int c = lane * Tile; c < j.pre_size; c += lanes * Tile)
    each_group(
        [&](Group<Post> const& group, int target) { change_tile(group, target, c, c + Tile); });
}

}  // namespace kosnn::detail

#endif

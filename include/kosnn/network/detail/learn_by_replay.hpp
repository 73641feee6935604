#ifndef KOSNN_NETWORK_DETAIL_LEARN_BY_REPLAY_HPP
#define KOSNN_NETWORK_DETAIL_LEARN_BY_REPLAY_HPP

#include <Kokkos_Core.hpp>

#include <cstddef>
#include <cstdint>

#include "kosnn/core/exp2.hpp"
#include "kosnn/kokkos/compat.hpp"
#include "kosnn/network/detail/deliver.hpp"
#include "kosnn/network/detail/learn.hpp"

// The postsynaptic half of a rule on listed rows, late (SpikeReplay): before a row is walked, each
// of its synapses catches up with the spikes of its target since the last time. Between two
// arrivals the source's trace only decays, so that its value at each of these spikes is known.

namespace kosnn::detail {

/// Rules whose postsynaptic half can be done late: what it sees is the source's trace alone.
template <class Projection>
constexpr bool can_replay =
    !Projection::Topology::shares_weights &&
    HasOnPost<typename Projection::Rule, typename Projection::real>::value &&
    !normalises_trace<Projection>;

/// The last arrival at a row, and the steps [begin, end) whose spikes are to be replayed now. Steps
/// are those in which arrivals are delivered and in which they would meet a spike, which is `lag`
/// later than it was.
template <class Real>
struct Arrival {
  int step;
  Real trace, trace_in_step;  // after it, and as a spike in the same step sees it
  int begin, end, lag;
};

/// What the changes of spikes in `step` are multiplied by.
template <class Projection>
KOKKOS_INLINE_FUNCTION typename Projection::real replay_scale([[maybe_unused]] Projection const& j,
                                                              [[maybe_unused]] int step) {
  if constexpr (has_eligibility<Projection>)
    return j.eligibility.gain / j.eligibility.power(step);
  else
    return 1;
}

/// Lets `n` synapses from `synapse` on earn their rewards up to sum number `position(x)`.
template <class Projection, class Position>
KOKKOS_FUNCTION void settle(Projection const& j, int worker, std::uint32_t synapse, int n,
                            Position const& position) {
  using Real = typename Projection::real;
  auto const rule = j.rule;
  double const* const sums = j.modulation.sums_of(worker);
  std::uint16_t* const settled = j.modulation.settled.data() + synapse;
  Real const* const w = j.weights.data() + synapse;
  Real const* const e = j.eligibility.values.data() + synapse;
  change_weights(j, Real(1), synapse, 1, n, [=](int x) {
    return rule.on_reward(w[x], e[x], Real(sums[position(x)] - sums[settled[x]]));
  });
  KOSNN_INDEPENDENT_ITERATIONS
  for (int x = 0; x < n; ++x) settled[x] = static_cast<std::uint16_t>(position(x));
}

/// Replays spikes, oldest first, for `n` synapses from `synapse` on, in as many rounds as the
/// target with the most of them needs.
template <class Projection, class Target, class Real>
KOKKOS_FUNCTION void replay_spikes(Projection const& j, Target const* targets,
                                   std::uint32_t synapse, int n, int worker,
                                   Arrival<Real> const& last) {
  auto const& replay = j.replay;
  auto const row = [&](int k) {
    return replay.spikes.data() +
           static_cast<std::size_t>(k) * static_cast<std::size_t>(j.post_size);
  };
  int const begin = last.begin - last.lag, end = last.end - last.lag;
  int rounds = 0;
  for (; rounds < replay.depth; ++rounds) {
    int const* const spikes = row(rounds);
    int any = 0;
    for (int x = 0; x < n; ++x) any |= static_cast<int>(spikes[targets[x]] >= begin);
    if (any == 0) break;
  }
  auto const rule = j.rule;
  Real const* const w = j.weights.data() + synapse;
  Real const decay = -replay.log2_decay;
  int const longest = replay.longest;
  auto const seen = [=](int spike) {
    int late = spike + last.lag - last.step;
    late = late > 0 ? late : 0;
    late = late < longest ? late : longest;
    Real const trace = late > 0 ? last.trace : last.trace_in_step;
    return trace * exp2_within_126(decay * static_cast<Real>(late));
  };
  for (int k = rounds - 1; k >= 0; --k) {
    int const* const spikes = row(k);
    Real const* const own = replay.own_row(k, j.post_size);
    if constexpr (has_eligibility<Projection>)
      if (j.modulation.on) {
        int const epoch = end - j.eligibility.steps_before(end);
        std::uint16_t const* const settled = j.modulation.settled.data() + synapse;
        settle(j, worker, synapse, n, [=](int x) {
          int const spike = spikes[targets[x]];
          bool const counts = (spike >= begin) & (spike < end);
          return counts ? spike - epoch : int(settled[x]);
        });
      }
    if constexpr (has_synapse_trace<Projection>) {
      for (int x = 0; x < n; ++x) {
        int const spike = spikes[targets[x]];
        if (spike < begin || spike >= end) continue;
        change_with_trace(
            j, j.eligibility.power(spike + last.lag), synapse + static_cast<std::uint32_t>(x),
            [&](Real& trace) { return call_on_post(rule, w[x], seen(spike), trace); });
      }
    } else {
      apply_changes(j, Real(1), synapse, 1, n, [=, &j](int x) {
        int const spike = spikes[targets[x]];
        bool const counts = (spike >= begin) & (spike < end);
        Real const z = seen(spike);
        Real own_trace = 0;
        if constexpr (SeesOwnPostTrace<typename Projection::Rule, Real>::value)
          own_trace = own[targets[x]];
        return (counts ? replay_scale(j, spike) : Real(0)) * call_on_post(rule, w[x], z, own_trace);
      });
    }
  }
}

/// 1 where a target's spike comes before the arrival that it meets, 0 where it comes after. Those
/// that have passed a dendrite are known in time.
template <class Projection>
KOKKOS_FUNCTION int spikes_first(Projection const& j, int g) {
  return j.seen.ago > 0 && j.lag(j.group_delay(g)) > 0 ? 1 : 0;
}

/// Replays spikes before step `end` for the synapses of one source and delay group onto the targets
/// of `worker`.
template <class Projection>
KOKKOS_FUNCTION void replay_row(Projection const& j, int i, int g, int worker, int end,
                                typename Projection::Segment segment) {
  using Real = typename Projection::real;
  auto const& replay = j.replay;
  std::size_t const at = j.arrival_position(i, g, worker);
  int const step = replay.arrivals(at), done = replay.done_by(worker);
  int const since = step + spikes_first(j, g);
  Real const trace = replay.traces(at);
  Arrival<Real> const last{step,
                           trace,
                           j.seen.ago == 0 ? trace : replay.earlier_traces(at),
                           since > done ? since : done,
                           end,
                           j.lag(j.group_delay(g))};
  j.with_targets([&](auto const* targets) {
    for (std::uint32_t s = segment.begin; s < segment.end; s += learn_tile) {
      int const left = static_cast<int>(segment.end - s);
      replay_spikes(j, targets + s, s, left < learn_tile ? left : learn_tile, worker, last);
    }
  });
}

/// Lets synapses earn what rewards there were before step `end`.
template <class Projection>
KOKKOS_FUNCTION void settle_row([[maybe_unused]] Projection const& j, [[maybe_unused]] int worker,
                                [[maybe_unused]] int end,
                                [[maybe_unused]] typename Projection::Segment segment) {
  if constexpr (has_eligibility<Projection>) {
    if (!j.modulation.on) return;
    int const now = j.eligibility.steps_before(end);
    settle(j, worker, segment.begin, static_cast<int>(segment.end - segment.begin),
           [now](int) { return now; });
  }
}

/// Enters an arrival.
template <class Projection>
KOKKOS_FUNCTION void note_arrival(Projection const& j, int i, int g, int worker, int step) {
  using Real = typename Projection::real;
  auto const& replay = j.replay;
  std::size_t const at = j.arrival_position(i, g, worker);
  int const late = step - replay.arrivals(at);
  Real const decay =
      exp2_within_126(-replay.log2_decay * Real(late < replay.longest ? late : replay.longest));
  Real const earlier = decay * replay.traces(at);
  if (j.seen.ago > 0) replay.earlier_traces(at) = earlier;
  replay.traces(at) = (replay.nearest ? Real(0) : earlier) + replay.increment;
  replay.arrivals(at) = step;
}

/// Deliveries in `step` onto the targets in `range`, which belong to one worker.
template <class Projection, class Pre, class Post>
KOKKOS_FUNCTION void replay_and_deliver(Projection const& j, Pre const& pre, Post const& post,
                                        std::int64_t step, Range range) {
  using Segment = typename Projection::Segment;
  auto const& history = pre.history;
  bool const changes_first = learns_before_delivery(j);
  for (int g = 0; g < j.groups; ++g) {
    int const now = static_cast<int>(step), delay = j.group_delay(g);
    history.for_each_stretch(history.slot(step - delay), [&](std::size_t first, std::uint32_t n) {
      deliver_listed(
          j, pre, post, step - delay, first, n, g, range, [&](std::size_t at, Segment segment) {
            int const i = history.neuron(history.entries(at));
            replay_row(j, i, g, range.owner, now + spikes_first(j, g), segment);
            settle_row(j, range.owner, now, segment);
            note_arrival(j, i, g, range.owner, now);
            if constexpr (learns_from_arrivals<Projection, typename Post::real>)
              if (changes_first)
                change_segment(j, scale_of_arrivals(j, step), Group<Pre>{pre, step - delay, at, 1},
                               traces_met(j, post, step, delay), segment);
          });
    });
  }
}

/// Replays all spikes before `step` at the synapses onto the targets in `range`, which belong to
/// one worker.
template <class Projection>
KOKKOS_FUNCTION void replay_all(Projection const& j, Range range, std::int64_t step) {
  int& done = j.replay.done_by(range.owner);
  if (done == step) return;
  for (int i = 0; i < j.pre_size; ++i)
    for (int g = 0; g < j.groups; ++g)
      replay_row(j, i, g, range.owner, static_cast<int>(step), j.segment(i, g, range));
  done = static_cast<int>(step);
}

/// The same, and all that these synapses have earned. Sums are split here, so that this happens at
/// moments which do not depend on the number of workers.
template <class Projection>
KOKKOS_FUNCTION void catch_up(Projection const& j, Range range, std::int64_t step) {
  replay_all(j, range, step);
  if constexpr (has_eligibility<Projection>)
    if (j.modulation.on)
      for_each_stretch(j, range, [&](std::size_t synapse, int n) {
        auto const begin = static_cast<std::uint32_t>(synapse);
        settle_row(j, range.owner, static_cast<int>(step),
                   typename Projection::Segment{begin, begin + static_cast<std::uint32_t>(n)});
      });
}

/// Enters the spikes of `step` of the targets in `range`, for later. Where one has no more room,
/// all catch up.
template <class Projection, class Post>
KOKKOS_FUNCTION void note_spikes(Projection const& j, Post const& post, std::int64_t step,
                                 Range range) {
  auto const& history = post.history;
  auto const& replay = j.replay;
  int const slot = history.slot(step);
  std::size_t const begin = history.begin(slot, range.owner);
  std::uint32_t const n = history.count(slot, range.owner);
  auto const spike = [&](int k, std::uint32_t x) -> int& {
    return replay.spikes(static_cast<std::size_t>(k) * static_cast<std::size_t>(j.post_size) +
                         static_cast<std::size_t>(history.neuron(history.entries(begin + x))));
  };
  bool full = false;
  for (std::uint32_t x = 0; x < n; ++x)
    full |= spike(replay.depth - 1, x) + replay.longest_lag >= replay.done_by(range.owner);
  if (full) replay_all(j, range, step);
  int const done = replay.done_by(range.owner);
  for (std::uint32_t x = 0; x < n; ++x) {
    int waiting = 0;
    while (waiting + 1 < replay.depth && spike(waiting, x) + replay.longest_lag >= done) ++waiting;
    for (int k = waiting; k > 0; --k) spike(k, x) = spike(k - 1, x);
    spike(0, x) = static_cast<int>(step);
    if constexpr (SeesOwnPostTrace<typename Projection::Rule, typename Projection::real>::value) {
      int const target = history.neuron(history.entries(begin + x));
      for (int k = waiting; k > 0; --k)
        replay.own_row(k, j.post_size)[target] = replay.own_row(k - 1, j.post_size)[target];
      replay.own_row(0, j.post_size)[target] =
          post.earlier_trace(j.own_post_trace, step, target, 0);
    }
  }
}

}  // namespace kosnn::detail

#endif

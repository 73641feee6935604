#ifndef KOSNN_NETWORK_DETAIL_LEARN_BY_REPLAY_HPP
#define KOSNN_NETWORK_DETAIL_LEARN_BY_REPLAY_HPP

#include <Kokkos_Core.hpp>

#include <cstddef>
#include <cstdint>

#include "kosnn/core/exp2.hpp"
#include "kosnn/kokkos/compat.hpp"
#include "kosnn/network/detail/deliver.hpp"
#include "kosnn/network/detail/learn.hpp"
#include "kosnn/network/detail/spike_history.hpp"

// The postsynaptic half of a rule on listed rows, late (SpikeReplay): before a row is walked, each
// of its synapses catches up with the spikes of its target since the last time. Between two
// arrivals the source's trace only decays, so that its value at each of these spikes is known.

namespace kosnn::detail {

/// Synapses whose spikes are replayed at a time.
constexpr int replay_tile = 256;

/// Rules whose postsynaptic half can be done late: what it sees is the source's trace alone, and
/// nothing else changes weights between arrivals.
template <class Projection>
constexpr bool can_replay =
    !Projection::Topology::shares_weights &&
    HasOnPost<typename Projection::Rule, typename Projection::real>::value &&
    !HasPreTerms<typename Projection::Rule, typename Projection::real>::value &&
    !HasPostTerms<typename Projection::Rule, typename Projection::real>::value &&
    !normalises_trace<Projection>;

/// The last arrival at a row, and the steps [begin, end) whose spikes are to be replayed now. Steps
/// are those in which arrivals are delivered and in which they would meet a spike, which is `lag`
/// later than it was.
template <class Real>
struct Arrival {
  int step;
  Real trace, trace_in_step;  // after it, and as a spike in the same step sees it
  int begin, end, lag;
  int early;  // the step whose spikes come before what is delivered then, if they are among these
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

/// Spikes that are replayed now, as the steps in which they were fired.
template <class Projection>
struct SpikesBySteps {
  using Real = typename Projection::real;
  Arrival<Real> last;
  int const* spikes;
  std::size_t targets;
  int begin, end, longest;
  Real decay;

  KOKKOS_FUNCTION SpikesBySteps(Projection const& j, Arrival<Real> const& arrival)
      : last(arrival),
        spikes(j.replay.spikes.data()),
        targets(static_cast<std::size_t>(j.post_size)),
        begin(arrival.begin - arrival.lag),
        end(arrival.end - arrival.lag),
        longest(j.replay.longest),
        decay(Real(-j.replay.log2_decay)) {}
  /// Of all targets, those `k` before the newest.
  KOKKOS_INLINE_FUNCTION int const* row(int k) const {
    return spikes + static_cast<std::size_t>(k) * targets;
  }
  KOKKOS_INLINE_FUNCTION bool since(int spike) const { return spike >= begin; }
  KOKKOS_INLINE_FUNCTION bool counts(int spike) const { return (spike >= begin) & (spike < end); }
  /// The source's trace that a spike meets.
  KOKKOS_INLINE_FUNCTION Real trace(int spike) const {
    int late = spike + last.lag - last.step;
    late = late > 0 ? late : 0;
    late = late < longest ? late : longest;
    Real const from = late > 0 ? last.trace : last.trace_in_step;
    return from * exp2_within_126(decay * static_cast<Real>(late));
  }
};

/// The same as what a trace decays to from an epoch until each spike, which saves the power at each
/// synapse. Later spikes have the lower values; halves of steps tell them apart. Which epoch
/// belongs to a spike does not depend on when it is replayed: see move_epoch.
template <class Projection>
struct SpikesByDecay {
  using Real = typename Projection::real;
  Real const* decays;
  std::size_t targets;
  static constexpr Real rounding = Real(1) / Real(1ll << FloatBits<Real>::mantissa);
  Real before_begin, before_end, after_arrival, most;
  Real trace_at_epoch, in_step_at_epoch;  // the source's, had it decayed all the time

  KOKKOS_FUNCTION SpikesByDecay(Projection const& j, Arrival<Real> const& last, int epoch)
      : decays(j.replay.decays.data()),
        targets(static_cast<std::size_t>(j.post_size)),
        before_begin(j.replay.decay_until(last.begin - last.lag, epoch, -0.5)),
        before_end(j.replay.decay_until(last.end - last.lag, epoch, -0.5)),
        after_arrival(j.replay.decay_until(last.step - last.lag, epoch, 0.5)),
        most((1 + 2 * rounding) * j.replay.decay_until(last.begin - last.lag, epoch)),
        trace_at_epoch((1 - 8 * rounding) * last.trace *
                       j.replay.decay_until(epoch, last.step - last.lag)),
        in_step_at_epoch((1 - 8 * rounding) * last.trace_in_step *
                         j.replay.decay_until(epoch, last.step - last.lag)) {}
  KOKKOS_INLINE_FUNCTION Real const* row(int k) const {
    return decays + static_cast<std::size_t>(k) * targets;
  }
  KOKKOS_INLINE_FUNCTION bool since(Real decay) const { return decay < before_begin; }
  KOKKOS_INLINE_FUNCTION bool counts(Real decay) const {
    return (decay < before_begin) & (decay > before_end);
  }
  /// Of spikes before the first that counts, the trace as of then. However numbers are rounded,
  /// none is larger than the source's.
  KOKKOS_INLINE_FUNCTION Real trace(Real decay) const {
    Real const within = decay > most ? most : decay;
    return (decay > after_arrival ? in_step_at_epoch : trace_at_epoch) * within;
  }
};

/// The first from `k` on of the rows in which no target has a spike to replay.
template <class Spikes, class Target>
KOKKOS_FUNCTION int rounds(Spikes const& spikes, int k, int depth, Target const* targets, int n) {
  for (; k < depth; ++k) {
    auto const* const row = spikes.row(k);
    int any = 0;
    for (int x = 0; x < n; ++x) any |= static_cast<int>(spikes.since(row[targets[x]]));
    if (any == 0) break;
  }
  return k;
}

/// What the change that `spike` asks for is multiplied by: 0 where it doesn't count. With a choice
/// here GCC makes no vectors of it, so that only eligibilities, whose tables hold nothing for such
/// spikes, have one.
template <class Projection, class Spike>
KOKKOS_INLINE_FUNCTION auto factor_of_spike(Projection const& j, Spike spike, bool counts) {
  using Real = typename Projection::real;
  if constexpr (has_eligibility<Projection>)
    return counts ? replay_scale(j, spike) : Real(0);
  else
    return static_cast<Real>(static_cast<int>(counts));
}

/// The changes that the spikes `k` before the newest ask for, of weights `w`.
template <class Projection, class Spikes, class Target, class Real>
KOKKOS_INLINE_FUNCTION auto changes_of_spikes(Projection const& j, Spikes const& spikes, int k,
                                              Target const* targets, Real const* w) {
  auto const* const row = spikes.row(k);
  Real const* const own = j.replay.own_row(k, j.post_size);
  return [=, &j, rule = j.rule](int x) {
    auto const spike = row[targets[x]];
    bool const counts = spikes.counts(spike);
    Real const z = spikes.trace(spike);
    Real own_trace = 0;
    if constexpr (SeesOwnPostTrace<typename Projection::Rule, Real>::value)
      own_trace = own[targets[x]];
    return factor_of_spike(j, spike, counts) * call_on_post(rule, w[x], z, own_trace);
  };
}

/// Replays all spikes but the newest of each target at a tile of synapses. Few targets have
/// several: these are first laid side by side, the last once more until they fill vectors.
template <class Projection, class Spikes, class Target>
KOKKOS_FUNCTION void replay_earlier_spikes(Projection const& j, Spikes const& spikes,
                                           Target const* targets, std::uint32_t synapse, int n) {
  using Real = typename Projection::real;
  constexpr int vector = 16;
  std::uint16_t at[replay_tile + vector];
  Target taken[replay_tile + vector];
  Real w[replay_tile + vector], mask[replay_tile + vector];
  auto const* const second = spikes.row(1);
  int m = 0;
  for (int x = 0; x < n; ++x) {
    at[m] = static_cast<std::uint16_t>(x);
    m += static_cast<int>(spikes.since(second[targets[x]]));
  }
  if (m == 0) return;
  int const filled = (m + vector - 1) / vector * vector;
  for (int x = m; x < filled; ++x) at[x] = at[m - 1];
  Real* const all = j.weights.data() + synapse;
  for (int x = 0; x < filled; ++x) {
    taken[x] = targets[at[x]];
    w[x] = all[at[x]];
    if (j.masked) mask[x] = j.mask(synapse + static_cast<std::uint32_t>(at[x]));
  }
  Target const* const among = taken;
  Real const* const weights = w;
  for (int k = rounds(spikes, 2, j.replay.depth, among, filled) - 1; k > 0; --k)
    change_weights(j, w, j.masked ? mask : nullptr, Real(1), 1, filled,
                   changes_of_spikes(j, spikes, k, among, weights));
  for (int x = 0; x < m; ++x) all[at[x]] = w[x];
}

/// Replays spikes, oldest first, for a tile of `n` synapses from `synapse` on.
template <class Projection, class Spikes, class Target>
KOKKOS_FUNCTION void replay_spikes(Projection const& j, Spikes const& spikes, Target const* targets,
                                   std::uint32_t synapse, int n) {
  using Real = typename Projection::real;
  replay_earlier_spikes(j, spikes, targets, synapse, n);
  Real const* const w = j.weights.data() + synapse;
  change_weights(j, Real(1), synapse, 1, n, changes_of_spikes(j, spikes, 0, targets, w));
}

/// The same for rules that keep values of each synapse, in as many rounds as the target with the
/// most spikes needs.
template <class Projection, class Spikes, class Target>
KOKKOS_FUNCTION void replay_with_values(Projection const& j, Spikes const& spikes,
                                        Target const* targets, std::uint32_t synapse, int n,
                                        [[maybe_unused]] int worker) {
  using Real = typename Projection::real;
  Real const* const w = j.weights.data() + synapse;
  for (int k = rounds(spikes, 0, j.replay.depth, targets, n) - 1; k >= 0; --k) {
    int const* const row = spikes.row(k);
    if constexpr (has_eligibility<Projection>) {
      if (j.modulation.on) {
        int const epoch = spikes.end - j.eligibility.steps_before(spikes.end);
        std::uint16_t const* const settled = j.modulation.settled.data() + synapse;
        settle(j, worker, synapse, n, [=](int x) {
          int const spike = row[targets[x]];
          return spikes.counts(spike) ? spike - epoch : int(settled[x]);
        });
      }
      apply_changes(j, Real(1), synapse, 1, n, changes_of_spikes(j, spikes, k, targets, w));
    } else {
      for (int x = 0; x < n; ++x) {
        int const spike = row[targets[x]];
        if (!spikes.counts(spike)) continue;
        int const step = spike + spikes.last.lag;
        Real const power =
            step == spikes.last.early ? scale_of_early(j, step) : j.eligibility.power(step);
        change_with_trace(j, power, synapse + static_cast<std::uint32_t>(x), [&](Real& trace) {
          return call_on_post(j.rule, w[x], spikes.trace(spike), trace);
        });
      }
    }
  }
}

constexpr int not_early = -1;

/// Replays spikes before step `end` for the synapses of one source and delay group onto the targets
/// of `worker`.
template <class Projection>
KOKKOS_FUNCTION void replay_row(Projection const& j, int i, int g, int worker, int end, int early,
                                typename Projection::Segment segment) {
  using Real = typename Projection::real;
  auto const& replay = j.replay;
  std::size_t const at = j.arrival_position(i, g, worker);
  int const step = replay.arrivals(at), done = replay.done_by(worker);
  int const lag = j.lag(j.group_delay(g));
  int const since = step + static_cast<int>(spikes_first(j, lag));
  Real const trace = replay.traces(at);
  Arrival<Real> const last{step,
                           trace,
                           j.seen.ago == 0 ? trace : replay.earlier_traces(at),
                           since > done ? since : done,
                           end,
                           lag,
                           early};
  j.with_targets([&](auto const* targets) {
    auto const in_tiles = [&](auto const& replay_some) {
      for (std::uint32_t s = segment.begin; s < segment.end; s += replay_tile) {
        int const left = static_cast<int>(segment.end - s);
        replay_some(targets + s, s, left < replay_tile ? left : replay_tile);
      }
    };
    if constexpr (keeps_values<Projection>) {
      SpikesBySteps<Projection> const spikes(j, last);
      in_tiles([&](auto const* some, std::uint32_t s, int n) {
        replay_with_values(j, spikes, some, s, n, worker);
      });
    } else if (replay.far > 0) {
      SpikesByDecay<Projection> const spikes(j, last, replay.epoch_of(worker));
      in_tiles(
          [&](auto const* some, std::uint32_t s, int n) { replay_spikes(j, spikes, some, s, n); });
    } else {
      SpikesBySteps<Projection> const spikes(j, last);
      in_tiles(
          [&](auto const* some, std::uint32_t s, int n) { replay_spikes(j, spikes, some, s, n); });
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
  Real const decay = exp2_within_126(Real(-replay.log2_decay) *
                                     Real(late < replay.longest ? late : replay.longest));
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
  auto const inputs = j.inputs_of(post, range);
  for (int g = 0; g < j.groups; ++g) {
    int const now = static_cast<int>(step), delay = j.group_delay(g);
    history.for_each_list(history.slot(step - delay), [&](SpikeList const& spikes) {
      deliver_listed(j, pre, inputs, step - delay, spikes, g, range,
                     [&](int i, std::size_t at, Segment segment) {
                       bool const early = j.learning && spikes_first(j, j.lag(delay));
                       replay_row(j, i, g, range.owner, now + static_cast<int>(early),
                                  early ? now : not_early, segment);
                       settle_row(j, range.owner, now, segment);
                       note_arrival(j, i, g, range.owner, now);
                       if constexpr (learns_from_arrivals<Projection, typename Post::real>)
                         if (changes_first)
                           change_segment(j, scale_of_arrivals(j, step),
                                          Group<Pre>{pre, step - delay, at, 1},
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
      replay_row(j, i, g, range.owner, static_cast<int>(step), not_early, j.segment(i, g, range));
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

/// Where decays from an epoch no longer fit a number, all synapses catch up and the next epoch is
/// chosen. This happens in the same steps for any number of workers, whenever else they catch up.
template <class Projection>
KOKKOS_FUNCTION void move_epoch(Projection const& j, Range range, int step) {
  auto const& replay = j.replay;
  int& epoch = replay.epoch_of(range.owner);
  if (replay.far == 0 || step - epoch < replay.far) return;
  replay_all(j, range, step);
  epoch = step + replay.far;
  for (int k = 0; k < replay.depth; ++k)
    for (int target = range.begin; target < range.end; ++target) {
      std::size_t const at = static_cast<std::size_t>(k) * static_cast<std::size_t>(j.post_size) +
                             static_cast<std::size_t>(target);
      replay.decays(at) = replay.decay_until(replay.spikes(at), epoch);
    }
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
    full |= spike(replay.depth - 1, x) + j.longest_lag >= replay.done_by(range.owner);
  if (full) replay_all(j, range, step);
  move_epoch(j, range, static_cast<int>(step));
  int const done = replay.done_by(range.owner);
  for (std::uint32_t x = 0; x < n; ++x) {
    int const target = history.neuron(history.entries(begin + x));
    int waiting = 0;
    while (waiting + 1 < replay.depth && spike(waiting, x) + j.longest_lag >= done) ++waiting;
    auto const enter = [&](auto* rows, auto value) {
      auto const at = [&](int k) -> auto& {
        return rows[static_cast<std::size_t>(k) * static_cast<std::size_t>(j.post_size) +
                    static_cast<std::size_t>(target)];
      };
      for (int k = waiting; k > 0; --k) at(k) = at(k - 1);
      at(0) = value;
    };
    enter(replay.spikes.data(), static_cast<int>(step));
    if (replay.far > 0)
      enter(replay.decays.data(),
            replay.decay_until(static_cast<int>(step), replay.epoch_of(range.owner)));
    if constexpr (SeesOwnPostTrace<typename Projection::Rule, typename Projection::real>::value)
      enter(replay.own_traces.data(), post.earlier_trace(j.own_post_trace, step, target, 0));
  }
}

/// The same while nothing is learned: changes that are due in `step` never happen, and those of
/// spikes on their way may still.
template <class Projection, class Post>
KOKKOS_FUNCTION void miss_spikes(Projection const& j, Post const& post, std::int64_t step,
                                 Range range) {
  replay_all(j, range, step);  // what was due before
  note_spikes(j, post, step, range);
  j.replay.done_by(range.owner) = static_cast<int>(step) + 1;
}

}  // namespace kosnn::detail

#endif

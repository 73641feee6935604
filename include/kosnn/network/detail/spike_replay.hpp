#ifndef KOSNN_NETWORK_DETAIL_SPIKE_REPLAY_HPP
#define KOSNN_NETWORK_DETAIL_SPIKE_REPLAY_HPP

#include <Kokkos_Core.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>

#include "kosnn/core/exp2.hpp"
#include "kosnn/core/memory.hpp"

namespace kosnn::detail {

/// What the postsynaptic half of a rule is worked out from where a row is next walked, instead of
/// at each spike of a target over a column of synapses that lie anywhere in memory: the latest
/// spikes of the targets, and of each source (and delay) the last arrival. Workers have their own,
/// of the targets that they own.
template <class Device, class Real>
struct SpikeReplay {
  /// Spikes of a target that can wait for their replay, beyond those that have to.
  static constexpr int room = 16;
  static constexpr int never = -(1 << 30);  // steps stay below 2^30
  static constexpr std::size_t done_stride = 16;
  static constexpr double most_log2 = 62;  // of a decay from an epoch, up or down

  Kokkos::View<int*, Device> spikes;           // depth x targets: steps, each target's newest first
  Kokkos::View<Real*, Device> decays;          // the same, where far > 0: decay_until each spike
  Kokkos::View<Real*, Device> own_traces;      // the same, of rules that see them: each spike's
  Kokkos::View<int*, Device> arrivals;         // sources x groups x workers: step of the last one
  Kokkos::View<Real*, Device> traces;          // the same: the source's trace just after it
  Kokkos::View<Real*, Device> earlier_traces;  // just before it, where a rule sees them
  Kokkos::View<int*, Device> done;  // workers, a cache line apart: earlier spikes are replayed;
                                    // and the epoch from which decays are counted
  double log2_decay = 0;            // of the source's trace in a step, with its sign changed
  Real increment = 1;
  int longest = 0;  // steps after which a trace has come to next to nothing
  int far = 0;      // steps before and after an epoch for which there are decays; 0: no decays
  int depth = room, workers = 1;
  bool nearest = false;
  bool on = false;

  /// Takes over how the source's trace relaxes. `by_decay`: decays are kept where they fit numbers
  /// for half a second at least, since all synapses have to catch up where an epoch ends.
  template <class Trace>
  void follow(Trace const& trace, bool by_decay, double dt) {
    constexpr double least = 126, most = never * -1.0;  // a trace of 2^-126 is as good as none
    double const log2 = trace.decay > 0 ? std::fmin(-std::log2(double(trace.decay)), least) : least;
    log2_decay = log2;
    longest = static_cast<int>(log2 > 0 ? std::fmin(least / log2, most) : most);
    constexpr double told_apart = 1e-5;  // half a step, in float
    int const fits = log2 > told_apart ? static_cast<int>(most_log2 / log2) : 0;
    far = by_decay && fits >= 64 && fits * dt >= 250 ? fits : 0;
    increment = trace.increment;
    nearest = trace.nearest;
  }
  /// Leaves room for spikes that can't be replayed at all synapses for as many steps.
  void wait_for(int lag) {
    depth += lag;
    if (far < 4 * lag) far = 0;
  }
  void layout(Arena& arena, std::size_t rows, std::size_t targets, bool own, bool earlier) {
    std::size_t const each = rows * static_cast<std::size_t>(workers);
    arena.array(spikes, "target_spikes", static_cast<std::size_t>(depth) * targets);
    if (far > 0) arena.array(decays, "target_decays", static_cast<std::size_t>(depth) * targets);
    if (own) arena.array(own_traces, "target_traces", static_cast<std::size_t>(depth) * targets);
    arena.array(arrivals, "arrivals", each);
    arena.array(traces, "arrival_traces", each);
    if (earlier) arena.array(earlier_traces, "earlier_traces", each);
    arena.array(done, "replayed", static_cast<std::size_t>(workers) * done_stride);
  }
  void clear() const {
    Kokkos::deep_copy(spikes, never);
    Kokkos::deep_copy(decays, decay_until(never, 0));
    Kokkos::deep_copy(arrivals, 0);
    Kokkos::deep_copy(traces, Real(0));
    Kokkos::deep_copy(earlier_traces, Real(0));
    Kokkos::deep_copy(done, 0);
  }
  KOKKOS_FUNCTION Real* own_row(int k, int targets) const {
    return own_traces.data() + static_cast<std::size_t>(k) * static_cast<std::size_t>(targets);
  }
  KOKKOS_FUNCTION int& done_by(int worker) const {
    return done(static_cast<std::size_t>(worker) * done_stride);
  }
  KOKKOS_FUNCTION int& epoch_of(int worker) const {
    return done(static_cast<std::size_t>(worker) * done_stride + 1);
  }
  /// What is left, `more` of a step after `step`, of a trace that was 1 in step `epoch`; one number
  /// for all steps long before.
  KOKKOS_FUNCTION Real decay_until(int step, int epoch, double more = 0) const {
    constexpr double most = 80, least = -126;
    double const exponent = -log2_decay * (static_cast<double>(step) - epoch + more);
    return Real(exp2_within_126(exponent > most ? most : (exponent < least ? least : exponent)));
  }
};

}  // namespace kosnn::detail

#endif

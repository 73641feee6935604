#ifndef KOSNN_NETWORK_DETAIL_ADVANCE_HPP
#define KOSNN_NETWORK_DETAIL_ADVANCE_HPP

#include <Kokkos_Core.hpp>

#include <cstdint>
#include <cstring>

#include "kosnn/kokkos/compat.hpp"
#include "kosnn/network/detail/population_data.hpp"

// One step of the neurons in a range after delivery: update, list of the spikes, traces, probes.

namespace kosnn::detail {

/// What the input of the next step begins with where models with one input have a direct one;
/// elsewhere the update leaves 0.
template <class Population>
KOKKOS_FUNCTION void begin_input(Population const& p, Range range, int b) {
  if (Population::inputs != 1 || p.drive.data() == nullptr) return;
  auto const* const drive = p.drive.data() + p.row(b);
  auto* const input = p.input_row(range, b);
  for (int n = range.begin; n < range.end; ++n) input[n] = drive[n];
}

/// Traces of spikes begin at 0, those of potentials at the present ones.
template <class Population>
KOKKOS_FUNCTION void clear_trace(Population const& p, Range range, int t, int slot, int b) {
  auto* const z = p.trace_at(t, slot, b);
  for (int n = range.begin; n < range.end; ++n) z[n] = 0;
  if constexpr (Population::has_potential)
    if (p.traces[t].of_potential) {
      auto const* const v = p.cell.potentials() + p.history.own_rows(range).row(b);
      for (int n = range.begin; n < range.end; ++n) z[n] = v[n];
    }
}

/// Neurons back to their initial state, but for the fields in `kept`; no input but the direct one,
/// traces at 0.
template <class Population>
KOKKOS_FUNCTION void reset_neurons(Population const& p, Range range, unsigned kept) {
  for (int b = 0; b < p.batch(); ++b) {
    p.cell.reset(range, p.element(range, b), kept);
    for (int k = 0; k < Population::inputs; ++k) {
      auto* const input = p.input_row(range, b, k);
      for (int n = range.begin; n < range.end; ++n) input[n] = 0;
    }
    begin_input(p, range, b);
    for (int t = 0; t < p.trace_count; ++t)
      for (int slot = 0; slot < p.trace_depth; ++slot) clear_trace(p, range, t, slot, b);
  }
}

/// Adds a current to the inputs of models that have one.
template <class Population, class Real>
KOKKOS_FUNCTION void add_current(Population const& p, Range range, int b, Real common) {
  Real* const input = p.input_row(range, b);
  KOSNN_INDEPENDENT_ITERATIONS
  for (int n = range.begin; n < range.end; ++n) input[n] += common;
  if (p.currents.noise.data() == nullptr) return;
  Real const* const noise = p.currents.noise.data() + p.row(b);
  KOSNN_INDEPENDENT_ITERATIONS
  for (int n = range.begin; n < range.end; ++n) input[n] += noise[n];
}

/// What reaches the neurons of batch element `b` without a synapse; returns what they receive.
template <class Population>
KOKKOS_FUNCTION auto receive(Population const& p, Range range, int b, Moment const& moment) {
  using Real = typename Population::real;
  Received<Real> all{p.arrives_after ? nullptr : p.input.data(), nullptr, 0};
  if constexpr (Population::inputs > 0) {
    constexpr bool two = Population::inputs == 2;
    if (p.noise.on())
      p.noise.add(range, b, moment.random_step, p.input_row(range, b),
                  p.input_row(range, b, two ? 1 : 0));
    if (two) all.current = p.drive.data();
    if (p.currents.on()) {
      all.common = p.currents.common(moment.step);
      if (p.currents.noise.data() != nullptr) {
        p.currents.renew(range, b, p.row(b), moment.step, moment.random_step, all.current);
        all.current = p.currents.noise.data();
      }
      if (!two) add_current(p, range, b, all.common);
    }
  }
  return all;
}

template <class Population>
KOKKOS_FUNCTION void update_neurons(Population const& p, Range range, Moment const& moment) {
  for (int b = 0; b < p.batch(); ++b) {
    p.cell.update(range, p.element(range, b), moment, receive(p, range, b, moment),
                  p.fired_row(range, b), p.value.data());
    begin_input(p, range, b);
  }
}

/// Enters one spike at position `at` of the spike list.
template <class Population>
KOKKOS_INLINE_FUNCTION void enter_spike(Population const& p, std::size_t at, int n, int b) {
  p.history.entries(at) = p.history.entry(n, b);
  std::size_t const i = p.row(b) + static_cast<std::size_t>(n);
  if constexpr (Population::graded) p.history.values(at) = p.value(i);
  if (p.counts.data() != nullptr) ++p.counts(i);
}

/// The spike flags (0 or 1) of `width` <= 8 neurons, one a byte, the first in the lowest.
inline std::uint64_t flag_word(std::uint8_t const* fired, int width) {
  std::uint64_t word = 0;
  if (width == 8) {
    for (int k = 0; k < 8; ++k) word |= static_cast<std::uint64_t>(fired[k]) << (8 * k);
  } else {
    for (int k = 0; k < width; ++k) word |= static_cast<std::uint64_t>(fired[k]) << (8 * k);
  }
  return word;
}

/// Whether any of 64 neurons has fired.
inline bool any_flag(std::uint8_t const* fired) {
  std::uint64_t any = 0;
  for (int k = 0; k < 64; k += 8) {
    std::uint64_t word;
    std::memcpy(&word, fired + k, sizeof word);
    any |= word;
  }
  return any != 0;
}

/// Eight flags of a byte each as eight bits, the first in the lowest.
inline std::uint64_t packed_flags(std::uint64_t word) { return word * 0x0102040810204080ull >> 56; }

/// The flags of `width` <= 64 neurons as bits, the first in the lowest.
inline std::uint64_t flag_bits(std::uint8_t const* fired, int width) {
  std::uint64_t bits = 0;
  int k = 0;
  for (; k + 8 <= width; k += 8) bits |= packed_flags(flag_word(fired + k, 8)) << k;
  if (k < width) bits |= packed_flags(flag_word(fired + k, width - k)) << k;
  return bits;
}

/// Transposes a matrix of 8 x 8 bits, a byte a row: swaps blocks of 1, 2 and 4.
inline std::uint64_t transposed(std::uint64_t m) {
  auto const swap = [&m](int distance, std::uint64_t upper) {
    std::uint64_t const changed = (m ^ m >> distance) & upper;
    m ^= changed ^ changed << distance;
  };
  swap(7, 0x00aa00aa00aa00aaull);
  swap(14, 0x0000cccc0000ccccull);
  swap(28, 0x00000000f0f0f0f0ull);
  return m;
}

/// Enters the spikes of neurons [first, first + width), width <= 8, of a batch of at most 64 by
/// neuron, then element, whose flags lie `stride` apart; returns the next free position.
template <class Population>
std::size_t enter_batch(Population const& p, std::uint8_t const* fired, std::ptrdiff_t stride,
                        int first, int width, std::size_t at) {
  std::uint64_t elements[8] = {};  // for each neuron, one bit for each element in which it fired
  std::uint64_t any = 0;
  for (int eight = 0; eight < p.batch(); eight += 8) {
    std::uint64_t flags = 0;  // a byte for each element
    int const end = p.batch() - eight < 8 ? p.batch() - eight : 8;
    for (int b = 0; b < end; ++b)
      flags |= packed_flags(flag_word(fired + b * stride + first, width)) << (8 * b);
    flags = transposed(flags);
    any |= flags;
    for (int k = 0; k < 8; ++k) elements[k] |= (flags >> (8 * k) & 0xffu) << eight;
  }
  for (int k = 0; any != 0 && k < width; ++k)
    for (std::uint64_t bits = elements[k]; bits != 0; bits &= bits - 1)
      enter_spike(p, at++, first + k, lowest_bit(bits));
  return at;
}

/// The same for all neurons of a range and one batch element.
template <class Population>
std::size_t enter_range(Population const& p, std::uint8_t const* fired, Range range, int b,
                        std::size_t at) {
  int first = range.begin;
  auto const enter = [&](int width) {
    for (std::uint64_t bits = flag_bits(fired + first, width); bits != 0; bits &= bits - 1)
      enter_spike(p, at++, first + lowest_bit(bits), b);
    first += width;
  };
  while (range.end - first >= 64) {
    int const from = first, most = (range.end - from) / 64, blocks = most < 64 ? most : 64;
    std::uint8_t const* const flags = fired + from;
    std::uint64_t any = 0;  // a bit for each block of 64, so that only spikes take branches
    for (std::ptrdiff_t k = 0; k < blocks; ++k)
      any |= static_cast<std::uint64_t>(any_flag(flags + 64 * k)) << k;
    for (; any != 0; any &= any - 1) {
      first = from + 64 * lowest_bit(any);
      enter(64);
    }
    first = from + 64 * blocks;
  }
  enter(range.end - first);
  return at;
}

/// Lists the spikes of `step` of the neurons of one worker, in the order that SpikeHistory says.
/// Silence, the usual case, is recognised many neurons at a time.
template <class Population>
void list_spikes(Population const& p, Range range, std::int64_t step) {
  auto const& history = p.history;
  int const worker = range.owner;
  auto const fired = [&](int b) { return p.fired_row(range, b); };
  int const slot = history.slot(step);
  std::size_t const begin = history.begin(slot, range);
  std::size_t at = begin;
  if (history.batch == 1 || history.by_element) {
    for (int b = 0; b < history.batch; ++b) at = enter_range(p, fired(b), range, b, at);
  } else if (history.batch <= 64) {
    for (int first = range.begin; first < range.end; first += 8)
      at = enter_batch(p, fired(0), history.own_rows(range).stride, first,
                       range.end - first < 8 ? range.end - first : 8, at);
  } else {
    for (int n = range.begin; n < range.end; ++n)
      for (int b = 0; b < history.batch; ++b)
        if (fired(b)[n] != 0) enter_spike(p, at++, n, b);
  }
  history.close_list(slot, worker, static_cast<std::uint32_t>(at - begin));
  p.total(static_cast<std::size_t>(worker) * Population::total_stride) += at - begin;
}

/// One trace of one batch element: z <- decay z + increment * spike, or nearest-neighbour.
template <class Trace, class Real>
KOKKOS_FUNCTION void advance_trace(Trace const& trace, std::uint8_t const* fired,
                                   Real const* before, Real* now, Range range) {
  Real const decay = trace.decay, increment = trace.increment;
  Real const kept = trace.nearest ? Real(0) : decay;
  KOSNN_INDEPENDENT_ITERATIONS
  for (int n = range.begin; n < range.end; ++n) {
    bool const spike = fired[n] != 0;
    now[n] = (spike ? kept : decay) * before[n] + (spike ? increment : Real(0));
  }
}

/// The same where spikes carry values.
template <class Trace, class Real>
KOKKOS_FUNCTION void advance_graded_trace(Trace const& trace, std::uint8_t const* fired,
                                          Real const* value, Real const* before, Real* now,
                                          Range range) {
  for (int n = range.begin; n < range.end; ++n) {
    Real const kept = trace.nearest && fired[n] != 0 ? Real(0) : trace.decay;
    now[n] = kept * before[n] + trace.increment * value[n];
  }
}

/// The same where each neuron has a relaxation of its own; `value` is null where all spikes are 1.
template <class Trace, class Real>
KOKKOS_FUNCTION void advance_own_trace(Trace const& trace, std::uint8_t const* fired,
                                       Real const* value, Real const* before, Real* now,
                                       Range range) {
  for (int n = range.begin; n < range.end; ++n) {
    Real const kept = trace.nearest && fired[n] != 0 ? Real(0) : trace.decays(n);
    Real const amount = value != nullptr ? value[n] : Real(fired[n]);
    now[n] = kept * before[n] + trace.increments(n) * amount;
  }
}

/// A trace of the potential: z <- decay z + increment v.
template <class Trace, class Real>
KOKKOS_FUNCTION void follow_potential(Trace const& trace, Real const* v, Real const* before,
                                      Real* now, Range range) {
  Real const decay = trace.decay, increment = trace.increment;
  KOSNN_INDEPENDENT_ITERATIONS
  for (int n = range.begin; n < range.end; ++n) now[n] = decay * before[n] + increment * v[n];
}

/// Traces of max-pooled neurons: those of the sources that have won.
template <class Population>
KOKKOS_FUNCTION void take_over_traces(Population const& p, Range range, std::int64_t step) {
  for (int t = 0; t < p.trace_count; ++t)
    for (int b = 0; b < p.batch(); ++b) {
      auto const* const source = p.pooled.before(t, step, p.batch(), b);
      std::uint32_t const* const winner = p.pooled.winner.data() + p.row(b);
      auto* const now = p.trace_at(t, step, b);
      for (int n = range.begin; n < range.end; ++n) now[n] = source[winner[n]];
    }
}

template <class Population>
KOKKOS_FUNCTION void advance_traces(Population const& p, Range range, std::int64_t step) {
  using Real = typename Population::real;
  if (p.pooled.winner.data() != nullptr) return take_over_traces(p, range, step);
  for (int t = 0; t < p.trace_count; ++t)
    for (int b = 0; b < p.batch(); ++b) {
      std::uint8_t const* const fired = p.fired_row(range, b);
      std::ptrdiff_t const own = p.history.own_rows(range).row(b);
      auto const* const before = p.trace_at(t, step + p.traces[t].ago - 1, b);
      auto* const now = p.trace_at(t, step + p.traces[t].ago, b);
      if constexpr (Population::has_potential)
        if (p.traces[t].of_potential) {
          follow_potential(p.traces[t], p.cell.potentials() + own, before, now, range);
          continue;
        }
      Real const* const value = Population::graded ? p.value.data() + p.row(b) : nullptr;
      if (p.traces[t].own)
        advance_own_trace(p.traces[t], fired, value, before, now, range);
      else if constexpr (Population::graded)
        advance_graded_trace(p.traces[t], fired, value, before, now, range);
      else
        advance_trace(p.traces[t], fired, before, now, range);
    }
}

/// Copies what recorders of state variables and traces ask for.
template <class Population>
KOKKOS_FUNCTION void sample_probes(Population const& p, Range range, std::int64_t step) {
  using Real = typename Population::real;
  for (int k = 0; k < p.probe_count; ++k) {
    auto const& probe = p.probes[k];
    if (step % probe.every != 0) continue;
    std::size_t const slot = static_cast<std::size_t>(step / probe.every % probe.room);
    for (int b = 0; b < p.batch(); ++b) {
      Real* const out = probe.buffer.data() + slot * p.history.capacity() + p.row(b);
      std::ptrdiff_t const own = p.history.own_rows(range).row(b);
      if (probe.ints != nullptr) {
        for (int n = range.begin; n < range.end; ++n)
          out[n] = static_cast<Real>(probe.ints[own + n]);
        continue;
      }
      Real const* const in =
          probe.reals != nullptr ? probe.reals + own : p.trace_at(probe.trace, step, b);
      for (int n = range.begin; n < range.end; ++n) out[n] = in[n];
    }
  }
}

}  // namespace kosnn::detail

#endif

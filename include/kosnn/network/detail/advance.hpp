#ifndef KOSNN_NETWORK_DETAIL_ADVANCE_HPP
#define KOSNN_NETWORK_DETAIL_ADVANCE_HPP

#include <Kokkos_Core.hpp>

#include <cstdint>
#include <cstring>

#include "kosnn/kokkos/compat.hpp"
#include "kosnn/network/detail/population_data.hpp"

// One step of the neurons in a range after delivery: update, list of the spikes, traces, probes.

namespace kosnn::detail {

template <class Population>
KOKKOS_FUNCTION void update_neurons(Population const& p, Range range, Moment const& moment) {
  for (int b = 0; b < p.batch(); ++b)
    p.cell.update(range, b, p.row(b), moment, p.input.data(), p.fired.data(), p.value.data());
}

/// Enters one spike at position `at` of the spike list.
template <class Population>
KOKKOS_INLINE_FUNCTION void enter_spike(Population const& p, std::size_t at, int n, int b) {
  p.history.entries(at) = p.history.entry(n, b);
  std::size_t const i = p.row(b) + static_cast<std::size_t>(n);
  if constexpr (Population::graded) p.history.values(at) = p.value(i);
  if (p.counts.data() != nullptr) ++p.counts(i);
}

/// Enters the spikes of neurons [first, first + width), width <= 8, of batch elements [b0, b1),
/// b1 - b0 <= 64, by neuron, then element; returns the next free position. Silence, the usual case,
/// is recognised eight neurons at a time.
template <class Population>
std::size_t enter_block(Population const& p, int first, int width, int b0, int b1, std::size_t at) {
  std::uint64_t elements[8] = {};  // for each neuron, one bit for each element in which it fired
  bool any = false;
  for (int b = b0; b < b1; ++b) {
    std::uint8_t const* const fired = p.fired.data() + p.row(b) + first;
    if (width == 8) {
      std::uint64_t word;
      std::memcpy(&word, fired, sizeof word);
      if (word == 0) continue;
    }
    for (int k = 0; k < width; ++k)
      elements[k] |= static_cast<std::uint64_t>(fired[k] != 0) << (b - b0);
    any = true;
  }
  if (!any) return at;
  for (int k = 0; k < width; ++k)
    for (std::uint64_t bits = elements[k]; bits != 0; bits &= bits - 1)
      enter_spike(p, at++, first + k, b0 + lowest_bit(bits));
  return at;
}

/// Lists the spikes of `step` of the neurons of one worker, by neuron, then batch element.
template <class Population>
void list_spikes(Population const& p, int worker, std::int64_t step) {
  auto const& history = p.history;
  Range const range = owned_range(history.size, worker, history.workers);
  int const slot = history.slot(step), batch = history.batch;
  int const width = batch <= 64 ? 8 : 1;  // with more elements, neuron by neuron keeps the order
  std::size_t const begin = history.begin(slot, worker);
  std::size_t at = begin;
  for (int first = range.begin; first < range.end; first += width) {
    int const w = range.end - first < width ? range.end - first : width;
    for (int b = 0; b < batch; b += 64)
      at = enter_block(p, first, w, b, batch - b < 64 ? batch : b + 64, at);
  }
  history.count(slot, worker) = static_cast<std::uint32_t>(at - begin);
  p.total(static_cast<std::size_t>(worker) * Population::total_stride) += at - begin;
}

/// One trace of one batch element: z <- decay z + increment * spike, or nearest-neighbour.
template <class Population, class Real>
KOKKOS_FUNCTION void advance_trace(Population const& p,
                                   TraceData<typename Population::device, Real> const& trace,
                                   Real const* before, Real* now, std::size_t row, Range range) {
  Real const decay = trace.decay, increment = trace.increment;
  std::uint8_t const* const fired = p.fired.data() + row;
  for (int n = range.begin; Population::graded && n < range.end; ++n) {
    Real const jump = increment * p.value(row + static_cast<std::size_t>(n));
    now[n] = trace.nearest && fired[n] ? jump : decay * before[n] + jump;
  }
  if (Population::graded) return;
  Real const kept = trace.nearest ? Real(0) : decay;
  KOSNN_INDEPENDENT_ITERATIONS
  for (int n = range.begin; n < range.end; ++n) {
    bool const spike = fired[n] != 0;
    now[n] = (spike ? kept : decay) * before[n] + (spike ? increment : Real(0));
  }
}

template <class Population>
KOKKOS_FUNCTION void advance_traces(Population const& p, Range range, std::int64_t step) {
  for (int t = 0; t < p.trace_count; ++t)
    for (int b = 0; b < p.batch(); ++b)
      advance_trace(p, p.traces[t], p.trace_at(t, step - 1, b), p.trace_at(t, step, b), p.row(b),
                    range);
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
      if (probe.ints != nullptr) {
        for (int n = range.begin; n < range.end; ++n)
          out[n] = static_cast<Real>(probe.ints[p.row(b) + static_cast<std::size_t>(n)]);
        continue;
      }
      Real const* const in =
          probe.reals != nullptr ? probe.reals + p.row(b) : p.trace_at(probe.trace, step, b);
      for (int n = range.begin; n < range.end; ++n) out[n] = in[n];
    }
  }
}

}  // namespace kosnn::detail

#endif

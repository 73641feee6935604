#ifndef KOSNN_NETWORK_DETAIL_SPIKE_HISTORY_HPP
#define KOSNN_NETWORK_DETAIL_SPIKE_HISTORY_HPP

#include <Kokkos_Core.hpp>

#include <cstddef>
#include <cstdint>

#include "kosnn/core/memory.hpp"
#include "kosnn/network/detail/own_rows.hpp"
#include "kosnn/network/detail/range.hpp"

namespace kosnn::detail {

/// The spikes of one population in its last `depth` steps: a ring of one list per step, with room
/// for every neuron of every batch element, so that any number of spikes can be in flight and none
/// is lost. Each worker writes the part of the list that belongs to its own neurons; read in order
/// of the workers, a list is sorted by neuron, then batch element, whatever their number. Where
/// `by_element`, each part is sorted by batch element, then neuron.
template <class Device, class Real>
struct SpikeHistory {
  Kokkos::View<std::uint32_t*, Device> entries;  // depth x capacity: neuron << batch_bits | batch
  Kokkos::View<Real*, Device> values;            // the same, only where spikes carry values
  Kokkos::View<std::uint32_t*, Device> counts;   // depth x workers, a cache line apart
  int size = 0, batch = 1, batch_bits = 0, workers = 1, depth = 1;
  bool graded = false, by_element = false;

  static constexpr std::size_t count_stride = 16;

  void layout(Arena& arena) {
    std::size_t const room = static_cast<std::size_t>(depth) * capacity();
    arena.space(entries, "spikes", room);
    if (graded) arena.space(values, "spike_values", room);
    arena.array(counts, "spike_counts",
                static_cast<std::size_t>(depth) * static_cast<std::size_t>(workers) * count_stride);
  }

  KOKKOS_FUNCTION std::size_t capacity() const {
    return static_cast<std::size_t>(size) * static_cast<std::size_t>(batch);
  }
  /// Elements of arrays in which workers are kept apart,
  std::size_t own_capacity() const {
    return capacity() + (workers == 1 ? 0 : static_cast<std::size_t>(workers) * OwnRows::gap);
  }
  /// and where those of the neurons in `range`, all of its owner or, of the only one, any, lie.
  KOKKOS_FUNCTION OwnRows own_rows(Range range) const {
    if (workers == 1) return {0, size};
    return {static_cast<std::ptrdiff_t>(range.begin) * (batch - 1) +
                range.owner * static_cast<std::ptrdiff_t>(OwnRows::gap),
            range.size()};
  }
  /// Ring position of a step; steps before 0 are empty.
  KOKKOS_FUNCTION int slot(std::int64_t step) const {
    if (step >= 0 && step <= 0xffffffff)  // the usual case, whose remainder is found faster
      return static_cast<int>(static_cast<std::uint32_t>(step) % static_cast<std::uint32_t>(depth));
    std::int64_t const s = step % depth;
    return static_cast<int>(s < 0 ? s + depth : s);
  }
  /// Where the list of `worker` in `slot` begins.
  KOKKOS_FUNCTION std::size_t begin(int slot, int worker) const {
    return begin(slot, owned_range(size, worker, workers));
  }
  /// The same, of the owner of `range`, all of whose neurons these are.
  KOKKOS_FUNCTION std::size_t begin(int slot, Range range) const {
    return static_cast<std::size_t>(slot) * capacity() +
           static_cast<std::size_t>(range.begin) * static_cast<std::size_t>(batch);
  }
  KOKKOS_FUNCTION std::size_t count_position(int slot, int worker) const {
    return (static_cast<std::size_t>(slot) * static_cast<std::size_t>(workers) +
            static_cast<std::size_t>(worker)) *
           count_stride;
  }
  KOKKOS_FUNCTION std::uint32_t& count(int slot, int worker) const {
    return counts(count_position(slot, worker));
  }
  KOKKOS_FUNCTION std::uint32_t entry(int neuron, int b) const {
    return static_cast<std::uint32_t>(neuron) << batch_bits | static_cast<std::uint32_t>(b);
  }
  KOKKOS_FUNCTION int neuron(std::uint32_t e) const { return static_cast<int>(e >> batch_bits); }
  KOKKOS_FUNCTION int element(std::uint32_t e) const {
    return static_cast<int>(e & ((1u << batch_bits) - 1));
  }

  /// Calls f(position in entries, number of entries) for each stretch of the list of `slot`.
  template <class F>
  KOKKOS_FUNCTION void for_each_stretch(int slot, F const& f) const {
    for (int w = 0; w < workers; ++w)
      if (std::uint32_t const n = count(slot, w)) f(begin(slot, w), n);
  }
};

}  // namespace kosnn::detail

#endif

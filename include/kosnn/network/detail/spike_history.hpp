#ifndef KOSNN_NETWORK_DETAIL_SPIKE_HISTORY_HPP
#define KOSNN_NETWORK_DETAIL_SPIKE_HISTORY_HPP

#include <Kokkos_Core.hpp>

#include <cstddef>
#include <cstdint>

#include "kosnn/core/memory.hpp"
#include "kosnn/network/detail/own_rows.hpp"
#include "kosnn/network/detail/range.hpp"

namespace kosnn::detail {

/// A worker's part of the spikes of one step.
struct SpikeList {
  std::uint32_t const* entries;
  std::size_t first;  // position of the first among all entries and values
  std::uint32_t count;
};

/// What other workers read of a list first, in one line of a cache.
struct alignas(64) SpikeHead {
  static constexpr std::uint32_t room = 13;

  std::uint32_t count;
  std::uint32_t first[room];  // entries, of several workers' lists that are no longer
  std::uint64_t round;        // see WorkerBarrier
};

/// The spikes of one population in its last `depth` steps: a ring of one list per step, with room
/// for every neuron of every batch element, so that any number of spikes can be in flight and none
/// is lost. Each worker writes the part of the list that belongs to its own neurons; read in order
/// of the workers, a list is sorted by neuron, then batch element, whatever their number. Where
/// `by_element`, each part is sorted by batch element, then neuron.
template <class Device, class Real>
struct SpikeHistory {
  Kokkos::View<std::uint32_t*, Device> entries;  // depth x capacity: neuron << batch_bits | batch
  Kokkos::View<Real*, Device> values;            // the same, only where spikes carry values
  Kokkos::View<SpikeHead*, Device> heads;        // depth x workers
  int size = 0, batch = 1, batch_bits = 0, workers = 1, depth = 1;
  bool graded = false, by_element = false;

  void layout(Arena& arena) {
    std::size_t const room = static_cast<std::size_t>(depth) * capacity();
    arena.space(entries, "spikes", room);
    if (graded) arena.space(values, "spike_values", room);
    arena.array(heads, "spike_heads",
                static_cast<std::size_t>(depth) * static_cast<std::size_t>(workers));
  }

  KOKKOS_FUNCTION std::size_t capacity() const {
    return static_cast<std::size_t>(size) * static_cast<std::size_t>(batch);
  }
  /// Elements of arrays in which workers are kept apart,
  KOKKOS_FUNCTION std::size_t own_capacity() const {
    return capacity() + (workers == 1 ? 0 : static_cast<std::size_t>(workers) * OwnRows::gap);
  }
  /// and where those of the neurons in `range`, all of its owner or, of the only one, any, lie.
  KOKKOS_FUNCTION OwnRows own_rows(Range range) const {
    if (workers == 1) return {0, size};
    KOKKOS_ASSERT(range.owner >= 0 && range.owner < workers);
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
  KOKKOS_FUNCTION SpikeHead& head(int slot, int worker) const {
    return heads(static_cast<std::size_t>(slot) * static_cast<std::size_t>(workers) +
                 static_cast<std::size_t>(worker));
  }
  KOKKOS_FUNCTION std::uint32_t& count(int slot, int worker) const {
    return head(slot, worker).count;
  }
  /// The first `n` entries of the list of `worker` in `slot` are all.
  void close_list(int slot, int worker, std::uint32_t n) const {
    SpikeHead& h = head(slot, worker);
    h.count = n;
    std::size_t const first = begin(slot, worker);
    if (in_head(n))
      for (std::uint32_t k = 0; k < n; ++k) h.first[k] = entries(first + k);
  }
  KOKKOS_FUNCTION std::uint32_t entry(int neuron, int b) const {
    return static_cast<std::uint32_t>(neuron) << batch_bits | static_cast<std::uint32_t>(b);
  }
  KOKKOS_FUNCTION int neuron(std::uint32_t e) const { return static_cast<int>(e >> batch_bits); }
  KOKKOS_FUNCTION int element(std::uint32_t e) const {
    return static_cast<int>(e & ((1u << batch_bits) - 1));
  }

  KOKKOS_FUNCTION SpikeList list(int slot, int worker) const {
    SpikeHead const& h = head(slot, worker);
    std::size_t const first = begin(slot, worker);
    return {in_head(h.count) ? h.first : entries.data() + first, first, h.count};
  }
  /// Whether memory holds `n` entries from the first of a list on, however few of them are its own.
  bool can_read(SpikeList const& list, std::uint32_t n) const {
    return in_head(list.count) ? n <= SpikeHead::room : list.first + n <= entries.extent(0);
  }
  /// Calls f(list) for each list of `slot` in which there are spikes.
  template <class F>
  KOKKOS_FUNCTION void for_each_list(int slot, F const& f) const {
    for (int w = 0; w < workers; ++w)
      if (count(slot, w) > 0) f(list(slot, w));
  }
  /// The same without spikes of other neurons than those in `range` at the ends of lists, which are
  /// all that there are but where lists are sorted `by_element`.
  template <class F>
  KOKKOS_FUNCTION void for_each_list(int slot, Range range, F const& f) const {
    for_each_list(slot, [&](SpikeList spikes) {
      for (; spikes.count > 0 && neuron(*spikes.entries) < range.begin; --spikes.count)
        ++spikes.entries, ++spikes.first;
      while (spikes.count > 0 && neuron(spikes.entries[spikes.count - 1]) >= range.end)
        --spikes.count;
      if (spikes.count > 0) f(spikes);
    });
  }
  /// The lists on the host, without values.
  SpikeHistory<Kokkos::HostSpace, Real> mirror() const {
    SpikeHistory<Kokkos::HostSpace, Real> host;
    host.entries = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), entries);
    host.heads = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), heads);
    host.size = size;
    host.batch = batch;
    host.batch_bits = batch_bits;
    host.workers = workers;
    host.depth = depth;
    host.by_element = by_element;
    return host;
  }

 private:
  KOKKOS_FUNCTION bool in_head(std::uint32_t n) const {
    return n <= SpikeHead::room && workers > 1;
  }
};

}  // namespace kosnn::detail

#endif

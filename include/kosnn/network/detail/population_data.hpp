#ifndef KOSNN_NETWORK_DETAIL_POPULATION_DATA_HPP
#define KOSNN_NETWORK_DETAIL_POPULATION_DATA_HPP

#include <Kokkos_Core.hpp>

#include <cstdint>

#include "kosnn/network/detail/injected_current.hpp"
#include "kosnn/network/detail/poisson_input.hpp"
#include "kosnn/network/detail/spike_history.hpp"

namespace kosnn::detail {

/// What every cell sees of the moment in which it is stepped.
struct Moment {
  std::int64_t step;          // since construction or the last reset_state()
  std::uint64_t random_step;  // since construction
};

/// A batch element, and where the values of its neuron 0 lie.
struct Element {
  int b;
  std::size_t row;     // in arrays of (batch, neurons)
  std::ptrdiff_t own;  // in those in which workers are kept apart, see OwnRows
};

/// What cells receive in a step, beginning with neuron 0 of batch element 0 of the first worker.
template <class Real>
struct Received {
  Real* input;          // as population_data.hpp says; null where arrivals are added later
  Real const* current;  // of models that take Inputs, where neurons differ; else null
  Real common;          // current into all of them
};

constexpr int max_traces = 8;

template <class Device, class Real>
struct TraceData {
  Kokkos::View<Real*, Device> z;  // depth x batch x neurons
  Real decay{}, increment{};
  Kokkos::View<Real*, Device> decays, increments;  // of each neuron, where they have their own
  int ago = 0;  // steps: what is entered now is seen as the trace of so much later
  bool nearest = false;
  bool of_potential = false;
  bool own = false;  // whether they have

  void layout(Arena& arena, std::size_t values, std::size_t neurons) {
    arena.array(z, "trace", values);
    if (!own) return;
    arena.array(decays, "trace_decays", neurons);
    arena.array(increments, "trace_increments", neurons);
  }
};

/// Where the traces of max-pooled neurons come from: those of the neuron that has won, `delay`
/// steps ago.
template <class Device, class Real>
struct PooledTraces {
  Kokkos::View<std::uint32_t*, Device> winner;  // batch x neurons; none where nothing is pooled
  Kokkos::View<Real*, Device> z[max_traces];    // of the sources: depth x batch x sources
  int size = 0, depth = 1, delay = 0;

  KOKKOS_FUNCTION Real const* before(int trace, std::int64_t step, int batch, int b) const {
    std::int64_t const s = (step - delay) % depth;
    std::size_t const slot = static_cast<std::size_t>(s < 0 ? s + depth : s);
    return z[trace].data() +
           (slot * static_cast<std::size_t>(batch) + static_cast<std::size_t>(b)) *
               static_cast<std::size_t>(size);
  }
};

/// Copies a state array into a buffer at every `every`-th step.
template <class Device, class Real>
struct Probe {
  Real const* reals = nullptr;  // a field of this type,
  int const* ints = nullptr;    // or of this,
  int trace = 0;                // or else a trace
  std::int64_t every = 1;
  int room = 1;                        // samples in the buffer
  Kokkos::View<Real*, Device> buffer;  // room x batch x neurons
};

/// Steps that a recorder's chunk of about four million values holds, with `per_step` values a step.
inline std::int64_t chunk_steps(std::size_t per_step) {
  std::size_t const fit = (std::size_t(1) << 22) / (per_step == 0 ? 1 : per_step);
  return static_cast<std::int64_t>(fit < 1 ? 1 : (fit > 256 ? 256 : fit));
}

constexpr int max_probes = 8;

/// The device side of a population: `Cell` holds what is particular to its model.
template <class Device, class Real, class Cell>
struct PopulationData {
  Cell cell;
  SpikeHistory<Device, Real> history;
  /// (inputs x) batch x neurons, by OwnRows: sum of what arrives in this step.
  Kokkos::View<Real*, Device> input;
  Kokkos::View<Real*, Device> drive;       // batch x neurons: direct input, only where set
  PoissonInput<Device, Real> noise;        // from outside the network, only where asked for
  InjectedCurrent<Device, Real> currents;  // the same
  /// Of each neuron and batch element 1 where it fires in this step, by OwnRows as cells' fields.
  Kokkos::View<std::uint8_t*, Device> fired;
  Kokkos::View<Real*, Device> value;           // batch x neurons: their values, where graded
  Kokkos::View<std::uint64_t*, Device> total;  // spikes since construction by worker, padded
  TraceData<Device, Real> traces[max_traces];
  PooledTraces<Device, Real> pooled;
  Probe<Device, Real> probes[max_probes];
  Kokkos::View<std::uint32_t*, Device> counts;  // batch x neurons: spikes, only where asked for
  int trace_count = 0, trace_depth = 1, probe_count = 0, level = 0;
  /// Whether what arrives is added to the state after the update, not to `input` before it.
  bool arrives_after = false;

  using device = Device;
  using real = Real;
  static constexpr bool graded = Cell::graded;
  /// Whether its synapses subtract traces of their sources.
  static constexpr bool subtracts_traces = Cell::subtracts_traces;
  /// Whether traces can follow a membrane potential.
  static constexpr bool has_potential = Cell::has_potential;
  /// Whether `arrives_after` may be set, and what inhibitory arrivals are multiplied by then.
  static constexpr bool adds_arrivals = Cell::adds_arrivals;
  static constexpr int arrival_sign = Cell::arrival_sign;
  /// Excitatory and inhibitory ones, one sum, or none.
  static constexpr int inputs = Cell::inputs;
  static constexpr int cell_grain = Cell::grain;  // neurons a GPU thread updates
  static constexpr std::size_t total_stride = 8;

  /// What has been added since the arrays were made.
  void count_later_arrays(Arena& arena) {
    if (drive.data() != nullptr) arena.array(drive, "drive", history.capacity());
    if (noise.on()) {
      arena.array(noise.bounds, "poisson", noise.bounds.extent(0));
      arena.array(noise.guide, "poisson_guide", noise.guide.extent(0));
      arena.array(noise.stretches, "poisson_stretches", noise.stretches.extent(0));
    }
    currents.count(arena);
    if (counts.data() != nullptr) arena.array(counts, "counts", history.capacity());
    for (int k = 0; k < probe_count; ++k)
      arena.array(probes[k].buffer, "probe", probes[k].buffer.extent(0));
  }
  void layout(Arena& arena) {
    cell.layout(arena, history);
    history.layout(arena);
    if (inputs > 0)
      arena.array(input, "input", history.own_capacity() * static_cast<std::size_t>(inputs));
    arena.array(fired, "fired", history.own_capacity());
    if (graded) arena.array(value, "value", history.capacity());
    arena.array(total, "total", static_cast<std::size_t>(history.workers) * total_stride);
    if (pooled.size > 0) arena.array(pooled.winner, "winner", history.capacity());
    for (int k = 0; k < trace_count; ++k)
      traces[k].layout(arena, static_cast<std::size_t>(trace_depth) * history.capacity(),
                       static_cast<std::size_t>(size()));
    if (arena.counting()) count_later_arrays(arena);
  }

  KOKKOS_FUNCTION int size() const { return history.size; }
  KOKKOS_FUNCTION int batch() const { return history.batch; }
  /// Position of neuron 0 of batch element `b` in arrays of (batch, neurons).
  KOKKOS_FUNCTION std::size_t row(int b) const {
    return static_cast<std::size_t>(b) * static_cast<std::size_t>(history.size);
  }
  /// Batch element `b` as the owner of `range` sees it.
  KOKKOS_FUNCTION Element element(Range range, int b) const {
    return {b, row(b), history.own_rows(range).row(b)};
  }
  /// The first or second inputs of the neurons in `range` (see own_rows), of batch element `b`.
  KOKKOS_FUNCTION Real* input_row(Range range, int b, int which = 0) const {
    return input.data() + which * static_cast<std::ptrdiff_t>(history.own_capacity()) +
           history.own_rows(range).row(b);
  }
  /// The flags of the neurons in `range` (see own_rows), of batch element `b`.
  KOKKOS_FUNCTION std::uint8_t* fired_row(Range range, int b) const {
    return fired.data() + history.own_rows(range).row(b);
  }
  /// Position of a step in the rings of the traces.
  KOKKOS_FUNCTION int trace_slot(std::int64_t step) const {
    std::int64_t const s = step % trace_depth;
    return static_cast<int>(s < 0 ? s + trace_depth : s);
  }
  /// A trace as it was `ago` < trace_depth steps before that of `slot`, for neuron 0 of element b.
  KOKKOS_FUNCTION Real* trace_before(int trace, int slot, int ago, int b) const {
    int const s = slot >= ago ? slot - ago : slot - ago + trace_depth;
    return traces[trace].z.data() + static_cast<std::size_t>(s) * history.capacity() + row(b);
  }
  /// How many steps ahead traces are entered at most.
  int longest_ago() const {
    int most = 0;
    for (int k = 0; k < trace_count; ++k) most = traces[k].ago > most ? traces[k].ago : most;
    return most;
  }
  KOKKOS_FUNCTION Real* trace_at(int trace, std::int64_t step, int b) const {
    return trace_before(trace, trace_slot(step), 0, b);
  }
  /// What spikes before `step` have left of neuron n's trace in that step; needs that of the step
  /// before. A potential has no part of this step's spikes.
  KOKKOS_FUNCTION Real earlier_trace(int trace, std::int64_t step, int n, int b) const {
    auto const& t = traces[trace];
    if (t.of_potential) return trace_at(trace, step, b)[n];
    return (t.own ? t.decays(n) : t.decay) * trace_at(trace, step - 1, b)[n];
  }
};

}  // namespace kosnn::detail

#endif

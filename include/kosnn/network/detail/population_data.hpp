#ifndef KOSNN_NETWORK_DETAIL_POPULATION_DATA_HPP
#define KOSNN_NETWORK_DETAIL_POPULATION_DATA_HPP

#include <Kokkos_Core.hpp>

#include <cstdint>

#include "kosnn/network/detail/spike_history.hpp"

namespace kosnn::detail {

/// What every cell sees of the moment in which it is stepped.
struct Moment {
  std::int64_t step;          // since construction or the last reset_state()
  std::uint64_t random_step;  // since construction
};

template <class Device, class Real>
struct TraceData {
  Kokkos::View<Real*, Device> z;  // depth x batch x neurons
  Real decay{}, increment{};
  bool nearest = false;
};

/// Copies a state array into a buffer at every `every`-th step.
template <class Device, class Real>
struct Probe {
  enum class Kind { real_field, int_field, trace };
  Kind kind{};
  Real const* reals = nullptr;
  int const* ints = nullptr;
  int trace = 0;
  std::int64_t every = 1;
  int room = 1;                        // samples in the buffer
  Kokkos::View<Real*, Device> buffer;  // room x batch x neurons
};

constexpr int max_traces = 8;
constexpr int max_probes = 8;

/// The device side of a population: `Cell` holds what is particular to its model.
template <class Device, class Real, class Cell>
struct PopulationData {
  Cell cell;
  SpikeHistory<Device, Real> history;
  Kokkos::View<Real*, Device> input;           // batch x neurons: sum of what arrives in this step
  Kokkos::View<std::uint8_t*, Device> fired;   // batch x neurons: spikes of this step
  Kokkos::View<Real*, Device> value;           // batch x neurons: their values, where graded
  Kokkos::View<std::uint64_t*, Device> total;  // spikes since construction by worker, padded
  TraceData<Device, Real> traces[max_traces];
  Probe<Device, Real> probes[max_probes];
  int trace_count = 0, trace_depth = 1, probe_count = 0, level = 0;
  bool has_input = false;

  static constexpr std::size_t total_stride = 8;

  KOKKOS_FUNCTION int size() const { return history.size; }
  KOKKOS_FUNCTION int batch() const { return history.batch; }
  /// Position of neuron 0 of batch element `b` in arrays of (batch, neurons).
  KOKKOS_FUNCTION std::size_t row(int b) const {
    return static_cast<std::size_t>(b) * static_cast<std::size_t>(history.size);
  }
  KOKKOS_FUNCTION Real* trace_at(int trace, std::int64_t step, int b) const {
    std::int64_t const s = step % trace_depth;
    std::size_t const slot = static_cast<std::size_t>(s < 0 ? s + trace_depth : s);
    return traces[trace].z.data() + slot * history.capacity() + row(b);
  }
};

}  // namespace kosnn::detail

#endif

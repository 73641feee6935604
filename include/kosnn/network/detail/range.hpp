#ifndef KOSNN_NETWORK_DETAIL_RANGE_HPP
#define KOSNN_NETWORK_DETAIL_RANGE_HPP

#include <Kokkos_Core.hpp>

namespace kosnn::detail {

/// Neurons [begin, end) of one population.
struct Range {
  int begin;
  int end;
  int owner = -1;  // the worker to whom just these belong; of slices (ProjectionData) their number
  KOKKOS_FUNCTION int size() const { return end - begin; }
};

/// Those that two ranges share; the first's where it lies in the second.
KOKKOS_INLINE_FUNCTION Range shared_range(Range const& a, Range const& b) {
  if (b.begin <= a.begin && a.end <= b.end) return a;
  int const begin = a.begin > b.begin ? a.begin : b.begin, end = a.end < b.end ? a.end : b.end;
  return {begin, end > begin ? end : begin};
}

/// Neurons are dealt out to workers in blocks of this many, so that no two workers write to one
/// cache line and vector loops begin at whole vectors whatever the number of workers.
constexpr int ownership_block = 16;

/// The neurons of a population of `size` that `worker` of `workers` owns.
KOKKOS_INLINE_FUNCTION Range owned_range(int size, int worker, int workers) {
  long long const blocks = (static_cast<long long>(size) + ownership_block - 1) / ownership_block;
  auto const edge = [&](int w) {
    long long const neuron = blocks * w / workers * ownership_block;
    return static_cast<int>(neuron < size ? neuron : size);
  };
  return {edge(worker), edge(worker + 1), worker};
}

}  // namespace kosnn::detail

#endif

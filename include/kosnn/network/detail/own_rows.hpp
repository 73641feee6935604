#ifndef KOSNN_NETWORK_DETAIL_OWN_ROWS_HPP
#define KOSNN_NETWORK_DETAIL_OWN_ROWS_HPP

#include <Kokkos_Core.hpp>

#include <algorithm>
#include <cstddef>
#include <vector>

#include "kosnn/network/detail/range.hpp"

namespace kosnn::detail {

/// Where the values of one worker's neurons lie in arrays of which each worker has a stretch to
/// itself, far enough from the others' that no two cores want the same lines of a cache: a core
/// fetches what follows what it has just treated. (workers, batch, neurons of the worker)
struct OwnRows {
  static constexpr std::size_t gap = 2048;  // elements after the stretch of each worker

  std::ptrdiff_t first, stride;
  /// Position of neuron 0 of batch element `b`, as far as the worker has it.
  KOKKOS_FUNCTION std::ptrdiff_t row(int b) const { return first + b * stride; }
};

/// Calls f(position in (batch, neurons), position by owner, length) for the neurons of each worker
/// and batch element.
template <class History, class F>
void for_each_own_row(History const& history, F const& f) {
  for (int worker = 0; worker < history.workers; ++worker) {
    Range const range = owned_range(history.size, worker, history.workers);
    for (int b = 0; b < history.batch; ++b)
      f(static_cast<std::ptrdiff_t>(b) * history.size + range.begin,
        history.own_rows(range).row(b) + range.begin, range.size());
  }
}

/// Values that lie by owner as (batch, neurons),
template <class History, class T>
std::vector<T> in_order(History const& history, std::vector<T> const& by_owner) {
  std::vector<T> values(history.capacity());
  for_each_own_row(history, [&](std::ptrdiff_t at, std::ptrdiff_t own, int n) {
    std::copy_n(by_owner.begin() + own, n, values.begin() + at);
  });
  return values;
}

/// and the opposite.
template <class History, class T>
std::vector<T> by_owner(History const& history, std::vector<T> const& values) {
  std::vector<T> all(history.own_capacity());
  for_each_own_row(history, [&](std::ptrdiff_t at, std::ptrdiff_t own, int n) {
    std::copy_n(values.begin() + at, n, all.begin() + own);
  });
  return all;
}

}  // namespace kosnn::detail

#endif

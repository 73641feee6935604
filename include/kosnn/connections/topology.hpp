#ifndef KOSNN_CONNECTIONS_TOPOLOGY_HPP
#define KOSNN_CONNECTIONS_TOPOLOGY_HPP

#include <Kokkos_Core.hpp>

#include <cstddef>
#include <cstdint>

namespace kosnn {

// Which presynaptic neuron i connects to which postsynaptic neuron j. A topology says where the
// synapses of a row (fixed i) and of a column (fixed j) lie in storage:
//   storage(pre, post)          number of weights stored
//   row_length(post)            synapses of one presynaptic neuron
//   target(i, k)                target of the k-th synapse of row i, ascending
//   index(i, j, post)           where the weight of (i, j) is stored
//   runs(i, begin, end, post, f)  calls f(synapse, target, count) for the stretches of row i whose
//                               targets lie in [begin, end)
//   column(j, pre, post, f)     calls f(synapse, stride, source, count) for the stretches of column
//   j

/// Every neuron of one population to every neuron of the other (a matrix, row-major (pre, post)).
struct Dense {
  static constexpr bool square = false;
  static std::size_t storage(std::size_t pre, std::size_t post) { return pre * post; }
  static int row_length(int post) { return post; }
  static int target(int, int k) { return k; }
  static std::size_t index(int i, int j, int post) {
    return static_cast<std::size_t>(i) * static_cast<std::size_t>(post) +
           static_cast<std::size_t>(j);
  }
  template <class F>
  KOKKOS_FUNCTION static void runs(int i, int begin, int end, int post, F const& f) {
    f(static_cast<std::size_t>(i) * static_cast<std::size_t>(post) +
          static_cast<std::size_t>(begin),
      begin, end - begin);
  }
  template <class F>
  KOKKOS_FUNCTION static void column(int j, int pre, int post, F const& f) {
    f(static_cast<std::size_t>(j), post, 0, pre);
  }
};

/// Neuron k to neuron k; both populations have the same size.
struct OneToOne {
  static constexpr bool square = true;
  static std::size_t storage(std::size_t pre, std::size_t) { return pre; }
  static int row_length(int) { return 1; }
  static int target(int i, int) { return i; }
  static std::size_t index(int i, int, int) { return static_cast<std::size_t>(i); }
  template <class F>
  KOKKOS_FUNCTION static void runs(int i, int begin, int end, int, F const& f) {
    if (i >= begin && i < end) f(static_cast<std::size_t>(i), i, 1);
  }
  template <class F>
  KOKKOS_FUNCTION static void column(int j, int, int, F const& f) {
    f(static_cast<std::size_t>(j), 1, j, 1);
  }
};

/// Neuron i to every neuron but i (lateral connections); both populations have the same size.
struct AllButOne {
  static constexpr bool square = true;
  static std::size_t storage(std::size_t pre, std::size_t post) { return pre * post; }
  static int row_length(int post) { return post - 1; }
  static int target(int i, int k) { return k < i ? k : k + 1; }
  static std::size_t index(int i, int j, int post) { return Dense::index(i, j, post); }
  template <class F>
  KOKKOS_FUNCTION static void runs(int i, int begin, int end, int post, F const& f) {
    std::size_t const row = static_cast<std::size_t>(i) * static_cast<std::size_t>(post);
    int const left_end = i < end ? i : end;
    if (begin < left_end) f(row + static_cast<std::size_t>(begin), begin, left_end - begin);
    int const right = i + 1 > begin ? i + 1 : begin;
    if (right < end) f(row + static_cast<std::size_t>(right), right, end - right);
  }
  template <class F>
  KOKKOS_FUNCTION static void column(int j, int pre, int post, F const& f) {
    if (j > 0) f(static_cast<std::size_t>(j), post, 0, j);
    std::size_t const below = static_cast<std::size_t>(j + 1) * static_cast<std::size_t>(post);
    if (j + 1 < pre) f(below + static_cast<std::size_t>(j), post, j + 1, pre - j - 1);
  }
};

}  // namespace kosnn

#endif

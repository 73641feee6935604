#ifndef KOSNN_CONNECTIONS_TOPOLOGY_HPP
#define KOSNN_CONNECTIONS_TOPOLOGY_HPP

#include <Kokkos_Core.hpp>

#include <cstddef>

#include "kosnn/core/error.hpp"
#include "kosnn/core/shape.hpp"

namespace kosnn {

// Which presynaptic neuron i connects to which postsynaptic neuron j. A topology is told the shapes
// of the two populations once and then says where synapses lie in storage.
//
// On the host:
//   connect(pre, post)     takes the shapes; throws where they do not fit
//   storage()              weights stored; arrays over synapses have this length
//   synapses()             pairs of neurons that are connected
//   fans()                 synapses that lead to one neuron and that come from one
//   exists(k)              whether element k of such an array is a synapse
//   rows(), row_length(r)  the synapses as rows, of one source each:
//   target(r, k)           target of the k-th synapse of row r, ascending
//   index(r, k)            its position in arrays over synapses
// On the device:
//   runs(i, begin, end, f) calls f(synapse, target, count) for the stretches of the synapses of
//                          neuron i whose targets lie in [begin, end)
//   column(j, f)           calls f(synapse, stride, source, count) for the stretches of those of j
//
// Topologies whose synapses share weights (Conv2d) are walked in a way of their own.

/// How many synapses lead to a neuron and come from one, as initialisers of weights need it.
struct Fans {
  double in, out;
};

namespace detail {

/// Sizes of the two populations, for topologies that do not look at their shapes.
class Ends {
 public:
  void connect(Shape const& pre, Shape const& post) {
    pre_ = pre.size();
    post_ = post.size();
  }
  /// The same for two populations that must have one size.
  void connect_equal(Shape const& pre, Shape const& post) {
    connect(pre, post);
    require(pre_ == post_, "needs two populations of one size, got ", pre_, " and ", post_);
  }
  int rows() const { return pre_; }

 protected:
  std::size_t matrix() const {
    return static_cast<std::size_t>(pre_) * static_cast<std::size_t>(post_);
  }
  KOKKOS_FUNCTION std::size_t at(int i, int j) const {
    return static_cast<std::size_t>(i) * static_cast<std::size_t>(post_) +
           static_cast<std::size_t>(j);
  }
  int pre_ = 0, post_ = 0;
};

}  // namespace detail

/// Every neuron of one population to every neuron of the other, whatever their shapes (a matrix,
/// row-major (pre, post)).
class Dense : public detail::Ends {
 public:
  static constexpr bool shares_weights = false;

  std::size_t storage() const { return matrix(); }
  std::size_t synapses() const { return matrix(); }
  Fans fans() const { return {double(pre_), double(post_)}; }
  bool exists(std::size_t) const { return true; }
  int row_length(int) const { return post_; }
  int target(int, int k) const { return k; }
  std::size_t index(int r, int k) const { return at(r, k); }

  template <class F>
  KOKKOS_FUNCTION void runs(int i, int begin, int end, F const& f) const {
    f(at(i, begin), begin, end - begin);
  }
  template <class F>
  KOKKOS_FUNCTION void column(int j, F const& f) const {
    f(static_cast<std::size_t>(j), post_, 0, pre_);
  }
};

/// Neuron k to neuron k; both populations have the same size.
class OneToOne : public detail::Ends {
 public:
  static constexpr bool shares_weights = false;

  void connect(Shape const& pre, Shape const& post) { connect_equal(pre, post); }
  std::size_t storage() const { return static_cast<std::size_t>(pre_); }
  std::size_t synapses() const { return static_cast<std::size_t>(pre_); }
  Fans fans() const { return {1, 1}; }
  bool exists(std::size_t) const { return true; }
  int row_length(int) const { return 1; }
  int target(int r, int) const { return r; }
  std::size_t index(int r, int) const { return static_cast<std::size_t>(r); }

  template <class F>
  KOKKOS_FUNCTION void runs(int i, int begin, int end, F const& f) const {
    if (i >= begin && i < end) f(static_cast<std::size_t>(i), i, 1);
  }
  template <class F>
  KOKKOS_FUNCTION void column(int j, F const& f) const {
    f(static_cast<std::size_t>(j), 1, j, 1);
  }
};

/// Neuron i to every neuron but i (lateral connections); both populations have the same size. A
/// matrix as Dense, whose diagonal is 0.
class AllButOne : public detail::Ends {
 public:
  static constexpr bool shares_weights = false;

  void connect(Shape const& pre, Shape const& post) { connect_equal(pre, post); }
  std::size_t storage() const { return matrix(); }
  std::size_t synapses() const { return matrix() - static_cast<std::size_t>(pre_); }
  Fans fans() const { return {double(pre_ - 1), double(post_ - 1)}; }
  bool exists(std::size_t k) const { return k % (static_cast<std::size_t>(post_) + 1) != 0; }
  int row_length(int) const { return post_ - 1; }
  int target(int r, int k) const { return k < r ? k : k + 1; }
  std::size_t index(int r, int k) const { return at(r, target(r, k)); }

  template <class F>
  KOKKOS_FUNCTION void runs(int i, int begin, int end, F const& f) const {
    int const left_end = i < end ? i : end;
    if (begin < left_end) f(at(i, begin), begin, left_end - begin);
    int const right = i + 1 > begin ? i + 1 : begin;
    if (right < end) f(at(i, right), right, end - right);
  }
  template <class F>
  KOKKOS_FUNCTION void column(int j, F const& f) const {
    if (j > 0) f(static_cast<std::size_t>(j), post_, 0, j);
    if (j + 1 < pre_) f(at(j + 1, j), post_, j + 1, pre_ - j - 1);
  }
};

}  // namespace kosnn

#endif

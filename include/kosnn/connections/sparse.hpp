#ifndef KOSNN_CONNECTIONS_SPARSE_HPP
#define KOSNN_CONNECTIONS_SPARSE_HPP

#include <Kokkos_Core.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "kosnn/connections/positions.hpp"
#include "kosnn/connections/topology.hpp"
#include "kosnn/core/error.hpp"

namespace kosnn {

/// Synapses between few of all pairs of neurons: drawn by a rule or listed; made by the functions
/// in namespace `sparse`. What a rule draws depends on the seed and the projection's place in the
/// network alone, not on the number of threads. A synapse takes 2 bytes and those of its weight,
/// none where one constant does. It takes 4 in place of 2 where there are more than 2^16 targets
/// and a rule learns, it runs on a GPU, or sources have few synapses each. Delays cost 2 bytes for
/// each source and value, 4 where a source has more than 65,535 synapses.
///
/// Arrays over synapses are in the order of their source, then target; see Projection::sources.
class Sparse {
 public:
  static constexpr bool shares_weights = false;
  enum class Rule {
    bernoulli,
    in_degree,
    out_degree,
    total,
    edges,
    one_to_one,
    all_to_all,
    distance
  };
  struct Edges {
    std::vector<int> sources, targets;
  };

  Sparse(Rule rule, double probability, long long number, std::shared_ptr<Edges const> edges)
      : rule_(rule), probability_(probability), number_(number), edges_(std::move(edges)) {}
  Sparse(detail::Distances distances, DistanceKernel const& kernel)
      : rule_(Rule::distance),
        kernel_(kernel),
        distances_(std::make_shared<detail::Distances const>(std::move(distances))) {}

  /// Whether a neuron may connect to itself, where source and target are one population (default:
  /// it may, as in NEST). Edges that are listed are refused where they do.
  Sparse& autapses(bool allowed) {
    autapses_ = allowed;
    return *this;
  }
  /// Whether a pair may have more than one synapse (default: it may, as in NEST; `bernoulli` and
  /// `distance` never make a second). Edges that are listed are refused where they do.
  Sparse& multapses(bool allowed) {
    multapses_ = allowed;
    return *this;
  }

  /// `distance`: the space closes on itself after these extents, one for each dimension; positions
  /// keep within them.
  Sparse& periodic(std::vector<double> extents) {
    require(rule_ == Rule::distance, "periodic is for sparse::distance");
    distances_ = std::make_shared<detail::Distances const>(
        detail::Distances{distances_->pre, distances_->post, std::move(extents)});
    return *this;
  }

  Rule rule() const { return rule_; }
  double probability() const { return probability_; }
  long long number() const { return number_; }
  Edges const& edges() const { return *edges_; }
  DistanceKernel const& kernel() const { return kernel_; }
  detail::Distances const& distances() const { return *distances_; }
  bool has_autapses() const { return autapses_; }
  bool has_multapses() const { return multapses_; }

 private:
  Rule rule_;
  double probability_ = 0;
  long long number_ = 0;
  std::shared_ptr<Edges const> edges_;
  DistanceKernel kernel_{};
  std::shared_ptr<detail::Distances const> distances_;
  bool autapses_ = true, multapses_ = true;
};

namespace sparse {
/// Each pair with this probability, in [0, 1], independently of all others.
inline Sparse bernoulli(double probability) {
  return {Sparse::Rule::bernoulli, probability, 0, nullptr};
}
/// So many synapses onto each target, their sources drawn at random.
inline Sparse in_degree(long long synapses) {
  return {Sparse::Rule::in_degree, 0, synapses, nullptr};
}
/// So many synapses from each source, their targets drawn at random.
inline Sparse out_degree(long long synapses) {
  return {Sparse::Rule::out_degree, 0, synapses, nullptr};
}
/// So many synapses in all, between pairs drawn at random.
inline Sparse total(long long synapses) { return {Sparse::Rule::total, 0, synapses, nullptr}; }
/// From neuron sources[k] to neuron targets[k] for each k, in any order. weights::array and
/// delays::array are in this order too.
inline Sparse edges(std::vector<int> sources, std::vector<int> targets) {
  return {
      Sparse::Rule::edges, 0, 0,
      std::make_shared<Sparse::Edges const>(Sparse::Edges{std::move(sources), std::move(targets)})};
}
/// Neuron k to neuron k of as many; of use among blocks, see also OneToOne.
inline Sparse one_to_one() { return {Sparse::Rule::one_to_one, 0, 0, nullptr}; }
/// Every neuron to every neuron; of use among blocks, see also Dense.
inline Sparse all_to_all() { return {Sparse::Rule::all_to_all, 0, 0, nullptr}; }
/// Each pair independently with the probability that `kernel` gives its distance, as in
/// sparse::distance(p, p, kernels::gaussian(0.5, 0.1)).periodic({1, 1}); at most one synapse a
/// pair.
inline Sparse distance(Positions pre, Positions post, DistanceKernel const& kernel) {
  return {detail::Distances{std::move(pre), std::move(post), {}}, kernel};
}
}  // namespace sparse

namespace detail {

/// Sparse in a projection: synapses lie in rows that name their targets, so that it knows their
/// number alone.
class SparseTopology {
 public:
  static constexpr bool shares_weights = false;

  SparseTopology() = default;
  /// Of a Sparse or Blocks.
  template <class Given>
  explicit SparseTopology(Given const&) {}
  void set(int pre, int post, std::uint64_t synapses) {
    pre_ = pre;
    post_ = post;
    synapses_ = synapses;
  }

  std::size_t storage() const { return synapses_; }
  std::size_t synapses() const { return synapses_; }
  /// Their means.
  Fans fans() const { return {double(synapses_) / post_, double(synapses_) / pre_}; }
  bool exists(std::size_t) const { return true; }
  int rows() const { return pre_; }

  /// There are no stretches of synapses that are not listed.
  template <class F>
  KOKKOS_FUNCTION void runs(int, int, int, F const&) const {}
  template <class F>
  KOKKOS_FUNCTION void column(int, F const&) const {}

 private:
  int pre_ = 0, post_ = 0;
  std::uint64_t synapses_ = 0;
};

/// What stands in a projection for the topology that it was declared with.
template <class Given>
struct TopologyOf {
  using type = Given;
};
template <>
struct TopologyOf<Sparse> {
  using type = SparseTopology;
};

}  // namespace detail
}  // namespace kosnn

#endif

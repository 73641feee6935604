#ifndef KOSNN_CONNECTIONS_BLOCKS_HPP
#define KOSNN_CONNECTIONS_BLOCKS_HPP

#include <utility>
#include <vector>

#include "kosnn/connections/sparse.hpp"
#include "kosnn/connections/weights.hpp"
#include "kosnn/core/slices.hpp"

namespace kosnn {

/// Sparse synapses between parts of populations (Slices), merged into one projection; made by
/// `sparse::blocks()`:
///   project(Cells{}, Cells{}, sparse::blocks()
///       .add(cells["L4E"], cells["L4I"], sparse::total(1000), weights::normal(87.8, 8.78),
///            delays::clipped_normal(1.5, 0.75, 0.1, 5))
///       .add(cells["L4I"], cells["L4E"], sparse::in_degree(10), weights::constant(-351)))
/// Each block has its own rule, weights, delays and random numbers, which depend on the seed, the
/// projection's place in the network and the block's place among the blocks alone. Edges that are
/// listed are numbered within the parts. Arrays over synapses are in the order of their source,
/// then target, whatever blocks they are of.
class Blocks {
 public:
  static constexpr bool shares_weights = false;
  struct Block {
    Slice pre, post;
    Sparse rule;
    Weights weights;
    Delays delays;
  };

  Blocks& add(Slice const& pre, Slice const& post, Sparse const& rule, Weights weights,
              Delays delays = delays::none()) {
    blocks_.push_back({pre, post, rule, std::move(weights), std::move(delays)});
    return *this;
  }
  std::vector<Block> const& all() const { return blocks_; }

 private:
  std::vector<Block> blocks_;
};

namespace sparse {
/// No block so far.
inline Blocks blocks() { return {}; }
}  // namespace sparse

namespace detail {
template <>
struct TopologyOf<Blocks> {
  using type = SparseTopology;
};
}  // namespace detail

}  // namespace kosnn

#endif

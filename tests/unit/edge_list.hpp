#ifndef KOSNN_TESTS_UNIT_EDGE_LIST_HPP
#define KOSNN_TESTS_UNIT_EDGE_LIST_HPP

#include <vector>

#include "kosnn/kosnn.hpp"

namespace kosnn_test {

/// A synapse of a network whose naive loop runs over a list of them.
struct Edge {
  int from, to, delay;
  double weight;
};

/// The sparse projection of a list; all weights are the first one's unless each has its `own`.
template <class Pre, class Post>
auto sparse_of(Pre, Post, std::vector<Edge> const& edges, bool own = true) {
  std::vector<int> from, to;
  std::vector<double> weights, delays;
  for (Edge const& e : edges) {
    from.push_back(e.from);
    to.push_back(e.to);
    weights.push_back(e.weight);
    delays.push_back(e.delay);
  }
  return kosnn::project(Pre{}, Post{}, kosnn::sparse::edges(from, to),
                        own ? kosnn::weights::array(weights) : kosnn::weights::constant(weights[0]),
                        kosnn::delays::array(delays));
}

}  // namespace kosnn_test

#endif

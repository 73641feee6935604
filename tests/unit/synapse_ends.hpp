#ifndef KOSNN_TESTS_UNIT_SYNAPSE_ENDS_HPP
#define KOSNN_TESTS_UNIT_SYNAPSE_ENDS_HPP

#include <type_traits>
#include <vector>

#include "kosnn/kosnn.hpp"

namespace kosnn_test {

/// Sources and targets of all synapses of a projection, in the order of weights().
struct Ends {
  std::vector<int> from, to;
};

/// Of Sparse, Dense, OneToOne, and of a Conv2d whose kernels are as large as the map of the
/// sources: there each channel is a target.
template <class Topology, class Projection>
Ends ends_of(Projection const& synapses, int sources, int targets) {
  if constexpr (std::is_same_v<Topology, kosnn::Sparse>) {
    return {synapses.sources(), synapses.targets()};
  } else {
    Ends ends;
    bool const one = std::is_same_v<Topology, kosnn::OneToOne>;
    for (int s = 0; s < (one ? sources : sources * targets); ++s) {
      bool const by_target = std::is_same_v<Topology, kosnn::Conv2d>;
      ends.from.push_back(one ? s : (by_target ? s % sources : s / targets));
      ends.to.push_back(one ? s : (by_target ? s / sources : s % targets));
    }
    return ends;
  }
}

}  // namespace kosnn_test

#endif

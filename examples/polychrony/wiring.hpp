#ifndef KOSNN_EXAMPLES_POLYCHRONY_WIRING_HPP
#define KOSNN_EXAMPLES_POLYCHRONY_WIRING_HPP

#include <cstdint>
#include <vector>

namespace polychrony {

/// Synapses as sparse::edges takes them, with their delays in ms.
struct Edges {
  std::vector<int> sources, targets;
  std::vector<double> delays;
};

/// Who is connected to whom.
struct Wiring {
  Edges exc_to_exc, exc_to_inh, inh_to_exc;
};

/// Each of `excitatory` neurons connects to `synapses` different others of all neurons, with as
/// many synapses of each delay from 1 to `longest` ms; each of `inhibitory` ones to as many
/// different excitatory neurons, with a delay of 1 ms. Throws kosnn::Error where there are too few
/// targets or `synapses` is not a multiple of `longest`.
Wiring draw_wiring(int excitatory, int inhibitory, int synapses, int longest, std::uint64_t seed);

}  // namespace polychrony

#endif

#include "polychrony/wiring.hpp"

#include <cstddef>
#include <kosnn/core/error.hpp>
#include <kosnn/core/random.hpp>
#include <numeric>
#include <utility>

namespace polychrony {
namespace {

/// `count` different ones of the first `size` neurons, in random order, without `neuron`.
std::vector<int> others(int neuron, int size, int count, kosnn::RandomStream const& random) {
  std::vector<int> rest(static_cast<std::size_t>(size));
  std::iota(rest.begin(), rest.end(), 0);
  if (neuron < size) rest.erase(rest.begin() + neuron);
  for (std::size_t k = 0; k < static_cast<std::size_t>(count); ++k) {
    double const at = random.uniform(static_cast<std::uint32_t>(neuron), k);
    std::swap(rest[k], rest[k + static_cast<std::size_t>(at * double(rest.size() - k))]);
  }
  rest.resize(static_cast<std::size_t>(count));
  return rest;
}

void add(Edges& edges, int source, int target, double delay) {
  edges.sources.push_back(source);
  edges.targets.push_back(target);
  edges.delays.push_back(delay);
}

}  // namespace

Wiring draw_wiring(int excitatory, int inhibitory, int synapses, int longest, std::uint64_t seed) {
  kosnn::require(synapses > 0 && synapses < excitatory, "a neuron can have 1 to ", excitatory - 1,
                 " synapses, got ", synapses);
  kosnn::require(longest > 0 && synapses % longest == 0, "the number of synapses, ", synapses,
                 ", must be a multiple of the longest delay, got ", longest);
  kosnn::RandomStream const random(seed, 0x706f6c79);
  int const of_each = synapses / longest;
  Wiring wiring;
  for (int n = 0; n < excitatory; ++n) {
    auto const targets = others(n, excitatory + inhibitory, synapses, random);
    for (int k = 0; k < synapses; ++k) {
      int const target = targets[static_cast<std::size_t>(k)];
      int const delay = 1 + k / of_each;
      if (target < excitatory)
        add(wiring.exc_to_exc, n, target, delay);
      else
        add(wiring.exc_to_inh, n, target - excitatory, delay);
    }
  }
  for (int n = 0; n < inhibitory; ++n)
    for (int const target : others(excitatory + n, excitatory, synapses, random))
      add(wiring.inh_to_exc, n, target, 1);
  return wiring;
}

}  // namespace polychrony

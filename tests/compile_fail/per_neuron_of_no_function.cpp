#include "kosnn/kosnn.hpp"

struct Exc {};

void make() {
  using namespace kosnn;
  auto const all = per_neuron(LIF<>{});
}

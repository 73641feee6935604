#include "kosnn/kosnn.hpp"

struct Noise {};

void make() {
  using namespace kosnn;
  auto const noise = per_neuron([](Neuron const&) { return PoissonSource{}; });
  auto net = make_network<Kokkos::Serial>(Config{}, population(Noise{}, noise, Shape{4}));
  net.run(1);
}

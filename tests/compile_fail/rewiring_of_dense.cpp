#include "kosnn/kosnn.hpp"

struct Exc {};

void make() {
  using namespace kosnn;
  auto net = make_network<Kokkos::Serial>(
      Config{}, population(Exc{}, LIF<>{}, Shape{4}),
      project(Exc{}, Exc{}, Dense{}, weights::constant(1), delays::constant(1), PairStdp<>{}));
  net.projection(Exc{}, Exc{}).rewire(Rewiring{});
}

#include "kosnn/kosnn.hpp"

struct Exc {};

void make() {
  using namespace kosnn;
  auto net = make_network<Kokkos::Serial, double>(
      Config{}, population(Exc{}, LIF<double>{}, Shape{4}),
      project(Exc{}, Exc{}, Dense{}, weights::constant(1), delays::constant(1), PairStdp<float>{}));
  net.run(1);
}

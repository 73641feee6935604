#include "kosnn/kosnn.hpp"

struct Exc {};
struct Noise {};

void make() {
  using namespace kosnn;
  auto net = make_network<Kokkos::Serial>(
      Config{}, population(Noise{}, PoissonSource{}, Shape{4}),
      population(Exc{}, LIF<>{}, Shape{4}),
      project(Exc{}, Noise{}, Dense{}, weights::constant(1), delays::constant(1)));
  net.run(1);
}

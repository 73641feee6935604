#include "kosnn/kosnn.hpp"

struct Exc {};
struct Out {};

void make() {
  using namespace kosnn;
  auto net = make_network<Kokkos::Serial>(
      Config{}, population(Exc{}, LIF<>{}, Shape{1, 4, 4}),
      population(Out{}, LIF<>{}, Shape{2, 3, 3}),
      project(Exc{}, Out{}, Conv2d{2, 2}, weights::constant(1), PreCentredStdp<>{}));
  net.run(1);
}

#include "kosnn/kosnn.hpp"

struct A {};
struct B {};
void make() {
  using namespace kosnn;
  auto net = make_network<Kokkos::Serial>(
      Config{}, population(A{}, PoissonSource{}, Shape{4, 4}),
      population(B{}, LIF<>{}, Shape{2, 2}),
      project(A{}, B{}, SumPool2d{2}, weights::constant(1), PairStdp<>{}));
}

#include "kosnn/kosnn.hpp"

struct A {};
struct B {};
void make() {
  using namespace kosnn;
  auto net = make_network<Kokkos::Serial>(Config{}, population(A{}, PoissonSource{}, Shape{1}),
                                          population(B{}, LIF<>{}, Shape{1}),
                                          project(A{}, B{}, Dense{}, weights::constant(1)));
  net.projection(A{}, B{}).sources();
}

#include "kosnn/kosnn.hpp"

struct A {};
struct B {};
void make() {
  using namespace kosnn;
  auto net = make_network<Kokkos::Serial>(Config{}, population(A{}, PoissonSource{}, Shape{4, 4}),
                                          population(B{}, LIF<>{}, Shape{2, 2}),
                                          pool(A{}, B{}, MaxPool2d{2}));
}

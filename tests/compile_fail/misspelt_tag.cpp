#include "kosnn/kosnn.hpp"

struct Exc {};
struct Excc {};

void make() {
  using namespace kosnn;
  auto net = make_network<Kokkos::Serial>(
      Config{}, population(Exc{}, LIF<>{}, Shape{4}),
      project(Exc{}, Excc{}, Dense{}, weights::constant(1), delays::constant(1)));
  net.run(1);
}

#include "kosnn/kosnn.hpp"

struct Exc {};
void make() {
  using namespace kosnn;
  Slices const cells{{"a", 2}, {"b", 2}};
  auto net = make_network<Kokkos::Serial>(
      Config{}, population(Exc{}, LIF<>{}, cells),
      project(Exc{}, Exc{},
              sparse::blocks().add(cells["a"], cells["b"], sparse::total(1), weights::constant(1)),
              weights::constant(1)));
  net.run(1);
}

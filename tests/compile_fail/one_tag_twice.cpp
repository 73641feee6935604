#include "kosnn/kosnn.hpp"

struct Exc {};
void make() {
  using namespace kosnn;
  auto net = make_network<Kokkos::Serial>(Config{}, population(Exc{}, LIF<>{}, Shape{4}),
                                          population(Exc{}, LIF<>{}, Shape{4}));
  net.run(1);
}

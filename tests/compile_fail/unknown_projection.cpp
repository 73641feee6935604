#include "kosnn/kosnn.hpp"

struct Exc {};
struct Inh {};

void make() {
  using namespace kosnn;
  auto net = make_network<Kokkos::Serial>(Config{}, population(Exc{}, LIF<>{}, Shape{4}),
                                          population(Inh{}, LIF<>{}, Shape{4}),
                                          project(Exc{}, Inh{}, Dense{}, weights::constant(1)));
  net.projection(Inh{}, Exc{}).normalise(1);
}

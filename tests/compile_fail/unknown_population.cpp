#include "kosnn/kosnn.hpp"

struct Exc {};
struct Inh {};

void make() {
  using namespace kosnn;
  auto net = make_network<Kokkos::Serial>(Config{}, population(Exc{}, LIF<>{}, Shape{4}));
  net.get(Inh{}).spikes();
}

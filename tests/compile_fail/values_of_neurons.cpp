#include "kosnn/kosnn.hpp"

struct Part {};
void make() {
  using namespace kosnn;
  auto net = make_network<Kokkos::Serial>(Config{}, population(Part{}, LIF<>{}, Shape{4}));
  net.get(Part{}).set_values({1, 2, 3, 4});
}

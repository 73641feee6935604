#include "kosnn/kosnn.hpp"

struct Part {};
void make() {
  using namespace kosnn;
  auto net = make_network<Kokkos::Serial>(Config{}, population(Part{}, Input{}, Shape{4}));
  net.get(Part{}).set_signal({1, 2, 3, 4}, 1);
}

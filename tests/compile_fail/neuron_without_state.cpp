#include "kosnn/kosnn.hpp"

struct Exc {};
struct Mine {
  float v = 0;
  KOKKOS_FUNCTION bool step(float) const { return false; }
};

void make() {
  using namespace kosnn;
  auto net = make_network<Kokkos::Serial>(Config{}, population(Exc{}, Mine{}, Shape{4}));
  net.run(1);
}

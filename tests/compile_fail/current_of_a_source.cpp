#include "kosnn/kosnn.hpp"

struct Noise {};
void make() {
  using namespace kosnn;
  auto net = make_network<Kokkos::Serial>(
      Config{}, population(Noise{}, PoissonSource{}, Shape{1}).current(currents::dc(1)));
}

#include "kosnn/kosnn.hpp"

struct Part {};
void make() {
  using namespace kosnn;
  auto net = make_network<Kokkos::Serial>(Config{}, population(Part{}, PoissonSource{}, Shape{4}));
  net.get(Part{}).set_intensities({0, 0.5, 1, 1});
}

#include "kosnn/kosnn.hpp"

struct Exc {};

void make() {
  using namespace kosnn;
  project(Exc{}, Exc{}, sparse::bernoulli(0.1), weights::constant(1), delays::constant(1))
      .dendritic();
}

#include "kosnn/kosnn.hpp"

struct Exc {};

void make() {
  using namespace kosnn;
  project(Exc{}, Exc{}, Dense{}, weights::constant(1), delays::constant(1), Mstdpet<>{})
      .learn_before_delivery();
}

#include "kosnn/kosnn.hpp"

struct A {};
struct B {};
void make() {
  using namespace kosnn;
  project(A{}, B{}, Conv2d{3}, weights::constant(1)).sum_over_positions();
}

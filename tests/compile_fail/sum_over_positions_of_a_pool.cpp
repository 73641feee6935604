#include "kosnn/kosnn.hpp"

struct A {};
struct B {};
void make() {
  using namespace kosnn;
  pool(A{}, B{}, SumPool2d{2}).sum_over_positions();
}

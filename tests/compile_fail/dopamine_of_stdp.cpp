#include "kosnn/kosnn.hpp"

struct Exc {};

void make() {
  using namespace kosnn;
  auto plastic =
      project(Exc{}, Exc{}, Dense{}, weights::constant(1), delays::constant(1), PairStdp<>{});
  plastic.rewarded_by(Exc{}, Neuromodulator{});
}

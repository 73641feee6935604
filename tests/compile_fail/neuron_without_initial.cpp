#include "kosnn/kosnn.hpp"

struct Exc {};
struct Mine {
  struct State {
    float v;
  };
  using fields = kosnn::Fields<&State::v>;
  KOKKOS_FUNCTION bool step(State&, float) const { return false; }
};

void make() {
  using namespace kosnn;
  auto net = make_network<Kokkos::Serial>(Config{}, population(Exc{}, Mine{}, Shape{4}));
  net.run(1);
}

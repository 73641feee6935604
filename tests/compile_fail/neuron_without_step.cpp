#include "kosnn/kosnn.hpp"

struct Exc {};
struct Mine {
  struct State {
    float v;
  };
  using fields = kosnn::Fields<&State::v>;
  KOKKOS_FUNCTION State initial() const { return {0}; }
};

void make() {
  using namespace kosnn;
  auto net = make_network<Kokkos::Serial>(Config{}, population(Exc{}, Mine{}, Shape{4}));
  net.run(1);
}

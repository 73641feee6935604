#include "kosnn/kosnn.hpp"

struct Exc {};
struct Mine {
  struct State {
    float v, g_ex, g_in;
  };
  using fields = kosnn::Fields<&State::v, &State::g_ex>;
  using arrivals = kosnn::Arrivals<Mine, &State::g_ex, &State::g_in>;
  KOKKOS_FUNCTION State initial() const { return {0, 0, 0}; }
  KOKKOS_FUNCTION bool step(State& s, kosnn::Inputs<float> const& in) const {
    s.g_ex += in.excitatory;
    s.g_in += in.inhibitory;
    return false;
  }
};

void make() {
  using namespace kosnn;
  auto net = make_network<Kokkos::Serial>(Config{}, population(Exc{}, Mine{}, Shape{4}));
  net.run(1);
}

#include "kosnn/kosnn.hpp"

struct Exc {};
struct Mine {
  struct State {
    float v;
  };
  using fields = kosnn::Fields<&State::v>;
  float gain = 1;
  KOKKOS_FUNCTION State initial() const { return {0}; }
  KOKKOS_FUNCTION bool step(State& s, float input) const { return (s.v += gain * input) > 1; }
};

void make() {
  using namespace kosnn;
  auto const mine = per_neuron([](Neuron const&) { return Mine{}; });
  auto net = make_network<Kokkos::Serial>(Config{}, population(Exc{}, mine, Shape{4}));
  net.run(1);
}

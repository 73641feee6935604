// A first program: random spikes into leaky neurons over synapses that learn.

#include <iostream>
#include <kosnn/kosnn.hpp>
#include <vector>

struct Noise {};
struct Exc {};

int main() {
  using namespace kosnn;
  KokkosScope const kokkos;
  auto net = make_network<Kokkos::DefaultExecutionSpace>(
      Config{}.seed(7),  //
      population(Noise{}, PoissonSource{}, Shape{28, 28}),
      population(Exc{}, LIF<>{}.refractory(2), Shape{10}),
      project(Noise{}, Exc{}, Dense{}, weights::uniform(0, 0.05), PairStdp<>{}));
  net.get(Noise{}).set_rates(std::vector<double>(28 * 28, 10));
  net.run(1000);
  std::cout << "koSNN " << version << ": " << net.get(Exc{}).spikes() << " spikes\n";
  return net.get(Exc{}).spikes() > 0 ? 0 : 1;
}

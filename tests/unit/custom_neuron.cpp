// A neuron model from outside the library against a naive loop over neurons in double precision.

#include "custom_neuron/adex.hpp"

#include <cmath>
#include <vector>

#include "testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::config;

struct Given {};
struct Cell {};

template <class Device>
class CustomNeuron : public ::testing::Test {};
TYPED_TEST_SUITE(CustomNeuron, kosnn_test::Devices);

constexpr int size = 37, batch = 2, steps = 600;
constexpr std::size_t all = std::size_t(batch) * size;
constexpr double dt = 0.125;

/// Of neuron `n` of batch element `b` in arrays of (batch, neurons).
std::size_t position(int b, int n) {
  return static_cast<std::size_t>(b) * size + static_cast<std::size_t>(n);
}

/// The current of neuron `n` in pA.
double current_of(int n) { return 400 + 15.0 * n; }

/// One neuron of the paper, its noise drawn as the network draws it.
struct Reference {
  double v = -70.6, w = 0;
  bool step(int n, double noise, double input, Site const& site) {
    double sum = -2;
    for (int k = 0; k < 4; ++k) sum += site.uniform(k);
    double const current = current_of(n) + noise * std::sqrt(3.0) * sum;
    double const leak = -30 * (v + 70.6) + 30 * 2 * std::exp((v + 50.4) / 2);
    double const slope = (leak - w + current) / 281;
    w += dt / 144 * (4 * (v + 70.6) - w);
    v += dt * slope + input;
    if (v < 0) return false;
    v = -70.6;
    w += 80.5;
    return true;
  }
};

TYPED_TEST(CustomNeuron, DoesWhatANaiveLoopDoes) {
  constexpr std::uint64_t seed = 11;
  constexpr std::uint32_t second_part = 2;  // stream of the random numbers of Cell
  auto const model = per_neuron([](Neuron const& n) {
    AdEx one;
    one.noise = 300;
    one.current = static_cast<float>(current_of(n.index()));
    return one;
  });
  auto net = make_network<TypeParam>(config().dt(dt).batch(batch).seed(seed),
                                     population(Given{}, SpikeArraySource{}, Shape{size}),
                                     population(Cell{}, model, Shape{size}),
                                     project(Given{}, Cell{}, OneToOne{}, weights::constant(1.5)));
  auto const list = kosnn_test::random_spikes(size, batch, steps, dt, 0.1, 3);
  net.get(Given{}).set_spikes(list.neurons, list.times, list.elements);

  std::vector<std::vector<double>> input(steps, std::vector<double>(all));
  for (std::size_t k = 0; k < list.times.size(); ++k)
    input[static_cast<std::size_t>(std::lround(list.times[k] / dt))]
         [position(list.elements[k], list.neurons[k])] += 1.5;

  std::vector<Reference> cells(all);
  std::uint64_t spikes = 0;
  for (int t = 0; t < steps; ++t) {
    net.step();
    auto const v = net.get(Cell{}).template field<&AdEx::State::v>();
    auto const w = net.get(Cell{}).template field<&AdEx::State::w>();
    for (int b = 0; b < batch; ++b)
      for (int n = 0; n < size; ++n) {
        std::size_t const i = position(b, n);
        auto const now = static_cast<std::uint64_t>(t);
        Site const site{RandomStream(seed, second_part), now, now, n, b};
        spikes += cells[i].step(n, 300, input[static_cast<std::size_t>(t)][i], site);
        ASSERT_NEAR(v[i], cells[i].v, 0.01 * (1 + std::fabs(cells[i].v))) << "step " << t;
        ASSERT_NEAR(w[i], cells[i].w, 0.05) << "step " << t;
      }
  }
  EXPECT_GT(spikes, 100U);
  EXPECT_EQ(net.get(Cell{}).spikes(), spikes);
}

TYPED_TEST(CustomNeuron, RefusesStepsThatAreTooLong) {
  auto const error = kosnn_test::error_of(
      [] { make_network<TypeParam>(config().dt(1), population(Cell{}, AdEx{}, Shape{3})); });
  EXPECT_EQ(error, "population Cell: AdEx needs steps of at most 0.5 ms, got 1");
}

}  // namespace

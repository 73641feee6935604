// A neuron model from outside the library against a naive loop over neurons in double precision.

#include "custom_neuron/izhikevich.hpp"

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

constexpr int size = 37, batch = 2, steps = 150;
constexpr std::size_t all = std::size_t(batch) * size;
constexpr double dt = 0.5;

/// Of neuron `n` of batch element `b` in arrays of (batch, neurons).
std::size_t position(int b, int n) {
  return static_cast<std::size_t>(b) * size + static_cast<std::size_t>(n);
}

/// One neuron of the paper, its noise drawn as the network draws it.
struct Reference {
  double v = -65, u = -65 * 0.2;
  bool step(Izhikevich const& p, double input, Site const& site) {
    double noise = -2;
    for (int k = 0; k < 4; ++k) noise += site.uniform(k);
    double const drive = input + p.noise * std::sqrt(3.0) * noise;
    v += dt / 2 * (0.04 * v * v + 5 * v + 140 - u + drive);
    v += dt / 2 * (0.04 * v * v + 5 * v + 140 - u + drive);
    u += dt * 0.02 * (0.2 * v - u);
    if (v < 30) return false;
    v = -65;
    u += 8;
    return true;
  }
};

TYPED_TEST(CustomNeuron, DoesWhatANaiveLoopDoes) {
  constexpr std::uint64_t seed = 11;
  constexpr std::uint32_t second_part = 2;  // stream of the random numbers of Cell
  Izhikevich model;
  model.noise = 6;
  auto net = make_network<TypeParam>(config().dt(dt).batch(batch).seed(seed),
                                     population(Given{}, SpikeArraySource{}, Shape{size}),
                                     population(Cell{}, model, Shape{size}),
                                     project(Given{}, Cell{}, OneToOne{}, weights::constant(14)));
  auto const list = kosnn_test::random_spikes(size, batch, steps, dt, 0.4, 3);
  net.get(Given{}).set_spikes(list.neurons, list.times, list.elements);

  std::vector<std::vector<double>> input(steps, std::vector<double>(all));
  for (std::size_t k = 0; k < list.times.size(); ++k)
    input[static_cast<std::size_t>(std::lround(list.times[k] / dt))]
         [position(list.elements[k], list.neurons[k])] += 14;

  std::vector<Reference> cells(all);
  std::uint64_t spikes = 0;
  for (int t = 0; t < steps; ++t) {
    net.step();
    auto const v = net.get(Cell{}).template field<&Izhikevich::State::v>();
    auto const u = net.get(Cell{}).template field<&Izhikevich::State::u>();
    for (int b = 0; b < batch; ++b)
      for (int n = 0; n < size; ++n) {
        std::size_t const i = position(b, n);
        auto const now = static_cast<std::uint64_t>(t);
        Site const site{RandomStream(seed, second_part), now, now, n, b};
        spikes += cells[i].step(model, input[static_cast<std::size_t>(t)][i], site);
        ASSERT_NEAR(v[i], cells[i].v, 0.01 * (1 + std::fabs(cells[i].v))) << "step " << t;
        ASSERT_NEAR(u[i], cells[i].u, 0.01) << "step " << t;
      }
  }
  EXPECT_GT(spikes, 100U);
  EXPECT_EQ(net.get(Cell{}).spikes(), spikes);
}

TYPED_TEST(CustomNeuron, RefusesStepsThatAreTooLong) {
  auto const error = kosnn_test::error_of(
      [] { make_network<TypeParam>(config().dt(2), population(Cell{}, Izhikevich{}, Shape{3})); });
  EXPECT_EQ(error, "population Cell: the two halves of a step need dt <= 1 ms, got 2");
}

}  // namespace

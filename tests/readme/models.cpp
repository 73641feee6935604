#include <gtest/gtest.h>

#include <cmath>
#include <kosnn/kosnn.hpp>
#include <vector>

#include "devices.hpp"
#include "readme_neuron.inc"
#include "readme_rule.inc"

namespace {

struct Source {};
struct Cell {};

template <class Device>
class Readme : public ::testing::Test {};
TYPED_TEST_SUITE(Readme, kosnn_test::Devices, );

// The README's neuron and rule against the same in plain loops.
TYPED_TEST(Readme, ModelsWork) {
  using namespace kosnn;
  auto net = make_network<TypeParam>(Config{}, population(Source{}, SpikeArraySource{}, Shape{1}),
                                     population(Cell{}, QuadraticNeuron{}, Shape{1}),
                                     project(Source{}, Cell{}, Dense{}, weights::constant(0.9),
                                             delays::constant(1), DecayingHebb{}));
  std::vector<double> times;
  for (int t = 0; t < 50; ++t) times.push_back(t);
  net.get(Source{}).set_spikes(std::vector<int>(50, 0), times);
  auto& spikes = net.record(Cell{}, Spikes{});
  net.run(60);

  float v = 0, w = 0.9F;
  double z = 0;
  std::vector<double> expected;
  for (int t = 0; t < 60; ++t) {
    bool const arrival = t >= 1 && t <= 50;
    v += 0.1F * v * (v - 1) + (arrival ? w : 0);
    z = z * std::exp(-1 / 20.0) + (arrival ? 1 : 0);
    if (v < 10) continue;
    v = 0;
    expected.push_back(t);
    w = std::min(1.0F, w + 0.01F * (static_cast<float>(z) - w));
  }
  EXPECT_GT(expected.size(), 3U);
  EXPECT_EQ(spikes.times(), expected);
  EXPECT_NEAR(net.projection(Source{}, Cell{}).weights()[0], w, 1e-5);
}

struct Exc {};
struct Inh {};

// The README's sparse projections make a network.
TYPED_TEST(Readme, SparseProjectionsWork) {
  using namespace kosnn;
  std::vector<int> const sources{0, 2, 2}, targets{1, 0, 2};
  std::vector<double> const w{0.5, 0.25, 1}, ms{1, 2, 3};
#include "readme_sparse.inc"
  auto net = make_network<TypeParam>(Config{}, population(Exc{}, LIF<>{}, Shape{3}),
                                     population(Inh{}, LIF<>{}, Shape{2}), drawn, varied, listed);
  EXPECT_EQ(net.projection(Exc{}, Inh{}).synapses(), 2000U);
  EXPECT_EQ(net.projection(Exc{}, Exc{}).targets(), targets);
}

struct Cortex {};

// Its network of named parts is active.
TYPED_TEST(Readme, NetworksOfNamedPartsWork) {
  using namespace kosnn;
#include "readme_nest.inc"
  auto net = make_network<TypeParam>(Config{}.dt(0.1), cortex, excite, inhibit);
  auto const& statistics = net.record(Cortex{}, of_excitatory);
  net.run(600);
  EXPECT_GT(statistics.rate_hz(), 0);
}

}  // namespace

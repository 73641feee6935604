#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <kosnn/kosnn.hpp>
#include <numeric>
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

struct Reward {};

// Its rewarded projection learns, and is regulated.
TYPED_TEST(Readme, PlasticityWorks) {
  using namespace kosnn;
#include "readme_rewarded.inc"
  auto net = make_network<TypeParam>(
      Config{}, population(Reward{}, PoissonSource{}, Shape{1}),
      population(Exc{}, Izhikevich<>{}, Shape{300}).current(currents::noise(4, 5)), rewarded);
  std::vector<double> const rates_hz(300, 4);
  net.get(Reward{}).set_rates({1});
#include "readme_regulated.inc"
  net.run(2000);
  auto const counts = spread.values();
  ASSERT_EQ(counts.size(), 2U * 20);
  EXPECT_EQ(std::accumulate(counts.begin(), counts.begin() + 20, std::uint64_t(0)), 30000U);
  EXPECT_EQ(some.values().size(), 2U * 2);
  EXPECT_LT(*std::max_element(counts.begin(), counts.begin() + 20), 30000U);
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

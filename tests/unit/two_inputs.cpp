// Models that are given excitatory and inhibitory input apart: which projection leads where.

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <vector>

#include "edge_list.hpp"
#include "testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::Edge;
using kosnn_test::sparse_of;

struct In {};
struct Cells {};

/// Keeps what it receives; fires where the sum of all is large.
template <class Real>
struct Sums {
  struct State {
    Real excitatory, inhibitory, current;
  };
  using real = Real;
  using fields = Fields<&State::excitatory, &State::inhibitory, &State::current>;
  KOKKOS_FUNCTION State initial() const { return {0, 0, 0}; }
  KOKKOS_FUNCTION bool step(State& s, Inputs<Real> const& in) const {
    s = {in.excitatory, in.inhibitory, in.current};
    return in.excitatory + in.inhibitory > 1;
  }
};
using State = Sums<double>::State;

constexpr int sources = 23, size = 41, steps = 40;

/// A few synapses of one sign, of different weights and delays.
std::vector<Edge> random_edges(double sign, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_int_distribution<int> source(0, sources - 1), target(0, size - 1), delay(1, 4);
  std::uniform_real_distribution<double> weight(0, 1);
  std::vector<Edge> edges;
  for (int k = 0; k < 300; ++k)
    edges.push_back({source(random), target(random), delay(random), sign * weight(random)});
  return edges;
}

template <class Device>
class TwoInputs : public ::testing::Test {};
TYPED_TEST_SUITE(TwoInputs, kosnn_test::Devices);

TYPED_TEST(TwoInputs, EachSignArrivesAtItsOwn) {
  auto const excite = random_edges(1, 1), inhibit = random_edges(-1, 2);
  for (int const batch : {1, 3}) {
    auto net = make_network<TypeParam, double>(
        kosnn_test::config().batch(batch), population(In{}, SpikeArraySource{}, Shape{sources}),
        population(Cells{}, Sums<double>{}, Shape{size}), sparse_of(In{}, Cells{}, excite),
        sparse_of(In{}, Cells{}, inhibit),
        project(In{}, Cells{}, Dense{}, weights::constant(0.01), delays::constant(1)),
        project(In{}, Cells{}, Dense{}, weights::uniform(-0.02, -0.02), delays::constant(3)));
    auto const list = kosnn_test::random_spikes(sources, batch, steps, 1, 0.2, 5);
    net.get(In{}).set_spikes(list.neurons, list.times, list.elements);
    std::vector<double> current(size);
    for (int n = 0; n < size; ++n) current[std::size_t(n)] = 10 + n;
    net.get(Cells{}).set_input(current);
    auto const& exc = net.record(Cells{}, Field<&State::excitatory>{});
    auto const& inh = net.record(Cells{}, Field<&State::inhibitory>{});
    auto const& pA = net.record(Cells{}, Field<&State::current>{});
    net.run(steps);
    kosnn_test::Activity const given(list, sources, batch, steps, 1, 0);
    for (int t = 0; t < steps; ++t)
      for (int b = 0; b < batch; ++b) {
        auto const fires = [&](int i, int delay) {
          return given.fires(t - delay, std::size_t(b * sources + i)) ? 1.0 : 0.0;
        };
        std::vector<double> up(size), down(size);
        for (int i = 0; i < sources; ++i)
          for (int n = 0; n < size; ++n) {
            up[std::size_t(n)] += 0.01 * fires(i, 1);
            down[std::size_t(n)] -= 0.02 * fires(i, 3);
          }
        for (Edge const& e : excite) up[std::size_t(e.to)] += e.weight * fires(e.from, e.delay);
        for (Edge const& e : inhibit) down[std::size_t(e.to)] += e.weight * fires(e.from, e.delay);
        for (int n = 0; n < size; ++n) {
          auto const k = std::size_t((t * batch + b) * size + n);
          ASSERT_NEAR(exc.values()[k], up[std::size_t(n)], 1e-12) << t << " " << n;
          ASSERT_NEAR(inh.values()[k], down[std::size_t(n)], 1e-12) << t << " " << n;
          ASSERT_EQ(pA.values()[k], 10 + n);
        }
      }
  }
}

/// A network of one projection with `weights` onto a model with two inputs.
template <class Device, class Rule = Static>
auto with_weights(Weights const& weights, int sign = 0, Rule const& rule = {}) {
  auto synapses = project(In{}, Cells{}, OneToOne{}, weights, delays::constant(1), rule);
  if (sign > 0) synapses.excitatory();
  if (sign < 0) synapses.inhibitory();
  return make_network<Device, double>(Config{}, population(In{}, SpikeArraySource{}, Shape{4}),
                                      population(Cells{}, Sums<double>{}, Shape{4}), synapses);
}
/// What the neurons have received of one spike each.
template <class Net>
std::vector<double> received(Net& net) {
  net.get(In{}).set_spikes({0, 1, 2, 3}, {0, 0, 0, 0});
  net.run(2);
  auto all = net.get(Cells{}).template field<&State::excitatory>();
  for (double const x : net.get(Cells{}).template field<&State::inhibitory>()) all.push_back(x);
  return all;
}

TYPED_TEST(TwoInputs, WeightsHaveOneSign) {
  using List = std::vector<double>;
  auto positive = with_weights<TypeParam>(weights::array({0, 1, 2, 3}));
  EXPECT_EQ(received(positive), (List{0, 1, 2, 3, 0, 0, 0, 0}));
  auto negative = with_weights<TypeParam>(weights::array({0, -1, -2, -3}));
  EXPECT_EQ(received(negative), (List{0, 0, 0, 0, 0, -1, -2, -3}));
  auto const given = negative.projection(In{}, Cells{}).weights();
  EXPECT_THROW(negative.projection(In{}, Cells{}).set_weights({0, 1, 0, 0}), Error);
  EXPECT_EQ(negative.projection(In{}, Cells{}).weights(), given);
  EXPECT_THROW(with_weights<TypeParam>(weights::array({1, -1, 2, 3})), Error);
  EXPECT_THROW(with_weights<TypeParam>(weights::constant(0)), Error);
  auto none = with_weights<TypeParam>(weights::constant(0), -1);
  EXPECT_EQ(received(none), List(8, 0));
  // A rule that could change the sign.
  EXPECT_THROW(with_weights<TypeParam>(weights::constant(1), 0, PairStdp<double>{}.clamp(-1, 1)),
               Error);
  auto plastic = with_weights<TypeParam>(weights::constant(0.5), 0, PairStdp<double>{}.clamp(0, 1));
  EXPECT_EQ(received(plastic)[0], 0.5);
  plastic.projection(In{}, Cells{}).set_rule(PairStdp<double>{}.clamp(-1, 1));
  EXPECT_THROW(plastic.projection(In{}, Cells{}).set_weights({0.5, -0.5, 0, 0}), Error);
  auto still = with_weights<TypeParam>(weights::constant(0), 0, PairStdp<double>{}.clamp(-1, 0));
  still.projection(In{}, Cells{}).set_weights({-0.5, 0, 0, 0});
  EXPECT_EQ(received(still)[4], -0.5);
}

TYPED_TEST(TwoInputs, PoissonInputArrivesWhereItsSignSays) {
  for (double const weight : {2.0, -2.0}) {
    auto net = make_network<TypeParam, double>(
        kosnn_test::config().batch(2),
        population(Cells{}, Sums<double>{}, Shape{600}).poisson_input(500, weight));
    auto const& exc = net.record(Cells{}, Field<&State::excitatory>{});
    auto const& inh = net.record(Cells{}, Field<&State::inhibitory>{});
    net.run(50);
    auto const& with = weight > 0 ? exc.values() : inh.values();
    auto const& without = weight > 0 ? inh.values() : exc.values();
    double sum = 0;
    for (double const x : with) sum += x / weight;
    for (double const x : without) ASSERT_EQ(x, 0);
    EXPECT_NEAR(sum, 0.5 * 600 * 2 * 50, 5 * std::sqrt(30000.0));
  }
}

// Channels of one sign each, also where delays differ.
TYPED_TEST(TwoInputs, ConvolutionsLeadToEither) {
  for (double const sign : {1.0, -1.0})
    for (bool const listed : {false, true}) {
      auto kernels = kosnn_test::random_values(3 * 2 * 3 * 3, 0, 1, 5);
      for (double& w : kernels) w *= sign;
      std::vector<double> delays(kernels.size(), 1);
      if (listed) delays[7] = 2;
      auto net = make_network<TypeParam, double>(
          kosnn_test::config(), population(In{}, SpikeArraySource{}, Shape{2, 5, 4}),
          population(Cells{}, Sums<double>{}, Shape{3, 3, 2}),
          project(In{}, Cells{}, Conv2d{3}, weights::array(kernels), delays::array(delays)));
      net.get(In{}).set_spikes({7, 24, 24},
                               {0, 0, 1});  // (0, 1, 3) and (1, 1, 0), which comes twice
      auto const& exc = net.record(Cells{}, Field<&State::excitatory>{});
      auto const& inh = net.record(Cells{}, Field<&State::inhibitory>{});
      net.run(4);
      auto const& with = sign > 0 ? exc.values() : inh.values();
      for (double const x : sign > 0 ? inh.values() : exc.values()) ASSERT_EQ(x, 0);
      for (int t = 0; t < 4; ++t)
        for (int c = 0; c < 3; ++c)
          for (int y = 0; y < 3; ++y)
            for (int x = 0; x < 2; ++x) {
              double expected = 0;
              auto const add = [&](int step, int channel, int row, int column) {
                int const ky = row - y, kx = column - x;
                if (ky < 0 || ky > 2 || kx < 0 || kx > 2) return;
                auto const k = static_cast<std::size_t>(((c * 2 + channel) * 3 + ky) * 3 + kx);
                if (t == step + static_cast<int>(delays[k])) expected += kernels[k];
              };
              add(0, 0, 1, 3);
              add(0, 1, 1, 0);
              add(1, 1, 1, 0);
              ASSERT_NEAR(with[static_cast<std::size_t>(((t * 3 + c) * 3 + y) * 2 + x)], expected,
                          1e-12);
            }
    }
}

TYPED_TEST(TwoInputs, ResetForgetsWhatHasArrived) {
  auto net = with_weights<TypeParam>(weights::constant(-1));
  net.get(In{}).set_spikes({2}, {0});
  net.run(1);
  net.reset_state();
  net.get(In{}).set_spikes({}, {});
  net.run(3);
  EXPECT_EQ(net.get(Cells{}).template field<&State::inhibitory>(), std::vector<double>(4, 0));
}

}  // namespace

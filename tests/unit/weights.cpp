// Weights and delays: how they are drawn, set, read and normalised.

#include <cmath>
#include <vector>

#include "testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::Chatter;
using kosnn_test::config;
using kosnn_test::Moments;

struct A {};
struct B {};

template <class Device>
class WeightsOf : public ::testing::Test {};
TYPED_TEST_SUITE(WeightsOf, kosnn_test::Devices);

template <class Device, class Real = float, class Topology = Dense, class Rule = Static>
auto network(Weights const& w, Delays const& d, int pre, int post, Rule const& rule = {},
             Config const& settings = config()) {
  return make_network<Device, Real>(settings, population(A{}, Chatter<Real>{0.1}, Shape{pre}),
                                    population(B{}, Chatter<Real>{0.1}, Shape{post}),
                                    project(A{}, B{}, Topology{}, w, d, rule));
}

TYPED_TEST(WeightsOf, UniformMoments) {
  constexpr int pre = 211, post = 301;
  double const n = pre * post;
  auto const w = network<TypeParam, double>(weights::uniform(-1, 3), delays::none(), pre, post)
                     .projection(A{}, B{})
                     .weights();
  Moments const m(w);
  EXPECT_NEAR(m.mean, 1, 4 * std::sqrt(16 / 12.0 / n));
  EXPECT_NEAR(m.variance, 16 / 12.0, 0.02);
  EXPECT_NEAR(m.fourth, 256 / 80.0, 0.06);
  EXPECT_GE(*std::min_element(w.begin(), w.end()), -1);
  EXPECT_LT(*std::max_element(w.begin(), w.end()), 3);
}

TYPED_TEST(WeightsOf, NormalMoments) {
  constexpr int pre = 211, post = 301;
  double const n = pre * post;
  Moments const m(network<TypeParam, double>(weights::normal(2, 0.5), delays::none(), pre, post)
                      .projection(A{}, B{})
                      .weights());
  EXPECT_NEAR(m.mean, 2, 4 * 0.5 / std::sqrt(n));
  EXPECT_NEAR(m.variance, 0.25, 4 * 0.25 * std::sqrt(2 / n));
  EXPECT_NEAR(m.fourth, 3 * 0.0625, 4 * 0.0625 * std::sqrt(96 / n));
}

TYPED_TEST(WeightsOf, NormalIsCutAtTheClamp) {
  auto const w = network<TypeParam, float, Dense>(weights::normal(0.5, 1), delays::none(), 37, 131,
                                                  PairStdp<>{}.clamp(0.25, 0.75))
                     .projection(A{}, B{})
                     .weights();
  EXPECT_EQ(*std::min_element(w.begin(), w.end()), 0.25f);
  EXPECT_EQ(*std::max_element(w.begin(), w.end()), 0.75f);
}

TYPED_TEST(WeightsOf, DelaysAreUniformOnWholeSteps) {
  constexpr int pre = 211, post = 301;
  auto net = network<TypeParam>(weights::constant(1), delays::uniform(2, 6), pre, post, Static{},
                                config().dt(0.5));
  std::vector<double> count(9);
  for (double const d : net.projection(A{}, B{}).delays()) {
    double const k = (d - 2) / 0.5;
    ASSERT_EQ(k, std::floor(k));
    ++count.at(static_cast<std::size_t>(k));
  }
  double const mean = pre * post / 9.0;
  for (double const c : count) EXPECT_NEAR(c, mean, 4.5 * std::sqrt(mean));
}

TYPED_TEST(WeightsOf, TheSeedDecidesAndPartsDiffer) {
  auto const drawn = [](std::uint64_t seed) {
    auto net = make_network<TypeParam>(
        config().seed(seed), population(A{}, Chatter<float>{}, Shape{37}),
        project(A{}, A{}, Dense{}, weights::uniform(0, 1), delays::uniform(1, 9)),
        project(A{}, A{}, Dense{}, weights::uniform(0, 1), delays::uniform(1, 9)));
    auto const& first = net.projection(A{}, A{});
    auto const& second = net.template projection<1>(A{}, A{});
    EXPECT_NE(first.weights(), second.weights());
    EXPECT_NE(first.delays(), second.delays());
    return std::make_pair(first.weights(), first.delays());
  };
  EXPECT_EQ(drawn(1), drawn(1));
  EXPECT_NE(drawn(1), drawn(2));
}

/// Weights come back as they were given, whatever the order of storage; delays too.
template <class Device, class Topology>
void expect_round_trip(int pre, int post) {
  std::size_t const n = kosnn_test::storage<Topology>(pre, post);
  std::vector<double> given(n), ms(n);
  for (auto const& s : kosnn_test::synapses<Topology>(pre, post)) {
    given[s.index] = static_cast<double>(s.index % 1021) / 1024;
    ms[s.index] = static_cast<double>((s.index * 7919) % 13);
  }
  for (bool const listed : {false, true}) {
    auto net = network<Device, float, Topology>(weights::array(given),
                                                listed ? delays::array(ms) : delays::none(), pre,
                                                post, PairStdp<>{});
    auto& projection = net.projection(A{}, B{});
    std::vector<float> const floats(given.begin(), given.end());
    EXPECT_EQ(projection.weights(), floats);
    EXPECT_EQ(projection.synapses(), kosnn_test::synapses<Topology>(pre, post).size());
    EXPECT_EQ(projection.delays(), listed ? ms : std::vector<double>(n));
    auto halves = floats;
    for (float& w : halves) w /= 2;
    projection.set_weights(halves);
    EXPECT_EQ(projection.weights(), halves);
  }
}

TYPED_TEST(WeightsOf, RoundTrip) {
  expect_round_trip<TypeParam, Dense>(37, 131);
  expect_round_trip<TypeParam, OneToOne>(37, 37);
  expect_round_trip<TypeParam, AllButOne>(37, 37);
}

TYPED_TEST(WeightsOf, OneConstantIsReadEverywhereButOnTheDiagonal) {
  auto net = network<TypeParam, float, AllButOne>(weights::constant(-2), delays::none(), 37, 37);
  auto const w = net.projection(A{}, B{}).weights();
  for (std::size_t k = 0; k < w.size(); ++k) EXPECT_EQ(w[k], k % 38 == 0 ? 0 : -2);
}

/// The weights of each target add up to the total, in the proportions they had.
template <class Device, class Real, class Topology>
void expect_normalised(Delays const& d, int pre, int post) {
  std::size_t const n = kosnn_test::storage<Topology>(pre, post);
  auto given = kosnn_test::random_values(n, 0, 1, 4);
  std::vector<double> sum(static_cast<std::size_t>(post));
  std::vector<double> zeroed(n);
  for (auto const& s : kosnn_test::synapses<Topology>(pre, post)) {
    if (s.target == 5) continue;  // a target without weights stays without
    zeroed[s.index] = given[s.index];
    sum[static_cast<std::size_t>(s.target)] += given[s.index];
  }
  auto net = network<Device, Real, Topology>(weights::array(zeroed), d, pre, post);
  net.projection(A{}, B{}).normalise(78.4);
  auto const after = net.projection(A{}, B{}).weights();
  double const tolerance = std::is_same_v<Real, float> ? 3e-6 : 1e-13;
  for (auto const& s : kosnn_test::synapses<Topology>(pre, post)) {
    double const total = sum[static_cast<std::size_t>(s.target)];
    double const expected = total == 0 ? 0 : zeroed[s.index] * 78.4 / total;
    ASSERT_NEAR(static_cast<double>(after[s.index]), expected, tolerance * (1 + expected));
  }
}

TYPED_TEST(WeightsOf, Normalised) {
  for (auto const& d : {delays::none(), delays::uniform(1, 7)}) {
    expect_normalised<TypeParam, double, Dense>(d, 211, 37);
    expect_normalised<TypeParam, float, Dense>(d, 37, 131);
    expect_normalised<TypeParam, double, OneToOne>(d, 37, 37);
    expect_normalised<TypeParam, double, AllButOne>(d, 37, 37);
  }
}

TYPED_TEST(WeightsOf, NormalisedStayWithinBoundsAndFinite) {
  auto net = make_network<TypeParam>(
      config(), population(A{}, SpikeArraySource{}, Shape{2}), population(B{}, LIF<>{}, Shape{3}),
      project(A{}, B{}, Dense{}, weights::array({0.5, 1e-39, 0, 0.25, 0, 0}), PairStdp<>{}));
  auto& projection = net.projection(A{}, B{});
  projection.normalise(30);
  auto const w = projection.weights();
  EXPECT_EQ(w, (std::vector<float>{1, w[1], 0, 1, 0, 0}));
  EXPECT_TRUE(std::isfinite(w[1]));
  projection.set_weights(w);
  EXPECT_EQ(projection.weights(), w);
}

}  // namespace

// The leaky integrate-and-fire neuron against closed forms of its equation.

#include <cmath>
#include <vector>

#include "testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::config;

struct Source {};
struct Cells {};

template <class Device>
class ExactLif : public ::testing::Test {};
TYPED_TEST_SUITE(ExactLif, kosnn_test::Devices);

constexpr double tau = 17, rest = -65;

/// A population that is driven by its bias alone: potentials by step, of neuron 0.
template <class Device>
std::vector<double> driven(LIF<double> const& neuron, double dt, int steps,
                           std::vector<std::int64_t>* spikes = nullptr) {
  auto net = make_network<Device, double>(config().dt(dt).batch(3),
                                          population(Cells{}, neuron, Shape{37}));
  auto& v = net.record(Cells{}, Field<&LIF<double>::State::v>{});
  auto& s = net.record(Cells{}, Spikes{});
  net.run(steps * dt);
  std::vector<double> first;
  for (std::size_t k = 0; k < v.values().size(); ++k) {
    if (k % (3 * 37) == 0) first.push_back(v.values()[k]);
    EXPECT_EQ(v.values()[k], first.back());
  }
  for (std::size_t k = 0; spikes != nullptr && k < s.count(); k += 3 * 37)
    spikes->push_back(s.steps()[k]);
  return first;
}

TYPED_TEST(ExactLif, ConstantBiasBelowThreshold) {
  for (double const dt : {0.1, 0.5, 1.0}) {
    auto const neuron = LIF<double>{}.membrane(exact(tau)).rest(rest).threshold(-45).bias(18);
    auto const v = driven<TypeParam>(neuron, dt, 400);
    for (std::size_t n = 0; n < v.size(); ++n) {
      double const time = static_cast<double>(n + 1) * dt;
      ASSERT_NEAR(v[n], rest + 18 * (1 - std::exp(-time / tau)), 1e-12) << time << " ms";
    }
  }
}

/// v = n gain bias after n steps without a spike, and the same again after each.
TYPED_TEST(ExactLif, BiasOfIFIsAnInputInEveryStep) {
  constexpr double gain = 0.5, bias = 0.75, threshold = 3, reset = -1.5;  // exact in binary
  for (double const dt : {0.5, 1.0}) {
    auto net = make_network<TypeParam, double>(
        config().dt(dt).batch(2),
        population(
            Cells{},
            IF<double>{}.gain(gain).bias(bias).threshold(threshold).reset(reset).refractory(2 * dt),
            Shape{3}));
    auto& v = net.record(Cells{}, Field<&IF<double>::State::v>{});
    auto& spikes = net.record(Cells{}, Spikes{});
    net.run(40 * dt);
    double expected = 0;
    std::size_t blocked = 0, fired = 0;
    for (std::size_t n = 0; n < 40; ++n) {
      if (blocked > 0)
        --blocked;
      else if ((expected += gain * bias) >= threshold)
        expected = reset, blocked = 2, ++fired;
      for (std::size_t k = 0; k < 6; ++k) ASSERT_EQ(v.values()[6 * n + k], expected) << n;
    }
    EXPECT_EQ(fired, 3u);  // after 8 steps, then every 2 + 12
    EXPECT_EQ(spikes.count(), 6 * fired);
  }
}

TYPED_TEST(ExactLif, InterspikeInterval) {
  constexpr double dt = 0.25, bias = 30, threshold = -52, reset = -70, refractory = 3;
  auto const neuron = LIF<double>{}
                          .membrane(exact(tau))
                          .rest(rest)
                          .threshold(threshold)
                          .reset(reset)
                          .refractory(refractory)
                          .bias(bias);
  std::vector<std::int64_t> spikes;
  driven<TypeParam>(neuron, dt, 600, &spikes);
  // From v0 the threshold is reached after tau ln((target - v0) / (target - threshold)).
  double const target = rest + bias;
  auto const steps_from = [&](double v0) {
    return static_cast<std::int64_t>(
        std::ceil(tau * std::log((target - v0) / (target - threshold)) / dt));
  };
  auto const blocked = static_cast<std::int64_t>(refractory / dt);
  ASSERT_GT(spikes.size(), 5u);
  EXPECT_EQ(spikes[0], steps_from(rest) - 1);  // the first step already moves the potential
  for (std::size_t k = 1; k < spikes.size(); ++k)
    ASSERT_EQ(spikes[k] - spikes[k - 1], blocked + steps_from(reset));
}

TYPED_TEST(ExactLif, InputJumpsAndDecays) {
  constexpr double dt = 0.5, weight = 3.5;
  auto net = make_network<TypeParam, double>(
      config().dt(dt), population(Source{}, SpikeArraySource{}, Shape{1}),
      population(Cells{}, LIF<double>{}.membrane(exact(tau, 2)).rest(rest).threshold(0), Shape{37}),
      project(Source{}, Cells{}, Dense{}, weights::constant(weight), delays::constant(1.5)));
  net.get(Source{}).set_spikes({0, 0}, {2, 10});
  auto& v = net.record(Cells{}, Field<&LIF<double>::State::v>{});
  net.run(50);
  for (std::size_t k = 0; k < v.values().size(); ++k) {
    double const time = static_cast<double>(k / 37) * dt;
    double expected = rest;
    for (double const arrival : {3.5, 11.5})
      if (time >= arrival) expected += 2 * weight * std::exp(-(time - arrival) / tau);
    ASSERT_NEAR(v.values()[k], expected, 1e-12) << time << " ms";
  }
}

TYPED_TEST(ExactLif, InputIsIgnoredWhileRefractory) {
  auto net = make_network<TypeParam, double>(
      config(), population(Source{}, Input{}, Shape{1}),
      population(Cells{}, LIF<double>{}.membrane(factor(1)).reset(0.25).refractory(4), Shape{21}),
      project(Source{}, Cells{}, Dense{}, weights::constant(0.5)));
  net.get(Source{}).set_values({1});
  auto& v = net.record(Cells{}, Field<&LIF<double>::State::v>{});
  auto& left = net.record(Cells{}, Field<&LIF<double>::State::refractory>{});
  net.run(8);
  double const potentials[] = {.5, .25, .25, .25, .25, .25, .75, .25};
  double const counts[] = {0, 4, 3, 2, 1, 0, 0, 4};
  for (std::size_t k = 0; k < 8 * 21; ++k) {
    EXPECT_EQ(v.values()[k], potentials[k / 21]);
    EXPECT_EQ(left.values()[k], counts[k / 21]);
  }
}

TYPED_TEST(ExactLif, ThresholdAdaptsExactly) {
  auto const neuron = AdaptiveLIF<double>{}
                          .membrane(factor(0))
                          .threshold(2)
                          .adaptation(exact(50, 0.5))
                          .refractory(200);
  auto net = make_network<TypeParam, double>(
      config(), population(Source{}, SpikeArraySource{}, Shape{1}),
      population(Cells{}, neuron, Shape{37}),
      project(Source{}, Cells{}, Dense{}, weights::constant(2)));  // just at the threshold
  net.get(Source{}).set_spikes({0}, {3});
  auto& threshold = net.record(Cells{}, Field<&AdaptiveLIF<double>::State::threshold>{});
  net.run(100);
  for (std::size_t k = 0; k < threshold.values().size(); ++k) {
    double const since = static_cast<double>(k / 37) - 3;
    double const expected = since < 0 ? 2 : 2 + 0.5 * std::exp(-since / 50);
    ASSERT_NEAR(threshold.values()[k], expected, 1e-12);
  }
}

}  // namespace

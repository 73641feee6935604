// Weight dependences of pair STDP, soft bounds of any rule, PySNN's online STDP and its additive
// rule of rewards, against a naive loop over synapses in double.

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::Activity;
using kosnn_test::config;
using kosnn_test::error_of;

struct Pre {};
struct Driver {};
struct Post {};

template <class Device>
class StdpVariants : public ::testing::Test {};
TYPED_TEST_SUITE(StdpVariants, kosnn_test::Devices);

constexpr int pre_size = 19, post_size = 13, steps = 120, turn = 70, delay = 2;
constexpr double a_plus = 0.03, a_minus = 0.04, tau = 20, low = 0.1, high = 1.3;

/// What amplitudes are multiplied by, and the bounds.
struct Expected {
  std::function<double(double)> up = [](double) { return 1.0; };
  std::function<double(double)> down = [](double) { return 1.0; };
  double least = low, most = high;
  bool soft = false;
  double plus = a_plus, minus = a_minus;
  double later = 1;  // what both are multiplied by from step `turn` on

  double changed(double w, double change) const {
    if (soft) change *= (change > 0 ? most - w : w - least) / (most - least);
    return std::min(std::max(w + change, least), most);
  }
};

/// Spikes of sources and targets.
struct Drive {
  int batch;
  kosnn_test::SpikeList pre, post;
  Activity x, y;
  Drive(int elements, double probability)
      : batch(elements),
        pre(kosnn_test::random_spikes(pre_size, batch, steps, 1, probability, 1)),
        post(kosnn_test::random_spikes(post_size, batch, steps, 1, probability, 2)),
        x(pre, pre_size, batch, steps, 1, std::exp(-1 / tau)),
        y(post, post_size, batch, steps, 1, std::exp(-1 / tau)) {}
  static std::size_t source(int b, int i) { return static_cast<std::size_t>(b * pre_size + i); }
  static std::size_t target(int b, int j) { return static_cast<std::size_t>(b * post_size + j); }
};

/// The weight from neuron i to neuron j after all steps.
double learnt(Expected const& e, Drive const& drive, int i, int j, double w) {
  for (int t = 0; t < steps; ++t) {
    double up = 0, down = 0;
    double const scale = (t < turn ? 1 : e.later) / drive.batch;
    for (int b = 0; b < drive.batch; ++b)
      if (drive.x.fires(t - delay, Drive::source(b, i)))
        down -= scale * e.minus * e.down(w) * drive.y.trace(t, Drive::target(b, j));
    w = e.changed(w, down);
    for (int b = 0; b < drive.batch; ++b)
      if (drive.y.fires(t, Drive::target(b, j)))
        up += scale * e.plus * e.up(w) * drive.x.trace(t - delay, Drive::source(b, i));
    w = e.changed(w, up);
  }
  return w;
}

template <class Device, class Rule>
auto make_net(Rule const& rule, Drive const& drive, Delays const& d, bool excitatory = false) {
  using Real = typename Rule::real;
  auto plastic = project(Pre{}, Post{}, Dense{}, weights::uniform(0.2, 1.2), d, rule);
  if (excitatory) plastic.excitatory();
  auto net = make_network<Device, Real>(
      config().batch(drive.batch), population(Pre{}, SpikeArraySource{}, Shape{pre_size}),
      population(Driver{}, SpikeArraySource{}, Shape{post_size}),
      population(Post{}, kosnn_test::Puppet<Real>{}, Shape{post_size}), plastic,
      project(Driver{}, Post{}, OneToOne{}, weights::constant(1000)));
  net.get(Pre{}).set_spikes(drive.pre.neurons, drive.pre.times, drive.pre.elements);
  net.get(Driver{}).set_spikes(drive.post.neurons, drive.post.times, drive.post.elements);
  return net;
}

template <class Device, class Rule>
void expect_learning(Rule rule, Expected const& expected, Drive const& drive, bool excitatory) {
  auto net = make_net<Device>(rule, drive, delays::constant(delay), excitatory);
  auto& projection = net.projection(Pre{}, Post{});
  auto const before = projection.weights();
  net.run(turn);
  projection.set_rule(
      rule.a_plus(expected.later * expected.plus).a_minus(expected.later * expected.minus));
  net.run(steps - turn);
  auto const after = projection.weights();
  double const tolerance = std::is_same_v<typename Rule::real, float> ? 1e-5 : 1e-12;
  for (auto const& s : kosnn_test::synapses<Dense>(pre_size, post_size)) {
    auto const w = static_cast<double>(before[s.index]);
    double const end = learnt(expected, drive, s.source, s.target, w);
    ASSERT_NEAR(static_cast<double>(after[s.index]), end, tolerance * (1 + std::fabs(end)))
        << s.index;
    ASSERT_EQ(w == end, drive.pre.times.empty());
  }
}
/// With few spikes, none and all, without and with other amplitudes from some step on.
template <class Device, class Rule>
void expect_learning(Rule const& rule, Expected expected, bool excitatory = false) {
  for (int const batch : {1, 3})
    for (double const probability : {0.1, 0.0, 1.0}) {
      SCOPED_TRACE("batch " + std::to_string(batch) + ", probability " +
                   std::to_string(probability));
      Drive const drive(batch, probability);
      for (double const later : {1.0, 0.25}) {
        expected.later = later;
        expect_learning<Device>(rule, expected, drive, excitatory);
      }
    }
}

template <class Dependence, class Real = double>
PairStdp<Real, Dependence> stdp(Dependence const& dependence = {}) {
  PairStdp<Real, Dependence> rule;
  return rule.a_plus(a_plus).a_minus(a_minus).clamp(low, high).dependence(dependence);
}

TYPED_TEST(StdpVariants, VanRossum) {
  Expected e;
  e.down = [](double w) { return w - low; };
  expect_learning<TypeParam>(stdp<VanRossum>(), e);
}
// The lower bound is that of excitatory synapses, not the rule's own.
TYPED_TEST(StdpVariants, DependOnTheBoundsThatTheSignLeaves) {
  Expected e;
  e.least = 0;
  e.down = [](double w) { return w; };
  expect_learning<TypeParam>(stdp<VanRossum>().clamp(-1, high), e, true);
}
TYPED_TEST(StdpVariants, PowerLaw) {
  Expected e;
  e.up = [](double w) { return std::pow(high - w, 0.3); };
  e.down = [](double w) { return std::pow(w - low, 0.3); };
  expect_learning<TypeParam>(stdp(PowerLaw{0.3}), e);
}
TYPED_TEST(StdpVariants, PowerPotentiation) {
  Expected e;
  e.up = [](double w) { return std::pow(0.7, 0.6) * std::pow(w, 0.4); };
  e.down = [](double w) { return w; };
  expect_learning<TypeParam>(stdp(PowerPotentiation{0.4, 0.7}), e);
}
TYPED_TEST(StdpVariants, SoftBounds) {
  Expected e;
  e.soft = true;
  expect_learning<TypeParam>(stdp<Additive>().soft_bounds(low, high), e);
  expect_learning<TypeParam>(stdp<Additive, float>().soft_bounds(low, high), e);
}
TYPED_TEST(StdpVariants, OnlineStdp) {
  Expected e;
  e.least = -HUGE_VAL;
  e.most = HUGE_VAL;
  e.plus = 0.1 * 0.7;
  e.minus = 0.1 * 0.4;
  expect_learning<TypeParam>(online_stdp<double>(0.1, 0.7, 0.4), e);
}

/// The reward of one element after step `t`; most steps go without.
double reward_after(int t, int b) { return t % 3 == 0 ? std::sin(1.7 * t + b) + 0.3 * b : 0; }

/// AdditiveRstdp, whose rate changes in step `turn`; a reward for all elements, or for each.
template <class Device>
void expect_additive(Drive const& drive, Delays const& d, bool per_element) {
  constexpr double rate = 0.02, later = 0.05;
  auto rule = AdditiveRstdp<double>{}.rate(rate).tau_plus(tau).tau_minus(tau).clamp(low, high);
  auto net = make_net<Device>(rule, drive, d);
  auto& projection = net.projection(Pre{}, Post{});
  auto const before = projection.weights();
  auto const delays = projection.delays();
  auto const reward = [&](int t, int b) { return reward_after(t, per_element ? b : 0); };
  for (int t = 0; t < steps; ++t) {
    if (t == turn) projection.set_rule(rule.rate(later));
    net.step();
    std::vector<double> rewards;
    for (int b = 0; b < drive.batch; ++b) rewards.push_back(reward(t, b));
    if (per_element)
      net.reward(rewards);
    else
      net.reward(rewards[0]);
  }
  bool changed = false;
  auto const after = projection.weights();
  for (auto const& s : kosnn_test::synapses<Dense>(pre_size, post_size)) {
    double w = before[s.index];
    for (int t = 0; t < steps; ++t) {
      double change = 0;
      for (int b = 0; b < drive.batch; ++b)
        change += reward(t, b) * (drive.x.trace(t - static_cast<int>(delays[s.index]),
                                                Drive::source(b, s.source)) -
                                  drive.y.trace(t, Drive::target(b, s.target)));
      w = std::min(std::max(w + (t < turn ? rate : later) / drive.batch * change, low), high);
    }
    ASSERT_NEAR(after[s.index], w, 1e-12) << s.index;
    changed = changed || w != before[s.index];
  }
  EXPECT_EQ(changed, !drive.pre.times.empty());
}
TYPED_TEST(StdpVariants, AdditiveRstdp) {
  for (int const batch : {1, 3})
    for (double const probability : {0.1, 0.0, 1.0}) {
      SCOPED_TRACE("batch " + std::to_string(batch) + ", probability " +
                   std::to_string(probability));
      Drive const drive(batch, probability);
      expect_additive<TypeParam>(drive, delays::constant(delay), false);
      expect_additive<TypeParam>(drive, delays::uniform(0, 5), true);
    }
}

// Soft bounds are of the weight alone: with an eligibility they apply where a reward is given.
TYPED_TEST(StdpVariants, SoftBoundsOfARewardedRule) {
  auto net = make_network<TypeParam, double>(
      config(), population(Pre{}, Input{}, Shape{2}), population(Driver{}, Input{}, Shape{1}),
      population(Post{}, kosnn_test::Puppet<double>{}, Shape{1}),
      project(Pre{}, Post{}, Dense{}, weights::constant(0.75),
              Mstdp<double>{}.a_minus(0).rate(1).soft_bounds(0.5, 1)),
      project(Driver{}, Post{}, OneToOne{}, weights::constant(1000)));
  net.get(Pre{}).set_values({1, 0.25});
  net.get(Driver{}).set_values({1});
  net.step();
  net.reward(0.1);
  auto const w = net.projection(Pre{}, Post{}).weights();
  EXPECT_NEAR(w[0], 0.75 + 0.1 * 0.5, 1e-15);
  EXPECT_NEAR(w[1], 0.75 + 0.1 * 0.25 * 0.5, 1e-15);
  net.reward(-100);
  EXPECT_EQ(net.projection(Pre{}, Post{}).weights()[0], 0.5);
}

TYPED_TEST(StdpVariants, Errors) {
  auto const of = [](auto const& rule) {
    return error_of([&] {
      make_network<TypeParam, double>(
          config(), population(Pre{}, Input{}, Shape{3}),
          population(Post{}, IF<double>{}, Shape{2}),
          project(Pre{}, Post{}, Dense{}, weights::constant(0.5), rule));
    });
  };
  double const inf = HUGE_VAL;
  EXPECT_EQ(of(stdp<Additive>().soft_bounds(0, inf)),
            "projection Pre -> Post: soft bounds must be finite and low < high, got 0 and inf");
  EXPECT_EQ(of(stdp<Additive>().soft_bounds(0.5, 0.5)),
            "projection Pre -> Post: soft bounds must be finite and low < high, got 0.5 and 0.5");
  EXPECT_EQ(of(stdp<VanRossum>().clamp(-inf, 1)),
            "projection Pre -> Post: VanRossum STDP needs finite bounds, got [-inf, 1]");
  EXPECT_EQ(of(stdp(PowerLaw{-1})),
            "projection Pre -> Post: mu must be finite and at least 0, got -1");
  EXPECT_EQ(of(stdp(PowerPotentiation{0.4, 0})),
            "projection Pre -> Post: w0 must be finite and above 0, got 0");
}

}  // namespace

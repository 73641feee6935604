// Weight dependences of pair STDP, soft bounds of any rule, and PySNN's online STDP, against a
// naive loop over synapses in double.

#include <cmath>
#include <functional>
#include <vector>

#include "testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::config;
using kosnn_test::error_of;

struct Pre {};
struct Driver {};
struct Post {};

template <class Device>
class StdpVariants : public ::testing::Test {};
TYPED_TEST_SUITE(StdpVariants, kosnn_test::Devices);

constexpr int pre_size = 19, post_size = 13, batch = 2, steps = 120, delay = 2;
constexpr double a_plus = 0.03, a_minus = 0.04, tau = 20, low = 0.1, high = 1.3;

/// What amplitudes are multiplied by, and the bounds.
struct Expected {
  std::function<double(double)> up = [](double) { return 1.0; };
  std::function<double(double)> down = [](double) { return 1.0; };
  double least = low, most = high;
  bool soft = false;
  double plus = a_plus, minus = a_minus;

  double changed(double w, double change) const {
    if (soft) change *= (change > 0 ? most - w : w - least) / (most - least);
    return std::min(std::max(w + change, least), most);
  }
};

/// Whether (step, element, neuron) fires, for steps before 0 as well.
class Raster {
 public:
  Raster(kosnn_test::SpikeList const& list, int size) : size_(size), fires_(steps * at(1, 0, 0)) {
    for (std::size_t k = 0; k < list.times.size(); ++k)
      fires_[at(static_cast<int>(std::lround(list.times[k])), list.elements[k], list.neurons[k])] =
          1;
  }
  bool operator()(int t, int b, int n) const { return t >= 0 && fires_[at(t, b, n)] != 0; }

 private:
  std::size_t at(int t, int b, int n) const {
    return static_cast<std::size_t>((t * batch + b) * size_ + n);
  }
  int size_;
  std::vector<char> fires_;
};

/// The weight from neuron i to neuron j after all steps.
double learnt(Expected const& e, Raster const& pre, Raster const& post, int i, int j, double w) {
  double x[batch] = {}, y[batch] = {};
  for (int t = 0; t < steps; ++t) {
    double up = 0, down = 0;
    for (int b = 0; b < batch; ++b) {
      x[b] = std::exp(-1 / tau) * x[b] + (pre(t - delay, b, i) ? 1 : 0);
      y[b] = std::exp(-1 / tau) * y[b] + (post(t, b, j) ? 1 : 0);
      if (pre(t - delay, b, i)) down -= e.minus * e.down(w) * y[b] / batch;
    }
    w = e.changed(w, down);
    for (int b = 0; b < batch; ++b)
      if (post(t, b, j)) up += e.plus * e.up(w) * x[b] / batch;
    w = e.changed(w, up);
  }
  return w;
}

template <class Device, class Rule>
void expect_learning(Rule const& rule, Expected const& expected, bool excitatory = false) {
  using Real = typename Rule::real;
  auto plastic =
      project(Pre{}, Post{}, Dense{}, weights::uniform(0.2, 1.2), delays::constant(delay), rule);
  if (excitatory) plastic.excitatory();
  auto net = make_network<Device, Real>(
      config().batch(batch), population(Pre{}, SpikeArraySource{}, Shape{pre_size}),
      population(Driver{}, SpikeArraySource{}, Shape{post_size}),
      population(Post{}, kosnn_test::Puppet<Real>{}, Shape{post_size}), plastic,
      project(Driver{}, Post{}, OneToOne{}, weights::constant(1000)));
  auto const a = kosnn_test::random_spikes(pre_size, batch, steps, 1, 0.1, 1);
  auto const b = kosnn_test::random_spikes(post_size, batch, steps, 1, 0.1, 2);
  net.get(Pre{}).set_spikes(a.neurons, a.times, a.elements);
  net.get(Driver{}).set_spikes(b.neurons, b.times, b.elements);
  auto& projection = net.projection(Pre{}, Post{});
  auto const before = projection.weights();
  net.run(steps);
  auto const after = projection.weights();
  Raster const pre(a, pre_size), post(b, post_size);
  double const tolerance = std::is_same_v<Real, float> ? 1e-5 : 1e-12;
  for (auto const& s : kosnn_test::synapses<Dense>(pre_size, post_size)) {
    auto const w = static_cast<double>(before[s.index]);
    double const end = learnt(expected, pre, post, s.source, s.target, w);
    ASSERT_NEAR(static_cast<double>(after[s.index]), end, tolerance) << s.index;
    ASSERT_NE(w, end);
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

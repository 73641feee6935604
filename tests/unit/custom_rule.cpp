// A plasticity rule from outside the library against a naive loop over synapses in double
// precision.

#include "custom_rule/vogels.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::config;

struct Pre {};
struct Driver {};
struct Post {};

template <class Device>
class CustomRule : public ::testing::Test {};
TYPED_TEST_SUITE(CustomRule, kosnn_test::Devices);

constexpr int pre_size = 37, post_size = 21, steps = 200, delay = 3;

/// The weights after all steps; spikes as lists of neurons by step.
std::vector<double> learnt(Vogels const& rule, std::vector<double> w,
                           std::vector<std::vector<int>> const& pre,
                           std::vector<std::vector<int>> const& post) {
  double const decay = std::exp(-1 / rule.tau), alpha = 2 * rule.target_hz * rule.tau / 1000;
  std::vector<double> x(pre_size), y(post_size);  // as they are at the synapse
  auto const advance = [&](std::vector<double>& trace, std::vector<int> const& spikes) {
    for (double& z : trace) z *= decay;
    for (int const n : spikes) trace[static_cast<std::size_t>(n)] += 1;
  };
  auto const change = [&](int i, int j, double by) {
    double& weight = w[static_cast<std::size_t>(i) * post_size + static_cast<std::size_t>(j)];
    weight = std::clamp(weight + by, rule.strongest, 0.0);
  };
  for (std::size_t t = 0; t < steps; ++t) {
    auto const arriving = t < delay ? std::vector<int>() : pre[t - delay];
    advance(x, arriving);
    advance(y, post[t]);
    for (int const i : arriving)
      for (int j = 0; j < post_size; ++j)
        change(i, j, -rule.eta * (y[static_cast<std::size_t>(j)] - alpha));
    for (int const j : post[t])
      for (int i = 0; i < pre_size; ++i) change(i, j, -rule.eta * x[static_cast<std::size_t>(i)]);
  }
  return w;
}

std::vector<std::vector<int>> by_step(kosnn_test::SpikeList const& list) {
  std::vector<std::vector<int>> spikes(steps);
  for (std::size_t k = 0; k < list.times.size(); ++k)
    spikes[static_cast<std::size_t>(std::lround(list.times[k]))].push_back(list.neurons[k]);
  return spikes;
}

TYPED_TEST(CustomRule, DoesWhatANaiveLoopDoes) {
  Vogels rule;
  rule.eta = 0.02F;
  rule.target_hz = 20;
  rule.strongest = -0.8;
  auto const initial = kosnn_test::random_values(std::size_t(pre_size) * post_size, -0.7, 0, 5);
  auto net = make_network<TypeParam>(
      config(), population(Pre{}, SpikeArraySource{}, Shape{pre_size}),
      population(Driver{}, SpikeArraySource{}, Shape{post_size}),
      population(Post{}, kosnn_test::Puppet<float>{}, Shape{post_size}),
      project(Pre{}, Post{}, Dense{}, weights::array(initial), delays::constant(delay), rule),
      project(Driver{}, Post{}, OneToOne{}, weights::constant(200)));
  auto const pre = kosnn_test::random_spikes(pre_size, 1, steps, 1, 0.1, 6);
  auto const post = kosnn_test::random_spikes(post_size, 1, steps, 1, 0.05, 7);
  net.get(Pre{}).set_spikes(pre.neurons, pre.times);
  net.get(Driver{}).set_spikes(post.neurons, post.times);
  net.run(steps);

  ASSERT_EQ(net.get(Post{}).spikes(), post.times.size());
  auto const weights = net.projection(Pre{}, Post{}).weights();
  auto const expected = learnt(rule, initial, by_step(pre), by_step(post));
  int clamped = 0;
  for (std::size_t k = 0; k < expected.size(); ++k) {
    EXPECT_NEAR(weights[k], expected[k], 1e-4) << "synapse " << k;
    clamped += expected[k] == rule.strongest || expected[k] == 0;
  }
  EXPECT_GT(clamped, 0);
  EXPECT_LT(clamped, pre_size * post_size / 2);
}

TYPED_TEST(CustomRule, BringsNeuronsToTheRateThatIsAskedFor) {
  Vogels rule;
  rule.eta = 0.003F;
  rule.target_hz = 10;
  auto net = make_network<TypeParam>(
      config().seed(3), population(Driver{}, PoissonSource{}, Shape{80}),
      population(Pre{}, PoissonSource{}, Shape{20}), population(Post{}, LIF<>{}, Shape{50}),
      project(Driver{}, Post{}, Dense{}, weights::uniform(0, 0.2)),
      project(Pre{}, Post{}, Dense{}, weights::constant(0), rule));
  net.get(Driver{}).set_rates(std::vector<double>(80, 10));
  net.get(Pre{}).set_rates(std::vector<double>(20, 20));
  auto const rate = [&](double ms) {
    auto const before = net.get(Post{}).spikes();
    net.run(ms);
    return static_cast<double>(net.get(Post{}).spikes() - before) / 50 / (ms / 1000);
  };
  EXPECT_GT(rate(1000), 25);
  net.run(20000);
  EXPECT_NEAR(rate(10000), 10, 2.5);
}

}  // namespace

// Rewards between runs: learning switched off, masks, other parameters, long runs, any number of
// workers, and what they may not do.

#include <cmath>
#include <cstddef>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::Activity;
using kosnn_test::config;
using kosnn_test::error_of;

struct Pre {};
struct Post {};

template <class Device>
class RewardUse : public ::testing::Test {};
TYPED_TEST_SUITE(RewardUse, kosnn_test::Devices);

template <class Device>
auto rewarded(int batch, bool per_element, Config settings = config(),
              Delays const& delays = delays::none()) {
  kosnn_test::Chatter<float> const noise{0.2};
  auto plastic =
      project(Pre{}, Post{}, Dense{}, weights::uniform(0.3, 0.7), delays, Mstdpet<>{}.rate(0.1));
  if (per_element) plastic.reward_per_element();
  return make_network<Device>(settings.batch(batch), population(Pre{}, noise, Shape{37}),
                              population(Post{}, noise, Shape{21}), plastic);
}

/// A reward for part of the targets changes their weights as one for all does, and no others.
template <class Device, class Topology, class Rule>
void expect_reward_of_slices(Topology const& topology, Rule const& rule, int batch) {
  Slices const parts{{"a", 5}, {"b", 29}, {"c", 7}};
  std::vector<double> const values{0.3, -0.2, 0.7};
  auto const weights_after = [&](int part) {  // rewarded alike, or each part with its own
    kosnn_test::Chatter<double> const noise{0.2};
    auto net = make_network<Device, double>(
        config().batch(batch), population(Pre{}, noise, Shape{37}),
        population(Post{}, noise, parts),
        project(Pre{}, Post{}, topology, weights::uniform(0.3, 0.7), delays::uniform(1, 4), rule));
    auto& j = net.projection(Pre{}, Post{});
    for (int k = 0; k < 5; ++k) {
      net.run(7);
      for (std::size_t p = 0; p < 3 && part < 0; ++p) j.reward(parts[p], values[p]);
      if (part >= 0) j.reward(values[static_cast<std::size_t>(part)]);
    }
    std::vector<int> to;
    if constexpr (std::is_same_v<Topology, Sparse>)
      to = j.targets();
    else
      for (int s = 0; s < 37 * parts.size(); ++s) to.push_back(s % parts.size());
    return std::pair(j.weights(), to);
  };
  auto const [each, to] = weights_after(-1);
  std::vector<std::vector<double>> alike;
  for (int part = 0; part < 3; ++part) alike.push_back(weights_after(part).first);
  ASSERT_NE(alike[0], alike[1]);
  for (std::size_t s = 0; s < each.size(); ++s)
    ASSERT_NEAR(each[s], alike[parts.part_of(to[s])][s], 1e-14) << s;
}
TYPED_TEST(RewardUse, OfSlices) {
  auto const trace = Mstdpet<double>{}.rate(0.01);
  expect_reward_of_slices<TypeParam>(sparse::in_degree(9), trace, 1);
  expect_reward_of_slices<TypeParam>(Dense{}, trace, 1);
  expect_reward_of_slices<TypeParam>(Dense{}, trace, 3);
  expect_reward_of_slices<TypeParam>(Dense{}, AdditiveRstdp<double>{}, 3);
  kosnn_test::Chatter<double> const noise{0.2};
  auto net = make_network<TypeParam, double>(
      config(), population(Pre{}, noise, Shape{3}), population(Post{}, noise, Shape{5}),
      project(Pre{}, Post{}, Dense{}, weights::constant(0.5), trace));
  EXPECT_EQ(error_of([&] {
              net.projection(Pre{}, Post{}).reward(Slice{"far", 3, 6}, 1);
            }),
            "projection Pre -> Post: reward: neurons 3 to 6 of 5 targets");
}

TYPED_TEST(RewardUse, LearningOffMaskAndReset) {
  auto net = rewarded<TypeParam>(2, true);
  auto& j = net.projection(Pre{}, Post{});
  auto const first = j.weights();
  net.run(30);
  EXPECT_EQ(j.weights(), first);  // no reward so far
  net.reward(0);
  EXPECT_EQ(j.weights(), first);
  auto const e = j.eligibility();
  j.learning(false);
  net.reward(1);
  EXPECT_EQ(j.weights(), first);
  net.run(25);  // a time constant, in which nothing is added
  auto const later = j.eligibility();
  for (std::size_t k = 0; k < e.size(); ++k)
    EXPECT_NEAR(later[k], e[k] * std::exp(-1.0F), 1e-5F * (1 + std::fabs(e[k])));
  j.learning(true);
  std::vector<double> mask(37 * 21, 0);
  mask[5] = 1;
  j.set_mask(mask);
  net.reward({1, 0.5});
  auto const second = j.weights();
  for (std::size_t k = 0; k < first.size(); ++k) EXPECT_EQ(second[k] != first[k], k == 5) << k;
  net.reset_state();
  EXPECT_EQ(j.weights(), second);
  EXPECT_EQ(j.eligibility(), std::vector<float>(2 * 37 * 21, 0));
}

TYPED_TEST(RewardUse, ParametersBetweenRuns) {
  auto net = rewarded<TypeParam>(1, false);
  auto& j = net.projection(Pre{}, Post{});
  net.run(40);
  auto const e = j.eligibility();
  auto rule = j.rule();
  j.set_rule(rule.rate(0.3).eligibility(factor(0.5)));
  auto const same = j.eligibility();
  for (std::size_t k = 0; k < e.size(); ++k)
    ASSERT_NEAR(same[k], e[k], 1e-5F * (1 + std::fabs(e[k])));
  auto const before = j.weights();
  net.reward(2);
  auto const after = j.weights();
  for (std::size_t k = 0; k < e.size(); ++k)
    ASSERT_NEAR(after[k], before[k] + 0.3F * 2 * e[k], 1e-5F * (1 + std::fabs(e[k])));
  j.learning(false);
  net.step();
  EXPECT_NEAR(j.eligibility()[7], e[7] / 2, 1e-5F * (1 + std::fabs(e[7])));
  auto const with = [&j](auto const& change) {
    return error_of([&] {
      auto changed = j.rule();
      change(changed);
      j.set_rule(changed);
    });
  };
  EXPECT_EQ(
      with([](auto& r) { r.tau_plus(7); }),
      "projection Pre -> Post: set_rule: the traces of a rule can't be changed, only its other "
      "parameters");
  EXPECT_EQ(with([](auto& r) { r.a_plus(-1); }),
            "projection Pre -> Post: a_plus must be finite and at least 0, got -1");
  EXPECT_NE(with([](auto& r) { r.clamp(0, 0.01); }).find("outside the clamp"), std::string::npos);
  EXPECT_EQ(j.weights(), after);
}

/// Its eligibility decays, is partly used up by a reward, and knows no pairs of spikes that meet
/// but those that strengthen.
struct UsedUp {
  using real = double;
  static constexpr bool sees_previous_post_trace = true;
  Trace pre_trace() const { return all_to_all(factor(0.5)); }
  Trace post_trace() const { return nearest(factor(0.75)); }
  Relaxation eligibility() const { return factor(0.5); }
  KOKKOS_FUNCTION double on_pre(double, double z) const { return -z; }
  KOKKOS_FUNCTION double on_post(double, double z) const { return z; }
  KOKKOS_FUNCTION double on_reward(double, double e, double reward) const { return reward * e; }
  KOKKOS_FUNCTION double after_reward(double e, double reward) const {
    return (1 - reward / 4) * e;
  }
};

TYPED_TEST(RewardUse, UsesUpEligibility) {
  constexpr int pre = 19, post = 23, batch = 2, steps = 45, delay = 3;
  kosnn_test::Chatter<double> const noise{0.2};
  auto net = make_network<TypeParam, double>(
      config().batch(batch), population(Pre{}, noise, Shape{pre}),
      population(Post{}, noise, Shape{post}),
      project(Pre{}, Post{}, Dense{}, weights::constant(1), delays::constant(delay), UsedUp{})
          .reward_per_element());
  auto& j = net.projection(Pre{}, Post{});
  auto const& sent = net.record(Pre{}, Spikes{});
  auto const& fired = net.record(Post{}, Spikes{});
  std::vector<double> e(pre * post * batch), w(pre * post, 1);
  for (int run = 0; run < 3; ++run) {
    net.run(steps);
    auto const list = [](auto const& r) {
      kosnn_test::SpikeList out;
      for (std::size_t k = 0; k < r.count(); ++k) {
        out.neurons.push_back(static_cast<int>(r.neurons()[k]));
        out.times.push_back(static_cast<double>(r.steps()[k]));
        out.elements.push_back(static_cast<int>(r.elements()[k]));
      }
      return out;
    };
    Activity const x(list(sent), pre, batch, (run + 1) * steps, 1, 0.5);
    Activity const y(list(fired), post, batch, (run + 1) * steps, 1, 0.75, true);
    std::vector<double> const reward = {0.5, -2};
    std::size_t synapse = 0;
    for (std::size_t b = 0; b < batch; ++b)
      for (std::size_t i = 0; i < pre; ++i)
        for (std::size_t k = 0; k < post; ++k, ++synapse) {
          for (int t = run * steps; t < (run + 1) * steps; ++t) {
            e[synapse] *= 0.5;
            if (x.fires(t - delay, b * pre + i)) e[synapse] -= y.trace(t - 1, b * post + k);
            if (y.fires(t, b * post + k)) e[synapse] += x.trace(t - delay, b * pre + i);
          }
          w[i * post + k] += reward[b] * e[synapse] / batch;
        }
    auto const before = j.eligibility();
    for (std::size_t k = 0; k < e.size(); ++k) ASSERT_NEAR(before[k], e[k], 1e-12);
    j.reward(reward);
    auto const got = j.weights();
    for (std::size_t k = 0; k < w.size(); ++k) ASSERT_NEAR(got[k], w[k], 1e-12);
    for (std::size_t k = 0; k < e.size(); ++k) e[k] *= 1 - reward[k / w.size()] / 4;
    auto const after = j.eligibility();
    for (std::size_t k = 0; k < e.size(); ++k) ASSERT_NEAR(after[k], e[k], 1e-12);
  }
}

TYPED_TEST(RewardUse, Errors) {
  auto net = rewarded<TypeParam>(3, true);
  auto one = rewarded<TypeParam>(3, false);
  EXPECT_EQ(error_of([&] {
              one.reward({1, 2, 3});
            }),
            "projection Pre -> Post: takes one reward for all batch elements; declare it with "
            "reward_per_element() to give one to each");
  EXPECT_EQ(error_of([&] {
              net.reward({1, 2});
            }),
            "projection Pre -> Post: reward takes 3 values, one for each batch element, got 2");
  EXPECT_EQ(error_of([&] {
              net.reward({1, 2, std::nan("")});
            }),
            "projection Pre -> Post: the reward of batch element 2 must be finite, got nan");
  EXPECT_EQ(error_of([&] { one.reward(HUGE_VAL); }),
            "projection Pre -> Post: a reward must be finite, got inf");
  EXPECT_EQ(net.memory().parts()[2].bytes - one.memory().parts()[2].bytes,
            2 * 37 * 21 * sizeof(float));
}

/// The first projection could be given what the second refuses.
TYPED_TEST(RewardUse, IsGivenToAllOrNone) {
  kosnn_test::Chatter<float> const noise{0.3};
  auto net = make_network<TypeParam>(
      config().batch(2), population(Pre{}, noise, Shape{7}), population(Post{}, noise, Shape{5}),
      project(Pre{}, Post{}, Dense{}, weights::constant(0.5), Mstdpet<>{}).reward_per_element(),
      project(Pre{}, Post{}, Dense{}, weights::constant(0.5), Mstdpet<>{}));
  net.run(30);
  auto& first = net.projection(Pre{}, Post{});
  auto const before = first.weights();
  EXPECT_EQ(error_of([&] {
              net.reward({1, 2});
            }),
            "projection Pre -> Post (number 1): takes one reward for all batch elements; declare "
            "it with reward_per_element() to give one to each");
  EXPECT_EQ(first.weights(), before);
  net.reward(1);
  EXPECT_NE(first.weights(), before);
}

TYPED_TEST(RewardUse, AnyNumberOfWorkers) {
  for (auto const& d : {delays::none(), delays::uniform(1, 5)})
    for (bool const per_element : {false, true}) {
      auto many = rewarded<TypeParam>(3, per_element, config(), d);
      auto one = rewarded<TypeParam>(3, per_element, config().neurons_per_thread(1 << 20), d);
      for (int k = 0; k < 50; ++k) {
        many.run(k % 3 + 1);
        one.run(k % 3 + 1);
        many.reward(k - 20);
        one.reward(k - 20);
      }
      EXPECT_EQ(many.projection(Pre{}, Post{}).weights(), one.projection(Pre{}, Post{}).weights());
      EXPECT_EQ(many.projection(Pre{}, Post{}).eligibility(),
                one.projection(Pre{}, Post{}).eligibility());
    }
}

/// Recorded spikes as they would be given.
template <class Recorder>
kosnn_test::SpikeList list_of(Recorder const& spikes) {
  return {{spikes.neurons().begin(), spikes.neurons().end()},
          spikes.times(),
          {spikes.elements().begin(), spikes.elements().end()}};
}

// The powers of a slow decay start anew after 1024 steps, those of a fast one after 39; a
// network that learns for longer must not notice, nor how many steps are run at a time.
TYPED_TEST(RewardUse, LongRuns) {
  auto const make = [] {
    kosnn_test::Chatter<double> const noise{0.05};
    return make_network<TypeParam, double>(
        config(), population(Pre{}, noise, Shape{7}), population(Post{}, noise, Shape{5}),
        project(Pre{}, Post{}, Dense{}, weights::constant(0.5), delays::constant(3),
                Mstdpet<double>{}.rate(1e-3).eligibility(factor(0.99))));
  };
  auto net = make(), steps = make();
  auto& pre = net.record(Pre{}, Spikes{});
  auto& post = net.record(Post{}, Spikes{});
  for (int k = 0; k < 5; ++k) {
    net.run(500);
    net.reward(k - 2);
    for (int t = 0; t < 500; ++t) steps.step();
    steps.reward(k - 2);
  }
  auto const w = net.projection(Pre{}, Post{}).weights();
  EXPECT_EQ(w, steps.projection(Pre{}, Post{}).weights());
  double const decay = std::exp(-1 / 20.0);
  Activity const x(list_of(pre), 7, 1, 2500, 1, decay), y(list_of(post), 5, 1, 2500, 1, decay);
  std::vector<double> e(35), expected(35, 0.5);
  for (int t = 0; t < 2500; ++t)
    for (std::size_t n = 0; n < 7; ++n)
      for (std::size_t m = 0; m < 5; ++m) {
        double& trace = e[n * 5 + m];
        trace = 0.99 * trace + x.trace(t - 3, n) * y.fires(t, m);
        if (x.fires(t - 3, n)) trace -= y.trace(t, m);
        if (t % 500 == 499) expected[n * 5 + m] += 1e-3 * (t / 500 - 2) * trace;
      }
  for (std::size_t k = 0; k < 35; ++k) EXPECT_NEAR(w[k], expected[k], 1e-11);
}

}  // namespace

// Rules of pairs, of rewards and FedeSTDP on shared weights, against naive loops over batch,
// positions and synapses in double.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "conv2d_rules_testing.hpp"
#include "testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::Activity;
using kosnn_test::Case;
using kosnn_test::config;
using kosnn_test::Delaying;
using kosnn_test::expect_near;
using kosnn_test::geometries;
using kosnn_test::Kernels;
using kosnn_test::Puppet;
using kosnn_test::random_spikes;
using kosnn_test::random_values;
using kosnn_test::SpikeList;

struct In {};
struct Driver {};
struct Maps {};

template <class Device>
class ConvRules : public ::testing::Test {};
TYPED_TEST_SUITE(ConvRules, kosnn_test::Devices);

constexpr double dt = 0.5, low = -0.5, high = 0.6;
constexpr double pre_decay = 0.8, post_decay = 0.7;
constexpr double a_plus = 0.8, a_minus = 0.6, e_decay = 0.5, e_gain = 0.7;  // rescaled after 39
constexpr double w_init = 0.1, fede_a = 0.3, offset = 0.4, alpha = 0.7;
constexpr int steps = 44, pause = 5;  // steps 5 and 6 without learning
constexpr int turn = 24;              // rules without an eligibility change faster from then on
constexpr double faster = 2.5;

/// The reward of one element after step `t`; most steps go without.
double reward_after(int t, int element) {
  return t % 3 == 0 ? std::sin(1.7 * t + element) + 0.3 * element : 0;
}

// ---- the network: one projection for each rule, between the same populations

template <class Rule>
Rule bounded(Case const& c, Rule rule) {
  if (c.soft)
    rule.soft_bounds(low, high);
  else
    rule.clamp(low, high);
  return rule;
}
template <class Rule>
Rule of_pairs(Case const& c, Rule rule) {
  rule.a_plus(a_plus).a_minus(a_minus).rate(c.rate(0.3));
  rule.pre_trace(all_to_all(factor(pre_decay))).post_trace(all_to_all(factor(post_decay)));
  return bounded(c, rule);
}
template <class Rule>
Rule of_fede(Case const& c, Rule rule) {
  rule.rate(c.rate(0.03)).w_init(w_init).a(fede_a).pre_trace(all_to_all(factor(pre_decay)));
  return bounded(c, rule);
}
template <class Real>
auto additive(Case const& c, double speed = 1) {
  AdditiveRstdp<Real> rule;
  rule.rate(speed * c.rate(0.1));
  rule.pre_trace(all_to_all(factor(pre_decay))).post_trace(all_to_all(factor(post_decay)));
  return bounded(c, rule);
}
template <class Real>
auto of_nearest(Case const& c, double speed = 1) {
  PairStdp<Real, Multiplicative> rule;
  rule.a_plus(speed * c.rate(0.3) * a_plus).a_minus(speed * c.rate(0.3) * a_minus).offset(offset);
  rule.pre_trace(nearest(factor(pre_decay))).post_trace(nearest(factor(post_decay)));
  return bounded(c, rule);
}
template <class Real>
auto online(Case const& c, double speed = 1) {
  return online_stdp<Real>(speed * c.rate(0.3), a_plus, a_minus)
      .pre_trace(all_to_all(factor(pre_decay)))
      .post_trace(all_to_all(factor(post_decay)));
}

/// Both traces relax as those of the sources.
template <class Real>
auto symmetric(Case const& c, double speed = 1) {
  SymmetricStdp<Real> rule;
  rule.rate(speed * c.rate(0.3)).tau(-dt / std::log(pre_decay)).alpha(alpha);
  return bounded(c, rule);
}

template <class Device, class Real>
auto make_net(Case const& c, Config const& settings, std::vector<double> const& w) {
  auto const plastic = [&](auto const& rule) {
    return c.projection(In{}, Maps{}, w, c.mask(), dt, rule);
  };
  auto mstdpet = plastic(of_pairs(c, Mstdpet<Real>{}.eligibility(factor(e_decay, e_gain))));
  auto mstdp = plastic(of_pairs(c, Mstdp<Real>{}));
  if (c.per_element) {
    mstdpet.reward_per_element();
    mstdp.reward_per_element();
  }
  return make_network<Device, Real>(
      Config(settings).dt(dt).batch(c.batch).batch_update(c.update),
      population(In{}, SpikeArraySource{}, c.g.pre()),
      population(Driver{}, SpikeArraySource{}, c.g.post()),
      population(Maps{}, Puppet<Real>{}, c.g.post()), mstdpet, mstdp,
      plastic(of_fede(c, FedeStdp<Real>{})), plastic(of_fede(c, FedeStdpEveryStep<Real>{})),
      plastic(additive<Real>(c)), plastic(of_nearest<Real>(c)), plastic(online<Real>(c)),
      plastic(symmetric<Real>(c)), project(Driver{}, Maps{}, OneToOne{}, weights::constant(1e4)));
}

/// Calls f(projection, number) for the projections that learn.
template <class Net, class F>
void for_each_rule(Net& net, F const& f) {
  f(net.template projection<0>(In{}, Maps{}), 0);
  f(net.template projection<1>(In{}, Maps{}), 1);
  f(net.template projection<2>(In{}, Maps{}), 2);
  f(net.template projection<3>(In{}, Maps{}), 3);
  f(net.template projection<4>(In{}, Maps{}), 4);
  f(net.template projection<5>(In{}, Maps{}), 5);
  f(net.template projection<6>(In{}, Maps{}), 6);
  f(net.template projection<7>(In{}, Maps{}), 7);
}
constexpr int rules = 8;
char const* const names[rules] = {"Mstdpet",       "Mstdp",    "FedeStdp",    "FedeStdpEveryStep",
                                  "AdditiveRstdp", "PairStdp", "online_stdp", "SymmetricStdp"};

/// Steps t to t + n - 1, then the reward.
template <class Real, class Net>
void advance(Net& net, Case const& c, int t, int n) {
  if (t == turn) {
    net.template projection<4>(In{}, Maps{}).set_rule(additive<Real>(c, faster));
    net.template projection<5>(In{}, Maps{}).set_rule(of_nearest<Real>(c, faster));
    net.template projection<6>(In{}, Maps{}).set_rule(online<Real>(c, faster));
    net.template projection<7>(In{}, Maps{}).set_rule(symmetric<Real>(c, faster));
  }
  for_each_rule(net, [&](auto& j, int) { j.learning(t < pause || t >= pause + 2); });
  net.run(n * dt);
  t += n - 1;
  std::vector<double> rewards;
  for (int b = 0; b < c.batch; ++b) rewards.push_back(reward_after(t, b));
  if (c.per_element)
    net.reward(rewards);
  else
    net.reward(rewards[0]);
}

// ---- the naive loops

class Naive {
 public:
  Naive(Case const& c, SpikeList const& pre, SpikeList const& post, std::vector<double> const& w)
      : c_(c),
        delays_(c.delays()),
        different_(delays_.begin(), delays_.end()),
        pre_(pre, int(c.g.pre().size()), c.batch, steps, dt, pre_decay),
        post_(post, int(c.g.post().size()), c.batch, steps, dt, post_decay),
        slow_post_(post, int(c.g.post().size()), c.batch, steps, dt, pre_decay),
        nearest_pre_(pre, int(c.g.pre().size()), c.batch, steps, dt, pre_decay, true),
        nearest_post_(post, int(c.g.post().size()), c.batch, steps, dt, post_decay, true),
        e_(2,
           std::vector<std::vector<double>>(std::size_t(c.batch), std::vector<double>(w.size()))) {
    for (int rule = 0; rule < rules; ++rule)
      kernels_.emplace_back(c, w, rule == 6 ? Bounds{} : Bounds{low, high, c.soft});
  }

  void step(int t) {
    bool const learning = t < pause || t >= pause + 2;
    for (auto& of_batch : e_)
      for (auto& e : of_batch)
        for (double& x : e) x *= &of_batch == &e_[0] ? e_decay : 0;
    if (!learning) return;
    change_eligibilities(t);
    for (int const rule : {2, 3}) change_by_fede(t, rule);
    change_by_pairs(t, 5, nearest_pre_, nearest_post_);
    change_by_pairs(t, 6, pre_, post_);
    change_symmetrically(t, 7);
    reward(t);
  }
  std::vector<double> const& weights(int rule) const {
    return kernels_[std::size_t(rule)].weights();
  }
  /// As the library gives it: mean (or sum) over positions, and over the batch unless each element
  /// has its own.
  std::vector<double> eligibility(int rule) const {
    std::vector<double> out;
    std::vector<double> sum(c_.g.weights());
    for (auto const& e : e_[std::size_t(rule)])
      for (std::size_t k = 0; k < sum.size(); ++k) {
        if (c_.per_element && c_.batch > 1)
          out.push_back(e[k] / (c_.sums ? 1 : double(c_.positions())));
        else
          sum[k] += e[k] * c_.scale();
      }
    return out.empty() ? sum : out;
  }

 private:
  double seen(std::size_t source, int delay, int t) const {
    return pre_.trace(c_.immediate ? t : t - delay, source);
  }
  bool arrives(std::size_t k, std::size_t source, int t) const {
    return pre_.fires(t - delays_[k], source);
  }
  Kernels& kernels(int rule) { return kernels_[std::size_t(rule)]; }
  void change_eligibilities(int t) {
    c_.for_all([&](std::size_t k, int b, std::size_t i, std::size_t j) {
      double zeta = 0;
      if (arrives(k, i, t)) zeta -= a_minus * post_.trace(t, j);
      if (post_.fires(t, j)) zeta += a_plus * seen(i, delays_[k], t);
      e_[0][std::size_t(b)][k] += e_gain * zeta;
      e_[1][std::size_t(b)][k] += zeta;
    });
  }
  void change_by_fede(int t, int rule) {
    // The largest trace that each target sees, or that any sees.
    std::vector<double> largest(post_.z[0].size());
    c_.for_all([&](std::size_t k, int, std::size_t i, std::size_t j) {
      largest[j] = std::max(largest[j], seen(i, delays_[k], t));
    });
    if (rule != 2) {
      double all_sources = 0;
      for (std::size_t i = 0; i < pre_.z[0].size(); ++i)
        for (int const d : different_) all_sources = std::max(all_sources, seen(i, d, t));
      for (double& of_target : largest) of_target = all_sources;
    }
    kernels(rule).change([&](double w, std::size_t k, std::size_t i, std::size_t j) {
      if (rule == 2 && !post_.fires(t, j)) return 0.0;
      double const zn = largest[j] > 0 ? seen(i, delays_[k], t) / largest[j] : 0;
      double const d = w - w_init;
      return c_.rate(0.03) *
             (std::exp(-d) * (std::exp(zn) - fede_a) - std::exp(d) * (std::exp(1 - zn) - fede_a));
    });
  }
  void change_by_pairs(int t, int rule, Activity const& x, Activity const& y) {
    bool const multiplies = rule == 5;
    double const speed = c_.rate(0.3) * (t < turn ? 1 : faster);
    kernels(rule).change([&](double w, std::size_t k, std::size_t i, std::size_t j) {
      if (!arrives(k, i, t)) return 0.0;
      return -a_minus * speed * (multiplies ? w - low : 1) * y.trace(t, j);
    });
    kernels(rule).change([&](double w, std::size_t k, std::size_t i, std::size_t j) {
      if (!y.fires(t, j)) return 0.0;
      double const z = x.trace(c_.immediate ? t : t - delays_[k], i);
      return a_plus * speed * (multiplies ? (high - w) * (z - offset) : z);
    });
  }
  void change_symmetrically(int t, int rule) {
    double const rate = c_.rate(0.3) * (t < turn ? 1 : faster);
    kernels(rule).change([&](double, std::size_t k, std::size_t i, std::size_t j) {
      return arrives(k, i, t) ? rate * (slow_post_.trace(t, j) - alpha) : 0;
    });
    kernels(rule).change([&](double, std::size_t k, std::size_t i, std::size_t j) {
      return post_.fires(t, j) ? rate * seen(i, delays_[k], t) : 0;
    });
  }
  void reward(int t) {
    auto const r = [&](int b) { return reward_after(t, c_.per_element ? b : 0); };
    for (int const rule : {0, 1}) {
      std::vector<double> changes(c_.g.weights());
      for (int b = 0; b < c_.batch; ++b)
        for (std::size_t k = 0; k < changes.size(); ++k)
          changes[k] += c_.rate(0.3) * r(b) * e_[std::size_t(rule)][std::size_t(b)][k];
      kernels(rule).change_by(changes);
    }
    std::vector<double> changes(c_.g.weights());
    c_.for_all([&](std::size_t k, int b, std::size_t i, std::size_t j) {
      changes[k] += c_.rate(0.1) * (t < turn ? 1 : faster) * dt * r(b) *
                    (seen(i, delays_[k], t) - post_.trace(t, j));
    });
    kernels(4).change_by(changes);
  }

  Case const& c_;
  std::vector<int> delays_;
  std::set<int> different_;
  Activity pre_, post_, slow_post_, nearest_pre_, nearest_post_;
  std::vector<Kernels> kernels_;                     // of each rule
  std::vector<std::vector<std::vector<double>>> e_;  // of the first two: (element, weight)
};

template <class Device, class Real>
void expect_learning(Case const& c, double tolerance) {
  auto const w = random_values(c.g.weights(), -0.4, 0.5, 3);
  auto net = make_net<Device, Real>(c, config(), w);
  auto const pre = random_spikes(int(c.g.pre().size()), c.batch, steps, dt, c.probability, 5);
  auto const post = random_spikes(int(c.g.post().size()), c.batch, steps, dt, c.probability, 6);
  net.get(In{}).set_spikes(pre.neurons, pre.times, pre.elements);
  net.get(Driver{}).set_spikes(post.neurons, post.times, post.elements);
  Naive naive(c, pre, post, w);
  for (int t = 0; t < steps; ++t) {
    bool const two = t % 6 == 1 && t + 1 < steps;  // in one run
    advance<Real>(net, c, t, two ? 2 : 1);
    naive.step(t);
    if (two) naive.step(++t);
    for_each_rule(net, [&](auto& j, int rule) {
      SCOPED_TRACE(names[rule] + std::string(" after step ") + std::to_string(t));
      expect_near(j.weights(), naive.weights(rule), tolerance);
      if constexpr (std::decay_t<decltype(j)>::has_eligibility)
        if (two || t % 9 == 0)
          expect_near(j.eligibility(), naive.eligibility(rule), 10 * tolerance);
    });
    if (::testing::Test::HasFatalFailure()) return;
  }
  if (c.probability == 0) return;
  for (int rule = 0; rule < rules; ++rule)
    EXPECT_GT(kosnn_test::largest_difference(naive.weights(rule), w), 0.01) << names[rule];
}

/// Geometries, delays and options, several at a time.
std::vector<Case> cases() {
  std::vector<Case> all;
  auto const add = [&](std::size_t geometry, Delaying how, int batch, auto const& change) {
    Case c;
    c.g = geometries[geometry];
    c.how = how;
    c.batch = batch;
    change(c);
    all.push_back(c);
  };
  auto const nothing = [](Case&) {};
  for (std::size_t g = 0; g < geometries.size(); ++g)
    add(g, g % 2 == 0 ? Delaying::none : Delaying::each, g % 2 == 0 ? 3 : 1, nothing);
  add(1, Delaying::constant, 3, [](Case& c) { c.per_element = c.soft = true; });
  add(2, Delaying::each, 3, [](Case& c) { c.per_element = c.masked = true; });
  add(4, Delaying::none, 3, [](Case& c) { c.per_element = c.sums = c.soft = true; });
  add(4, Delaying::each, 3, [](Case& c) { c.immediate = c.masked = c.sums = true; });
  add(2, Delaying::constant, 1, [](Case& c) { c.immediate = c.per_element = true; });
  add(1, Delaying::none, 3, [](Case& c) { c.update = BatchUpdate::sum; });
  add(5, Delaying::each, 3, [](Case& c) {
    c.update = BatchUpdate::sum;
    c.per_element = c.masked = c.sums = true;
  });
  return all;
}

TYPED_TEST(ConvRules, DoWhatAllPositionsSay) {
  int number = 0;
  for (auto const& c : cases()) {
    SCOPED_TRACE("case " + std::to_string(number++));
    expect_learning<TypeParam, double>(c, 1e-12);
  }
}

TYPED_TEST(ConvRules, SilentAndAllSpiking) {
  Case c;
  c.g = geometries[2];
  c.batch = 2;
  c.probability = 0;  // FedeStdpEveryStep learns from silence
  expect_learning<TypeParam, double>(c, 1e-12);
  c.probability = 1;
  expect_learning<TypeParam, double>(c, 1e-12);
}

TYPED_TEST(ConvRules, FloatToo) {
  Case c;
  c.g = geometries[1];
  c.how = Delaying::each;
  c.batch = 3;
  c.per_element = true;
  expect_learning<TypeParam, float>(c, 2e-5);
}

// ---- FedeSTDP with the traces of an image

/// Both forms on a 4 x 4 image seen through a 2 x 2 kernel; targets fire in every step.
template <class Device>
auto fede_of_an_image() {
  Trace const trace = all_to_all(factor(0));  // the value of the Input itself
  auto net = make_network<Device>(
      config(), population(In{}, Input{}, Shape{4, 4}), population(Driver{}, Input{}, Shape{3, 3}),
      population(Maps{}, Puppet<float>{}, Shape{3, 3}),
      project(In{}, Maps{}, Conv2d{2}, weights::constant(0.5),
              FedeStdpEveryStep<>{}.rate(0.1).w_init(0.5).a(0.5).pre_trace(trace)),
      project(In{}, Maps{}, Conv2d{2}, weights::constant(0.5),
              FedeStdp<>{}.rate(0.1).w_init(0.5).a(0.5).pre_trace(trace)),
      project(Driver{}, Maps{}, OneToOne{}, weights::constant(1e6)));
  net.get(Driver{}).set_values(std::vector<float>(9, 1));
  return net;
}

// PySNN mixes up the elements of the kernel: .504400 .506964 .514382 .516747.
TYPED_TEST(ConvRules, WhatPysnnMeant) {
  auto net = fede_of_an_image<TypeParam>();
  std::vector<float> image(16);
  for (std::size_t k = 0; k < 16; ++k) image[k] = float(k + 1);
  net.get(In{}).set_values(image);
  net.step();
  std::vector<double> const expected{0.457754, 0.478918, 0.542246, 0.563575};
  expect_near(net.template projection<0>(In{}, Maps{}).weights(), expected, 1e-6);
  // The paper divides by the largest trace of each window, here that of its last pixel.
  std::vector<double> gated(4, 0.5);
  for (int y = 0; y < 3; ++y)
    for (int x = 0; x < 3; ++x)
      for (int k = 0; k < 4; ++k) {
        double const zn = double(4 * (y + k / 2) + x + k % 2 + 1) / (4 * (y + 1) + x + 2);
        gated[std::size_t(k)] += 0.1 * (std::exp(zn) - std::exp(1 - zn)) / 9;
      }
  expect_near(net.template projection<1>(In{}, Maps{}).weights(), gated, 1e-6);
}

// PySNN's weights are NaN for good after a step without a trace.
TYPED_TEST(ConvRules, SilentImagesGiveNoNan) {
  auto net = fede_of_an_image<TypeParam>();
  for (float const v : {0.0F, -3.0F, 1e-38F, 1e38F}) {
    std::vector<float> image(16);
    image[5] = v;
    net.get(In{}).set_values(image);
    net.run(20);
    for (float const w : net.template projection<0>(In{}, Maps{}).weights())
      EXPECT_TRUE(std::isfinite(w)) << v;
    for (float const w : net.template projection<1>(In{}, Maps{}).weights())
      EXPECT_TRUE(std::isfinite(w)) << v;
  }
}

}  // namespace

// Rewiring: which synapses there are then, and that all that belongs to one stays with it.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <set>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <vector>

#include "testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::config;

struct Pre {};
struct Post {};

template <class Device>
class RewiringTest : public ::testing::Test {};
TYPED_TEST_SUITE(RewiringTest, kosnn_test::Devices);

constexpr int sources = 37, targets = 29;

auto stdp() { return PairStdp<double>{}.a_plus(0.02).a_minus(0.02).clamp(0, 1); }

/// Neurons fire whatever they receive; the source's trace has relaxations of its own, so that
/// synapses learn at once, unless `late`.
template <class Device, class Rule>
auto network(Sparse const& topology, Delays const& delays, Rule const& rule, bool late = true) {
  kosnn_test::Chatter<double> const noise{0.05};
  auto pre = population(Pre{}, noise, Shape{sources});
  if (!late) pre.trace(rule.pre_trace(), std::vector<Relaxation>(sources, exact(20)));
  return make_network<Device, double>(
      config(), pre, population(Post{}, noise, Shape{targets}),
      project(Pre{}, Post{}, topology, weights::uniform(0.1, 0.9), delays, rule));
}

template <class Device, class Rule>
void expect_rewiring(Delays const& delays, Rule const& rule) {
  auto net = network<Device>(sparse::in_degree(9).multapses(false), delays, rule);
  auto& synapses = net.projection(Pre{}, Post{});
  net.run(50);
  auto const n = synapses.synapses();
  synapses.set_mask(kosnn_test::random_values(n, 0, 1, 3));
  struct Synapse {
    int source;
    double weight, delay;
    bool operator<(Synapse const& other) const {
      return std::pair(source, delay) < std::pair(other.source, other.delay);
    }
  };
  auto const by_target = [&] {
    std::vector<std::vector<Synapse>> all(targets);
    auto const from = synapses.sources(), to = synapses.targets();
    auto const w = synapses.weights(), d = synapses.delays();
    for (std::size_t k = 0; k < n; ++k)
      all[static_cast<std::size_t>(to[k])].push_back({from[k], w[k], d[k]});
    for (auto& each : all) std::sort(each.begin(), each.end());
    return all;
  };
  auto const before = by_target();
  std::size_t weak = 0;
  for (auto const& each : before)
    for (auto const& s : each) weak += s.weight < 0.4;
  EXPECT_EQ(synapses.rewire(Rewiring{}.below(0.4).weight(0.45)), weak);
  auto const after = by_target();
  for (std::size_t t = 0; t < targets; ++t) {
    ASSERT_EQ(after[t].size(), 9U);
    std::set<int> distinct;
    std::vector<double> old_delays, new_delays;
    for (auto const& s : before[t]) old_delays.push_back(s.delay);
    for (auto const& s : after[t]) {
      distinct.insert(s.source);
      new_delays.push_back(s.delay);
      auto const was = std::find_if(before[t].begin(), before[t].end(), [&](Synapse const& b) {
        return b.source == s.source && b.weight == s.weight && b.delay == s.delay;
      });
      EXPECT_TRUE(was != before[t].end() ? s.weight >= 0.4 : s.weight == 0.45);
    }
    std::sort(old_delays.begin(), old_delays.end());
    std::sort(new_delays.begin(), new_delays.end());
    EXPECT_EQ(distinct.size(), 9U);
    EXPECT_EQ(old_delays, new_delays);
  }
  EXPECT_EQ(synapses.rewire(Rewiring{}.below(0.4)), 0U);
  // Where all go, so do their sources, as far as there are others.
  EXPECT_EQ(synapses.rewire(Rewiring{}.below(2).weight(0.7)), n);
}
TYPED_TEST(RewiringTest, MovesWeakSynapses) {
  for (auto const& delays : {delays::constant(1), delays::uniform(1, 6)}) {
    expect_rewiring<TypeParam>(delays, stdp());
    auto rewarded = Mstdpet<double>{}.clamp(0, 1);
    expect_rewiring<TypeParam>(delays, rewarded);
  }
}

/// A rewired network does what one does that was made with these synapses.
template <class Device, class Rule>
void expect_same_from_then_on(Rule const& rule, bool late) {
  auto const make = [&](auto const& topology, Weights const& w, Delays const& d) {
    auto pre = population(Pre{}, SpikeArraySource{}, Shape{sources});
    if (!late) pre.trace(rule.pre_trace(), std::vector<Relaxation>(sources, exact(20)));
    return make_network<Device, double>(
        config(), pre, population(Post{}, LIF<double>{}.threshold(1), Shape{targets}),
        project(Pre{}, Post{}, topology, w, d, rule));
  };
  auto a = make(sparse::in_degree(9), weights::uniform(0.1, 0.9), delays::uniform(1, 6));
  auto& j = a.projection(Pre{}, Post{});
  j.rewire(Rewiring{}.below(0.5).weight(0.6));
  auto b = make(sparse::edges(j.sources(), j.targets()), weights::array(j.weights()),
                delays::array(j.delays()));
  auto const spikes = kosnn_test::random_spikes(sources, 1, 200, 1, 0.05, 4);
  for (auto* net : {&a, &b}) {
    net->get(Pre{}).set_spikes(spikes.neurons, spikes.times);
    net->run(200);
  }
  auto const x = j.weights(), y = b.projection(Pre{}, Post{}).weights();
  for (std::size_t k = 0; k < x.size(); ++k) ASSERT_NEAR(x[k], y[k], 1e-12) << k;
}
TYPED_TEST(RewiringTest, DoesWhatOneMadeSoDoes) {
  expect_same_from_then_on<TypeParam>(stdp(), true);
  expect_same_from_then_on<TypeParam>(stdp(), false);
}

/// Synapses that stay keep all that belongs to them: they do what they do in a network that is not
/// rewired; the others what they do in one that was made with them, and began to learn then.
template <class Device, class Rule>
void expect_to_follow(Rule const& rule, Delays const& delays, bool late) {
  auto const drawn = sparse::in_degree(9).multapses(false);
  auto rewired = network<Device>(drawn, delays, rule, late),
       left = network<Device>(drawn, delays, rule, late);
  auto &a = rewired.projection(Pre{}, Post{}), &b = left.projection(Pre{}, Post{});
  auto const mask = kosnn_test::random_values(a.synapses(), 0, 1, 3);
  rewired.run(50);
  left.run(50);
  a.set_mask(mask);
  b.set_mask(mask);
  std::map<std::pair<int, int>, std::size_t> stay;
  auto const old_weights = b.weights(), old_delays = b.delays();
  auto const old_from = b.sources(), old_to = b.targets();
  for (std::size_t k = 0; k < old_weights.size(); ++k)
    if (old_weights[k] >= 0.5) stay[{old_from[k], old_to[k]}] = k;
  ASSERT_EQ(a.rewire(Rewiring{}.below(0.5).weight(0.6)), a.synapses() - stay.size());
  auto const from = a.sources(), to = a.targets();
  auto const new_weights = a.weights(), new_delays = a.delays();
  auto made = network<Device>(sparse::edges(from, to), delays::array(new_delays), rule, late);
  auto& c = made.projection(Pre{}, Post{});
  c.learning(false);
  made.run(50);
  c.set_weights(new_weights);
  c.learning(true);
  for (int part = 0; part < 6; ++part)
    for (auto* net : {&rewired, &left, &made}) {
      net->run(10);
      if constexpr (std::decay_t<decltype(a)>::rewarded) net->reward(part - 1.5);
    }
  auto const x = a.weights(), y = b.weights(), z = c.weights();
  double moved = 0;
  for (std::size_t k = 0; k < x.size(); ++k) {
    auto const was = stay.find({from[k], to[k]});
    bool const stayed = was != stay.end();
    ASSERT_EQ(new_weights[k], stayed ? old_weights[was->second] : 0.6);
    ASSERT_EQ(new_delays[k], stayed ? old_delays[was->second] : new_delays[k]);
    ASSERT_NEAR(x[k], stayed ? y[was->second] : z[k], 1e-12) << stayed << " " << k;
    moved = std::max(moved, std::fabs(x[k] - new_weights[k]));
  }
  EXPECT_GT(stay.size(), x.size() / 4);
  EXPECT_LT(stay.size(), 3 * x.size() / 4);
  EXPECT_GT(moved, 0.01);
}
TYPED_TEST(RewiringTest, AllFollowsSynapsesThatStay) {
  for (auto const& delays : {delays::constant(1), delays::uniform(1, 6)}) {
    auto rewarded = Mstdpet<double>{}.rate(0.02).clamp(0, 1);
    for (bool const late : {true, false}) {
      expect_to_follow<TypeParam>(stdp(), delays, late);
      expect_to_follow<TypeParam>(rewarded, delays, late);
    }
    PreCentredStdp<double> centred;
    expect_to_follow<TypeParam>(centred.a_plus(0.02).a_minus(0.02), delays, true);
  }
}

/// What a network does at intervals is what its user does between runs of that length.
TYPED_TEST(RewiringTest, AtIntervals) {
  auto const make = [] {
    return network<TypeParam>(sparse::in_degree(9).multapses(false), delays::uniform(1, 6), stdp());
  };
  auto const regulate = [](auto& net) {
    auto& j = net.projection(Pre{}, Post{});
    EXPECT_GT(j.rewire(Rewiring{}.below(0.4).weight(0.45)), 0U);
    j.normalise(4.5);
  };
  auto declared = make(), by_hand = make();
  auto const& seen = declared.record_weights(Pre{}, Post{}, 15);
  auto const& expected = by_hand.record_weights(Pre{}, Post{}, 15);
  declared.every(30, regulate);
  auto moved = std::move(declared);
  for (double const ms : {7, 53, 40}) moved.run(ms);
  for (int k = 0; k < 3; ++k) {
    by_hand.run(30);
    regulate(by_hand);
  }
  by_hand.run(10);
  EXPECT_EQ(moved.projection(Pre{}, Post{}).sources(), by_hand.projection(Pre{}, Post{}).sources());
  EXPECT_EQ(moved.projection(Pre{}, Post{}).weights(), by_hand.projection(Pre{}, Post{}).weights());
  EXPECT_EQ(seen.samples(), 6U);
  EXPECT_EQ(seen.values(), expected.values());
}

TYPED_TEST(RewiringTest, ActionsAreCalledInTheirOrder) {
  auto net = network<TypeParam>(sparse::in_degree(9), delays::constant(1), stdp());
  std::vector<std::pair<int, double>> calls;
  net.every(20, [&](auto& n) { calls.emplace_back(0, n.time()); });
  net.every(10, [&, call = 0](auto& n) mutable {
    calls.emplace_back(1, n.time());
    ++call;
    if (call == 3) n.reset_state();
    if (call == 4) throw std::runtime_error("enough");
    if (call == 5) n.run(1);
    if (call == 6) n.every(10, [&](auto& m) { calls.emplace_back(2, m.time()); });
  });
  net.run(30);
  EXPECT_EQ(net.time(), 0);
  EXPECT_THROW(net.run(15), std::runtime_error);
  EXPECT_EQ(net.time(), 10);
  EXPECT_THROW(net.run(10), Error);
  net.run(20);
  EXPECT_EQ(net.time(), 40);
  EXPECT_EQ(calls, (std::vector<std::pair<int, double>>{{1, 10},
                                                        {0, 20},
                                                        {1, 20},
                                                        {1, 30},  // back to 0
                                                        {1, 10},
                                                        {0, 20},
                                                        {1, 20},  // both threw
                                                        {1, 30},
                                                        {0, 40},
                                                        {1, 40},
                                                        {2, 40}}));
  EXPECT_THROW(net.every(0, [](auto&) {}), Error);
  EXPECT_THROW(net.every(2.3, [](auto&) {}), Error);
  EXPECT_THROW(net.every(10, nullptr), Error);
}

/// Rows of up to 65,535 synapses have a shorter index than those of more.
TYPED_TEST(RewiringTest, IntoALongRow) {
  constexpr int n = 70000, stay = 40000;
  auto const make = [](Sparse const& edges, Weights const& w, Delays const& d) {
    kosnn_test::Chatter<double> const noise{0.2};
    return make_network<TypeParam, double>(config(), population(Pre{}, noise, Shape{2}),
                                           population(Post{}, noise, Shape{targets}),
                                           project(Pre{}, Post{}, edges, w, d, stdp()));
  };
  std::vector<int> from(n, 1), to(n);
  std::fill_n(from.begin(), stay, 0);
  std::vector<double> w(n, 0.1);
  std::fill_n(w.begin(), stay, 0.5);
  for (int k = 0; k < n; ++k) to[static_cast<std::size_t>(k)] = k * 7 % targets;
  auto a = make(sparse::edges(from, to), weights::array(w), delays::uniform(1, 9));
  auto& j = a.projection(Pre{}, Post{});
  EXPECT_EQ(j.rewire(Rewiring{}.below(0.4).weight(0.45).multapses(true)), std::size_t(n - stay));
  a.memory();
  EXPECT_EQ(j.out_degrees(), (std::vector<std::size_t>{n, 0}));
  auto b = make(sparse::edges(j.sources(), j.targets()), weights::array(j.weights()),
                delays::array(j.delays()));
  auto& same = b.projection(Pre{}, Post{});
  EXPECT_TRUE(j.delays() == same.delays());
  for (auto* net : {&a, &b}) net->run(30);
  auto const x = j.weights(), y = same.weights();
  ASSERT_NE(x[0], 0.5);
  for (std::size_t k = 0; k < x.size(); ++k) ASSERT_NEAR(x[k], y[k], 1e-12) << k;
}

TYPED_TEST(RewiringTest, AlikeAndNoNeuronOntoItself) {
  auto const run = [](int share) {
    auto net = make_network<TypeParam>(Config{}.neurons_per_thread(share),
                                       population(Pre{}, LIF<>{}, Shape{70}),
                                       project(Pre{}, Pre{}, sparse::in_degree(20).autapses(false),
                                               weights::uniform(0, 1), delays::constant(1)));
    auto& synapses = net.projection(Pre{}, Pre{});
    EXPECT_GT(synapses.rewire(Rewiring{}.below(0.3).weight(0.1)), 200U);
    EXPECT_GT(synapses.rewire(Rewiring{}.below(0.3).weight(0.1)), 200U);
    auto const from = synapses.sources(), to = synapses.targets();
    for (std::size_t k = 0; k < from.size(); ++k) EXPECT_NE(from[k], to[k]);
    return from;
  };
  EXPECT_EQ(run(1), run(1000));
  auto full = make_network<TypeParam>(
      config(), population(Pre{}, LIF<>{}, Shape{5}), population(Post{}, LIF<>{}, Shape{3}),
      project(Pre{}, Post{}, sparse::bernoulli(1), weights::uniform(0, 1)));
  EXPECT_EQ(full.projection(Pre{}, Post{}).rewire(Rewiring{}.below(2)), 0U);
}

}  // namespace

// What changes weights and synapses between runs: sums and factors of weights, rates that are
// regulated, rewiring; and histograms and samples of weights. Against plain loops over what
// projections tell of their synapses.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <numeric>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::config;
using kosnn_test::error_of;

struct Pre {};
struct Post {};

template <class Device>
class Regulation : public ::testing::Test {};
TYPED_TEST_SUITE(Regulation, kosnn_test::Devices);

constexpr int sources = 37, targets = 29;

template <class Device, class Topology, class Rule>
auto network(Topology const& topology, Delays const& delays, Rule const& rule) {
  kosnn_test::Chatter<double> const noise{0.05};
  return make_network<Device, double>(
      config(), population(Pre{}, noise, Shape{sources}), population(Post{}, noise, Shape{targets}),
      project(Pre{}, Post{}, topology, weights::uniform(0.1, 0.9), delays, rule));
}
auto stdp() { return PairStdp<double>{}.a_plus(0.02).a_minus(0.02).clamp(0, 1); }

/// Source and target of each weight.
template <class Projection>
std::vector<std::pair<int, int>> ends_of(Projection const& synapses, Sparse const&) {
  auto const from = synapses.sources(), to = synapses.targets();
  std::vector<std::pair<int, int>> ends;
  for (std::size_t k = 0; k < from.size(); ++k) ends.emplace_back(from[k], to[k]);
  return ends;
}
template <class Projection>
std::vector<std::pair<int, int>> ends_of(Projection const&, Dense const&) {
  std::vector<std::pair<int, int>> ends;
  for (int k = 0; k < sources * targets; ++k) ends.emplace_back(k / targets, k % targets);
  return ends;
}

template <class Device, class Topology>
void expect_sums(Topology const& topology, Delays const& delays) {
  auto net = network<Device>(topology, delays, stdp());
  auto& synapses = net.projection(Pre{}, Post{});
  auto const ends = ends_of(synapses, topology);
  net.run(40);
  auto const before = synapses.weights();
  synapses.normalise_outputs(3);
  auto const w = synapses.weights();
  std::vector<double> sums(sources), outputs(sources), inputs(targets);
  for (std::size_t k = 0; k < w.size(); ++k)
    sums[static_cast<std::size_t>(ends[k].first)] += before[k];
  for (std::size_t k = 0; k < w.size(); ++k) {
    auto const i = static_cast<std::size_t>(ends[k].first);
    ASSERT_NEAR(w[k], std::min(1.0, 3 / sums[i] * before[k]), 1e-12);
    outputs[i] += w[k];
  }
  EXPECT_NEAR(*std::max_element(outputs.begin(), outputs.end()), 3, 1e-12);
  std::vector<double> factors(targets);
  for (std::size_t n = 0; n < targets; ++n) factors[n] = 0.1 * static_cast<double>(n % 7);
  synapses.scale_inputs(factors);
  auto const scaled = synapses.weights();
  for (std::size_t k = 0; k < w.size(); ++k)
    ASSERT_NEAR(scaled[k], w[k] * factors[static_cast<std::size_t>(ends[k].second)], 1e-15);
}
TYPED_TEST(Regulation, SumsAndFactors) {
  expect_sums<TypeParam>(Dense{}, delays::none());
  expect_sums<TypeParam>(Dense{}, delays::uniform(1, 4));
  expect_sums<TypeParam>(sparse::bernoulli(0.4), delays::constant(1));
  expect_sums<TypeParam>(sparse::bernoulli(0.4), delays::uniform(1, 4));
}

TYPED_TEST(Regulation, HistogramsAndSamples) {
  auto net = network<TypeParam>(sparse::bernoulli(0.4), delays::uniform(1, 4), stdp());
  auto& synapses = net.projection(Pre{}, Post{});
  std::vector<std::size_t> const some = {5, 0, 117, synapses.synapses() - 1};
  auto const& all = net.record_weights(Pre{}, Post{}, 20);
  auto const& sampled = net.record_weights(Pre{}, Post{}, 20, some);
  auto const& counted = net.record_weights(Pre{}, Post{}, 20, Bins{7, 0.2, 0.8});
  net.run(60);
  std::size_t const n = synapses.synapses();
  ASSERT_EQ(all.samples(), 3U);
  ASSERT_EQ(sampled.values().size(), 3 * some.size());
  ASSERT_EQ(counted.values().size(), 3U * 7);
  for (std::size_t t = 0; t < 3; ++t) {
    std::vector<std::uint64_t> bins(7);
    for (std::size_t k = 0; k < n; ++k)
      ++bins[static_cast<std::size_t>(
          std::clamp((all.values()[t * n + k] - 0.2) * (7 / (0.8 - 0.2)), 0.0, 6.0))];
    for (std::size_t b = 0; b < 7; ++b) EXPECT_EQ(counted.values()[t * 7 + b], bins[b]);
    for (std::size_t k = 0; k < some.size(); ++k)
      EXPECT_EQ(sampled.values()[t * some.size() + k], all.values()[t * n + some[k]]);
  }
  std::vector<double> const first(all.values().begin(),
                                  all.values().begin() + static_cast<std::ptrdiff_t>(n));
  EXPECT_NE(first, synapses.weights());
}

TYPED_TEST(Regulation, TheDiagonalIsNoSynapse) {
  auto net = make_network<TypeParam>(
      config(), population(Pre{}, LIF<>{}, Shape{300}),
      project(Pre{}, Pre{}, AllButOne{}, weights::uniform(-1, 0), delays::constant(1)));
  auto const counts = net.projection(Pre{}, Pre{}).histogram({2, -0.5, 0.5});
  auto const w = net.projection(Pre{}, Pre{}).weights();
  auto const weak = std::count_if(w.begin(), w.end(), [](float x) { return x >= 0; }) - 300;
  EXPECT_EQ(counts[1], static_cast<std::uint64_t>(weak));
  EXPECT_EQ(counts[0] + counts[1], 300U * 299);
}

/// Neurons whose rates follow their input come to the rate that is asked for: where weights are
/// scaled with ratios that stay.
TYPED_TEST(Regulation, Rates) {
  auto const run = [](bool scale) {
    auto net = make_network<TypeParam, double>(
        config(), population(Pre{}, PoissonSource{}, Shape{sources}),
        population(Post{}, LIF<double>{}.membrane(exact(20)).threshold(1), Shape{targets}),
        project(Pre{}, Post{}, sparse::in_degree(20), weights::uniform(0.02, 0.1)));
    net.get(Pre{}).set_rates(std::vector<double>(sources, 100));
    auto& synapses = net.projection(Pre{}, Post{});
    auto& counts = net.record(Post{}, SpikeCounts{});
    auto const before = synapses.weights();
    SynapticScaling const scaling(20, 0.01);
    IntrinsicPlasticity intrinsic(20, 0.0002, -1, 1);
    std::vector<double> rates;
    for (int k = 0; k < 60; ++k) {
      counts.clear();
      net.run(500);
      rates = rates_hz(counts.counts(), 500);
      if (scale)
        synapses.scale_inputs(scaling.factors(rates, 500));
      else
        net.get(Post{}).set_input(intrinsic.currents(rates, 500));
    }
    counts.clear();
    net.run(10000);
    for (double const hz : rates_hz(counts.counts(), 10000)) EXPECT_NEAR(hz, 20, 4);
    if (!scale) return;
    std::map<int, double> ratio;  // of each target
    auto const after = synapses.weights();
    auto const to = synapses.targets();
    for (std::size_t k = 0; k < after.size(); ++k)
      EXPECT_NEAR(after[k] / before[k],
                  ratio.try_emplace(to[k], after[k] / before[k]).first->second, 1e-9);
  };
  run(true);
  run(false);
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
TYPED_TEST(Regulation, Rewiring) {
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
TYPED_TEST(Regulation, RewiredAsMade) {
  expect_same_from_then_on<TypeParam>(stdp(), true);
  expect_same_from_then_on<TypeParam>(stdp(), false);
}

/// Rows of up to 65,535 synapses have a shorter index than those of more.
TYPED_TEST(Regulation, RewiresIntoALongRow) {
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

TYPED_TEST(Regulation, RewiresAlikeAndNoNeuronOntoItself) {
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

TYPED_TEST(Regulation, Errors) {
  auto net = network<TypeParam>(sparse::bernoulli(0.4), delays::constant(1), stdp());
  auto& j = net.projection(Pre{}, Post{});
  std::string const name = "projection Pre -> Post: ";
  EXPECT_EQ(error_of([&] { j.normalise_outputs(-1); }),
            name + "normalise_outputs: weights in [0, 1] can't add up to -1");
  EXPECT_EQ(error_of([&] {
              j.scale_inputs({1, 2});
            }),
            name + "scale_inputs takes 29 factors, one for each target, got 2");
  EXPECT_EQ(error_of([&] { j.scale_inputs(std::vector<double>(targets, -1)); }),
            name + "scale_inputs: factor 0 must be finite and at least 0, got -1");
  EXPECT_EQ(error_of([&] { j.rewire(Rewiring{}.below(NAN)); }),
            name + "rewire: below must be finite and at least 0, got nan");
  EXPECT_EQ(error_of([&] { j.rewire(Rewiring{}.below(1).weight(3)); }),
            name + "weight 0 is 3, outside the clamp [0, 1]");
  EXPECT_EQ(error_of([&] {
              j.histogram({0, 0, 1});
            }),
            name + "bins: there must be at least one, got 0");
  EXPECT_EQ(error_of([&] {
              net.record_weights(Pre{}, Post{}, 1, Bins{3, 1, 1});
            }),
            name + "bins: [1, 1] is no finite interval");
  EXPECT_NE(error_of([&] { j.sample({1u << 20}); }).find("there is no synapse 1048576 among"),
            std::string::npos);
  EXPECT_EQ(error_of([] { SynapticScaling(-1, 1); }),
            "synaptic scaling: the rate must be finite and at least 0 Hz, got -1");
  EXPECT_EQ(error_of([] { IntrinsicPlasticity(1, 1, 2, 1); }),
            "intrinsic plasticity: [2, 1] is no interval");
}

}  // namespace

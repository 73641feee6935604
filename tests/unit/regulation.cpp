// What changes weights between runs: sums and factors of weights, rates that are regulated; and
// histograms and samples of weights. Against plain loops over what projections tell of their
// synapses.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <numeric>
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

// Sparse projections: what the rules draw, arrays over synapses, memory, errors.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::expect_error;

struct In {};
struct Cells {};

using Device = Kokkos::DefaultHostExecutionSpace;

/// From 60 neurons to 37, and among the 37.
template <class Space = Device>
auto make(Sparse const& forward, Sparse const& recurrent, Weights const& w = weights::constant(0.5),
          Delays const& d = delays::constant(1), Config const& config = kosnn_test::config()) {
  return make_network<Space>(
      config, population(In{}, SpikeArraySource{}, Shape{60}),
      population(Cells{}, LIF<>{}, Shape{37}), project(In{}, Cells{}, forward, w, d),
      project(Cells{}, Cells{}, recurrent, weights::constant(0.5), delays::constant(1)));
}

/// Pairs as a network tells them: those of the first, then of the second projection.
struct Pairs {
  std::vector<int> sources, targets;
  std::vector<int> in(int n) const { return degrees(targets, n); }
  std::vector<int> out(int n) const { return degrees(sources, n); }
  int autapses() const {
    int count = 0;
    for (std::size_t k = 0; k < sources.size(); ++k) count += sources[k] == targets[k];
    return count;
  }
  int multapses() const {
    std::set<std::pair<int, int>> seen;
    for (std::size_t k = 0; k < sources.size(); ++k) seen.emplace(sources[k], targets[k]);
    return static_cast<int>(sources.size() - seen.size());
  }

 private:
  static std::vector<int> degrees(std::vector<int> const& ends, int n) {
    std::vector<int> count(static_cast<std::size_t>(n));
    for (int const e : ends) ++count[static_cast<std::size_t>(e)];
    return count;
  }
};
template <class Projection>
Pairs pairs_of(Projection const& p) {
  Pairs pairs{p.sources(), p.targets()};
  EXPECT_EQ(pairs.sources.size(), p.synapses());
  EXPECT_EQ(pairs.targets.size(), p.synapses());
  for (std::size_t k = 1; k < pairs.sources.size(); ++k)
    EXPECT_LE(std::make_pair(pairs.sources[k - 1], pairs.targets[k - 1]),
              std::make_pair(pairs.sources[k], pairs.targets[k]))
        << k;
  return pairs;
}
/// What is drawn for a projection; networks take longer.
Pairs draw(Sparse const& rule, int pre, bool recurrent, std::uint64_t seed,
           detail::HostThreads const& threads = detail::HostThreads()) {
  detail::SynapseDraw draw(rule, pre, 37, recurrent, RandomStream(seed, 7), threads);
  draw.draw();
  detail::RowScratch row;
  Pairs pairs;
  for (int i = 0; i < pre; ++i) {
    draw.row(static_cast<std::uint32_t>(i), row);
    for (std::uint32_t const j : row.targets) {
      pairs.sources.push_back(i);
      pairs.targets.push_back(static_cast<int>(j));
    }
  }
  EXPECT_EQ(pairs.sources.size(), draw.synapses());
  return pairs;
}
Pairs forward(Sparse const& rule, std::uint64_t seed = 1) { return draw(rule, 60, false, seed); }
Pairs recurrent(Sparse const& rule) { return draw(rule, 37, true, 1); }

TEST(Sparse, DegreesAreThoseThatAreAskedFor) {
  EXPECT_EQ(forward(sparse::in_degree(11)).in(37), std::vector<int>(37, 11));
  EXPECT_EQ(forward(sparse::in_degree(100)).in(37), std::vector<int>(37, 100));
  EXPECT_EQ(forward(sparse::out_degree(9)).out(60), std::vector<int>(60, 9));
  EXPECT_EQ(forward(sparse::total(777)).sources.size(), 777U);
  EXPECT_EQ(forward(sparse::in_degree(0)).sources.size(), 0U);
  for (bool const autapses : {true, false}) {
    auto const in = recurrent(sparse::in_degree(36).multapses(false).autapses(autapses));
    EXPECT_EQ(in.in(37), std::vector<int>(37, 36));
    auto const out = recurrent(sparse::out_degree(36).multapses(false).autapses(autapses));
    EXPECT_EQ(out.out(37), std::vector<int>(37, 36));
    for (int const n : {1, 600, 700, 37 * 36})
      EXPECT_EQ(recurrent(sparse::total(n).multapses(false).autapses(autapses)).sources.size(),
                static_cast<std::size_t>(n));
  }
}

TEST(Sparse, MakesNoAutapsesOrMultapsesWhereTheyAreExcluded) {
  for (auto const& rule : {sparse::bernoulli(0.5), sparse::in_degree(30), sparse::out_degree(30),
                           sparse::total(1110)}) {
    Sparse any = rule, no_self = rule, no_twins = rule, neither = rule;
    EXPECT_GT(recurrent(any).autapses(), 0);
    EXPECT_EQ(recurrent(no_self.autapses(false)).autapses(), 0);
    auto const single = recurrent(no_twins.multapses(false));
    EXPECT_EQ(single.multapses(), 0);
    EXPECT_GT(single.autapses(), 0);
    auto const clean = recurrent(neither.autapses(false).multapses(false));
    EXPECT_EQ(clean.autapses(), 0);
    EXPECT_EQ(clean.multapses(), 0);
    EXPECT_EQ(recurrent(any).multapses() > 0, rule.rule() != Sparse::Rule::bernoulli);
    // Between two populations there is no autapse.
    EXPECT_GT(forward(no_self).autapses(), 0);
  }
}

/// Sums of many draws stay within 4.5 standard deviations of what they should be.
void expect_sum(double sum, double mean, double variance, std::string const& what) {
  EXPECT_NEAR(sum, mean, 4.5 * std::sqrt(variance) + 1e-9) << what;
}

TEST(Sparse, BernoulliHasItsMeanAndVariance) {
  for (double const p : {0.003, 0.2, 0.9}) {
    int const seeds = 40;
    double sum = 0, squares = 0;
    std::vector<double> of_pair(60 * 37);
    for (int seed = 1; seed <= seeds; ++seed) {
      auto const pairs = forward(sparse::bernoulli(p), static_cast<std::uint64_t>(seed));
      auto const n = static_cast<double>(pairs.sources.size());
      sum += n;
      squares += (n - 2220 * p) * (n - 2220 * p);
      for (std::size_t k = 0; k < pairs.sources.size(); ++k)
        ++of_pair[static_cast<std::size_t>(pairs.sources[k] * 37 + pairs.targets[k])];
    }
    double const variance = 2220 * p * (1 - p);
    expect_sum(sum, seeds * 2220 * p, seeds * variance, "synapses");
    expect_sum(squares / variance, seeds, 2 * seeds + 1 / variance, "their variance");
    double chi_squared = 0;
    for (double const count : of_pair)
      chi_squared += (count - seeds * p) * (count - seeds * p) / (seeds * p * (1 - p));
    expect_sum(chi_squared, 2220, 2 * 2220 + 2220 / (seeds * p * (1 - p)), "pairs alike");
  }
  EXPECT_EQ(forward(sparse::bernoulli(0)).sources.size(), 0U);
  EXPECT_EQ(forward(sparse::bernoulli(1)).sources.size(), 2220U);
  EXPECT_EQ(recurrent(sparse::bernoulli(1).autapses(false)).sources.size(), 37U * 36);
}

TEST(Sparse, DrawsAllPairsAlike) {
  int const seeds = 60;
  for (auto const& rule :
       {sparse::in_degree(12), sparse::in_degree(12).multapses(false), sparse::out_degree(7),
        sparse::out_degree(7).multapses(false), sparse::total(444),
        sparse::total(444).multapses(false), sparse::total(2000).multapses(false)}) {
    std::vector<double> of_pair(60 * 37);
    double expected = 0;
    for (int seed = 1; seed <= seeds; ++seed) {
      auto const pairs = forward(rule, static_cast<std::uint64_t>(seed));
      expected += static_cast<double>(pairs.sources.size()) / 2220;
      for (std::size_t k = 0; k < pairs.sources.size(); ++k)
        ++of_pair[static_cast<std::size_t>(pairs.sources[k] * 37 + pairs.targets[k])];
    }
    double const p = expected / seeds;
    double const variance = rule.has_multapses() ? expected : expected * (1 - p);
    double chi_squared = 0;
    for (double const count : of_pair)
      chi_squared += (count - expected) * (count - expected) / variance;
    expect_sum(chi_squared, 2220, 2 * 2220, "rule " + std::to_string(int(rule.rule())));
  }
}

TEST(Sparse, NetworksHaveWhatTheRulesDraw) {
  auto const of = [](std::uint64_t seed) {
    return make(sparse::in_degree(20), sparse::out_degree(7).autapses(false), weights::constant(1),
                delays::uniform(1, 5), kosnn_test::config().seed(seed));
  };
  auto net = of(1), other = of(2);
  auto const a = pairs_of(net.projection(In{}, Cells{}));
  EXPECT_EQ(a.in(37), std::vector<int>(37, 20));
  auto const b = pairs_of(net.projection(Cells{}, Cells{}));
  EXPECT_EQ(b.out(37), std::vector<int>(37, 7));
  EXPECT_EQ(b.autapses(), 0);
  EXPECT_NE(a.sources, other.projection(In{}, Cells{}).sources());
  EXPECT_NE(b.targets, other.projection(Cells{}, Cells{}).targets());
}

/// Weights and delays that tell of their edge.
TEST(Sparse, ArraysFollowTheEdgesAsTheyAreListed) {
  std::vector<int> sources, targets;
  std::vector<double> w, ms;
  for (int k = 0; k < 400; ++k) {
    int const edge = k * 1009 % 2220;
    sources.push_back(edge / 37);
    targets.push_back(edge % 37);
    w.push_back(edge);
    ms.push_back(1 + edge % 5);
  }
  auto net =
      make(sparse::edges(sources, targets), sparse::total(0), weights::array(w), delays::array(ms));
  auto const& p = net.projection(In{}, Cells{});
  auto const pairs = pairs_of(p);
  auto const got = p.weights();
  auto const got_ms = p.delays();
  ASSERT_EQ(got.size(), 400U);
  for (std::size_t k = 0; k < 400; ++k) {
    int const edge = pairs.sources[k] * 37 + pairs.targets[k];
    EXPECT_EQ(got[k], static_cast<float>(edge));
    EXPECT_EQ(got_ms[k], 1 + edge % 5);
  }
  // Again from what was read.
  auto again = make(sparse::edges(pairs.sources, pairs.targets), sparse::total(0),
                    weights::array({got.begin(), got.end()}), delays::array(got_ms));
  EXPECT_EQ(again.projection(In{}, Cells{}).weights(), got);
  EXPECT_EQ(again.projection(In{}, Cells{}).delays(), got_ms);
}

TEST(Sparse, ParallelSynapsesKeepTheirWeightsAndDelays) {
  auto net = make(sparse::edges({3, 3, 3, 2, 3}, {5, 5, 5, 36, 1}), sparse::total(0),
                  weights::array({1, 2, 3, 4, 5}), delays::array({7, 2, 4, 1, 2}));
  auto& p = net.projection(In{}, Cells{});
  EXPECT_EQ(p.sources(), (std::vector<int>{2, 3, 3, 3, 3}));
  EXPECT_EQ(p.targets(), (std::vector<int>{36, 1, 5, 5, 5}));
  EXPECT_EQ(p.delays(), (std::vector<double>{1, 2, 2, 4, 7}));
  EXPECT_EQ(p.weights(), (std::vector<float>{4, 5, 2, 3, 1}));
  p.set_weights({10, 20, 30, 40, 50});
  EXPECT_EQ(p.weights(), (std::vector<float>{10, 20, 30, 40, 50}));
}

TEST(Sparse, WeightsAndDelaysHaveTheirDistributions) {
  auto net = make(sparse::in_degree(500), sparse::in_degree(500), weights::lognormal(-1, 0.5),
                  delays::clipped_normal(3, 2, 2, 8));
  auto const& p = net.projection(In{}, Cells{});
  double const n = 37 * 500;
  double sum = 0, squares = 0;
  for (float const w : p.weights()) {
    double const z = (std::log(double(w)) + 1) / 0.5;
    sum += z;
    squares += z * z;
  }
  expect_sum(sum, 0, n, "mean of log");
  expect_sum(squares, n, 2 * n, "variance of log");
  auto const phi = [](double z) { return 0.5 * std::erfc(-z / std::sqrt(2)); };
  // Of delays from 2 to 8 ms, of which below(ms) would be shorter.
  auto const expect_delays = [&](std::vector<double> const& delays, auto const& below) {
    std::vector<double> count(9);
    for (double const ms : delays) ++count[static_cast<std::size_t>(ms)];
    EXPECT_EQ(count[0] + count[1], 0);
    for (int d = 2; d <= 8; ++d) {
      double const part =
          (below(std::min(8.0, d + 0.5)) - below(std::max(2.0, d - 0.5))) / (below(8) - below(2));
      expect_sum(count[static_cast<std::size_t>(d)], n * part, n * part * (1 - part), "delay");
    }
  };
  expect_delays(p.delays(), [&](double ms) { return phi((ms - 3) / 2); });
  auto logs = make(sparse::in_degree(500), sparse::total(0), weights::constant(1),
                   delays::lognormal(std::log(3), 0.6, 2, 8));
  expect_delays(logs.projection(In{}, Cells{}).delays(),
                [&](double ms) { return phi(std::log(ms / 3) / 0.6); });
  auto clipped = make(sparse::in_degree(500), sparse::total(0),
                      weights::clipped_normal(1, 2, 0, 1.5), delays::uniform(1, 3));
  for (float const w : clipped.projection(In{}, Cells{}).weights()) {
    ASSERT_GE(w, 0);
    ASSERT_LE(w, 1.5F);
  }
}

TEST(Sparse, TakesTwoBytesASynapseAndThoseOfItsWeight) {
  auto const bytes = [](Weights const& w, Delays const& d) {
    auto const of = [&](long long degree) {
      auto net = make(sparse::in_degree(degree), sparse::total(0), w, d);
      for (auto const& part : net.memory().parts())
        if (part.name == "projection In -> Cells") return part.bytes;
      return std::size_t(0);
    };
    return static_cast<double>(of(10000) - of(5000)) / (5000 * 37);
  };
  EXPECT_EQ(bytes(weights::constant(1), delays::constant(2)), 2);
  EXPECT_EQ(bytes(weights::constant(1), delays::uniform(1, 64)), 2);
  EXPECT_EQ(bytes(weights::uniform(0, 1), delays::constant(2)), 6);
  EXPECT_EQ(bytes(weights::uniform(0, 1), delays::uniform(1, 64)), 6);
}

TEST(Sparse, WhatCannotBeIsAnError) {
  std::string const edge = "projection In -> Cells";
  auto const of = [](Sparse const& rule, Weights const& w = weights::constant(1),
                     Delays const& d = delays::constant(1)) {
    return [=] { make(rule, sparse::total(0), w, d); };
  };
  auto const again = [](Sparse const& rule) { return [=] { make(sparse::total(0), rule); }; };
  double const nan = std::numeric_limits<double>::quiet_NaN();
  expect_error(of(sparse::bernoulli(1.5)), {edge, "probability", "[0, 1]", "1.5"});
  expect_error(of(sparse::bernoulli(-0.1)), {edge, "probability", "-0.1"});
  expect_error(of(sparse::bernoulli(nan)), {edge, "probability", "nan"});
  expect_error(of(sparse::in_degree(61).multapses(false)), {edge, "in_degree", "61", "60"});
  expect_error(again(sparse::in_degree(37).multapses(false).autapses(false)), {"37", "36"});
  expect_error(of(sparse::out_degree(38).multapses(false)), {edge, "out_degree", "38", "37"});
  expect_error(of(sparse::total(2221).multapses(false)), {edge, "total", "2221", "2220"});
  expect_error(of(sparse::in_degree(-1)), {edge, "in_degree", "-1"});
  expect_error(of(sparse::total(-3)), {edge, "total", "-3"});
  expect_error(of(sparse::total(1LL << 32)), {edge, "2^32", "4294967296"});
  expect_error(of(sparse::in_degree(1LL << 30)), {edge, "2^32"});
  expect_error(of(sparse::out_degree(1LL << 40)), {edge, "out_degree", "2^31"});
  expect_error(of(sparse::edges({1, 2}, {1})), {edge, "edges", "2 sources", "1 targets"});
  expect_error(of(sparse::edges({1, 60}, {1, 2})), {edge, "source", "edge 1", "59", "60"});
  expect_error(of(sparse::edges({1, -1}, {1, 2})), {edge, "source", "edge 1", "-1"});
  expect_error(of(sparse::edges({1, 2}, {37, 2})), {edge, "target", "edge 0", "36", "37"});
  expect_error(again(sparse::edges({1, 2}, {3, 2}).autapses(false)), {"edge 1", "itself"});
  expect_error(of(sparse::edges({4, 1, 4}, {3, 2, 3}).multapses(false)),
               {"edges 0 and 2", "the same pair", "4 to 3"});
  expect_error(of(sparse::edges({1, 2}, {1, 2}), weights::array({1})), {edge, "weights", "2", "1"});
  expect_error(of(sparse::edges({1, 2}, {1, 2}), weights::constant(1), delays::array({1, 2, 3})),
               {edge, "delays", "2", "3"});
  expect_error(of(sparse::total(2), weights::array({1, 2})), {edge, "array", "sparse::edges"});
  expect_error(of(sparse::total(2), weights::clipped_normal(0, 1, 2, 1)), {"low <= high"});
  expect_error(of(sparse::total(2), weights::clipped_normal(0, 1, 9, 10)), {"1 %", "9", "10"});
  expect_error(of(sparse::total(2), weights::lognormal(0, -1)), {"sd >= 0", "-1"});
  auto const timed = [&](Delays const& d) { return of(sparse::total(2), weights::constant(1), d); };
  expect_error(timed(delays::lognormal(0, 1, 3, 2)), {edge, "lognormal needs low <= high"});
  expect_error(timed(delays::lognormal(0, 1, 50, 60)), {edge, "1 %", "50", "60", "lognormal"});
  expect_error(timed({Values::lognormal(0, 1)}), {edge, "lognormal with bounds"});
  expect_error(of(sparse::total(2), weights::lognormal(1e4, 0)), {edge, "weight 0", "inf"});
  expect_error(of(sparse::total(2), weights::constant(1), delays::clipped_normal(2, 1, 0.5, 4)),
               {edge, "delay", "0.5"});
  // Refused before anything is drawn.
  try {
    make(sparse::total(4000000000), sparse::total(0), weights::constant(1), delays::constant(1),
         Config{}.memory_limit(1 << 30));
    FAIL() << "no MemoryError";
  } catch (MemoryError const& error) {
    EXPECT_NE(std::string(error.what()).find("8000000"), std::string::npos) << error.what();
  }
}

/// Also where enough is drawn for threads to share it.
TEST(Sparse, IsTheSameForEachNumberOfThreads) {
  for (auto const& rule : {sparse::bernoulli(0.7), sparse::in_degree(701), sparse::out_degree(450),
                           sparse::in_degree(600).multapses(false), sparse::total(30001)}) {
    auto const one = draw(rule, 900, false, 3, detail::HostThreads(1));
    EXPECT_GT(one.sources.size(), 1000U);
    for (int const threads : {2, 3, 7}) {
      auto const several = draw(rule, 900, false, 3, detail::HostThreads(threads));
      EXPECT_EQ(one.sources, several.sources);
      EXPECT_EQ(one.targets, several.targets);
    }
  }
}

/// What rules draw, pair by pair as they are defined, from the random numbers alone.
TEST(Sparse, DrawsWhatANaiveLoopDoes) {
  RandomStream const random(3, 7);
  auto const number = [&](std::uint32_t entity, std::uint64_t k, std::uint32_t n) {
    std::uint32_t w[4];
    random.words(entity, k / 2, 0, w);
    std::uint64_t const high = w[k % 2 * 2], low = w[k % 2 * 2 + 1];
    return static_cast<int>((high * n + (low * n >> 32)) >> 32);
  };
  auto const sorted = [](std::vector<std::pair<int, int>> pairs) {
    std::sort(pairs.begin(), pairs.end());
    return pairs;
  };
  auto const drawn = [&](Sparse const& rule) {
    auto const pairs = draw(rule, 60, false, 3);
    std::vector<std::pair<int, int>> out;
    for (std::size_t k = 0; k < pairs.sources.size(); ++k)
      out.emplace_back(pairs.sources[k], pairs.targets[k]);
    return out;
  };
  std::vector<std::pair<int, int>> in, out, total;
  for (std::uint32_t j = 0; j < 37; ++j)
    for (std::uint64_t k = 0; k < 51; ++k) in.emplace_back(number(j, k, 60), int(j));
  for (std::uint32_t i = 0; i < 60; ++i)
    for (std::uint64_t k = 0; k < 83; ++k) out.emplace_back(int(i), number(i, k, 37));
  for (std::uint64_t k = 0; k < 20001; ++k) total.emplace_back(number(0, k, 60), number(1, k, 37));
  EXPECT_EQ(drawn(sparse::in_degree(51)), sorted(in));
  EXPECT_EQ(drawn(sparse::out_degree(83)), sorted(out));
  EXPECT_EQ(drawn(sparse::total(20001)), sorted(total));
}

/// What is needed while they are drawn counts.
TEST(Sparse, KeepsWithinTheLimitWhileItIsMade) {
  auto const of = [](std::size_t limit) {
    return make(sparse::total(100000), sparse::total(0), weights::constant(1), delays::constant(1),
                kosnn_test::config().memory_limit(limit));
  };
  std::size_t const least = of(0).memory().total();
  std::size_t const drawing =
      detail::SynapseDraw(sparse::total(100000), 60, 37, false, RandomStream(1, 1)).bytes();
  EXPECT_EQ(drawing, 4U * (100000 + 60 * std::size_t(detail::HostThreads().count())));
  of(least + drawing);
  try {
    of(least + drawing - 1);
    FAIL() << "no MemoryError";
  } catch (MemoryError const& error) {
    EXPECT_NE(std::string(error.what()).find("drawing of synapses"), std::string::npos)
        << error.what();
  }
}

TEST(Sparse, IsTheSameOnEveryDevice) {
  auto const of = [](auto space, Sparse const& rule) {
    using Space = decltype(space);
    auto net = make<Space>(rule, rule, weights::normal(1, 0.3), delays::uniform(1, 9));
    auto const& p = net.projection(In{}, Cells{});
    return std::make_tuple(p.sources(), p.targets(), p.weights(), p.delays());
  };
  for (auto const& rule : {sparse::bernoulli(0.2), sparse::in_degree(8), sparse::out_degree(5),
                           sparse::total(300).multapses(false)})
    EXPECT_EQ(of(Kokkos::Serial{}, rule), of(Device{}, rule));
}

}  // namespace

// Synapses whose probability and delay depend on distance.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::expect_error;

struct Cells {};
using Host = Kokkos::DefaultHostExecutionSpace;
using Pairs = std::vector<std::pair<int, int>>;

Pairs draw(Sparse const& rule, bool recurrent = false, std::uint64_t seed = 1, int threads = 2) {
  int const pre = rule.distances().pre.size();
  detail::SynapseDraw draw(rule, pre, rule.distances().post.size(), recurrent,
                           RandomStream(seed, 7), detail::HostThreads(threads));
  draw.draw();
  detail::RowScratch row;
  Pairs pairs;
  for (int i = 0; i < pre; ++i) {
    draw.row(static_cast<std::uint32_t>(i), row);
    EXPECT_TRUE(std::is_sorted(row.targets.begin(), row.targets.end()));
    for (std::uint32_t const j : row.targets) pairs.emplace_back(i, static_cast<int>(j));
  }
  EXPECT_EQ(pairs.size(), draw.synapses());
  return pairs;
}
/// By its definition.
double distance(Positions const& pre, int i, Positions const& post, int j,
                std::vector<double> const& extents) {
  double sum = 0;
  for (int d = 0; d < pre.dimensions(); ++d) {
    double x = std::fabs(pre.at(i, d) - post.at(j, d));
    if (!extents.empty()) {
      double const extent = extents[static_cast<std::size_t>(d)];
      x = std::min({x, std::fabs(x - extent), x + extent});
    }
    sum += x * x;
  }
  return std::sqrt(sum);
}

TEST(Positions, AreOnAGridOrAnywhereInABox) {
  auto const grid = Positions::grid({2, 3}, {1, 3});
  ASSERT_EQ(grid.size(), 6);
  for (int n = 0; n < 6; ++n) {
    EXPECT_EQ(grid.at(n, 0), 0.25 + 0.5 * (n / 3));
    EXPECT_EQ(grid.at(n, 1), 0.5 + n % 3);
  }
  auto const box = Positions::random(5000, {1, 2, 4}, 3);
  for (int d = 0; d < 3; ++d) {
    double sum = 0;
    for (int n = 0; n < box.size(); ++n) {
      ASSERT_GE(box.at(n, d), 0);
      ASSERT_LT(box.at(n, d), 1 << d);
      sum += box.at(n, d) / (1 << d);
    }
    EXPECT_NEAR(sum / 5000, 0.5, 4.5 / std::sqrt(12 * 5000.0));
  }
  EXPECT_NE(box.at(0, 0), Positions::random(1, {1, 2, 4}, 4).at(0, 0));
}

/// Over many seeds, every pair is connected as often as the kernel says: chi-squared of all pairs,
/// and numbers by distance.
TEST(Distance, PairsHaveTheProbabilityOfTheKernel) {
  auto const plane = Positions::random(70, {1, 1}, 1), other = Positions::random(90, {1, 1}, 2);
  auto const space = Positions::random(80, {1, 1, 1}, 3), grid = Positions::grid({9, 10}, {1, 1});
  auto const line = Positions::grid({60}, {1});
  std::vector<double> const torus{1, 1};
  struct Case {
    Positions pre, post;
    DistanceKernel kernel;
    std::vector<double> extents;
  };
  std::vector<Case> const cases{{plane, other, kernels::gaussian(0.8, 0.2), {}},
                                {plane, other, kernels::gaussian(0.8, 0.2), torus},
                                {plane, grid, kernels::exponential(1, 0.15), torus},
                                {other, plane, kernels::exponential(0.3, 0.5), {}},
                                {plane, other, kernels::disc(0.4, 0.3), torus},
                                {space, space, kernels::gaussian(0.5, 0.3), {1, 1, 1}},
                                {line, line, kernels::disc(0.7, 0.25), {1}}};
  int const seeds = 60;
  for (std::size_t c = 0; c < cases.size(); ++c) {
    auto const& [pre, post, kernel, extents] = cases[c];
    auto rule = sparse::distance(pre, post, kernel);
    if (!extents.empty()) rule.periodic(extents);
    auto const width = static_cast<std::size_t>(post.size());
    std::vector<double> count(static_cast<std::size_t>(pre.size()) * width);
    for (int seed = 1; seed <= seeds; ++seed)
      for (auto const& [i, j] : draw(rule, false, static_cast<std::uint64_t>(seed)))
        ++count[static_cast<std::size_t>(i) * width + static_cast<std::size_t>(j)];
    double chi_squared = 0, spread = 0, terms = 0;
    std::vector<double> near(20), expected(20), variance(20);
    for (std::size_t k = 0; k < count.size(); ++k) {
      double const d =
          distance(pre, static_cast<int>(k / width), post, static_cast<int>(k % width), extents);
      double const p = kernel(d);
      auto const bin = std::min<std::size_t>(19, static_cast<std::size_t>(d * 15));
      near[bin] += count[k];
      expected[bin] += seeds * p;
      variance[bin] += seeds * p * (1 - p);
      if (p == 0) {
        ASSERT_EQ(count[k], 0) << c;
      }
      if (seeds * p * (1 - p) < 0.5) continue;
      chi_squared += (count[k] - seeds * p) * (count[k] - seeds * p) / (seeds * p * (1 - p));
      spread += 2 + (1 - 6 * p * (1 - p)) / (seeds * p * (1 - p));
      ++terms;
    }
    EXPECT_GT(terms, 500) << c;
    EXPECT_NEAR(chi_squared, terms, 4.5 * std::sqrt(spread)) << c;
    for (std::size_t b = 0; b < 20; ++b)
      EXPECT_NEAR(near[b], expected[b], 4.5 * std::sqrt(variance[b]) + 1e-9) << c << ", bin " << b;
  }
}

TEST(Distance, IsOneOrNoneWhereItIsCertain) {
  auto const p = Positions::random(300, {1, 1}, 5);
  auto const all = draw(sparse::distance(p, p, kernels::disc(1, 0.2)).periodic({1, 1}), true);
  Pairs expected;
  for (int i = 0; i < 300; ++i)
    for (int j = 0; j < 300; ++j)
      if (distance(p, i, p, j, {1, 1}) <= 0.2) expected.emplace_back(i, j);
  EXPECT_EQ(all, expected);
  EXPECT_TRUE(draw(sparse::distance(p, p, kernels::gaussian(0, 1))).empty());
  expected.erase(std::remove_if(expected.begin(), expected.end(),
                                [](auto const& pair) { return pair.first == pair.second; }),
                 expected.end());
  auto rule = sparse::distance(p, p, kernels::disc(1, 0.2)).periodic({1, 1});
  EXPECT_EQ(draw(rule.autapses(false), true), expected);
}

TEST(Distance, IsTheSameForEachNumberOfThreads) {
  auto const p = Positions::random(700, {1, 1}, 5);
  auto const rule = sparse::distance(p, p, kernels::exponential(0.5, 0.1));
  auto const pairs = draw(rule, false, 3, 1);
  EXPECT_GT(pairs.size(), 5000U);
  EXPECT_EQ(pairs, draw(rule, false, 3, 3));
  EXPECT_NE(pairs, draw(rule, false, 4, 1));
}

/// All at one point: boxes without width.
TEST(Distance, TakesPositionsThatCoincide) {
  Positions const one(2, std::vector<double>(400, 0.25));
  EXPECT_EQ(draw(sparse::distance(one, one, kernels::gaussian(1, 0.1))).size(), 200U * 200);
}

auto make(Sparse const& rule, Delays const& delays) {
  return make_network<Host>(kosnn_test::config().dt(0.5), population(Cells{}, LIF<>{}, Shape{100}),
                            project(Cells{}, Cells{}, rule, weights::constant(1), delays));
}

TEST(Distance, DelaysGrowWithIt) {
  auto const grid = Positions::grid({10, 10}, {1, 1});
  auto const rule = sparse::distance(grid, grid, kernels::gaussian(0.3, 0.5)).periodic({1, 1});
  auto net = make(rule, delays::by_distance(1, 0.1));
  auto const& p = net.projection(Cells{}, Cells{});
  auto const sources = p.sources(), targets = p.targets();
  auto const ms = p.delays();
  ASSERT_GT(ms.size(), 1000U);
  for (std::size_t k = 0; k < ms.size(); ++k) {
    double const exact = 1 + distance(grid, sources[k], grid, targets[k], {1, 1}) / 0.1;
    ASSERT_EQ(ms[k], 0.5 * std::round(exact / 0.5)) << k;
  }
}

TEST(Distance, WhatCannotBeIsAnError) {
  double const nan = std::numeric_limits<double>::quiet_NaN();
  auto const p = Positions::random(100, {1, 1}, 1), few = Positions::random(99, {1, 1}, 1);
  auto const solid = Positions::random(100, {1, 1, 1}, 1);
  auto const k = kernels::gaussian(0.1, 0.1);
  auto const one = delays::constant(1);
  auto const of = [](Sparse const& rule, Delays const& d) { return [=] { make(rule, d); }; };
  expect_error([] { Positions(4, {1, 2, 3, 4}); }, {"Positions", "1 to 3", "4"});
  expect_error([] { Positions(2, {1, 2, 3}); }, {"Positions", "3", "2"});
  expect_error([=] { Positions(2, {1, 2, nan, 4}); }, {"coordinate 0 of neuron 1"});
  expect_error([] { Positions::grid({3, 4}, {1}); }, {"grid", "2", "1"});
  expect_error([] { Positions::grid({3, 0}, {1, 1}); }, {"grid", "dimension 1", "0"});
  expect_error([] { Positions::grid({3}, {-1}); }, {"grid", "extent", "-1"});
  expect_error([] { Positions::random(0, {1}, 1); }, {"random", "0"});
  expect_error(of(sparse::distance(few, p, k), one), {"projection Cells -> Cells", "99", "100"});
  expect_error(of(sparse::distance(p, few, k), one), {"99", "100", "targets"});
  expect_error(of(sparse::distance(p, solid, k), one), {"2 dimensions", "3"});
  expect_error(of(sparse::distance(p, p, kernels::disc(1.5, 1)), one), {"peak", "[0, 1]", "1.5"});
  expect_error(of(sparse::distance(p, p, kernels::gaussian(nan, 1)), one), {"peak", "nan"});
  expect_error(of(sparse::distance(p, p, kernels::gaussian(1, 0)), one), {"length", "0"});
  expect_error(of(sparse::distance(p, p, k).periodic({1}), one), {"periodic", "2", "1"});
  expect_error(of(sparse::distance(p, p, k).periodic({1, 0.5}), one), {"periodic", "0.5", "1"});
  expect_error([] { sparse::total(3).periodic({1}); }, {"periodic", "sparse::distance"});
  expect_error(of(sparse::total(3), delays::by_distance(1, 1)), {"by_distance"});
  expect_error(of(sparse::distance(p, p, k), delays::by_distance(1, -2)), {"velocity", "-2"});
  expect_error(of(sparse::distance(p, p, k), delays::by_distance(-1, 2)), {"base", "-1"});
  expect_error(of(sparse::distance(p, p, k), delays::by_distance(1, 1e-9)), {"2^24"});
}

}  // namespace

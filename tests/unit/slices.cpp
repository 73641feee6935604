// Parts of populations, and sparse projections that are made of blocks between them.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::expect_error;

struct Cells {};
struct In {};

Slices parts() { return {{"E", 61}, {"I", 17}, {"O", 30}}; }

TEST(Slices, AreRangesOfNeurons) {
  Slices const cells = parts();
  EXPECT_EQ(cells.size(), 108);
  Shape const shape = cells;
  EXPECT_EQ(shape.size(), 108);
  EXPECT_EQ(cells.count(), 3U);
  EXPECT_EQ(cells["I"].begin, 61);
  EXPECT_EQ(cells["I"].end, 78);
  EXPECT_EQ(cells["O"].size(), 30);
  EXPECT_EQ(cells[0].name, "E");
  for (Slice const& part : cells)
    for (int n : {part.begin, part.end - 1}) EXPECT_EQ(cells[cells.part_of(n)].name, part.name);
}

TEST(Slices, SpreadAndGatherValues) {
  Slices const cells = parts();
  auto const each = cells.each<double>({1, 2, 3});
  for (int n = 0; n < cells.size(); ++n)
    EXPECT_EQ(each[static_cast<std::size_t>(n)], double(cells.part_of(n) + 1));
  EXPECT_EQ(cells.means(each), (std::vector<double>{1, 2, 3}));
  EXPECT_EQ(cells.of("I", each), std::vector<double>(17, 2));
  auto twice = each;
  for (double const x : each) twice.push_back(10 * x);
  EXPECT_EQ(cells.means(twice), (std::vector<double>{5.5, 11, 16.5}));
  auto two = std::vector<double>(17, 2);
  two.resize(34, 20);
  EXPECT_EQ(cells.of("I", twice), two);
}

TEST(Slices, WrongPartsAreErrors) {
  Slices const cells = parts();
  expect_error([] { Slices{std::vector<Slices::Part>{}}; }, {"Slices", "at least one"});
  expect_error([] { Slices{{"A", 2}, {"", 3}}; }, {"Slices", "part 1", "name"});
  expect_error([] { Slices{{"A", 2}, {"B", 3}, {"A", 1}}; }, {"two parts", "A"});
  expect_error([] { Slices{{"A", 2}, {"B", 0}}; }, {"B", "0"});
  expect_error([] { Slices{{"A", 2}, {"B", -7}}; }, {"B", "-7"});
  expect_error([] { Slices{{"A", 1LL << 30}, {"B", 1LL << 30}}; }, {"B", "2147483647"});
  expect_error([&] { cells["X"]; }, {"no part X", "E, I, O"});
  expect_error([&] { cells.part_of(108); }, {"107", "108"});
  expect_error([&] { cells.each<int>({1, 2}); }, {"3", "2"});
  expect_error([&] { cells.means(std::vector<int>(109)); }, {"109", "108"});
}

/// Every neuron keeps what it receives.
using Model = kosnn_test::Chatter<float>;

template <class Space>
auto make(Blocks const& blocks, std::uint64_t seed = 1) {
  return make_network<Space>(
      kosnn_test::config().seed(seed).dt(0.5), population(In{}, PoissonSource{}, Shape{5}),
      population(Cells{}, Model{}, parts()), project(Cells{}, Cells{}, blocks));
}
Blocks all_rules() {
  Slices const cells = parts();
  return sparse::blocks()
      .add(cells["E"], cells["I"], sparse::total(300), weights::normal(2, 0.25),
           delays::clipped_normal(1.5, 0.75, 0.5, 4))
      .add(cells["O"], cells["E"], sparse::in_degree(7), weights::uniform(-1, 0),
           delays::uniform(1, 7))
      .add(cells["I"], cells["E"], sparse::out_degree(5), weights::constant(-3),
           delays::constant(2))
      .add(cells["E"], cells["E"], sparse::bernoulli(0.1).autapses(false),
           weights::lognormal(0, 0.3), delays::constant(0.5))
      .add(cells["E"], cells["I"], sparse::total(100).multapses(false),
           weights::clipped_normal(10, 2, 8, 12), delays::uniform(0.5, 2))
      .add(cells["O"], cells["O"], sparse::edges({3, 29, 3}, {0, 1, 0}), weights::array({7, 8, 9}),
           delays::array({1, 2, 3}));
}
template <class Net>
auto synapses_of(Net& net) {
  auto const& p = net.projection(Cells{}, Cells{});
  return std::make_tuple(p.sources(), p.targets(), p.weights(), p.delays());
}
/// What they receive in 60 ms.
template <class Net>
std::vector<float> received(Net& net) {
  net.run(60);
  return net.get(Cells{}).template field<&Model::State::sum>();
}

template <class Device>
class BlocksOf : public ::testing::Test {};
TYPED_TEST_SUITE(BlocksOf, kosnn_test::Devices);

TYPED_TEST(BlocksOf, StayWithinTheirParts) {
  auto net = make<TypeParam>(all_rules());
  auto const [sources, targets, weights, delays] = synapses_of(net);
  Slices const cells = parts();
  std::vector<std::vector<std::size_t>> count(3, std::vector<std::size_t>(3));
  std::vector<int> in_degree(108), out_degree(108);
  for (std::size_t k = 0; k < sources.size(); ++k) {
    auto const from = cells.part_of(sources[k]), to = cells.part_of(targets[k]);
    ++count[from][to];
    if (from == 2 && to == 0) ++in_degree[static_cast<std::size_t>(targets[k])];
    if (from == 1) ++out_degree[static_cast<std::size_t>(sources[k])];
    if (from == 0 && to == 0) {
      EXPECT_NE(sources[k], targets[k]);
      EXPECT_EQ(delays[k], 0.5);
      EXPECT_GT(weights[k], 0);
    }
    if (from == 1) {
      EXPECT_EQ(weights[k], -3);
    }
    if (k > 0) {
      EXPECT_LE(std::make_pair(sources[k - 1], targets[k - 1]),
                std::make_pair(sources[k], targets[k]));
    }
  }
  EXPECT_EQ(count[0][1], 400U);
  EXPECT_EQ(count[2][0], 61U * 7);
  EXPECT_EQ(count[1][0], 17U * 5);
  EXPECT_EQ(count[2][2], 3U);
  EXPECT_EQ(count[0][2] + count[1][1] + count[1][2] + count[2][1], 0U);
  EXPECT_NEAR(double(count[0][0]), 366, 4.5 * std::sqrt(366 * 0.9));
  for (int n = 0; n < 61; ++n) EXPECT_EQ(in_degree[static_cast<std::size_t>(n)], 7);
  for (int n = 61; n < 78; ++n) EXPECT_EQ(out_degree[static_cast<std::size_t>(n)], 5);
  EXPECT_EQ(net.projection(Cells{}, Cells{}).synapses(), sources.size());
  std::vector<std::size_t> degrees(108);
  for (int const i : sources) ++degrees[static_cast<std::size_t>(i)];
  EXPECT_EQ(net.projection(Cells{}, Cells{}).out_degrees(), degrees);
}

/// The same edges, given one by one: also the same sums, bit for bit, which are of the same order.
TYPED_TEST(BlocksOf, AreTheSameAsTheirEdges) {
  auto blocks = make<TypeParam>(all_rules());
  auto const [sources, targets, weights, delays] = synapses_of(blocks);
  Slices const cells = parts();
  Slice const all{"all", 0, cells.size()};
  auto edges = make<TypeParam>(sparse::blocks().add(
      all, all, sparse::edges(sources, targets),
      kosnn::weights::array({weights.begin(), weights.end()}), kosnn::delays::array(delays)));
  EXPECT_EQ(synapses_of(blocks), synapses_of(edges));
  EXPECT_EQ(received(blocks), received(edges));
  EXPECT_GT(blocks.spikes(), 500U);
}

TYPED_TEST(BlocksOf, AreTheSameOnOneThread) {
  auto here = make<TypeParam>(all_rules(), 3);
  auto serial = make<Kokkos::Serial>(all_rules(), 3);
  EXPECT_EQ(synapses_of(here), synapses_of(serial));
  EXPECT_EQ(received(here), received(serial));
  auto other = make<TypeParam>(all_rules(), 4);
  EXPECT_NE(std::get<1>(synapses_of(here)), std::get<1>(synapses_of(other)));
}

/// Targets take 2 bytes where no 16 bits number all of them: they are counted within the parts of
/// those that a thread owns, which are smaller where many synapses are left in each.
TYPED_TEST(BlocksOf, ReachManyTargetsWithTwoBytesEach) {
  int const n = 140003;
  for (double const probability : {0.4, 0.008}) {
    auto net = make_network<TypeParam>(kosnn_test::config(),
                                       population(In{}, SpikeArraySource{}, Shape{3}),
                                       population(Cells{}, kosnn_test::Puppet<float>{}, Shape{n}),
                                       project(In{}, Cells{}, sparse::bernoulli(probability),
                                               weights::uniform(0, 1), delays::uniform(1, 3)));
    net.get(In{}).set_spikes({0, 2}, {0, 1});
    auto const& p = net.projection(In{}, Cells{});
    auto const sources = p.sources(), targets = p.targets();
    auto const w = p.weights();
    auto const ms = p.delays();
    for (int t = 0; t < 5; ++t) {
      std::vector<float> expected(static_cast<std::size_t>(n));
      for (std::size_t k = 0; k < w.size(); ++k) {
        int const fired = sources[k] == 0 ? 0 : sources[k] == 2 ? 1 : 100;
        if (fired + ms[k] == t) expected[static_cast<std::size_t>(targets[k])] += w[k];
      }
      net.run(1);
      EXPECT_EQ(net.get(Cells{}).template field<&kosnn_test::Puppet<float>::State::input>(),
                expected)
          << t;
    }
    std::size_t const slices = static_cast<std::size_t>(p.data().slices);
    if (probability > 0.1)
      EXPECT_EQ(slices, net.workers() == 1 ? 9U : 10U);  // of 16,384 targets
    else
      EXPECT_EQ(slices, net.workers() == 1 ? 3U : 4U);  // of 65,536
    std::size_t const index = 4 * (3 + 1) + 2 * 3 * (3 * slices + 1), delays = 4 * 3;
    EXPECT_EQ(net.memory().parts().back().bytes,
              6 * w.size() + index + delays + 4 * std::size_t(n));
  }
}

using Host = Kokkos::DefaultHostExecutionSpace;

TEST(Blocks, ConnectAllToAllAndOneToOne) {
  Slices const cells = parts();
  auto net = make<Host>(sparse::blocks()
                            .add(cells["I"], cells["O"], sparse::all_to_all(), weights::constant(1),
                                 delays::constant(1))
                            .add(cells["I"], cells["I"], sparse::all_to_all().autapses(false),
                                 weights::constant(2), delays::constant(1))
                            .add(cells["O"], cells["O"], sparse::one_to_one(), weights::constant(3),
                                 delays::constant(1)));
  auto const [sources, targets, w, d] = synapses_of(net);
  std::size_t k = 0;
  for (int i = 61; i < 108; ++i)
    for (int j = i < 78 ? 61 : i; j <= (i < 78 ? 107 : i); ++j) {
      if (i == j && i < 78) continue;
      ASSERT_LT(k, w.size());
      EXPECT_EQ(sources[k], i);
      EXPECT_EQ(targets[k], j);
      EXPECT_EQ(w[k], i >= 78 ? 3 : j >= 78 ? 1 : 2);
      ++k;
    }
  EXPECT_EQ(k, w.size());
  expect_error(
      [&] {
        make<Host>(sparse::blocks().add(cells["E"], cells["I"], sparse::one_to_one(),
                                        weights::constant(1), delays::constant(1)));
      },
      {"block E -> I", "one_to_one", "61", "17"});
}

/// The weights of one block, normal: the same whatever other blocks there are beside it.
TEST(Blocks, HaveRandomNumbersOfTheirOwn) {
  Slices const cells = parts();
  auto const first = sparse::blocks().add(cells["E"], cells["E"], sparse::total(50),
                                          weights::normal(1, 0.1), delays::uniform(1, 3));
  auto both = first;
  both.add(cells["E"], cells["I"], sparse::total(50), weights::normal(1, 0.1),
           delays::uniform(1, 3));
  auto one_net = make<Host>(first), both_net = make<Host>(both);
  auto const one = synapses_of(one_net);
  auto const [sources, targets, w, d] = synapses_of(both_net);
  std::vector<int> of_first, of_second;
  std::vector<float> w_first, w_second;
  for (std::size_t k = 0; k < w.size(); ++k) {
    bool const second = cells.part_of(targets[k]) == 1;
    (second ? of_second : of_first).push_back(targets[k]);
    (second ? w_second : w_first).push_back(w[k]);
  }
  EXPECT_EQ(of_first, std::get<1>(one));
  EXPECT_EQ(w_first, std::get<2>(one));
  EXPECT_NE(w_second, w_first);
}

TEST(Blocks, TakeSixBytesASynapse) {
  Slices const cells = parts();
  auto const bytes = [&](long long n) {
    auto net = make<Host>(sparse::blocks()
                              .add(cells["E"], cells["I"], sparse::total(n), weights::normal(2, 1),
                                   delays::clipped_normal(1.5, 0.75, 0.5, 32))
                              .add(cells["I"], cells["E"], sparse::total(n), weights::normal(-2, 1),
                                   delays::constant(1)));
    for (auto const& part : net.memory().parts())
      if (part.name == "projection Cells -> Cells") return part.bytes;
    return std::size_t(0);
  };
  EXPECT_EQ(bytes(200000) - bytes(100000), 2U * 100000 * 6);
  auto one = make<Host>(sparse::blocks()
                            .add(cells["E"], cells["I"], sparse::total(1000),
                                 weights::constant(0.5), delays::constant(1))
                            .add(cells["I"], cells["E"], sparse::total(500), weights::constant(0.5),
                                 delays::constant(1)));
  auto const rows =
      (108 * static_cast<std::size_t>(one.projection(Cells{}, Cells{}).data().slices) + 1) * 4;
  EXPECT_EQ(one.memory().parts().back().bytes, 1500U * 2 + rows + 4);
  EXPECT_EQ(one.projection(Cells{}, Cells{}).weights(), std::vector<float>(1500, 0.5F));
}

TEST(Blocks, WhatCannotBeIsAnErrorThatNamesTheBlock) {
  Slices const cells = parts();
  auto const of = [&](Slice const& pre, Slice const& post, Sparse const& rule,
                      Weights const& w = weights::constant(1),
                      Delays const& d = delays::constant(1)) {
    return [=] {
      make<Host>(sparse::blocks()
                     .add(cells["E"], cells["E"], sparse::total(1), weights::constant(1),
                          delays::constant(1))
                     .add(pre, post, rule, w, d));
    };
  };
  std::string const block = "projection Cells -> Cells: block E -> I: ";
  expect_error(of(cells["E"], cells["I"], sparse::bernoulli(1.5)), {block, "probability", "1.5"});
  expect_error(of(cells["E"], cells["I"], sparse::out_degree(18).multapses(false)),
               {block, "18", "17"});
  expect_error(of(cells["E"], cells["I"], sparse::total(1), weights::normal(1, -1)),
               {block, "weights", "sd >= 0", "-1"});
  expect_error(of(cells["E"], cells["I"], sparse::total(1), weights::lognormal(1e4, 0)),
               {block, "weight 0", "inf"});
  expect_error(of(cells["E"], cells["I"], sparse::total(1), weights::array({1})),
               {block, "array", "sparse::edges"});
  expect_error(of(cells["E"], cells["I"], sparse::edges({1}, {17})), {block, "target", "16", "17"});
  expect_error(
      of(cells["E"], cells["I"], sparse::total(1), weights::constant(1), delays::constant(0.3)),
      {block, "delay", "0.3"});
  expect_error(of(cells["E"], {"far", 100, 109}, sparse::total(1)),
               {"block E -> far", "100 to 108", "108"});
  expect_error(of(cells["E"], {"none", 5, 5}, sparse::total(1)), {"block E -> none", "5 to 4"});
  expect_error(of(cells["E"], {"half", 50, 70}, sparse::total(1).autapses(false)),
               {"block E -> half", "autapses"});
  expect_error(of(cells["E"], cells["I"], sparse::total((1LL << 32) - 1)),
               {"projection Cells -> Cells", "2^32", "4294967296"});
  // Delay 0 within one population.
  expect_error(
      [&] {
        make<Host>(
            sparse::blocks().add(cells["E"], cells["I"], sparse::total(1), weights::constant(1)));
      },
      {"projection Cells -> Cells", "delay 0"});
}

}  // namespace

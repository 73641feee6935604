// Delays that spread over many steps, whose spikes a CPU delivers several steps at once: what
// reaches each target in each step, against a list of all arrivals. Weights are multiples of 2^-10,
// so that sums do not depend on their order.

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "testing.hpp"

namespace {

using namespace kosnn;

struct In {};
struct Out {};
struct Other {};

constexpr int sources = 37, steps = 260;
using Sums = std::vector<std::vector<double>>;  // by step, target

kosnn_test::SpikeList spikes_of(double probability, unsigned seed) {
  return kosnn_test::random_spikes(sources, 1, steps, 1, probability, seed);
}

/// What arrives over all synapses of a projection.
template <class Projection>
Sums expected_of(Projection const& p, kosnn_test::SpikeList const& list, int targets) {
  Sums sums(steps, std::vector<double>(static_cast<std::size_t>(targets)));
  auto const pre = p.sources(), post = p.targets();
  auto const w = p.weights(), delay = p.delays();
  auto const trains = kosnn_test::trains_of(list, sources, 1);
  for (std::size_t s = 0; s < pre.size(); ++s)
    for (int const t : trains[static_cast<std::size_t>(pre[s])]) {
      auto const arrives = static_cast<std::size_t>(t + std::lround(delay[s]));
      if (arrives < sums.size()) sums[arrives][static_cast<std::size_t>(post[s])] += w[s];
    }
  return sums;
}

/// The inputs of `Out` in each step, in runs of these lengths and then of the rest.
template <class Net>
Sums inputs_of(Net& net, std::vector<int> const& lengths) {
  auto const& recorded = net.record(Out{}, Field<&kosnn_test::Puppet<double>::State::input>{});
  double left = steps;
  for (int const length : lengths) {
    net.run(length);
    left -= length;
  }
  net.run(left);
  std::size_t const targets = static_cast<std::size_t>(net.get(Out{}).size());
  Sums sums;
  auto const& values = recorded.values();
  for (std::size_t t = 0; t < steps; ++t)
    sums.emplace_back(values.begin() + static_cast<std::ptrdiff_t>(t * targets),
                      values.begin() + static_cast<std::ptrdiff_t>((t + 1) * targets));
  return sums;
}

template <class Projection>
void round_weights(Projection& p) {
  auto w = p.weights();
  for (double& x : w) x = std::round(x * 1024) / 1024;
  p.set_weights(w);
}

template <class Space>
class DeliveryAhead : public ::testing::Test {
 public:
  /// A network in which delays of `Out` are drawn from `least` to `most`, and in which workers meet
  /// every `interval` steps.
  static auto make(Sparse const& wiring, int targets, Weights const& weight, int least, int most,
                   int interval) {
    return make_network<Space, double>(
        kosnn_test::config().seed(3), population(In{}, SpikeArraySource{}, Shape{sources}),
        population(Out{}, kosnn_test::Puppet<double>{}, Shape{targets}),
        population(Other{}, kosnn_test::Puppet<double>{}, Shape{5}),
        project(In{}, Out{}, wiring, weight, delays::uniform(least, most)),
        project(In{}, Other{}, Dense{}, weights::constant(1), delays::constant(interval)));
  }
};
TYPED_TEST_SUITE(DeliveryAhead, kosnn_test::Devices);

/// Delays above a stretch, and above and below it; each worker with a slice of each row and
/// without.
TYPED_TEST(DeliveryAhead, AddsWhatArrivesInEachStep) {
  struct Case {
    int targets, in_degree, least, most, interval;
  };
  for (Case const& c : {Case{203, 20, 10, 60, 10}, Case{203, 20, 1, 90, 3}, Case{61, 30, 5, 130, 1},
                        Case{1203, 37, 64, 68, 64}, Case{19, 3, 7, 12, 7}})
    for (double const probability : {0.0, 0.03, 1.0}) {
      auto net = TestFixture::make(sparse::in_degree(c.in_degree), c.targets,
                                   weights::uniform(-0.5, 0.5), c.least, c.most, c.interval);
      auto& p = net.projection(In{}, Out{});
      round_weights(p);
      auto const list = spikes_of(probability, 11);
      net.get(In{}).set_spikes(list.neurons, list.times, list.elements);
      // Runs that end within a stretch, and one of a single step.
      EXPECT_EQ(inputs_of(net, {1, 7, 23, 1, 64}), expected_of(p, list, c.targets))
          << c.targets << " " << c.least << " " << probability;
    }
}

/// One weight for all, and runs of synapses of one delay longer than are gathered at once; so many
/// targets, too, that they are treated in parts.
TYPED_TEST(DeliveryAhead, AddsOneWeightAndLongRuns) {
  struct Case {
    int targets;
    double probability;
    bool constant;
  };
  for (Case const& c : {Case{9001, 0.9, true}, Case{9001, 0.9, false}, Case{33001, 0.2, false}}) {
    auto const weight = c.constant ? weights::constant(0.375) : weights::uniform(0, 1);
    auto net = TestFixture::make(sparse::bernoulli(c.probability), c.targets, weight, 4, 8, 4);
    auto& p = net.projection(In{}, Out{});
    if (!c.constant) round_weights(p);
    auto const list = spikes_of(0.05, 5);
    net.get(In{}).set_spikes(list.neurons, list.times, list.elements);
    EXPECT_TRUE(inputs_of(net, {}) == expected_of(p, list, c.targets)) << c.targets << c.constant;
  }
}

/// Targets that 16 bits don't number, each delay of which is followed by few.
TYPED_TEST(DeliveryAhead, ReachesTheLastOfManyTargets) {
  int const targets = 70001;
  auto net = TestFixture::make(sparse::total(6000), targets, weights::uniform(0, 1), 20, 50, 20);
  auto& p = net.projection(In{}, Out{});
  round_weights(p);
  auto const list = spikes_of(0.02, 8);
  net.get(In{}).set_spikes(list.neurons, list.times, list.elements);
  EXPECT_TRUE(inputs_of(net, {33}) == expected_of(p, list, targets));
}

/// Weights that change between two runs act on what arrives from then on.
TYPED_TEST(DeliveryAhead, TakesTheWeightsOfTheArrival) {
  auto net = TestFixture::make(sparse::in_degree(20), 50, weights::uniform(0, 1), 10, 40, 10);
  auto& p = net.projection(In{}, Out{});
  p.set_weights(std::vector<double>(p.weights().size(), 0.5));
  auto const list = spikes_of(0.1, 2);
  net.get(In{}).set_spikes(list.neurons, list.times, list.elements);
  auto const& recorded = net.record(Out{}, Field<&kosnn_test::Puppet<double>::State::input>{});
  auto expected = expected_of(p, list, 50);
  net.run(77);
  p.set_weights(std::vector<double>(p.weights().size(), 2));
  net.run(steps - 77);
  for (std::size_t t = 0; t < steps; ++t)
    for (std::size_t n = 0; n < 50; ++n)
      ASSERT_EQ(recorded.values()[t * 50 + n], (t < 77 ? 1 : 4) * expected[t][n]) << t << " " << n;
}

/// Sums that are rounded come out the same for any number of threads and of runs.
TYPED_TEST(DeliveryAhead, RoundsAlikeOnOneThread) {
  auto const run = [](auto space, std::vector<int> const& lengths) {
    auto net = DeliveryAhead<decltype(space)>::make(sparse::in_degree(20), 20011,
                                                    weights::uniform(0, 1), 5, 60, 5);
    auto const list = spikes_of(0.1, 4);
    net.get(In{}).set_spikes(list.neurons, list.times, list.elements);
    return inputs_of(net, lengths);
  };
  auto const alone = run(Kokkos::Serial{}, {});
  EXPECT_TRUE(run(TypeParam{}, {}) == alone);
  EXPECT_TRUE(run(TypeParam{}, {3, 50, 1}) == alone);
}

/// Nothing is left over from before a reset.
TYPED_TEST(DeliveryAhead, BeginsAnewAfterAReset) {
  auto net = TestFixture::make(sparse::in_degree(20), 50, weights::constant(0.5), 10, 40, 10);
  auto const list = spikes_of(0.1, 2);
  net.get(In{}).set_spikes(list.neurons, list.times, list.elements);
  net.run(45);
  net.reset_state();
  auto const expected = expected_of(net.projection(In{}, Out{}), list, 50);
  EXPECT_EQ(inputs_of(net, {}), expected);
}

}  // namespace

// Conv2d against a naive cross-correlation, its plasticity against a naive loop over positions, and
// pooling.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "conv2d_testing.hpp"
#include "testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::Activity;
using kosnn_test::config;
using kosnn_test::Delaying;
using kosnn_test::error_of;
using kosnn_test::geometries;
using kosnn_test::Geometry;
using kosnn_test::Puppet;
using kosnn_test::random_spikes;
using kosnn_test::random_values;
using kosnn_test::SpikeList;

struct In {};
struct Maps {};
struct Out {};

template <class Device>
class Convolution : public ::testing::Test {};
TYPED_TEST_SUITE(Convolution, kosnn_test::Devices);

/// Sums that arrive at (batch, targets) in each step, from spikes and delays of each weight.
std::vector<std::vector<double>> naive_inputs(Geometry const& g, std::vector<double> const& weights,
                                              std::vector<double> const& delays,
                                              SpikeList const& spikes, int batch, int steps) {
  std::size_t const n = std::size_t(g.post().size());
  std::vector<std::vector<double>> sums(std::size_t(steps),
                                        std::vector<double>(n * std::size_t(batch)));
  std::vector<std::vector<std::pair<std::size_t, int>>> fans(std::size_t(g.pre().size()));
  g.for_each([&](std::size_t w, int source, int target) {
    fans[std::size_t(source)].push_back({w, target});
  });
  for (std::size_t k = 0; k < spikes.neurons.size(); ++k)
    for (auto const& [w, target] : fans[std::size_t(spikes.neurons[k])]) {
      int const t = int(spikes.times[k] + delays[w]);
      if (t < steps)
        sums[std::size_t(t)][std::size_t(spikes.elements[k]) * n + std::size_t(target)] +=
            weights[w];
    }
  return sums;
}

template <class Device, class Real>
void expect_inputs(Geometry const& g, Delaying how, int batch, double probability,
                   double tolerance) {
  constexpr int steps = 9;
  auto const weights = random_values(g.weights(), -1, 1, 3);
  std::vector<double> delays(g.weights(), how == Delaying::constant ? 2 : 0);
  if (how == Delaying::each)
    for (std::size_t k = 0; k < delays.size(); ++k) delays[k] = double(k * 7 % 4 + k % 2);
  auto net = make_network<Device, Real>(
      config().batch(batch), population(In{}, SpikeArraySource{}, g.pre()),
      population(Maps{}, Puppet<Real>{}, g.post()),
      project(In{}, Maps{}, g.topology(), weights::array(weights), delays::array(delays)));
  auto const spikes = random_spikes(g.pre().size(), batch, steps, 1, probability, 5);
  net.get(In{}).set_spikes(spikes.neurons, spikes.times, spikes.elements);
  auto const expected = naive_inputs(g, weights, delays, spikes, batch, steps);
  for (int t = 0; t < steps; ++t) {
    net.step();
    auto const got = net.get(Maps{}).template field<&Puppet<Real>::State::input>();
    for (std::size_t k = 0; k < got.size(); ++k)
      ASSERT_NEAR(got[k], expected[std::size_t(t)][k], tolerance)
          << "step " << t << " target " << k;
  }
  std::size_t synapses = 0;
  g.for_each([&](std::size_t, int, int) { ++synapses; });
  EXPECT_EQ(net.projection(In{}, Maps{}).synapses(), synapses);
}

TYPED_TEST(Convolution, IsTheCrossCorrelationForAnyGeometry) {
  for (auto const& g : geometries) {
    expect_inputs<TypeParam, double>(g, Delaying::none, 1, 0.1, 1e-12);
    expect_inputs<TypeParam, double>(g, Delaying::constant, 3, 0.2, 1e-12);
    expect_inputs<TypeParam, double>(g, Delaying::each, 3, 0.2, 1e-12);
  }
  expect_inputs<TypeParam, double>(geometries[1], Delaying::none, 2, 1, 1e-12);
  expect_inputs<TypeParam, double>(geometries[1], Delaying::none, 2, 0, 0);
}

TYPED_TEST(Convolution, FloatToo) {
  expect_inputs<TypeParam, float>(geometries[0], Delaying::none, 3, 0.3, 1e-5);
  expect_inputs<TypeParam, float>(geometries[2], Delaying::each, 1, 0.3, 1e-5);
}

/// PySNN's Conv2d gives (2, 10, 100, 2000) here.
TYPED_TEST(Convolution, GivesWhatPySnnScrambles) {
  auto net =
      make_network<TypeParam>(config(), population(In{}, Input{}, Shape{3, 3}),
                              population(Maps{}, Puppet<float>{}, Shape{2, 2}),
                              project(In{}, Maps{}, Conv2d{2}, weights::array({1, 10, 100, 1000})));
  net.get(In{}).set_values({1, 0, 0, 0, 1, 0, 0, 0, 1});
  net.step();
  EXPECT_EQ(net.get(Maps{}).template field<&Puppet<float>::State::input>(),
            (std::vector<float>{1001, 100, 10, 1001}));
}

/// A rule whose two halves depend on the weight and on both traces.
template <class Real>
struct Both {
  using real = Real;
  Trace post_trace() const { return all_to_all(factor(0.7)); }
  Trace pre_trace() const { return all_to_all(factor(0.8)); }
  KOKKOS_FUNCTION Real on_pre(Real w, Real z) const { return Real(-0.3) * w * z; }
  KOKKOS_FUNCTION Real on_post(Real w, Real z) const { return Real(0.2) * (1 - w) * z; }
  Bounds bounds() const { return {0.05, 0.9}; }
};

struct LearningCase {
  Geometry g;
  Delaying how;
  int batch;
  bool immediate;
  double probability;
};

/// The naive loop: every synapse has its own spikes and traces; changes of all positions and
/// elements are averaged and added once for each half of the rule.
template <class Device, class Real>
void expect_learning(LearningCase const& c, double tolerance) {
  constexpr int steps = 12;
  Geometry const& g = c.g;
  std::size_t const n = std::size_t(g.post().size()), m = std::size_t(g.pre().size());
  auto w = random_values(g.weights(), 0.1, 0.8, 3);
  std::vector<double> delays(g.weights(), c.how == Delaying::constant ? 2 : 0);
  if (c.how == Delaying::each)
    for (std::size_t k = 0; k < delays.size(); ++k) delays[k] = double(k * 5 % 4);
  auto const mask = random_values(g.weights(), 0, 1, 17);
  auto projection =
      project(In{}, Maps{}, g.topology(), weights::array(w), delays::array(delays), Both<Real>{});
  projection.mask(mask);
  if (c.immediate) projection.immediate_trace();
  auto net = make_network<Device, Real>(
      config().batch(c.batch), population(In{}, SpikeArraySource{}, g.pre()),
      population(Out{}, SpikeArraySource{}, g.post()), population(Maps{}, Puppet<Real>{}, g.post()),
      projection, project(Out{}, Maps{}, OneToOne{}, weights::constant(1e4)));
  auto const pre = random_spikes(g.pre().size(), c.batch, steps, 1, c.probability, 5);
  auto const post = random_spikes(g.post().size(), c.batch, steps, 1, c.probability, 6);
  net.get(In{}).set_spikes(pre.neurons, pre.times, pre.elements);
  net.get(Out{}).set_spikes(post.neurons, post.times, post.elements);

  std::size_t const batch = std::size_t(c.batch);
  Activity const x(pre, int(m), c.batch, steps, 1, 0.8), y(post, int(n), c.batch, steps, 1, 0.7);
  double const scale = 1.0 / c.batch / (g.out_height() * g.out_width());
  auto const apply = [&](std::vector<double> const& changes) {
    for (std::size_t k = 0; k < w.size(); ++k)
      if (mask[k] != 0) w[k] = std::clamp(w[k] + scale * mask[k] * changes[k], 0.05, 0.9);
  };
  for (int t = 0; t < steps; ++t) {
    net.step();
    std::vector<double> depression(w.size()), potentiation(w.size());
    auto const for_all = [&](auto const& f) {
      for (std::size_t b = 0; b < batch; ++b)
        g.for_each([&](std::size_t k, int i, int j) {
          f(k, b * m + std::size_t(i), b * n + std::size_t(j), t - int(delays[k]));
        });
    };
    for_all([&](std::size_t k, std::size_t i, std::size_t j, int then) {
      if (x.fires(then, i)) depression[k] += -0.3 * w[k] * y.trace(t, j);
    });
    apply(depression);
    for_all([&](std::size_t k, std::size_t i, std::size_t j, int then) {
      if (y.fires(t, j)) potentiation[k] += 0.2 * (1 - w[k]) * x.trace(c.immediate ? t : then, i);
    });
    apply(potentiation);
    auto const got = net.projection(In{}, Maps{}).weights();
    for (std::size_t k = 0; k < w.size(); ++k)
      ASSERT_NEAR(got[k], w[k], tolerance) << "step " << t << " weight " << k;
  }
}

TYPED_TEST(Convolution, LearnsWhatAllPositionsSay) {
  for (auto const& g : geometries)
    expect_learning<TypeParam, double>({g, Delaying::none, 2, false, 0.2}, 1e-12);
  expect_learning<TypeParam, double>({geometries[1], Delaying::constant, 1, false, 0.3}, 1e-12);
  expect_learning<TypeParam, double>({geometries[1], Delaying::constant, 3, true, 0.3}, 1e-12);
  expect_learning<TypeParam, double>({geometries[2], Delaying::each, 3, false, 0.3}, 1e-12);
  expect_learning<TypeParam, double>({geometries[0], Delaying::none, 2, false, 1}, 1e-12);
  expect_learning<TypeParam, double>({geometries[0], Delaying::none, 2, false, 0}, 0);
}

// Areas of the workers that deliver to a convolution's channels, for more threads than a test runs
// with: each is large enough, and none reaches into the next.
TEST(ConvolutionLanes, OfAllWorkersAreApart) {
  for (int const groups : {1, 2, 3, 7})
    for (int const in_group : {1, 2, 3, 4, 5, 8, 9, 16, 100})
      for (int const positions : {1, 2, 3, 15, 16, 17, 40, 301})
        for (int const workers : {1, 2, 3, 4, 5, 8, 13, 32, 64}) {
          int const channels = groups * in_group;
          SCOPED_TRACE(std::to_string(groups) + " groups of " + std::to_string(in_group) +
                       " channels, " + std::to_string(positions) + " positions, " +
                       std::to_string(workers) + " workers");
          Conv2d conv = Conv2d{1}.groups(groups);
          conv.connect(Shape{groups, 1, positions}, Shape{channels, 1, positions});
          std::size_t end = 0;  // of the lanes of the workers before
          int next_neuron = 0;
          for (int w = 0; w < workers; ++w) {
            auto const range = detail::owned_range(channels * positions, w, workers);
            ASSERT_EQ(range.begin, next_neuron);
            next_neuron = range.end;
            if (range.size() == 0) continue;
            detail::ChannelLanes const lanes(conv, w, workers);
            ASSERT_EQ(lanes.first, range.begin / positions);
            ASSERT_EQ(lanes.last, (range.end - 1) / positions + 1);
            ASSERT_LE(end, lanes.before);
            end = lanes.before + std::size_t(std::max(lanes.in_weights, lanes.in_sums));
            for (int g = 0; g < groups; ++g) {
              int const begin = std::max(lanes.first, g * in_group);
              int const n = std::min(lanes.last, (g + 1) * in_group) - begin;
              if (n <= 0) continue;
              int const width = std::min(lanes.in_weights, detail::ChannelLanes::width);
              int const filled = (n + width - 1) / width * width;
              ASSERT_LE(filled, lanes.in_weights);
              ASSERT_LE(begin - lanes.first + filled, lanes.in_sums);
            }
          }
          ASSERT_EQ(next_neuron, channels * positions);
          ASSERT_LE(end, detail::ChannelLanes::total(channels, workers));
        }
}

TEST(Conv2dShapes, OfPySnnsTests) {
  auto const expect = [](Conv2d const& conv, Shape const& in, Shape const& out) {
    int const channels = static_cast<int>(out.extent(0));
    EXPECT_EQ(conv.output(in, channels).text(), out.text());
  };
  expect(Conv2d{5}.padding(1), Shape{2, 34, 34}, Shape{4, 32, 32});
  expect(Conv2d{5}.stride(2).padding(1), Shape{4, 32, 32}, Shape{8, 15, 15});
  expect(Conv2d{3}, Shape{8, 15, 15}, Shape{1, 13, 13});
  expect(Conv2d{3, 1}.stride({1, 2}), Shape{9, 8}, Shape{5, 7, 4});
  for (auto const& g : geometries) expect(g.topology(), g.pre(), g.post());
  Conv2d net = Conv2d{5, 3}.stride({2, 1}).padding({1, 2}).dilation({1, 2});
  net.connect(Shape{2, 11, 9}, Shape{4, 5, 9});
  EXPECT_EQ(net.storage(), 4u * 30u);
}

TEST(Conv2dErrors, SayWhatDoesNotFit) {
  auto const connect = [](Conv2d conv, Shape const& pre, Shape const& post) {
    return error_of([&] { conv.connect(pre, post); });
  };
  EXPECT_NE(connect(Conv2d{3}, Shape{2, 8, 8}, Shape{4, 8, 6}).find("6 x 6, got 8 x 6"),
            std::string::npos);
  EXPECT_NE(connect(Conv2d{9}, Shape{2, 8, 8}, Shape{4, 1, 1}).find("a window of 9"),
            std::string::npos);
  EXPECT_NE(connect(Conv2d{3}.groups(3), Shape{2, 8, 8}, Shape{3, 6, 6}).find("groups must divide"),
            std::string::npos);
  EXPECT_NE(error_of([] {
              Conv2d{3}.output(Shape{2, 8, 8}, 0);
            }).find("one channel, got 0"),
            std::string::npos);
  EXPECT_NE(error_of([] {
              Conv2d{9}.output(Shape{2, 8, 8}, 4);
            }).find("a window of 9"),
            std::string::npos);
  EXPECT_NE(connect(Conv2d{3}.stride(0), Shape{8, 8}, Shape{6, 6}).find("stride"),
            std::string::npos);
  EXPECT_NE(connect(Conv2d{3}, Shape{8}, Shape{6}).find("{height, width}"), std::string::npos);
  EXPECT_EQ(connect(Conv2d{3}, Shape{8, 8}, Shape{6, 6}), "");
}

}  // namespace

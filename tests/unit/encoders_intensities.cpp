// Sources that encode intensities as latencies or ranks, against naive references.

#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "encoders_testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::config;
using kosnn_test::constant;
using kosnn_test::expect_error;
using kosnn_test::nan;
using kosnn_test::run_raster;

struct Early {};
struct Ranked {};

template <class Device>
class IntensityEncoders : public ::testing::Test {};
TYPED_TEST_SUITE(IntensityEncoders, kosnn_test::Devices);

struct Options {
  int size = 37, batch = 1;
  double dt = 1;
  LatencySource latency{};
  RankOrderSource ranks{};
};

/// Both in one network.
template <class Device>
auto sources(Options const& s, std::uint64_t seed = 1) {
  return make_network<Device>(config().dt(s.dt).batch(s.batch).seed(seed),
                              population(Early{}, s.latency, Shape{s.size}),
                              population(Ranked{}, s.ranks, Shape{s.size}));
}

std::vector<double> mixed_intensities(std::size_t n) {
  auto values = kosnn_test::random_values(n, 0, 1, 17);
  for (std::size_t k = 0; k < n; k += 5) values[k] = std::round(values[k] * 4) / 4;  // ties, 0, 1
  return values;
}

/// Raster of neurons that fire at step `when(intensities of the element, neuron)`, -1: never.
template <class When>
std::vector<int> expected_raster(std::vector<double> const& intensities, int size, int steps,
                                 int period, int onset, When const& when) {
  std::size_t const width = intensities.size();
  std::vector<int> out(static_cast<std::size_t>(steps) * width);
  for (std::size_t k = 0; k < width; ++k) {
    int const n = static_cast<int>(k) % size;
    int const at = when(intensities.data() + (static_cast<int>(k) - n), n);
    if (at < 0) continue;
    for (int t = onset + at; t < steps; t += period == 0 ? steps : period)
      out[static_cast<std::size_t>(t) * width + k] = 1;
  }
  return out;
}

TYPED_TEST(IntensityEncoders, LatencyFallsWithTheIntensity) {
  Options s;
  s.batch = 3;
  s.dt = 0.5;
  auto const intensities = mixed_intensities(37 * 3);
  struct Case {
    LatencySource source;
    int period;
    double (*ms)(double);
  };
  std::vector<Case> const cases{
      {LatencySource{}.linear(40), 0, [](double i) { return 40 * (1 - i); }},
      {LatencySource{}.linear(40).threshold(0.25).period(60), 120,
       [](double i) { return i > 0.25 ? 40 * (1 - i) / 0.75 : -1; }},
      {LatencySource{}.logarithmic(20).threshold(0.25), 0,
       [](double i) { return i > 0.25 ? 20 * std::log(i / (i - 0.25)) : -1; }},
      {LatencySource{}.logarithmic(20).threshold(0.25).period(30), 60,
       [](double i) { return i > 0.25 ? 20 * std::log(i / (i - 0.25)) : -1; }}};
  for (std::size_t c = 0; c < cases.size(); ++c) {
    auto const when = [&](double const* values, int n) {
      double const ms = values[n] > 0 ? cases[c].ms(values[n]) : -1;
      int const step = ms < 0 ? -1 : static_cast<int>(std::lround(ms / 0.5));
      return cases[c].period > 0 && step >= cases[c].period ? -1 : step;
    };
    s.latency = cases[c].source;
    auto net = sources<TypeParam>(s);
    net.get(Early{}).set_intensities(intensities);
    auto const spikes = run_raster(net, Early{}, 301, 0.5);
    EXPECT_EQ(spikes, expected_raster(intensities, 37, 301, cases[c].period, 0, when)) << c;
    EXPECT_GT(net.spikes(), 37U) << c;
  }
}

TYPED_TEST(IntensityEncoders, RankOrderIsThatOfASort) {
  Options s;
  s.batch = 3;
  auto const intensities = mixed_intensities(37 * 3);
  struct Case {
    RankOrderSource source;
    double threshold;
    int interval, period;
  };
  std::vector<Case> const cases{{RankOrderSource{}, 0, 1, 0},
                                {RankOrderSource{}.interval(3).threshold(0.5), 0.5, 3, 0},
                                {RankOrderSource{}.interval(2).period(80), 0, 2, 80}};
  for (std::size_t c = 0; c < cases.size(); ++c) {
    auto const when = [&](double const* x, int n) {
      if (x[n] <= cases[c].threshold) return -1;
      int before = 0;
      for (int m = 0; m < 37; ++m) before += x[m] > x[n] || (x[m] == x[n] && m < n);
      return before * cases[c].interval;
    };
    s.ranks = cases[c].source;
    auto net = sources<TypeParam>(s);
    net.get(Ranked{}).set_intensities(intensities);
    auto const spikes = run_raster(net, Ranked{}, 250);
    EXPECT_EQ(spikes, expected_raster(intensities, 37, 250, cases[c].period, 0, when)) << c;
  }
  // All alike: in order of their numbers, one a step.
  auto net = sources<TypeParam>(s);
  net.get(Ranked{}).set_intensities(constant(37, 0.3));
  auto& spikes = net.record(Ranked{}, Spikes{});
  net.run(80);
  auto const first = first_spike_times(SpikeTrains(spikes));
  for (std::size_t k = 0; k < first.size(); ++k)
    EXPECT_EQ(first[k], static_cast<double>(k % 37) * 2);
}

TYPED_TEST(IntensityEncoders, IntensitiesCountFromWhenTheyAreSetOrReset) {
  Options s;
  s.latency.linear(10);
  auto net = sources<TypeParam>(s);
  auto& spikes = net.record(Early{}, Spikes{});
  auto& ranked = net.record(Ranked{}, Spikes{});
  auto intensities = constant(37, 0);
  intensities[5] = 0.5;
  intensities[3] = 1;
  net.run(7);
  net.get(Early{}).set_intensities(intensities);
  net.get(Ranked{}).set_intensities(intensities);
  net.run(30);
  using Times = std::vector<double>;
  EXPECT_EQ(spikes.times(), (Times{7, 12}));
  EXPECT_EQ(ranked.times(), (Times{7, 8}));
  EXPECT_EQ(spikes.neurons(), (std::vector<std::uint32_t>{3, 5}));
  spikes.clear();
  ranked.clear();
  net.reset_state();
  net.run(30);
  EXPECT_EQ(spikes.times(), (Times{0, 5}));
  EXPECT_EQ(ranked.times(), (Times{0, 1}));
  net.get(Early{}).set_intensities(constant(37, 0));
  net.run(30);
  EXPECT_EQ(spikes.count(), 2U);
}

TYPED_TEST(IntensityEncoders, ReceptiveFieldsFeedLatencies) {
  GaussianReceptiveFields const fields(7, {{0, 1}, {-5, 5}});
  Options s;
  s.size = fields.neurons();
  s.batch = 2;
  s.latency.linear(20).threshold(0.1);
  auto net = sources<TypeParam>(s);
  net.get(Early{}).set_intensities(fields.intensities({0.3, -5, 0.9, 4.2}));
  auto& spikes = net.record(Early{}, Spikes{});
  net.run(30);
  auto const first = first_spikes(SpikeTrains(spikes));
  for (auto const& winner : first) ASSERT_TRUE(winner.has_value());
  EXPECT_EQ(first[0]->neuron, 2);  // centre 0.3
  EXPECT_EQ(first[0]->ms, 0);
  EXPECT_EQ(first[1]->neuron, 5);  // centre 0.9
}

struct Intensities {
  static constexpr bool random = false;
  template <class Device>
  static std::vector<std::vector<int>> run(int batch, int piece, std::uint64_t seed) {
    Options s;
    s.size = 131;
    s.batch = batch;
    s.latency.linear(50);
    auto net = sources<Device>(s, seed);
    net.get(Early{}).set_intensities(mixed_intensities(131));
    net.get(Ranked{}).set_intensities(mixed_intensities(131));
    return kosnn_test::two_runs(std::move(net), piece, Early{}, Ranked{});
  }
};

TYPED_TEST(IntensityEncoders, SameBitsForAnyNumberOfThreadsAndPieces) {
  kosnn_test::expect_same_bits<TypeParam, Intensities>();
}
TYPED_TEST(IntensityEncoders, ElementsOfABatchAreOnTheirOwn) {
  kosnn_test::expect_elements_on_their_own<TypeParam, Intensities>();
}

TEST(IntensityEncoderErrors, OfParameters) {
  using Device = Kokkos::DefaultHostExecutionSpace;
  auto const with = [](Options const& s) { return [s] { sources<Device>(s); }; };
  auto const latency = [&](LatencySource const& source) {
    Options s;
    s.latency = source;
    return with(s);
  };
  auto const ranks = [&](RankOrderSource const& source) {
    Options s;
    s.ranks = source;
    return with(s);
  };
  std::string const early = "population Early", ranked = "population Ranked";
  expect_error(latency(LatencySource{}.linear(0)), {early, "latest latency", "0"});
  expect_error(latency(LatencySource{}.linear(nan)), {early, "latest latency", "nan"});
  expect_error(latency(LatencySource{}.threshold(1)), {early, "threshold", "[0, 1)", "1"});
  expect_error(latency(LatencySource{}.threshold(nan)), {early, "threshold", "nan"});
  expect_error(latency(LatencySource{}.logarithmic(-3).threshold(0.1)), {early, "tau", "-3"});
  expect_error(latency(LatencySource{}.logarithmic(3)), {early, "logarithmic", "threshold"});
  expect_error(latency(LatencySource{}.linear(50).period(50)), {early, "50 ms", "period"});
  expect_error(latency(LatencySource{}.period(0)), {early, "period", "0"});
  expect_error(latency(LatencySource{}.period(150.5)), {early, "period", "150.5", "dt = 1"});
  expect_error(ranks(RankOrderSource{}.interval(0)), {ranked, "interval", "0"});
  expect_error(ranks(RankOrderSource{}.interval(0.5)), {ranked, "interval", "0.5", "dt = 1"});
  expect_error(ranks(RankOrderSource{}.interval(3e9)), {ranked, "interval", "2^31", "3e+09"});
  expect_error(ranks(RankOrderSource{}.threshold(-0.5)), {ranked, "threshold", "-0.5"});
}

TEST(IntensityEncoderErrors, OfSetters) {
  Options s;
  s.size = 3;
  s.batch = 2;
  s.ranks.interval(4).period(10);
  auto net = sources<Kokkos::DefaultHostExecutionSpace>(s);
  auto& early = net.get(Early{});
  expect_error(
      [&] {
        early.set_intensities({0, 1.5, 1});
      },
      {"population Early", "intensity of neuron 1", "[0, 1]", "1.5"});
  expect_error(
      [&] {
        early.set_intensities({0, 1, 1, 0, 1, nan});
      },
      {"population Early", "intensity of neuron 2", "nan"});
  expect_error(
      [&] {
        early.set_intensities({0, 1});
      },
      {"population Early", "set_intensities", "2 x 3", "got 2"});
  expect_error(
      [&] {
        net.get(Ranked{}).set_intensities({0.5, -0.1, 1});
      },
      {"population Ranked", "intensity of neuron 1", "-0.1"});
  net.get(Ranked{}).set_intensities({0.5, 0.6, 0.7});  // at 8, 4 and 0 ms
  auto tight = s;
  tight.ranks.period(8);
  auto too_tight = sources<Kokkos::DefaultHostExecutionSpace>(tight);
  expect_error(
      [&] {
        too_tight.get(Ranked{}).set_intensities({0.5, 0.6, 0.7});
      },
      {"population Ranked", "rank 2", "neuron 0", "8 ms", "period"});
  net.run(10);  // the network is whole still
  EXPECT_EQ(net.get(Ranked{}).spikes(), 6U);
}

}  // namespace

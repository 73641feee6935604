// Sources that encode rates: their statistics in closed form. Statistical bounds are 4 standard
// errors; bernoulli.cpp is about the Bernoulli process.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "encoders_testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::config;
using kosnn_test::constant;
using kosnn_test::expect_error;
using kosnn_test::infinite;
using kosnn_test::nan;

struct Noise {};
struct Coin {};
struct Regular {};

template <class Device>
class RateEncoders : public ::testing::Test {};
TYPED_TEST_SUITE(RateEncoders, kosnn_test::Devices);

struct Options {
  int size = 37, batch = 1;
  double dt = 1;
  std::uint64_t seed = 1;
};

/// All of them in one network.
template <class Device>
auto sources(Options const& s) {
  return make_network<Device>(config().dt(s.dt).batch(s.batch).seed(s.seed),
                              population(Noise{}, PoissonSource{}, Shape{s.size}),
                              population(Coin{}, BernoulliSource{}, Shape{s.size}),
                              population(Regular{}, PoissonIntervalSource{}, Shape{s.size}));
}

TYPED_TEST(RateEncoders, PoissonFiresWhereAProcessHasAnyEvent) {
  constexpr int steps = 2000;
  Options s;
  s.size = 263;
  s.batch = 3;
  double const draws = double(s.size) * s.batch * steps;
  for (double const dt : {1.0, 0.25})
    for (double const hz : {3.0, 100.0, 693.147, 3000.0, 20000.0}) {
      s.dt = dt;
      auto net = sources<TypeParam>(s);
      net.get(Noise{}).set_rates(constant(s.size, hz));
      net.run(steps * dt);
      double const p = 1 - std::exp(-hz * dt / 1000), error = std::sqrt(p * (1 - p) / draws);
      EXPECT_NEAR(static_cast<double>(net.spikes()) / draws, p, 4 * error + 0x1p-32) << hz;
    }
  auto net = sources<TypeParam>(s);
  net.get(Noise{}).set_rates(constant(s.size, 1e300));
  net.run(100 * s.dt);
  EXPECT_EQ(net.spikes(), 100U * 263 * 3);
  net.get(Noise{}).set_rates(constant(s.size, 0));
  net.run(100 * s.dt);
  EXPECT_EQ(net.spikes(), 100U * 263 * 3);
}

// The same network whether its cells are asked for by one name or the other.
TYPED_TEST(RateEncoders, PoissonAndBernoulliDifferInTheProbabilityAlone) {
  Options s;
  s.batch = 2;
  auto net = sources<TypeParam>(s);
  net.get(Noise{}).set_rates(constant(s.size, -1000 * std::log(0.5)));
  net.get(Coin{}).set_rates(constant(s.size, 500));
  auto const& noise = net.get(Noise{}).data().cell.bound;
  auto const& coin = net.get(Coin{}).data().cell.bound;
  EXPECT_EQ(detail::to_host(noise), detail::to_host(coin));
}

double log_probability(double k, double mean) {
  return k * std::log(mean) - mean - std::lgamma(k + 1);
}

/// Probability that an interval of PoissonIntervalSource is of k steps.
double interval_probability(int k, double mean) {
  double const p = std::exp(log_probability(k, mean));
  return k == 0 ? 0 : (k == 1 ? p + std::exp(-mean) : p);
}

/// Mean and variance of the spikes in the first `steps` steps: u[t] is the probability of one in
/// step t - 1.
std::pair<double, double> renewals(double mean, std::size_t steps) {
  std::vector<double> u(steps + 1);
  u[0] = 1;
  double first = 0, second = 0;
  for (std::size_t t = 1; t <= steps; ++t) {
    for (std::size_t k = 1; k <= t; ++k)
      u[t] += interval_probability(static_cast<int>(k), mean) * u[t - k];
    first += u[t];
  }
  for (std::size_t s = 1; s <= steps; ++s)
    for (std::size_t t = s + 1; t <= steps; ++t) second += 2 * u[s] * u[t - s];
  return {first, second + first - first * first};
}

// PySNN's figures: mean 19.99 and variance 20.0 at 50 Hz, 468 Hz for 500.
TYPED_TEST(RateEncoders, IntervalsArePoissonDistributed) {
  constexpr int steps = 4000;
  Options s;
  s.size = 67;
  s.batch = 2;
  for (double const hz : {50.0, 500.0, 1000.0, 120.0, 8.0}) {
    auto net = sources<TypeParam>(s);
    net.get(Regular{}).set_rates(constant(s.size, hz));
    auto& spikes = net.record(Regular{}, Spikes{});
    net.run(steps);
    auto const intervals = interspike_intervals(SpikeTrains(spikes));
    double const mu = 1000 / hz, mean = mu + std::exp(-mu);
    double const variance = mu + mu * mu + std::exp(-mu) - mean * mean;
    auto const found = interval_statistics(intervals);
    double const n = static_cast<double>(found.count);
    // Long intervals are cut off at the end a little more often than short ones.
    double const bias = variance / steps;
    EXPECT_NEAR(*found.mean, mean, 4 * std::sqrt(variance / n) + bias) << hz;
    double const cv = std::sqrt(variance) / mean;
    EXPECT_NEAR(*found.cv, cv, 4 * cv / std::sqrt(n)) << hz;
    std::vector<double> edges;
    for (int k = 1; k < 2 + mu + 8 * std::sqrt(mu); ++k) edges.push_back(k);
    auto const histogram = interval_histogram(intervals, edges);
    double chi_squared = 0, freedom = -1;
    for (std::size_t k = 0; k < histogram.counts.size(); ++k) {
      double const expected = n * interval_probability(static_cast<int>(k) + 1, mu);
      if (expected < 10) continue;
      double const off = static_cast<double>(histogram.counts[k]) - expected;
      chi_squared += off * off / expected;
      ++freedom;
    }
    EXPECT_EQ(histogram.below, 0U);
    EXPECT_LE(chi_squared, freedom + 4 * std::sqrt(2 * freedom + 1)) << hz;
  }
}

TYPED_TEST(RateEncoders, IntervalsBeginOneStepBeforeTheFirst) {
  Options s;
  s.size = 1031;
  s.batch = 3;
  auto net = sources<TypeParam>(s);
  for (double const hz : {1000.0, 20000.0, 30.0}) {
    net.get(Regular{}).set_rates(constant(s.size, hz));
    auto& counts = net.record(Regular{}, SpikeCounts{});
    counts.clear();
    net.reset_state();
    net.run(200);
    auto const [mean, variance] = renewals(1000 / hz, 200);
    double sum = 0;
    for (auto const n : counts.counts()) sum += n;
    double const samples = s.size * s.batch;
    EXPECT_NEAR(sum / samples, mean, 4 * std::sqrt(variance / samples)) << hz;
  }
}

TYPED_TEST(RateEncoders, IntervalsFromSilenceToEveryStep) {
  Options s;
  auto net = sources<TypeParam>(s);
  net.run(20);
  EXPECT_EQ(net.spikes(), 0U);  // at start
  net.get(Regular{}).set_rates(constant(s.size, 1e9));
  net.run(20);
  EXPECT_EQ(net.spikes(), 20U * 37);
  net.get(Regular{}).set_rates(constant(s.size, 1e300));
  net.run(20);
  EXPECT_EQ(net.spikes(), 40U * 37);
  for (double const hz : {0.0, 1e-300, 1e-30, 1e-12}) {
    net.get(Regular{}).set_rates(constant(s.size, hz));
    net.run(20);
    EXPECT_EQ(net.spikes(), 40U * 37) << hz;
  }
}

struct Rates {
  static constexpr bool random = true;
  template <class Device>
  static std::vector<std::vector<int>> run(int batch, int piece, std::uint64_t seed) {
    auto net = sources<Device>({131, batch, 1, seed});
    auto const rates = kosnn_test::random_values(131, 0, 300, 5);
    net.get(Noise{}).set_rates(rates);
    net.get(Coin{}).set_rates(rates);
    net.get(Regular{}).set_rates(rates);
    return kosnn_test::two_runs(std::move(net), piece, Noise{}, Coin{}, Regular{});
  }
};

TYPED_TEST(RateEncoders, SameBitsForAnyNumberOfThreadsAndPieces) {
  kosnn_test::expect_same_bits<TypeParam, Rates>();
}
TYPED_TEST(RateEncoders, ElementsOfABatchAreOnTheirOwn) {
  kosnn_test::expect_elements_on_their_own<TypeParam, Rates>();
}

TEST(RateEncoderErrors, OfSetters) {
  auto net = sources<Kokkos::DefaultHostExecutionSpace>({3, 2, 1, 1});
  auto const noise = [&](double hz) { return [&, hz] { net.get(Noise{}).set_rates({1, hz, 2}); }; };
  auto const regular = [&](double hz) {
    return [&, hz] { net.get(Regular{}).set_rates({1, 1, 1, 1, hz, 2}); };
  };
  for (double const hz : {-1.0, nan, infinite}) {
    expect_error(noise(hz), {"population Noise", "rate of neuron 1", "finite", "at least 0 Hz"});
    expect_error(regular(hz), {"population Regular", "rate of neuron 1", "at least 0 Hz"});
  }
  expect_error(
      [&] {
        net.get(Coin{}).set_rates({1, 2, 1001});
      },
      {"population Coin", "rate of neuron 2", "1000 Hz", "1001"});
  expect_error([&] { net.get(Noise{}).set_rates({1}); }, {"population Noise", "3 values", "got 1"});
  net.run(10);  // the network is whole still
  EXPECT_EQ(net.spikes(), 0U);
}

}  // namespace

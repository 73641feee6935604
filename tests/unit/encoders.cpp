// Sources that encode rates, intensities and signals: their statistics in closed form, and naive
// references. Statistical bounds are 4 standard errors; bernoulli.cpp is about the Bernoulli
// process.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::config;
using kosnn_test::expect_error;
using kosnn_test::raster;

struct Noise {};
struct Coin {};
struct Regular {};
struct Early {};
struct Ranked {};
struct Change {};

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinite = std::numeric_limits<double>::infinity();

template <class Device>
class Encoders : public ::testing::Test {};
TYPED_TEST_SUITE(Encoders, kosnn_test::Devices);

struct Options {
  int size = 37, batch = 1, channels = 19;
  double dt = 1;
  std::uint64_t seed = 1;
  LatencySource latency{};
  RankOrderSource ranks{};
  DeltaSource delta{};
};

/// All kinds of sources in one network.
template <class Device>
auto sources(Options const& s) {
  return make_network<Device>(config().dt(s.dt).batch(s.batch).seed(s.seed),
                              population(Noise{}, PoissonSource{}, Shape{s.size}),
                              population(Coin{}, BernoulliSource{}, Shape{s.size}),
                              population(Regular{}, PoissonIntervalSource{}, Shape{s.size}),
                              population(Early{}, s.latency, Shape{s.size}),
                              population(Ranked{}, s.ranks, Shape{s.size}),
                              population(Change{}, s.delta, Shape{2, s.channels}));
}

std::vector<double> constant(int n, double value) {
  return std::vector<double>(static_cast<std::size_t>(n), value);
}

/// Spikes of one run of `steps` steps in (steps, batch, neurons).
template <class Net, class Tag>
std::vector<int> run_raster(Net& net, Tag tag, int steps, double dt = 1) {
  auto& spikes = net.record(tag, Spikes{});
  net.run(steps * dt);
  auto const& p = net.get(tag);
  auto const all = raster(spikes, steps, p.batch(), p.size());
  return all;
}

// Rates

TYPED_TEST(Encoders, PoissonFiresWhereAProcessHasAnyEvent) {
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
TYPED_TEST(Encoders, PoissonAndBernoulliDifferInTheProbabilityAlone) {
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
TYPED_TEST(Encoders, IntervalsArePoissonDistributed) {
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

TYPED_TEST(Encoders, IntervalsBeginOneStepBeforeTheFirst) {
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

TYPED_TEST(Encoders, IntervalsFromSilenceToEveryStep) {
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

// Intensities

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

TYPED_TEST(Encoders, LatencyFallsWithTheIntensity) {
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

TYPED_TEST(Encoders, RankOrderIsThatOfASort) {
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

TYPED_TEST(Encoders, IntensitiesCountFromWhenTheyAreSetOrReset) {
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

// Signals

/// Spikes of DeltaSource, (steps, batch, 2, channels), for a signal of (steps, batch, channels).
std::vector<int> naive_delta(std::vector<float> const& signal, std::size_t steps, std::size_t batch,
                             std::size_t channels, float threshold) {
  std::vector<int> out(steps * batch * 2 * channels);
  for (std::size_t b = 0; b < batch; ++b)
    for (std::size_t c = 0; c < channels; ++c) {
      float reference = signal[b * channels + c];
      for (std::size_t t = 0; t < steps; ++t) {
        float const x = signal[(t * batch + b) * channels + c];
        std::size_t const row = (t * batch + b) * 2 * channels;
        if (x >= reference + threshold) {
          reference += threshold;
          out[row + c] = 1;
        } else if (x <= reference - threshold) {
          reference -= threshold;
          out[row + channels + c] = 1;
        }
      }
    }
  return out;
}

/// A random walk in multiples of 1/64 that stays for some steps, so that it can be followed.
std::vector<float> walk(std::size_t steps, std::size_t width) {
  std::mt19937 random(3);
  std::uniform_int_distribution<int> jump(-40, 40);
  std::vector<float> signal(steps * width);
  for (std::size_t k = 0; k < width; ++k) {
    int x = jump(random);
    for (std::size_t t = 0; t < steps; ++t) {
      if (t % 6 == k % 6 && t < steps - 20) x += jump(random);
      signal[t * width + k] = static_cast<float>(x) / 64;
    }
  }
  return signal;
}

TYPED_TEST(Encoders, DeltaSpikesAreThoseOfALoop) {
  constexpr int steps = 211, channels = 19, batch = 3;
  Options s;
  s.batch = batch;
  s.delta.threshold(0.125);
  auto const signal = walk(steps, channels * batch);
  auto const expected = naive_delta(signal, steps, batch, channels, 0.125F);

  auto net = sources<TypeParam>(s);  // the whole signal at once
  net.get(Change{}).set_signal(signal, steps);
  auto& spikes = net.record(Change{}, Spikes{});
  net.run(steps);
  EXPECT_EQ(raster(spikes, steps, batch, 2 * channels), expected);
  net.run(100);  // the last value stays
  std::size_t const once = spikes.count();
  spikes.clear();
  net.reset_state();
  net.run(steps);
  EXPECT_EQ(raster(spikes, steps, batch, 2 * channels), expected);
  EXPECT_LE(once, spikes.count() + 100);

  auto by_step = sources<TypeParam>(s), in_pieces = sources<TypeParam>(s);
  auto& step_spikes = by_step.record(Change{}, Spikes{});
  auto& piece_spikes = in_pieces.record(Change{}, Spikes{});
  auto const part = [&](int from, int to) {
    return std::vector<float>(signal.begin() + from * channels * batch,
                              signal.begin() + to * channels * batch);
  };
  for (int t = 0; t < steps; ++t) {
    by_step.get(Change{}).set_values(part(t, t + 1));
    by_step.step();
  }
  for (int t = 0; t < steps; t += 50) {
    int const to = std::min(steps, t + 50);
    in_pieces.get(Change{}).set_signal(part(t, to), to - t);
    in_pieces.run(to - t);
  }
  EXPECT_EQ(raster(step_spikes, steps, batch, 2 * channels), expected);
  EXPECT_EQ(raster(piece_spikes, steps, batch, 2 * channels), expected);
}

TYPED_TEST(Encoders, DeltaSpikesAddUpToTheSignal) {
  constexpr int steps = 400, channels = 19;
  Options s;
  s.batch = 2;
  auto net = sources<TypeParam>(s);  // threshold 0.1
  std::vector<float> signal(steps * channels);
  for (std::size_t k = 0; k < signal.size(); ++k) {
    auto const t = static_cast<double>(k / channels), c = static_cast<double>(k % channels);
    signal[k] = static_cast<float>((1 + c) * std::sin(t / (20 + 10 * c)));  // at most 0.1 a step
  }
  net.get(Change{}).set_signal(signal, steps);
  auto& counts = net.record(Change{}, SpikeCounts{});
  for (int t = 0; t < steps; t += 40) {
    net.run(40);
    auto const n = counts.counts();
    for (std::size_t b = 0; b < 2; ++b)
      for (std::size_t c = 0; c < channels; ++c) {
        std::size_t const on = b * 2 * channels + c;
        double const found = signal[c] + 0.1 * (double(n[on]) - double(n[on + channels]));
        EXPECT_NEAR(found, signal[static_cast<std::size_t>(t + 39) * channels + c], 0.1 + 1e-5)
            << "channel " << c << " at " << t;
      }
  }
}

/// 1e7 and 1e7 + 0.1 are one number in float.
TYPED_TEST(Encoders, DeltaOfALargeConstantIsSilence) {
  Options s;
  s.channels = 3;
  auto net = sources<TypeParam>(s);  // threshold 0.1
  auto& spikes = net.record(Change{}, Spikes{});
  net.get(Change{}).set_values({1e7F, -1e7F, 3});
  net.run(20);
  EXPECT_EQ(spikes.count(), 0U);
  net.get(Change{}).set_values({1e7F + 1, -1e7F, 3});  // ten thresholds more
  net.run(50);
  EXPECT_EQ(spikes.count(), 10U);
  EXPECT_EQ(spikes.neurons(), std::vector<std::uint32_t>(10, 0));
}

TYPED_TEST(Encoders, DeltaOfNoChangeAndOfALargeOne) {
  Options s;
  s.channels = 1;
  s.delta.threshold(0.5);
  auto net = sources<TypeParam>(s);
  auto& spikes = net.record(Change{}, Spikes{});
  net.get(Change{}).set_values({100});  // where the reference begins
  net.run(20);
  EXPECT_EQ(spikes.count(), 0U);
  net.get(Change{}).set_values({102.25F});  // 4 thresholds and a half
  net.run(20);
  net.get(Change{}).set_values({101.5F});
  net.run(20);
  EXPECT_EQ(spikes.times(), (std::vector<double>{20, 21, 22, 23, 40}));
  EXPECT_EQ(spikes.neurons(), (std::vector<std::uint32_t>{0, 0, 0, 0, 1}));
}

// All of them

/// Spikes of every source of a network, run in pieces, twice with a reset in between.
template <class Device>
std::vector<std::vector<int>> everything(int batch, int piece, std::uint64_t seed = 1) {
  constexpr int steps = 60, size = 131, channels = 67;
  Options s;
  s.size = size;
  s.batch = batch;
  s.channels = channels;
  s.seed = seed;
  s.latency.linear(50);
  auto net = sources<Device>(s);
  auto const rates = kosnn_test::random_values(size, 0, 300, 5);
  net.get(Noise{}).set_rates(rates);
  net.get(Coin{}).set_rates(rates);
  net.get(Regular{}).set_rates(rates);
  net.get(Early{}).set_intensities(mixed_intensities(size));
  net.get(Ranked{}).set_intensities(mixed_intensities(size));
  net.get(Change{}).set_signal(walk(steps, channels), steps);
  auto& noise = net.record(Noise{}, Spikes{});
  auto& coin = net.record(Coin{}, Spikes{});
  auto& regular = net.record(Regular{}, Spikes{});
  auto& early = net.record(Early{}, Spikes{});
  auto& ranked = net.record(Ranked{}, Spikes{});
  auto& change = net.record(Change{}, Spikes{});
  std::vector<std::vector<int>> all;
  for (int repeat = 0; repeat < 2; ++repeat) {
    for (int t = 0; t < steps; t += piece) net.run(std::min(piece, steps - t));
    auto const take = [&](auto& spikes) {
      all.push_back(raster(spikes, steps, batch, spikes.size()));
      spikes.clear();
    };
    take(noise);
    take(coin);
    take(regular);
    take(early);
    take(ranked);
    take(change);
    net.reset_state();
  }
  return all;
}

TYPED_TEST(Encoders, SameBitsForAnyNumberOfThreadsAndPieces) {
  auto const expected = everything<TypeParam>(3, 60);
  EXPECT_EQ(everything<Kokkos::DefaultHostExecutionSpace>(3, 60), expected);
  EXPECT_EQ(everything<TypeParam>(3, 1), expected);
  EXPECT_EQ(everything<TypeParam>(3, 7), expected);
  auto const other = everything<TypeParam>(3, 60, 2);
  for (std::size_t k = 0; k < 6; ++k) {
    bool const random = k < 3;
    EXPECT_NE(std::count(expected[k].begin(), expected[k].end(), 1), 0) << k;
    EXPECT_EQ(expected[k] == other[k], !random) << k;         // another seed
    EXPECT_EQ(expected[k] == expected[k + 6], !random) << k;  // after reset_state
  }
}

TYPED_TEST(Encoders, ElementsOfABatchAreOnTheirOwn) {
  auto const alone = everything<TypeParam>(1, 60), together = everything<TypeParam>(3, 60);
  for (std::size_t k = 0; k < 6; ++k) {
    std::size_t const width = alone[k].size() / 60;
    std::vector<int> elements[3];
    for (std::size_t i = 0; i < together[k].size(); ++i)
      elements[i / width % 3].push_back(together[k][i]);
    bool const random = k < 3;
    EXPECT_EQ(elements[0], alone[k]) << k;
    EXPECT_EQ(elements[1] == elements[0], !random) << k;
    EXPECT_EQ(elements[2] == elements[1], !random) << k;
  }
}

TYPED_TEST(Encoders, ReceptiveFieldsFeedLatencies) {
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

// Errors

TEST(EncoderErrors, OfParameters) {
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
  auto const delta = [&](double threshold) {
    Options s;
    s.delta.threshold(threshold);
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
  expect_error(delta(0), {"population Change", "threshold", "0"});
  expect_error(delta(nan), {"population Change", "threshold", "nan"});
  expect_error(delta(1e-60), {"population Change", "threshold", "1e-60", "precision"});
  auto const shaped = [](Shape const& shape) {
    return [=] { make_network<Device>(Config{}, population(Change{}, DeltaSource{}, shape)); };
  };
  expect_error(shaped(Shape{4}), {"population Change", "Shape{2, channels}", "Shape{4}"});
  expect_error(shaped(Shape{3, 4}), {"population Change", "Shape{3, 4}"});
}

TEST(EncoderErrors, OfSetters) {
  Options s;
  s.size = 3;
  s.channels = 2;
  s.batch = 2;
  s.ranks.interval(4).period(10);
  auto net = sources<Kokkos::DefaultHostExecutionSpace>(s);
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
  auto& change = net.get(Change{});
  expect_error([&] { change.set_values({1}); },
               {"population Change", "set_values", "1 x 2", "1 x 2 x 2", "got 1"});
  expect_error(
      [&] {
        change.set_signal({1, 2, 3, 4, 5}, 2);
      },
      {"population Change", "set_signal", "2 x 2", "2 x 2 x 2", "got 5"});
  expect_error([&] { change.set_signal({}, 0); }, {"population Change", "one step", "0"});
  expect_error(
      [&] {
        change.set_signal({1, 2, 3, float(nan)}, 2);
      },
      {"population Change", "channel 1", "step 1", "not finite"});
  net.run(10);  // the network is whole still
  EXPECT_EQ(net.get(Ranked{}).spikes(), 6U);
}

}  // namespace

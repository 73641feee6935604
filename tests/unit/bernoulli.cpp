// The statistics of BernoulliSource, whose cell PoissonSource has too.

#include <cmath>
#include <cstdint>
#include <vector>

#include "testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::config;
using kosnn_test::raster;

struct Noise {};

template <class Device>
class Bernoulli : public ::testing::Test {};
TYPED_TEST_SUITE(Bernoulli, kosnn_test::Devices);

template <class Device>
auto noise(int size, int batch, std::uint64_t seed = 1, double dt = 1) {
  return make_network<Device>(config().dt(dt).batch(batch).seed(seed),
                              population(Noise{}, BernoulliSource{}, Shape{size}));
}

TYPED_TEST(Bernoulli, RateIsExact) {
  constexpr int size = 1031, batch = 3, steps = 4000;
  double const draws = double(size) * batch * steps;
  // The last ones hit 16 upper bits exactly, lie between two of their steps, or below the first.
  for (double const p : {0.5, 0.1, 0.01, 0.001, 0x1p-16, 1.5 * 0x1p-16, 1.5 * 0x1p-17, 3e-6}) {
    auto net = noise<TypeParam>(size, batch);
    net.get(Noise{}).set_rates(std::vector<double>(size, p * 1000));
    net.run(steps);
    double const error = std::sqrt(p * (1 - p) / draws);
    EXPECT_NEAR(static_cast<double>(net.spikes()) / draws, p, 4 * error) << "p = " << p;
  }
}

TYPED_TEST(Bernoulli, NeverAndAlways) {
  constexpr int size = 37, batch = 3;
  for (double const dt : {0.1, 0.3, 0.7, 1.0}) {
    auto net = noise<TypeParam>(size, batch, 1, dt);
    net.run(100 * dt);
    EXPECT_EQ(net.spikes(), 0u);  // silent at start
    net.get(Noise{}).set_rates(std::vector<double>(size, 1000 / dt));
    net.run(100 * dt);
    EXPECT_EQ(net.spikes(), 100u * size * batch) << "dt " << dt;
  }
}

TYPED_TEST(Bernoulli, RatesOfEachNeuronAndElement) {
  constexpr int size = 131, batch = 3, steps = 5000;
  auto net = noise<TypeParam>(size, batch);
  std::vector<double> rates(size * batch);
  for (std::size_t k = 0; k < rates.size(); ++k) rates[k] = static_cast<double>(k % 7) * 20;
  net.get(Noise{}).set_rates(rates);
  auto& counts = net.record(Noise{}, SpikeCounts{});
  net.run(steps);
  auto const n = counts.counts();
  double chi_squared = 0;
  int variable = 0;
  for (std::size_t k = 0; k < rates.size(); ++k) {
    double const p = rates[k] / 1000, mean = steps * p;
    if (p == 0) {
      EXPECT_EQ(n[k], 0u);
      continue;
    }
    chi_squared += (n[k] - mean) * (n[k] - mean) / (mean * (1 - p));
    ++variable;
  }
  EXPECT_NEAR(chi_squared, variable, 4 * std::sqrt(2.0 * variable));
}

TYPED_TEST(Bernoulli, IntervalsHaveTheCvOfABernoulliProcess) {
  constexpr int size = 131, steps = 20000;
  for (double const p : {0.3, 0.05}) {
    auto net = noise<TypeParam>(size, 1);
    net.get(Noise{}).set_rates(std::vector<double>(size, p * 1000));
    auto& spikes = net.record(Noise{}, Spikes{});
    net.run(steps);
    auto const times = spikes.times();
    std::vector<double> last(size, -1);
    double n = 0, sum = 0, squares = 0;
    for (std::size_t k = 0; k < spikes.count(); ++k) {
      double& before = last[spikes.neurons()[k]];
      double const now = times[k], interval = now - before;
      if (before >= 0) {
        ++n;
        sum += interval;
        squares += interval * interval;
      }
      before = now;
    }
    double const mean = sum / n, cv = std::sqrt(squares / n - mean * mean) / mean;
    EXPECT_NEAR(mean, 1 / p, 4 * std::sqrt(1 - p) / p / std::sqrt(n));
    EXPECT_NEAR(cv, std::sqrt(1 - p), 0.02);
  }
}

/// Correlation of two stretches of 0 and 1 with probability p, in units of its standard error.
double correlation(std::vector<int> const& x, std::vector<int> const& y, double p) {
  double sum = 0;
  for (std::size_t k = 0; k < x.size(); ++k) sum += (x[k] - p) * (y[k] - p);
  double const n = static_cast<double>(x.size());
  return sum / n / (p * (1 - p)) * std::sqrt(n);
}

TYPED_TEST(Bernoulli, NeuronsElementsAndStepsAreIndependent) {
  constexpr int size = 300, batch = 3, steps = 2000;
  constexpr std::size_t width = size * batch;
  double const p = 0.25;
  auto net = noise<TypeParam>(size, batch);
  net.get(Noise{}).set_rates(std::vector<double>(size, 1000 * p));
  auto& spikes = net.record(Noise{}, Spikes{});
  net.run(steps);
  auto const all = raster(spikes, steps, batch, size);
  for (int const s : all) ASSERT_LE(s, 1);
  // Distances in the raster: neurons that share a block of random numbers (16, 112), neighbours,
  // blocks that follow one another (128), elements, steps, combinations.
  for (std::size_t const lag :
       {std::size_t(1), std::size_t(2), std::size_t(15), std::size_t(16), std::size_t(17),
        std::size_t(32), std::size_t(64), std::size_t(112), std::size_t(128), std::size_t(size),
        std::size_t(size + 1), width, width + 1, 2 * width, width + size}) {
    std::vector<int> const early(all.begin(), all.end() - static_cast<std::ptrdiff_t>(lag));
    std::vector<int> const late(all.begin() + static_cast<std::ptrdiff_t>(lag), all.end());
    EXPECT_LT(std::fabs(correlation(early, late, p)), 4.5) << "lag " << lag;
  }
}

TYPED_TEST(Bernoulli, NewNumbersAfterResetAndSameNumbersForTheSameSeed) {
  auto const run = [](std::uint64_t seed) {
    auto net = noise<TypeParam>(131, 3, seed);
    net.get(Noise{}).set_rates(std::vector<double>(131, 200));
    auto& spikes = net.record(Noise{}, Spikes{});
    std::vector<std::vector<int>> rasters;
    for (int k = 0; k < 2; ++k) {
      net.run(50);
      rasters.push_back(raster(spikes, 50, 3, 131));
      spikes.clear();
      net.reset_state();
    }
    return rasters;
  };
  auto const a = run(1), b = run(1), c = run(2), d = run(1 + (std::uint64_t(1) << 32));
  EXPECT_EQ(a, b);
  EXPECT_LT(std::fabs(correlation(a[0], a[1], 0.2)), 4.5);
  EXPECT_LT(std::fabs(correlation(a[0], c[0], 0.2)), 4.5);
  EXPECT_LT(std::fabs(correlation(a[0], d[0], 0.2)), 4.5);
}

// The rate of a time step is that of the whole simulation, however it is cut into runs.
TYPED_TEST(Bernoulli, PiecesOfARunAreTheWhole) {
  std::vector<std::vector<int>> rasters;
  for (int const piece : {1, 7, 60}) {
    auto net = noise<TypeParam>(131, 2);
    net.get(Noise{}).set_rates(std::vector<double>(131, 100));
    auto& spikes = net.record(Noise{}, Spikes{});
    for (int t = 0; t < 60; t += piece) net.run(std::min(piece, 60 - t));
    rasters.push_back(raster(spikes, 60, 2, 131));
  }
  EXPECT_EQ(rasters[0], rasters[1]);
  EXPECT_EQ(rasters[0], rasters[2]);
}

}  // namespace

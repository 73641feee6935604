// Poisson distributed numbers against their probabilities; bounds are 4 standard errors.

#include "kosnn/core/poisson.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace {

using namespace kosnn;

double log_probability(double k, double mean) {
  return k * std::log(mean) - mean - std::lgamma(k + 1);
}

TEST(PoissonVariate, HasItsDistribution) {
  RandomStream const random(5, 3);
  for (double const mean : {1e-6, 0.05, 1.0, 4.0, 9.99, 10.0, 20.0, 47.0, 200.0}) {
    constexpr std::uint32_t n = 200000;
    auto const bins = static_cast<std::size_t>(mean + 8 * std::sqrt(mean) + 8);
    std::vector<double> counts(bins);
    for (std::uint32_t k = 0; k < n; ++k) {
      double const drawn = detail::PoissonVariate(random, k, 11, 2)(mean);
      ASSERT_EQ(drawn, std::floor(drawn));
      ASSERT_GE(drawn, 0);
      ++counts[std::min(static_cast<std::size_t>(drawn), bins - 1)];
    }
    // Bins that expect fewer than 10 are pooled.
    double chi_squared = 0, freedom = -1, pooled = 0, pooled_expected = 0;
    for (std::size_t k = 0; k < bins; ++k) {
      double const expected = n * std::exp(log_probability(double(k), mean));
      if (expected < 10) {
        pooled += counts[k];
        pooled_expected += expected;
        continue;
      }
      chi_squared += (counts[k] - expected) * (counts[k] - expected) / expected;
      ++freedom;
    }
    if (pooled_expected > 5) {
      chi_squared += (pooled - pooled_expected) * (pooled - pooled_expected) / pooled_expected;
      ++freedom;
    }
    EXPECT_LE(pooled, pooled_expected + 4 * std::sqrt(pooled_expected) + 1) << "mean " << mean;
    EXPECT_LE(chi_squared, freedom + 4 * std::sqrt(2 * freedom + 1)) << "mean " << mean;
  }
}

TEST(PoissonVariate, HasTheMomentsOfLargeMeans) {
  RandomStream const random(5, 4);
  for (double const mean : {1e3, 1e6, 1e9, 1e15}) {
    constexpr std::uint32_t n = 100000;
    double sum = 0, squares = 0, cubes = 0;
    for (std::uint32_t k = 0; k < n; ++k) {
      double const z = (detail::PoissonVariate(random, k, 0, 0)(mean) - mean) / std::sqrt(mean);
      sum += z;
      squares += z * z;
      cubes += z * z * z;
    }
    EXPECT_NEAR(sum / n, 0, 4 / std::sqrt(n)) << mean;
    EXPECT_NEAR(squares / n, 1, 4 * std::sqrt(2.0 / n)) << mean;
    EXPECT_NEAR(cubes / n, 1 / std::sqrt(mean), 4 * std::sqrt(15.0 / n)) << mean;
  }
}

TEST(PoissonVariate, KnowsItsProbabilities) {
  for (double const mean : {10.0, 35.5, 1000.0})
    for (double k = 0; k < 3 * mean; k += 1)
      ASSERT_NEAR(detail::log_poisson_probability(k, mean), log_probability(k, mean), 1e-8) << k;
}

}  // namespace

// Poisson input of neurons against the distribution's probabilities; bounds are 4.5 standard
// errors.

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::expect_error;

struct Cells {};

constexpr int size = 211, batch = 2;
using Device = Kokkos::DefaultHostExecutionSpace;
using Model = kosnn_test::Puppet<double>;
using Real = double;

template <class Space = Device>
auto make(double rate_hz, double weight, std::uint64_t seed = 1) {
  return make_network<Space, double>(
      kosnn_test::config().batch(batch).seed(seed).dt(0.5),
      population(Cells{}, Model{}, Shape{size}).poisson_input(rate_hz, weight));
}
/// What arrives in each step, (steps, batch, neurons).
template <class Space = Device>
std::vector<Real> input(double rate_hz, double weight, int steps, std::uint64_t seed = 1) {
  auto net = make<Space>(rate_hz, weight, seed);
  auto const& recorded = net.record(Cells{}, Field<&Model::State::input>{});
  net.run(0.5 * steps);
  return recorded.values();
}

TEST(PoissonInput, HasItsDistribution) {
  for (double const mean : {0.02, 0.7, 2.0, 9.5, 60.0, 3000.0}) {
    auto const counts = input(2000 * mean, 1, 600);
    auto const n = static_cast<double>(counts.size());
    double sum = 0, squares = 0;
    auto const bins = static_cast<std::size_t>(mean + 10 * std::sqrt(mean) + 10);
    std::vector<double> histogram(bins);
    for (double const c : counts) {
      ASSERT_EQ(c, std::floor(c));
      ASSERT_GE(c, 0);
      ASSERT_LT(c, double(bins));
      sum += c - mean;
      squares += (c - mean) * (c - mean);
      ++histogram[static_cast<std::size_t>(c)];
    }
    EXPECT_NEAR(sum, 0, 4.5 * std::sqrt(n * mean)) << mean;
    EXPECT_NEAR(squares, n * mean, 4.5 * std::sqrt(n * (2 * mean * mean + mean))) << mean;
    double chi_squared = 0, freedom = -1;
    for (std::size_t k = 0; k < bins; ++k) {
      double const x = double(k);
      double const expected = n * std::exp(x * std::log(mean) - mean - std::lgamma(x + 1));
      if (expected < 10) continue;
      chi_squared += (histogram[k] - expected) * (histogram[k] - expected) / expected;
      ++freedom;
    }
    EXPECT_LE(chi_squared, freedom + 4.5 * std::sqrt(2 * freedom + 1)) << mean;
  }
}

TEST(PoissonInput, IsIndependentBetweenNeuronsStepsElementsAndSeeds) {
  double const mean = 2;
  int const steps = 500;
  auto const a = input(2000 * mean, 1, steps), b = input(2000 * mean, 1, steps, 2);
  auto const check = [&](std::size_t distance, std::vector<Real> const& other) {
    double sum = 0, n = 0;
    for (std::size_t k = 0; k + distance < a.size(); ++k, ++n)
      sum += (a[k] - mean) * (other[k + distance] - mean);
    EXPECT_LE(std::fabs(sum), 4.5 * mean * std::sqrt(n)) << distance;
  };
  for (std::size_t const distance : {1, 16, 32, 48, 64, size, 2 * size, 4 * size})
    check(distance, a);
  check(0, b);
}

TEST(PoissonInput, IsTheSameOnEveryDevice) {
  auto const a = input<Kokkos::Serial>(4000, 0.25, 100);
  EXPECT_EQ(a, input(4000, 0.25, 100));
  for (double const x : a) ASSERT_EQ(x * 4, std::floor(x * 4));
}

/// A range of one neuron, as a thread of a GPU has it, gives the same.
TEST(PoissonInput, IsTheSameNeuronByNeuron) {
  auto net = make(4000, 0.5);
  auto const& noise = net.get(Cells{}).data().noise;
  std::vector<Real> all(size, 1), single(size, 1);
  noise.add(detail::Range{0, 100}, 1, 77, all.data(), all.data());
  noise.add(detail::Range{100, size}, 1, 77, all.data(), all.data());
  for (int n = 0; n < size; ++n)
    noise.add(detail::Range{n, n + 1}, 1, 77, single.data(), single.data());
  EXPECT_EQ(all, single);
}

/// Rates and weights of parts, silent ones and single neurons among them: each neuron receives what
/// it would if all had its own.
TEST(PoissonInput, HasRatesAndWeightsOfEachNeuron) {
  Slices const parts{{"a", 37}, {"b", 1}, {"c", 2}, {"silent", 90}, {"d", 80}, {"e", 1}};
  std::vector<double> const rates{4000, 700, 40, 0, 4000, 90000}, weights{0.5, -2, 0.5, 1, 3, 4};
  auto const arriving = [&](auto space, std::vector<double> const& hz,
                            std::vector<double> const& weight) {
    auto net = make_network<decltype(space), double>(
        kosnn_test::config().batch(batch).dt(0.5),
        population(Cells{}, Model{}, parts).poisson_input(hz, weight));
    auto const& recorded = net.record(Cells{}, Field<&Model::State::input>{});
    net.run(40);
    return recorded.values();
  };
  auto const got = arriving(Device{}, parts.each(rates), parts.each(weights));
  EXPECT_EQ(got, arriving(Kokkos::Serial{}, parts.each(rates), parts.each(weights)));
  for (std::size_t p = 0; p < rates.size(); ++p) {
    auto const alike = arriving(Device{}, {rates[p]}, {weights[p]});
    for (std::size_t k = 0; k < got.size(); ++k)
      if (parts.part_of(static_cast<int>(k % size)) == p) {
        ASSERT_EQ(got[k], alike[k]) << parts[p].name << ", " << k;
      }
  }
  // Neuron by neuron, as a thread of a GPU has it.
  auto net = make(0, 0.5);
  net.get(Cells{}).set_poisson_input(parts.each(rates), parts.each(weights));
  auto const& noise = net.get(Cells{}).data().noise;
  std::vector<Real> all(size), single(size), of_negative(size);
  noise.add(detail::Range{0, 38}, 1, 77, all.data(), all.data());
  noise.add(detail::Range{38, size}, 1, 77, all.data(), all.data());
  for (int n = 0; n < size; ++n)
    noise.add(detail::Range{n, n + 1}, 1, 77, single.data(), single.data());
  EXPECT_EQ(all, single);
  noise.add(detail::Range{0, size}, 1, 77, single.data(), of_negative.data());
  EXPECT_EQ(single[37], all[37]);
  for (std::size_t n = 0; n < size; ++n) EXPECT_EQ(of_negative[n], n == 37 ? all[n] : 0);
}

TEST(PoissonInput, CanBeChangedBetweenRuns) {
  auto net = make(0, 1);
  auto& cells = net.get(Cells{});
  std::size_t const bytes = net.memory().total();
  auto const sum = [&] {
    net.run(50);
    double total = 0;
    for (double const x : cells.field<&Model::State::input>()) total += x;
    return total;
  };
  EXPECT_EQ(sum(), 0);
  cells.set_poisson_input(20000, -2);
  EXPECT_GT(net.memory().total(), bytes);
  EXPECT_NEAR(sum(), -2 * 10 * size * batch, 4.5 * 2 * std::sqrt(10.0 * size * batch));
  net.reset_state();
  EXPECT_LT(sum(), 0);
  cells.set_poisson_input(0, 1);
  EXPECT_EQ(net.memory().total(), bytes);
  EXPECT_EQ(sum(), 0);
}

TEST(PoissonInput, WrongValuesAreErrors) {
  double const nan = std::numeric_limits<double>::quiet_NaN();
  expect_error([=] { make(-1, 1); }, {"population Cells", "rate", "-1"});
  expect_error([=] { make(nan, 1); }, {"population Cells", "rate", "nan"});
  expect_error([=] { make(3e9, 1); }, {"population Cells", "3e+09", "1e+06"});
  expect_error([=] { make(1, nan); }, {"population Cells", "weight", "nan"});
  auto net = make(1, 1);
  expect_error([&] { net.get(Cells{}).set_poisson_input({1, 2}, 1); }, {"Cells", "211 rates", "2"});
  expect_error(
      [&] {
        net.get(Cells{}).set_poisson_input({1}, std::vector<double>{1, 2, 3});
      },
      {"Cells", "211 weights", "3"});
  expect_error(
      [&] {
        std::vector<double> rates(size, 1);
        rates[5] = -3;
        net.get(Cells{}).set_poisson_input(rates, 1);
      },
      {"Cells", "rate of neuron 5", "-3"});
  expect_error([&] { net.get(Cells{}).set_poisson_input(-2, 1); }, {"Cells", "rate", "-2"});
}

}  // namespace

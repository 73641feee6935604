// Gaussian receptive fields against their formulas and numbers worked out by hand.

#include "kosnn/encoding/receptive_fields.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "testing.hpp"

namespace {

using kosnn::GaussianReceptiveFields;
using kosnn_test::expect_error;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinite = std::numeric_limits<double>::infinity();

TEST(ReceptiveFields, AreThoseOfBohteEtAl) {
  // Five fields over [0, 3]: spacing 1, centres at -0.5 ... 3.5, width 1 / 1.5.
  GaussianReceptiveFields const one(5, {{0, 3}});
  EXPECT_EQ(one.neurons(), 5);
  for (int i = 1; i <= 5; ++i) EXPECT_DOUBLE_EQ(one.centre(0, i - 1), (2.0 * i - 3) / 2);
  EXPECT_DOUBLE_EQ(one.width(0), 1 / 1.5);
  auto const x = one.intensities({0.5, 2});
  ASSERT_EQ(x.size(), 10U);
  EXPECT_DOUBLE_EQ(x[1], 1);
  EXPECT_DOUBLE_EQ(x[0], std::exp(-1.125));  // one spacing away: (1.5)^2 / 2
  EXPECT_DOUBLE_EQ(x[2], x[0]);
  EXPECT_DOUBLE_EQ(x[3], std::exp(-4.5));
  EXPECT_DOUBLE_EQ(x[5 + 2], std::exp(-0.28125));  // half a spacing
  EXPECT_DOUBLE_EQ(x[5 + 2], x[5 + 3]);

  GaussianReceptiveFields const two(4, {{-1, 1}, {10, 50}}, 2);
  EXPECT_EQ(two.neurons(), 8);
  auto const y = two.intensities({0, 30, -1, 1e6, 0.5, 40});  // three samples
  ASSERT_EQ(y.size(), 24U);
  for (std::size_t b = 0; b < 3; ++b)
    for (std::size_t d = 0; d < 2; ++d)
      for (int i = 0; i < 4; ++i) {
        double const value = std::vector<double>{0, 30, -1, 1e6, 0.5, 40}[b * 2 + d];
        double const low = d == 0 ? -1 : 10, high = d == 0 ? 1 : 50;
        double const centre = low + (2 * (i + 1) - 3) / 2.0 * (high - low) / 2;
        double const sigma = (high - low) / 2 / 2;
        double const expected = std::exp(-std::pow(value - centre, 2) / (2 * sigma * sigma));
        EXPECT_NEAR(y[b * 8 + d * 4 + static_cast<std::size_t>(i)], expected, 1e-12);
      }
}

TEST(ReceptiveFields, RefuseWhatMakesNoSense) {
  using Fields = GaussianReceptiveFields;
  expect_error([] { Fields(2, {{0, 1}}); }, {"GaussianReceptiveFields", "3 fields", "2"});
  expect_error([] { Fields(5, {}); }, {"GaussianReceptiveFields", "range"});
  expect_error([] { Fields(5, {{0, 1}, {1, 1}}); }, {"range 1", "low < high", "1 and 1"});
  expect_error([] { Fields(5, {{0, infinite}}); }, {"range 0", "inf"});
  expect_error([] { Fields(5, {{0, 1}}, 0); }, {"gamma", "positive", "0"});
  Fields const fields(5, {{0, 1}, {0, 1}});
  expect_error([&] { fields.intensities({1}); }, {"multiple", "2 dimensions", "got 1"});
  expect_error(
      [&] {
        fields.intensities({1, 1, 0, nan});
      },
      {"value 3", "not finite", "dimension 1", "sample 1"});
}

}  // namespace

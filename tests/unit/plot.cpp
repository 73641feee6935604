// Plots against what must be found at given pixels.

#include "support/plot.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "io_testing.hpp"

namespace {

using kosnn_support::Colour;
using kosnn_support::Panel;
using kosnn_support::plot;
using kosnn_support::PlotOptions;
using kosnn_test::expect_error;
namespace colours = kosnn_support::colours;

struct Spot {
  std::size_t row, col;
};

std::vector<Spot> spots(kosnn::Picture const& picture, Colour const& colour) {
  std::vector<Spot> found;
  for (std::size_t k = 0; k < picture.rows * picture.cols; ++k)
    if (std::equal(colour.begin(), colour.end(), &picture.pixels[3 * k]))
      found.push_back({k / picture.cols, k % picture.cols});
  return found;
}

TEST(Plot, ALineRisesFromCornerToCorner) {
  auto const picture = plot({Panel("").line({0, 1, 2}, {5, 6, 7}, colours::red)});
  ASSERT_EQ(picture.rows, 180);
  ASSERT_EQ(picture.cols, 640);
  auto const red = spots(picture, colours::red);
  EXPECT_EQ(red.size(), 560);  // one a column between the margins
  for (auto const& spot : red) {
    EXPECT_NEAR(static_cast<double>(spot.row),
                153 - 129 * (static_cast<double>(spot.col) - 60) / 559, 1.5);
  }
}

TEST(Plot, WhatLiesBeyondTheAxesIsLeftOut) {
  auto const picture = plot({Panel("").line({0, 10}, {0.5, 0.5}).x_range(4, 5).y_range(0, 1),
                             Panel("").line({0, 1}, {2, 2}, colours::red).y_range(0, 1)},
                            PlotOptions{2, 200, 100});
  ASSERT_EQ(picture.cols, 400);
  EXPECT_EQ(spots(picture, colours::blue).size(), 120);
  EXPECT_TRUE(spots(picture, colours::red).empty());
}

TEST(Plot, ARasterHasAStrokeForEachSpike) {
  auto const picture =
      plot({Panel("").raster({1, 5, 5}, {0, 0, 2}, colours::green).x_range(0, 10)});
  std::vector<int> rows_at(picture.cols, 0);
  for (auto const& spot : spots(picture, colours::green)) ++rows_at[spot.col];
  // Three rows share 130 pixels; a stroke takes 0.8 of its row.
  EXPECT_NEAR(rows_at[60 + 56], 0.8 * 130 / 3, 2);
  EXPECT_NEAR(rows_at[60 + 280], 2 * 0.8 * 130 / 3, 4);
  EXPECT_EQ(std::count(rows_at.begin(), rows_at.end(), 0), 638);
}

TEST(Plot, AHeatMapFillsItsPanel) {
  auto const picture = plot({Panel("").heat({0, 1, 1, 0}, 2, 2)});
  auto const bright = spots(picture, Colour{{255, 247, 209}});
  EXPECT_EQ(bright.size(), 560 * 130 / 2);
  for (auto const& spot : bright) EXPECT_NE(spot.row < 24 + 65, spot.col < 60 + 280);
}

TEST(Plot, TitlesAndEmptyPanelsAreDrawn) {
  auto const plain = plot({Panel("")}), titled = plot({Panel("I")});
  EXPECT_EQ(spots(titled, colours::black).size(), spots(plain, colours::black).size() + 36);
  EXPECT_FALSE(spots(plot({Panel("").line({}, {})}), colours::black).empty());
  EXPECT_FALSE(spots(plot({Panel("").values({3})}), colours::black).empty());
}

TEST(Plot, WrongInputIsRefused) {
  double const nan = std::numeric_limits<double>::quiet_NaN();
  expect_error<kosnn::Error>([] { plot({}); }, {"no panels"});
  expect_error<kosnn::Error>([] { Panel("w").line({1, 2}, {1}); }, {"panel 'w'", "2 and 1"});
  expect_error<kosnn::Error>([&] { Panel("w").raster({1}, {nan}); },
                             {"panel 'w'", "point 0", "nan"});
  expect_error<kosnn::Error>(
      [] {
        Panel("w").heat({1, 2}, 1, 1);
      },
      {"panel 'w'", "2 values for 1 x 1"});
  expect_error<kosnn::Error>([] { Panel("w").heat({}, 0, 3); }, {"0 x 3"});
  expect_error<kosnn::Error>([] { Panel("w").y_range(2, 2); }, {"range of y", "2 to 2"});
  expect_error<kosnn::Error>(
      [] {
        plot({Panel("")}, PlotOptions{1, 640, 90});
      },
      {"640 x 90", "100 to 10000"});
  expect_error<kosnn::Error>([] { plot({Panel("")}, PlotOptions{0, 640, 90}); }, {"0 columns"});
}

}  // namespace

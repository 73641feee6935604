// Pictures and numbers of the events example.

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "events/view.hpp"
#include "io_testing.hpp"

namespace {

using kosnn::EventStream;
using kosnn_test::expect_error;

std::vector<int> pixel(kosnn::Picture const& picture, std::size_t y, std::size_t x) {
  auto const first =
      picture.pixels.begin() + static_cast<std::ptrdiff_t>((y * picture.cols + x) * 3);
  return {first, first + 3};
}

TEST(EventView, Summary) {
  // Not in the order of time; the sensor is as large as the stream says or the events need.
  auto const s =
      events::summary({{{5000, 2, 1, 1}, {1001, 0, 3, 0}, {3000, 1, 1, 1}}, /*width=*/7, 0});
  EXPECT_EQ(s.events, 3U);
  EXPECT_EQ(s.first_us, 1001);
  EXPECT_DOUBLE_EQ(s.duration_ms, 4);
  EXPECT_EQ(s.width, 7);
  EXPECT_EQ(s.height, 4);
  EXPECT_DOUBLE_EQ(s.rate_hz(1), 500);
  EXPECT_DOUBLE_EQ(s.rate_hz(0), 250);
  EXPECT_DOUBLE_EQ(s.rate_hz(2), 0);
  expect_error<kosnn::Error>([] { events::summary({}); }, {"there are no events"});
}

TEST(EventView, FramesShowPlaceTimeAndPolarity) {
  // A sensor of 64 x 32, drawn twice as large: OFF at first, ON (twice) in the last frame.
  EventStream const stream{
      {{0, 63, 0, 0}, {2999, 1, 31, 1}, {2999, 1, 31, 1}, {2000, 5, 31, 0}}, 64, 32};
  auto const picture = events::frames(stream, 3, 2);
  EXPECT_EQ(picture.cols, 2U * 128 + 2);
  EXPECT_EQ(picture.rows, 2U * 64 + 2);
  std::vector<int> const white{255, 255, 255}, grey{150, 150, 150}, blue{0, 114, 178};
  EXPECT_EQ(pixel(picture, 0, 0), white);
  auto const off = pixel(picture, 0, 127);  // half as many as the most: pale orange
  EXPECT_EQ(off, pixel(picture, 1, 126));
  EXPECT_GT(off[0], off[1]);
  EXPECT_GT(off[1], off[2]);
  EXPECT_EQ(pixel(picture, 0, 128), grey);  // a gap
  EXPECT_EQ(pixel(picture, 66 + 62, 2), blue);
  EXPECT_EQ(pixel(picture, 66 + 63, 3), blue);
  EXPECT_EQ(pixel(picture, 66 + 62, 4), white);
  EXPECT_EQ(pixel(picture, 66 + 62, 10), off);
  EXPECT_EQ(pixel(picture, 66, 130), grey);  // no fourth frame
  expect_error<kosnn::Error>([&] { events::frames(stream, 0, 2); }, {"count must be at least 1"});
  expect_error<kosnn::Error>([&] { events::frames(stream, 2, 0); }, {"columns must be at least 1"});
}

TEST(EventView, LargeSensorsAreShrunk) {
  auto const picture = events::frames({{{0, 639, 479, 1}}, 640, 480}, 1, 4);
  EXPECT_EQ(picture.cols, 214U);  // three pixels become one
  EXPECT_EQ(picture.rows, 160U);
  EXPECT_EQ(pixel(picture, 159, 213), (std::vector<int>{0, 114, 178}));
}

TEST(EventView, RasterOfNeurons) {
  auto const picture = events::raster({{{0, 3, 0, 0}, {9000, 70000, 0, 1}}, 0, 0});
  EXPECT_GT(picture.pixels.size(), 0U);
}

}  // namespace

#include "kosnn/io/png.hpp"

#include <gtest/gtest.h>
#include <png.h>

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "io_testing.hpp"

namespace {

using kosnn::Picture;
using kosnn::TileOptions;
using kosnn_test::expect_error;
using kosnn_test::Folder;

Picture read_png(std::string const& path) {
  png_image image = {};
  image.version = PNG_IMAGE_VERSION;
  EXPECT_NE(png_image_begin_read_from_file(&image, path.c_str()), 0) << image.message;
  Picture picture{image.height, image.width, 0, {}};
  picture.channels = (image.format & PNG_FORMAT_FLAG_COLOR) != 0 ? 3 : 1;
  image.format = picture.channels == 3 ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
  picture.pixels.resize(PNG_IMAGE_SIZE(image));
  EXPECT_NE(png_image_finish_read(&image, nullptr, picture.pixels.data(), 0, nullptr), 0);
  return picture;
}

/// CIE L* of an sRGB colour.
double lightness(std::uint8_t const* rgb) {
  auto const linear = [](double c) {
    return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
  };
  double const y = 0.2126 * linear(rgb[0] / 255.0) + 0.7152 * linear(rgb[1] / 255.0) +
                   0.0722 * linear(rgb[2] / 255.0);
  return y > 216.0 / 24389 ? 116 * std::cbrt(y) - 16 : y * 24389 / 27;
}

TEST(Png, RoundTrip) {
  Folder const folder;
  for (std::size_t const channels : {1U, 3U}) {
    Picture picture{7, 13, channels, {}};
    for (std::size_t k = 0; k < channels * 7 * 13; ++k) {
      picture.pixels.push_back(static_cast<std::uint8_t>(k * 37));
    }
    kosnn::write_png(folder / "a.png", picture);
    Picture const got = read_png(folder / "a.png");
    EXPECT_EQ(got.rows, 7U);
    EXPECT_EQ(got.cols, 13U);
    EXPECT_EQ(got.channels, channels);
    EXPECT_EQ(got.pixels, picture.pixels);
  }
  EXPECT_EQ(folder.files(), 1U);
}

TEST(Png, Errors) {
  Folder const folder;
  std::string const path = folder / "a.png";
  auto const expect = [&](Picture const& picture, std::string const& part) {
    expect_error<kosnn::Error>([&] { kosnn::write_png(path, picture); }, {"picture", part});
  };
  expect({0, 3, 1, {}}, "0 x 3 pixels");
  expect({2, 1000001, 1, {}}, "1000001");
  expect({1, 1, 2, {0, 0}}, "2 channels");
  expect({2, 2, 3, std::vector<std::uint8_t>(11)}, "11 bytes of pixels, expected 12");
  for (auto const& [name, reason] : kosnn_test::unwritable(folder)) {
    expect_error([n = name] { kosnn::write_png(n, {1, 1, 1, {0}}); }, {name, reason});
  }
  EXPECT_EQ(folder.files(), 1U);  // the file that `unwritable` made
}

TEST(Png, FullDiskKeepsTheOldPicture) {
  Folder const folder;
  kosnn::write_png(folder / "a.png", {1, 1, 1, {9}});
  Picture large{300, 300, 3, std::vector<std::uint8_t>(270000)};
  for (std::size_t k = 0; k < large.pixels.size(); ++k) {
    large.pixels[k] = static_cast<std::uint8_t>(k * k * 2654435761U >> 16);
  }
  {
    kosnn_test::FullDisk const full(1000);
    expect_error([&] { kosnn::write_png(folder / "a.png", large); }, {folder / "a.png"});
  }
  EXPECT_EQ(read_png(folder / "a.png").pixels, std::vector<std::uint8_t>{9});
  EXPECT_EQ(folder.files(), 1U);
}

TEST(Tile, PlacesFieldsWithGaps) {
  TileOptions options;
  options.columns = 2;
  options.scale = 1;
  options.gray = true;
  Picture const got = kosnn::tile({0, 1, 2, 3, 4, 5}, 3, 1, 2, options);
  std::uint8_t const g = 110;
  EXPECT_EQ(got.rows, 5U);
  EXPECT_EQ(got.cols, 7U);
  EXPECT_EQ(got.channels, 1U);
  EXPECT_EQ(got.pixels, (std::vector<std::uint8_t>{g, g,   g,   g, g,   g,   g,  //
                                                   g, 0,   51,  g, 102, 153, g,  //
                                                   g, g,   g,   g, g,   g,   g,  //
                                                   g, 204, 255, g, g,   g,   g,  //
                                                   g, g,   g,   g, g,   g,   g}));
}

TEST(Tile, ScalesAndChoosesASquare) {
  std::vector<float> const fields(std::size_t{12} * 8 * 8, 1.0F);
  Picture const got = kosnn::tile(fields, 12, 8, 8);  // 3 across of 33 pixels, 4 down
  EXPECT_EQ(got.cols, 1U + 3 * 33);
  EXPECT_EQ(got.rows, 1U + 4 * 33);
  EXPECT_EQ(got.channels, 3U);
  TileOptions options;
  options.scale = 3;
  options.gray = true;
  Picture const one = kosnn::tile({0, 1}, 1, 2, 1, options);
  EXPECT_EQ(one.rows, 8U);
  EXPECT_EQ(one.cols, 5U);
  for (std::size_t y = 1; y < 7; ++y) {
    for (std::size_t x = 1; x < 4; ++x) EXPECT_EQ(one.pixels[y * 5 + x], y < 4 ? 0 : 255);
  }
}

TEST(Tile, RangeIsSharedAndClamps) {
  TileOptions options;
  options.columns = 4;
  options.scale = 1;
  options.gray = true;
  options.range = {{0.0F, 1.0F}};
  Picture const got = kosnn::tile({-1, 0.2F, 1, 7}, 4, 1, 1, options);
  EXPECT_EQ(got.pixels[9 + 1], 0);
  EXPECT_EQ(got.pixels[9 + 3], 51);
  EXPECT_EQ(got.pixels[9 + 5], 255);
  EXPECT_EQ(got.pixels[9 + 7], 255);
  options.range.reset();
  EXPECT_EQ(kosnn::tile({3, 3}, 2, 1, 1, options).pixels[5 + 1], 0);  // one value only: darkest
}

TEST(Tile, LightnessRisesEvenly) {
  std::size_t const steps = 256;
  std::vector<float> ramp;
  for (std::size_t k = 0; k < steps; ++k) ramp.push_back(static_cast<float>(k));
  TileOptions options;
  options.scale = 1;
  Picture const got = kosnn::tile(ramp, 1, 1, steps, options);
  std::uint8_t const* const first = &got.pixels[(got.cols + 1) * 3];
  for (std::size_t k = 0; k < steps; ++k) {
    double const even = 97.0 * static_cast<double>(k) / static_cast<double>(steps - 1);
    EXPECT_NEAR(lightness(first + 3 * k), even, 1.5) << k;
    std::uint8_t const* const before = first + 3 * (k > 0 ? k - 1 : 0);
    EXPECT_GE(lightness(first + 3 * k), lightness(before)) << k;
  }
}

TEST(Tile, Errors) {
  auto const expect = [](std::vector<float> const& values, std::size_t count, std::size_t rows,
                         TileOptions const& options, std::string const& part) {
    expect_error<kosnn::Error>([&] { kosnn::tile(values, count, rows, 1, options); },
                               {"tile", part});
  };
  TileOptions options;
  expect({}, 0, 1, options, "0 fields");
  expect({}, 1, 0, options, "1 fields of 0 x 1");
  expect({1, 2}, 3, 1, options, "got 2 values, expected 3 x 1 x 1");
  expect({1, std::numeric_limits<float>::quiet_NaN()}, 2, 1, options, "value 1 is nan");
  expect({1, std::numeric_limits<float>::infinity()}, 2, 1, options, "value 1 is inf");
  expect({}, ~std::size_t{0}, ~std::size_t{0}, options, "pixels");
  options.range = {{1.0F, 1.0F}};
  expect({1}, 1, 1, options, "1 to 1");
  options.scale = 0;
  expect({1}, 1, 1, options, "scale is 0");
  options.scale = ~std::size_t{0};
  expect({1}, 1, 1, options, "pixels");
}

}  // namespace

#include "kosnn/io/png.hpp"

#include <png.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <system_error>

#include "kosnn/core/error.hpp"
#include "kosnn/io/atomic_file.hpp"

namespace kosnn {
namespace {

constexpr std::size_t max_side = 1000000;  // what libpng's readers accept unless told otherwise
constexpr double max_pixels = 268435456;   // of a tiled picture
constexpr std::size_t gap = 1;
constexpr std::uint8_t gap_level = 110;

using Colour = std::array<std::uint8_t, 3>;

// Equal steps of CIE L* from 0 to 97; the hue turns from 300 over 0 to 100 degrees in CIELAB.
constexpr std::array<Colour, 13> colours{{{{0, 0, 0}},
                                          {{35, 14, 50}},
                                          {{75, 8, 72}},
                                          {{114, 1, 79}},
                                          {{151, 2, 79}},
                                          {{191, 0, 72}},
                                          {{213, 54, 62}},
                                          {{226, 94, 55}},
                                          {{231, 131, 58}},
                                          {{231, 166, 80}},
                                          {{230, 197, 119}},
                                          {{234, 224, 172}},
                                          {{255, 247, 209}}}};

/// The colour of t in [0, 1].
Colour colour(double t) {
  double const position = t * static_cast<double>(colours.size() - 1);
  auto const k = std::min(static_cast<std::size_t>(position), colours.size() - 2);
  double const part = position - static_cast<double>(k);
  Colour mixed{};
  for (std::size_t c = 0; c < mixed.size(); ++c) {
    mixed[c] = static_cast<std::uint8_t>(
        std::lround((1 - part) * colours[k][c] + part * colours[k + 1][c]));
  }
  return mixed;
}

/// Where fields lie in a picture; lengths in pixels.
struct Layout {
  std::size_t field_rows, field_cols;  // of one field with its gap
  std::size_t across, down;            // fields side by side and below each other
  std::size_t rows() const { return gap + down * field_rows; }
  std::size_t cols() const { return gap + across * field_cols; }
};

Layout layout(std::size_t count, std::size_t rows, std::size_t cols, TileOptions const& options) {
  require(count > 0 && rows > 0 && cols > 0, "tile: got ", count, " fields of ", rows, " x ", cols,
          " values, expected at least one of at least 1 x 1");
  require(options.scale > 0, "tile: the scale is 0, expected at least 1");
  double const scale = static_cast<double>(options.scale);
  double const height = static_cast<double>(rows) * scale + gap;
  double const width = static_cast<double>(cols) * scale + gap;
  require(static_cast<double>(count) * height * width <= max_pixels, "tile: ", count, " fields of ",
          rows, " x ", cols, " values at scale ", options.scale, " make more than ", max_pixels,
          " pixels");
  std::size_t across = options.columns;
  if (across == 0) {
    double const square = std::sqrt(static_cast<double>(count) * height / width);
    across = std::max<std::size_t>(1, static_cast<std::size_t>(std::lround(square)));
  }
  across = std::min(across, count);
  return {rows * options.scale + gap, cols * options.scale + gap, across,
          (count + across - 1) / across};
}

std::pair<double, double> value_range(std::vector<float> const& fields,
                                      TileOptions const& options) {
  for (std::size_t k = 0; k < fields.size(); ++k) {
    require(std::isfinite(fields[k]), "tile: value ", k, " is ", fields[k],
            ", expected finite values");
  }
  if (!options.range) {
    auto const [low, high] = std::minmax_element(fields.begin(), fields.end());
    return {*low, *high};
  }
  auto const [low, high] = *options.range;
  require(std::isfinite(low) && std::isfinite(high) && low < high, "tile: the range is ", low,
          " to ", high, ", expected two finite rising values");
  return {low, high};
}

}  // namespace

void write_png(std::string const& path, Picture const& picture) {
  require(
      picture.rows > 0 && picture.cols > 0 && picture.rows <= max_side && picture.cols <= max_side,
      "picture: has ", picture.rows, " x ", picture.cols, " pixels, expected 1 to ", max_side,
      " along each side");
  require(picture.channels == 1 || picture.channels == 3, "picture: has ", picture.channels,
          " channels, expected 1 (grey) or 3 (RGB)");
  std::size_t const bytes = picture.rows * picture.cols * picture.channels;
  require(picture.pixels.size() == bytes, "picture: has ", picture.pixels.size(),
          " bytes of pixels, expected ", bytes);

  AtomicFile file(path);
  std::FILE* const stream = std::fopen(file.temporary().c_str(), "wb");
  require<FileError>(stream != nullptr, "cannot write '", path,
                     "': ", std::generic_category().message(errno));
  png_image image = {};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(picture.cols);
  image.height = static_cast<png_uint_32>(picture.rows);
  image.format = picture.channels == 1 ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB;
  bool const written =
      png_image_write_to_stdio(&image, stream, 0, picture.pixels.data(), 0, nullptr) != 0;
  bool const closed = std::fclose(stream) == 0;
  require<FileError>(written && closed, "cannot write '", path,
                     "': ", written ? std::generic_category().message(errno) : image.message);
  file.commit();
}

Picture tile(std::vector<float> const& fields, std::size_t count, std::size_t rows,
             std::size_t cols, TileOptions const& options) {
  Layout const place = layout(count, rows, cols, options);
  require(fields.size() == count * rows * cols, "tile: got ", fields.size(), " values, expected ",
          count, " x ", rows, " x ", cols);
  auto const [low, high] = value_range(fields, options);
  Picture picture{place.rows(), place.cols(), options.gray ? std::size_t{1} : std::size_t{3}, {}};
  picture.pixels.assign(picture.rows * picture.cols * picture.channels, gap_level);

  for (std::size_t n = 0; n < fields.size(); ++n) {
    std::size_t const field = n / (rows * cols);
    std::size_t const top =
        gap + field / place.across * place.field_rows + n / cols % rows * options.scale;
    std::size_t const left =
        gap + field % place.across * place.field_cols + n % cols * options.scale;
    double const t =
        high > low ? std::clamp((static_cast<double>(fields[n]) - low) / (high - low), 0.0, 1.0)
                   : 0;
    Colour const value =
        options.gray ? Colour{static_cast<std::uint8_t>(std::lround(255 * t))} : colour(t);
    for (std::size_t y = top; y < top + options.scale; ++y) {
      for (std::size_t x = left; x < left + options.scale; ++x) {
        std::size_t const pixel = (y * picture.cols + x) * picture.channels;
        std::copy_n(value.begin(), picture.channels, &picture.pixels[pixel]);
      }
    }
  }
  return picture;
}

}  // namespace kosnn

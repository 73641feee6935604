#ifndef KOSNN_IO_PNG_HPP
#define KOSNN_IO_PNG_HPP

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace kosnn {

/// 8-bit pixels (rows, cols, channels), channels contiguous; 1 channel is grey, 3 are RGB.
struct Picture {
  std::size_t rows = 0;
  std::size_t cols = 0;
  std::size_t channels = 1;
  std::vector<std::uint8_t> pixels;
};

/// Writes a PNG file, whole or not at all. Throws FileError (path, reason), and Error for a picture
/// whose sizes do not fit together.
void write_png(std::string const& path, Picture const& picture);

/// How `tile` draws.
struct TileOptions {
  std::size_t columns = 0;  ///< fields side by side; 0 makes the picture about square
  std::size_t scale = 4;    ///< pixels per value along each side
  bool gray = false;        ///< grey levels instead of colours
  /// The values of the darkest and the brightest colour; values beyond them are drawn like them.
  /// By default the least and the greatest of all values.
  std::optional<std::pair<float, float>> range;
};

/// Draws `count` fields of rows x cols values each, (count, rows, cols) row-major, side by side
/// with gaps of one pixel; one range of values holds for all. The colours run from black over
/// purple, red and orange to pale yellow in even steps of lightness (CIE L*, D65). Throws Error for
/// wrong sizes or a value that is not finite.
Picture tile(std::vector<float> const& fields, std::size_t count, std::size_t rows,
             std::size_t cols, TileOptions const& options = {});

}  // namespace kosnn

#endif

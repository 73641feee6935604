#ifndef KOSNN_SUPPORT_PLOT_HPP
#define KOSNN_SUPPORT_PLOT_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <kosnn/io/png.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace kosnn_support {

using Colour = std::array<std::uint8_t, 3>;  ///< red, green, blue

// Distinguishable without colour vision (Okabe & Ito 2008).
namespace colours {
constexpr Colour black{{0, 0, 0}};
constexpr Colour grey{{150, 150, 150}};
constexpr Colour blue{{0, 114, 178}};
constexpr Colour orange{{230, 159, 0}};
constexpr Colour green{{0, 158, 115}};
constexpr Colour red{{213, 94, 0}};
constexpr Colour purple{{204, 121, 167}};
}  // namespace colours

/// One coordinate system with its title and what is drawn in it. Axes reach over all that is drawn
/// unless they are given. Throws kosnn::Error, naming the title, for vectors of different lengths
/// and for numbers that are not finite.
class Panel {
 public:
  using Range = std::pair<double, double>;
  struct Series {
    bool connected;  ///< a line, otherwise an upright stroke at each point
    std::vector<double> x, y;
    Colour colour;
  };
  struct Heat {
    std::size_t rows = 0, cols = 0;
    std::vector<float> values;
  };

  /// Letters of the title are drawn as capitals.
  explicit Panel(std::string title) : title_(std::move(title)) {}

  /// Points joined by straight lines.
  Panel& line(std::vector<double> x, std::vector<double> y, Colour colour = colours::blue);
  /// Values at 0, 1, 2, ... joined by straight lines.
  Panel& values(std::vector<double> y, Colour colour = colours::blue);
  /// A stroke of height 0.8 around `rows[k]` for each spike at `times[k]`.
  Panel& raster(std::vector<double> times, std::vector<double> rows,
                Colour colour = colours::black);
  /// Values (rows, cols) in the colours of kosnn::tile, the first row at the top; it fills the
  /// panel, which then has no axes.
  Panel& heat(std::vector<float> values, std::size_t rows, std::size_t cols);
  Panel& x_range(double low, double high);
  Panel& y_range(double low, double high);

  std::string const& title() const { return title_; }
  std::vector<Series> const& series() const { return series_; }
  std::optional<Heat> const& heat_map() const { return heat_; }
  /// What the axes reach over.
  Range x_range() const { return range(x_range_, &Series::x, 0); }
  Range y_range() const { return range(y_range_, &Series::y, 0.5); }

 private:
  Panel& add(Series series);
  Range range(std::optional<Range> const& given, std::vector<double> Series::*axis,
              double around_strokes) const;
  Range checked(char const* axis, double low, double high) const;

  std::string title_;
  std::vector<Series> series_;
  std::optional<Heat> heat_;
  std::optional<Range> x_range_, y_range_;
};

/// How `plot` arranges panels; lengths in pixels.
struct PlotOptions {
  std::size_t columns = 1;
  std::size_t width = 640;   ///< of one panel with its margins
  std::size_t height = 180;  ///< of one panel with its margins
};

/// Draws panels side by side and below each other. Throws kosnn::Error without panels and for
/// panels too small to hold their margins.
kosnn::Picture plot(std::vector<Panel> const& panels, PlotOptions const& options = {});

}  // namespace kosnn_support

#endif

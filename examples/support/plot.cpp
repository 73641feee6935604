#include "support/plot.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>
#include <sstream>

#include "kosnn/core/error.hpp"

namespace kosnn_support {
namespace {

constexpr int glyph_rows = 5, glyph_cols = 3, glyph_scale = 2;
constexpr int advance = (glyph_cols + 1) * glyph_scale, text_height = glyph_rows * glyph_scale;
constexpr int left = 60, right = 20, top = 24, bottom = 26;  // margins of a panel

/// The bits of a glyph, one octal digit a row from the top; the highest bit is on the left.
int glyph(char c) {
  constexpr std::array<int, 10> digits{
      {075557, 026227, 071747, 071717, 055711, 074717, 074757, 071111, 075757, 075717}};
  constexpr std::array<int, 26> letters{{025755, 065656, 034443, 065556, 074647, 074644, 034553,
                                         055755, 072227, 011152, 055655, 044447, 057755, 065555,
                                         025552, 065644, 025573, 065655, 034216, 072222, 055557,
                                         055552, 055775, 055255, 055222, 071247}};
  auto const code = static_cast<unsigned char>(std::toupper(static_cast<unsigned char>(c)));
  if (code >= '0' && code <= '9') return digits[code - std::size_t{'0'}];
  if (code >= 'A' && code <= 'Z') return letters[code - std::size_t{'A'}];
  switch (c) {
    case ' ':
      return 0;
    case '.':
      return 000002;
    case ',':
      return 000024;
    case '-':
      return 000700;
    case '+':
      return 002720;
    case '/':
      return 011244;
    case '(':
      return 012221;
    case ')':
      return 042224;
    case ':':
      return 002020;
    case ';':
      return 002024;
    case '=':
      return 007070;
    case '%':
      return 051245;
    default:
      return 071202;  // a question mark
  }
}

struct Box {
  int x, y, width, height;
};

/// A picture to draw on; what lies outside `clip` is not drawn.
class Canvas {
 public:
  Canvas(std::size_t rows, std::size_t cols) : picture_{rows, cols, 3, {}} {
    picture_.pixels.assign(rows * cols * 3, 255);
    unclip();
  }
  void clip(Box const& box) { clip_ = box; }
  void unclip() {
    clip_ = {0, 0, static_cast<int>(picture_.cols), static_cast<int>(picture_.rows)};
  }

  void dot(int x, int y, Colour const& colour) {
    if (x < clip_.x || y < clip_.y || x >= clip_.x + clip_.width || y >= clip_.y + clip_.height)
      return;
    std::size_t const pixel =
        (static_cast<std::size_t>(y) * picture_.cols + static_cast<std::size_t>(x)) * 3;
    std::copy(colour.begin(), colour.end(), &picture_.pixels[pixel]);
  }
  void line(int x0, int y0, int x1, int y1, Colour const& colour) {
    int const steps = std::max({std::abs(x1 - x0), std::abs(y1 - y0), 1});
    for (int k = 0; k <= steps; ++k) {
      double const part = static_cast<double>(k) / steps;
      dot(static_cast<int>(std::lround(x0 + part * (x1 - x0))),
          static_cast<int>(std::lround(y0 + part * (y1 - y0))), colour);
    }
  }
  void text(int x, int y, std::string const& words, Colour const& colour) {
    for (char const c : words) {
      int const bits = glyph(c);
      for (int row = 0; row < text_height; ++row)
        for (int col = 0; col < glyph_cols * glyph_scale; ++col) {
          int const bit = (glyph_rows - 1 - row / glyph_scale) * glyph_cols + glyph_cols - 1 -
                          col / glyph_scale;
          if ((bits >> bit & 1) != 0) dot(x + col, y + row, colour);
        }
      x += advance;
    }
  }
  kosnn::Picture const& picture() const { return picture_; }

 private:
  kosnn::Picture picture_;
  Box clip_{};
};

/// Maps values of a panel to pixels of its box.
struct Frame {
  Box box;
  Panel::Range x, y;

  int column(double value) const { return box.x + scaled(value, x, box.width - 1); }
  int row(double value) const { return box.y + box.height - 1 - scaled(value, y, box.height - 1); }

 private:
  /// Far beyond the box on the side where the value lies is enough for what is clipped there.
  static int scaled(double value, Panel::Range const& range, int pixels) {
    double const part = (value - range.first) / (range.second - range.first);
    return static_cast<int>(std::lround(std::clamp(part, -2.0, 3.0) * pixels));
  }
};

/// Round numbers within a range, at least `spacing` of its `pixels` apart.
std::vector<double> ticks(Panel::Range const& range, int pixels, int spacing) {
  double const least = (range.second - range.first) * spacing / pixels;
  double const decade = std::pow(10, std::floor(std::log10(least)));
  double const lead = least / decade;
  double const step = decade * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
  auto const first = static_cast<long long>(std::ceil(range.first / step - 1e-9));
  auto const last = static_cast<long long>(std::floor(range.second / step + 1e-9));
  std::vector<double> at;
  for (long long k = first; k <= last; ++k) at.push_back(static_cast<double>(k) * step);
  return at;
}

std::string shown(double value) {
  std::ostringstream text;
  text.precision(4);
  text << value;
  return text.str();
}

void draw_axes(Canvas& canvas, Frame const& frame) {
  Box const& b = frame.box;
  int const below = b.y + b.height, beyond = b.x + b.width;
  canvas.line(b.x - 1, b.y, b.x - 1, below, colours::black);
  canvas.line(b.x - 1, below, beyond - 1, below, colours::black);
  for (double const value : ticks(frame.x, b.width, 80)) {
    int const x = frame.column(value);
    std::string const label = shown(value);
    canvas.line(x, below, x, below + 4, colours::black);
    canvas.text(x - static_cast<int>(label.size()) * advance / 2, below + 8, label, colours::black);
  }
  for (double const value : ticks(frame.y, b.height, 22)) {
    int const y = frame.row(value);
    std::string const label = shown(value);
    canvas.line(b.x - 5, y, b.x - 1, y, colours::black);
    canvas.text(b.x - 8 - static_cast<int>(label.size()) * advance, y - text_height / 2, label,
                colours::black);
  }
}

void draw_series(Canvas& canvas, Frame const& frame, Panel::Series const& s) {
  for (std::size_t k = 0; k < s.x.size(); ++k) {
    int const x = frame.column(s.x[k]);
    if (!s.connected)
      canvas.line(x, frame.row(s.y[k] - 0.4), x, frame.row(s.y[k] + 0.4), s.colour);
    else if (k > 0)
      canvas.line(frame.column(s.x[k - 1]), frame.row(s.y[k - 1]), x, frame.row(s.y[k]), s.colour);
  }
}

void draw_heat(Canvas& canvas, Box const& box, Panel::Heat const& heat) {
  kosnn::TileOptions how;
  how.scale = 1;
  kosnn::Picture const cells = kosnn::tile(heat.values, 1, heat.rows, heat.cols, how);
  for (int y = 0; y < box.height; ++y)
    for (int x = 0; x < box.width; ++x) {
      std::size_t const row =
          1 + static_cast<std::size_t>(y) * heat.rows / static_cast<std::size_t>(box.height);
      std::size_t const col =
          1 + static_cast<std::size_t>(x) * heat.cols / static_cast<std::size_t>(box.width);
      std::uint8_t const* const rgb = &cells.pixels[(row * cells.cols + col) * 3];
      canvas.dot(box.x + x, box.y + y, {{rgb[0], rgb[1], rgb[2]}});
    }
}

void draw_panel(Canvas& canvas, Box const& box, Panel const& panel) {
  canvas.text(box.x, box.y - text_height - 6, panel.title(), colours::black);
  if (panel.heat_map()) {
    draw_heat(canvas, box, *panel.heat_map());
    return;
  }
  Frame const frame{box, panel.x_range(), panel.y_range()};
  draw_axes(canvas, frame);
  canvas.clip(box);
  for (auto const& series : panel.series()) draw_series(canvas, frame, series);
  canvas.unclip();
}

}  // namespace

Panel& Panel::add(Series series) {
  kosnn::require(series.x.size() == series.y.size(), "panel '", title_, "': got ", series.x.size(),
                 " and ", series.y.size(), " coordinates, expected equally many");
  for (std::size_t k = 0; k < series.x.size(); ++k)
    kosnn::require(std::isfinite(series.x[k]) && std::isfinite(series.y[k]), "panel '", title_,
                   "': point ", k, " is (", series.x[k], ", ", series.y[k],
                   "), expected finite numbers");
  series_.push_back(std::move(series));
  return *this;
}

Panel& Panel::line(std::vector<double> x, std::vector<double> y, Colour colour) {
  return add({true, std::move(x), std::move(y), colour});
}

Panel& Panel::values(std::vector<double> y, Colour colour) {
  std::vector<double> x;
  for (std::size_t k = 0; k < y.size(); ++k) x.push_back(static_cast<double>(k));
  return line(std::move(x), std::move(y), colour);
}

Panel& Panel::raster(std::vector<double> times, std::vector<double> rows, Colour colour) {
  return add({false, std::move(times), std::move(rows), colour});
}

Panel& Panel::heat(std::vector<float> values, std::size_t rows, std::size_t cols) {
  kosnn::require(rows > 0 && cols > 0 && values.size() == rows * cols, "panel '", title_, "': got ",
                 values.size(), " values for ", rows, " x ", cols,
                 ", expected as many and at least one");
  heat_ = Heat{rows, cols, std::move(values)};
  return *this;
}

Panel& Panel::x_range(double low, double high) {
  x_range_ = checked("x", low, high);
  return *this;
}

Panel& Panel::y_range(double low, double high) {
  y_range_ = checked("y", low, high);
  return *this;
}

Panel::Range Panel::checked(char const* axis, double low, double high) const {
  kosnn::require(std::isfinite(low) && std::isfinite(high) && low < high, "panel '", title_,
                 "': the range of ", axis, " is ", low, " to ", high,
                 ", expected two finite rising numbers");
  return {low, high};
}

Panel::Range Panel::range(std::optional<Range> const& given, std::vector<double> Series::*axis,
                          double around_strokes) const {
  if (given) return *given;
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (auto const& s : series_)
    for (double const value : s.*axis) {
      double const around = s.connected ? 0 : around_strokes;
      low = std::min(low, value - around);
      high = std::max(high, value + around);
    }
  if (low > high) return {0, 1};
  double const half = low < high ? 0 : std::max(0.5, std::fabs(low) / 100);
  return {low - half, high + half};
}

kosnn::Picture plot(std::vector<Panel> const& panels, PlotOptions const& options) {
  constexpr std::size_t least = 100, most = 10000;
  kosnn::require(!panels.empty(), "plot: there are no panels, expected at least one");
  kosnn::require(options.columns > 0, "plot: 0 columns, expected at least 1");
  for (std::size_t const side : {options.width, options.height})
    kosnn::require(side >= least && side <= most, "plot: panels are ", options.width, " x ",
                   options.height, " pixels, expected ", least, " to ", most, " along each side");
  std::size_t const across = std::min(options.columns, panels.size());
  std::size_t const down = (panels.size() + across - 1) / across;
  Canvas canvas(down * options.height, across * options.width);
  for (std::size_t k = 0; k < panels.size(); ++k) {
    int const x = static_cast<int>(k % across * options.width) + left;
    int const y = static_cast<int>(k / across * options.height) + top;
    Box const box{x, y, static_cast<int>(options.width) - left - right,
                  static_cast<int>(options.height) - top - bottom};
    draw_panel(canvas, box, panels[k]);
  }
  return canvas.picture();
}

}  // namespace kosnn_support

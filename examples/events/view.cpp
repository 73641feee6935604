#include "events/view.hpp"

#include <algorithm>
#include <cmath>
#include <kosnn/core/error.hpp>
#include <vector>

namespace events {
namespace {

using kosnn_support::Colour;

/// Where pixels of the sensor are drawn: `shrink` of them become one, which is drawn `scale` times.
struct Layout {
  std::size_t shrink, scale, cols, rows;

  explicit Layout(Summary const& s) {
    auto const width = static_cast<std::size_t>(s.width);
    auto const height = static_cast<std::size_t>(s.height);
    std::size_t const side = std::max(width, height);
    shrink = (side + 255) / 256;
    scale = std::max<std::size_t>(1, 128 / side);
    cols = (width + shrink - 1) / shrink;
    rows = (height + shrink - 1) / shrink;
  }
};

/// Events at each pixel of one span of time, by channel: (rows, cols, channels).
struct Counts {
  std::size_t channels;
  std::vector<std::uint32_t> values;

  /// White without events; the colour of the most frequent channel, pale where `most` is far.
  Colour colour(std::size_t pixel, double most) const {
    auto const first = values.begin() + static_cast<std::ptrdiff_t>(pixel * channels);
    auto const top = std::max_element(first, first + static_cast<std::ptrdiff_t>(channels));
    Colour out{{255, 255, 255}};
    if (*top == 0) return out;
    Colour const full = colour_of(static_cast<std::int32_t>(top - first));
    double const strength = 0.3 + 0.7 * *top / most;
    for (std::size_t c = 0; c < out.size(); ++c)
      out[c] = static_cast<std::uint8_t>(std::lround(255 + strength * (full[c] - 255)));
    return out;
  }
};

/// Counts of all spans.
std::vector<Counts> count(kosnn::EventStream const& stream, Summary const& s, Layout const& layout,
                          std::size_t spans) {
  std::size_t const channels = static_cast<std::size_t>(s.by_polarity.rbegin()->first) + 1;
  std::size_t const drawn = std::min<std::size_t>(channels, 4);  // as many as there are colours
  std::vector<Counts> all(spans,
                          {drawn, std::vector<std::uint32_t>(layout.rows * layout.cols * drawn)});
  for (kosnn::Event const& e : stream.events) {
    double const part = static_cast<double>(e.t - s.first_us) / (s.duration_ms * 1000);
    auto const k = std::min(spans - 1, static_cast<std::size_t>(part * static_cast<double>(spans)));
    std::size_t const x = static_cast<std::size_t>(e.x) / layout.shrink;
    std::size_t const y = static_cast<std::size_t>(e.y) / layout.shrink;
    ++all[k].values[(y * layout.cols + x) * drawn + static_cast<std::size_t>(e.p) % drawn];
  }
  return all;
}

std::uint32_t greatest(std::vector<Counts> const& all) {
  std::uint32_t most = 0;
  for (Counts const& one : all)
    most = std::max(most, *std::max_element(one.values.begin(), one.values.end()));
  return most;
}

/// Draws one span with its left upper corner at (top, left).
void draw(kosnn::Picture& picture, Counts const& counts, Layout const& layout, double most,
          std::size_t top, std::size_t left) {
  for (std::size_t y = 0; y < layout.rows * layout.scale; ++y)
    for (std::size_t x = 0; x < layout.cols * layout.scale; ++x) {
      std::size_t const pixel = y / layout.scale * layout.cols + x / layout.scale;
      Colour const colour = counts.colour(pixel, most);
      std::size_t const at = ((top + y) * picture.cols + left + x) * 3;
      std::copy(colour.begin(), colour.end(),
                picture.pixels.begin() + static_cast<std::ptrdiff_t>(at));
    }
}

}  // namespace

double Summary::rate_hz(std::int32_t polarity) const {
  auto const found = by_polarity.find(polarity);
  return found == by_polarity.end() ? 0 : static_cast<double>(found->second) / duration_ms * 1000;
}

Summary summary(kosnn::EventStream const& stream) {
  kosnn::require(!stream.events.empty(), "there are no events");
  Summary s;
  s.events = stream.events.size();
  s.width = stream.width;
  s.height = stream.height;
  std::int64_t last = s.first_us = stream.events.front().t;
  for (kosnn::Event const& e : stream.events) {
    s.first_us = std::min(s.first_us, e.t);
    last = std::max(last, e.t);
    s.width = std::max(s.width, e.x + 1);
    s.height = std::max(s.height, e.y + 1);
    ++s.by_polarity[e.p];
  }
  s.duration_ms = static_cast<double>(last - s.first_us + 1) / 1000;
  return s;
}

std::string name_of(std::int32_t polarity) {
  if (polarity == 0) return "OFF";
  return polarity == 1 ? "ON" : "channel " + std::to_string(polarity);
}

Colour colour_of(std::int32_t polarity) {
  namespace colours = kosnn_support::colours;
  constexpr Colour all[] = {colours::orange, colours::blue, colours::green, colours::purple};
  return all[polarity % 4];
}

kosnn::Picture frames(kosnn::EventStream const& stream, std::size_t count_of_frames,
                      std::size_t columns) {
  kosnn::require(count_of_frames > 0, "frames: count must be at least 1, got 0");
  kosnn::require(columns > 0, "frames: columns must be at least 1, got 0");
  Summary const s = summary(stream);
  Layout const layout(s);
  auto const counts = count(stream, s, layout, count_of_frames);
  std::uint32_t const most = greatest(counts);

  constexpr std::size_t gap = 2;
  columns = std::min(columns, count_of_frames);
  std::size_t const width = layout.cols * layout.scale + gap;
  std::size_t const height = layout.rows * layout.scale + gap;
  std::size_t const lines = (count_of_frames + columns - 1) / columns;
  kosnn::Picture picture{lines * height - gap, columns * width - gap, 3, {}};
  picture.pixels.assign(picture.rows * picture.cols * 3, 150);
  for (std::size_t k = 0; k < counts.size(); ++k)
    draw(picture, counts[k], layout, most, k / columns * height, k % columns * width);
  return picture;
}

kosnn::Picture raster(kosnn::EventStream const& stream) {
  Summary const s = summary(stream);
  kosnn_support::Panel panel("neurons over time in ms; ON blue, OFF orange");
  for (auto const& [polarity, events] : s.by_polarity) {
    std::vector<double> times, neurons;
    times.reserve(events);
    neurons.reserve(events);
    for (kosnn::Event const& e : stream.events) {
      if (e.p != polarity) continue;
      times.push_back(static_cast<double>(e.t) / 1000);
      neurons.push_back(e.x);
    }
    panel.raster(times, neurons, colour_of(polarity));
  }
  kosnn_support::PlotOptions how;
  how.height = 320;
  return kosnn_support::plot({panel}, how);
}

}  // namespace events

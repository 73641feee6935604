#ifndef KOSNN_EXAMPLES_EVENTS_VIEW_HPP
#define KOSNN_EXAMPLES_EVENTS_VIEW_HPP

#include <cstddef>
#include <cstdint>
#include <kosnn/io/events.hpp>
#include <kosnn/io/png.hpp>
#include <map>
#include <string>

#include "support/plot.hpp"

namespace events {

/// What an event file holds.
struct Summary {
  std::size_t events = 0;
  std::int64_t first_us = 0;
  double duration_ms = 0;  ///< from the first event to the end of the last one's microsecond
  int width = 0;           ///< of the sensor where the file tells it, else what the events need
  int height = 0;
  std::map<std::int32_t, std::size_t> by_polarity;

  /// Events of a polarity (or channel) in a second.
  double rate_hz(std::int32_t polarity) const;
};

/// Throws kosnn::Error for a stream without events.
Summary summary(kosnn::EventStream const& stream);

/// "OFF", "ON", or the number of a channel.
std::string name_of(std::int32_t polarity);

/// OFF is orange, ON blue; further channels of 3-D formats are green and purple in turn.
kosnn_support::Colour colour_of(std::int32_t polarity);

/// The events of `count` equal spans of time, `columns` of them side by side, with grey gaps. A
/// pixel has the colour of the polarity of most of its events and is the stronger the more they
/// are; sensors of more than 256 pixels a side are shrunk. Throws kosnn::Error for a stream without
/// events and for a count or columns of 0.
kosnn::Picture frames(kosnn::EventStream const& stream, std::size_t count, std::size_t columns);

/// The spikes of neurons in a row (1-D formats) over time in ms.
kosnn::Picture raster(kosnn::EventStream const& stream);

}  // namespace events

#endif

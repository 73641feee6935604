#ifndef KOSNN_DATASETS_EVENT_TRANSFORMS_HPP
#define KOSNN_DATASETS_EVENT_TRANSFORMS_HPP

#include "kosnn/io/events.hpp"

namespace kosnn {

// What can be done to a stream before it becomes spikes. Each takes a stream and gives another one;
// the events keep their order. Polarities stay as they are except where a function is about them.

/// Events with begin <= t < end (ms, whole microseconds), their times counted from `begin`. Throws
/// Error unless 0 <= begin < end.
EventStream time_window(EventStream stream, double begin_ms, double end_ms);

/// Times multiplied by `factor` > 0 and rounded down to whole microseconds. Throws Error for
/// another factor, and where a time leaves the range of +-9e15 us.
EventStream scale_time(EventStream stream, double factor);

/// Joins blocks of factor x factor pixels into one: coordinates and size are divided by `factor`,
/// coordinates rounded down, the size up. No event is lost. Throws Error for a factor below 1 and
/// for negative coordinates.
EventStream downsample(EventStream stream, int factor);

/// Events inside of the rectangle of width x height pixels whose upper left one is (x, y); their
/// coordinates are counted from there. Throws Error for an empty rectangle, and for one that is not
/// inside of the stream's size where that is known.
EventStream crop(EventStream stream, int x, int y, int width, int height);

/// All events with polarity 0.
EventStream merge_polarities(EventStream stream);

/// Events of polarity `p` (0 or more) alone, which becomes 0.
EventStream select_polarity(EventStream stream, int p);

}  // namespace kosnn

#endif

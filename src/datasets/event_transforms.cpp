#include "kosnn/datasets/event_transforms.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "kosnn/core/error.hpp"
#include "microseconds.hpp"

namespace kosnn {
namespace {

template <class Condition>
void keep_if(EventStream& stream, Condition const& condition) {
  auto& events = stream.events;
  events.erase(
      std::remove_if(events.begin(), events.end(), [&](Event const& e) { return !condition(e); }),
      events.end());
}

}  // namespace

EventStream time_window(EventStream stream, double begin_ms, double end_ms) {
  std::int64_t const begin = detail::microseconds(begin_ms, "time_window: begin");
  std::int64_t const end = detail::microseconds(end_ms, "time_window: end");
  require(begin < end, "time_window: begin must be before end, got ", begin_ms, " and ", end_ms,
          " ms");
  keep_if(stream, [&](Event const& e) { return e.t >= begin && e.t < end; });
  for (Event& e : stream.events) e.t -= begin;
  return stream;
}

EventStream scale_time(EventStream stream, double factor) {
  require(std::isfinite(factor) && factor > 0, "scale_time: factor must be positive, got ", factor);
  for (std::size_t k = 0; k < stream.events.size(); ++k) {
    Event& e = stream.events[k];
    double const t = std::floor(static_cast<double>(e.t) * factor);
    require(std::fabs(t) <= 9e15, "scale_time: event ", k, " at ", e.t, " us times ", factor,
            " is beyond 9e15 us");
    e.t = static_cast<std::int64_t>(t);
  }
  return stream;
}

EventStream downsample(EventStream stream, int factor) {
  require(factor >= 1, "downsample: factor must be at least 1, got ", factor);
  for (std::size_t k = 0; k < stream.events.size(); ++k) {
    Event& e = stream.events[k];
    require(e.x >= 0 && e.y >= 0, "downsample: event ", k, " has the coordinates (", e.x, ", ", e.y,
            "), expected none below 0");
    e.x /= factor;
    e.y /= factor;
  }
  auto const divided = [&](int size) { return size / factor + (size % factor == 0 ? 0 : 1); };
  stream.width = divided(stream.width);
  stream.height = divided(stream.height);
  return stream;
}

EventStream crop(EventStream stream, int x, int y, int width, int height) {
  require(x >= 0 && y >= 0 && width >= 1 && height >= 1,
          "crop: the rectangle must have at least 1 x 1 pixels from (0, 0) on, got ", width, " x ",
          height, " from (", x, ", ", y, ") on");
  auto const inside = [](int from, int size, int limit) { return from <= limit - size; };
  require((stream.width == 0 || inside(x, width, stream.width)) &&
              (stream.height == 0 || inside(y, height, stream.height)),
          "crop: the rectangle of ", width, " x ", height, " pixels from (", x, ", ", y,
          ") on is not inside of ", stream.width, " x ", stream.height, " pixels");
  keep_if(stream, [&](Event const& e) {
    return e.x >= x && e.x - x < width && e.y >= y && e.y - y < height;
  });
  for (Event& e : stream.events) {
    e.x -= x;
    e.y -= y;
  }
  stream.width = width;
  stream.height = height;
  return stream;
}

EventStream merge_polarities(EventStream stream) {
  for (Event& e : stream.events) e.p = 0;
  return stream;
}

EventStream select_polarity(EventStream stream, int p) {
  require(p >= 0, "select_polarity: a polarity is at least 0, got ", p);
  keep_if(stream, [&](Event const& e) { return e.p == p; });
  return merge_polarities(std::move(stream));
}

}  // namespace kosnn

// One fuzzer per format of event files: KOSNN_FUZZ_FORMAT is an EventFormat.
#include "kosnn/io/events.hpp"

#include "event_formats.hpp"
#include "reader.hpp"

namespace {

using kosnn_fuzz::check;

constexpr kosnn::EventFormat format = kosnn::EventFormat::KOSNN_FUZZ_FORMAT;

/// What our writer makes of the events; its own reader has to give the same again.
std::string written(kosnn::EventStream const& stream) {
  switch (format) {
    case kosnn::EventFormat::spikes_1d:
      return kosnn::detail::format_spikes_1d(stream, "file");
    case kosnn::EventFormat::spikes_2d:
      return kosnn::detail::format_spikes_2d(stream, "file");
    case kosnn::EventFormat::spikes_3d:
      return kosnn::detail::format_spikes_3d(stream, "file");
    case kosnn::EventFormat::ncars_dat:
      return kosnn::detail::format_dat(stream, "file");
    default:
      return {};
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  return kosnn_fuzz::run(data, size, [](std::string_view bytes) {
    kosnn::EventStream const stream = kosnn::parse_events(bytes, format, "file");
    for (kosnn::Event const& e : stream.events) {
      check(e.t >= 0 && e.x >= 0 && e.y >= 0 && e.p >= 0);
      check(stream.width == 0 || e.x < stream.width);
      check(stream.height == 0 || e.y < stream.height);
    }
    constexpr bool writes =
        format != kosnn::EventFormat::aedat31 && format != kosnn::EventFormat::aedat4;
    if (!writes) return;
    kosnn::EventStream const again = kosnn::parse_events(written(stream), format, "file");
    check(again.width == stream.width && again.height == stream.height);
    check(again.events.size() == stream.events.size());
    for (std::size_t k = 0; k < again.events.size(); ++k) {
      kosnn::Event const& a = again.events[k];
      kosnn::Event const& b = stream.events[k];
      check(a.t == b.t && a.x == b.x && a.y == b.y && a.p == b.p);
    }
  });
}

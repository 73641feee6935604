#include "kosnn/io/events.hpp"

#include "event_formats.hpp"
#include "kosnn/io/atomic_file.hpp"

namespace kosnn {

EventStream parse_events(std::string_view bytes, EventFormat format, std::string const& name) {
  switch (format) {
    case EventFormat::spikes_1d:
      return detail::parse_spikes_1d(bytes, name);
    case EventFormat::spikes_2d:
      return detail::parse_spikes_2d(bytes, name);
    case EventFormat::spikes_3d:
      return detail::parse_spikes_3d(bytes, name);
    case EventFormat::ncars_dat:
      return detail::parse_dat(bytes, name);
    case EventFormat::aedat31:
      return detail::parse_aedat31(bytes, name);
    case EventFormat::aedat4:
      return detail::parse_aedat4(bytes, name);
  }
  throw Error("parse_events: the format is none of EventFormat");
}

EventStream read_events(std::string const& path, EventFormat format) {
  return parse_events(detail::read_file_bytes(path), format, path);
}

void write_events(std::string const& path, EventStream const& stream, EventFormat format) {
  auto const formatted = [&] {
    switch (format) {
      case EventFormat::spikes_1d:
        return detail::format_spikes_1d(stream, path);
      case EventFormat::spikes_2d:
        return detail::format_spikes_2d(stream, path);
      case EventFormat::spikes_3d:
        return detail::format_spikes_3d(stream, path);
      case EventFormat::ncars_dat:
        return detail::format_dat(stream, path);
      default:
        break;
    }
    throw Error("write_events: '" + path +
                "': AEDAT files are only read, expected spikes_1d, spikes_2d, spikes_3d or "
                "ncars_dat");
  };
  write_file(path, formatted());
}

}  // namespace kosnn

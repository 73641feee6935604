// AEDAT 3.1: lines of text, then packets of events of one type each, little-endian.

#include "event_formats.hpp"

namespace kosnn::detail {
namespace {

constexpr std::size_t header_size = 28;  // bytes of a packet's header
constexpr int polarity_type = 1;
constexpr std::int32_t polarity_size = 8;  // bytes of a polarity event
constexpr std::int32_t time_offset = 4;    // of the time in it

struct PacketHeader {
  std::int16_t type;
  std::int32_t event_size;
  std::int32_t time_offset;
  std::int32_t overflow;  // of the 31 bits of a time
  std::int32_t capacity;
  std::int32_t number;  // of events, valid or not
  std::int32_t valid;
};

void read_text(FileCursor& cursor) {
  std::string_view const version = cursor.rest();
  check_file(version.substr(0, 13) == "#!AER-DAT3.1\r", cursor.name(), "begins with ",
             shown(version), ", expected '#!AER-DAT3.1' and a line end");
  constexpr std::string_view format = "#Format: ";
  for (std::string_view line; line != "#!END-HEADER";) {
    std::size_t const position = cursor.position();
    line = cursor.line("a line of the header");
    check_file(line.substr(0, 1) == "#", cursor.name(), "at byte ", position, ": found ",
               shown(line), ", expected a line of the header, the last one '#!END-HEADER'");
    if (line.substr(0, format.size()) != format) continue;
    line.remove_prefix(format.size());
    check_file(line == "RAW", cursor.name(), "at byte ", position, ": found the format ",
               shown(line), ", expected 'RAW'");
  }
}

PacketHeader read_header(FileCursor& cursor) {
  std::size_t const position = cursor.position();
  char const* const h = cursor.take(header_size, "a packet's header").data();
  PacketHeader const header{
      little_endian<std::int16_t>(h),      little_endian<std::int32_t>(h + 4),
      little_endian<std::int32_t>(h + 8),  little_endian<std::int32_t>(h + 12),
      little_endian<std::int32_t>(h + 16), little_endian<std::int32_t>(h + 20),
      little_endian<std::int32_t>(h + 24)};
  bool const sound = header.type >= 0 && header.event_size > 0 && header.overflow >= 0 &&
                     header.valid >= 0 && header.valid <= header.number &&
                     header.number <= header.capacity;
  check_file(sound, cursor.name(), "in the packet at byte ", position, ": found type ", header.type,
             ", event size ", header.event_size, ", time overflow ", header.overflow, ", ",
             header.valid, " valid events of ", header.number, " of ", header.capacity,
             ", expected none negative, at least 1 byte and ascending numbers");
  bool const polarity = header.event_size == polarity_size && header.time_offset == time_offset;
  check_file(header.type != polarity_type || polarity, cursor.name(), "in the packet at byte ",
             position, ": found polarity events of ", header.event_size, " bytes with the time at ",
             header.time_offset, ", expected ", polarity_size, " bytes with the time at ",
             time_offset);
  return header;
}

void append_polarity(std::string_view records, std::size_t position, PacketHeader const& header,
                     std::string const& name, std::vector<Event>& events) {
  constexpr std::uint64_t coordinate = 0x7fff;
  each_record(records, polarity_size, position, name, "event", [&](char const* record) {
    std::uint64_t const data = little_endian(record, 4);
    if ((data & 1) == 0) return;  // not valid
    std::int32_t const t = little_endian<std::int32_t>(record + time_offset);
    check_file(t >= 0, name, "in the packet of events at byte ", position, ": found the time ", t,
               ", expected none negative");
    events.push_back({static_cast<std::int64_t>(header.overflow) << 31 | t,
                      static_cast<std::int32_t>(data >> 17 & coordinate),
                      static_cast<std::int32_t>(data >> 2 & coordinate),
                      static_cast<std::int32_t>(data >> 1 & 1)});
  });
}

}  // namespace

EventStream parse_aedat31(std::string_view bytes, std::string const& name) {
  FileCursor cursor(bytes, name);
  read_text(cursor);
  EventStream stream;
  while (!cursor.rest().empty()) {
    PacketHeader const header = read_header(cursor);
    std::uint64_t const size =
        static_cast<std::uint64_t>(header.number) * static_cast<std::uint64_t>(header.event_size);
    std::size_t const position = cursor.position();
    std::string_view const records = cursor.take(size, "a packet's events");
    if (header.type != polarity_type) continue;
    append_polarity(records, position, header, name, stream.events);
  }
  return stream;
}

}  // namespace kosnn::detail

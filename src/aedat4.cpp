// AEDAT 4 (DV): a line with the version, a FlatBuffer that describes the file, packets of
// FlatBuffers that may be compressed, and a table of the packets, whose place the description gives
// or leaves out (-1).

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "aedat4_streams.hpp"
#include "decompress.hpp"
#include "event_formats.hpp"
#include "flat_table.hpp"

namespace kosnn::detail {
namespace {

constexpr std::string_view version = "#!AER-DAT4.0\r\n";
constexpr std::size_t event_size = 16;  // bytes: 8 time, 2 x, 2 y, 1 polarity, 3 nothing

enum Compression { none, lz4, lz4_high, zstd, zstd_high };

struct Description {
  std::int32_t compression;
  std::uint64_t end;  // of the packets
  bool has_table;
  Aedat4Stream stream;
};

Description read_description(FileCursor& cursor, std::size_t file_size) {
  std::string const& name = cursor.name();
  check_file(cursor.rest().substr(0, version.size()) == version, name, "begins with ",
             shown(cursor.rest().substr(0, version.size())),
             ", expected '#!AER-DAT4.0' and a line end");
  cursor.take(version.size(), "the version");
  std::string_view const rest = cursor.rest();
  std::uint64_t const size = little_endian(cursor.take(4, "the description's size").data(), 4);
  cursor.take(size, "the file's description");
  FlatTable const table(rest.substr(0, 4 + static_cast<std::size_t>(size)), "IOHE", name,
                        "the file's description");
  std::int32_t const compression = table.scalar<std::int32_t>(0, none);
  check_file(compression >= none && compression <= zstd_high, name,
             "in the file's description: found compression ", compression, ", expected ", none,
             " to ", zstd_high);
  std::int64_t const place = table.scalar<std::int64_t>(1, -1);
  bool const sound = place == -1 || (place >= static_cast<std::int64_t>(cursor.position()) &&
                                     static_cast<std::uint64_t>(place) < file_size);
  check_file(sound, name, "in the file's description: found the table of packets at byte ", place,
             ", expected -1 (none) or ", cursor.position(), " to ", file_size - 1);
  return {compression, place == -1 ? file_size : static_cast<std::uint64_t>(place), place != -1,
          find_event_stream(table.vector(2, 1), name)};
}

/// Decompressed data of a packet: views of the file's bytes, or of `memory`.
std::string_view contents(std::string_view data, std::int32_t compression, GrowthLimit& limit,
                          std::size_t position, std::string const& name, std::string& memory) {
  if (compression == none) return data;
  bool const is_lz4 = compression == lz4 || compression == lz4_high;
  auto const decompress = is_lz4 ? decompress_lz4 : decompress_zstd;
  memory = decompress(data, limit, position, name);
  return memory;
}

void append_events(std::string_view packet, std::size_t position, std::string const& name,
                   EventStream& stream) {
  std::string const part = "the packet at byte " + std::to_string(position);
  FlatTable const table(packet, "EVTS", name, part);
  for (std::string_view rest = table.vector(0, event_size); !rest.empty();
       rest.remove_prefix(event_size)) {
    char const* const e = rest.data();
    Event const event{little_endian<std::int64_t>(e), little_endian<std::int16_t>(e + 8),
                      little_endian<std::int16_t>(e + 10), static_cast<unsigned char>(e[12])};
    std::size_t const k = stream.events.size();
    check_file(event.t >= 0 && event.x >= 0 && event.y >= 0 && event.p <= 1, name, "in ", part,
               ": event ", k, ": found t ", event.t, ", x ", event.x, ", y ", event.y,
               ", polarity ", event.p, ", expected none negative and a polarity of 0 or 1");
    check_on_sensor(event, k, stream, name);
    stream.events.push_back(event);
  }
}

}  // namespace

EventStream parse_aedat4(std::string_view bytes, std::string const& name) {
  FileCursor cursor(bytes, name);
  Description const file = read_description(cursor, bytes.size());
  FileCursor packets(bytes.substr(0, static_cast<std::size_t>(file.end)), name);
  packets.take(cursor.position(), "the file's description");
  GrowthLimit limit(bytes.size());
  std::string memory;
  EventStream stream;
  stream.width = file.stream.width;
  stream.height = file.stream.height;
  while (!packets.rest().empty()) {
    std::size_t const position = packets.position();
    char const* const header = packets.take(8, "a packet's header").data();
    std::int32_t const id = little_endian<std::int32_t>(header);
    std::int32_t const size = little_endian<std::int32_t>(header + 4);
    check_file(id >= 0 && size >= 0, name, "in the packet at byte ", position, ": found stream ",
               id, ", ", size, " bytes, expected neither negative");
    std::string_view const data = packets.take(static_cast<std::uint64_t>(size), "a packet's data");
    if (id != file.stream.id) continue;
    append_events(contents(data, file.compression, limit, position, name, memory), position, name,
                  stream);
  }
  if (file.has_table) {  // only to notice a file that was cut
    std::size_t const position = packets.position();
    std::string_view table = bytes.substr(position);
    bool const plain = table.substr(std::min<std::size_t>(8, table.size()), 4) == "FTAB";
    if (!plain) table = contents(table, file.compression, limit, position, name, memory);
    FlatTable const checked(table, "FTAB", name, "the table of packets");
  }
  return stream;
}

}  // namespace kosnn::detail

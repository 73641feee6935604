// Prophesee's .dat: lines of text that begin with '%', a byte for the type of the events, a byte
// for their size, then little-endian events of 8 bytes.

#include <charconv>

#include "event_formats.hpp"

namespace kosnn::detail {
namespace {

constexpr int generic_event = 0;  // Event2d
constexpr int contrast_event = 12;
constexpr std::size_t event_size = 8;
constexpr std::int64_t most_coordinate = (1 << 14) - 1;

/// The number of a line such as "% Width 304".
int header_number(std::string_view text, std::size_t position, std::string const& name, int least,
                  int most) {
  std::size_t const begin = text.find_first_not_of(' ');
  if (begin != std::string_view::npos) text.remove_prefix(begin);
  std::size_t const end = text.find_last_not_of(' ');
  text = text.substr(0, end == std::string_view::npos ? 0 : end + 1);
  int number = 0;
  auto const result = std::from_chars(text.data(), text.data() + text.size(), number);
  bool const whole = result.ec == std::errc() && result.ptr == text.data() + text.size();
  check_file(whole && number >= least && number <= most, name, "in the line at byte ", position,
             ": found ", text.empty() ? "nothing" : shown(text), ", expected a number from ", least,
             " to ", most);
  return number;
}

/// Reads the lines of text.
void read_header(FileCursor& cursor, EventStream& stream) {
  struct Field {
    std::string_view key;
    int least, most;
    int* number;
  };
  int version = 0;
  int const most_size = static_cast<int>(most_coordinate) + 1;
  Field const fields[] = {{"% Version ", 1, 2, &version},
                          {"% Width ", 1, most_size, &stream.width},
                          {"% Height ", 1, most_size, &stream.height}};
  while (!cursor.rest().empty() && cursor.rest().front() == '%') {
    std::size_t const position = cursor.position();
    std::string_view const line = cursor.line("a line of the header");
    for (Field const& f : fields) {
      if (line.substr(0, f.key.size()) != f.key) continue;
      *f.number =
          header_number(line.substr(f.key.size()), position, cursor.name(), f.least, f.most);
    }
  }
}

}  // namespace

EventStream parse_dat(std::string_view bytes, std::string const& name) {
  FileCursor cursor(bytes, name);
  check_file(bytes.substr(0, 1) == "%", name, "begins with ", shown(bytes),
             ", expected the header of a .dat file, lines that begin with '%'");
  EventStream stream;
  read_header(cursor, stream);
  std::size_t const position = cursor.position();
  std::string_view const kind = cursor.take(2, "type and size of the events");
  int const type = static_cast<unsigned char>(kind[0]);
  int const size = static_cast<unsigned char>(kind[1]);
  check_file(type == generic_event || type == contrast_event, name, "at byte ", position,
             ": found events of type ", type, ", expected ", generic_event, " (2-D) or ",
             contrast_event, " (contrast detection)");
  check_file(size == event_size, name, "at byte ", position + 1, ": found events of ", size,
             " bytes, expected ", event_size);
  std::string_view const records = cursor.rest();
  stream.events.reserve(records.size() / event_size);
  each_record(records, event_size, cursor.position(), name, "event", [&](char const* record) {
    std::uint64_t const place = little_endian(record + 4, 4);
    Event const event{static_cast<std::int64_t>(little_endian(record, 4)),
                      static_cast<std::int32_t>(place & most_coordinate),
                      static_cast<std::int32_t>(place >> 14 & most_coordinate),
                      static_cast<std::int32_t>(place >> 28 & 1)};
    check_on_sensor(event, stream.events.size(), stream, name);
    stream.events.push_back(event);
  });
  return stream;
}

std::string format_dat(EventStream const& stream, std::string const& name) {
  std::string bytes = "% Data file containing CD events\n% Version 2\n";
  for (auto const& [key, size] : {std::pair("Width", stream.width), {"Height", stream.height}}) {
    check_file(size >= 0 && size <= most_coordinate + 1, name, "cannot be written: ", key, " is ",
               size, ", expected 0 (unknown) to ", most_coordinate + 1);
    if (size > 0) bytes += std::string("% ") + key + " " + std::to_string(size) + "\n";
  }
  bytes += static_cast<char>(contrast_event);
  bytes += static_cast<char>(event_size);
  bytes.reserve(bytes.size() + stream.events.size() * event_size);
  FieldCheck const check(name, "event");
  for (std::size_t k = 0; k < stream.events.size(); ++k) {
    Event const& e = stream.events[k];
    check(k, "t (us)", e.t, 32);
    check(k, "x", e.x, 14);
    check(k, "y", e.y, 14);
    check(k, "p", e.p, 1);
    check_on_sensor(e, k, stream, name);
    append_little_endian(bytes, static_cast<std::uint64_t>(e.t), 4);
    append_little_endian(bytes, static_cast<std::uint64_t>(e.x | e.y << 14 | e.p << 28), 4);
  }
  return bytes;
}

}  // namespace kosnn::detail

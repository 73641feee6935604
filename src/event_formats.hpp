#ifndef KOSNN_SRC_EVENT_FORMATS_HPP
#define KOSNN_SRC_EVENT_FORMATS_HPP

// One pair of functions per format of event files; kosnn/io/events.hpp describes the formats.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "file_bytes.hpp"
#include "kosnn/io/events.hpp"

namespace kosnn::detail {

EventStream parse_spikes_1d(std::string_view bytes, std::string const& name);
EventStream parse_spikes_2d(std::string_view bytes, std::string const& name);
EventStream parse_spikes_3d(std::string_view bytes, std::string const& name);
EventStream parse_dat(std::string_view bytes, std::string const& name);
EventStream parse_aedat31(std::string_view bytes, std::string const& name);
EventStream parse_aedat4(std::string_view bytes, std::string const& name);

std::string format_spikes_1d(EventStream const& stream, std::string const& name);
std::string format_spikes_2d(EventStream const& stream, std::string const& name);
std::string format_spikes_3d(EventStream const& stream, std::string const& name);
std::string format_dat(EventStream const& stream, std::string const& name);

/// Calls use(record) for each record of `size` bytes. Throws FileError when the last one is cut.
template <class Use>
void each_record(std::string_view bytes, std::size_t size, std::size_t position,
                 std::string const& name, char const* what, Use const& use) {
  std::size_t const left = bytes.size() % size;
  check_file(left == 0, name, "at byte ", position + bytes.size() - left, ": found ", left,
             " bytes, expected ", what, " ", bytes.size() / size, " of ", size, " bytes");
  for (std::size_t k = 0; k < bytes.size(); k += size) use(bytes.data() + k);
}

/// Throws FileError unless event k lies on a sensor of this size; 0 stands for an unknown one.
inline void check_on_sensor(Event const& event, std::size_t k, EventStream const& stream,
                            std::string const& name) {
  bool const on_sensor = (stream.width == 0 || event.x < stream.width) &&
                         (stream.height == 0 || event.y < stream.height);
  check_file(on_sensor, name, "event ", k, ": found x ", event.x, ", y ", event.y,
             ", expected less than ", stream.width, " and ", stream.height,
             ", the size of the sensor");
}

/// Checks numbers that are to be written. Throws FileError unless 0 <= value < 2^bits.
class FieldCheck {
 public:
  FieldCheck(std::string const& name, char const* part) : name_(name), part_(part) {}

  void operator()(std::size_t k, char const* field, std::int64_t value, int bits) const {
    std::int64_t const most = (std::int64_t{1} << bits) - 1;
    check_file(value >= 0 && value <= most, name_, "cannot be written: ", part_, " ", k, ": ",
               field, " is ", value, ", expected 0 to ", most);
  }

 private:
  std::string const& name_;
  char const* part_;
};

/// Appends the lowest `count` bytes of `value`, the most significant first.
inline void append_big_endian(std::string& out, std::uint64_t value, std::size_t count) {
  for (std::size_t k = count; k > 0; --k) out += static_cast<char>(value >> 8 * (k - 1) & 255);
}

/// Appends the lowest `count` bytes of `value`, the least significant first.
inline void append_little_endian(std::string& out, std::uint64_t value, std::size_t count) {
  for (std::size_t k = 0; k < count; ++k) out += static_cast<char>(value >> 8 * k & 255);
}

}  // namespace kosnn::detail

#endif

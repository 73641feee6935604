// The binary formats of PySNN and SLAYER: records of fixed size without a header, big-endian.

#include "event_formats.hpp"
#include "kosnn/io/atomic_file.hpp"

namespace kosnn {
namespace {

constexpr std::size_t count_size = 10;  // bytes of a spike count
constexpr std::int64_t overflow_y = 240;
constexpr std::int64_t overflow_time = 1 << 13;  // us

/// The lowest `bits` bits of a record from `shift` on.
std::int64_t bits_of(std::uint64_t record, int shift, int bits) {
  return static_cast<std::int64_t>(record >> shift & ((std::uint64_t{1} << bits) - 1));
}

/// Reads records of `size` bytes; `decode` makes an Event of each as a number.
template <class Decode>
EventStream parse_records(std::string_view bytes, std::string const& name, std::size_t size,
                          Decode const& decode) {
  EventStream stream;
  stream.events.reserve(bytes.size() / size);
  detail::each_record(bytes, size, 0, name, "event", [&](char const* record) {
    decode(detail::big_endian(record, size), stream.events);
  });
  return stream;
}

Event event(std::int64_t t, std::int64_t x, std::int64_t y, std::int64_t p) {
  return {t, static_cast<std::int32_t>(x), static_cast<std::int32_t>(y),
          static_cast<std::int32_t>(p)};
}

std::uint64_t field(std::int64_t value, int shift) {
  return static_cast<std::uint64_t>(value) << shift;
}

/// Writes records of `size` bytes; `encode` checks event k and makes a number of it.
template <class Encode>
std::string format_records(EventStream const& stream, std::string const& name, std::size_t size,
                           Encode const& encode) {
  detail::FieldCheck const check(name, "event");
  std::string bytes;
  bytes.reserve(stream.events.size() * size);
  for (std::size_t k = 0; k < stream.events.size(); ++k) {
    detail::append_big_endian(bytes, encode(check, k, stream.events[k]), size);
  }
  return bytes;
}

}  // namespace

namespace detail {

EventStream parse_spikes_1d(std::string_view bytes, std::string const& name) {
  return parse_records(bytes, name, 5, [](std::uint64_t r, std::vector<Event>& events) {
    events.push_back(event(bits_of(r, 0, 23), bits_of(r, 24, 16), 0, bits_of(r, 23, 1)));
  });
}

EventStream parse_spikes_2d(std::string_view bytes, std::string const& name) {
  std::int64_t offset = 0;
  return parse_records(bytes, name, 5, [&](std::uint64_t r, std::vector<Event>& events) {
    std::int64_t const y = bits_of(r, 24, 8);
    if (y == overflow_y) {
      offset += overflow_time;
    } else {
      events.push_back(event(bits_of(r, 0, 23) + offset, bits_of(r, 32, 8), y, bits_of(r, 23, 1)));
    }
  });
}

EventStream parse_spikes_3d(std::string_view bytes, std::string const& name) {
  return parse_records(bytes, name, 7, [](std::uint64_t r, std::vector<Event>& events) {
    events.push_back(
        event(bits_of(r, 0, 24), bits_of(r, 44, 12), bits_of(r, 32, 12), bits_of(r, 24, 8)));
  });
}

std::string format_spikes_1d(EventStream const& stream, std::string const& name) {
  return format_records(stream, name, 5, [](FieldCheck const& check, std::size_t k, Event e) {
    check(k, "x (the neuron)", e.x, 16);
    check(k, "y", e.y, 0);
    check(k, "p", e.p, 1);
    check(k, "t (us)", e.t, 23);
    return field(e.x, 24) | field(e.p, 23) | field(e.t, 0);
  });
}

std::string format_spikes_2d(EventStream const& stream, std::string const& name) {
  return format_records(stream, name, 5, [&](FieldCheck const& check, std::size_t k, Event e) {
    check(k, "x", e.x, 8);
    check(k, "y", e.y, 8);
    check_file(e.y != overflow_y, name, "cannot be written: event ", k, ": y is ", e.y,
               ", which marks an overflow of the times in this format");
    check(k, "p", e.p, 1);
    check(k, "t (us)", e.t, 23);
    return field(e.x, 32) | field(e.y, 24) | field(e.p, 23) | field(e.t, 0);
  });
}

std::string format_spikes_3d(EventStream const& stream, std::string const& name) {
  return format_records(stream, name, 7, [](FieldCheck const& check, std::size_t k, Event e) {
    check(k, "x", e.x, 12);
    check(k, "y", e.y, 12);
    check(k, "p (the channel)", e.p, 8);
    check(k, "t (us)", e.t, 24);
    return field(e.x, 44) | field(e.y, 32) | field(e.p, 24) | field(e.t, 0);
  });
}

}  // namespace detail

std::vector<SpikeCount> parse_spike_counts(std::string_view bytes, std::string const& name) {
  std::vector<SpikeCount> counts;
  counts.reserve(bytes.size() / count_size);
  detail::each_record(bytes, count_size, 0, name, "spike count", [&](char const* record) {
    auto const number = [&](std::size_t begin, std::size_t size) {
      return static_cast<std::int32_t>(detail::big_endian(record + begin, size));
    };
    counts.push_back({number(0, 2), number(2, 3), number(5, 3), number(8, 2)});
  });
  return counts;
}

std::vector<SpikeCount> read_spike_counts(std::string const& path) {
  return parse_spike_counts(detail::read_file_bytes(path), path);
}

void write_spike_counts(std::string const& path, std::vector<SpikeCount> const& counts) {
  detail::FieldCheck const check(path, "spike count");
  std::string bytes;
  bytes.reserve(counts.size() * count_size);
  for (std::size_t k = 0; k < counts.size(); ++k) {
    SpikeCount const& c = counts[k];
    check(k, "id", c.id, 16);
    check(k, "begin (us)", c.begin, 24);
    check(k, "end (us)", c.end, 24);
    check(k, "count", c.count, 16);
    detail::append_big_endian(bytes, static_cast<std::uint64_t>(c.id), 2);
    detail::append_big_endian(bytes, static_cast<std::uint64_t>(c.begin), 3);
    detail::append_big_endian(bytes, static_cast<std::uint64_t>(c.end), 3);
    detail::append_big_endian(bytes, static_cast<std::uint64_t>(c.count), 2);
  }
  write_file(path, bytes);
}

}  // namespace kosnn

#ifndef KOSNN_TESTS_EVENT_FILES_HPP
#define KOSNN_TESTS_EVENT_FILES_HPP

// Files of events put together byte by byte from the descriptions of their formats, to test the
// readers against something that shares no code with them.

#include <lz4frame.h>
#include <zstd.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "kosnn/io/events.hpp"

namespace kosnn_test {

using Events = std::vector<kosnn::Event>;

/// The lowest bytes of a number, the most significant first.
inline std::string big(std::int64_t value, int bytes) {
  std::string text;
  for (int k = bytes - 1; k >= 0; --k) text += static_cast<char>(value >> 8 * k);
  return text;
}

/// The lowest bytes of a number, the least significant first.
inline std::string little(std::int64_t value, int bytes) {
  std::string text;
  for (int k = 0; k < bytes; ++k) text += static_cast<char>(value >> 8 * k);
  return text;
}

/// `count` events on a sensor of 30 x 20 that follow a fixed pattern, `gap` us apart.
inline Events pattern(std::int64_t count, std::int64_t begin = 0, std::int64_t gap = 37) {
  Events events;
  for (std::int64_t k = 0; k < count; ++k) {
    events.push_back({begin + gap * k, static_cast<std::int32_t>(k * 7 % 30),
                      static_cast<std::int32_t>(k * 5 % 20), k % 3 == 0 ? 1 : 0});
  }
  return events;
}

inline std::string spikes_1d(Events const& events) {
  std::string bytes;
  for (kosnn::Event const& e : events) bytes += big(e.x, 2) + big(e.p * 0x800000 + e.t, 3);
  return bytes;
}

inline std::string spikes_2d(Events const& events) {
  std::string bytes;
  for (kosnn::Event const& e : events) {
    bytes += big(e.x, 1) + big(e.y, 1) + big(e.p * 0x800000 + e.t, 3);
  }
  return bytes;
}

inline std::string spikes_3d(Events const& events) {
  std::string bytes;
  for (kosnn::Event const& e : events) {
    bytes += big(e.x * 0x1000 + e.y, 3) + big(e.p, 1) + big(e.t, 3);
  }
  return bytes;
}

inline std::string dat_events(Events const& events) {
  std::string bytes;
  for (kosnn::Event const& e : events) {
    bytes += little(e.t, 4) + little(e.x + e.y * 0x4000 + e.p * 0x10000000, 4);
  }
  return bytes;
}

/// Events of type 12 and 8 bytes behind these lines.
inline std::string dat(Events const& events, std::string const& lines =
                                                 "% Data file containing CD events.\n"
                                                 "% Version 2\n% Height 20\n% Width 30\n") {
  return lines + "\x0c\x08" + dat_events(events);
}

inline std::string aedat31_text(std::string const& format = "RAW") {
  return "#!AER-DAT3.1\r\n#Format: " + format +
         "\r\n#Source 1: DVS128\r\n#Start-Time: 2020-02-02 02:02:02 (TZ+0200)\r\n#!END-HEADER\r\n";
}

/// A packet's header; `number` events of which `valid` are valid.
inline std::string aedat31_header(int type, std::int64_t size, std::int64_t overflow,
                                  std::int64_t number, std::int64_t valid) {
  return little(type, 2) + little(1, 2) + little(size, 4) + little(4, 4) + little(overflow, 4) +
         little(number, 4) + little(number, 4) + little(valid, 4);
}

/// A polarity event; x and y have 15 bits, t 31.
inline std::string aedat31_event(kosnn::Event const& e, bool valid = true) {
  return little(e.x * std::int64_t{0x20000} + e.y * 4 + e.p * 2 + (valid ? 1 : 0), 4) +
         little(e.t, 4);
}

inline std::string aedat31_packet(Events const& events, std::int64_t overflow = 0) {
  auto const count = static_cast<std::int64_t>(events.size());
  std::string bytes = aedat31_header(1, 8, overflow, count, count);
  for (kosnn::Event const& e : events) bytes += aedat31_event(e);
  return bytes;
}

enum class Packing { none, lz4, lz4_high, zstd, zstd_high };

inline std::string pack(std::string const& data, Packing packing) {
  if (packing == Packing::none) return data;
  if (packing == Packing::lz4 || packing == Packing::lz4_high) {
    LZ4F_preferences_t preferences = {};
    preferences.compressionLevel = packing == Packing::lz4 ? 0 : 9;
    std::string out(LZ4F_compressFrameBound(data.size(), &preferences), '\0');
    out.resize(LZ4F_compressFrame(out.data(), out.size(), data.data(), data.size(), &preferences));
    return out;
  }
  std::string out(ZSTD_compressBound(data.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), data.data(), data.size(),
                           packing == Packing::zstd ? 3 : 19));
  return out;
}

/// A FlatBuffer behind its size.
inline std::string sized(std::string const& buffer) {
  return little(static_cast<std::int64_t>(buffer.size()), 4) + buffer;
}

/// A table with one vector, whose elements are `elements`.
inline std::string flat_vector(std::string const& identifier, std::int64_t count,
                               std::string const& elements) {
  return sized(little(16, 4) + identifier +  // the table is at 16
               little(6, 2) + little(8, 2) + little(4, 2) +
               little(0, 2) +                 // its one field is at 4 in it
               little(8, 4) + little(4, 4) +  // the table; the vector is at 24
               little(count, 4) + elements);
}

inline std::string aedat4_elements(Events const& events) {
  std::string bytes;
  for (kosnn::Event const& e : events) {
    bytes += little(e.t, 8) + little(e.x, 2) + little(e.y, 2) + little(e.p, 1) + little(0, 3);
  }
  return bytes;
}

inline std::string aedat4_events(Events const& events) {
  return flat_vector("EVTS", static_cast<std::int64_t>(events.size()), aedat4_elements(events));
}

inline std::string aedat4_packet(int stream, std::string const& data,
                                 Packing packing = Packing::none) {
  std::string const packed = pack(data, packing);
  return little(stream, 4) + little(static_cast<std::int64_t>(packed.size()), 4) + packed;
}

inline std::string xml_attr(std::string const& key, std::string const& value) {
  return "<attr key=\"" + key + "\" type=\"string\">" + value + "</attr>\n";
}

inline std::string xml_node(std::string const& name, std::string const& inside) {
  return "<node name=\"" + name + "\" path=\"/" + name + "/\">\n" + inside + "</node>\n";
}

/// The description of one stream.
inline std::string aedat4_stream(int number, std::string const& type, std::string const& sizes) {
  return xml_node(
      std::to_string(number),
      xml_attr("compression", "NONE") + xml_attr("typeIdentifier", type) + xml_node("info", sizes));
}

inline std::string aedat4_xml(std::string const& streams) {
  return "<dv version=\"2.0\">\n" + xml_node("outInfo", streams) + "</dv>\n";
}

/// The text and the description at the beginning of a file.
inline std::string aedat4_head(std::string const& xml, Packing packing, std::int64_t table) {
  std::string const buffer = little(20, 4) + "IOHE" +  // the table is at 20
                             little(10, 2) + little(20, 2) + little(4, 2) + little(8, 2) +
                             little(16, 2) + little(0, 2) + little(12, 4) +
                             little(static_cast<int>(packing), 4) + little(table, 8) +
                             little(4, 4) +  // the text is at 40
                             little(static_cast<std::int64_t>(xml.size()), 4) + xml + '\0';
  return "#!AER-DAT4.0\r\n" + sized(buffer);
}

/// A whole file: these packets and, if asked for, an (empty) table of them.
inline std::string aedat4(std::string const& xml, std::string const& packets,
                          Packing packing = Packing::none, bool table = true) {
  auto const begin = static_cast<std::int64_t>(aedat4_head(xml, packing, 0).size());
  std::int64_t const place = table ? begin + static_cast<std::int64_t>(packets.size()) : -1;
  return aedat4_head(xml, packing, place) + packets +
         (table ? pack(flat_vector("FTAB", 0, ""), packing) : "");
}

inline std::string const sizes_30_x_20 = xml_attr("sizeX", "30") + xml_attr("sizeY", "20");

/// A file with one stream of events of a sensor of 30 x 20, in two packets.
inline std::string aedat4_example(Packing packing) {
  return aedat4(aedat4_xml(aedat4_stream(0, "EVTS", sizes_30_x_20)),
                aedat4_packet(0, aedat4_events(pattern(20)), packing) +
                    aedat4_packet(0, aedat4_events(pattern(11, 5000)), packing),
                packing);
}

/// Spike counts: id, begin, end, count each.
inline std::string spike_counts(std::vector<std::vector<std::int64_t>> const& counts) {
  std::string bytes;
  for (auto const& c : counts) bytes += big(c[0], 2) + big(c[1], 3) + big(c[2], 3) + big(c[3], 2);
  return bytes;
}

}  // namespace kosnn_test

#endif

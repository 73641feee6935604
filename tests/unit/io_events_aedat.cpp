#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "event_testing.hpp"
#include "kosnn/io/events.hpp"

namespace {

using namespace kosnn_test;

constexpr Packing packings[] = {Packing::none, Packing::lz4, Packing::lz4_high, Packing::zstd,
                                Packing::zstd_high};
std::string const one_stream = aedat4_xml(aedat4_stream(0, "EVTS", sizes_30_x_20));

// ---------------------------------------------------------------------------------- AEDAT 3.1

void expect_31_error(std::string const& bytes, std::vector<std::string> const& parts) {
  expect_small_error(bytes, EventFormat::aedat31, parts);
}

TEST(Aedat31, ReadsItsLayout) {
  Events const far = {{2147483647, 32767, 32767, 1}, {0, 32767, 0, 0}, {0, 0, 32767, 0}};
  std::string const bytes = aedat31_text() + aedat31_packet(pattern(30)) + aedat31_packet(far);
  Events expected = pattern(30);
  expected.insert(expected.end(), far.begin(), far.end());
  EventStream const got = parse(bytes, EventFormat::aedat31);
  expect_events(got, expected);
  EXPECT_EQ(got.width, 0);
}

TEST(Aedat31, OverflowsCountTheHighBitsOfTimes) {
  std::string const bytes = aedat31_text() + aedat31_packet({{5, 1, 2, 1}}) +
                            aedat31_packet({{6, 1, 2, 0}}, 1) +
                            aedat31_packet({{7, 1, 2, 0}}, 2147483647);
  expect_events(parse(bytes, EventFormat::aedat31),
                {{5, 1, 2, 1},
                 {6 + (std::int64_t{1} << 31), 1, 2, 0},
                 {7 + (std::int64_t{2147483647} << 31), 1, 2, 0}});
}

TEST(Aedat31, SkipsInvalidEventsAndOtherPackets) {
  std::string const bytes = aedat31_text() + aedat31_header(0, 8, 0, 2, 2) + "special events!!" +
                            aedat31_header(1, 8, 0, 3, 2) + aedat31_event({1, 2, 3, 1}) +
                            aedat31_event({-2, 9, 9, 1}, false) + aedat31_event({3, 4, 5, 0}) +
                            aedat31_header(3, 36, 0, 0, 0) + aedat31_packet({}) +
                            aedat31_header(2, 40, 0, 1, 1) + std::string(40, 'f');
  expect_events(parse(bytes, EventFormat::aedat31), {{1, 2, 3, 1}, {3, 4, 5, 0}});
  expect_events(parse(aedat31_text(), EventFormat::aedat31), {});
}

TEST(Aedat31, Truncations) {
  std::string const bytes =
      aedat31_text() + aedat31_packet(pattern(3)) + aedat31_packet(pattern(2), 1);
  std::size_t const text = aedat31_text().size();
  expect_truncations_are_errors(bytes, EventFormat::aedat31, {text, text + 28 + 24});
}

TEST(Aedat31, Errors) {
  std::string const text = aedat31_text();
  expect_31_error("", {"the end of the file", "'#!AER-DAT3.1'"});
  expect_31_error("#!AER-DAT2.0\r\n", {"'#!AER-DAT2.0", "'#!AER-DAT3.1'"});
  expect_31_error(aedat31_text("Serial-TS"), {"at byte 14", "'Serial-TS'", "'RAW'"});
  expect_31_error("#!AER-DAT3.1\r\nabc\n", {"at byte 14", "'abc'", "'#!END-HEADER'"});
  expect_31_error("#!AER-DAT3.1\r\n#" + std::string(70000, 'x') + "\n", {"within 65536 bytes"});
  auto const bad = [&](std::string const& header, std::vector<std::string> parts) {
    parts.push_back("packet at byte " + std::to_string(text.size()));
    expect_31_error(text + header + std::string(64, '\0'), parts);
  };
  bad(aedat31_header(-1, 8, 0, 1, 1), {"type -1"});
  bad(aedat31_header(1, 0, 0, 1, 1), {"event size 0"});
  bad(aedat31_header(1, -8, 0, 1, 1), {"event size -8"});
  bad(aedat31_header(1, 8, -1, 1, 1), {"time overflow -1"});
  bad(aedat31_header(1, 8, 0, -1, -1), {"-1 valid events of -1"});
  bad(aedat31_header(1, 8, 0, 1, 2), {"2 valid events of 1"});
  bad(aedat31_header(1, 12, 0, 1, 1), {"12 bytes with the time at 4", "expected 8 bytes"});
  std::string late = aedat31_header(1, 8, 0, 1, 1);
  late[8] = 0;  // where the time is
  bad(late, {"8 bytes with the time at 0"});
  expect_31_error(text + aedat31_packet({{-1, 1, 1, 1}}), {"the time -1"});
}

TEST(Aedat31, HugePromisesAllocateNothing) {
  std::int64_t const most = std::numeric_limits<std::int32_t>::max();
  for (int const type : {0, 1, 2}) {
    std::int64_t const size = type == 1 ? 8 : most;
    expect_31_error(aedat31_text() + aedat31_header(type, size, 0, most, most) + "abc",
                    {"found 3 bytes", "expected " + std::to_string(size * most)});
  }
}

TEST(Aedat31, DamagedFilesNeverCrash) {
  expect_no_crash(aedat31_text() + aedat31_packet(pattern(20)) + aedat31_packet(pattern(5), 1),
                  EventFormat::aedat31, 4000);
}

// ------------------------------------------------------------------------------------ AEDAT 4

void expect_4_error(std::string const& bytes, std::vector<std::string> const& parts) {
  expect_small_error(bytes, EventFormat::aedat4, parts);
}

/// The start of the packets of a file with this description.
std::size_t packets_begin(std::string const& xml) {
  return aedat4_head(xml, Packing::none, -1).size();
}

TEST(Aedat4, ReadsItsLayout) {
  Events expected = pattern(20);
  for (kosnn::Event const& e : pattern(11, 5000)) expected.push_back(e);
  for (Packing const packing : packings) {
    EventStream const got = parse(aedat4_example(packing), EventFormat::aedat4);
    expect_events(got, expected);
    EXPECT_EQ(got.width, 30);
    EXPECT_EQ(got.height, 20);
  }
}

TEST(Aedat4, ReadsWhatDvProcessingWrote) {
  Events expected;
  for (int k = 0; k < 50; ++k) {
    expected.push_back({1'600'000'000'000'000 + 37 * k, k * 7 % 30, k * 5 % 20, k % 3 == 0});
  }
  for (std::string const name : {"none", "lz4", "lz4_high", "zstd", "zstd_high"}) {
    std::string const path = KOSNN_GOLDEN "/events_" + name + ".aedat4";
    EventStream const got = kosnn::read_events(path, EventFormat::aedat4);
    expect_events(got, expected);
    EXPECT_EQ(got.width, 30);
    EXPECT_EQ(got.height, 20);
    expect_truncations_are_errors(bytes_of(path), EventFormat::aedat4);
  }
}

TEST(Aedat4, ExtremeValues) {
  Events const events = {{std::numeric_limits<std::int64_t>::max(), 32767, 32767, 1}, {0, 0, 0, 0}};
  std::string const xml = aedat4_xml(aedat4_stream(0, "EVTS", ""));
  EventStream const got =
      parse(aedat4(xml, aedat4_packet(0, aedat4_events(events))), EventFormat::aedat4);
  expect_events(got, events);
  EXPECT_EQ(got.width, 0);
}

TEST(Aedat4, ReadsTheFirstStreamOfEvents) {
  std::string const xml = aedat4_xml(
      aedat4_stream(3, "EVTS", sizes_30_x_20) + aedat4_stream(0, "FRME", xml_attr("sizeX", "9")) +
      aedat4_stream(10, "EVTS", xml_attr("sizeX", "1")) + aedat4_stream(2, "IMUS", ""));
  std::string const packets = aedat4_packet(0, "frames are not looked at") +
                              aedat4_packet(10, "nor are other streams of events") +
                              aedat4_packet(3, aedat4_events(pattern(4))) + aedat4_packet(2, "");
  for (bool const table : {true, false}) {
    EventStream const got = parse(aedat4(xml, packets, Packing::none, table), EventFormat::aedat4);
    expect_events(got, pattern(4));
    EXPECT_EQ(got.width, 30);
  }
}

TEST(Aedat4, NoEvents) {
  for (Packing const packing : packings) {
    expect_events(parse(aedat4(one_stream, "", packing), EventFormat::aedat4), {});
    std::string const empty = aedat4_packet(0, aedat4_events({}), packing);
    expect_events(parse(aedat4(one_stream, empty, packing), EventFormat::aedat4), {});
  }
  // A table may leave its vector out.
  std::string const absent =
      sized(little(12, 4) + "EVTS" + little(4, 2) + little(4, 2) + little(4, 4));
  expect_events(parse(aedat4(one_stream, aedat4_packet(0, absent)), EventFormat::aedat4), {});
}

TEST(Aedat4, Truncations) {
  for (Packing const packing : packings) {
    expect_truncations_are_errors(aedat4_example(packing), EventFormat::aedat4);
  }
}

TEST(Aedat4, WrongBeginnings) {
  expect_4_error("", {"the end of the file", "'#!AER-DAT4.0'"});
  expect_4_error("#!AER-DAT3.1\r\n", {"'#!AER-DAT3.1", "'#!AER-DAT4.0'"});
  expect_4_error("#!AER-DAT4.0\r\n" + little(0xffffffff, 4) + "IOHE", {"4294967295 bytes"});
  std::string head = aedat4_head(one_stream, Packing::none, -1);
  std::string wrong = head;
  wrong[22] = 'X';
  expect_4_error(wrong, {"'XOHE'", "'IOHE'"});
  wrong = aedat4_head(one_stream, static_cast<Packing>(5), -1);
  expect_4_error(wrong, {"compression 5", "0 to 4"});
  for (std::int64_t const place : {std::int64_t{-2}, std::int64_t{20}, std::int64_t{1} << 40}) {
    expect_4_error(aedat4_head(one_stream, Packing::none, place),
                   {"table of packets at byte " + std::to_string(place), "expected -1"});
  }
}

TEST(Aedat4, DescriptionsOfStreams) {
  auto const bad = [](std::string const& xml, std::vector<std::string> parts) {
    parts.emplace_back("description of the streams");
    expect_4_error(aedat4(xml, ""), parts);
  };
  bad("", {"none of events", "among 0"});
  bad(aedat4_xml(aedat4_stream(0, "FRME", "")), {"none of events", "among 1"});
  bad(xml_node("inInfo", aedat4_stream(0, "EVTS", "")), {"none of events"});
  bad(aedat4_xml(aedat4_stream(-1, "EVTS", "")), {"the stream '-1'"});
  bad(aedat4_xml(xml_node("zero", xml_attr("typeIdentifier", "EVTS"))), {"the stream 'zero'"});
  bad(aedat4_xml(aedat4_stream(0, "EVTS", xml_attr("sizeX", "99999"))), {"sizeX '99999'"});
  bad(aedat4_xml(aedat4_stream(0, "EVTS", xml_attr("sizeY", "-2"))), {"sizeY '-2'"});
  bad("<node name=\"outInfo\">", {"1 nodes without an end"});
  bad("</node>", {"without a '<node>'"});
  bad("<dv", {"'<dv'", "ends with '>'"});
  std::string deep;
  for (int k = 0; k < 100000; ++k) deep += "<node>";
  bad(deep, {"more than 64 nodes"});
}

TEST(Aedat4, DamagedPackets) {
  std::string const where = "packet at byte " + std::to_string(packets_begin(one_stream));
  auto const bad = [&](std::string const& packet, std::vector<std::string> parts) {
    parts.push_back(where);
    expect_4_error(aedat4(one_stream, packet), parts);
  };
  bad(little(-1, 4) + little(0, 4), {"stream -1"});
  bad(little(0, 4) + little(-5, 4), {"-5 bytes"});
  bad(aedat4_packet(0, ""), {"0 bytes, expected 4"});
  bad(aedat4_packet(0, flat_vector("FRME", 0, "")), {"'FRME'", "'EVTS'"});
  bad(aedat4_packet(0, aedat4_events(pattern(2)) + "x"), {"the size 60", "expected 61"});
  bad(aedat4_packet(0, aedat4_events({{-1, 1, 1, 1}})), {"event 0", "t -1"});
  bad(aedat4_packet(0, aedat4_events({{1, 1, 1, 0}, {1, -1, 1, 1}})), {"event 1", "x -1"});
  bad(aedat4_packet(0, aedat4_events({{1, 1, -7, 1}})), {"event 0", "y -7"});
  bad(aedat4_packet(0, aedat4_events({{1, 1, 1, 2}})), {"event 0", "polarity 2"});
  expect_4_error(aedat4(one_stream, aedat4_packet(0, aedat4_events({{1, 30, 1, 1}}))),
                 {"event 0", "x 30, y 1", "less than 30 and 20"});
}

TEST(Aedat4, HugePromisesAllocateNothing) {
  std::string const events = aedat4_elements(pattern(2));
  for (std::int64_t const count : {std::int64_t{3}, std::int64_t{0xffffffff}}) {
    expect_4_error(aedat4(one_stream, aedat4_packet(0, flat_vector("EVTS", count, events))),
                   {"found 32 bytes, expected " + std::to_string(16 * count)});
  }
  expect_4_error(aedat4(one_stream, little(0, 4) + little(0x7fffffff, 4) + "abc"),
                 {"expected 2147483647 bytes"});
  // Offsets that lead out of the packet, one after the other.
  for (std::size_t const at : {4, 16, 20, 24}) {
    std::string packet = aedat4_events(pattern(2));
    packet.replace(at, 4, "\xff\xff\xff\x7f");
    expect_4_error(aedat4(one_stream, aedat4_packet(0, packet)), {"packet at byte"});
  }
}

TEST(Aedat4, DamagedCompression) {
  for (Packing const packing : {Packing::lz4, Packing::zstd}) {
    std::string const method = packing == Packing::lz4 ? "LZ4" : "Zstandard";
    std::string const events = pack(aedat4_events(pattern(200)), packing);
    auto const bad = [&](std::string const& data, std::vector<std::string> parts) {
      parts.push_back("packet at byte " + std::to_string(packets_begin(one_stream)));
      expect_4_error(aedat4(one_stream, aedat4_packet(0, data), packing), parts);
    };
    bad("not compressed at all", {method + " data are damaged"});
    bad(events.substr(0, events.size() / 2), {method + " data are"});
    bad(events + "behind", {packing == Packing::lz4 ? "6 bytes follow" : "are damaged"});
    std::string damaged = events;
    for (std::size_t k = 20; k < 60; ++k) damaged[k] = static_cast<char>(damaged[k] ^ 0x55);
    bad(damaged, {"packet at byte"});
  }
}

TEST(Aedat4, SmallFilesCannotFillTheMemory) {
  for (Packing const packing : {Packing::lz4, Packing::zstd}) {
    std::string const zeros(packing == Packing::lz4 ? 120'000'000 : 72'000'000, '\0');
    std::string const packed = pack(zeros, packing);
    ASSERT_LT(packed.size(), std::size_t{1} << 20);
    std::string const bytes = aedat4(one_stream, aedat4_packet(0, packed), packing);
    largest_allocation() = 0;
    expect_events_error(bytes, EventFormat::aedat4, {"packet at byte", "when decompressed"});
    std::size_t const limit = (std::size_t{64} << 20) + 100 * bytes.size();
    EXPECT_LE(largest_allocation(), 2 * (limit + 1));  // a string may reserve twice its size
  }
}

TEST(Aedat4, DamagedFilesNeverCrash) {
  for (Packing const packing : {Packing::none, Packing::lz4, Packing::zstd}) {
    expect_no_crash(aedat4_example(packing), EventFormat::aedat4, 3000);
  }
}

}  // namespace

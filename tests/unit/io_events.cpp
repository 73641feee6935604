#include "kosnn/io/events.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "event_testing.hpp"

namespace {

using namespace kosnn_test;

constexpr EventFormat written_formats[] = {EventFormat::spikes_1d, EventFormat::spikes_2d,
                                           EventFormat::spikes_3d, EventFormat::ncars_dat};

/// Random events that fit into the format, with both ends of all ranges and in no order.
EventStream random_stream(EventFormat format) {
  struct Bits {
    int t, x, y, p;
  };
  Bits const bits = format == EventFormat::spikes_1d   ? Bits{23, 16, 0, 1}
                    : format == EventFormat::spikes_2d ? Bits{23, 8, 8, 1}
                    : format == EventFormat::spikes_3d ? Bits{24, 12, 12, 8}
                                                       : Bits{32, 14, 14, 1};
  std::mt19937_64 random(5);
  auto const most = [](int n) { return (std::int64_t{1} << n) - 1; };
  auto const draw = [&](int n) { return static_cast<std::int64_t>(random()) & most(n); };
  EventStream stream;
  for (int k = 0; k < 999; ++k) {
    auto const value = [&](int n) { return k == 0 ? 0 : k == 1 ? most(n) : draw(n); };
    kosnn::Event e{value(bits.t), static_cast<std::int32_t>(value(bits.x)),
                   static_cast<std::int32_t>(value(bits.y)),
                   static_cast<std::int32_t>(value(bits.p))};
    if (format == EventFormat::spikes_2d && e.y == 240) e.y = 239;
    stream.events.push_back(e);
  }
  return stream;
}

void expect_write_error(EventFormat format, kosnn::Event bad, std::vector<std::string> parts) {
  Folder const folder;
  EventStream stream;
  stream.events = {{1, 2, 0, 1}, {1, 2, 0, 1}, bad};
  parts.insert(parts.end(), {folder / "events", "event 2"});
  expect_error([&] { kosnn::write_events(folder / "events", stream, format); }, parts);
  EXPECT_EQ(folder.files(), 0U);
}

TEST(Events, RoundTrip) {
  for (EventFormat const format : written_formats) {
    Folder const folder;
    EventStream const stream = random_stream(format);
    kosnn::write_events(folder / "events", stream, format);
    expect_events(kosnn::read_events(folder / "events", format), stream.events);
    kosnn::write_events(folder / "events", {}, format);
    expect_events(kosnn::read_events(folder / "events", format), {});
    EXPECT_EQ(folder.files(), 1U);
  }
}

TEST(Events, WritersLayOutTheirBytesAsTheFormatsSay) {
  Folder const folder;
  auto const written = [&](EventStream const& stream, EventFormat format) {
    kosnn::write_events(folder / "events", stream, format);
    return bytes_of(folder / "events");
  };
  EventStream stream = random_stream(EventFormat::spikes_1d);
  EXPECT_EQ(written(stream, EventFormat::spikes_1d), spikes_1d(stream.events));
  stream = random_stream(EventFormat::spikes_2d);
  EXPECT_EQ(written(stream, EventFormat::spikes_2d), spikes_2d(stream.events));
  stream = random_stream(EventFormat::spikes_3d);
  EXPECT_EQ(written(stream, EventFormat::spikes_3d), spikes_3d(stream.events));
  stream = random_stream(EventFormat::ncars_dat);
  std::string const lines = "% Data file containing CD events\n% Version 2\n";
  EXPECT_EQ(written(stream, EventFormat::ncars_dat), dat(stream.events, lines));
  stream = {pattern(9), 30, 20};
  EXPECT_EQ(written(stream, EventFormat::ncars_dat),
            dat(pattern(9), lines + "% Width 30\n% Height 20\n"));
}

TEST(Events, FilesThatCannotBeReadOrWritten) {
  Folder const folder;
  for (EventFormat const format : written_formats) {
    expect_error([&] { kosnn::read_events(folder / "none", format); },
                 {folder / "none", "No such file"});
    expect_error([&] { kosnn::read_events(folder.path(), format); }, {"not a regular file"});
  }
  for (auto const& [path, reason] : unwritable(folder)) {
    expect_error([&, p = path] { kosnn::write_events(p, {}, EventFormat::spikes_1d); }, {reason});
    expect_error([&, p = path] { kosnn::write_spike_counts(p, {}); }, {reason});
  }
  for (EventFormat const format : {EventFormat::aedat31, EventFormat::aedat4}) {
    expect_error<kosnn::Error>([&] { kosnn::write_events(folder / "out", {}, format); },
                               {folder / "out", "only read"});
  }
  auto const none = static_cast<EventFormat>(99);
  expect_error<kosnn::Error>([&] { kosnn::read_events(folder / "file", none); }, {"EventFormat"});
}

TEST(Events, NothingIsWrittenOnAFullDisk) {
  Folder const folder;
  put(folder / "events", "older");
  EventStream const stream = random_stream(EventFormat::spikes_1d);
  {
    FullDisk const disk(100);
    EXPECT_THROW(kosnn::write_events(folder / "events", stream, EventFormat::spikes_1d),
                 kosnn::FileError);
  }
  EXPECT_EQ(bytes_of(folder / "events"), "older");
  EXPECT_EQ(folder.files(), 1U);
}

TEST(Spikes1d, ReadsItsLayout) {
  expect_events(parse("\x01\x2c\x81\x02\x03", EventFormat::spikes_1d), {{66051, 300, 0, 1}});
  expect_events(parse("\xff\xff\x7f\xff\xff", EventFormat::spikes_1d), {{8388607, 65535, 0, 0}});
  Events events = pattern(30);
  for (kosnn::Event& e : events) e.y = 0;
  EventStream const got = parse(spikes_1d(events), EventFormat::spikes_1d);
  expect_events(got, events);
  EXPECT_EQ(got.width, 0);
  EXPECT_EQ(got.height, 0);
}

TEST(Spikes2d, ReadsItsLayout) {
  expect_events(parse("\x05\x07\x81\x02\x03", EventFormat::spikes_2d), {{66051, 5, 7, 1}});
  expect_events(parse(spikes_2d(pattern(30)), EventFormat::spikes_2d), pattern(30));
}

TEST(Spikes2d, OverflowsMoveAllLaterTimes) {
  std::string const overflow = spikes_2d({{0x7fffff, 9, 240, 1}});
  std::string const bytes = spikes_2d({{8, 1, 2, 1}}) + overflow + spikes_2d({{9, 3, 241, 0}}) +
                            overflow + overflow + spikes_2d({{10, 3, 239, 0}});
  expect_events(parse(bytes, EventFormat::spikes_2d),
                {{8, 1, 2, 1}, {9 + 8192, 3, 241, 0}, {10 + 3 * 8192, 3, 239, 0}});
}

TEST(Spikes3d, ReadsItsLayout) {
  expect_events(parse("\x12\x34\x56\x07\x01\x02\x03", EventFormat::spikes_3d),
                {{66051, 291, 1110, 7}});
  expect_events(parse(spikes_3d(pattern(30)), EventFormat::spikes_3d), pattern(30));
}

TEST(Spikes, AFileWithoutEventsIsEmpty) {
  for (EventFormat const format :
       {EventFormat::spikes_1d, EventFormat::spikes_2d, EventFormat::spikes_3d}) {
    expect_events(parse("", format), {});
  }
}

TEST(Spikes, PolarityStaysAsStored) {
  Events const on = {{5, 1, 0, 1}, {6, 2, 0, 1}};
  expect_events(parse(spikes_1d(on), EventFormat::spikes_1d), on);
  expect_events(parse(spikes_2d(on), EventFormat::spikes_2d), on);
  expect_events(parse(dat(on), EventFormat::ncars_dat), on);
}

TEST(Spikes, TruncatedRecords) {
  expect_truncations_are_errors(spikes_1d(pattern(3)), EventFormat::spikes_1d, {0, 5, 10});
  expect_truncations_are_errors(spikes_2d(pattern(3)), EventFormat::spikes_2d, {0, 5, 10});
  expect_truncations_are_errors(spikes_3d(pattern(3)), EventFormat::spikes_3d, {0, 7, 14});
  expect_events_error(spikes_3d(pattern(3)) + "xx", EventFormat::spikes_3d,
                      {"at byte 21", "found 2 bytes", "event 3 of 7 bytes"});
}

TEST(Spikes, ValuesThatDoNotFit) {
  auto const bad = expect_write_error;
  bad(EventFormat::spikes_1d, {1 << 23, 0, 0, 0}, {"t (us) is 8388608", "0 to 8388607"});
  bad(EventFormat::spikes_1d, {-1, 0, 0, 0}, {"t (us) is -1"});
  bad(EventFormat::spikes_1d, {0, 1 << 16, 0, 0}, {"x (the neuron) is 65536", "0 to 65535"});
  bad(EventFormat::spikes_1d, {0, -3, 0, 0}, {"x (the neuron) is -3"});
  bad(EventFormat::spikes_1d, {0, 0, 1, 0}, {"y is 1", "0 to 0"});
  bad(EventFormat::spikes_1d, {0, 0, 0, 2}, {"p is 2", "0 to 1"});
  bad(EventFormat::spikes_2d, {0, 256, 0, 0}, {"x is 256", "0 to 255"});
  bad(EventFormat::spikes_2d, {0, 0, 256, 0}, {"y is 256", "0 to 255"});
  bad(EventFormat::spikes_2d, {0, 0, 240, 0}, {"y is 240", "overflow"});
  bad(EventFormat::spikes_2d, {0, 0, 0, -1}, {"p is -1"});
  bad(EventFormat::spikes_2d, {1 << 23, 0, 0, 0}, {"t (us) is 8388608"});
  bad(EventFormat::spikes_3d, {1 << 24, 0, 0, 0}, {"t (us) is 16777216", "0 to 16777215"});
  bad(EventFormat::spikes_3d, {0, 4096, 0, 0}, {"x is 4096", "0 to 4095"});
  bad(EventFormat::spikes_3d, {0, 0, 4096, 0}, {"y is 4096", "0 to 4095"});
  bad(EventFormat::spikes_3d, {0, 0, 0, 256}, {"p (the channel) is 256", "0 to 255"});
  bad(EventFormat::ncars_dat, {std::int64_t{1} << 32, 0, 0, 0}, {"t (us) is 4294967296"});
  bad(EventFormat::ncars_dat, {0, 1 << 14, 0, 0}, {"x is 16384", "0 to 16383"});
  bad(EventFormat::ncars_dat, {0, 0, 1 << 14, 0}, {"y is 16384", "0 to 16383"});
  bad(EventFormat::ncars_dat, {0, 0, 0, 2}, {"p is 2", "0 to 1"});
}

TEST(SpikeCounts, ReadsItsLayoutAndWritesIt) {
  Folder const folder;
  std::vector<kosnn::SpikeCount> const counts = {
      {300, 66051, 131844, 4000}, {0, 0, 0, 0}, {65535, 16777215, 16777215, 65535}};
  std::string const bytes = "\x01\x2c\x01\x02\x03\x02\x03\x04\x0f\xa0" +
                            spike_counts({{0, 0, 0, 0}, {65535, 16777215, 16777215, 65535}});
  kosnn::write_spike_counts(folder / "counts", counts);
  EXPECT_EQ(bytes_of(folder / "counts"), bytes);
  auto const got = kosnn::read_spike_counts(folder / "counts");
  ASSERT_EQ(got.size(), counts.size());
  for (std::size_t k = 0; k < got.size(); ++k) {
    EXPECT_EQ(got[k].id, counts[k].id);
    EXPECT_EQ(got[k].begin, counts[k].begin);
    EXPECT_EQ(got[k].end, counts[k].end);
    EXPECT_EQ(got[k].count, counts[k].count);
  }
  EXPECT_TRUE(kosnn::parse_spike_counts("", "x").empty());
}

TEST(SpikeCounts, Errors) {
  std::string const bytes = spike_counts({{1, 2, 3, 4}, {5, 6, 7, 8}});
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    if (n % 10 == 0) continue;
    expect_error([&] { kosnn::parse_spike_counts(bytes.substr(0, n), "c"); },
                 {"'c'", "spike count " + std::to_string(n / 10), "of 10 bytes"});
  }
  Folder const folder;
  auto const bad = [&](kosnn::SpikeCount const& count, std::string const& what) {
    expect_error(
        [&] {
          kosnn::write_spike_counts(folder / "c", {{1, 1, 1, 1}, count});
        },
        {folder / "c", "spike count 1", what});
    EXPECT_EQ(folder.files(), 0U);
  };
  bad({65536, 0, 0, 0}, "id is 65536, expected 0 to 65535");
  bad({-1, 0, 0, 0}, "id is -1");
  bad({0, 1 << 24, 0, 0}, "begin (us) is 16777216, expected 0 to 16777215");
  bad({0, 0, -5, 0}, "end (us) is -5");
  bad({0, 0, 0, 65536}, "count is 65536, expected 0 to 65535");
}

TEST(Dat, ReadsItsLayout) {
  EventStream const got = parse(dat(pattern(30)), EventFormat::ncars_dat);
  expect_events(got, pattern(30));
  EXPECT_EQ(got.width, 30);
  EXPECT_EQ(got.height, 20);
  // Bits 29 to 31 have no meaning, times have 32 bits, lines may end in "\r\n".
  EventStream const other = parse(std::string("% Version 1\r\n%\n") + std::string("\0\x08", 2) +
                                      little(0xffffffff, 4) + little(0xf0008001, 4),
                                  EventFormat::ncars_dat);
  expect_events(other, {{4294967295, 1, 2, 1}});
  EXPECT_EQ(other.width, 0);
}

TEST(Dat, ReadsWhatExpelliarmusWrote) {
  Events expected;
  for (int k = 0; k < 50; ++k) expected.push_back({37 * k, k * 7 % 30, k * 5 % 20, k % 3 == 0});
  expect_events(kosnn::read_events(KOSNN_GOLDEN "/events.dat", EventFormat::ncars_dat), expected);
}

TEST(Dat, NoEvents) {
  EventStream const got = parse(dat({}), EventFormat::ncars_dat);
  EXPECT_TRUE(got.events.empty());
  EXPECT_EQ(got.width, 30);
}

TEST(Dat, Truncations) {
  std::string const bytes = dat(pattern(3));
  expect_truncations_are_errors(bytes, EventFormat::ncars_dat,
                                {bytes.size() - 24, bytes.size() - 16, bytes.size() - 8});
}

TEST(Dat, Errors) {
  auto const bad = [](std::string const& bytes, std::vector<std::string> const& parts) {
    expect_small_error(bytes, EventFormat::ncars_dat, parts);
  };
  bad("", {"the end of the file", "'%'"});
  bad("#!AER-DAT3.1\r\n", {"begins with '#!AER-DAT3.1", "'%'"});
  bad(std::string(100, '%'), {"at byte 0", "line end"});
  bad("%" + std::string(70000, 'x') + "\n", {"at byte 0", "within 65536 bytes"});
  bad("% Date 2020\n", {"at byte 12", "found 0 bytes", "type and size"});
  bad("%\n\x0e\x08", {"at byte 2", "type 14", "expected 0 (2-D) or 12"});
  bad("%\n\x0c\x0c", {"at byte 3", "events of 12 bytes", "expected 8"});
  bad("% Version 3\n\x0c\x08", {"line at byte 0", "'3'", "from 1 to 2"});
  bad("%\n% Width 0\n\x0c\x08", {"line at byte 2", "'0'", "from 1 to 16384"});
  bad("% Width 99999999999\n\x0c\x08", {"'99999999999'", "from 1 to 16384"});
  bad("% Height 12x\n\x0c\x08", {"'12x'"});
  bad("% Height \n\x0c\x08", {"found nothing"});
  bad(dat({{1, 2, 3, 0}, {1, 30, 3, 0}}), {"event 1", "x 30, y 3", "less than 30 and 20"});
  bad(dat({{1, 2, 20, 0}}, "% Height 20\n"), {"event 0", "x 2, y 20", "size of the sensor"});
}

TEST(Dat, SizesThatCannotBeWritten) {
  Folder const folder;
  auto const bad = [&](EventStream const& stream, std::vector<std::string> const& parts) {
    expect_error([&] { kosnn::write_events(folder / "d", stream, EventFormat::ncars_dat); }, parts);
    EXPECT_EQ(folder.files(), 0U);
  };
  bad({{}, -1, 0}, {"Width is -1", "0 (unknown) to 16384"});
  bad({{}, 0, 16385}, {"Height is 16385"});
  bad({{{1, 5, 4, 0}}, 5, 5}, {"event 0", "x 5, y 4", "less than 5 and 5"});
}

TEST(Events, DamagedFilesNeverCrash) {
  expect_no_crash(spikes_1d(pattern(20)), EventFormat::spikes_1d, 500);
  expect_no_crash(spikes_2d(pattern(20)), EventFormat::spikes_2d, 500);
  expect_no_crash(spikes_3d(pattern(20)), EventFormat::spikes_3d, 500);
  expect_no_crash(dat(pattern(20)), EventFormat::ncars_dat, 3000);
}

}  // namespace

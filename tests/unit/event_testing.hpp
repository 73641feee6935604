#ifndef KOSNN_TESTS_EVENT_TESTING_HPP
#define KOSNN_TESTS_EVENT_TESTING_HPP

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "event_files.hpp"
#include "io_testing.hpp"

namespace kosnn_test {

using kosnn::EventFormat;
using kosnn::EventStream;

inline EventStream parse(std::string const& bytes, EventFormat format) {
  return kosnn::parse_events(bytes, format, "some.file");
}

/// The reader gives exactly these events.
inline void expect_events(EventStream const& got, Events const& expected) {
  ASSERT_EQ(got.events.size(), expected.size());
  for (std::size_t k = 0; k < expected.size(); ++k) {
    kosnn::Event const& a = got.events[k];
    kosnn::Event const& b = expected[k];
    EXPECT_TRUE(a.t == b.t && a.x == b.x && a.y == b.y && a.p == b.p)
        << "event " << k << ": " << a.t << " " << a.x << " " << a.y << " " << a.p << ", expected "
        << b.t << " " << b.x << " " << b.y << " " << b.p;
  }
}

/// Reading throws a FileError that names the file and holds each of `parts`.
inline void expect_events_error(std::string const& bytes, EventFormat format,
                                std::vector<std::string> parts) {
  parts.emplace_back("'some.file'");
  expect_error([&] { parse(bytes, format); }, parts);
}

/// Each shorter piece of the file is an error, but for those whose lengths are in `whole`.
inline void expect_truncations_are_errors(std::string const& bytes, EventFormat format,
                                          std::vector<std::size_t> const& whole = {}) {
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    bool const fits = std::find(whole.begin(), whole.end(), n) != whole.end();
    if (fits) {
      EXPECT_NO_THROW(parse(bytes.substr(0, n), format)) << n;
    } else {
      EXPECT_THROW(parse(bytes.substr(0, n), format), kosnn::FileError) << n;
    }
  }
}

/// Files with a few bytes changed, cut or longer give events in range or a FileError.
inline void expect_no_crash(std::string const& valid, EventFormat format, int trials) {
  std::mt19937 random(3);
  for (int k = 0; k < trials; ++k) {
    std::string bytes = valid;
    for (auto change = random() % 6; change > 0; --change) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    if (k % 4 == 0) bytes.resize(random() % (bytes.size() + 20));
    try {
      for (kosnn::Event const& e : parse(bytes, format).events) {
        EXPECT_TRUE(e.t >= 0 && e.x >= 0 && e.y >= 0 && e.p >= 0);
      }
    } catch (kosnn::FileError const&) {
    }
  }
}

/// Reading fails with less than a MiB allocated at once.
inline void expect_small_error(std::string const& bytes, EventFormat format,
                               std::vector<std::string> const& parts) {
  largest_allocation() = 0;
  expect_events_error(bytes, format, parts);
  EXPECT_LT(largest_allocation(), std::size_t{1} << 20);
}

}  // namespace kosnn_test

#endif

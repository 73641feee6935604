#ifndef KOSNN_TESTS_DATASETS_TESTING_HPP
#define KOSNN_TESTS_DATASETS_TESTING_HPP

#include <cstdint>
#include <tuple>
#include <vector>

#include "kosnn/io/events.hpp"

namespace kosnn_test {

/// An event that can be compared: t, x, y, p.
using Row = std::tuple<std::int64_t, int, int, int>;

inline std::vector<Row> rows(std::vector<kosnn::Event> const& events) {
  std::vector<Row> all;
  for (kosnn::Event const& e : events) all.emplace_back(e.t, e.x, e.y, e.p);
  return all;
}
inline std::vector<Row> rows(kosnn::EventStream const& stream) { return rows(stream.events); }

}  // namespace kosnn_test

#endif

#ifndef KOSNN_DECODING_INTERVALS_HPP
#define KOSNN_DECODING_INTERVALS_HPP

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "kosnn/core/error.hpp"
#include "kosnn/decoding/moments.hpp"
#include "kosnn/decoding/spike_trains.hpp"

namespace kosnn {

/// Times between successive spikes, in the unit of `times`, which ascend; none where there are
/// fewer than two.
inline std::vector<double> interspike_intervals(std::vector<double> const& times) {
  std::vector<double> intervals;
  for (std::size_t k = 0; k < times.size(); ++k) {
    require(std::isfinite(times[k]), "interspike_intervals: time ", k, " is not finite");
    if (k == 0) continue;
    require(times[k] >= times[k - 1], "interspike_intervals: times must ascend, got ", times[k],
            " after ", times[k - 1]);
    intervals.push_back(times[k] - times[k - 1]);
  }
  return intervals;
}

/// Those of all neurons and batch elements together, in ms.
inline std::vector<double> interspike_intervals(SpikeTrains const& trains) {
  std::vector<double> intervals;
  for (auto const& train : trains.steps())
    for (std::size_t k = 1; k < train.size(); ++k)
      intervals.push_back(static_cast<double>(train[k] - train[k - 1]) * trains.dt());
  return intervals;
}

/// Steps between successive spikes of a raster with one value for each step, 0 where there is no
/// spike (PySNN's interspike_time).
inline std::vector<std::int64_t> interspike_steps(std::vector<std::uint8_t> const& raster) {
  std::vector<std::int64_t> intervals;
  std::optional<std::size_t> last;
  for (std::size_t k = 0; k < raster.size(); ++k) {
    if (raster[k] == 0) continue;
    if (last) intervals.push_back(static_cast<std::int64_t>(k - *last));
    last = k;
  }
  return intervals;
}

struct IntervalStatistics {
  std::size_t count;           ///< of intervals
  std::optional<double> mean;  ///< nothing without an interval
  std::optional<double> cv;  ///< standard deviation / mean; nothing with fewer than two, or mean 0
};

inline IntervalStatistics interval_statistics(std::vector<double> const& intervals) {
  Moments moments;
  for (std::size_t k = 0; k < intervals.size(); ++k) {
    require(std::isfinite(intervals[k]) && intervals[k] >= 0, "interval_statistics: interval ", k,
            " must be finite and at least 0, got ", intervals[k]);
    moments.add(intervals[k]);
  }
  IntervalStatistics out{intervals.size(), {}, moments.cv()};
  if (!intervals.empty()) out.mean = moments.mean();
  return out;
}

struct IntervalHistogram {
  std::vector<std::size_t> counts;  ///< of intervals in [edge k, edge k + 1)
  std::size_t below = 0;            ///< the first edge
  std::size_t above = 0;            ///< or at the last edge
};

/// `edges`, at least two, ascend.
inline IntervalHistogram interval_histogram(std::vector<double> const& intervals,
                                            std::vector<double> const& edges) {
  require(edges.size() >= 2, "interval_histogram: at least two edges are needed, got ",
          edges.size());
  for (std::size_t k = 0; k < edges.size(); ++k) {
    require(std::isfinite(edges[k]), "interval_histogram: edge ", k, " is not finite");
    require(k == 0 || edges[k] > edges[k - 1], "interval_histogram: edges must ascend, got ",
            edges[k], " after ", edges[k == 0 ? 0 : k - 1]);
  }
  IntervalHistogram out;
  out.counts.resize(edges.size() - 1);
  for (std::size_t k = 0; k < intervals.size(); ++k) {
    require(std::isfinite(intervals[k]), "interval_histogram: interval ", k, " is not finite");
    auto const edge = std::upper_bound(edges.begin(), edges.end(), intervals[k]);
    if (edge == edges.begin())
      ++out.below;
    else if (edge == edges.end())
      ++out.above;
    else
      ++out.counts[static_cast<std::size_t>(edge - edges.begin()) - 1];
  }
  return out;
}

}  // namespace kosnn

#endif

#ifndef KOSNN_SRC_DATASETS_MICROSECONDS_HPP
#define KOSNN_SRC_DATASETS_MICROSECONDS_HPP

#include <cmath>
#include <cstdint>

#include "kosnn/core/error.hpp"

namespace kosnn::detail {

/// `ms` in microseconds, the unit of event files; throws Error unless that is a whole number of at
/// least 0. `what` names the time.
inline std::int64_t microseconds(double ms, char const* what) {
  double const us = std::round(ms * 1000);
  require(us >= 0 && us < 9e15 && std::fabs(ms * 1000 - us) <= 1e-9 * us, what,
          " must be a whole number of microseconds from 0 to 9e15, got ", ms, " ms");
  return static_cast<std::int64_t>(us);
}

}  // namespace kosnn::detail

#endif

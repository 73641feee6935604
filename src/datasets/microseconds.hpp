#ifndef KOSNN_SRC_DATASETS_MICROSECONDS_HPP
#define KOSNN_SRC_DATASETS_MICROSECONDS_HPP

#include <cstdint>

#include "kosnn/core/config.hpp"

namespace kosnn::detail {

/// `ms` in microseconds, the unit of event files; throws Error unless that is a whole number of at
/// least 0. `what` names the time.
inline std::int64_t microseconds(double ms, char const* what) {
  return whole_steps(ms, 1e-3, what);
}

}  // namespace kosnn::detail

#endif

#include "brunel/regime.hpp"

#include <algorithm>
#include <cmath>

namespace brunel {

double variation_of(double synchrony, double count) {
  return count > 0 ? std::sqrt(std::max(0.0, synchrony - 1) / count) : 0;
}

std::string regime_of(Signs const& signs) {
  bool const regular = signs.cv < 0.2, synchronous = signs.variation >= 0.68;
  if (regular) return synchronous ? "SR" : "AR";
  if (!synchronous) return "AI";
  return signs.peak_hz >= 90 ? "SI fast" : "SI slow";
}

}  // namespace brunel

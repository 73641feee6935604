#ifndef KOSNN_DECODING_KOLMOGOROV_SMIRNOV_HPP
#define KOSNN_DECODING_KOLMOGOROV_SMIRNOV_HPP

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "kosnn/core/error.hpp"

namespace kosnn {

/// Kolmogorov-Smirnov distance of two samples: the greatest difference between the parts of each
/// that are at most x, over all x; 0 for equal distributions, 1 for ranges apart. Throws for an
/// empty sample and for values that are not finite.
inline double kolmogorov_smirnov(std::vector<double> a, std::vector<double> b) {
  for (auto* const sample : {&a, &b}) {
    require(!sample->empty(), "kolmogorov_smirnov: both samples need at least one value");
    for (std::size_t k = 0; k < sample->size(); ++k)
      require(std::isfinite((*sample)[k]), "kolmogorov_smirnov: value ", k, " of a sample must be ",
              "finite, got ", (*sample)[k]);
    std::sort(sample->begin(), sample->end());
  }
  double distance = 0;
  for (auto i = a.begin(), j = b.begin(); i != a.end() && j != b.end();) {
    double const x = std::min(*i, *j);
    while (i != a.end() && *i == x) ++i;
    while (j != b.end() && *j == x) ++j;
    double const below_a = static_cast<double>(i - a.begin()) / static_cast<double>(a.size());
    double const below_b = static_cast<double>(j - b.begin()) / static_cast<double>(b.size());
    distance = std::max(distance, std::fabs(below_a - below_b));
  }
  return distance;
}

}  // namespace kosnn

#endif

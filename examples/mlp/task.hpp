#ifndef KOSNN_EXAMPLES_MLP_TASK_HPP
#define KOSNN_EXAMPLES_MLP_TASK_HPP

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

#include "kosnn/core/error.hpp"
#include "mlp/network.hpp"

namespace mlp {

/// Rates of the output in Hz, by pattern.
using Rates = std::array<double, patterns>;

/// For which patterns the output is to fire.
class Task {
 public:
  /// "and", "or" or "xor".
  explicit Task(std::string const& name) : name_(name) {
    kosnn::require(name == "and" || name == "or" || name == "xor", "task: must be and, or or xor, ",
                   "got '", name, "'");
  }
  bool wanted(int pattern) const {
    bool const a = first(pattern), b = second(pattern);
    return name_ == "and" ? a && b : name_ == "or" ? a || b : a != b;
  }
  /// The reward for a spike of the output.
  double reward(int pattern) const { return wanted(pattern) ? 1 : -1; }

  /// How far the least rate of a pattern that is to fire lies above the greatest of one that is
  /// not, as a part of the greater of the two: 1 is best, above 0 the classes are separate.
  double margin(Rates const& hz) const {
    double least = -1, greatest = 0;
    for (int k = 0; k < patterns; ++k) {
      double const rate = hz[static_cast<std::size_t>(k)];
      if (!wanted(k))
        greatest = std::max(greatest, rate);
      else if (least < 0 || rate < least)
        least = rate;
    }
    double const scale = std::max(least, greatest);
    return scale > 0 ? (least - greatest) / scale : 0;
  }

 private:
  std::string name_;
};

}  // namespace mlp

#endif

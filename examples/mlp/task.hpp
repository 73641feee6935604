#ifndef KOSNN_EXAMPLES_MLP_TASK_HPP
#define KOSNN_EXAMPLES_MLP_TASK_HPP

#include <algorithm>
#include <array>
#include <cstddef>
#include <kosnn/core/error.hpp>
#include <kosnn/datasets/boolean.hpp>
#include <string>
#include <vector>

namespace mlp {

constexpr int patterns = 4;  ///< 00, 10, 01 and 11: the samples of a BooleanData
constexpr int copies = 15;   ///< inputs of one kind for one truth value
constexpr double true_hz = 40;
/// For a spike that should not be, less than the reward of 1 for one that should: with as much,
/// networks fall silent more often for one of the patterns before they have learned it.
constexpr double punishment = 0.8;

/// Rates of the output in Hz, by pattern.
using Rates = std::array<double, patterns>;

/// For which patterns the output is to fire.
class Task {
 public:
  /// "and", "or" or "xor".
  explicit Task(std::string const& name)
      : data_(kosnn::BooleanData(operation(name)).repeat_features(copies).intensity(true_hz)) {}

  bool wanted(std::size_t pattern) const { return data_.label(pattern) == 1; }
  /// The reward for a spike of the output.
  double reward(std::size_t pattern) const { return wanted(pattern) ? 1 : -punishment; }
  /// Rates in Hz of the inputs of one kind, (patterns, 2 x copies).
  std::vector<double> input_rates() const {
    std::vector<double> hz;
    for (std::size_t k = 0; k < patterns; ++k) {
      auto const one = data_.draw(k, 0);
      hz.insert(hz.end(), one.begin(), one.end());
    }
    return hz;
  }

  /// How far the least rate of a pattern that is to fire lies above the greatest of one that is
  /// not, as a part of the greater of the two: 1 is best, above 0 the classes are separate.
  double margin(Rates const& hz) const {
    double least = -1, greatest = 0;
    for (std::size_t k = 0; k < hz.size(); ++k) {
      if (!wanted(k))
        greatest = std::max(greatest, hz[k]);
      else if (least < 0 || hz[k] < least)
        least = hz[k];
    }
    double const scale = std::max(least, greatest);
    return scale > 0 ? (least - greatest) / scale : 0;
  }

 private:
  static kosnn::BooleanTask operation(std::string const& name) {
    kosnn::require(name == "and" || name == "or" || name == "xor",
                   "task: must be and, or or xor, got '", name, "'");
    if (name == "and") return kosnn::BooleanTask::logical_and;
    return name == "or" ? kosnn::BooleanTask::logical_or : kosnn::BooleanTask::logical_xor;
  }

  kosnn::BooleanData data_;
};

}  // namespace mlp

#endif

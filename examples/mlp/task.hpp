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
constexpr double wanted_hz = 100;  ///< rate from which on more spikes are no longer rewarded
/// For a spike that should not be; the reward for the first ones that should is 1.
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
  /// The reward for a spike of the output when it has fired at `hz` so far: what is still missing,
  /// from 1 down to -1. (A constant reward makes the output fire for AND as it does for OR: spikes
  /// for 11 drive up the weights that 10 and 01 share with it, however high their rate is. To
  /// punish these more does not help, it silences the output.)
  double reward(std::size_t pattern, double hz) const {
    return wanted(pattern) ? std::max(-1.0, 1 - hz / wanted_hz) : -punishment;
  }
  /// Rates in Hz of the inputs of one kind, (patterns, 2 x copies).
  std::vector<double> input_rates() const {
    std::vector<double> hz;
    for (std::size_t k = 0; k < patterns; ++k) {
      auto const one = data_.draw(k, 0);
      hz.insert(hz.end(), one.begin(), one.end());
    }
    return hz;
  }

  /// The least rate of a pattern that is to fire.
  double least_wanted(Rates const& hz) const {
    double least = -1;
    for (std::size_t k = 0; k < hz.size(); ++k)
      if (wanted(k) && (least < 0 || hz[k] < least)) least = hz[k];
    return least;
  }
  /// How far the least rate of a pattern that is to fire lies above the greatest of one that is
  /// not, as a part of the greater of the two: 1 is best, above 0 the classes are separate.
  double margin(Rates const& hz) const {
    double const least = least_wanted(hz);
    double greatest = 0;
    for (std::size_t k = 0; k < hz.size(); ++k)
      if (!wanted(k)) greatest = std::max(greatest, hz[k]);
    double const scale = std::max(least, greatest);
    return scale > 0 ? (least - greatest) / scale : 0;
  }

  /// Whether the margin has come at least half of the way to 1. What random weights separate
  /// already (more than 0.95) is nothing to learn.
  static bool learned(double margin_before, double margin) {
    return margin_before <= 0.95 && margin > 0 && margin >= (1 + margin_before) / 2;
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

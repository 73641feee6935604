#ifndef KOSNN_EXAMPLES_CARTPOLE_LEARNING_CURVE_HPP
#define KOSNN_EXAMPLES_CARTPOLE_LEARNING_CURVE_HPP

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace cartpole {

constexpr int final_episodes = 100;  ///< the last ones, which tell what has been learned

/// Lengths of the episodes of one network, in steps.
struct Curve {
  std::uint64_t seed = 0;
  std::vector<int> untrained;  ///< before it learned
  std::vector<int> learning;   ///< while it learned
  double seconds = 0;          ///< wall time

  double untrained_mean() const;
  /// Mean of the last 100 episodes, or of all where there are fewer.
  double final_mean() const;
  double ratio() const { return final_mean() / untrained_mean(); }
};

/// A line for each network, then their mean and range.
void print(std::vector<Curve> const& curves);

/// Everything as JSON, with all lengths.
nlohmann::ordered_json to_json(std::vector<Curve> const& curves);

/// Draws the length of each episode (pale), its mean over 20 episodes of each network (grey) and of
/// all (blue), and the mean of the untrained networks (orange).
void draw(std::string const& path, std::vector<Curve> const& curves);

}  // namespace cartpole

#endif

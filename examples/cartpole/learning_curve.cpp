#include "cartpole/learning_curve.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <iterator>
#include <kosnn/io/png.hpp>
#include <numeric>

#include "cartpole/environment.hpp"
#include "support/plot.hpp"

namespace cartpole {
namespace {

template <class Iterator>
double mean(Iterator begin, Iterator end) {
  return std::accumulate(begin, end, 0.0) / static_cast<double>(std::distance(begin, end));
}

struct Summary {
  double mean = 0, least = 0, most = 0;
};

Summary summary(std::vector<Curve> const& curves, double (Curve::*quantity)() const) {
  std::vector<double> values;
  values.reserve(curves.size());
  for (Curve const& curve : curves) values.push_back((curve.*quantity)());
  auto const [least, most] = std::minmax_element(values.begin(), values.end());
  return {mean(values.begin(), values.end()), *least, *most};
}

/// Mean over networks of each episode and up to 19 before it.
std::vector<double> running_mean(std::vector<Curve> const& curves) {
  constexpr std::ptrdiff_t span = 20;
  std::vector<double> means(curves.front().learning.size());
  for (Curve const& curve : curves)
    for (std::size_t k = 0; k < means.size(); ++k) {
      auto const end = curve.learning.begin() + static_cast<std::ptrdiff_t>(k) + 1;
      auto const begin = end - std::min(span, std::distance(curve.learning.begin(), end));
      means[k] += mean(begin, end) / static_cast<double>(curves.size());
    }
  return means;
}

}  // namespace

double Curve::untrained_mean() const { return mean(untrained.begin(), untrained.end()); }

double Curve::final_mean() const {
  auto const all = static_cast<std::ptrdiff_t>(learning.size());
  auto const last = std::min<std::ptrdiff_t>(all, final_episodes);
  return mean(learning.end() - last, learning.end());
}

void print(std::vector<Curve> const& curves) {
  std::printf("mean length of an episode in steps (of at most %d)\n", episode_cap);
  std::printf("%8s %12s %12s %8s %8s\n", "seed", "untrained", "at the end", "ratio", "wall s");
  for (Curve const& curve : curves)
    std::printf("%8llu %12.1f %12.1f %8.1f %8.1f\n", static_cast<unsigned long long>(curve.seed),
                curve.untrained_mean(), curve.final_mean(), curve.ratio(), curve.seconds);
  if (curves.size() < 2) return;
  auto const before = summary(curves, &Curve::untrained_mean);
  auto const after = summary(curves, &Curve::final_mean);
  std::printf("untrained  %6.1f (%.1f to %.1f)\n", before.mean, before.least, before.most);
  std::printf("at the end %6.1f (%.1f to %.1f)\n", after.mean, after.least, after.most);
}

nlohmann::ordered_json to_json(std::vector<Curve> const& curves) {
  auto trials = nlohmann::ordered_json::array();
  for (Curve const& curve : curves)
    trials.push_back({{"seed", curve.seed},
                      {"untrained_mean", curve.untrained_mean()},
                      {"final_mean", curve.final_mean()},
                      {"ratio", curve.ratio()},
                      {"run_s", curve.seconds},
                      {"untrained_lengths", curve.untrained},
                      {"lengths", curve.learning}});
  return {{"untrained_mean", summary(curves, &Curve::untrained_mean).mean},
          {"final_mean", summary(curves, &Curve::final_mean).mean},
          {"least_ratio", summary(curves, &Curve::ratio).least},
          {"episode_cap", episode_cap},
          {"final_episodes", final_episodes},
          {"trials", trials}};
}

void draw(std::string const& path, std::vector<Curve> const& curves) {
  kosnn_support::Panel panel("steps balanced, by episode");
  constexpr kosnn_support::Colour pale{{220, 220, 220}};
  for (Curve const& curve : curves)
    panel.values({curve.learning.begin(), curve.learning.end()}, pale);
  for (Curve const& curve : curves)
    panel.values(running_mean({curve}), kosnn_support::colours::grey);
  double const untrained = summary(curves, &Curve::untrained_mean).mean;
  auto const last = static_cast<double>(curves.front().learning.size() - 1);
  panel.line({0, last}, {untrained, untrained}, kosnn_support::colours::orange);
  panel.values(running_mean(curves), kosnn_support::colours::blue);
  panel.y_range(0, episode_cap);
  kosnn_support::PlotOptions how;
  how.height = 320;
  kosnn::write_png(path, kosnn_support::plot({panel}, how));
}

}  // namespace cartpole

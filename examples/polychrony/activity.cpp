#include "polychrony/activity.hpp"

#include <algorithm>
#include <kosnn/io/png.hpp>
#include <numeric>

#include "support/plot.hpp"

namespace polychrony {
namespace {

constexpr std::size_t parts = 20;

/// Strokes of the spikes from `from` ms on, of neurons that begin at row `first`.
struct Strokes {
  std::vector<double> times, rows;
  Strokes(kosnn::SpikeTrains const& trains, double from, int first) {
    for (int n = 0; n < trains.neurons(); ++n)
      for (double const ms : trains.times(n))
        if (ms >= from) {
          times.push_back(ms - from);
          rows.push_back(first + n);
        }
  }
};

}  // namespace

double mean_of_last(std::vector<double> const& values, std::size_t count) {
  std::size_t const n = std::min(count, values.size());
  if (n == 0) return 0;
  return std::accumulate(values.end() - static_cast<std::ptrdiff_t>(n), values.end(), 0.0) /
         static_cast<double>(n);
}

WeightHistogram histogram_of(std::vector<float> const& weights, double strongest) {
  WeightHistogram out;
  out.share.resize(parts);
  double const each = 1 / static_cast<double>(weights.size());
  for (double const w : weights) {
    auto const part = static_cast<std::size_t>(w / strongest * double(parts));
    out.share[std::min(part, parts - 1)] += each;
    out.mean += w * each;
  }
  out.at_low = out.share.front();
  out.at_high = out.share.back();
  return out;
}

void draw(std::string const& path, kosnn::SpikeTrains const& exc, kosnn::SpikeTrains const& inh,
          double from, Rates const& rates, WeightHistogram const& weights) {
  using namespace kosnn_support;
  Strokes const below(exc, from, 0), above(inh, from, exc.neurons());
  Panel raster("spikes of the last second, ms: excitatory (blue), inhibitory (orange)");
  raster.raster(below.times, below.rows, colours::blue)
      .raster(above.times, above.rows, colours::orange)
      .x_range(0, 1000)
      .y_range(-1, exc.neurons() + inh.neurons());
  Panel in_time("rate in each second, Hz");
  in_time.values(rates.inh, colours::orange).values(rates.exc, colours::blue);
  std::vector<double> edge(parts);
  for (std::size_t k = 0; k < parts; ++k)
    edge[k] = (static_cast<double>(k) + 0.5) / static_cast<double>(parts);
  Panel histogram("share of weights, by part of the strongest");
  histogram.line(edge, weights.share).x_range(0, 1);
  PlotOptions how;
  how.height = 260;
  kosnn::write_png(path, plot({raster, in_time, histogram}, how));
}

}  // namespace polychrony

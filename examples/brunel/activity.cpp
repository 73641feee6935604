#include "brunel/activity.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <kosnn/decoding/intervals.hpp>
#include <kosnn/io/png.hpp>

#include "support/plot.hpp"

namespace brunel {
namespace {

/// The part of a train in [from, to), in ms.
std::vector<double> part_of(std::vector<std::int64_t> const& train, double dt, double from,
                            double to) {
  std::vector<double> times;
  for (std::int64_t const step : train) {
    double const ms = static_cast<double>(step) * dt;
    if (ms >= from - dt / 2 && ms < to - dt / 2) times.push_back(ms);
  }
  return times;
}

double variance_over_mean(std::vector<double> const& counts) {
  double mean = 0, squares = 0;
  for (double const c : counts) mean += c / static_cast<double>(counts.size());
  for (double const c : counts) squares += (c - mean) * (c - mean);
  return mean > 0 ? squares / static_cast<double>(counts.size()) / mean : 0;
}

}  // namespace

Activity activity_of(kosnn::SpikeTrains const& trains, double from, double to) {
  Activity out;
  std::vector<double> counts(static_cast<std::size_t>(std::lround(to - from)));
  double spikes = 0, cvs = 0, with_cv = 0;
  for (auto const& train : trains.steps()) {
    auto const times = part_of(train, trains.dt(), from, to);
    spikes += static_cast<double>(times.size());
    for (double const ms : times)
      ++counts[std::min(static_cast<std::size_t>(ms - from + trains.dt() / 2), counts.size() - 1)];
    if (auto const cv = kosnn::interval_statistics(kosnn::interspike_intervals(times)).cv) {
      cvs += *cv;
      ++with_cv;
    }
  }
  double const neurons = trains.neurons();
  out.rate_hz = spikes / neurons / (to - from) * 1000;
  out.cv = with_cv > 0 ? cvs / with_cv : 0;
  out.synchrony = variance_over_mean(counts);
  for (double const c : counts) out.population.push_back(c / neurons * 1000);
  return out;
}

void draw(std::string const& path, kosnn::SpikeTrains const& excitatory, Activity const& exc,
          Activity const& inh, double from) {
  using namespace kosnn_support;
  double const length = std::min<double>(200, static_cast<double>(exc.population.size()));
  std::vector<double> times, rows;
  int const shown = std::min(50, excitatory.neurons());
  for (int n = 0; n < shown; ++n)
    for (double const ms : part_of(excitatory.steps()[static_cast<std::size_t>(n)], excitatory.dt(),
                                   from, from + length)) {
      times.push_back(ms - from);
      rows.push_back(n);
    }
  Panel raster("spikes of " + std::to_string(shown) + " excitatory neurons, ms");
  raster.raster(times, rows).x_range(0, length).y_range(-1, shown);
  auto const first = [&](std::vector<double> const& rates) {
    return std::vector<double>(rates.begin(), rates.begin() + std::lround(length));
  };
  Panel rates("rate in 1 ms, Hz: excitatory (blue), inhibitory (orange)");
  rates.values(first(inh.population), colours::orange)
      .values(first(exc.population), colours::blue)
      .x_range(0, length);
  PlotOptions how;
  how.height = 220;
  kosnn::write_png(path, plot({raster, rates}, how));
}

}  // namespace brunel

#include "brunel/picture.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <kosnn/io/png.hpp>
#include <string>
#include <vector>

#include "brunel/regime.hpp"
#include "support/plot.hpp"

namespace brunel {

void draw(std::string const& path, kosnn::SpikeTrains const& excitatory,
          std::vector<double> const& exc_hz, std::vector<double> const& inh_hz, double from) {
  using namespace kosnn_support;
  double const length = std::min<double>(200, static_cast<double>(exc_hz.size()) * bin_ms);
  double const half_step = excitatory.dt() / 2;
  std::vector<double> times, rows;
  int const shown = std::min(50, excitatory.neurons());
  for (int n = 0; n < shown; ++n)
    for (double const ms : excitatory.times(n)) {
      if (ms < from - half_step || ms >= from + length - half_step) continue;
      times.push_back(ms - from);
      rows.push_back(n);
    }
  Panel raster("spikes of " + std::to_string(shown) + " excitatory neurons, ms");
  raster.raster(times, rows).x_range(0, length).y_range(-1, shown);
  auto const bins = static_cast<std::ptrdiff_t>(std::lround(length / bin_ms));
  std::vector<double> bin_times;
  for (std::ptrdiff_t k = 0; k < bins; ++k)
    bin_times.push_back((static_cast<double>(k) + 0.5) * bin_ms);
  auto const first = [&](std::vector<double> const& rates) {
    return std::vector<double>(rates.begin(), rates.begin() + bins);
  };
  Panel rates("rate in 0.5 ms, Hz: excitatory (blue), inhibitory (orange)");
  rates.line(bin_times, first(inh_hz), colours::orange)
      .line(bin_times, first(exc_hz), colours::blue)
      .x_range(0, length);
  PlotOptions how;
  how.height = 220;
  kosnn::write_png(path, plot({raster, rates}, how));
}

}  // namespace brunel

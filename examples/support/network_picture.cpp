#include "support/network_picture.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace kosnn_support {

PartActivity part_activity(Colour colour, kosnn::SpikeTrains const& trains, int begin, int end,
                           int shown, Stretch const& when) {
  PartActivity part{
      colour,
      {},
      std::vector<double>(static_cast<std::size_t>(std::lround(when.length / when.bin)))};
  int const every = std::max(1, (end - begin) / std::max(1, shown));
  double const hz = 1000.0 / (end - begin) / when.bin;
  for (int n = begin; n < end; ++n) {
    std::vector<double> times;
    for (std::int64_t const step : trains.steps()[static_cast<std::size_t>(n)]) {
      double const ms = static_cast<double>(step) * trains.dt() - when.from + trains.dt() / 2;
      if (ms < 0 || ms >= when.length) continue;
      times.push_back(ms - trains.dt() / 2);
      part.rate_hz[static_cast<std::size_t>(ms / when.bin)] += hz;
    }
    if ((n - begin) % every == 0 && static_cast<int>(part.trains.size()) < shown)
      part.trains.push_back(times);
  }
  return part;
}

kosnn::Picture network_picture(std::string const& title, std::vector<PartActivity> const& parts,
                               Stretch const& when) {
  std::size_t neurons = 0;
  for (auto const& part : parts) neurons += part.trains.size();
  Panel raster("spikes of " + std::to_string(neurons) + " neurons, ms: " + title);
  Panel rates("rates of all neurons, Hz");
  double row = static_cast<double>(neurons);
  for (auto const& part : parts) {
    std::vector<double> times, rows;
    for (auto const& train : part.trains) {
      --row;
      times.insert(times.end(), train.begin(), train.end());
      rows.insert(rows.end(), train.size(), row);
    }
    raster.raster(times, rows, part.colour);
    std::vector<double> middles;
    for (std::size_t k = 0; k < part.rate_hz.size(); ++k)
      middles.push_back((static_cast<double>(k) + 0.5) * when.bin);
    rates.line(middles, part.rate_hz, part.colour);
  }
  raster.x_range(0, when.length).y_range(-1, static_cast<double>(neurons));
  rates.x_range(0, when.length);
  PlotOptions how;
  how.height = 260;
  return plot({raster, rates}, how);
}

}  // namespace kosnn_support

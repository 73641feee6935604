#ifndef KOSNN_SUPPORT_NETWORK_PICTURE_HPP
#define KOSNN_SUPPORT_NETWORK_PICTURE_HPP

#include <kosnn/decoding/spike_trains.hpp>
#include <string>
#include <vector>

#include "support/plot.hpp"

namespace kosnn_support {

/// A stretch of time, and the bins in which rates are drawn; all in ms.
struct Stretch {
  double from, length, bin = 1;
};

/// Neurons that are drawn together.
struct PartActivity {
  Colour colour;
  std::vector<std::vector<double>> trains;  ///< of those whose spikes are shown, ms from the start
  std::vector<double> rate_hz;              ///< of all, in each bin
};

/// The activity of neurons [begin, end), of which `shown`, evenly spread, have their spikes drawn.
PartActivity part_activity(Colour colour, kosnn::SpikeTrains const& trains, int begin, int end,
                           int shown, Stretch const& when);

/// Spikes of all parts, the first at the top, and below them their rates.
kosnn::Picture network_picture(std::string const& title, std::vector<PartActivity> const& parts,
                               Stretch const& when);

}  // namespace kosnn_support

#endif

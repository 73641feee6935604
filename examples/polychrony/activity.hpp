#ifndef KOSNN_EXAMPLES_POLYCHRONY_ACTIVITY_HPP
#define KOSNN_EXAMPLES_POLYCHRONY_ACTIVITY_HPP

#include <cstddef>
#include <kosnn/decoding/spike_trains.hpp>
#include <string>
#include <vector>

namespace polychrony {

/// Rates in each second, Hz.
struct Rates {
  std::vector<double> exc, inh;
};

/// Mean of the last `count` values, or of all where there are fewer.
double mean_of_last(std::vector<double> const& values, std::size_t count);

/// How weights are spread between 0 and the strongest.
struct WeightHistogram {
  std::vector<double> share;  ///< of weights in each of 20 equal parts
  double mean = 0;
  double at_low = 0;   ///< share of those in the first part
  double at_high = 0;  ///< and in the last
};
WeightHistogram histogram_of(std::vector<float> const& weights, double strongest);

/// Draws the spikes of the last second, whose first ms is `from`, excitatory neurons at the bottom,
/// the rates in each second and the histogram.
void draw(std::string const& path, kosnn::SpikeTrains const& exc, kosnn::SpikeTrains const& inh,
          double from, Rates const& rates, WeightHistogram const& weights);

}  // namespace polychrony

#endif

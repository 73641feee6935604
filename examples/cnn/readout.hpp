#ifndef KOSNN_EXAMPLES_CNN_READOUT_HPP
#define KOSNN_EXAMPLES_CNN_READOUT_HPP

#include <cstddef>
#include <cstdint>
#include <vector>

namespace cnn {

/// Numbers that describe samples: (samples, length), row-major.
struct Features {
  std::size_t length = 0;
  std::vector<float> values;

  std::size_t samples() const { return values.size() / length; }
};

/// Square roots (which evens out the variances) of the spikes in each of grid x grid parts of each
/// map: from counts (samples, maps, size, size) to (samples, maps * grid * grid).
Features pooled(std::vector<std::uint32_t> const& counts, std::size_t maps, std::size_t size,
                std::size_t grid);

/// A linear classifier: ridge regression of one number for each class, 1 for the sample's own and 0
/// for the others, on standardised features. The greatest number wins.
class Readout {
 public:
  /// `penalty` > 0 of the squared weights, beside the mean squared error of the samples. Throws
  /// kosnn::Error without samples, without as many labels, and for a penalty that isn't positive.
  Readout(Features const& features, std::vector<std::uint8_t> const& labels, double penalty);

  /// The one of a few penalties that makes most of every third sample when it has learned from the
  /// others, learned from all. Throws the same.
  static Readout chosen(Features const& features, std::vector<std::uint8_t> const& labels);

  std::uint8_t classify(float const* features) const;
  /// Which part of the samples is classified as labelled.
  double accuracy(Features const& features, std::vector<std::uint8_t> const& labels) const;

 private:
  void standardise(Features const& features);
  /// Standardised features.
  std::vector<double> of(float const* features) const;

  std::size_t length_, classes_ = 0;
  std::vector<double> mean_, scale_;  // scale: 1 / standard deviation, 0 where it is 0
  std::vector<double> weights_;       // (classes, length)
  std::vector<double> offset_;        // (classes)
};

}  // namespace cnn

#endif

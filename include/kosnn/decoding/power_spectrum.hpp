#ifndef KOSNN_DECODING_POWER_SPECTRUM_HPP
#define KOSNN_DECODING_POWER_SPECTRUM_HPP

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "kosnn/core/error.hpp"

namespace kosnn {

/// Power at the frequencies resolution_hz, 2 resolution_hz, ...
struct Spectrum {
  double resolution_hz = 0;
  std::vector<double> power;

  double frequency(std::size_t k) const { return static_cast<double>(k + 1) * resolution_hz; }
  /// Position of the greatest power at frequencies of at least `from_hz`, the lowest among equals.
  std::size_t peak(double from_hz = 0) const {
    auto const skipped =
        static_cast<std::size_t>(std::max(0.0, std::ceil(from_hz / resolution_hz - 1)));
    require(skipped < power.size(), "Spectrum: peak: no frequency from ", from_hz,
            " Hz on, only to ", static_cast<double>(power.size()) * resolution_hz, " Hz");
    auto const first = power.begin() + static_cast<std::ptrdiff_t>(skipped);
    return static_cast<std::size_t>(std::max_element(first, power.end()) - power.begin());
  }
};

/// Power spectrum of a sequence by Welch's method (1967, doi 10.1109/TAU.1967.1161901): the mean
/// of the periodograms of segments that overlap by half, each without its mean and under a Hann
/// window. White noise has its variance as power at all frequencies; a sine of amplitude a that
/// fits whole periods into a segment of n samples has a^2 n / 6. Keeps one segment.
class WelchSpectrum {
 public:
  /// Segments of so many values, an even number of at least 4.
  explicit WelchSpectrum(std::size_t segment) : sum_(segment / 2), cos_(segment), sin_(segment) {
    require(segment >= 4 && segment % 2 == 0,
            "WelchSpectrum: a segment must have an even number of at least 4 samples, got ",
            segment);
    double const turn = 2 * std::acos(-1.0) / static_cast<double>(segment);
    for (std::size_t n = 0; n < segment; ++n) {
      cos_[n] = std::cos(turn * static_cast<double>(n));
      sin_[n] = std::sin(turn * static_cast<double>(n));
    }
  }

  void add(double value) {
    samples_.push_back(value);
    if (samples_.size() < cos_.size()) return;
    add_periodogram();
    samples_.erase(samples_.begin(), samples_.begin() + static_cast<std::ptrdiff_t>(sum_.size()));
  }
  /// The next value does not follow the last: the segment under way is dropped.
  void interrupt() { samples_.clear(); }

  std::uint64_t segments() const { return segments_; }
  /// At 1, 2, ... n / 2 periods in a segment; 0 before the first segment is complete.
  std::vector<double> power() const {
    std::vector<double> mean = sum_;
    for (double& p : mean) p /= static_cast<double>(std::max<std::uint64_t>(1, segments_));
    return mean;
  }

 private:
  void add_periodogram() {
    std::size_t const n = samples_.size();
    double mean = 0;
    for (double const x : samples_) mean += x / static_cast<double>(n);
    std::vector<double> windowed(n);
    for (std::size_t t = 0; t < n; ++t) windowed[t] = (samples_[t] - mean) * (1 - cos_[t]) / 2;
    double const squared_window = 0.375 * static_cast<double>(n);  // sum of its squares
    for (std::size_t k = 1; k <= n / 2; ++k) {
      double re = 0, im = 0;
      for (std::size_t t = 0, turn = 0; t < n; ++t) {
        re += windowed[t] * cos_[turn];
        im += windowed[t] * sin_[turn];
        turn += k;
        if (turn >= n) turn -= n;
      }
      sum_[k - 1] += (re * re + im * im) / squared_window;
    }
    ++segments_;
  }

  std::vector<double> sum_, cos_, sin_, samples_;
  std::uint64_t segments_ = 0;
};

}  // namespace kosnn

#endif

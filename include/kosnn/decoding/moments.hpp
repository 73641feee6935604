#ifndef KOSNN_DECODING_MOMENTS_HPP
#define KOSNN_DECODING_MOMENTS_HPP

#include <cmath>
#include <cstdint>
#include <optional>
#include <vector>

namespace kosnn {

/// Mean and variance of values that come one after the other and are not kept (Welford 1962, doi
/// 10.1080/00401706.1962.10490022).
class Moments {
 public:
  void add(double value) {
    ++count_;
    double const off = value - mean_;
    mean_ += off / static_cast<double>(count_);
    squares_ += off * (value - mean_);
  }

  std::uint64_t count() const { return count_; }
  /// 0 without values.
  double mean() const { return mean_; }
  /// The mean squared distance from the mean; 0 without values.
  double variance() const { return count_ == 0 ? 0 : squares_ / static_cast<double>(count_); }
  /// Standard deviation over mean; nothing with fewer than two values, or mean 0.
  std::optional<double> cv() const {
    if (count_ < 2 || mean_ == 0) return {};
    return std::sqrt(variance()) / mean_;
  }

 private:
  std::uint64_t count_ = 0;
  double mean_ = 0, squares_ = 0;
};

namespace detail {

/// Nothing without values.
inline std::optional<double> mean_of(std::vector<double> const& values) {
  if (values.empty()) return {};
  double sum = 0;
  for (double const v : values) sum += v;
  return sum / static_cast<double>(values.size());
}

}  // namespace detail
}  // namespace kosnn

#endif

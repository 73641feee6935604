#ifndef KOSNN_DATASETS_BOOLEAN_HPP
#define KOSNN_DATASETS_BOOLEAN_HPP

#include <cstddef>
#include <cstdint>
#include <vector>

namespace kosnn {

/// A logical operation of two inputs.
enum class BooleanTask { logical_and, logical_or, logical_xor };

/// The four samples of a logical operation, in the order (0,0) (1,0) (0,1) (1,1). Each setter
/// returns the object, so that they can be chained; all throw Error for values they can't use.
///
/// What noise and intensity do to a sample happens to a copy of it, anew whenever it is drawn.
class BooleanData {
 public:
  explicit BooleanData(BooleanTask task) : task_(task) {}

  /// Each feature `times` times side by side: 3 makes 000 000, 111 000, 000 111, 111 111 of the
  /// four (what PySNN's `repeats` does).
  BooleanData& repeat_features(int times);
  /// The four samples one after the other, `times` times over (what PySNN's `repeats` is documented
  /// to do).
  BooleanData& repeat_samples(int times);
  /// A 0 becomes a number from [0, low), a 1 one from [high, 1), uniform and independent. Depends
  /// on seed, sample, feature and epoch alone. 0 <= low, high <= 1.
  BooleanData& noise(double low, double high, std::uint64_t seed);
  /// Multiplies all values, after the noise; 0 or more, e.g. the rate in Hz of a 1.
  BooleanData& intensity(double factor);

  /// Number of samples: 4 * repeat_samples.
  std::size_t size() const { return 4 * static_cast<std::size_t>(sample_repeats_); }
  /// Values of one sample: 2 * repeat_features.
  std::size_t features() const { return 2 * static_cast<std::size_t>(feature_repeats_); }
  /// What the operation gives for sample k: 0 or 1.
  int label(std::size_t k) const;
  /// Sample k without noise and intensity: (features) of 0 and 1.
  std::vector<double> clean(std::size_t k) const;
  /// Sample k as it is to be shown in this epoch: (features), with noise and intensity.
  std::vector<double> draw(std::size_t k, int epoch) const;

 private:
  int bit(std::size_t k, int input) const;

  BooleanTask task_;
  int feature_repeats_ = 1, sample_repeats_ = 1;
  bool noisy_ = false;
  double low_ = 0, high_ = 1, factor_ = 1;
  std::uint64_t seed_ = 0;
};

}  // namespace kosnn

#endif

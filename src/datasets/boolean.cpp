#include "kosnn/datasets/boolean.hpp"

#include <cmath>

#include "kosnn/core/error.hpp"
#include "kosnn/core/random.hpp"

namespace kosnn {
namespace {

constexpr std::uint32_t noise_stream = 0xb001eaU;
constexpr int most_repeats = 1 << 14;  // samples * features then fit into 32 bits

int checked_repeats(int times, char const* what) {
  require(times >= 1 && times <= most_repeats, "BooleanData: ", what, " must be from 1 to ",
          most_repeats, ", got ", times);
  return times;
}

}  // namespace

BooleanData& BooleanData::repeat_features(int times) {
  feature_repeats_ = checked_repeats(times, "repeat_features");
  return *this;
}

BooleanData& BooleanData::repeat_samples(int times) {
  sample_repeats_ = checked_repeats(times, "repeat_samples");
  return *this;
}

BooleanData& BooleanData::noise(double low, double high, std::uint64_t seed) {
  require(low >= 0 && low <= 1, "BooleanData: noise: low must be from 0 to 1, got ", low);
  require(high >= 0 && high <= 1, "BooleanData: noise: high must be from 0 to 1, got ", high);
  low_ = low;
  high_ = high;
  seed_ = seed;
  noisy_ = true;
  return *this;
}

BooleanData& BooleanData::intensity(double factor) {
  require(std::isfinite(factor) && factor >= 0, "BooleanData: intensity must be at least 0, got ",
          factor);
  factor_ = factor;
  return *this;
}

int BooleanData::bit(std::size_t k, int input) const {
  require(k < size(), "BooleanData: sample ", k, " is not one of the ", size());
  return static_cast<int>(k % 4 >> input & 1U);  // sample 1 is (1,0): the first input counts 1
}

int BooleanData::label(std::size_t k) const {
  int const a = bit(k, 0), b = bit(k, 1);
  if (task_ == BooleanTask::logical_and) return a & b;
  return task_ == BooleanTask::logical_or ? a | b : a ^ b;
}

std::vector<double> BooleanData::clean(std::size_t k) const {
  std::vector<double> sample;
  for (int const input : {0, 1})
    sample.insert(sample.end(), static_cast<std::size_t>(feature_repeats_), bit(k, input));
  return sample;
}

std::vector<double> BooleanData::draw(std::size_t k, int epoch) const {
  require(epoch >= 0, "BooleanData: epoch must be at least 0, got ", epoch);
  std::vector<double> sample = clean(k);
  RandomStream const random(seed_, noise_stream);
  for (std::size_t f = 0; f < sample.size(); ++f) {
    double& value = sample[f];
    if (noisy_) {
      double const u = random.uniform(static_cast<std::uint32_t>(k * features() + f),
                                      static_cast<std::uint64_t>(epoch));
      value = value == 0 ? low_ * u : high_ + (1 - high_) * u;
    }
    value *= factor_;
  }
  return sample;
}

}  // namespace kosnn

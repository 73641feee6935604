#include "kosnn/datasets/boolean.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <vector>

#include "io_testing.hpp"

namespace {

using kosnn::BooleanData;
using kosnn::BooleanTask;
using kosnn::Error;
using kosnn_test::expect_error;
using Sample = std::vector<double>;

std::vector<Sample> clean_samples(BooleanData const& data) {
  std::vector<Sample> samples;
  for (std::size_t k = 0; k < data.size(); ++k) samples.push_back(data.clean(k));
  return samples;
}

std::vector<int> labels(BooleanData const& data) {
  std::vector<int> all;
  for (std::size_t k = 0; k < data.size(); ++k) all.push_back(data.label(k));
  return all;
}

TEST(Boolean, SamplesAndLabelsOfPySNN) {
  std::vector<Sample> const inputs{{0, 0}, {1, 0}, {0, 1}, {1, 1}};
  for (BooleanTask const task :
       {BooleanTask::logical_and, BooleanTask::logical_or, BooleanTask::logical_xor})
    EXPECT_EQ(clean_samples(BooleanData(task)), inputs);
  EXPECT_EQ(labels(BooleanData(BooleanTask::logical_and)), (std::vector<int>{0, 0, 0, 1}));
  EXPECT_EQ(labels(BooleanData(BooleanTask::logical_or)), (std::vector<int>{0, 1, 1, 1}));
  EXPECT_EQ(labels(BooleanData(BooleanTask::logical_xor)), (std::vector<int>{0, 1, 1, 0}));
}

TEST(Boolean, RepeatsOfFeaturesAndOfSamples) {
  BooleanData features(BooleanTask::logical_xor);
  features.repeat_features(3);
  EXPECT_EQ(features.size(), 4U);
  EXPECT_EQ(features.features(), 6U);
  EXPECT_EQ(clean_samples(features),
            (std::vector<Sample>{
                {0, 0, 0, 0, 0, 0}, {1, 1, 1, 0, 0, 0}, {0, 0, 0, 1, 1, 1}, {1, 1, 1, 1, 1, 1}}));
  EXPECT_EQ(labels(features), (std::vector<int>{0, 1, 1, 0}));

  BooleanData samples(BooleanTask::logical_and);
  samples.repeat_samples(2);
  EXPECT_EQ(samples.features(), 2U);
  EXPECT_EQ(clean_samples(samples),
            (std::vector<Sample>{{0, 0}, {1, 0}, {0, 1}, {1, 1}, {0, 0}, {1, 0}, {0, 1}, {1, 1}}));
  EXPECT_EQ(labels(samples), (std::vector<int>{0, 0, 0, 1, 0, 0, 0, 1}));
}

TEST(Boolean, NoiseOfMixedSamplesStaysInItsRanges) {  // PySNN: an error for (1,0) and (0,1)
  BooleanData data(BooleanTask::logical_xor);
  data.repeat_features(5).repeat_samples(3).noise(0.2, 0.9, 4);
  double sum0 = 0, sum1 = 0;
  int n0 = 0, n1 = 0;
  for (std::size_t k = 0; k < data.size(); ++k) {
    for (int epoch = 0; epoch < 300; ++epoch) {
      Sample const noisy = data.draw(k, epoch), clean = data.clean(k);
      ASSERT_EQ(noisy.size(), 10U);
      for (std::size_t f = 0; f < noisy.size(); ++f) {
        bool const one = clean[f] == 1;
        EXPECT_GE(noisy[f], one ? 0.9 : 0);
        EXPECT_LT(noisy[f], one ? 1 : 0.2);
        (one ? sum1 : sum0) += noisy[f];
        ++(one ? n1 : n0);
      }
    }
  }
  EXPECT_EQ(n0, n1);
  EXPECT_NEAR(sum0 / n0, 0.1, 6 * 0.2 / std::sqrt(12.0 * n0));
  EXPECT_NEAR(sum1 / n1, 0.95, 6 * 0.1 / std::sqrt(12.0 * n1));
}

TEST(Boolean, NoiseIsNewInEachDrawAndLeavesTheDataAlone) {  // PySNN: once and for good
  BooleanData data(BooleanTask::logical_or);
  data.repeat_features(2).repeat_samples(2).noise(0.3, 0.7, 9);
  auto const before = clean_samples(data);
  std::set<double> seen;
  std::size_t values = 0;
  for (int epoch = 0; epoch < 50; ++epoch) {
    for (std::size_t k = 0; k < data.size(); ++k) {
      Sample const drawn = data.draw(k, epoch);
      seen.insert(drawn.begin(), drawn.end());
      values += drawn.size();
      EXPECT_EQ(drawn, data.draw(k, epoch));
    }
  }
  EXPECT_GE(seen.size(), values - 1);  // 32 bits: hardly ever the same number twice
  EXPECT_EQ(clean_samples(data), before);
  EXPECT_EQ(labels(data), (std::vector<int>{0, 1, 1, 1, 0, 1, 1, 1}));

  BooleanData same(BooleanTask::logical_or), other(BooleanTask::logical_or);
  same.repeat_features(2).repeat_samples(2).noise(0.3, 0.7, 9);
  other.repeat_features(2).repeat_samples(2).noise(0.3, 0.7, 10);
  EXPECT_EQ(same.draw(5, 17), data.draw(5, 17));
  EXPECT_NE(other.draw(5, 17), data.draw(5, 17));
}

TEST(Boolean, IntensityMultipliesWhatTheNoiseLeft) {
  BooleanData data(BooleanTask::logical_and);
  data.intensity(50);
  EXPECT_EQ(data.draw(1, 0), (Sample{50, 0}));
  EXPECT_EQ(data.draw(3, 8), (Sample{50, 50}));
  EXPECT_EQ(data.clean(1), (Sample{1, 0}));
  BooleanData noisy(BooleanTask::logical_and), both(BooleanTask::logical_and);
  noisy.noise(0.5, 0.5, 1);
  both.noise(0.5, 0.5, 1).intensity(4);
  for (std::size_t f = 0; f < 2; ++f) EXPECT_DOUBLE_EQ(both.draw(2, 3)[f], 4 * noisy.draw(2, 3)[f]);
  data.intensity(0);
  EXPECT_EQ(data.draw(3, 0), (Sample{0, 0}));
}

TEST(Boolean, Errors) {
  BooleanData data(BooleanTask::logical_xor);
  expect_error<Error>([&] { data.repeat_features(0); }, {"repeat_features", "0"});
  expect_error<Error>([&] { data.repeat_samples(-3); }, {"repeat_samples", "-3"});
  expect_error<Error>([&] { data.repeat_samples(1 << 20); }, {"repeat_samples", "16384"});
  expect_error<Error>([&] { data.noise(-0.1, 1, 1); }, {"noise", "low", "-0.1"});
  expect_error<Error>([&] { data.noise(0, 1.5, 1); }, {"noise", "high", "1.5"});
  expect_error<Error>([&] { data.noise(std::nan(""), 1, 1); }, {"low", "nan"});
  expect_error<Error>([&] { data.intensity(-1); }, {"intensity", "-1"});
  expect_error<Error>([&] { data.intensity(INFINITY); }, {"intensity", "inf"});
  expect_error<Error>([&] { data.clean(4); }, {"sample 4", "4"});
  expect_error<Error>([&] { data.label(9); }, {"sample 9"});
  expect_error<Error>([&] { data.draw(0, -1); }, {"epoch", "-1"});
}

}  // namespace

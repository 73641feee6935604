// What the example cnn measures features with; that its kernels learn something is checked by
// running it.

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <vector>

#include "cnn/readout.hpp"
#include "cnn/recordings.hpp"
#include "kosnn/core/error.hpp"

namespace {

using cnn::Features;
using cnn::Readout;
using Labels = std::vector<std::uint8_t>;

TEST(Pooled, RootsOfTheCountsOfEachPart) {
  // Two samples of two maps of 3 x 3; 2 x 2 parts reach over rows and columns {0, 1} and {2}.
  std::vector<std::uint32_t> counts(36);
  for (std::size_t k = 0; k < 18; ++k) counts[k] = static_cast<std::uint32_t>(k);
  counts[35] = 16;
  Features const parts = cnn::pooled(counts, 2, 3, 2);
  ASSERT_EQ(parts.length, 8U);
  ASSERT_EQ(parts.samples(), 2U);
  std::vector<float> const sums{0 + 1 + 3 + 4,
                                2 + 5,
                                6 + 7,
                                8,
                                9 + 10 + 12 + 13,
                                11 + 14,
                                15 + 16,
                                17,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                16};
  for (std::size_t k = 0; k < sums.size(); ++k)
    EXPECT_FLOAT_EQ(parts.values[k], std::sqrt(sums[k])) << k;
}

/// One feature: standardised z, labels y in {0, 1}; the weight of class 1 is
/// mean(z y) / (1 + penalty), so the border lies where mean + weight z is the same for both.
TEST(Readout, IsRidgeRegression) {
  Features const x{1, {0, 1, 2, 3, 14}};
  Labels const y{0, 0, 0, 1, 1};
  for (double const penalty : {1e-3, 0.5, 10.0}) {
    Readout const readout(x, y, penalty);
    double const mean = 4, sd = std::sqrt((16 + 9 + 4 + 1 + 100) / 5.0);
    double const weight = (-1 + 10) / sd / 5 / (1 + penalty);
    double const border = mean + sd * (0.5 - 0.4) / weight;
    float const below = static_cast<float>(border - 1e-3),
                above = static_cast<float>(border + 1e-3);
    EXPECT_EQ(readout.classify(&below), 0) << penalty;
    EXPECT_EQ(readout.classify(&above), 1) << penalty;
  }
}

/// Three classes on a line can't be told apart by regression on it, on a triangle they can; a
/// feature that never changes and one that repeats another do no harm.
TEST(Readout, SeparatesWhatIsLinearlySeparable) {
  Features x{4, {}};
  Labels y;
  for (int k = 0; k < 60; ++k) {
    auto const label = static_cast<std::uint8_t>(k % 3);
    float const wobble = 0.1F * static_cast<float>(k % 7);
    float const a = (label == 1 ? 2.F : 0.F) + wobble, b = (label == 2 ? 2.F : 0.F) - wobble;
    x.values.insert(x.values.end(), {a, b, 5, a});
    y.push_back(label);
  }
  EXPECT_EQ(Readout(x, y, 1e-3).accuracy(x, y), 1);
  EXPECT_EQ(Readout::chosen(x, y).accuracy(x, y), 1);
  Labels wrong = y;
  for (std::size_t k = 0; k < 15; ++k) wrong[k] = static_cast<std::uint8_t>((wrong[k] + 1) % 3);
  EXPECT_EQ(Readout(x, y, 1e-3).accuracy(x, wrong), 0.75);
}

TEST(Readout, SaysWhatItCannotLearnFrom) {
  EXPECT_THROW(Readout({0, {}}, {}, 1), kosnn::Error);
  EXPECT_THROW(Readout({2, {1, 2}}, {0, 1}, 1), kosnn::Error);
  EXPECT_THROW(Readout({1, {1, 2}}, {0, 1}, 0), kosnn::Error);
  EXPECT_THROW(Readout({1, {1, 2}}, {0, 1}, NAN), kosnn::Error);
  EXPECT_EQ(Readout::chosen({1, {3}}, {4}).accuracy({1, {3}}, {4}), 1);  // one sample is enough
}

TEST(Recordings, OneSpikeForAllEventsOfAPixelInAStep) {
  kosnn::EventStream stream;
  stream.width = stream.height = 34;
  stream.events = {{4999, 3, 2, 0}, {5000, 3, 2, 0}, {9999, 3, 2, 0}, {9999, 33, 33, 1}};
  auto const recording = cnn::recording_of(stream, 7);
  EXPECT_EQ(recording.label, 7);
  ASSERT_EQ(recording.spikes.size(), 3U);
  EXPECT_EQ(recording.spikes[0].neuron, 2 * 34 + 3);
  EXPECT_EQ(recording.spikes[0].step, 0);
  EXPECT_EQ(recording.spikes[1].step, 1);
  EXPECT_EQ(recording.spikes[2].neuron, 2 * 34 * 34 - 1);
  auto const counts = cnn::spike_counts({cnn::Recording{}, recording});
  ASSERT_EQ(counts.size(), 2U * 2 * 34 * 34);
  EXPECT_EQ(counts[2 * 34 * 34 + 2 * 34 + 3], 2U);
  EXPECT_EQ(std::accumulate(counts.begin(), counts.end(), 0U), 3U);
}

TEST(Recordings, OfTheFirstDigits) {
  std::size_t done = 0;
  auto const data = cnn::recorded_digits(5, [&](std::size_t n) { done += n; });
  EXPECT_EQ(data.train.size(), 5U);
  EXPECT_EQ(data.test.size(), 3U);
  EXPECT_EQ(done, 8U);
  EXPECT_EQ(cnn::recorded_digits_count(5), 8U);
  EXPECT_EQ(cnn::recorded_digits_count(0), 1797U);
  // The published order begins 0, 1, 2, ...; numbers 2, 5 and 8 are held out.
  EXPECT_EQ(cnn::labels_of(data.train), (Labels{0, 1, 3, 4, 6}));
  EXPECT_EQ(cnn::labels_of(data.test), (Labels{2, 5, 8}));
  for (auto const& recording : data.train) EXPECT_GT(recording.spikes.size(), 1000U);
}

}  // namespace

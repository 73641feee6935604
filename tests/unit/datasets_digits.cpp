#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "datasets_testing.hpp"
#include "digits/data.hpp"
#include "kosnn/datasets/event_bins.hpp"
#include "kosnn/datasets/scenes.hpp"

namespace {

using kosnn::Event;
using kosnn_test::rows;

/// N-MNIST: about 4,000 events in the 300 ms of a sample, less than a hundredth of the pixels of
/// both polarities active in a step of 1 ms.
TEST(SaccadeEvents, OfTheEmbeddedDigitsAreAsManyAsThoseOfNmnist) {
  kosnn::Images const images = digits::embedded_digits().images;
  auto const settings = kosnn::saccade_settings(16);
  double events = 0, on = 0, active = 0;
  std::size_t least = SIZE_MAX, most = 0;
  int const samples = 30;
  for (std::size_t n = 0; n < samples; ++n) {
    auto const stream = kosnn::saccade_events(images, 59 * n, settings);
    auto const spikes = kosnn::bin_events(stream, {});  // {2, 34, 34}, 300 steps of 1 ms
    events += static_cast<double>(stream.events.size());
    active += static_cast<double>(spikes.neurons.size());
    for (Event const& e : stream.events) on += e.p;
    least = std::min(least, stream.events.size());
    most = std::max(most, stream.events.size());
    EXPECT_LT(stream.events.back().t, 300000);
  }
  double const mean = events / samples, activity = active / samples / 300 / (2 * 34 * 34);
  RecordProperty("events_per_sample", std::to_string(mean));
  RecordProperty("active_per_ms", std::to_string(activity));
  EXPECT_NEAR(mean, 4000, 400);
  EXPECT_NEAR(activity, 0.006, 0.001);
  EXPECT_NEAR(on / events, 0.5, 0.05);
  EXPECT_GT(least, 1500U);
  EXPECT_LT(most, 8000U);
}

TEST(SaccadeEvents, DependOnTheSeedAndTheSampleAlone) {
  kosnn::Images const images = digits::embedded_digits().images;
  auto settings = kosnn::saccade_settings(16);
  auto const one = rows(kosnn::saccade_events(images, 11, settings));
  EXPECT_NE(rows(kosnn::saccade_events(images, 12, settings)), one);
  EXPECT_EQ(rows(kosnn::saccade_events(images, 11, settings)), one);
  settings.camera.seed = 2;
  EXPECT_NE(rows(kosnn::saccade_events(images, 11, settings)), one);
}

}  // namespace

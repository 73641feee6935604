#include "kosnn/datasets/event_camera.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <random>
#include <tuple>
#include <utility>
#include <vector>

#include "datasets_testing.hpp"
#include "io_testing.hpp"

namespace {

using kosnn::CameraSettings;
using kosnn::Error;
using kosnn::Event;
using kosnn::EventCamera;
using kosnn::EventStream;
using kosnn::Frame;
using kosnn_test::expect_error;
using kosnn_test::Row;
using kosnn_test::rows;

Frame frame(int height, int width, std::vector<double> const& logs) {
  Frame out(height, width);
  for (std::size_t k = 0; k < logs.size(); ++k)
    out.pixels[k] = static_cast<float>(std::exp(logs[k]));
  return out;
}

CameraSettings plain(double on, double off) {
  CameraSettings settings;
  settings.on_threshold = on;
  settings.off_threshold = off;
  settings.dark = 0;
  return settings;
}

/// Times within a microsecond of each other (float intensities), all else equal.
void expect_rows(std::vector<Row> const& got, std::vector<Row> const& expected) {
  ASSERT_EQ(got.size(), expected.size());
  for (std::size_t k = 0; k < got.size(); ++k) {
    EXPECT_NEAR(double(std::get<0>(got[k])), double(std::get<0>(expected[k])), 1) << k;
    EXPECT_EQ(std::get<1>(got[k]), std::get<1>(expected[k])) << k;
    EXPECT_EQ(std::get<2>(got[k]), std::get<2>(expected[k])) << k;
    EXPECT_EQ(std::get<3>(got[k]), std::get<3>(expected[k])) << k;
  }
}

TEST(EventCamera, EmitsWhereTheLineMeetsALevel) {
  EventCamera camera(3, 2, plain(0.3, 0.25));
  camera.see(frame(2, 3, {0, 0, 0, 0, 0, 0}), 2);
  EXPECT_TRUE(camera.events().events.empty());
  // Pixel (0, 1) rises by 1: levels 0.3, 0.6, 0.9; pixel (1, 2) falls by 0.6: -0.25, -0.5.
  camera.see(frame(2, 3, {0, 1, 0.29, 0, 0, -0.6}), 12);
  // (0, 1) stays; (0, 2) rises from 0.29 to 0.39: 0.3; (1, 2) rises from -0.6 to 0.2: -0.2, 0.1.
  camera.see(frame(2, 3, {0, 1, 0.39, 0, 0, 0.2}), 20);
  // (0, 1) falls from 1 to 0, the level is 0.9: 0.65, 0.4, 0.15.
  camera.see(frame(2, 3, {0, 0, 0.39, 0, 0, 0.2}), 30);
  EventStream const stream = camera.events();
  EXPECT_EQ(stream.width, 3);
  EXPECT_EQ(stream.height, 2);
  expect_rows(rows(stream), {{5000, 1, 0, 1},
                             {6166, 2, 1, 0},
                             {8000, 1, 0, 1},
                             {10333, 2, 1, 0},
                             {11000, 1, 0, 1},
                             {12800, 2, 0, 1},
                             {16000, 2, 1, 1},
                             {19000, 2, 1, 1},
                             {23500, 1, 0, 0},
                             {26000, 1, 0, 0},
                             {28500, 1, 0, 0}});
}

TEST(EventCamera, AWholeNumberOfThresholdsCounts) {
  for (double const threshold : {0.1, 0.2, 0.3, 0.7}) {
    for (int n = 1; n <= 5; ++n) {
      EventCamera camera(1, 1, plain(threshold, threshold));
      camera.see(frame(1, 1, {-1}), 0);
      camera.see(frame(1, 1, {-1 + n * threshold}), 1);
      camera.see(frame(1, 1, {-1}), 2);
      EXPECT_EQ(camera.events().events.size(), static_cast<std::size_t>(2 * n)) << threshold;
    }
  }
}

TEST(EventCamera, WhatStaysIsSilent) {
  std::mt19937 random(3);
  Frame still(5, 7);
  for (float& pixel : still.pixels) pixel = static_cast<float>(random() % 256) / 255;
  CameraSettings settings;
  settings.threshold_sd = 0.1;
  EventCamera camera(7, 5, settings);
  for (int k = 0; k < 50; ++k) camera.see(still, k);
  EXPECT_TRUE(camera.events().events.empty());
}

/// Whatever the pixels do, events add up to the change of the log intensity within one threshold.
TEST(EventCamera, EventsAddUpToTheChange) {
  int const width = 9, height = 4, frames = 60;
  std::mt19937 random(8);
  std::uniform_real_distribution<double> change(-0.7, 0.7);
  std::vector<double> logs(width * height, -0.5), start = logs;
  CameraSettings const settings = plain(0.21, 0.34);
  EventCamera camera(width, height, settings);
  camera.see(frame(height, width, logs), 0);
  for (int k = 1; k < frames; ++k) {
    for (double& v : logs) v += change(random);
    camera.see(frame(height, width, logs), 1.7 * k);
  }
  EventStream const stream = camera.events();
  EXPECT_GT(stream.events.size(), 1500U);
  std::vector<double> level = start;
  std::int64_t last = 0;
  for (Event const& e : stream.events) {
    EXPECT_GE(e.t, last);
    last = e.t;
    level[static_cast<std::size_t>(e.y * width + e.x)] += e.p == 1 ? 0.21 : -0.34;
  }
  EXPECT_LE(last, 1700 * (frames - 1));
  for (std::size_t k = 0; k < level.size(); ++k) {
    EXPECT_LT(logs[k] - level[k], 0.21 + 1e-5);
    EXPECT_LT(level[k] - logs[k], 0.34 + 1e-5);
  }
}

TEST(EventCamera, RefractoryTimeSwallowsEventsNotLevels) {
  CameraSettings settings = plain(0.3, 0.3);
  settings.refractory_ms = 4;
  EventCamera camera(1, 1, settings);
  camera.see(frame(1, 1, {0}), 0);
  camera.see(frame(1, 1, {1}), 10);     // at 3, 6, 9
  camera.see(frame(1, 1, {1.25}), 20);  // level 1.2 at 18
  expect_rows(rows(camera.events()), {{3000, 0, 0, 1}, {9000, 0, 0, 1}, {18000, 0, 0, 1}});
}

TEST(EventCamera, DarkLimitsTheContrastOfShadows) {
  CameraSettings settings = plain(0.1, 0.1);
  settings.dark = 0.5;
  EventCamera camera(1, 1, settings);
  camera.see(Frame(1, 1, 0), 0);
  camera.see(Frame(1, 1, 1), 1);  // log 3 = 1.0986
  EXPECT_EQ(camera.events().events.size(), 10U);
}

std::vector<int> counts_of(CameraSettings const& settings, int size, std::uint64_t recording) {
  EventCamera camera(size, size, settings, recording);
  camera.see(Frame(size, size, 1), 0);
  camera.see(Frame(size, size, static_cast<float>(std::exp(20.0))), 1000);
  std::vector<int> counts(static_cast<std::size_t>(size * size));
  for (Event const& e : camera.events().events)
    ++counts[static_cast<std::size_t>(e.y * size + e.x)];
  return counts;
}

TEST(EventCamera, ThresholdsDifferFromPixelToPixel) {
  CameraSettings settings = plain(0.2, 0.2);
  settings.threshold_sd = 0.02;
  auto const counts = counts_of(settings, 40, 0);
  double sum = 0, squares = 0;
  for (int const count : counts) {
    double const threshold = 20 / (count + 0.5);
    sum += threshold;
    squares += threshold * threshold;
  }
  double const n = static_cast<double>(counts.size()), mean = sum / n;
  EXPECT_NEAR(mean, 0.2, 6 * 0.02 / std::sqrt(n) + 0.001);
  EXPECT_NEAR(std::sqrt(squares / n - mean * mean), 0.02, 0.002);
  EXPECT_EQ(counts_of(settings, 40, 5), counts);  // the camera's, not the recording's
  settings.seed = 2;
  EXPECT_NE(counts_of(settings, 40, 0), counts);
  settings.threshold_sd = 1;  // far too much: nothing below a tenth of the mean
  for (int const count : counts_of(settings, 40, 0)) EXPECT_LE(count, 1000);
}

EventStream noise(double hz, std::uint64_t seed, std::uint64_t recording) {
  CameraSettings settings;
  settings.noise_hz = hz;
  settings.seed = seed;
  EventCamera camera(20, 30, settings, recording);
  camera.see(Frame(30, 20, 1), 100);
  camera.see(Frame(30, 20, 1), 2100);
  return camera.events();
}

TEST(EventCamera, NoiseIsPoissonAndSeeded) {
  EventStream const stream = noise(5, 1, 0);
  double const expected = 600 * 2 * 5;
  double const count = static_cast<double>(stream.events.size());
  EXPECT_NEAR(count, expected, 6 * std::sqrt(expected));
  double on = 0, early = 0;
  std::map<std::pair<int, int>, double> per_pixel;
  for (Event const& e : stream.events) {
    EXPECT_TRUE(e.t >= 100000 && e.t < 2100000);
    on += e.p;
    early += e.t < 1100000 ? 1 : 0;
    ++per_pixel[{e.x, e.y}];
  }
  EXPECT_NEAR(on, count / 2, 3 * std::sqrt(count));
  EXPECT_NEAR(early, count / 2, 3 * std::sqrt(count));
  double squares = 0;
  for (auto const& [pixel, n] : per_pixel) squares += n * n;
  double const mean = count / 600;
  EXPECT_NEAR((squares / 600 - mean * mean) / mean, 1, 0.35);  // variance over mean
  EXPECT_TRUE(std::is_sorted(stream.events.begin(), stream.events.end(),
                             [](Event const& a, Event const& b) { return a.t < b.t; }));

  EXPECT_EQ(rows(noise(5, 1, 0)), rows(stream));
  EXPECT_NE(rows(noise(5, 2, 0)), rows(stream));
  EXPECT_NE(rows(noise(5, 1, 1)), rows(stream));
  EXPECT_TRUE(noise(0, 1, 0).events.empty());
}

TEST(EventCamera, Errors) {
  CameraSettings const good;
  expect_error<Error>([&] { EventCamera(0, 5, good); }, {"0 x 5"});
  expect_error<Error>([&] { EventCamera(1 << 20, 1 << 20, good); }, {"1048576 x 1048576"});
  expect_error<Error>([&] { EventCamera(5, 5, good, std::uint64_t{1} << 28); }, {"recording"});
  std::vector<std::pair<double CameraSettings::*, char const*>> const fields{
      {&CameraSettings::on_threshold, "on_threshold"},
      {&CameraSettings::off_threshold, "off_threshold"},
      {&CameraSettings::threshold_sd, "threshold_sd"},
      {&CameraSettings::refractory_ms, "refractory_ms"},
      {&CameraSettings::noise_hz, "noise_hz"},
      {&CameraSettings::dark, "dark"}};
  for (auto const& [field, name] : fields) {
    for (double const value : {-1.0, double{NAN}, double{INFINITY}}) {
      CameraSettings bad;
      bad.*field = value;
      expect_error<Error>([bad = bad] { EventCamera(2, 2, bad); }, {name, "at least"});
    }
  }
  CameraSettings tiny;
  tiny.on_threshold = 1e-9;
  expect_error<Error>([&] { EventCamera(2, 2, tiny); }, {"on_threshold", "0.001", "1e-09"});

  EventCamera camera(3, 2, good);
  expect_error<Error>([&] { camera.see(Frame(3, 2, 1), 0); }, {"3 x 2", "expected 2 x 3"});
  expect_error<Error>([&] { camera.see(Frame(2, 3, 1), -1); }, {"-1 ms", "none"});
  expect_error<Error>([&] { camera.see(Frame(2, 3, 1), NAN); }, {"nan"});
  camera.see(Frame(2, 3, 1), 5);
  expect_error<Error>([&] { camera.see(Frame(2, 3, 1), 5); }, {"5 ms", "later"});
  for (float const bad : {-1.0F, NAN, INFINITY}) {
    Frame frame(2, 3, 1);
    frame.at(1, 1) = bad;
    expect_error<Error>([&] { camera.see(frame, 6); }, {"pixel 4", "6 ms", "finite"});
  }
  EventCamera blind(1, 1, plain(0.2, 0.2));
  expect_error<Error>([&] { blind.see(Frame(1, 1, 0), 0); }, {"pixel 0", "where dark is 0"});
  expect_error<Error>([] { Frame(0, 3); }, {"Frame", "0 x 3"});
  CameraSettings loud;
  loud.noise_hz = 1e9;
  EventCamera deaf(1, 1, loud);
  deaf.see(Frame(1, 1, 1), 0);
  deaf.see(Frame(1, 1, 1), 1000);
  expect_error<Error>([&] { deaf.events(); }, {"noise_hz", "1048576"});
}

}  // namespace

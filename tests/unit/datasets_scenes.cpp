#include "kosnn/datasets/scenes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <vector>

#include "io_testing.hpp"

namespace {

using kosnn::CameraSettings;
using kosnn::Error;
using kosnn::Event;
using kosnn::EventStream;
using kosnn::Frame;
using kosnn::MovingShape;
using kosnn::Scene;
using kosnn_test::expect_error;
using Kind = MovingShape::Kind;

Frame random_frame(int rows, int cols) {
  std::mt19937 random(6);
  Frame out(rows, cols);
  for (float& pixel : out.pixels) pixel = static_cast<float>(random() % 1000) / 1000;
  return out;
}

Frame seen(Scene const& scene, int rows, int cols, double t) {
  Frame out(rows, cols, -7);
  scene(t, out);
  return out;
}

double total(Frame const& frame) {
  return std::accumulate(frame.pixels.begin(), frame.pixels.end(), 0.0);
}

Scene even(float intensity) {
  return kosnn::moving_image(Frame(1, 1, intensity), kosnn::linear_path({}, {}), intensity);
}

/// An edge that brightens (or dims) crosses the camera: every pixel emits floor(|log C| /
/// threshold) events of one polarity when its intensity meets the levels.
void expect_edge(double contrast, double threshold, std::size_t expected, double degrees) {
  int const width = 13, height = 9;
  double const speed = 0.05, frame_ms = 0.5, dark = 0.2;
  CameraSettings settings;
  settings.dark = 0;
  settings.on_threshold = settings.off_threshold = threshold;
  MovingShape const edge{Kind::edge, degrees, 1, static_cast<float>(dark * contrast)};
  double const c = std::cos(degrees * M_PI / 180), s = std::sin(degrees * M_PI / 180);
  kosnn::Place const start{width / 2. - 12 * c, height / 2. - 12 * s};
  Scene const scene = kosnn::moving_shape(even(static_cast<float>(dark)), edge,
                                          kosnn::linear_path(start, {speed * c, speed * s}));
  EventStream const stream = kosnn::record_scene(scene, width, height, 500, frame_ms, settings);
  EXPECT_EQ(stream.events.size(), expected * width * height);

  std::vector<int> count(width * height);
  for (Event const& e : stream.events) {
    EXPECT_EQ(e.p, contrast > 1 ? 1 : 0);
    int const level = ++count[static_cast<std::size_t>(e.y * width + e.x)];
    // Of the pixel, this part is behind the edge when its intensity meets the level.
    double const factor = std::exp(level * (contrast > 1 ? threshold : -threshold));
    double const part = (factor - 1) / (contrast - 1);
    double const along = (e.x - start.x) * c + (e.y - start.y) * s;
    EXPECT_NEAR(double(e.t) / 1000, (along + part - 0.5) / speed, frame_ms);
  }
  for (int const n : count) EXPECT_EQ(n, static_cast<int>(expected));
}

TEST(Scenes, AMovingEdgeGivesTheEventsOfItsContrast) {
  expect_edge(3, 0.2, 5, 0);          // log 3 = 1.0986
  expect_edge(3, 0.5, 2, 90);         // downwards
  expect_edge(1 / 3.0, 0.3, 3, 180);  // to the left, dimming
  expect_edge(2, 0.15, 4, 30);        // log 2 = 0.6931
  expect_edge(0.9, 0.11, 0, 0);       // log 0.9 = -0.105: too little
}

TEST(Scenes, ABarBrightensThenDims) {
  CameraSettings settings;
  settings.dark = 0;
  settings.on_threshold = 0.25;
  settings.off_threshold = 0.4;
  MovingShape const bar{Kind::bar, 0, 3, 1};
  Scene const scene = kosnn::moving_shape(even(0.25F), bar, kosnn::linear_path({-4, 0}, {0.1, 0}));
  EventStream const stream = kosnn::record_scene(scene, 11, 3, 250, 1, settings);
  int on = 0, off = 0;
  for (Event const& e : stream.events) ++(e.p == 1 ? on : off);
  EXPECT_EQ(on, 33 * 5);   // log 4 = 1.386
  EXPECT_EQ(off, 33 * 3);  // from the level 1.25 down to 0
  std::vector<double> last_on(33, -1);
  for (Event const& e : stream.events) {
    auto const pixel = static_cast<std::size_t>(e.y * 11 + e.x);
    if (e.p == 1) last_on[pixel] = double(e.t) / 1000;
    if (e.p == 0) {  // about 3 pixels at 0.1
      EXPECT_GT(double(e.t) / 1000 - last_on[pixel], 15);
    }
  }
}

TEST(Scenes, ShapesCoverTheirArea) {
  auto const path = kosnn::linear_path({20.3, 14.6}, {});
  auto const covered = [&](MovingShape const& shape) {
    return total(seen(kosnn::moving_shape(even(0), shape, path), 31, 43, 0));
  };
  for (double const size : {5.0, 9.5, 20.0})
    EXPECT_NEAR(covered({Kind::disc, 0, size, 1}), M_PI * size * size / 4, 0.02 * size * size);
  EXPECT_NEAR(covered({Kind::bar, 0, 4, 1}), 4 * 31, 1e-3);
  EXPECT_NEAR(covered({Kind::bar, 90, 4.5, 1}), 4.5 * 43, 1e-3);
  EXPECT_NEAR(covered({Kind::edge, 0, 1, 1}), (20.3 + 0.5) * 31, 1e-3);
  EXPECT_NEAR(covered({Kind::edge, 180, 1, 1}), (43 - 20.8) * 31, 1e-3);
  EXPECT_NEAR(covered({Kind::edge, 270, 1, 1}), (31 - 15.1) * 43, 1e-3);
}

TEST(Scenes, ShapesCoverARealImage) {
  Frame const image = random_frame(12, 17);
  auto const still = kosnn::linear_path({}, {});
  Scene const scene =
      kosnn::moving_shape(kosnn::moving_image(image, still), {Kind::disc, 0, 6, 0.5F},
                          kosnn::linear_path({2, 3}, {0.1, 0.05}));
  Frame const now = seen(scene, 12, 17, 60);  // the disc is at (8, 6)
  for (int r = 0; r < 12; ++r) {
    for (int c = 0; c < 17; ++c) {
      double const from_middle = std::hypot(c - 8, r - 6);
      if (from_middle < 2.5) {
        EXPECT_FLOAT_EQ(now.at(r, c), 0.5F);
      }
      if (from_middle > 3.5) {
        EXPECT_FLOAT_EQ(now.at(r, c), image.at(r, c));
      }
    }
  }
}

TEST(Scenes, ImagesMoveByWholeAndPartsOfPixels) {
  Frame const image = random_frame(5, 7);
  Scene const scene = kosnn::moving_image(image, kosnn::linear_path({2, -1}, {0.25, 0.5}), 0.3F);
  for (double const t : {0.0, 2.0, 4.0, 7.0, 100.0}) {
    double const x0 = 2 + 0.25 * t, y0 = -1 + 0.5 * t;
    Frame const now = seen(scene, 9, 10, t);
    auto const pixel = [&](int r, int c) {
      return r < 0 || c < 0 || r >= 5 || c >= 7 ? 0.3F : image.at(r, c);
    };
    for (int r = 0; r < 9; ++r) {
      for (int c = 0; c < 10; ++c) {
        double sum = 0;  // all pixels of the image, each with its tent
        for (int i = -20; i < 80; ++i) {
          for (int j = -40; j < 40; ++j) {
            double const dy = std::fabs(r - y0 - i), dx = std::fabs(c - x0 - j);
            if (dy < 1 && dx < 1) sum += (1 - dy) * (1 - dx) * pixel(i, j);
          }
        }
        if (t < 100) {
          EXPECT_NEAR(now.at(r, c), sum, 1e-5) << t << ' ' << r << ' ' << c;
        }
        if (t == 100) {  // far away
          EXPECT_EQ(now.at(r, c), 0.3F);
        }
      }
    }
  }
}

TEST(Scenes, SaccadesGoRoundATriangle) {
  auto const path = kosnn::saccades({3, 4}, 6, 100);
  auto const expect_at = [&](double t, double x, double y) {
    EXPECT_NEAR(path(t).x, x, 1e-12) << t;
    EXPECT_NEAR(path(t).y, y, 1e-12) << t;
  };
  expect_at(0, 3, 4);
  expect_at(50, 4.5, 7);
  expect_at(100, 6, 10);
  expect_at(150, 7.5, 7);
  expect_at(200, 9, 4);
  expect_at(250, 6, 4);
  expect_at(300, 3, 4);
  expect_at(1000, 3, 4);
  expect_error<Error>([] { kosnn::saccades({}, 6, 0); }, {"leg_ms", "0"});
  expect_error<Error>([] { kosnn::saccades({}, NAN); }, {"travel", "nan"});
}

TEST(Scenes, ImagesBecomeFramesAndGrow) {
  kosnn::Images images{2, 1, 2, {0, 16, 8, 4}};
  EXPECT_EQ(kosnn::frame_of(images, 0, 16).pixels, (std::vector<float>{0, 1}));
  EXPECT_EQ(kosnn::frame_of(images, 1, 16).pixels, (std::vector<float>{0.5, 0.25}));
  EXPECT_EQ(kosnn::enlarged(kosnn::frame_of(images, 0, 16), 2, 4).pixels,
            (std::vector<float>{0, 0.25, 0.75, 1, 0, 0.25, 0.75, 1}));
  Frame const image = random_frame(3, 5);
  EXPECT_EQ(kosnn::enlarged(image, 3, 5).pixels, image.pixels);
  Frame const large = kosnn::enlarged(image, 9, 15);  // every third pixel lies on a pixel's centre
  for (int r = 0; r < 3; ++r)
    for (int c = 0; c < 5; ++c) EXPECT_NEAR(large.at(3 * r + 1, 3 * c + 1), image.at(r, c), 1e-6);
  EXPECT_NEAR(large.at(2, 1), (2 * image.at(0, 0) + image.at(1, 0)) / 3, 1e-6);
  expect_error<Error>([&] { kosnn::frame_of(images, 2); }, {"image 2", "2"});
  expect_error<Error>([&] { kosnn::frame_of(images, 0, 0); }, {"white", "0"});
  expect_error<Error>([&] { kosnn::enlarged(image, 2, 5); }, {"3 x 5", "2 x 5"});
}

TEST(Scenes, RecordsUpToTheEnd) {
  std::vector<double> times;
  Scene const scene = [&](double t, Frame& frame) {
    times.push_back(t);
    std::fill(frame.pixels.begin(), frame.pixels.end(), 1);
  };
  EXPECT_TRUE(kosnn::record_scene(scene, 2, 3, 1, 0.4, {}).events.empty());
  EXPECT_EQ(times, (std::vector<double>{0, 0.4, 0.8, 1}));
  times.clear();
  kosnn::record_scene(scene, 2, 3, 0.3, 0.1, {});
  EXPECT_EQ(times.size(), 4U);  // 0.3 / 0.1 is a little less than 3
  expect_error<Error>([&] { kosnn::record_scene(scene, 2, 3, 0, 1, {}); }, {"duration_ms", "0"});
  expect_error<Error>([&] { kosnn::record_scene(scene, 2, 3, 1, NAN, {}); }, {"frame_ms", "nan"});
  expect_error<Error>([&] { kosnn::record_scene(scene, 2, 3, 1e9, 1, {}); }, {"10000000 frames"});
}

TEST(Scenes, ShapeErrors) {
  auto const make = [](MovingShape const& shape) {
    kosnn::moving_shape(even(0), shape, kosnn::linear_path({}, {}));
  };
  expect_error<Error>([&] { make({Kind::disc, 0, 0, 1}); }, {"size", "0"});
  expect_error<Error>([&] { make({Kind::edge, NAN, 1, 1}); }, {"direction", "nan"});
  expect_error<Error>([&] { make({Kind::edge, 0, 1, -1}); }, {"intensity", "-1"});
  expect_error<Error>([] { kosnn::moving_image(Frame{}, kosnn::linear_path({}, {})); },
                      {"moving_image", "0 x 0"});
}

TEST(Scenes, SaccadeEventsFitTheirCamera) {
  kosnn::Images images{1, 3, 3, {0, 0, 0, 0, 255, 0, 0, 0, 0}};
  auto settings = kosnn::saccade_settings();
  EventStream const stream = kosnn::saccade_events(images, 0, settings);
  EXPECT_EQ(stream.width, 34);
  EXPECT_EQ(stream.height, 34);
  EXPECT_GT(stream.events.size(), 1000U);
  settings.travel = 7;
  expect_error<Error>([&] { kosnn::saccade_events(images, 0, settings); }, {"28", "7", "34 x 34"});
  settings.travel = -1;
  expect_error<Error>([&] { kosnn::saccade_events(images, 0, settings); }, {"-1"});
  settings.travel = 6;
  settings.image_size = 2;
  expect_error<Error>([&] { kosnn::saccade_events(images, 0, settings); }, {"3 x 3", "2 x 2"});
  settings.image_size = 28;
  expect_error<Error>([&] { kosnn::saccade_events(images, 1, settings); }, {"image 1"});
}

}  // namespace

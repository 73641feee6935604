#include "kosnn/datasets/scenes.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "kosnn/core/error.hpp"

namespace kosnn {
namespace {

constexpr double degree = 3.14159265358979323846 / 180;

/// How far (pixels) the point (x, y), counted from the shape's place, is outside of the shape.
double outside(MovingShape const& shape, double x, double y) {
  double const along =
      x * std::cos(shape.direction * degree) + y * std::sin(shape.direction * degree);
  if (shape.kind == MovingShape::Kind::edge) return along;
  double const from_middle =
      shape.kind == MovingShape::Kind::bar ? std::fabs(along) : std::hypot(x, y);
  return from_middle - shape.size / 2;
}

/// Value of a picture between its pixels; beyond them it is `background`.
float interpolated(Frame const& image, double x, double y, float background) {
  if (!(x > -1 && y > -1 && x < image.cols && y < image.rows)) return background;
  int const col = static_cast<int>(std::floor(x)), row = static_cast<int>(std::floor(y));
  auto const pixel = [&](int r, int c) {
    return r >= 0 && r < image.rows && c >= 0 && c < image.cols ? image.at(r, c) : background;
  };
  auto const fx = static_cast<float>(x - col), fy = static_cast<float>(y - row);
  float const above = (1 - fx) * pixel(row, col) + fx * pixel(row, col + 1);
  float const below = (1 - fx) * pixel(row + 1, col) + fx * pixel(row + 1, col + 1);
  return (1 - fy) * above + fy * below;
}

void check(Frame const& frame, char const* where) {
  require(frame.rows >= 1 && frame.cols >= 1 &&
              frame.pixels.size() ==
                  static_cast<std::size_t>(frame.rows) * static_cast<std::size_t>(frame.cols),
          where, ": a frame of ", frame.rows, " x ", frame.cols, " pixels holds ",
          frame.pixels.size());
}

}  // namespace

Path linear_path(Place start, Place velocity) {
  return [start, velocity](double t) {
    return Place{start.x + velocity.x * t, start.y + velocity.y * t};
  };
}

Path saccades(Place start, double travel, double leg_ms) {
  require(std::isfinite(travel), "saccades: travel must be finite, got ", travel);
  require(std::isfinite(leg_ms) && leg_ms > 0, "saccades: leg_ms must be positive, got ", leg_ms);
  return [start, travel, leg_ms](double t) {
    Place const corners[] = {{0, 0}, {travel / 2, travel}, {travel, 0}, {0, 0}};
    double const along = std::clamp(t / leg_ms, 0.0, 3.0);
    int const leg = std::min(static_cast<int>(along), 2);
    double const part = along - leg;
    Place const &a = corners[leg], &b = corners[leg + 1];
    return Place{start.x + a.x + part * (b.x - a.x), start.y + a.y + part * (b.y - a.y)};
  };
}

Scene moving_image(Frame image, Path path, float background) {
  check(image, "moving_image");
  return [image = std::move(image), path = std::move(path), background](double t, Frame& frame) {
    Place const place = path(t);
    for (int row = 0; row < frame.rows; ++row)
      for (int col = 0; col < frame.cols; ++col)
        frame.at(row, col) = interpolated(image, col - place.x, row - place.y, background);
  };
}

Scene moving_shape(Scene background, MovingShape const& shape, Path path) {
  require(std::isfinite(shape.direction), "moving_shape: direction must be finite, got ",
          shape.direction);
  require(std::isfinite(shape.size) && shape.size > 0, "moving_shape: size must be positive, got ",
          shape.size);
  require(std::isfinite(shape.intensity) && shape.intensity >= 0,
          "moving_shape: intensity must be at least 0, got ", shape.intensity);
  return
      [background = std::move(background), shape, path = std::move(path)](double t, Frame& frame) {
        background(t, frame);
        Place const place = path(t);
        for (int row = 0; row < frame.rows; ++row) {
          for (int col = 0; col < frame.cols; ++col) {
            double const covered =
                std::clamp(0.5 - outside(shape, col - place.x, row - place.y), 0.0, 1.0);
            float& pixel = frame.at(row, col);
            pixel += static_cast<float>(covered) * (shape.intensity - pixel);
          }
        }
      };
}

EventStream record_scene(Scene const& scene, int width, int height, double duration_ms,
                         double frame_ms, CameraSettings const& settings, std::uint64_t recording) {
  require(std::isfinite(duration_ms) && duration_ms > 0,
          "record_scene: duration_ms must be positive, got ", duration_ms);
  require(std::isfinite(frame_ms) && frame_ms > 0, "record_scene: frame_ms must be positive, got ",
          frame_ms);
  double const frames = std::ceil(duration_ms / frame_ms * (1 - 1e-12));
  require(frames <= 1e7, "record_scene: at most 10000000 frames, got ", frames);
  EventCamera camera(width, height, settings, recording);
  Frame frame(height, width);
  auto const count = static_cast<long>(frames);
  for (long k = 0; k <= count; ++k) {
    double const t = k == count ? duration_ms : static_cast<double>(k) * frame_ms;
    scene(t, frame);
    camera.see(frame, t);
  }
  return camera.events();
}

Frame frame_of(Images const& images, std::size_t k, double white) {
  require(k < images.count, "frame_of: image ", k, " is not one of the ", images.count);
  require(std::isfinite(white) && white > 0, "frame_of: white must be positive, got ", white);
  Frame frame(static_cast<int>(images.rows), static_cast<int>(images.cols));
  std::uint8_t const* const pixels = images.image(k);
  for (std::size_t n = 0; n < images.size(); ++n)
    frame.pixels[n] = static_cast<float>(pixels[n] / white);
  return frame;
}

Frame enlarged(Frame const& frame, int rows, int cols) {
  check(frame, "enlarged");
  require(rows >= frame.rows && cols >= frame.cols, "enlarged: from ", frame.rows, " x ",
          frame.cols, " to ", rows, " x ", cols, " pixels, expected no fewer than there are");
  Frame out(rows, cols);
  auto const source = [](int k, int size, int of) {  // centres of pixels, the outermost ones held
    return std::clamp((k + 0.5) * of / size - 0.5, 0.0, of - 1.0);
  };
  for (int row = 0; row < rows; ++row)
    for (int col = 0; col < cols; ++col)
      out.at(row, col) =
          interpolated(frame, source(col, cols, frame.cols), source(row, rows, frame.rows), 0);
  return out;
}

SaccadeSettings saccade_settings(double white) {
  SaccadeSettings settings;
  settings.white = white;
  settings.camera.on_threshold = settings.camera.off_threshold = 0.4;
  settings.camera.threshold_sd = 0.04;
  settings.camera.refractory_ms = 1;
  settings.camera.noise_hz = 0.5;
  settings.camera.dark = 0.15;
  return settings;
}

EventStream saccade_events(Images const& images, std::size_t k, SaccadeSettings const& settings) {
  auto const room = [&](int size) { return size - settings.image_size - settings.travel; };
  require(settings.travel >= 0 && room(settings.width) >= 0 && room(settings.height) >= 0,
          "saccade_events: an image of ", settings.image_size, " pixels that travels by ",
          settings.travel, " does not fit into ", settings.width, " x ", settings.height);
  Frame const image =
      enlarged(frame_of(images, k, settings.white), settings.image_size, settings.image_size);
  Place const start{room(settings.width) / 2, room(settings.height) / 2};
  Scene const scene = moving_image(image, saccades(start, settings.travel, settings.leg_ms));
  return record_scene(scene, settings.width, settings.height, 3 * settings.leg_ms,
                      settings.frame_ms, settings.camera, k);
}

}  // namespace kosnn

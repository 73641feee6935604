#include "kosnn/datasets/event_camera.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

#include "kosnn/core/error.hpp"
#include "kosnn/core/random.hpp"

namespace kosnn {
namespace {

constexpr std::uint32_t on_stream = 0xca3e0U, off_stream = 0xca3e1U, noise_stream = 0xca3e2U;
constexpr double reached = 1e-6;           // of a threshold
constexpr double least_threshold = 0.001;  // of the settings
constexpr double least_drawn = 0.1;        // of the mean
constexpr std::uint64_t noise_bits = 20;   // number of noise events of a pixel in one recording
constexpr double longest_us = 9e15;        // exact as double and in 64 bits

void check(CameraSettings const& s) {
  auto const at_least = [](double value, double least, char const* what) {
    require(std::isfinite(value) && value >= least, "EventCamera: ", what, " must be at least ",
            least, ", got ", value);
  };
  at_least(s.on_threshold, least_threshold, "on_threshold");
  at_least(s.off_threshold, least_threshold, "off_threshold");
  at_least(s.threshold_sd, 0, "threshold_sd");
  at_least(s.refractory_ms, 0, "refractory_ms");
  at_least(s.noise_hz, 0, "noise_hz");
  at_least(s.dark, 0, "dark");
}

}  // namespace

Frame::Frame(int r, int c, float value) : rows(r), cols(c) {
  require(r >= 1 && c >= 1, "Frame: at least 1 x 1 pixels are needed, got ", r, " x ", c);
  pixels.assign(static_cast<std::size_t>(r) * static_cast<std::size_t>(c), value);
}

EventCamera::EventCamera(int width, int height, CameraSettings const& settings,
                         std::uint64_t recording)
    : width_(width), height_(height), settings_(settings), recording_(recording) {
  require(width >= 1 && height >= 1 && width <= std::numeric_limits<int>::max() / height,
          "EventCamera: from 1 x 1 to 2147483647 pixels are possible, got ", width, " x ", height);
  require(recording < std::uint64_t{1} << 28,
          "EventCamera: recording must be below 268435456, got ", recording);
  check(settings);
  pixels_.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
  set_thresholds();
}

void EventCamera::set_thresholds() {
  RandomStream const on(settings_.seed, on_stream), off(settings_.seed, off_stream);
  auto const drawn = [&](double mean, RandomStream const& random, std::uint32_t k) {
    if (settings_.threshold_sd == 0) return mean;
    return std::max(least_drawn * mean, mean + settings_.threshold_sd * random.normal(k));
  };
  for (std::uint32_t k = 0; k < pixels_.size(); ++k) {
    pixels_[k].on = drawn(settings_.on_threshold, on, k);
    pixels_[k].off = drawn(settings_.off_threshold, off, k);
  }
}

void EventCamera::see(Frame const& frame, double t_ms) {
  require(frame.rows == height_ && frame.cols == width_ && frame.pixels.size() == pixels_.size(),
          "EventCamera: the frame has ", frame.rows, " x ", frame.cols, " and ",
          frame.pixels.size(), " pixels, expected ", height_, " x ", width_);
  double const t_us = t_ms * 1000;
  require(t_us >= 0 && t_us > now_us_ && t_us <= longest_us, "EventCamera: a frame at ", t_ms,
          " ms, expected a time from 0 on that is later than the one before (",
          now_us_ < 0 ? "none" : std::to_string(now_us_ / 1000) + " ms", ")");
  bool const first = now_us_ < 0;
  for (std::size_t k = 0; k < pixels_.size(); ++k) {
    Pixel& pixel = pixels_[k];
    float const intensity = frame.pixels[k];
    if (!first && intensity == pixel.intensity) continue;
    double const seen = intensity + settings_.dark;
    require(intensity >= 0 && seen > 0 && std::isfinite(seen), "EventCamera: pixel ", k,
            " has the intensity ", intensity, " at ", t_ms,
            " ms, expected a finite one of at least 0",
            settings_.dark > 0 ? "" : " and, where dark is 0, above");
    double const log_intensity = std::log(seen);
    if (first) {
      pixel.level = log_intensity;
      pixel.last_event = -std::numeric_limits<double>::infinity();
    } else {
      auto const n = static_cast<std::int32_t>(k);
      compare(pixel, log_intensity, t_us, Event{0, n % width_, n / width_, 0});
    }
    pixel.intensity = intensity;
    pixel.log_intensity = log_intensity;
  }
  if (first) begin_us_ = t_us;
  now_us_ = t_us;
}

void EventCamera::compare(Pixel& pixel, double log_intensity, double end_us, Event event) {
  double const change = log_intensity - pixel.log_intensity;
  bool const rises = change > 0;
  double const threshold = rises ? pixel.on : pixel.off;
  double const step = rises ? threshold : -threshold;
  while (std::fabs(log_intensity - pixel.level) >= (1 - reached) * threshold &&
         (log_intensity > pixel.level) == rises) {
    pixel.level += step;
    double const part = std::clamp((pixel.level - pixel.log_intensity) / change, 0.0, 1.0);
    emit(pixel, now_us_ + part * (end_us - now_us_), event, rises ? 1 : 0);
  }
}

void EventCamera::emit(Pixel& pixel, double t_us, Event event, int p) {
  if (t_us - pixel.last_event < settings_.refractory_ms * 1000) return;
  pixel.last_event = t_us;
  event.t = static_cast<std::int64_t>(t_us);
  event.p = p;
  events_.push_back(event);
}

void EventCamera::add_noise(std::vector<Event>& events) const {
  if (settings_.noise_hz == 0) return;
  RandomStream const random(settings_.seed, noise_stream);
  double const mean_us = 1e6 / settings_.noise_hz;
  for (std::uint32_t k = 0; k < pixels_.size(); ++k) {
    auto const n = static_cast<std::int32_t>(k);
    double t = begin_us_;
    for (std::uint64_t number = 0;; ++number) {
      require(number >> noise_bits == 0, "EventCamera: noise_hz of ", settings_.noise_hz,
              " gives more than 1048576 events of one pixel");
      std::uint32_t words[4];
      random.words(k, recording_ << noise_bits | number, 0, words);
      t -= mean_us * std::log((words[0] + 0.5) * 0x1p-32);
      if (t >= now_us_) break;
      events.push_back(Event{static_cast<std::int64_t>(t), n % width_, n / width_,
                             static_cast<std::int32_t>(words[1] >> 31)});
    }
  }
}

EventStream EventCamera::events() const {
  EventStream stream{events_, width_, height_};
  add_noise(stream.events);
  std::stable_sort(stream.events.begin(), stream.events.end(), [](Event const& a, Event const& b) {
    return std::tie(a.t, a.y, a.x) < std::tie(b.t, b.y, b.x);
  });
  return stream;
}

}  // namespace kosnn

#ifndef KOSNN_DATASETS_EVENT_CAMERA_HPP
#define KOSNN_DATASETS_EVENT_CAMERA_HPP

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kosnn/io/events.hpp"

namespace kosnn {

/// A grey picture: (rows, cols), columns contiguous, intensities of 0 (dark) and more.
struct Frame {
  int rows = 0;
  int cols = 0;
  std::vector<float> pixels;

  Frame() = default;
  Frame(int r, int c, float value = 0);
  float& at(int row, int col) { return pixels[index(row, col)]; }
  float at(int row, int col) const { return pixels[index(row, col)]; }

 private:
  std::size_t index(int row, int col) const {
    return static_cast<std::size_t>(row) * static_cast<std::size_t>(cols) +
           static_cast<std::size_t>(col);
  }
};

/// What an event camera reacts to.
struct CameraSettings {
  double on_threshold = 0.2;   ///< rise of the log intensity per ON event, 0.001 or more
  double off_threshold = 0.2;  ///< fall of the log intensity per OFF event, 0.001 or more
  double threshold_sd = 0;  ///< of both thresholds, from pixel to pixel (normal, fixed by the seed)
  double refractory_ms = 0;  ///< a pixel says nothing that long after an event of its own
  double noise_hz = 0;       ///< events per pixel that nothing causes, half of them ON
  double dark = 0.001;       ///< added to all intensities: what a pixel sees in the dark
  std::uint64_t seed = 1;
};

/// A synthetic event camera: each pixel compares the logarithm of its intensity with the level at
/// its last event and emits an event for each threshold by which they differ, several between two
/// frames where the change exceeds several. Between two frames the log intensity runs along a line;
/// an event's time is where the line meets the level, rounded down to a microsecond (Rebecq,
/// Gehrig, Scaramuzza 2018, "ESIM: an open event camera simulator", Conference on Robot Learning;
/// pixel to pixel variation and noise as in Hu, Liu, Delbruck 2021,
/// doi 10.1109/CVPRW53098.2021.00144). As in ESIM an event that falls into the refractory time is
/// lost, its level is not, and a threshold counts as reached within a millionth of it. A drawn
/// threshold is at least a tenth of its mean.
class EventCamera {
 public:
  /// `recording` (< 2^28) tells the noise of different recordings by one camera apart. Throws Error
  /// for sizes and settings it can't use.
  EventCamera(int width, int height, CameraSettings const& settings, std::uint64_t recording = 0);

  /// Shows the next frame. The first one sets the levels. Throws Error for a frame of another size,
  /// a time (ms) that is negative or not later than the one before, and an intensity that is
  /// negative, not finite, or 0 where `dark` is 0.
  void see(Frame const& frame, double t_ms);

  /// All events so far by time (then row and column), with polarity 1 for ON and 0 for OFF.
  EventStream events() const;

 private:
  struct Pixel {
    float intensity;
    double log_intensity, level, last_event;  // last_event in us
    double on, off;                           // thresholds
  };

  void set_thresholds();
  void compare(Pixel& pixel, double log_intensity, double end_us, Event event);
  void emit(Pixel& pixel, double t_us, Event event, int p);
  void add_noise(std::vector<Event>& events) const;

  int width_, height_;
  CameraSettings settings_;
  std::uint64_t recording_;
  std::vector<Pixel> pixels_;
  std::vector<Event> events_;
  double begin_us_ = -1, now_us_ = -1;
};

}  // namespace kosnn

#endif

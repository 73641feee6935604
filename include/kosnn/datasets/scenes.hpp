#ifndef KOSNN_DATASETS_SCENES_HPP
#define KOSNN_DATASETS_SCENES_HPP

#include <cstddef>
#include <cstdint>
#include <functional>

#include "kosnn/datasets/event_camera.hpp"
#include "kosnn/io/idx.hpp"

namespace kosnn {

/// A place in pixels: x to the right, y downwards; the centre of the upper left pixel is (0, 0).
struct Place {
  double x = 0;
  double y = 0;
};

/// Where something is at a time (ms).
using Path = std::function<Place(double t_ms)>;

/// From `start` on with `velocity` (pixels per ms).
Path linear_path(Place start, Place velocity);

/// Three saccades along a triangle, back to the start: the way of N-MNIST's camera (Orchard et al.
/// 2015, doi 10.3389/fnins.2015.00437), with constant speed. Corners: `start`, start + (travel / 2,
/// travel), start + (travel, 0); each leg takes `leg_ms` > 0; afterwards it rests at the start.
Path saccades(Place start, double travel, double leg_ms = 100);

/// Sets every pixel of a frame to what is seen at a time (ms).
using Scene = std::function<void(double t_ms, Frame& frame)>;

/// A picture whose upper left pixel is where `path` says, before an even background; between pixels
/// it is interpolated linearly in both directions.
Scene moving_image(Frame image, Path path, float background = 0);

/// A shape that covers what is behind it.
struct MovingShape {
  enum class Kind {
    edge,  ///< all behind the place, looking into `direction`
    bar,   ///< a stripe of width `size`, across `direction`
    disc   ///< of diameter `size`
  };
  Kind kind = Kind::edge;
  double direction = 0;  ///< degrees: 0 to the right, 90 downwards
  double size = 1;       ///< pixels, > 0
  float intensity = 1;
};

/// `background` with a shape on it whose middle (edge: border) is where `path` says. A pixel that
/// the border runs through is mixed of both sides, over one pixel.
Scene moving_shape(Scene background, MovingShape const& shape, Path path);

/// What a camera of width x height pixels sees of `scene` from 0 to `duration_ms`, from frames
/// every `frame_ms` and one at the end. Choose `frame_ms` such that nothing moves by more than a
/// fraction of a pixel in it. Throws Error for times that are not positive, for more than 10^7
/// frames, and like EventCamera.
EventStream record_scene(Scene const& scene, int width, int height, double duration_ms,
                         double frame_ms, CameraSettings const& settings,
                         std::uint64_t recording = 0);

/// Image k as intensities: pixel / white, 1 where it is `white`. Throws Error for no such image.
Frame frame_of(Images const& images, std::size_t k, double white = 255);

/// `frame` enlarged to rows x cols, interpolated linearly in both directions.
Frame enlarged(Frame const& frame, int rows, int cols);

/// How an image becomes events like those of N-MNIST.
struct SaccadeSettings {
  int width = 34;         ///< of the camera, pixels
  int height = 34;        ///< of the camera, pixels
  int image_size = 28;    ///< an image is enlarged to this many rows and columns
  double travel = 6;      ///< of the saccades, pixels
  double leg_ms = 100;    ///< of a saccade; a recording takes three
  double frame_ms = 2;    ///< between two frames that the camera sees
  double white = 255;     ///< pixel value of the brightest intensity
  CameraSettings camera;  ///< see saccade_settings()
};

/// Settings whose events are about as many as N-MNIST's, for digits whose brightest pixel is
/// `white` (255 in the MNIST family, 16 in the UCI digits).
SaccadeSettings saccade_settings(double white = 255);

/// Events of image k, moved along three saccades in front of a camera: polarities 0 and 1, times
/// from 0 to 3 * leg_ms. The sample's number k tells its noise from that of others. Throws Error
/// for settings that don't fit: image_size + travel beyond the camera's size, an image larger than
/// image_size.
EventStream saccade_events(Images const& images, std::size_t k, SaccadeSettings const& settings);

}  // namespace kosnn

#endif

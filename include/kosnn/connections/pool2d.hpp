#ifndef KOSNN_CONNECTIONS_POOL2D_HPP
#define KOSNN_CONNECTIONS_POOL2D_HPP

#include <Kokkos_Core.hpp>

#include <cstddef>
#include <vector>

#include "kosnn/connections/topology.hpp"
#include "kosnn/connections/window.hpp"

namespace kosnn {
namespace detail {

/// Windows over each channel on its own. All synapses share one constant weight.
template <class Axis>
class Pooling {
 public:
  static constexpr bool shares_weights = true;
  static constexpr bool pools = true;

  std::size_t storage() const { return 1; }
  std::size_t synapses() const { return static_cast<std::size_t>(channels_) * window_.pairs(); }
  bool exists(std::size_t) const { return true; }
  int rows() const { return 1; }
  int row_length(int) const { return 1; }
  int target(int, int) const { return 0; }
  std::size_t index(int, int) const { return 0; }

  /// Calls f(0, target) for the targets of source `i` in [begin, end).
  template <class F>
  KOKKOS_FUNCTION void for_each_target(int i, int begin, int end, F const& f) const {
    int const channel = i / window_.plane_in(), plane = channel * window_.plane_out();
    window_.for_each_output(i - channel * window_.plane_in(),
                            [&](int const*, int const* outputs, int n) {
                              for (int x = 0; x < n; ++x) {
                                int const t = plane + outputs[x];
                                if (t >= begin && t < end) f(std::size_t(0), t);
                              }
                            });
  }

  KOKKOS_FUNCTION int channels() const { return channels_; }
  KOKKOS_FUNCTION int channels_in_group() const { return 1; }
  KOKKOS_FUNCTION int positions() const { return window_.plane_out(); }
  KOKKOS_FUNCTION int source_step() const { return window_.x.dilation(); }
  /// Calls f(0, source, count) for stretches of the sources of target `j`, which lie
  /// `source_step()` apart, ascending.
  template <class F>
  KOKKOS_FUNCTION void column(int j, F const& f) const {
    int const plane = j / window_.plane_out() * window_.plane_in();
    window_.inputs(j % window_.plane_out(),
                   [&](int, int, int i, int n) { f(std::size_t(0), plane + i, n); });
  }

  /// The first pixel, in row-major order, that each target sees.
  std::vector<int> first_sources() const {
    std::vector<int> first;
    for (int c = 0; c < channels_; ++c)
      for (int pixel = 0; pixel < window_.plane_out(); ++pixel) {
        int source = -1;
        window_.inputs(pixel, [&](int, int, int i, int) {
          if (source < 0) source = c * window_.plane_in() + i;
        });
        first.push_back(source);
      }
    return first;
  }

 protected:
  void require_output(Shape const& post, char const* name) {
    ImageShape const out(post);
    require(
        out.channels == channels_ && out.height == window_.y.out() && out.width == window_.x.out(),
        name, ": the target must be of shape {", channels_, ", ", window_.y.out(), ", ",
        window_.x.out(), "}, got ", post.text());
  }
  int channels_ = 0;
  Window<Axis> window_;
};

/// Pooling with windows of one size; see the classes that derive from it.
template <class Derived>
class WindowPooling : public Pooling<WindowAxis> {
 public:
  explicit WindowPooling(Pair kernel) : kernel_(kernel), stride_(kernel) {}
  /// The kernel's size by default.
  Derived& stride(Pair step) { return set(stride_, step); }
  /// At most half the kernel.
  Derived& padding(Pair pixels) { return set(padding_, pixels); }
  Derived& dilation(Pair pixels) { return set(dilation_, pixels); }
  /// Also windows that hang over the end (default: only those that fit).
  Derived& ceil_mode() { return set(ceil_mode_, true); }

  /// Shape of the target of a source of shape `input`.
  Shape output(Shape const& input) const {
    ImageShape const in(input);
    auto const window = window_over(in);
    return Shape{in.channels, window.y.out(), window.x.out()};
  }

  void connect(Shape const& pre, Shape const& post) {
    ImageShape const in(pre);
    channels_ = in.channels;
    window_ = window_over(in);
    require_output(post, Derived::name());
    if (Derived::takes_maximum) require_sources();
  }
  Fans fans() const { return {area(), area()}; }

 protected:
  double area() const { return double(kernel_.y) * kernel_.x; }

 private:
  Window<WindowAxis> window_over(ImageShape const& in) const {
    require(2 * padding_.y <= kernel_.y && 2 * padding_.x <= kernel_.x, Derived::name(),
            ": padding must be at most half the kernel, got ", padding_.y, " x ", padding_.x);
    Window<WindowAxis> window;
    window.y.set(in.height, kernel_.y, stride_.y, padding_.y, dilation_.y, ceil_mode_,
                 Derived::name());
    window.x.set(in.width, kernel_.x, stride_.x, padding_.x, dilation_.x, ceil_mode_,
                 Derived::name());
    return window;
  }
  /// Elements of a dilated window may all lie in the padding: there is no largest value then.
  void require_sources() const {
    for (int y = 0; y < window_.y.out(); ++y)
      for (int x = 0; x < window_.x.out(); ++x)
        require(window_.y.inputs(y).n > 0 && window_.x.inputs(x).n > 0, Derived::name(),
                ": output pixel (", y, ", ", x, ") sees nothing but padding");
  }
  template <class T>
  Derived& set(T& member, T value) {
    member = value;
    return static_cast<Derived&>(*this);
  }
  Pair kernel_, stride_, padding_ = 0, dilation_ = 1;
  bool ceil_mode_ = false;
};

}  // namespace detail

/// Adds up what a window of each channel emits, times the projection's weight:
/// project(Maps{}, Pooled{}, SumPool2d{2}, weights::constant(1)).
class SumPool2d : public detail::WindowPooling<SumPool2d> {
 public:
  static constexpr bool takes_maximum = false;
  using WindowPooling::WindowPooling;
  static char const* name() { return "SumPool2d"; }
  double share() const { return 1; }
};

/// The mean over a window of each channel (silence in the padding counts), times the projection's
/// weight.
class AvgPool2d : public detail::WindowPooling<AvgPool2d> {
 public:
  static constexpr bool takes_maximum = false;
  using WindowPooling::WindowPooling;
  static char const* name() { return "AvgPool2d"; }
  double share() const { return 1 / area(); }
};

/// A spike where a window of a channel holds one; the largest value where spikes carry values, but
/// silence (0) where none is above 0, even if all are below. The target, a population of Relay,
/// takes over the trace of the first neuron of the window, in row-major order, that has fired with
/// that value, or of the window's first neuron where none has: pool(Maps{}, Pooled{},
/// MaxPool2d{2}).
class MaxPool2d : public detail::WindowPooling<MaxPool2d> {
 public:
  static constexpr bool takes_maximum = true;
  using WindowPooling::WindowPooling;
  static char const* name() { return "MaxPool2d"; }
  double share() const { return 1; }
};

/// MaxPool2d with windows that share an image out among as many outputs as the target has pixels.
class AdaptiveMaxPool2d : public detail::Pooling<detail::AdaptiveAxis> {
 public:
  static constexpr bool takes_maximum = true;
  void connect(Shape const& pre, Shape const& post) {
    detail::ImageShape const in(pre), out(post);
    channels_ = in.channels;
    window_.y.set(in.height, out.height, "AdaptiveMaxPool2d: height");
    window_.x.set(in.width, out.width, "AdaptiveMaxPool2d: width");
    require_output(post, "AdaptiveMaxPool2d");
  }
  Fans fans() const { return {1, 1}; }
  double share() const { return 1; }
};

namespace detail {

template <class Topology>
constexpr bool is_pooling() {
  if constexpr (Topology::shares_weights)
    return Topology::pools;
  else
    return false;
}
template <class Topology>
constexpr bool takes_maximum() {
  if constexpr (Topology::shares_weights)
    return Topology::takes_maximum;
  else
    return false;
}

}  // namespace detail
}  // namespace kosnn

#endif

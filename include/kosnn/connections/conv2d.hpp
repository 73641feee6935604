#ifndef KOSNN_CONNECTIONS_CONV2D_HPP
#define KOSNN_CONNECTIONS_CONV2D_HPP

#include <Kokkos_Core.hpp>

#include <cstddef>

#include "kosnn/connections/topology.hpp"
#include "kosnn/connections/window.hpp"

namespace kosnn {

/// Convolution of images (a cross-correlation, as in machine learning): from a population of shape
/// {channels, height, width} to one of {channels, height, width}, whose neurons see windows of it
/// through weights that all positions share. Arrays over synapses hold the kernels, row-major
/// (output channel, input channel of the group, ky, kx); delays are one for all or one for each of
/// these elements. Extents of the output: floor((in + 2 padding - dilation (kernel - 1) - 1) /
/// stride) + 1; anything else is an error that says so.
///
///     project(In{}, Maps{}, Conv2d{5}.stride(2).padding(1), weights::kaiming_uniform())
class Conv2d {
 public:
  static constexpr bool shares_weights = true;
  static constexpr bool pools = false;
  static constexpr bool takes_maximum = false;

  explicit Conv2d(Pair kernel) : kernel_(kernel) {}
  Conv2d(int height, int width) : kernel_(height, width) {}
  Conv2d& stride(Pair step) {
    stride_ = step;
    return *this;
  }
  /// Rows and columns of silence around the image.
  Conv2d& padding(Pair pixels) {
    padding_ = pixels;
    return *this;
  }
  /// Distance between the pixels that neighbouring elements see.
  Conv2d& dilation(Pair pixels) {
    dilation_ = pixels;
    return *this;
  }
  /// Input and output channels fall into so many groups that do not see each other.
  Conv2d& groups(int n) {
    groups_ = n;
    return *this;
  }

  /// Shape of the target of a source of shape `input`, with so many channels.
  Shape output(Shape const& input, int channels) const {
    detail::ImageShape const in(input);
    require(channels >= 1, "Conv2d: output needs at least one channel, got ", channels);
    require_groups(in.channels, channels);
    auto const window = window_over(in);
    return Shape{channels, window.y.out(), window.x.out()};
  }

  void connect(Shape const& pre, Shape const& post) {
    detail::ImageShape const in(pre), out(post);
    require_groups(in.channels, out.channels);
    window_ = window_over(in);
    require(out.height == window_.y.out() && out.width == window_.x.out(),
            "Conv2d: the target's images must be of ", window_.y.out(), " x ", window_.x.out(),
            ", got ", out.height, " x ", out.width);
    channels_in_ = in.channels / groups_;
    channels_out_ = out.channels / groups_;
  }
  std::size_t storage() const {
    return static_cast<std::size_t>(groups_) * static_cast<std::size_t>(channels_out_) *
           static_cast<std::size_t>(kernel_elements());
  }
  std::size_t synapses() const {
    return static_cast<std::size_t>(groups_) * static_cast<std::size_t>(channels_out_) *
           static_cast<std::size_t>(channels_in_) * window_.pairs();
  }
  Fans fans() const {
    double const area = double(kernel_.y) * kernel_.x;
    return {channels_in_ * area, channels_out_ * area};
  }
  bool exists(std::size_t) const { return true; }
  /// A row: the elements of all kernels that see one input channel.
  int rows() const { return groups_ * channels_in_; }
  int row_length(int) const { return channels_out_ * kernel_.y * kernel_.x; }
  int target(int r, int k) const { return static_cast<int>(index(r, k)); }
  std::size_t index(int r, int k) const {
    int const area = kernel_.y * kernel_.x, group = r / channels_in_;
    int const channel = group * channels_out_ + k / area;
    return static_cast<std::size_t>(channel * channels_in_ + r % channels_in_) *
               static_cast<std::size_t>(area) +
           static_cast<std::size_t>(k % area);
  }

  // On the device.

  KOKKOS_FUNCTION int channels_in_group() const { return channels_out_; }
  /// Output channels, the neurons of each, and the weights that lead to it.
  KOKKOS_FUNCTION int channels() const { return groups_ * channels_out_; }
  KOKKOS_FUNCTION int positions() const { return window_.plane_out(); }
  KOKKOS_FUNCTION int kernel_elements() const { return channels_in_ * kernel_area(); }
  KOKKOS_FUNCTION int kernel_area() const { return kernel_.y * kernel_.x; }
  /// Input channel of a source.
  KOKKOS_FUNCTION int row_of(int i) const { return i / window_.plane_in(); }

  /// Calls f(tap, position) for the elements of the window, row-major, that see source `i`, and the
  /// pixels of the output where they do.
  template <class F>
  KOKKOS_FUNCTION void for_each_tap(int i, F const& f) const {
    window_.for_each_pair(i % window_.plane_in(), f);
  }

  /// Calls f(synapse, target) for the synapses of source `i` whose targets lie in [begin, end). The
  /// elements that see it are worked out once for all output channels.
  template <class F>
  KOKKOS_FUNCTION void for_each_target(int i, int begin, int end, F const& f) const {
    int const plane = window_.plane_out(), area = kernel_.y * kernel_.x;
    int const in = i / window_.plane_in(), group = in / channels_in_;
    int const first_element = in % channels_in_ * area;
    int const first = group * channels_out_, from = begin / plane;
    int const last = first + channels_out_, to = (end + plane - 1) / plane;
    int const low = first < from ? from : first, high = last < to ? last : to;
    bool const inside = low * plane >= begin && high * plane <= end;
    int const step = channels_in_ * area;
    window_.for_each_output(
        i % window_.plane_in(), [&](int const* elements, int const* outputs, int n) {
          for (int x = 0; x < n; ++x) {
            int target = low * plane + outputs[x];
            int synapse = low * step + first_element + elements[x];
            for (int out = low; out < high; ++out, target += plane, synapse += step)
              if (inside || (target >= begin && target < end))
                f(static_cast<std::size_t>(synapse), target);
          }
        });
  }

  /// Calls f(synapse, source, count) for stretches of the synapses of target `j`: synapses
  /// adjacent, sources `source_step()` apart, both ascending.
  template <class F>
  KOKKOS_FUNCTION void column(int j, F const& f) const {
    int const out = j / window_.plane_out(), pixel = j % window_.plane_out();
    int const first = out / channels_out_ * channels_in_;
    for (int c = 0; c < channels_in_; ++c) {
      int const element = (out * channels_in_ + c) * kernel_.y;
      int const source = (first + c) * window_.plane_in();
      window_.inputs(pixel, [&](int ky, int kx, int i, int n) {
        int const synapse = (element + ky) * kernel_.x + kx;
        f(static_cast<std::size_t>(synapse), source + i, n);
      });
    }
  }
  KOKKOS_FUNCTION int source_step() const { return window_.x.dilation(); }

  /// Calls f(source, stride, count) for stretches of the sources that all positions see through one
  /// synapse.
  template <class F>
  KOKKOS_FUNCTION void sources_through(int synapse, F const& f) const {
    int const area = kernel_.y * kernel_.x;
    int const out = synapse / kernel_elements(), in = synapse / area % channels_in_;
    int const plane = (out / channels_out_ * channels_in_ + in) * window_.plane_in();
    detail::WindowRun const v = window_.y.seen_through(synapse % area / kernel_.x);
    detail::WindowRun const h = window_.x.seen_through(synapse % kernel_.x);
    if (h.n <= 0) return;
    for (int a = 0; a < v.n; ++a)
      f(plane + (v.o + a * window_.y.stride()) * window_.x.in() + h.o, window_.x.stride(), h.n);
  }

  /// Calls f(target, count) for stretches of the targets of channel `out` that see a source, not
  /// padding, through element `tap` of the ky * kx of each input channel.
  template <class F>
  KOKKOS_FUNCTION void targets_through(int out, int tap, F const& f) const {
    detail::WindowRun const v = window_.y.seen_through(tap / kernel_.x);
    detail::WindowRun const h = window_.x.seen_through(tap % kernel_.x);
    if (h.n <= 0) return;
    for (int a = 0; a < v.n; ++a)
      f(out * window_.plane_out() + (v.k + a) * window_.x.out() + h.k, h.n);
  }

  /// The target that source `i` reaches through one synapse, or -1.
  KOKKOS_FUNCTION int target_of(int i, std::uint32_t synapse) const {
    int const s = static_cast<int>(synapse), area = kernel_.y * kernel_.x;
    int const pixel = i % window_.plane_in();
    int const oy = window_.y.output(pixel / window_.x.in(), s % area / kernel_.x);
    int const ox = window_.x.output(pixel % window_.x.in(), s % kernel_.x);
    if (oy < 0 || ox < 0) return -1;
    return s / area / channels_in_ * window_.plane_out() + oy * window_.x.out() + ox;
  }

 private:
  void require_groups(int in, int out) const {
    require(groups_ >= 1 && in % groups_ == 0 && out % groups_ == 0, "Conv2d: groups must divide ",
            in, " input and ", out, " output channels, got ", groups_);
  }
  detail::Window<detail::WindowAxis> window_over(detail::ImageShape const& in) const {
    detail::Window<detail::WindowAxis> window;
    window.y.set(in.height, kernel_.y, stride_.y, padding_.y, dilation_.y, false, "Conv2d: height");
    window.x.set(in.width, kernel_.x, stride_.x, padding_.x, dilation_.x, false, "Conv2d: width");
    return window;
  }

  Pair kernel_, stride_ = 1, padding_ = 0, dilation_ = 1;
  int groups_ = 1, channels_in_ = 0, channels_out_ = 0;  // of each group
  detail::Window<detail::WindowAxis> window_;
};

}  // namespace kosnn

#endif

#ifndef KOSNN_CONNECTIONS_WINDOW_HPP
#define KOSNN_CONNECTIONS_WINDOW_HPP

#include <Kokkos_Core.hpp>

#include <cstddef>
#include <numeric>

#include "kosnn/core/error.hpp"
#include "kosnn/core/shape.hpp"

namespace kosnn {

/// Two numbers for the two axes of an image, (vertical, horizontal); one number holds for both.
struct Pair {
  int y, x;
  Pair(int both) : y(both), x(both) {}
  Pair(int vertical, int horizontal) : y(vertical), x(horizontal) {}
};

namespace detail {

/// Elements k, k + k_step, ... of a window and the outputs o, o - o_step, ... that see one input
/// through them; or the inputs that one output sees.
struct WindowRun {
  int k, o, n;
};

/// One axis of a sliding window: output o sees input o * stride - padding + k * dilation through
/// element k of the window.
class WindowAxis {
 public:
  /// Throws unless the window fits; `what` names the axis.
  void set(int in, int kernel, int stride, int padding, int dilation, bool ceil_mode,
           char const* what) {
    require(kernel >= 1 && stride >= 1 && dilation >= 1 && padding >= 0, what,
            ": kernel, stride and dilation must be at least 1 and padding at least 0, got ", kernel,
            ", ", stride, ", ", dilation, " and ", padding);
    long long const span = static_cast<long long>(dilation) * (kernel - 1) + 1;
    long long const room = static_cast<long long>(in) + 2LL * padding - span;
    require(room >= 0 && padding < span, what, ": a window of ", span, " with padding ", padding,
            " does not fit into ", in);
    in_ = in;
    kernel_ = kernel;
    stride_ = stride;
    padding_ = padding;
    dilation_ = dilation;
    out_ = static_cast<int>(room / stride) + 1;
    // With ceil_mode a window may hang over the end, but must begin inside.
    if (ceil_mode && room % stride != 0 &&
        static_cast<long long>(out_) * stride < static_cast<long long>(in) + padding)
      ++out_;
    int const common = std::gcd(stride, dilation);
    k_step_ = stride / common;
    o_step_ = dilation / common;
    while (o_step_ * inverse_ % k_step_ != 1 % k_step_) ++inverse_;
  }

  KOKKOS_FUNCTION int in() const { return in_; }
  KOKKOS_FUNCTION int out() const { return out_; }
  KOKKOS_FUNCTION int kernel() const { return kernel_; }
  KOKKOS_FUNCTION int k_step() const { return k_step_; }
  KOKKOS_FUNCTION int o_step() const { return o_step_; }
  KOKKOS_FUNCTION int dilation() const { return dilation_; }

  /// What sees input `i`: elements k, k + k_step, ... of outputs o, o - o_step, ...
  KOKKOS_FUNCTION WindowRun outputs(int i) const {
    int const t = i + padding_;
    int const least = t - (out_ - 1) * stride_;  // of k * dilation
    if (dilation_ == 1) {                        // the usual case, with as few divisions as can be
      int const low = least > 0 ? least : 0, high = t < kernel_ ? t : kernel_ - 1;
      if (stride_ == 1) return {low, t - low, high - low + 1};
      int const o = (t - low) / stride_, k = t - o * stride_;
      return {k, o, high < k ? 0 : (high - k) / stride_ + 1};
    }
    int const low = least > 0 ? (least + dilation_ - 1) / dilation_ : 0;
    int const high = t / dilation_ < kernel_ ? t / dilation_ : kernel_ - 1;
    if (stride_ == 1) return {low, t - low * dilation_, high - low + 1};
    int const common = stride_ / k_step_;
    if (t % common != 0) return {0, 0, 0};
    int const residue = t / common % k_step_ * inverse_ % k_step_;
    int const k = low + (residue - low % k_step_ + k_step_) % k_step_;
    if (k > high) return {0, 0, 0};
    return {k, (t - k * dilation_) / stride_, (high - k) / k_step_ + 1};
  }
  /// The output that sees input `i` through element `k`, or -1.
  KOKKOS_FUNCTION int output(int i, int k) const {
    int const t = i + padding_ - k * dilation_;
    return t >= 0 && t % stride_ == 0 && t / stride_ < out_ ? t / stride_ : -1;
  }
  /// What output `o` sees: elements k, k + 1, ... and inputs o, o + dilation, ...
  KOKKOS_FUNCTION WindowRun inputs(int o) const {
    int const first = o * stride_ - padding_;
    int const k = first < 0 ? (-first + dilation_ - 1) / dilation_ : 0;
    int const last = (in_ - 1 - first) / dilation_;
    int const high = last < kernel_ ? last : kernel_ - 1;
    return {k, first + k * dilation_, high - k + 1};
  }
  /// The inputs that outputs see through element `k`: o, o + stride, ...; `k` of the result is the
  /// first of these outputs.
  KOKKOS_FUNCTION WindowRun seen_through(int k) const {
    int const shift = padding_ - k * dilation_;
    int const first = shift > 0 ? (shift + stride_ - 1) / stride_ : 0;
    int const room = in_ - 1 + shift;
    int const last = room < 0 ? -1 : (room / stride_ < out_ ? room / stride_ : out_ - 1);
    return {first, first * stride_ - shift, last - first + 1};
  }
  KOKKOS_FUNCTION int stride() const { return stride_; }

  /// How many (input, output) pairs there are.
  std::size_t pairs() const {
    std::size_t sum = 0;
    for (int i = 0; i < in_; ++i) sum += static_cast<std::size_t>(outputs(i).n);
    return sum;
  }

 private:
  int in_ = 0, out_ = 0, kernel_ = 1, stride_ = 1, padding_ = 0, dilation_ = 1;
  int k_step_ = 1, o_step_ = 1, inverse_ = 0;  // inverse of o_step modulo k_step
};

/// One axis of adaptive pooling: output o sees inputs floor(o in/out) to ceil((o + 1) in/out) - 1.
class AdaptiveAxis {
 public:
  void set(int in, int out, char const* what) {
    require(out >= 1 && out <= in, what, ": adaptive pooling needs an output from 1 to ", in,
            ", got ", out);
    in_ = in;
    out_ = out;
  }
  KOKKOS_FUNCTION int in() const { return in_; }
  KOKKOS_FUNCTION int out() const { return out_; }
  KOKKOS_FUNCTION int kernel() const { return 0; }
  KOKKOS_FUNCTION int k_step() const { return 0; }
  KOKKOS_FUNCTION int o_step() const { return 1; }
  KOKKOS_FUNCTION int dilation() const { return 1; }
  /// Outputs o, o - 1, ... that see input `i`.
  KOKKOS_FUNCTION WindowRun outputs(int i) const {
    int const low = scale(i, out_, in_), high = (scale_up(i + 1, out_, in_)) - 1;
    return {0, high, high - low + 1};
  }
  KOKKOS_FUNCTION WindowRun inputs(int o) const {
    int const low = scale(o, in_, out_), end = scale_up(o + 1, in_, out_);
    return {0, low, end - low};
  }
  std::size_t pairs() const {
    std::size_t sum = 0;
    for (int i = 0; i < in_; ++i) sum += static_cast<std::size_t>(outputs(i).n);
    return sum;
  }

 private:
  KOKKOS_FUNCTION static int scale(int i, int to, int from) {
    return static_cast<int>(static_cast<long long>(i) * to / from);
  }
  KOKKOS_FUNCTION static int scale_up(int i, int to, int from) {
    return static_cast<int>((static_cast<long long>(i) * to + from - 1) / from);
  }
  int in_ = 0, out_ = 0;
};

/// (channels, height, width) of an image; a shape of two extents is one channel.
struct ImageShape {
  int channels, height, width;
  explicit ImageShape(Shape const& shape) {
    require(shape.rank() == 2 || shape.rank() == 3,
            "needs images of shape {height, width} or {channels, height, width}, got ",
            shape.text());
    shape.size();  // throws where an extent is out of range
    std::size_t const first = shape.rank() - 2;
    channels = first == 0 ? 1 : static_cast<int>(shape.extent(0));
    height = static_cast<int>(shape.extent(first));
    width = static_cast<int>(shape.extent(first + 1));
  }
};

/// Walks over the pairs of source and target that a window of two axes connects.
template <class Axis>
struct Window {
  Axis y, x;

  KOKKOS_FUNCTION int plane_in() const { return y.in() * x.in(); }
  KOKKOS_FUNCTION int plane_out() const { return y.out() * x.out(); }
  std::size_t pairs() const { return y.pairs() * x.pairs(); }

  /// For a pixel of an input plane: f(element, output pixel) for each element of the window that
  /// sees it.
  template <class F>
  KOKKOS_FUNCTION void for_each_pair(int pixel, F const& f) const {
    int const row = pixel / x.in();
    WindowRun const v = y.outputs(row), h = x.outputs(pixel - row * x.in());
    for (int a = 0; a < v.n; ++a) {
      int const element = (v.k + a * y.k_step()) * x.kernel() + h.k;
      int const output = (v.o - a * y.o_step()) * x.out() + h.o;
      for (int b = 0; b < h.n; ++b) f(element + b * x.k_step(), output - b * x.o_step());
    }
  }
  /// The same a few at a time, row-major: f(elements, output pixels, count).
  template <class F>
  KOKKOS_FUNCTION void for_each_output(int pixel, F const& f) const {
    constexpr int room = 64;
    int elements[room], outputs[room], n = 0;
    for_each_pair(pixel, [&](int element, int output) {
      elements[n] = element;
      outputs[n] = output;
      if (++n < room) return;
      f(elements, outputs, n);
      n = 0;
    });
    if (n > 0) f(elements, outputs, n);
  }
  /// For a pixel of an output plane: f(ky, kx, input pixel, count) for stretches of elements kx,
  /// kx + 1, ..., whose inputs lie `x.dilation()` apart, ascending.
  template <class F>
  KOKKOS_FUNCTION void inputs(int pixel, F const& f) const {
    WindowRun const h = x.inputs(pixel % x.out());
    WindowRun const v = y.inputs(pixel / x.out());
    if (h.n <= 0) return;
    for (int a = 0; a < v.n; ++a) f(v.k + a, h.k, (v.o + a * y.dilation()) * x.in() + h.o, h.n);
  }
};

}  // namespace detail
}  // namespace kosnn

#endif

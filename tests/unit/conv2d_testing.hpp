#ifndef KOSNN_TESTS_UNIT_CONV2D_TESTING_HPP
#define KOSNN_TESTS_UNIT_CONV2D_TESTING_HPP

#include <cstddef>
#include <vector>

#include "kosnn/kosnn.hpp"

// Convolutions of uneven shapes, and all their synapses by definition.

namespace kosnn_test {

struct Geometry {
  int in, out, height, width, ky, kx, stride_y, stride_x, padding_y, padding_x, dilation_y,
      dilation_x, groups;

  int out_height() const {
    return (height + 2 * padding_y - dilation_y * (ky - 1) - 1) / stride_y + 1;
  }
  int out_width() const {
    return (width + 2 * padding_x - dilation_x * (kx - 1) - 1) / stride_x + 1;
  }
  kosnn::Conv2d topology() const {
    return kosnn::Conv2d{ky, kx}
        .stride({stride_y, stride_x})
        .padding({padding_y, padding_x})
        .dilation({dilation_y, dilation_x})
        .groups(groups);
  }
  kosnn::Shape pre() const { return kosnn::Shape{in, height, width}; }
  kosnn::Shape post() const { return kosnn::Shape{out, out_height(), out_width()}; }
  std::size_t weights() const { return std::size_t(out * (in / groups) * ky * kx); }
  /// Calls f(weight, source, target) for every synapse, as the definition says.
  template <class F>
  void for_each(F const& f) const {
    int const cin = in / groups, cout = out / groups;
    for (int o = 0; o < out; ++o)
      for (int y = 0; y < out_height(); ++y)
        for (int x = 0; x < out_width(); ++x)
          for (int c = 0; c < cin; ++c)
            for (int a = 0; a < ky; ++a)
              for (int b = 0; b < kx; ++b) {
                int const iy = y * stride_y - padding_y + a * dilation_y;
                int const ix = x * stride_x - padding_x + b * dilation_x;
                if (iy < 0 || iy >= height || ix < 0 || ix >= width) continue;
                f(std::size_t(((o * cin + c) * ky + a) * kx + b),
                  ((o / cout * cin + c) * height + iy) * width + ix,
                  (o * out_height() + y) * out_width() + x);
              }
  }
};

inline std::vector<Geometry> const geometries = {
    {2, 4, 7, 9, 3, 3, 1, 1, 1, 1, 1, 1, 1},  {2, 4, 11, 9, 5, 3, 2, 1, 1, 2, 1, 2, 1},
    {6, 4, 8, 5, 3, 2, 3, 2, 2, 1, 2, 1, 2},  {1, 1, 5, 5, 5, 5, 1, 1, 0, 0, 1, 1, 1},
    {3, 6, 9, 13, 2, 4, 2, 4, 1, 3, 3, 2, 3}, {1, 3, 6, 40, 1, 7, 1, 1, 0, 6, 1, 2, 1}};

/// Delays: none, one for all, one for each element of the kernels.
enum class Delaying { none, constant, each };

}  // namespace kosnn_test

#endif

#ifndef KOSNN_CORE_SHAPE_HPP
#define KOSNN_CORE_SHAPE_HPP

#include <cstddef>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include "kosnn/core/error.hpp"

namespace kosnn {

/// Extents of a population, of any rank: Shape{400}, Shape{28, 28}, Shape{2, 34, 34}. Neurons are
/// numbered in row-major order (last index fastest).
class Shape {
 public:
  template <class... Extents>
  explicit Shape(Extents... extents) : extents_{static_cast<long long>(extents)...} {
    static_assert(sizeof...(Extents) > 0 && (std::is_integral_v<Extents> && ...),
                  "koSNN: a Shape is made of one or more whole numbers, as in Shape{28, 28}");
  }

  std::size_t rank() const { return extents_.size(); }
  long long extent(std::size_t k) const { return extents_.at(k); }

  /// Number of neurons. Throws when an extent is not positive or the product exceeds 2^31 - 1.
  int size() const {
    long long product = 1;
    for (long long const e : extents_) {
      require(e > 0, "Shape", text(), ": every extent must be at least 1, got ", e);
      require(e <= std::numeric_limits<int>::max() / product, "Shape", text(),
              ": more than 2147483647 neurons in one population");
      product *= e;
    }
    return static_cast<int>(product);
  }

  std::string text() const {
    std::string out = "{";
    for (std::size_t k = 0; k < extents_.size(); ++k)
      out += (k == 0 ? "" : ", ") + std::to_string(extents_[k]);
    return out + "}";
  }

 private:
  std::vector<long long> extents_;
};

}  // namespace kosnn

#endif

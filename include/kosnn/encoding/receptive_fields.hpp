#ifndef KOSNN_ENCODING_RECEPTIVE_FIELDS_HPP
#define KOSNN_ENCODING_RECEPTIVE_FIELDS_HPP

#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "kosnn/core/error.hpp"

namespace kosnn {

/// Population code: each value becomes the intensities of M neurons with overlapping Gaussian
/// receptive fields (Bohte, Kok & La Poutre 2002, doi 10.1016/S0925-2312(01)00658-0). In a range
/// [low, high], field i = 1 ... M has its centre at low + (2 i - 3) / 2 * w, all have the standard
/// deviation w / gamma, with w = (high - low) / (M - 2).
class GaussianReceptiveFields {
 public:
  struct Range {
    double low, high;
  };

  /// `fields` (M, at least 3) for each dimension of the values, of which each has its range; gamma
  /// without unit, larger for narrower fields.
  GaussianReceptiveFields(int fields, std::vector<Range> ranges, double gamma = 1.5)
      : fields_(fields), gamma_(gamma), ranges_(std::move(ranges)) {
    require(fields >= 3, "GaussianReceptiveFields: at least 3 fields are needed, got ", fields);
    require(std::isfinite(gamma) && gamma > 0,
            "GaussianReceptiveFields: gamma must be positive, got ", gamma);
    require(!ranges_.empty(), "GaussianReceptiveFields: no range is given");
    for (std::size_t d = 0; d < ranges_.size(); ++d)
      require(std::isfinite(ranges_[d].high - ranges_[d].low) && ranges_[d].low < ranges_[d].high,
              "GaussianReceptiveFields: range ", d, " needs low < high, got ", ranges_[d].low,
              " and ", ranges_[d].high);
  }

  int fields() const { return fields_; }
  std::size_t dimensions() const { return ranges_.size(); }
  /// Neurons that represent one sample: dimensions x fields.
  int neurons() const { return static_cast<int>(ranges_.size()) * fields_; }

  /// Of field `i`, counted from 0, of dimension `d`, in the unit of the values.
  double centre(std::size_t d, int i) const { return ranges_[d].low + (i - 0.5) * spacing(d); }
  double width(std::size_t d) const { return spacing(d) / gamma_; }

  /// Values (batch, dimensions) to intensities in [0, 1], (batch, dimensions, fields), as
  /// set_intensities takes them, or set_rates after they have been multiplied by the highest rate.
  /// Values outside the range excite its outermost neurons, the less the farther out they are.
  std::vector<double> intensities(std::vector<double> const& values) const {
    std::size_t const dimensions = ranges_.size();
    require(!values.empty() && values.size() % dimensions == 0,
            "GaussianReceptiveFields: the number of values must be a multiple of the ", dimensions,
            " dimensions, got ", values.size());
    std::vector<double> out;
    out.reserve(values.size() * static_cast<std::size_t>(fields_));
    for (std::size_t k = 0; k < values.size(); ++k) {
      std::size_t const d = k % dimensions;
      require(std::isfinite(values[k]), "GaussianReceptiveFields: value ", k,
              " is not finite: dimension ", d, " of sample ", k / dimensions);
      for (int i = 0; i < fields_; ++i) {
        double const distance = (values[k] - centre(d, i)) / width(d);
        out.push_back(std::exp(-0.5 * distance * distance));
      }
    }
    return out;
  }

 private:
  double spacing(std::size_t d) const { return (ranges_[d].high - ranges_[d].low) / (fields_ - 2); }

  int fields_;
  double gamma_;
  std::vector<Range> ranges_;
};

}  // namespace kosnn

#endif

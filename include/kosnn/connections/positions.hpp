#ifndef KOSNN_CONNECTIONS_POSITIONS_HPP
#define KOSNN_CONNECTIONS_POSITIONS_HPP

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "kosnn/core/error.hpp"
#include "kosnn/core/random.hpp"

namespace kosnn {

/// Where the neurons of a population, or of a part of one, are: points in a line, plane or space.
class Positions {
 public:
  /// `coordinates`: (neurons, dimensions). Throws unless they are finite and there are 1 to 3
  /// dimensions.
  Positions(int dimensions, std::vector<double> coordinates)
      : dimensions_(dimensions), coordinates_(std::move(coordinates)) {
    require(dimensions >= 1 && dimensions <= 3, "Positions: have 1 to 3 dimensions, got ",
            dimensions);
    require(!coordinates_.empty() && coordinates_.size() % width() == 0,
            "Positions: ", coordinates_.size(), " coordinates are not those of neurons in ",
            dimensions, " dimensions");
    for (std::size_t k = 0; k < coordinates_.size(); ++k)
      require(std::isfinite(coordinates_[k]), "Positions: coordinate ", k % width(), " of neuron ",
              k / width(), " is not finite");
  }
  /// The centres of the cells of a grid that fills the box [0, extent), row-major (last dimension
  /// fastest).
  static Positions grid(std::vector<int> const& cells, std::vector<double> const& extent) {
    require(cells.size() == extent.size(), "Positions::grid: ", cells.size(),
            " numbers of cells but ", extent.size(), " extents");
    std::size_t points = 1;
    for (std::size_t d = 0; d < cells.size(); ++d) {
      check_extent(extent[d], "Positions::grid", d);
      require(cells[d] >= 1, "Positions::grid: there must be at least one cell in dimension ", d,
              ", got ", cells[d]);
      points *= static_cast<std::size_t>(cells[d]);
    }
    std::vector<double> coordinates(points * cells.size());
    for (std::size_t k = 0; k < points; ++k) {
      std::size_t rest = k;
      for (std::size_t d = cells.size(); d-- > 0;) {
        auto const n = static_cast<std::size_t>(cells[d]);
        coordinates[k * cells.size() + d] =
            (static_cast<double>(rest % n) + 0.5) * extent[d] / cells[d];
        rest /= n;
      }
    }
    return {static_cast<int>(cells.size()), std::move(coordinates)};
  }
  /// Independent and uniform in the box [0, extent).
  static Positions random(int neurons, std::vector<double> const& extent, std::uint64_t seed) {
    require(neurons >= 1, "Positions::random: there must be at least one neuron, got ", neurons);
    std::vector<double> coordinates;
    for (std::size_t d = 0; d < extent.size(); ++d) check_extent(extent[d], "Positions::random", d);
    RandomStream const stream(seed, 1u << 27);
    for (int n = 0; n < neurons; ++n)
      for (std::size_t d = 0; d < extent.size(); ++d)
        coordinates.push_back(extent[d] * stream.uniform(static_cast<std::uint32_t>(n), d));
    return {static_cast<int>(extent.size()), std::move(coordinates)};
  }

  int size() const { return static_cast<int>(coordinates_.size() / width()); }
  int dimensions() const { return dimensions_; }
  double at(int neuron, int dimension) const {
    return coordinates_[static_cast<std::size_t>(neuron) * width() +
                        static_cast<std::size_t>(dimension)];
  }

 private:
  static void check_extent(double extent, char const* what, std::size_t dimension) {
    require(std::isfinite(extent) && extent > 0, what, ": the extent in dimension ", dimension,
            " must be positive, got ", extent);
  }
  std::size_t width() const { return static_cast<std::size_t>(dimensions_); }

  int dimensions_;
  std::vector<double> coordinates_;
};

/// By what the probability of a synapse depends on distance d; made by the functions in namespace
/// `kernels`.
struct DistanceKernel {
  enum class Kind { gaussian, exponential, disc };
  Kind kind;
  double peak, length;

  /// The probability; it never grows with d.
  double operator()(double d) const {
    if (kind == Kind::gaussian) return peak * std::exp(-d * d / (2 * length * length));
    if (kind == Kind::exponential) return peak * std::exp(-d / length);
    return d <= length ? peak : 0;
  }
};

namespace kernels {
/// peak exp(-d^2 / (2 sigma^2)).
inline DistanceKernel gaussian(double peak, double sigma) {
  return {DistanceKernel::Kind::gaussian, peak, sigma};
}
/// peak exp(-d / length).
inline DistanceKernel exponential(double peak, double length) {
  return {DistanceKernel::Kind::exponential, peak, length};
}
/// `peak` within the radius, 0 beyond.
inline DistanceKernel disc(double peak, double radius) {
  return {DistanceKernel::Kind::disc, peak, radius};
}
}  // namespace kernels

namespace detail {

/// Distances between the neurons of two populations, on a torus where `periods` are given.
struct Distances {
  Positions pre, post;
  std::vector<double> periods;  // one for each dimension, or none

  double between(int i, int j) const {
    double sum = 0;
    for (int d = 0; d < pre.dimensions(); ++d) {
      double x = std::fabs(pre.at(i, d) - post.at(j, d));
      if (!periods.empty()) x = std::fmin(x, period(d) - x);
      sum += x * x;
    }
    return std::sqrt(sum);
  }
  /// No pair is further apart.
  double largest() const {
    double sum = 0;
    for (int d = 0; d < pre.dimensions(); ++d) {
      double const x = periods.empty() ? span(d) : period(d) / 2;
      sum += x * x;
    }
    return std::sqrt(sum);
  }
  void check() const {
    int const dimensions = pre.dimensions();
    require(dimensions == post.dimensions(), "positions of sources have ", dimensions,
            " dimensions, those of targets ", post.dimensions());
    if (periods.empty()) return;
    require(periods.size() == static_cast<std::size_t>(dimensions), "periodic takes ", dimensions,
            " extents, got ", periods.size());
    for (int d = 0; d < dimensions; ++d)
      require(std::isfinite(period(d)) && period(d) >= span(d), "periodic: the extent ", period(d),
              " of dimension ", d, " is less than that of the positions, ", span(d));
  }
  double period(int d) const { return periods[static_cast<std::size_t>(d)]; }

 private:
  /// From the least to the largest coordinate.
  double span(int d) const {
    double low = pre.at(0, d), high = low;
    for (Positions const* p : {&pre, &post})
      for (int n = 0; n < p->size(); ++n) {
        low = std::fmin(low, p->at(n, d));
        high = std::fmax(high, p->at(n, d));
      }
    return high - low;
  }
};

}  // namespace detail
}  // namespace kosnn

#endif

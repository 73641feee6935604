#ifndef KOSNN_CORE_VALUES_HPP
#define KOSNN_CORE_VALUES_HPP

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "kosnn/core/error.hpp"
#include "kosnn/core/random.hpp"
#include "kosnn/kokkos/compat.hpp"

namespace kosnn {

namespace detail {

/// `values` in another order: element `order[k]` comes at k.
template <class T>
std::vector<T> reordered(std::vector<T> const& values, std::vector<std::size_t> const& order) {
  std::vector<T> moved(order.size());
  for (std::size_t k = 0; k < order.size(); ++k) moved[k] = values[order[k]];
  return moved;
}

}  // namespace detail

/// Where the values of a parameter come from: one constant, a distribution or an array.
class Values {
 public:
  enum class Kind { constant, uniform, normal, clipped_normal, lognormal, array };

  static Values constant(double value) { return {Kind::constant, value, 0, {}}; }
  static Values uniform(double low, double high) { return {Kind::uniform, low, high, {}}; }
  static Values normal(double mean, double sd) { return {Kind::normal, mean, sd, {}}; }
  /// Normal, drawn again where it lies outside [low, high].
  static Values clipped_normal(double mean, double sd, double low, double high) {
    Values out(Kind::clipped_normal, mean, sd, {});
    out.low_ = low;
    out.high_ = high;
    return out;
  }
  /// Its logarithm is normal.
  static Values lognormal(double mean_of_log, double sd_of_log) {
    return {Kind::lognormal, mean_of_log, sd_of_log, {}};
  }
  /// The same, drawn again where it lies outside [low, high].
  static Values lognormal(double mean_of_log, double sd_of_log, double low, double high) {
    Values out = lognormal(mean_of_log, sd_of_log);
    out.low_ = low;
    out.high_ = high;
    return out;
  }
  static Values array(std::vector<double> values) { return {Kind::array, 0, 0, std::move(values)}; }

  /// The same distribution of values `factor` > 0 times as large.
  Values scaled(double factor) const {
    Values out = *this;
    out.low_ *= factor;
    out.high_ *= factor;
    if (kind_ == Kind::lognormal) {
      out.a_ += std::log(factor);
      return out;
    }
    out.a_ *= factor;
    out.b_ *= factor;
    for (double& value : out.elements_) value *= factor;
    return out;
  }

  Kind kind() const { return kind_; }
  bool is_constant() const { return kind_ == Kind::constant; }
  bool is_array() const { return kind_ == Kind::array; }
  /// Whether values outside of bounds are drawn again.
  bool is_clipped() const {
    return kind_ == Kind::clipped_normal ||
           (kind_ == Kind::lognormal && !(std::isinf(low_) && std::isinf(high_)));
  }
  double first() const { return a_; }
  double second() const { return b_; }
  /// Bounds of a clipped distribution.
  double low() const { return low_; }
  double high() const { return high_; }
  std::vector<double> const& elements() const { return elements_; }

  /// Throws unless the parameters are usable for `count` values; `what` names them.
  template <class... What>
  void check(std::size_t count, What const&... what) const {
    require(std::isfinite(a_) && std::isfinite(b_), what..., ": parameters must be finite, got ",
            a_, " and ", b_);
    require(kind_ != Kind::uniform || a_ <= b_, what..., ": uniform needs low <= high, got ", a_,
            " and ", b_);
    bool const has_sd =
        kind_ == Kind::normal || kind_ == Kind::clipped_normal || kind_ == Kind::lognormal;
    require(!has_sd || b_ >= 0, what..., ": normal needs sd >= 0, got ", b_);
    if (is_clipped()) check_clipping(what...);
    if (kind_ != Kind::array) return;
    require(elements_.size() == count, what..., ": the array must hold ", count, " values, got ",
            elements_.size());
    for (std::size_t k = 0; k < count; ++k)
      require(std::isfinite(elements_[k]), what..., ": value ", k, " is not finite");
  }

  /// An array in another order: element `order[k]` comes at k.
  void reorder(std::vector<std::size_t> const& order) {
    elements_ = detail::reordered(elements_, order);
  }

  /// Values number [first, first + n), drawn from `random` where this is a distribution: number k
  /// is the same in whatever stretch it is drawn.
  void draw(std::size_t first, std::size_t n, RandomStream const& random, double* out) const {
    if (kind_ == Kind::constant) {
      std::fill_n(out, n, a_);
    } else if (kind_ == Kind::array) {
      std::copy_n(elements_.begin() + static_cast<std::ptrdiff_t>(first), n, out);
    } else {
      std::size_t k = 0;
      for (; k + few < n; k += lanes)
        draw_lanes<lanes>(first + k, std::min<std::size_t>(lanes, n - k), random, out + k);
      for (; k < n; ++k) draw_lanes<1>(first + k, 1, random, out + k);
    }
  }

 private:
  Values(Kind kind, double a, double b, std::vector<double> elements)
      : kind_(kind), a_(a), b_(b), elements_(std::move(elements)) {}

  static constexpr double least_part = 0.01;  // of a normal distribution that bounds may leave
  static constexpr std::uint64_t most_draws = 4096;
  static constexpr std::size_t lanes = 16, few = 3;  // as many are drawn faster one by one

  template <class... What>
  void check_clipping(What const&... what) const {
    bool const of_log = kind_ == Kind::lognormal;
    require(low_ <= high_, what..., of_log ? ": clipped lognormal" : ": clipped normal",
            " needs low <= high, got ", low_, " and ", high_);
    auto const below = [&](double bound) {
      double const x = of_log ? std::log(std::fmax(bound, 0)) : bound;
      return b_ == 0 ? double(a_ <= x) : 0.5 * std::erfc((a_ - x) / (b_ * std::sqrt(2.0)));
    };
    bool const is_one = b_ == 0 && within(of_log ? std::exp(a_) : a_);
    require(is_one || below(high_) - below(low_) >= least_part, what..., ": bounds of ", low_,
            " and ", high_, " leave less than 1 % of a ", of_log ? "log" : "",
            "normal distribution of mean ", a_, " and sd ", b_);
  }
  /// Values number [first, first + count) of a distribution; count <= Drawn.
  template <std::size_t Drawn>
  void draw_lanes(std::size_t first, std::size_t count, RandomStream const& random,
                  double* out) const {
    std::uint32_t u[2][Drawn];
    KOSNN_INDEPENDENT_ITERATIONS
    for (std::size_t lane = 0; lane < Drawn; ++lane) {
      std::uint64_t const k = first + lane;
      std::uint32_t w[4];
      random.words(static_cast<std::uint32_t>(k), k >> 32, 0, w);
      u[0][lane] = w[0];
      u[1][lane] = w[1];
    }
    bool const clipped = is_clipped();
    for (std::size_t lane = 0; lane < count; ++lane) {
      if (kind_ == Kind::uniform) {
        out[lane] = a_ + (b_ - a_) * (u[0][lane] * 0x1p-32);
        continue;
      }
      double const x = a_ + b_ * RandomStream::normal_of(u[0][lane], u[1][lane]);
      out[lane] = kind_ == Kind::lognormal ? std::exp(x) : x;
      if (clipped && !within(out[lane])) out[lane] = drawn_again(first + lane, random);
    }
  }
  bool within(double x) const { return x >= low_ && x <= high_; }
  double drawn_again(std::uint64_t k, RandomStream const& random) const {
    for (std::uint64_t draw = 1; draw < most_draws; ++draw) {
      double const x =
          a_ + b_ * random.normal(static_cast<std::uint32_t>(k), (k >> 32) + (draw << 32));
      double const value = kind_ == Kind::lognormal ? std::exp(x) : x;
      if (within(value)) return value;
    }
    return (kind_ == Kind::lognormal ? std::exp(a_) : a_) < low_ ? low_ : high_;
  }

  Kind kind_;
  double a_, b_;
  double low_ = -std::numeric_limits<double>::infinity();
  double high_ = std::numeric_limits<double>::infinity();
  std::vector<double> elements_;
};

}  // namespace kosnn

#endif

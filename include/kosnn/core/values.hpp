#ifndef KOSNN_CORE_VALUES_HPP
#define KOSNN_CORE_VALUES_HPP

#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "kosnn/core/error.hpp"
#include "kosnn/core/random.hpp"

namespace kosnn {

/// Where the values of a parameter come from: one constant, a distribution or an array.
class Values {
 public:
  enum class Kind { constant, uniform, normal, array };

  static Values constant(double value) { return {Kind::constant, value, 0, {}}; }
  static Values uniform(double low, double high) { return {Kind::uniform, low, high, {}}; }
  static Values normal(double mean, double sd) { return {Kind::normal, mean, sd, {}}; }
  static Values array(std::vector<double> values) { return {Kind::array, 0, 0, std::move(values)}; }

  /// The same distribution of values `factor` times as large.
  Values scaled(double factor) const {
    Values out = *this;
    out.a_ *= factor;
    out.b_ *= factor;
    for (double& value : out.elements_) value *= factor;
    return out;
  }

  Kind kind() const { return kind_; }
  bool is_constant() const { return kind_ == Kind::constant; }
  double first() const { return a_; }
  double second() const { return b_; }
  std::vector<double> const& elements() const { return elements_; }

  /// Throws unless the parameters are usable for `count` values; `what` names them.
  template <class... What>
  void check(std::size_t count, What const&... what) const {
    require(std::isfinite(a_) && std::isfinite(b_), what..., ": parameters must be finite, got ",
            a_, " and ", b_);
    require(kind_ != Kind::uniform || a_ <= b_, what..., ": uniform needs low <= high, got ", a_,
            " and ", b_);
    require(kind_ != Kind::normal || b_ >= 0, what..., ": normal needs sd >= 0, got ", b_);
    if (kind_ != Kind::array) return;
    require(elements_.size() == count, what..., ": the array must hold ", count, " values, got ",
            elements_.size());
    for (std::size_t k = 0; k < count; ++k)
      require(std::isfinite(elements_[k]), what..., ": value ", k, " is not finite");
  }

  /// Value number `k`, drawn from `random` where this is a distribution.
  double at(std::size_t k, RandomStream const& random) const {
    if (kind_ == Kind::constant) return a_;
    if (kind_ == Kind::array) return elements_[k];
    auto const low = static_cast<std::uint32_t>(k);
    std::uint64_t const high = static_cast<std::uint64_t>(k) >> 32;
    if (kind_ == Kind::uniform) return a_ + (b_ - a_) * random.uniform(low, high);
    return a_ + b_ * random.normal(low, high);
  }

 private:
  Values(Kind kind, double a, double b, std::vector<double> elements)
      : kind_(kind), a_(a), b_(b), elements_(std::move(elements)) {}

  Kind kind_;
  double a_, b_;
  std::vector<double> elements_;
};

}  // namespace kosnn

#endif

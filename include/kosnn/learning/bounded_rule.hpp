#ifndef KOSNN_LEARNING_BOUNDED_RULE_HPP
#define KOSNN_LEARNING_BOUNDED_RULE_HPP

#include <cmath>

#include "kosnn/learning/concept.hpp"

namespace kosnn::detail {

/// What rules with parameters and bounds share. `Rule` is the rule itself.
template <class Rule, class Real>
class BoundedRule {
 public:
  using real = Real;

  /// Hard bounds of the weights.
  Rule& clamp(double low, double high) { return set(bounds_, Bounds{low, high}); }
  /// Soft bounds of the weights.
  Rule& soft_bounds(double low, double high) { return set(bounds_, Bounds{low, high, true}); }

  Bounds bounds() const { return bounds_; }

 protected:
  /// Bounds until others are set.
  explicit BoundedRule(Bounds const& bounds) : bounds_(bounds) {}

  template <class T, class U>
  Rule& set(T& member, U const& value) {
    member = value;
    return static_cast<Rule&>(*this);
  }
  /// A parameter as kernels see it, once it has been found to be a number of at least 0.
  static Real at_least_0(char const* name, double value) {
    require(std::isfinite(value) && value >= 0, name, " must be finite and at least 0, got ",
            value);
    require_finite<Real>(value, name);
    return Real(value);
  }

 private:
  Bounds bounds_;
};

}  // namespace kosnn::detail

#endif

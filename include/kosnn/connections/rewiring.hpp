#ifndef KOSNN_CONNECTIONS_REWIRING_HPP
#define KOSNN_CONNECTIONS_REWIRING_HPP

#include <cmath>

#include "kosnn/core/error.hpp"

namespace kosnn {

/// Structural plasticity that keeps the number of synapses of each target: weak ones are taken away
/// and others, from sources drawn at random, grow in their place. See Projection::rewire.
class Rewiring {
 public:
  /// Synapses whose weight is nearer to 0 than this go.
  Rewiring& below(double weight) { return set(below_, weight); }
  /// Weight of the new ones.
  Rewiring& weight(double value) { return set(weight_, value); }
  /// Whether a source may have several synapses onto one target, or one onto itself, where it is of
  /// the same population (default: neither).
  Rewiring& multapses(bool allowed) { return set(multapses_, allowed); }
  Rewiring& autapses(bool allowed) { return set(autapses_, allowed); }

  double below() const { return below_; }
  double weight() const { return weight_; }
  bool has_multapses() const { return multapses_; }
  bool has_autapses() const { return autapses_; }

  void check() const {
    require(std::isfinite(below_) && below_ >= 0,
            "rewire: below must be finite and at least 0, got ", below_);
    require(std::isfinite(weight_), "rewire: the weight must be finite, got ", weight_);
  }

 private:
  template <class T>
  Rewiring& set(T& member, T value) {
    member = value;
    return *this;
  }

  double below_ = 0, weight_ = 0;
  bool multapses_ = false, autapses_ = false;
};

}  // namespace kosnn

#endif

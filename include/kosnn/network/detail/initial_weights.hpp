#ifndef KOSNN_NETWORK_DETAIL_INITIAL_WEIGHTS_HPP
#define KOSNN_NETWORK_DETAIL_INITIAL_WEIGHTS_HPP

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <utility>
#include <vector>

#include "kosnn/connections/weights.hpp"
#include "kosnn/core/error.hpp"
#include "kosnn/core/random.hpp"
#include "kosnn/network/detail/weight_sign.hpp"

namespace kosnn::detail {

/// The weights that a projection begins with, and their random numbers.
template <class Real>
class InitialWeights {
 public:
  InitialWeights(Weights weights, RandomStream const& random)
      : weights_(std::move(weights)), random_(random) {}

  /// Throws unless they are usable for `count` synapses.
  void check(std::size_t count) const {
    weights_.values.check(count, "weights");
    require(weights_.scale != Weights::Scale::sum ||
                (std::isfinite(weights_.total) && weights_.total != 0),
            "weights: the sum must be finite and not 0, got ", weights_.total);
  }
  bool is_constant() const { return weights_.values.is_constant(); }
  /// The one weight of all, where it is constant.
  Real constant(Fans const& fans) const {
    double const w = weights_.scaled(fans).first();
    require_finite<Real>(w, "weight 0");
    return Real(w);
  }
  RandomStream const& random() const { return random_; }
  /// An array in another order: element `order[k]` comes at k.
  void reorder(std::vector<std::size_t> const& order) { weights_.values.reorder(order); }

  /// In canonical order, each checked against the bounds in `data`; those of a normal or lognormal
  /// distribution are set to the bounds that they exceed. To be called once: an array's memory is
  /// released.
  template <class Data>
  std::vector<Real> draw(Data const& data, WeightSign<Real> const& sign) {
    Values const values = weights_.scaled(data.topology.fans());
    weights_.values = Values::constant(0);
    std::vector<Real> drawn(data.topology.storage());
    for (std::size_t k = 0; k < drawn.size(); ++k) drawn[k] = weight(values, data, sign, k);
    if (weights_.scale == Weights::Scale::sum) scale_to_total(drawn, data, sign);
    return drawn;
  }

 private:
  template <class Data>
  Real weight(Values const& values, Data const& data, WeightSign<Real> const& sign,
              std::size_t k) const {
    if (!data.topology.exists(k)) {
      require(values.kind() != Values::Kind::array || values.elements()[k] == 0, "weights: value ",
              k, " lies on the diagonal and must be 0");
      return Real(0);
    }
    double const value = values.at(k, random_);
    require_finite<Real>(value, "weight ", k);
    Real const w = Real(value);
    if (values.kind() == Values::Kind::normal || values.kind() == Values::Kind::lognormal)
      return std::clamp(w, data.low, data.high);
    if (weights_.scale != Weights::Scale::sum) sign.check_weight(data, w, k);
    return w;
  }
  template <class Data>
  void scale_to_total(std::vector<Real>& drawn, Data const& data,
                      WeightSign<Real> const& sign) const {
    double const sum = std::accumulate(drawn.begin(), drawn.end(), 0.0);
    require(sum != 0, "weights: they add up to 0 and can't be scaled to ", weights_.total);
    for (std::size_t k = 0; k < drawn.size(); ++k) {
      drawn[k] = Real(drawn[k] * (weights_.total / sum));
      if (data.topology.exists(k)) sign.check_weight(data, drawn[k], k);
    }
  }

  Weights weights_;
  RandomStream random_;
};

}  // namespace kosnn::detail

#endif

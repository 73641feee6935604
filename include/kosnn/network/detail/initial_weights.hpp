#ifndef KOSNN_NETWORK_DETAIL_INITIAL_WEIGHTS_HPP
#define KOSNN_NETWORK_DETAIL_INITIAL_WEIGHTS_HPP

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "kosnn/connections/weights.hpp"
#include "kosnn/core/error.hpp"
#include "kosnn/core/random.hpp"
#include "kosnn/network/detail/host_threads.hpp"
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

  /// Before `fill`: takes the fans of the topology into account, and, where all weights have to add
  /// up to a number, what they add up to.
  template <class Topology>
  void prepare(Topology const& topology) {
    weights_.values = weights_.scaled(topology.fans());
    if (weights_.scale != Weights::Scale::sum) return;
    double sum = 0, drawn[stretch];
    std::size_t const count = topology.storage();
    for (std::size_t k = 0; k < count; k += stretch) {
      std::size_t const n = std::min(stretch, count - k);
      weights_.values.draw(k, n, random_, drawn);
      for (std::size_t x = 0; x < n; ++x)
        if (topology.exists(k + x)) sum += static_cast<double>(Real(drawn[x]));
    }
    require(sum != 0, "weights: they add up to 0 and can't be scaled to ", weights_.total);
    factor_ = weights_.total / sum;
  }
  /// Weights number [first, first + n), each checked against the bounds in `data`; those of a
  /// normal or lognormal distribution are set to the bounds that they exceed. 0 where there is no
  /// synapse.
  template <class Topology, class Data>
  void fill(std::size_t first, std::size_t n, Topology const& topology, Data const& data,
            WeightSign<Real> const& sign, Real* out) const {
    double drawn[stretch];
    for (std::size_t begin = 0; begin < n; begin += stretch) {
      std::size_t const length = std::min(stretch, n - begin);
      weights_.values.draw(first + begin, length, random_, drawn);
      for (std::size_t x = 0; x < length; ++x) {
        std::size_t const k = first + begin + x;
        if (topology.exists(k)) {
          out[begin + x] = weight(drawn[x], k, data, sign);
        } else {
          require(!weights_.values.is_array() || drawn[x] == 0, "weights: value ", k,
                  " lies on the diagonal and must be 0");
          out[begin + x] = Real(0);
        }
      }
    }
  }
  /// All in canonical order. An array's memory is released.
  template <class Data>
  std::vector<Real> draw(Data const& data, WeightSign<Real> const& sign) {
    std::vector<Real> drawn(data.topology.storage());
    prepare(data.topology);
    HostThreads().for_each_stretch(
        drawn.size(), std::size_t(1) << 16, [&](std::size_t begin, std::size_t end) {
          fill(begin, end - begin, data.topology, data, sign, drawn.data() + begin);
        });
    weights_.values = Values::constant(0);
    return drawn;
  }

 private:
  static constexpr std::size_t stretch = 64;

  template <class Data>
  Real weight(double value, std::size_t k, Data const& data, WeightSign<Real> const& sign) const {
    require_finite<Real>(value, "weight ", k);
    auto const kind = weights_.values.kind();
    if (kind == Values::Kind::normal || kind == Values::Kind::lognormal)
      return std::clamp(Real(value), data.low, data.high);
    Real const w = weights_.scale == Weights::Scale::sum
                       ? Real(static_cast<double>(Real(value)) * factor_)
                       : Real(value);
    sign.check_weight(data, w, k);
    return w;
  }

  double factor_ = 1;
  Weights weights_;
  RandomStream random_;
};

}  // namespace kosnn::detail

#endif

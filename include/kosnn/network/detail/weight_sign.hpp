#ifndef KOSNN_NETWORK_DETAIL_WEIGHT_SIGN_HPP
#define KOSNN_NETWORK_DETAIL_WEIGHT_SIGN_HPP

#include <Kokkos_Core.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "kosnn/core/error.hpp"
#include "kosnn/learning/concept.hpp"

namespace kosnn::detail {

/// Dale's principle for the weights of a projection: excitatory (1), inhibitory (-1) or either (0).
template <class Real>
class WeightSign {
 public:
  explicit WeightSign(int sign) : sign_(sign) {}

  int sign() const { return sign_; }

  /// The bounds that a rule asks for as the sign narrows them.
  Bounds narrowed(Bounds bounds) const {
    double const low = bounds.low, high = bounds.high;
    require(low <= high, "the clamp needs low <= high, got ", low, " and ", high);
    for (double const bound : {low, high})
      if (std::isfinite(bound)) require_finite<Real>(bound, "a bound of the clamp");
    require_weights(low, high);
    if (sign_ > 0) bounds.low = std::max(low, 0.0);
    if (sign_ < 0) bounds.high = std::min(high, 0.0);
    if (bounds.soft) require_width(bounds);
    return bounds;
  }
  /// Throws unless weight number `k` is finite and within the bounds in `data`.
  template <class Data>
  void check_weight(Data const& data, Real w, std::size_t k) const {
    require(std::isfinite(w), "weight ", k, " is not finite");
    require(w >= data.low && w <= data.high, "weight ", k, " is ", w, ", outside the clamp [",
            data.low, ", ", data.high, "]", of_synapses());
  }

 private:
  void require_weights(double low, double high) const {
    bool const some = sign_ == 0 || (sign_ > 0 ? high > 0 : low < 0);
    require(some, "the clamp [", low, ", ", high, "] leaves ",
            sign_ > 0 ? "excitatory synapses no weight above 0; give the rule one with a high "
                        "above 0, as in clamp(0, 1)"
                      : "inhibitory synapses no weight below 0; give the rule one with a low "
                        "below 0, as in clamp(-1, 0)");
  }
  void require_width(Bounds const& bounds) const {
    double const width = bounds.high - bounds.low;
    require(std::isfinite(width) && width > 0, "soft bounds must be finite and low < high, got ",
            bounds.low, " and ", bounds.high, of_synapses());
    require(Real(bounds.low) < Real(bounds.high), "soft bounds of ", bounds.low, " and ",
            bounds.high, " are equal in the network's precision");
  }
  char const* of_synapses() const {
    return sign_ == 0 ? "" : (sign_ > 0 ? " of excitatory synapses" : " of inhibitory synapses");
  }

  int sign_;
};

template <class Reducer, class View>
struct LeastAndMost {
  View values;
  KOKKOS_FUNCTION void operator()(std::size_t k, typename Reducer::value_type& range) const {
    if (values(k) < range.min_val) range.min_val = values(k);
    if (values(k) > range.max_val) range.max_val = values(k);
  }
};

/// The least and the largest weight of a projection; 0 where it has none.
template <class ExecutionSpace, class Data>
std::pair<typename Data::real, typename Data::real> weight_range(Data const& data) {
  using Real = typename Data::real;
  using View = decltype(data.weights);
  using Reducer = Kokkos::MinMax<Real>;
  if (data.constant) return {data.constant_weight, data.constant_weight};
  if (data.weights.extent(0) == 0) return {0, 0};
  typename Reducer::value_type range;
  Kokkos::parallel_reduce("kosnn::weight_range",
                          Kokkos::RangePolicy<ExecutionSpace, Kokkos::IndexType<std::size_t>>(
                              0, data.weights.extent(0)),
                          LeastAndMost<Reducer, View>{data.weights}, Reducer(range));
  return {range.min_val, range.max_val};
}

/// The sign of all weights onto a model that tells excitatory from inhibitory synapses; throws
/// where there are both or none.
template <class ExecutionSpace, class Data>
int sign_of_weights(Data const& data) {
  auto const [least, most] = weight_range<ExecutionSpace>(data);
  require(least >= 0 || most <= 0, "weights from ", least, " to ", most,
          " lead to a model that tells excitatory from inhibitory synapses; give each sign a "
          "projection of its own");
  require(least < 0 || most > 0,
          "leads to a model that tells excitatory from inhibitory synapses, and all weights are "
          "0; say which they are with .excitatory() or .inhibitory()");
  return most > 0 ? 1 : -1;
}
/// The same of all weights that a rule may come to.
template <class Data>
int sign_of_bounds(Data const& data) {
  require(data.low >= 0 || data.high <= 0, "a rule with the clamp [", data.low, ", ", data.high,
          "] acts on synapses onto a model that tells excitatory from inhibitory ones; declare "
          "the projection .excitatory() or .inhibitory()");
  return data.high > 0 ? 1 : -1;
}

}  // namespace kosnn::detail

#endif

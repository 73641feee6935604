#ifndef KOSNN_NETWORK_DETAIL_DELAY_STEPS_HPP
#define KOSNN_NETWORK_DETAIL_DELAY_STEPS_HPP

#include <cstddef>
#include <vector>

#include "kosnn/core/config.hpp"
#include "kosnn/core/error.hpp"
#include "kosnn/core/random.hpp"
#include "kosnn/core/values.hpp"

namespace kosnn::detail {

/// Delays of a projection's synapses in whole steps, in canonical order.
class DelaySteps {
 public:
  DelaySteps() = default;
  /// Distributions are drawn later, when the network is known to fit into memory.
  template <class Topology>
  DelaySteps(Values const& values, Topology const& topology, double dt) {
    values.check(topology.storage(), "delays");
    least_ = most_ = steps(values.first(), dt, "delay");
    if (values.kind() == Values::Kind::uniform) {
      most_ = steps(values.second(), dt, "delay");
      for (int d = least_; d <= most_; ++d) distinct_.push_back(d);
    } else if (values.kind() == Values::Kind::array) {
      take(values.elements(), topology, dt);
    }
  }

  int least() const { return least_; }
  int most() const { return most_; }
  bool differ() const { return least_ != most_; }
  int of(std::size_t k) const { return each_.empty() ? least_ : each_[k]; }
  /// Of each synapse; empty where all are equal.
  std::vector<int> const& each() const { return each_; }
  /// Those that there are, ascending; of use where they differ.
  std::vector<int> const& distinct() const { return distinct_; }

  /// Draws those of `count` synapses from a distribution, where they are not known yet.
  void draw(RandomStream const& weights, std::size_t count) {
    if (!each_.empty()) return;
    RandomStream const random(weights.seed(), weights.stream() + (1u << 24));
    Values const unit = Values::uniform(0, 1);
    each_.resize(count);
    for (std::size_t k = 0; k < count; ++k)
      each_[k] = least_ + static_cast<int>(unit.at(k, random) * (most_ - least_ + 1));
  }

 private:
  template <class Topology>
  void take(std::vector<double> const& ms, Topology const& topology, double dt) {
    each_.resize(ms.size());
    std::vector<bool> present;
    for (std::size_t k = 0; k < ms.size(); ++k) {
      each_[k] = steps(ms[k], dt, "delay number ", k);
      auto const d = static_cast<std::size_t>(each_[k]);
      if (present.size() <= d) present.resize(d + 1);
      if (topology.exists(k)) present[d] = true;
    }
    for (std::size_t d = 0; d < present.size(); ++d)
      if (present[d]) distinct_.push_back(static_cast<int>(d));
    if (!distinct_.empty()) {  // else it is one neuron, which has no other to connect to
      least_ = distinct_.front();
      most_ = distinct_.back();
    }
    if (!differ()) each_.clear();
  }
  template <class... What>
  static int steps(double ms, double dt, What const&... what) {
    long long const n = whole_steps(ms, dt, what...);
    require(n <= 1 << 24, what..., " of ", ms, " ms is longer than 2^24 steps");
    return static_cast<int>(n);
  }

  int least_ = 0, most_ = 0;
  std::vector<int> each_, distinct_;
};

}  // namespace kosnn::detail

#endif

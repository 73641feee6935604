#ifndef KOSNN_NETWORK_DETAIL_DELAY_STEPS_HPP
#define KOSNN_NETWORK_DETAIL_DELAY_STEPS_HPP

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
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
    if (values.is_array())
      take(values.elements(), topology, dt);
    else
      set_range(values, dt);
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
    std::vector<int> drawn(count);
    fill(stream(weights), 0, count, drawn.data());
    each_ = std::move(drawn);
  }
  /// Random numbers of the delays of a projection, from those of its weights.
  static RandomStream stream(RandomStream const& weights) {
    return RandomStream(weights.seed(), weights.stream() + (1u << 24)).part(weights.part());
  }
  /// Those of synapses [first, first + n).
  void fill(RandomStream const& random, std::size_t first, std::size_t n, int* out) const {
    if (!each_.empty()) {
      std::copy_n(each_.begin() + static_cast<std::ptrdiff_t>(first), n, out);
      return;
    }
    if (!differ()) {
      std::fill_n(out, n, least_);
      return;
    }
    constexpr std::size_t stretch = 64;
    bool const rounds = values_.is_clipped();
    double drawn[stretch];
    for (std::size_t begin = 0; begin < n; begin += stretch) {
      std::size_t const length = std::min(stretch, n - begin);
      values_.draw(first + begin, length, random, drawn);
      for (std::size_t x = 0; x < length; ++x)
        out[begin + x] =
            rounds ? static_cast<int>(std::lround(drawn[x])) : least_ + static_cast<int>(drawn[x]);
    }
  }
  /// Those of base_ms + distance * ms_per_distance for distances from 0 to `largest`, rounded.
  static DelaySteps by_distance(double base_ms, double ms_per_distance, double largest, double dt) {
    require(std::isfinite(base_ms) && base_ms >= 0,
            "delays: the base must be a time of at least 0 ms, got ", base_ms);
    require(std::isfinite(ms_per_distance) && ms_per_distance > 0,
            "delays: the velocity must be positive, got ", 1 / ms_per_distance);
    double const most = (base_ms + largest * ms_per_distance) / dt;
    require(most < 1 << 24, "delays: up to ", most * dt, " ms are longer than 2^24 steps");
    DelaySteps out;
    out.least_ = static_cast<int>(std::lround(base_ms / dt));
    out.most_ = static_cast<int>(std::lround(most));
    for (int d = out.least_; d <= out.most_; ++d) out.distinct_.push_back(d);
    return out;
  }
  /// Those there are in several parts of a projection, of which each knows its own.
  static DelaySteps merged(std::vector<DelaySteps const*> const& parts) {
    DelaySteps all;
    for (DelaySteps const* part : parts) {
      auto const& own = part->distinct_;
      if (own.empty()) all.distinct_.push_back(part->least_);
      all.distinct_.insert(all.distinct_.end(), own.begin(), own.end());
    }
    std::sort(all.distinct_.begin(), all.distinct_.end());
    all.distinct_.erase(std::unique(all.distinct_.begin(), all.distinct_.end()),
                        all.distinct_.end());
    if (all.distinct_.empty()) return all;
    all.least_ = all.distinct_.front();
    all.most_ = all.distinct_.back();
    return all;
  }
  /// Those of an array in another order: element `order[k]` comes at k.
  void reorder(std::vector<std::size_t> const& order) {
    if (!each_.empty()) each_ = reordered(each_, order);
  }

 private:
  void set_range(Values const& values, double dt) {
    bool const clipped = values.is_clipped();
    require(clipped || values.is_constant() || values.kind() == Values::Kind::uniform,
            "delays: take a constant, uniform, clipped normal, lognormal with bounds or array");
    least_ = most_ = steps(clipped ? values.low() : values.first(), dt, "delay");
    if (values.is_constant()) return;
    most_ = steps(clipped ? values.high() : values.second(), dt, "delay");
    for (int d = least_; d <= most_; ++d) distinct_.push_back(d);
    values_ = clipped ? values.scaled(1 / dt) : Values::uniform(0, most_ - least_ + 1);
  }
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
    if (!distinct_.empty()) {  // else there is no synapse
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

  Values values_ = Values::constant(0);  // of a distribution, in steps
  int least_ = 1, most_ = 1;
  std::vector<int> each_, distinct_;
};

}  // namespace kosnn::detail

#endif

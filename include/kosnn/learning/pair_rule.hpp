#ifndef KOSNN_LEARNING_PAIR_RULE_HPP
#define KOSNN_LEARNING_PAIR_RULE_HPP

#include <Kokkos_Core.hpp>

#include <cmath>

#include "kosnn/learning/concept.hpp"

namespace kosnn::detail {

/// What rules of pairs of spikes share: amplitudes, traces and bounds. `Rule` is the rule itself.
template <class Rule, class Real>
class PairRule {
 public:
  using real = Real;

  Rule& a_plus(double value) { return set(a_plus_, value); }
  Rule& a_minus(double value) { return set(a_minus_, value); }
  /// Time constants of the traces of source and target in ms (default 20).
  Rule& tau_plus(double ms) { return set(pre_.relaxation, exact(ms)); }
  Rule& tau_minus(double ms) { return set(post_.relaxation, exact(ms)); }
  /// The traces in another form, as in pre_trace(all_to_all(factor(0.8))).
  Rule& pre_trace(Trace const& trace) { return set(pre_, trace); }
  Rule& post_trace(Trace const& trace) { return set(post_, trace); }
  /// Every pair of spikes counts (default), or only nearest neighbours.
  Rule& pairing(Trace::Spikes spikes) {
    post_.spikes = spikes;
    return set(pre_.spikes, spikes);
  }
  /// Hard bounds of the weights.
  Rule& clamp(double low, double high) { return set(bounds_, Bounds{low, high}); }
  /// Soft bounds of the weights.
  Rule& soft_bounds(double low, double high) { return set(bounds_, Bounds{low, high, true}); }

  Trace pre_trace() const { return pre_; }
  Trace post_trace() const { return post_; }
  Bounds bounds() const { return bounds_; }
  /// Whether arrivals change anything at all; where not, rows are not visited.
  bool acts_on_pre() const { return a_minus_ != 0; }

 protected:
  explicit PairRule(double amplitude, Bounds const& bounds)
      : a_plus_(amplitude), a_minus_(amplitude), bounds_(bounds) {}

  template <class T, class U>
  Rule& set(T& member, U const& value) {
    member = value;
    return static_cast<Rule&>(*this);
  }
  static void require_amplitude(char const* name, double value) {
    require(std::isfinite(value) && value >= 0, name, " must be finite and at least 0, got ",
            value);
    require_finite<Real>(value, name);
  }
  void prepare_amplitudes() {
    require_amplitude("a_plus", a_plus_);
    require_amplitude("a_minus", a_minus_);
    k_plus_ = Real(a_plus_);
    k_minus_ = Real(a_minus_);
  }

  double a_plus_, a_minus_;
  Trace pre_ = all_to_all(exact(20)), post_ = all_to_all(exact(20));
  Bounds bounds_;
  Real k_plus_{}, k_minus_{};
};

}  // namespace kosnn::detail

#endif

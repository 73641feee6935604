#ifndef KOSNN_LEARNING_PAIR_RULE_HPP
#define KOSNN_LEARNING_PAIR_RULE_HPP

#include <Kokkos_Core.hpp>

#include "kosnn/learning/bounded_rule.hpp"

namespace kosnn::detail {

/// What rules of pairs of spikes share: amplitudes and traces. `Rule` is the rule itself.
template <class Rule, class Real>
class PairRule : public BoundedRule<Rule, Real> {
 public:
  Rule& a_plus(double value) { return this->set(a_plus_, value); }
  Rule& a_minus(double value) { return this->set(a_minus_, value); }
  /// Time constants of the traces of source and target in ms (default 20).
  Rule& tau_plus(double ms) { return this->set(pre_.relaxation, exact(ms)); }
  Rule& tau_minus(double ms) { return this->set(post_.relaxation, exact(ms)); }
  /// The traces in another form, as in pre_trace(all_to_all(factor(0.8))).
  Rule& pre_trace(Trace const& trace) { return this->set(pre_, trace); }
  Rule& post_trace(Trace const& trace) { return this->set(post_, trace); }
  /// Every pair of spikes counts (default), or only nearest neighbours.
  Rule& pairing(Trace::Spikes spikes) {
    post_.spikes = spikes;
    return this->set(pre_.spikes, spikes);
  }

  Trace pre_trace() const { return pre_; }
  Trace post_trace() const { return post_; }
  /// Whether arrivals change anything at all; where not, rows are not visited.
  bool acts_on_pre() const { return a_minus_ != 0; }

 protected:
  explicit PairRule(double amplitude, Bounds const& bounds)
      : BoundedRule<Rule, Real>(bounds), a_plus_(amplitude), a_minus_(amplitude) {}

  void prepare_amplitudes() {
    k_plus_ = this->at_least_0("a_plus", a_plus_);
    k_minus_ = this->at_least_0("a_minus", a_minus_);
  }

  double a_plus_, a_minus_;
  Trace pre_ = all_to_all(exact(20)), post_ = all_to_all(exact(20));
  Real k_plus_{}, k_minus_{};
};

}  // namespace kosnn::detail

#endif

#ifndef KOSNN_NETWORK_DETAIL_ENTER_RULE_HPP
#define KOSNN_NETWORK_DETAIL_ENTER_RULE_HPP

#include "kosnn/learning/concept.hpp"
#include "kosnn/network/detail/weight_sign.hpp"

namespace kosnn::detail {

template <class Data>
void enter_bounds(Data& data, Bounds const& bounds) {
  using Real = typename Data::real;
  data.low = Real(bounds.low);
  data.high = Real(bounds.high);
  data.soft = bounds.soft;
  if (data.soft) data.per_width = 1 / (data.high - data.low);
}

/// Checks a rule and enters it into `data`, with its bounds as `sign` narrows them.
template <class Data>
void enter_rule(Data& data, typename Data::Rule const& rule,
                WeightSign<typename Data::real> const& sign, double dt) {
  using Rule = typename Data::Rule;
  data.rule = rule;
  Bounds bounds;
  if constexpr (HasBounds<Rule>::value) bounds = rule.bounds();
  bounds = sign.narrowed(bounds);
  enter_bounds(data, bounds);
  if constexpr (PreparesWithBounds<Rule>::value)
    data.rule.prepare(dt, bounds);
  else if constexpr (HasPrepare<Rule>::value)
    data.rule.prepare(dt);
  if constexpr (HasActsOnPre<Rule>::value) data.acts_on_pre = data.rule.acts_on_pre();
}

/// Whether two rules see the same traces.
template <class Rule>
bool same_traces(Rule const& a, Rule const& b) {
  bool same = true;
  if constexpr (HasPreTrace<Rule>::value) same = same && a.pre_trace() == b.pre_trace();
  if constexpr (HasPostTrace<Rule>::value) same = same && a.post_trace() == b.post_trace();
  if constexpr (HasOwnPreTrace<Rule>::value) same = same && a.own_pre_trace() == b.own_pre_trace();
  if constexpr (HasOwnPostTrace<Rule>::value)
    same = same && a.own_post_trace() == b.own_post_trace();
  if constexpr (has_drive<Rule>) same = same && a.drive_traces() == b.drive_traces();
  return same;
}

}  // namespace kosnn::detail

#endif

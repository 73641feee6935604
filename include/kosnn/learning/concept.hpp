#ifndef KOSNN_LEARNING_CONCEPT_HPP
#define KOSNN_LEARNING_CONCEPT_HPP

#include <limits>
#include <type_traits>
#include <utility>

#include "kosnn/neurons/concept.hpp"
#include "kosnn/traces/trace.hpp"

// A plasticity rule is a plain struct that says how much a weight w changes:
//
//   struct MyRule {
//     float rate = 0.01f;                                                    // parameters
//     kosnn::Trace post_trace() const { return kosnn::all_to_all(kosnn::exact(20)); }
//     KOKKOS_FUNCTION float on_pre(float w, float post_trace) const { return -rate * post_trace; }
//     kosnn::Trace pre_trace() const { return kosnn::all_to_all(kosnn::exact(20)); }
//     KOKKOS_FUNCTION float on_post(float w, float pre_trace) const { return rate * pre_trace; }
//     kosnn::Bounds bounds() const { return {0, 1}; }   // optional: where weights are clamped
//     void prepare(double dt);                          // optional, host: validate, derive
//     constants
//   };
//
// `on_pre` is called where a presynaptic spike arrives, with the trace of the target; `on_post`
// where the target fires, with the trace of the source as it is at the synapse, that is delayed
// like the spikes. Either pair may be left out. Both see the traces after this step's spikes, so
// that spikes which meet in one step count in both; arrivals are applied before postsynaptic
// spikes. With a batch, changes are averaged (or summed: Config::batch_update) and clamped once a
// step for each hook.
//
// A rule that learns by reward has two members more:
//
//     kosnn::Relaxation eligibility() const { return kosnn::exact(25); }
//     KOKKOS_FUNCTION float on_reward(float w, float e, float reward) const {
//       return rate * reward * e;
//     }
//
// Its on_pre and on_post then change the eligibility e of the synapse instead of the weight: in
// each step e <- decay e + gain * changes, with the decay and gain of the relaxation (decay 0: only
// the changes of this step). When a reward is given between steps (Projection::reward,
// Network::reward) the weight changes by on_reward, which is 0 for a reward of 0; mask and bounds
// apply to the weight alone. e is one number a synapse, the mean (or sum) over the batch, which is
// all that a rule linear in e needs; ProjectionSpec::reward_per_element keeps one for each element.

namespace kosnn {

/// Interval of the allowed weights.
struct Bounds {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
};

/// No plasticity.
struct Static {};

namespace detail {

template <class Rule, class Real, class = void>
struct HasOnPre : std::false_type {};
template <class Rule, class Real>
struct HasOnPre<Rule, Real,
                std::void_t<decltype(std::declval<Rule const&>().on_pre(
                    std::declval<Real>(), std::declval<Real>()))>> : std::true_type {};
template <class Rule, class Real, class = void>
struct HasOnPost : std::false_type {};
template <class Rule, class Real>
struct HasOnPost<Rule, Real,
                 std::void_t<decltype(std::declval<Rule const&>().on_post(
                     std::declval<Real>(), std::declval<Real>()))>> : std::true_type {};
template <class Rule, class = void>
struct HasPreTrace : std::false_type {};
template <class Rule>
struct HasPreTrace<Rule, std::void_t<decltype(Trace(std::declval<Rule const&>().pre_trace()))>>
    : std::true_type {};
template <class Rule, class = void>
struct HasPostTrace : std::false_type {};
template <class Rule>
struct HasPostTrace<Rule, std::void_t<decltype(Trace(std::declval<Rule const&>().post_trace()))>>
    : std::true_type {};
template <class Rule, class = void>
struct HasBounds : std::false_type {};
template <class Rule>
struct HasBounds<Rule, std::void_t<decltype(Bounds(std::declval<Rule const&>().bounds()))>>
    : std::true_type {};

template <class Rule, class = void>
struct HasActsOnPre : std::false_type {};
template <class Rule>
struct HasActsOnPre<Rule, std::void_t<decltype(bool(std::declval<Rule const&>().acts_on_pre()))>>
    : std::true_type {};

template <class Rule, class = void>
struct HasEligibility : std::false_type {};
template <class Rule>
struct HasEligibility<Rule,
                      std::void_t<decltype(Relaxation(std::declval<Rule const&>().eligibility()))>>
    : std::true_type {};
template <class Rule, class Real, class = void>
struct HasOnReward : std::false_type {};
template <class Rule, class Real>
struct HasOnReward<Rule, Real,
                   std::void_t<decltype(std::declval<Rule const&>().on_reward(
                       std::declval<Real>(), std::declval<Real>(), std::declval<Real>()))>>
    : std::true_type {};

/// One sentence per requirement on a plasticity rule; false after any of them failed.
template <class Rule, class Real>
constexpr bool check_rule() {
  if constexpr (std::is_same_v<Rule, Static>) {
    return true;
  } else {
    constexpr bool pre = HasOnPre<Rule, Real>::value, post = HasOnPost<Rule, Real>::value;
    static_assert(pre || post,
                  "koSNN: a plasticity rule needs `Real on_pre(Real w, Real post_trace) const` or "
                  "`Real on_post(Real w, Real pre_trace) const`, marked KOKKOS_FUNCTION");
    constexpr bool traces = pre == HasPostTrace<Rule>::value && post == HasPreTrace<Rule>::value;
    static_assert(traces,
                  "koSNN: a rule with on_pre needs `kosnn::Trace post_trace() const`, one with "
                  "on_post needs `kosnn::Trace pre_trace() const`, and the other way round (are "
                  "both hooks const and callable with (Real w, Real trace)?)");
    constexpr bool real = std::is_same_v<typename ModelReal<Rule, Real>::type, Real>;
    static_assert(real,
                  "koSNN: the plasticity rule and the network differ in precision; write for "
                  "example make_network<Device, double>(...) with PairStdp<double>{}");
    constexpr bool rewarded = HasEligibility<Rule>::value == HasOnReward<Rule, Real>::value;
    static_assert(rewarded,
                  "koSNN: a rule that learns by reward needs both `kosnn::Relaxation eligibility() "
                  "const` and `Real on_reward(Real w, Real e, Real reward) const`, marked "
                  "KOKKOS_FUNCTION");
    return (pre || post) && traces && real && rewarded;
  }
}

}  // namespace detail
}  // namespace kosnn

#endif

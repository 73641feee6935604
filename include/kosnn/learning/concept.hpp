#ifndef KOSNN_LEARNING_CONCEPT_HPP
#define KOSNN_LEARNING_CONCEPT_HPP

#include <Kokkos_Core.hpp>

#include <cstddef>
#include <limits>
#include <tuple>
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
//     void prepare(double dt);                          // optional, host: checks, constants
//   };
//
// `prepare(double dt, kosnn::Bounds const& bounds)` instead is told the bounds as they hold, which
// Dale's principle (ProjectionSpec::excitatory, inhibitory) may have narrowed.
//
// `on_pre` is called where a presynaptic spike arrives, with the trace of the target; `on_post`
// where the target fires, with the trace of the source as it is at the synapse, that is delayed
// like the spikes. Either pair may be left out. Both see the traces after this step's spikes, so
// that spikes which meet in one step count in both; arrivals are applied before postsynaptic
// spikes. With a batch, changes are averaged (or summed: Config::batch_update) and clamped once a
// step for each hook. A spike that carries a value (of Input, Relay) counts by it where it arrives,
// on_pre times the value, as its weight does in the target's input; where the target fires, on_post
// is called once, whatever value the target emits.
//
// Where a change also depends on the neuron's own earlier spikes, as in triplets, a third argument
// says what trace they have left, without the spike that is being treated:
//
//     kosnn::Trace own_pre_trace() const;  // of the source, for on_pre
//     KOKKOS_FUNCTION float on_pre(float w, float post_trace, float own_trace) const;
//     kosnn::Trace own_post_trace() const;  // of the target, for on_post
//     KOKKOS_FUNCTION float on_post(float w, float pre_trace, float own_trace) const;
//
// A rule may learn in other steps than those in which its target fires, as where the potential is
// high. It then says what drives it there, from traces of the target, of which some may be of its
// potential (kosnn::potential); on_post is called in every step in which that is not 0, with it:
//
//     std::array<kosnn::Trace, 2> drive_traces() const;
//     KOKKOS_FUNCTION float drive(kosnn::Terms<float, 2> const& traces, bool fires) const;
//     KOKKOS_FUNCTION float on_post(float w, float pre_trace, float drive) const;
//
// Traces are those after this step's spikes. Such a rule has no own_post_trace.
//
// What a synapse itself has to remember, as in schemes in which each spike makes one pair, is one
// number, its trace, which relaxes between the spikes that meet there and which hooks change:
//
//     kosnn::Relaxation synapse_trace() const { return kosnn::exact(20); }  // how it decays, from
//     0 KOKKOS_FUNCTION float on_pre(float w, float post_trace, float& synapse_trace) const;
//     KOKKOS_FUNCTION float on_post(float w, float pre_trace, float& synapse_trace) const;
//
// Such a rule has no eligibility and no own traces, and takes a batch of 1; its weights are not
// shared.
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
// An optional
//
//     KOKKOS_FUNCTION float after_reward(float e, float reward) const { return 0.9f * e; }
//
// says what a reward leaves of the eligibility (without it: all); learning once in a while from
// changes collected with `eligibility() { return kosnn::factor(1); }` is such a rule.
//
// A rule that changes every synapse in every step, wherever spikes are, says what the trace of one
// neuron contributes, as a few numbers (terms), and what their means over the batch make of a
// weight; so costly functions of a trace are worked out once a neuron and element, not a synapse:
//
//     kosnn::Trace pre_trace() const { return kosnn::all_to_all(kosnn::exact(20)); }
//     KOKKOS_FUNCTION kosnn::Terms<float, 1> pre_terms(float pre_trace) const;
//     KOKKOS_FUNCTION float on_step(float w, kosnn::Terms<float, 1> const& pre) const;
//
// `pre_terms` sees the trace at the synapse, as on_post does; `post_terms`, of the target's
// post_trace(), is declared likewise, instead (on_step(w, post)) or as well (on_step(w, pre,
// post)). on_step must be linear in the terms. Where it is named on_reward instead, it is called
// when a reward is given, not in each step, and terms come multiplied by their element's reward.
// With
//
//     static constexpr bool normalises_trace = true;
//
// on_post sees the source's trace divided by the largest at any synapse of the target that fires,
// pre_terms divided by the largest of all sources, delays and batch elements of the projection (as
// PySNN), each in this step (0 where that is not above 0). With
//
//     static constexpr bool sees_previous_post_trace = true;
//
// on_pre sees the target's trace as it was after the step before, so that of spikes which meet in
// one step on_post alone makes a pair. With
//
//     static constexpr bool arrives_first = true;
//
// the same, but the trace has decayed since.

namespace kosnn {

/// Interval of the allowed weights. Hard bounds clamp. Soft ones also multiply each change by the
/// share of the interval that is left in its direction, (high - w) / (high - low) or
/// (w - low) / (high - low), so that weights slow down before them; they must be finite.
struct Bounds {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool soft = false;
};

/// A few numbers that a neuron's trace contributes to a rule.
template <class Real, int N>
struct Terms {
  static constexpr int size = N;
  Real value[N];
  KOKKOS_FUNCTION Real operator[](int k) const { return value[k]; }
};

/// No plasticity.
struct Static {};

namespace detail {

/// Whether the hook takes two numbers, or a third for the neuron's own trace.
template <class Rule, class Real, class = void>
struct HasPairOnPre : std::false_type {};
template <class Rule, class Real>
struct HasPairOnPre<Rule, Real,
                    std::void_t<decltype(std::declval<Rule const&>().on_pre(
                        std::declval<Real>(), std::declval<Real>()))>> : std::true_type {};
template <class Rule, class Real, class = void>
struct HasPairOnPost : std::false_type {};
template <class Rule, class Real>
struct HasPairOnPost<Rule, Real,
                     std::void_t<decltype(std::declval<Rule const&>().on_post(
                         std::declval<Real>(), std::declval<Real>()))>> : std::true_type {};
template <class Rule, class Real, class = void>
struct SeesOwnPreTrace : std::false_type {};
template <class Rule, class Real>
struct SeesOwnPreTrace<Rule, Real,
                       std::void_t<decltype(std::declval<Rule const&>().on_pre(
                           std::declval<Real>(), std::declval<Real>(), std::declval<Real>()))>>
    : std::true_type {};
template <class Rule, class Real, class = void>
struct SeesOwnPostTrace : std::false_type {};
template <class Rule, class Real>
struct SeesOwnPostTrace<Rule, Real,
                        std::void_t<decltype(std::declval<Rule const&>().on_post(
                            std::declval<Real>(), std::declval<Real>(), std::declval<Real>()))>>
    : std::true_type {};
template <class Rule, class = void>
struct HasSynapseTrace : std::false_type {};
template <class Rule>
struct HasSynapseTrace<
    Rule, std::void_t<decltype(Relaxation(std::declval<Rule const&>().synapse_trace()))>>
    : std::true_type {};
/// Whether hooks change the synapse's trace.
template <class Rule, class Real, class = void>
struct HasSynapticOnPre : std::false_type {};
template <class Rule, class Real>
struct HasSynapticOnPre<Rule, Real,
                        std::void_t<decltype(std::declval<Rule const&>().on_pre(
                            std::declval<Real>(), std::declval<Real>(), std::declval<Real&>()))>>
    : HasSynapseTrace<Rule> {};
template <class Rule, class Real, class = void>
struct HasSynapticOnPost : std::false_type {};
template <class Rule, class Real>
struct HasSynapticOnPost<Rule, Real,
                         std::void_t<decltype(std::declval<Rule const&>().on_post(
                             std::declval<Real>(), std::declval<Real>(), std::declval<Real&>()))>>
    : HasSynapseTrace<Rule> {};
template <class Rule, class Real>
struct HasOnPre
    : std::bool_constant<HasPairOnPre<Rule, Real>::value || SeesOwnPreTrace<Rule, Real>::value ||
                         HasSynapticOnPre<Rule, Real>::value> {};
template <class Rule, class Real>
struct HasOnPost
    : std::bool_constant<HasPairOnPost<Rule, Real>::value || SeesOwnPostTrace<Rule, Real>::value ||
                         HasSynapticOnPost<Rule, Real>::value> {};
/// Calls a hook, with the neuron's own trace or that of the synapse where it asks for one.
template <class Rule, class Real>
KOKKOS_INLINE_FUNCTION Real call_on_pre(Rule const& rule, Real w, Real post_trace,
                                        [[maybe_unused]] Real& third) {
  if constexpr (SeesOwnPreTrace<Rule, Real>::value || HasSynapticOnPre<Rule, Real>::value)
    return rule.on_pre(w, post_trace, third);
  else
    return rule.on_pre(w, post_trace);
}
template <class Rule, class Real>
KOKKOS_INLINE_FUNCTION Real call_on_post(Rule const& rule, Real w, Real pre_trace,
                                         [[maybe_unused]] Real& third) {
  if constexpr (SeesOwnPostTrace<Rule, Real>::value || HasSynapticOnPost<Rule, Real>::value)
    return rule.on_post(w, pre_trace, third);
  else
    return rule.on_post(w, pre_trace);
}
template <class Rule, class = void>
struct HasOwnPreTrace : std::false_type {};
template <class Rule>
struct HasOwnPreTrace<Rule,
                      std::void_t<decltype(Trace(std::declval<Rule const&>().own_pre_trace()))>>
    : std::true_type {};
template <class Rule, class = void>
struct HasOwnPostTrace : std::false_type {};
template <class Rule>
struct HasOwnPostTrace<Rule,
                       std::void_t<decltype(Trace(std::declval<Rule const&>().own_post_trace()))>>
    : std::true_type {};
/// Number of traces from which a rule's drive follows, 0 of rules without.
template <class Rule, class = void>
struct DriveTraces : std::integral_constant<int, 0> {};
template <class Rule>
struct DriveTraces<Rule, std::void_t<decltype(std::declval<Rule const&>().drive_traces())>>
    : std::integral_constant<
          int, static_cast<int>(
                   std::tuple_size_v<decltype(std::declval<Rule const&>().drive_traces())>)> {};
template <class Rule>
constexpr bool has_drive = DriveTraces<Rule>::value > 0;
template <class Rule, class Real, class = void>
struct HasDriveHook : std::false_type {};
template <class Rule, class Real>
struct HasDriveHook<Rule, Real,
                    std::void_t<decltype(Real(std::declval<Rule const&>().drive(
                        std::declval<Terms<Real, DriveTraces<Rule>::value> const&>(), true)))>>
    : std::true_type {};
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
struct PreparesWithBounds : std::false_type {};
template <class Rule>
struct PreparesWithBounds<
    Rule, std::void_t<decltype(std::declval<Rule&>().prepare(1.0, std::declval<Bounds const&>()))>>
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

template <class Rule, class Real, class = void>
struct HasAfterReward : std::false_type {};
template <class Rule, class Real>
struct HasAfterReward<Rule, Real,
                      std::void_t<decltype(Real(std::declval<Rule const&>().after_reward(
                          std::declval<Real>(), std::declval<Real>())))>> : std::true_type {};

template <class Rule, class Real, class = void>
struct HasPreTerms : std::false_type {};
template <class Rule, class Real>
struct HasPreTerms<
    Rule, Real,
    std::void_t<decltype(std::declval<Rule const&>().pre_terms(std::declval<Real>()).value)>>
    : std::true_type {};
template <class Rule, class Real, class = void>
struct HasPostTerms : std::false_type {};
template <class Rule, class Real>
struct HasPostTerms<
    Rule, Real,
    std::void_t<decltype(std::declval<Rule const&>().post_terms(std::declval<Real>()).value)>>
    : std::true_type {};

/// The hook of a rule that takes terms, and when it is called: with each step or with a reward.
struct OnStep {
  template <class Rule, class Real, class... T>
  KOKKOS_FUNCTION static auto call(Rule const& rule, Real w, T const&... terms)
      -> decltype(Real(rule.on_step(w, terms...))) {
    return rule.on_step(w, terms...);
  }
};
struct OnReward {
  template <class Rule, class Real, class... T>
  KOKKOS_FUNCTION static auto call(Rule const& rule, Real w, T const&... terms)
      -> decltype(Real(rule.on_reward(w, terms...))) {
    return rule.on_reward(w, terms...);
  }
};
/// Calls the hook with those of the terms that the rule has.
template <class Hook, class Rule, class Real, class Pre, class Post>
KOKKOS_FUNCTION auto call_with_terms(Rule const& rule, Real w, [[maybe_unused]] Pre const& pre,
                                     [[maybe_unused]] Post const& post) {
  if constexpr (HasPreTerms<Rule, Real>::value && HasPostTerms<Rule, Real>::value)
    return Hook::call(rule, w, pre, post);
  else if constexpr (HasPreTerms<Rule, Real>::value)
    return Hook::call(rule, w, pre);
  else
    return Hook::call(rule, w, post);
}
template <class Rule, class Real>
using PreTerms = decltype(std::declval<Rule const&>().pre_terms(std::declval<Real>()));
template <class Rule, class Real>
using PostTerms = decltype(std::declval<Rule const&>().post_terms(std::declval<Real>()));

/// Whether Hook::call fits the terms that a rule declares.
template <class Hook, class Rule, class Real, class Enable, class... T>
struct FitsHook : std::false_type {};
template <class Hook, class Rule, class Real, class... T>
struct FitsHook<Hook, Rule, Real,
                std::void_t<decltype(Hook::call(std::declval<Rule const&>(), std::declval<Real>(),
                                                std::declval<T const&>()...))>,
                T...> : std::true_type {};
template <class Hook, class Rule, class Real>
constexpr bool has_hook_of_terms() {
  constexpr bool pre = HasPreTerms<Rule, Real>::value, post = HasPostTerms<Rule, Real>::value;
  if constexpr (pre && post)
    return FitsHook<Hook, Rule, Real, void, PreTerms<Rule, Real>, PostTerms<Rule, Real>>::value;
  else if constexpr (pre)
    return FitsHook<Hook, Rule, Real, void, PreTerms<Rule, Real>>::value;
  else if constexpr (post)
    return FitsHook<Hook, Rule, Real, void, PostTerms<Rule, Real>>::value;
  else
    return false;
}
/// Whether a rule changes all synapses in each step, or with each reward.
template <class Rule, class Real>
constexpr bool acts_each_step = has_hook_of_terms<OnStep, Rule, Real>();
template <class Rule, class Real>
constexpr bool acts_on_reward = has_hook_of_terms<OnReward, Rule, Real>();
/// Whether a rule looks at the traces of sources and targets.
template <class Rule, class Real>
constexpr bool sees_pre_trace = HasOnPost<Rule, Real>::value || HasPreTerms<Rule, Real>::value;
template <class Rule, class Real>
constexpr bool sees_post_trace = HasOnPre<Rule, Real>::value || HasPostTerms<Rule, Real>::value;

template <class Rule, class = void>
struct NormalisesTrace : std::false_type {};
template <class Rule>
struct NormalisesTrace<Rule, std::enable_if_t<bool(Rule::normalises_trace)>> : std::true_type {};

template <class Rule, class = void>
struct SeesPreviousPostTrace : std::false_type {};
template <class Rule>
struct SeesPreviousPostTrace<Rule, std::enable_if_t<bool(Rule::sees_previous_post_trace)>>
    : std::true_type {};

template <class Rule, class = void>
struct ArrivesFirst : std::false_type {};
template <class Rule>
struct ArrivesFirst<Rule, std::enable_if_t<bool(Rule::arrives_first)>> : std::true_type {};

/// One sentence per requirement on a plasticity rule; false after any of them failed.
template <class Rule, class Real>
constexpr bool check_rule() {
  if constexpr (std::is_same_v<Rule, Static>) {
    return true;
  } else {
    constexpr bool spikes = HasOnPre<Rule, Real>::value || HasOnPost<Rule, Real>::value;
    constexpr bool terms = HasPreTerms<Rule, Real>::value || HasPostTerms<Rule, Real>::value;
    static_assert(spikes || terms,
                  "koSNN: a plasticity rule needs `Real on_pre(Real w, Real post_trace) const` or "
                  "`Real on_post(Real w, Real pre_trace) const`, marked KOKKOS_FUNCTION");
    constexpr bool traces = sees_post_trace<Rule, Real> == HasPostTrace<Rule>::value &&
                            sees_pre_trace<Rule, Real> == HasPreTrace<Rule>::value;
    static_assert(traces,
                  "koSNN: a rule with on_pre needs `kosnn::Trace post_trace() const`, one with "
                  "on_post needs `kosnn::Trace pre_trace() const`, and the other way round (are "
                  "both hooks const and callable with (Real w, Real trace)?)");
    constexpr bool drive =
        !has_drive<Rule> ||
        (HasDriveHook<Rule, Real>::value && SeesOwnPostTrace<Rule, Real>::value &&
         !HasOwnPostTrace<Rule>::value && !NormalisesTrace<Rule>::value);
    static_assert(drive,
                  "koSNN: a rule with drive_traces needs `Real drive(kosnn::Terms<Real, N> const& "
                  "traces, bool fires) const` for as many traces and `Real on_post(Real w, Real "
                  "pre_trace, Real drive) const`, marked KOKKOS_FUNCTION, and neither has an "
                  "own_post_trace nor normalises its trace");
    constexpr bool own =
        SeesOwnPreTrace<Rule, Real>::value == HasOwnPreTrace<Rule>::value &&
        (SeesOwnPostTrace<Rule, Real>::value == HasOwnPostTrace<Rule>::value || has_drive<Rule>);
    static_assert(own,
                  "koSNN: a rule whose on_pre takes (w, post_trace, own_trace) needs `kosnn::Trace "
                  "own_pre_trace() const`, one whose on_post takes (w, pre_trace, own_trace) needs "
                  "`kosnn::Trace own_post_trace() const`, and the other way round");
    constexpr bool takes_terms =
        terms == (acts_each_step<Rule, Real> || acts_on_reward<Rule, Real>);
    static_assert(takes_terms,
                  "koSNN: a rule with pre_terms or post_terms needs `Real on_step(Real w, terms "
                  "const&...) const` (or the same as on_reward), marked KOKKOS_FUNCTION, for those "
                  "that it has, in this order");
    constexpr bool real = std::is_same_v<typename ModelReal<Rule, Real>::type, Real>;
    static_assert(real,
                  "koSNN: the plasticity rule and the network differ in precision; write for "
                  "example make_network<Device, double>(...) with PairStdp<double>{}");
    constexpr bool rewarded = HasEligibility<Rule>::value == HasOnReward<Rule, Real>::value;
    static_assert(rewarded,
                  "koSNN: a rule that learns by reward needs both `kosnn::Relaxation eligibility() "
                  "const` and `Real on_reward(Real w, Real e, Real reward) const`, marked "
                  "KOKKOS_FUNCTION");
    constexpr bool synaptic =
        !HasSynapseTrace<Rule>::value ||
        (HasSynapticOnPre<Rule, Real>::value && HasSynapticOnPost<Rule, Real>::value &&
         !HasEligibility<Rule>::value && !terms);
    static_assert(synaptic,
                  "koSNN: a rule with `kosnn::Relaxation synapse_trace() const` needs `Real "
                  "on_pre(Real w, Real post_trace, Real& synapse_trace) const` and `Real "
                  "on_post(Real w, Real pre_trace, Real& synapse_trace) const`, and has neither an "
                  "eligibility nor terms");
    constexpr bool one_way = !(HasEligibility<Rule>::value && terms);
    static_assert(one_way,
                  "koSNN: a rule has either an eligibility or terms; give a projection of its own "
                  "to each of two rules");
    constexpr bool remains = !HasAfterReward<Rule, Real>::value || HasEligibility<Rule>::value;
    static_assert(remains,
                  "koSNN: after_reward says what a reward leaves of an eligibility; the rule needs "
                  "`kosnn::Relaxation eligibility() const` too");
    return (spikes || terms) && traces && drive && own && takes_terms && real && rewarded &&
           synaptic && one_way && remains;
  }
}

}  // namespace detail
}  // namespace kosnn

#endif

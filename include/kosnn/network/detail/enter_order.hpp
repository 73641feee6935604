#ifndef KOSNN_NETWORK_DETAIL_ENTER_ORDER_HPP
#define KOSNN_NETWORK_DETAIL_ENTER_ORDER_HPP

#include "kosnn/core/config.hpp"
#include "kosnn/core/error.hpp"
#include "kosnn/learning/concept.hpp"
#include "kosnn/network/detail/delay_steps.hpp"
#include "kosnn/network/detail/learn_by_replay.hpp"
#include "kosnn/network/detail/projection_data.hpp"
#include "kosnn/network/detail/run.hpp"

// What a projection's options say of when its rule is applied, and of where its delays lie.

namespace kosnn::detail {

/// A trace as earlier spikes have left it.
template <class Trace, class Real = decltype(Trace::decay)>
SeenTrace<Real> earlier_trace(Trace const& trace) {
  require(!trace.own,
          "learn_before_delivery, ignore_coincidences and rules in which arrivals come first need "
          "traces that relax alike in all neurons");
  return {1, trace.of_potential ? Real(1) : trace.decay};
}

/// The order of arrivals, spikes and deliveries; after the rule's traces have been added.
template <class Data, class Spec, class Pre, class Post>
void enter_order(Data& data, Spec const& spec, [[maybe_unused]] Pre const& pre,
                 [[maybe_unused]] Post const& post) {
  using Rule = typename Data::Rule;
  using Real = typename Data::real;
  if constexpr (SeesPreviousPostTrace<Rule>::value) data.met.ago = 1;
  data.learns_first = spec.learns_first();
  if constexpr (sees_post_trace<Rule, Real>)
    if (spec.learns_first() || spec.ignores_coincidences() || ArrivesFirst<Rule>::value)
      data.met = earlier_trace(post.data().traces[data.post_trace]);
  if constexpr (sees_pre_trace<Rule, Real>)
    if (spec.ignores_coincidences()) data.seen = earlier_trace(pre.data().traces[data.pre_trace]);
}

/// For how many steps a spike of the target may drive a rule, as far as room for them goes.
constexpr int steps_of_a_spike = 16;

/// Whether the postsynaptic half of the rule waits until a row is walked.
template <class ExecutionSpace, class Data, class Pre>
void enter_replay([[maybe_unused]] Data& data, [[maybe_unused]] Pre const& pre,
                  [[maybe_unused]] int batch, [[maybe_unused]] bool subtracts_traces,
                  [[maybe_unused]] double dt) {
  if constexpr (can_replay<Data> && runs_on_host<ExecutionSpace>) {
    auto const& trace = pre.data().traces[data.pre_trace];
    bool forgets = false;
    if constexpr (HasEligibility<typename Data::Rule>::value) forgets = data.eligibility.forgets;
    data.replay.on = data.listed && batch == 1 && !Pre::Data::graded && !trace.own &&
                     !trace.of_potential && !data.immediate_trace && !subtracts_traces && !forgets;
    data.replay.follow(trace, !keeps_values<Data>, dt);
    if constexpr (has_drive<typename Data::Rule>) data.replay.depth *= steps_of_a_spike;
  }
}

/// Which part of the delays is dendritic.
template <class Data, class Spec>
void enter_dendrites(Data& data, Spec const& spec, DelaySteps const& delays, double dt) {
  long long const part = whole_steps(spec.dendritic_ms(), dt, "dendritic");
  data.all_dendritic = spec.all_dendritic();
  if (!data.all_dendritic && part == 0) return;
  require(data.all_dendritic || part <= delays.least(), "dendritic: ", spec.dendritic_ms(),
          " ms of a delay of ", dt * delays.least(), " ms");
  constexpr bool eligible = HasEligibility<typename Data::Rule>::value;
  if (eligible) data.replay.on = false;
  require(
      data.replay.on || !has_drive<typename Data::Rule>,
      "dendritic: a rule with a drive needs Sparse (or delays that differ), a batch of 1, a CPU "
      "and sources whose traces relax alike");
  require(!data.immediate_trace,
          "dendritic: immediate_trace shows rules the traces of sources without a delay");
  require(
      eligible || !Data::Topology::shares_weights || !spec.ignores_coincidences(),
      "dendritic: shared weights change after deliveries, so that ignore_coincidences, by which "
      "spikes that have passed the dendrite come first, is not for them");
  data.dendritic = static_cast<int>(part);
  data.longest_lag = data.lag(delays.most());
  if (data.replay.on) data.replay.wait_for(data.longest_lag);
}

}  // namespace kosnn::detail

#endif

#ifndef KOSNN_NETWORK_REWARD_TOOLS_HPP
#define KOSNN_NETWORK_REWARD_TOOLS_HPP

#include <Kokkos_Core.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "kosnn/core/error.hpp"
#include "kosnn/core/relaxation.hpp"
#include "kosnn/core/slices.hpp"
#include "kosnn/kokkos/compat.hpp"
#include "kosnn/network/detail/delay_steps.hpp"
#include "kosnn/network/detail/eligibility_powers.hpp"
#include "kosnn/network/detail/host_copy.hpp"
#include "kosnn/network/detail/network_data.hpp"
#include "kosnn/network/detail/range.hpp"
#include "kosnn/network/detail/run.hpp"

namespace kosnn {

/// Rewards, and the eligibilities by which they act; part of every Projection. `Rewarding` is what
/// its declaration says of a population whose spikes are rewards.
template <class Projection, class Data, class Rewarding>
class RewardTools {
 public:
  using Real = typename Data::real;
  using Rule = typename Data::Rule;
  static constexpr bool has_eligibility = detail::HasEligibility<Rule>::value;
  static constexpr bool rewarded = has_eligibility || detail::acts_on_reward<Rule, Real>;

  /// Gives a reward: every weight changes by what its rule makes of the reward and of the synapse's
  /// eligibility (or the traces) after the last step, unless learning is off. A reward of 0 costs
  /// nothing. Throws where it is not finite.
  void reward(double value) {
    static_assert(rewarded, "koSNN: reward is for a projection whose rule learns by reward");
    check_reward(value);
    if (value != 0) give(Real(value), nullptr, all_targets());
  }
  /// The same for the synapses onto one part of the targets, which do not share weights.
  void reward(Slice const& targets, double value) {
    static_assert(rewarded, "koSNN: reward is for a projection whose rule learns by reward");
    static_assert(!Projection::shares_weights,
                  "koSNN: a reward for some targets is for weights of their own");
    check_reward(value);
    int const size = self().data_.post_size;
    require(targets.begin >= 0 && targets.begin <= targets.end && targets.end <= size, self().name_,
            ": reward: neurons ", targets.begin, " to ", targets.end, " of ", size, " targets");
    if (value != 0) give(Real(value), nullptr, detail::Range{targets.begin, targets.end});
  }
  /// A reward for each batch element; a rule with an eligibility needs reward_per_element() at the
  /// projection's declaration.
  void reward(std::vector<double> const& values) {
    static_assert(rewarded, "koSNN: reward is for a projection whose rule learns by reward");
    check_reward(values);
    if (self().batch_ == 1) return reward(values[0]);
    detail::to_device(std::vector<Real>(values.begin(), values.end()), self().data_.rewards);
    give(1, self().data_.rewards.data(), all_targets());
  }
  /// Eligibility of every synapse after the last step: its mean (or sum) over the batch, or, with
  /// reward_per_element(), (batch, synapses).
  std::vector<Real> eligibility() const {
    static_assert(has_eligibility, "koSNN: eligibility is for a projection whose rule has one");
    self().catch_up();
    auto const values = detail::to_host(self().data_.eligibility.values);
    Real const power = powers_.before(self().step_);
    auto const order = self().rows();
    std::vector<Real> all;
    for (auto begin = values.begin(); begin != values.end();) {
      auto const end = begin + static_cast<std::ptrdiff_t>(self().data_.stored);
      for (Real const e : order.to_canonical(std::vector<Real>(begin, end)))
        all.push_back(power * e);
      begin = end;
    }
    return all;
  }

  // What follows is for Network.

  /// Throws where `reward` would.
  void check_reward(double value) const {
    detail::require_finite<Real>(value, self().name_, ": a reward");
  }
  void check_reward(std::vector<double> const& values) const {
    int const batch = self().batch_;
    require(!has_eligibility || per_element_, self().name_,
            ": takes one reward for all batch elements; declare it with reward_per_element() to "
            "give one to each");
    require(values.size() == static_cast<std::size_t>(batch), self().name_, ": reward takes ",
            batch, " values, one for each batch element, got ", values.size());
    for (std::size_t b = 0; b < values.size(); ++b)
      detail::require_finite<Real>(values[b], self().name_, ": the reward of batch element ", b);
  }
  /// The population whose spikes are rewards, if there is one.
  std::optional<Rewarding> const& rewarding() const { return rewarding_; }

 protected:
  template <class Spec>
  void set_up_eligibility(Spec const& spec, int batch) {
    per_element_ = spec.has_reward_per_element();
    self().data_.eligibility.elements = per_element_ ? batch : 1;
    follow(spec.rule().eligibility());
    if (spec.rewarding()) set_up_modulation(*spec.rewarding());
  }
  /// Takes over how eligibilities, or the traces of synapses, relax.
  void follow(Relaxation const& relaxation) {
    powers_ = detail::EligibilityPowers<Real>(relaxation, self().dt_);
    powers_.enter(self().data_.eligibility);
  }
  /// Another relaxation from now on; the eligibilities themselves stay.
  void change_relaxation(Data& changed, Relaxation const& relaxation) {
    detail::EligibilityPowers<Real> const powers(relaxation, self().dt_);
    std::int64_t const step = self().step_;
    powers.enter(changed.eligibility);
    if constexpr (has_eligibility)
      if (auto& m = changed.modulation; m.on) {
        require(!changed.eligibility.forgets,
                "rewarded_by: the rule's eligibility must last for more than a step");
        m.remember(powers.powers()[1], self().dt_);
        m.restart(changed.eligibility.steps_before(step));
      }
    Real const factor = powers_.before(step) / powers.before(step);
    auto stored = detail::to_host(changed.eligibility.values);
    for (Real& e : stored) e *= factor;
    detail::to_device(stored, changed.eligibility.values);
    detail::to_device(powers.powers(), changed.eligibility.powers);
    powers_ = powers;
  }
  /// After the arrays have been made.
  void store_powers() {
    if constexpr (detail::keeps_values<Data>)
      detail::to_device(powers_.powers(), self().data_.eligibility.powers);
  }
  void clear_eligibility() {
    if constexpr (detail::keeps_values<Data>) detail::clear(self().data_.eligibility.values);
    clear_modulation();
  }
  void clear_modulation() {
    if constexpr (has_eligibility)
      if (self().data_.modulation.on) self().data_.modulation.clear();
  }
  /// Of a rule with terms, which looks at the populations at both ends.
  template <class Pre, class Post>
  void set_up_reward(Pre& pre, Post& post) {
    using ExecutionSpace = typename Projection::ExecutionSpace;
    reward_terms_ = [&pre, &post](Data const& data, std::int64_t step, Real reward,
                                  Real const* rewards, detail::Range among, int workers) {
      detail::reward_terms<ExecutionSpace>(data, pre.data(), post.data(), step, reward, rewards,
                                           among, workers);
    };
  }

 private:
  Projection& self() { return static_cast<Projection&>(*this); }
  Projection const& self() const { return static_cast<Projection const&>(*this); }

  void set_up_modulation(Rewarding const& rewarding) {
    auto& m = self().data_.modulation;
    auto const& substance = rewarding.substance;
    double const dt = self().dt_;
    substance.check();
    require(!self().data_.eligibility.forgets,
            "rewarded_by: the rule's eligibility must last for more than a step");
    require(self().batch_ == 1 || per_element_,
            "rewarded_by: with a batch each element has spikes of its own; declare "
            "reward_per_element() too");
    m.follow(substance, powers_.powers()[1], dt);
    m.batch = self().batch_;
    m.delay = std::max(
        1, static_cast<int>(detail::whole_steps(substance.delay(), dt, "rewarded_by: the delay")));
    rewarding_ = rewarding;
  }
  detail::Range all_targets() const { return {0, self().data_.post_size}; }
  void give(Real reward, Real const* rewards, detail::Range among) {
    auto& data = self().data_;
    if (!data.learning) return;
    detail::ProfilingRegion const region("kosnn::reward");
    self().catch_up();
    std::int64_t const step = self().step_;
    if constexpr (has_eligibility)
      detail::reward_projection<typename Projection::ExecutionSpace>(
          data, powers_.before(step), reward, rewards, among, self().workers_);
    else if (step > 0)
      reward_terms_(data, step - 1, reward, rewards, among, self().workers_);
  }

  detail::EligibilityPowers<Real> powers_;
  bool per_element_ = false;
  std::function<void(Data const&, std::int64_t, Real, Real const*, detail::Range, int)>
      reward_terms_;
  std::optional<Rewarding> rewarding_;
};

}  // namespace kosnn

#endif

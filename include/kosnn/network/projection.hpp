#ifndef KOSNN_NETWORK_PROJECTION_HPP
#define KOSNN_NETWORK_PROJECTION_HPP

#include <Kokkos_Core.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "kosnn/core/config.hpp"
#include "kosnn/core/names.hpp"
#include "kosnn/network/detail/host_copy.hpp"
#include "kosnn/network/detail/projection_data.hpp"
#include "kosnn/network/detail/room.hpp"
#include "kosnn/network/detail/run.hpp"
#include "kosnn/network/detail/synapse_rows.hpp"
#include "kosnn/network/spec.hpp"

namespace kosnn {

/// A projection of a network: what can be set and read between runs. Arrays over synapses are
/// row-major (presynaptic, postsynaptic) for Dense and AllButOne (0 on its diagonal), one value a
/// neuron for OneToOne, (output channel, input channel, ky, kx) for Conv2d, one for pooling.
template <class Device, class Real, class Spec>
class Projection {
 public:
  using Topology = typename Spec::Topology;
  using Rule = typename Spec::Rule;
  using Data = detail::ProjectionData<Device, Real, Topology, Rule>;
  using ExecutionSpace = typename Device::execution_space;
  static constexpr bool plastic = !std::is_same_v<Rule, Static>;
  static constexpr bool shares_weights = Topology::shares_weights;
  static constexpr bool pools = detail::is_pooling<Topology>();
  static constexpr bool takes_maximum = detail::takes_maximum<Topology>();
  static constexpr bool has_eligibility = detail::HasEligibility<Rule>::value;
  static constexpr bool rewarded = has_eligibility || detail::acts_on_reward<Rule, Real>;

  /// Made by make_network, which gives the two populations and, where there is more than one
  /// projection between them, which it is (0: the first).
  template <class Pre, class Post>
  Projection(Spec const& spec, Config const& config, std::uint32_t stream, int number, Pre& pre,
             Post& post)
      : name_("projection " + detail::type_name<typename Spec::Pre>() + " -> " +
              detail::type_name<typename Spec::Post>() +
              (number == 0 ? "" : " (number " + std::to_string(number) + ")")),
        weights_(spec.weights()),
        mask_(spec.mask()),
        sign_(spec.sign()),
        random_(config.seed(), stream),
        data_(spec.topology()) {
    detail::naming(name_, [&] {
      data_.pre_size = pre.size();
      data_.post_size = post.size();
      data_.topology.connect(pre.shape(), post.shape());
      weights_.values.check(storage(), "weights");
      require(weights_.scale != Weights::Scale::sum ||
                  (std::isfinite(weights_.total) && weights_.total != 0),
              "weights: the sum must be finite and not 0, got ", weights_.total);
      require(!pools || weights_.values.is_constant(), "pooling has one constant weight");
      data_.constant = weights_.values.is_constant() && !plastic;
      set_up_rule(spec, config, pre, post);
      set_up_delays(spec.delays().values, config);
      set_up_sharing(spec, pre, post);
    });
  }

  /// "projection Exc -> Inh", and "projection Exc -> Inh (number 1)" for a second one.
  std::string const& name() const { return name_; }
  /// Number of synapses.
  std::size_t synapses() const { return data_.topology.synapses(); }
  std::vector<Real> weights() const {
    if (data_.constant) {
      std::vector<Real> values(storage(), data_.constant_weight);
      for (std::size_t k = 0; k < values.size(); ++k)
        if (!data_.topology.exists(k)) values[k] = 0;
      return values;
    }
    return rows().to_canonical(detail::to_host(data_.weights));
  }
  /// Throws where a weight is not finite or outside the rule's bounds.
  void set_weights(std::vector<Real> const& values) {
    require(values.size() == storage(), name_, ": set_weights takes ", storage(), " values, got ",
            values.size());
    require(!data_.constant, name_,
            ": has one constant weight; declare it with weights::array to set each");
    detail::naming(name_, [&] {
      for (std::size_t k = 0; k < values.size(); ++k)
        if (!data_.topology.exists(k))
          require(values[k] == 0, "weight ", k, " lies on the diagonal and must be 0, got ",
                  values[k]);
        else
          check_weight(values[k], k);
    });
    detail::to_device(rows().to_storage(values), data_.weights);
  }
  /// Delays in ms.
  std::vector<double> delays() const {
    std::vector<double> ms(storage());
    for (std::size_t k = 0; k < ms.size(); ++k) ms[k] = dt_ * delay_of(k);
    return ms;
  }

  /// The rule with its present parameters.
  Rule const& rule() const {
    static_assert(plastic, "koSNN: rule is for a projection with a plasticity rule");
    return data_.rule;
  }
  /// Changes the rule's parameters, for example its rates; state, weights and eligibilities stay.
  /// Throws where the traces would be others or a weight lies outside the new bounds.
  void set_rule(Rule const& rule) {
    static_assert(plastic, "koSNN: set_rule is for a projection with a plasticity rule");
    detail::naming(name_, [&] {
      require_same_traces(rule);
      Data changed = data_;
      take_rule(changed, rule);
      auto const values = weights();
      for (std::size_t k = 0; k < values.size(); ++k)
        if (data_.topology.exists(k)) check_weight(changed, values[k], k);
      if constexpr (has_eligibility) change_relaxation(changed, rule.eligibility());
      data_ = changed;
    });
  }

  /// Switches plasticity off and on again. Meanwhile eligibilities relax and nothing is added.
  void learning(bool on) {
    static_assert(plastic, "koSNN: learning is for a projection with a plasticity rule");
    data_.learning = on;
  }
  bool is_learning() const { return plastic && data_.learning; }
  /// Which synapses learn: a factor in [0, 1] for the changes of each.
  void set_mask(std::vector<double> const& factors) {
    static_assert(plastic, "koSNN: a mask is for a projection with a plasticity rule");
    detail::naming(name_, [&] { check_mask(factors); });
    store_mask(factors);
  }
  /// Gives a reward: every weight changes by what its rule makes of the reward and of the synapse's
  /// eligibility (or the traces) after the last step, unless learning is off. A reward of 0 costs
  /// nothing. Throws where it is not finite.
  void reward(double value) {
    static_assert(rewarded, "koSNN: reward is for a projection whose rule learns by reward");
    check_reward(value);
    if (value != 0) give(Real(value), nullptr);
  }
  /// A reward for each batch element; a rule with an eligibility needs reward_per_element() at the
  /// projection's declaration.
  void reward(std::vector<double> const& values) {
    static_assert(rewarded, "koSNN: reward is for a projection whose rule learns by reward");
    check_reward(values);
    if (batch_ == 1) return reward(values[0]);
    detail::to_device(std::vector<Real>(values.begin(), values.end()), data_.rewards);
    give(1, data_.rewards.data());
  }
  /// Eligibility of every synapse after the last step: its mean (or sum) over the batch, or, with
  /// reward_per_element(), (batch, synapses).
  std::vector<Real> eligibility() const {
    static_assert(has_eligibility, "koSNN: eligibility is for a projection whose rule has one");
    auto const values = detail::to_host(data_.eligibility.values);
    Real const power = present_power();
    std::vector<Real> all;
    for (auto begin = values.begin(); begin != values.end();) {
      auto const end = begin + static_cast<std::ptrdiff_t>(rows_in_storage());
      for (Real const e : rows().to_canonical(std::vector<Real>(begin, end)))
        all.push_back(power * e);
      begin = end;
    }
    return all;
  }
  /// Scales the weights of each target so that they add up to `total` (Diehl & Cook 2015,
  /// doi 10.3389/fncom.2015.00099) and clamps them, where a rule has bounds; targets whose weights
  /// add up to 0 stay as they are. Throws where the bounds allow no weight of the sign of `total`.
  void normalise(double total) {
    detail::require_finite<Real>(total, name_, ": normalise: the sum");
    require(!data_.constant, name_, ": has one constant weight, which can't be normalised");
    require((total <= 0 || data_.high > 0) && (total >= 0 || data_.low < 0), name_,
            ": normalise: weights in [", data_.low, ", ", data_.high, "] can't add up to ", total);
    detail::ProfilingRegion const region("kosnn::normalise");
    detail::normalise_projection<ExecutionSpace>(data_, Real(total), sums_.data(), workers_);
  }

  // What follows is for Network and the recorders.

  Data& data() { return data_; }
  Data const& data() const { return data_; }
  /// For the arrays that are made later.
  void set_room(detail::Room const& room) { room_ = &room; }
  /// How many workers share its targets.
  void set_workers(int workers) { workers_ = workers; }
  int min_delay() const { return min_delay_; }
  int max_delay() const { return max_delay_; }
  /// Whether its target's model subtracts the traces of its source.
  bool subtracts_traces() const { return subtracts_traces_; }

  void layout(detail::Arena& arena) {
    if (!data_.constant) {
      arena.array(data_.weights, "weights", rows_in_storage());
      if (!shares_weights) arena.array(sums_, "sums", static_cast<std::size_t>(data_.post_size));
    }
    if constexpr (has_eligibility) {
      auto& e = data_.eligibility;
      arena.array(e.values, "eligibility",
                  static_cast<std::size_t>(e.elements) * rows_in_storage());
      arena.array(e.powers, "powers", max_period + 1);
    }
    if (rewarded && batch_ > 1)
      arena.array(data_.rewards, "rewards", static_cast<std::size_t>(batch_));
    if constexpr (detail::HasPostTerms<Rule, Real>::value)
      arena.array(data_.post_terms, "terms",
                  detail::PostTerms<Rule, Real>::size * static_cast<std::size_t>(data_.post_size));
    if constexpr (detail::HasPreTerms<Rule, Real>::value && shares_weights) {
      auto const copies = detail::PreTerms<Rule, Real>::size * static_cast<std::size_t>(workers_);
      arena.array(data_.pre_terms, "terms", copies * static_cast<std::size_t>(data_.pre_size));
      arena.array(data_.element_terms, "terms",
                  copies * static_cast<std::size_t>(data_.topology.kernel_elements()));
    }
    if constexpr (detail::normalises_trace<Data> && detail::learns_from_spikes<Data, Real> &&
                  !shares_weights)
      arena.array(data_.largest, "largest",
                  static_cast<std::size_t>(batch_) * static_cast<std::size_t>(data_.post_size));
    if (mask_ || data_.masked) arena.array(data_.mask, "mask", rows_in_storage());
    if (shares_weights && plastic) arena.array(data_.changes, "changes", storage());
    if constexpr (shares_weights && !pools && detail::runs_on_host<ExecutionSpace>)
      if (!data_.listed) {
        std::size_t const lanes = detail::ChannelLanes::total(data_.topology.channels(), workers_);
        auto const taps = static_cast<std::size_t>(data_.topology.rows()) *
                          static_cast<std::size_t>(data_.topology.kernel_area());
        arena.array(data_.by_channel.weights, "channel_weights", lanes * taps);
        arena.array(data_.by_channel.sums, "channel_sums",
                    lanes * static_cast<std::size_t>(data_.topology.positions()) *
                        static_cast<std::size_t>(batch_));
      }
    if (takes_maximum)
      arena.array(data_.targets, "first_sources", static_cast<std::size_t>(data_.post_size));
    if (!data_.listed) return;
    auto const rows = static_cast<std::size_t>(data_.topology.rows());
    arena.array(data_.targets, "targets", rows_in_storage());
    arena.array(data_.group_begin, "rows", rows * static_cast<std::size_t>(data_.groups) + 1);
    arena.array(data_.group_delay, "delays", static_cast<std::size_t>(data_.groups));
    if (shares_weights) arena.array(data_.column_delay, "element_delays", storage());
    if (!plastic || shares_weights) return;
    arena.array(data_.column_begin, "columns", static_cast<std::size_t>(data_.post_size) + 1);
    arena.array(data_.column_source, "column_sources", synapses());
    arena.array(data_.column_synapse, "column_synapses", synapses());
    arena.array(data_.column_delay, "column_delays", synapses());
  }

  /// Throws where `reward` would.
  void check_reward(double value) const {
    detail::require_finite<Real>(value, name_, ": a reward");
  }
  void check_reward(std::vector<double> const& values) const {
    require(!has_eligibility || per_element_, name_,
            ": takes one reward for all batch elements; declare it with reward_per_element() to "
            "give one to each");
    require(values.size() == static_cast<std::size_t>(batch_), name_, ": reward takes ", batch_,
            " values, one for each batch element, got ", values.size());
    for (std::size_t b = 0; b < values.size(); ++b)
      detail::require_finite<Real>(values[b], name_, ": the reward of batch element ", b);
  }

  /// Step that comes next.
  void at_step(std::int64_t step) { step_ = step; }
  void reset_state() {
    if constexpr (has_eligibility) detail::clear(data_.eligibility.values);
    step_ = 0;
  }

  /// After the arrays have been made.
  void initialise() {
    if constexpr (has_eligibility) detail::to_device(powers_, data_.eligibility.powers);
    detail::naming(name_, [&] {
      if (data_.listed) {
        draw_delays();
        store_rows();
      }
      if constexpr (takes_maximum) store_first_sources();
      weights_.values = weights_.scaled(data_.topology.fans());
      data_.constant_weight = Real(weights_.values.first());
      if constexpr (pools) data_.constant_weight *= Real(data_.topology.share());
      if (data_.constant) return check_weight(data_.constant_weight, 0);
      std::vector<Real> drawn(storage());
      for (std::size_t k = 0; k < drawn.size(); ++k) drawn[k] = initial_weight(k);
      scale_to_total(drawn);
      detail::to_device(rows().to_storage(drawn), data_.weights);
      if (mask_) store_mask(*mask_);
    });
    weights_.values = Values::constant(weights_.values.first());  // an array's memory is released
    mask_.reset();
  }

 private:
  std::size_t storage() const { return data_.topology.storage(); }
  std::size_t rows_in_storage() const {
    return data_.listed && !shares_weights ? synapses() : storage();
  }
  detail::SynapseRows<Topology> rows() const {
    return {data_.topology, delay_steps_, group_delays_};
  }
  int delay_of(std::size_t k) const { return delay_steps_.empty() ? data_.delay : delay_steps_[k]; }

  template <class Pre, class Post>
  void set_up_rule(Spec const& spec, Config const& config, Pre& pre, Post& post) {
    dt_ = config.dt();
    batch_ = config.batch();
    if constexpr (!plastic) enter_bounds(data_, narrowed(Bounds{}));
    require(plastic || !mask_, "a mask is for a projection with a plasticity rule");
    if (mask_) check_mask(*mask_);
    if constexpr (plastic) {
      take_rule(data_, spec.rule());
      if constexpr (detail::sees_post_trace<Rule, Real>)
        data_.post_trace = post.add_trace(spec.rule().post_trace(), "postsynaptic trace");
      if constexpr (detail::sees_pre_trace<Rule, Real>)
        data_.pre_trace = pre.add_trace(spec.rule().pre_trace(), "presynaptic trace");
      if constexpr (has_eligibility) set_up_eligibility(spec, config);
      if constexpr (detail::acts_on_reward<Rule, Real>)
        reward_terms_ = [&pre, &post](Data const& data, std::int64_t step, Real reward,
                                      Real const* rewards, int workers) {
          detail::reward_terms<ExecutionSpace>(data, pre.data(), post.data(), step, reward, rewards,
                                               workers);
        };
      data_.scale =
          config.batch_update() == BatchUpdate::mean ? Real(1) / Real(config.batch()) : Real(1);
    }
  }

  /// The bounds that a rule asks for as Dale's principle narrows them.
  Bounds narrowed(Bounds bounds) const {
    require(bounds.low <= bounds.high, "the clamp needs low <= high, got ", bounds.low, " and ",
            bounds.high);
    double const low = bounds.low, high = bounds.high;
    if (sign_ > 0) bounds.low = std::max(low, 0.0);
    if (sign_ < 0) bounds.high = std::min(high, 0.0);
    for (double const bound : {low, high})
      if (std::isfinite(bound)) detail::require_finite<Real>(bound, "a bound of the clamp");
    bool const others = sign_ == 0 || (sign_ > 0 ? high > 0 : low < 0);
    require(others, "the clamp [", low, ", ", high, "] leaves ",
            sign_ > 0 ? "excitatory synapses no weight above 0; give the rule one with a high "
                        "above 0, as in clamp(0, 1)"
                      : "inhibitory synapses no weight below 0; give the rule one with a low "
                        "below 0, as in clamp(-1, 0)");
    double const width = bounds.high - bounds.low;
    require(!bounds.soft || (std::isfinite(width) && width > 0),
            "soft bounds must be finite and low < high, got ", bounds.low, " and ", bounds.high,
            of_sign());
    require(!bounds.soft || Real(bounds.low) < Real(bounds.high), "soft bounds of ", bounds.low,
            " and ", bounds.high, " are equal in the network's precision");
    return bounds;
  }
  static void enter_bounds(Data& data, Bounds const& bounds) {
    data.low = Real(bounds.low);
    data.high = Real(bounds.high);
    data.soft = bounds.soft;
    if (data.soft) data.per_width = 1 / (data.high - data.low);
  }
  /// What depends on the models of the two populations and on shared weights.
  template <class Pre, class Post>
  void set_up_sharing(Spec const& spec, Pre& pre, Post& post) {
    data_.immediate_trace = spec.has_immediate_trace();
    constexpr bool seen = detail::sees_pre_trace<Rule, Real> ||
                          detail::HasPresynapticTrace<typename Post::Model>::value;
    require(seen || !data_.immediate_trace,
            "immediate_trace: neither a rule nor the target looks at the traces of the source");
    if constexpr (detail::HasPresynapticTrace<typename Post::Model>::value) {
      subtracts_traces_ = true;
      data_.subtracted_trace =
          pre.add_trace(post.data().cell.model.presynaptic_trace(), "presynaptic trace");
    }
    if constexpr (shares_weights && !pools) {
      require(storage() < 1ull << 31, "more than 2^31 - 1 shared weights");
      if (!spec.sums_positions()) data_.position_scale = Real(1) / Real(data_.topology.positions());
      data_.scale *= data_.position_scale;
    }
    if (!takes_maximum) return;
    require(!post.has_own_relaxations(), post.name(),
            " takes over the traces of the neurons that win; declare relaxations of each neuron at "
            "the source of the max pooling");
    post.data().pooled.size = pre.size();
    post.data().pooled.delay = data_.delay;
  }
  /// Checks a rule and enters it into `data`.
  void take_rule(Data& data, Rule const& rule) const {
    data.rule = rule;
    Bounds bounds;
    if constexpr (detail::HasBounds<Rule>::value) bounds = rule.bounds();
    bounds = narrowed(bounds);
    enter_bounds(data, bounds);
    if constexpr (detail::PreparesWithBounds<Rule>::value)
      data.rule.prepare(dt_, bounds);
    else if constexpr (detail::HasPrepare<Rule>::value)
      data.rule.prepare(dt_);
    if constexpr (detail::HasActsOnPre<Rule>::value) data.acts_on_pre = data.rule.acts_on_pre();
  }
  /// Throws unless `rule` sees the traces that the populations keep for the present one.
  void require_same_traces(Rule const& rule) const {
    bool same = true;
    if constexpr (detail::HasPreTrace<Rule>::value)
      same = same && rule.pre_trace() == data_.rule.pre_trace();
    if constexpr (detail::HasPostTrace<Rule>::value)
      same = same && rule.post_trace() == data_.rule.post_trace();
    require(same, "set_rule: the traces of a rule can't be changed, only its other parameters");
  }
  void set_up_eligibility(Spec const& spec, Config const& config) {
    per_element_ = spec.has_reward_per_element();
    data_.eligibility.elements = per_element_ ? config.batch() : 1;
    powers_ = take_relaxation(data_.eligibility, spec.rule().eligibility());
  }
  /// Enters the relaxation of the eligibility; returns the powers of its decay.
  std::vector<Real> take_relaxation(detail::Eligibility<Device, Real>& e,
                                    Relaxation const& relaxation) const {
    relaxation.template check<Real>(dt_, "eligibility");
    e.gain = Real(relaxation.gain(dt_));
    double const decay = relaxation.decay(dt_);
    e.forgets = decay == 0;
    e.period = 1;
    while (e.period < max_period && std::pow(decay, e.period + 1) >= smallest_power) ++e.period;
    std::vector<Real> powers(max_period + 1);
    for (int k = 0; k <= e.period; ++k)
      powers[static_cast<std::size_t>(k)] = Real(std::pow(decay, k));
    return powers;
  }
  /// Another relaxation from now on; the eligibilities themselves stay.
  void change_relaxation(Data& changed, Relaxation const& relaxation) {
    auto const powers = take_relaxation(changed.eligibility, relaxation);
    Real const factor = present_power() / present_power(powers, changed.eligibility.period);
    auto stored = detail::to_host(changed.eligibility.values);
    for (Real& e : stored) e *= factor;
    detail::to_device(stored, changed.eligibility.values);
    detail::to_device(powers, changed.eligibility.powers);
    powers_ = powers;
  }
  /// What the stored eligibilities are to be multiplied by, after the last step.
  Real present_power() const { return present_power(powers_, data_.eligibility.period); }
  Real present_power(std::vector<Real> const& powers, int period) const {
    return powers[static_cast<std::size_t>(step_ == 0 ? 0 : (step_ - 1) % period)];
  }
  void give(Real reward, Real const* rewards) {
    if (!data_.learning) return;
    detail::ProfilingRegion const region("kosnn::reward");
    if constexpr (has_eligibility)
      detail::reward_projection<ExecutionSpace>(data_, present_power(), reward, rewards, workers_);
    else if (step_ > 0)
      reward_terms_(data_, step_ - 1, reward, rewards, workers_);
  }

  /// Delays in whole steps; rows are listed where they differ. Distributions are drawn later, when
  /// the network is known to fit into memory.
  void set_up_delays(Values const& values, Config const& config) {
    values.check(storage(), "delays");
    int const first = steps(values.first(), config.dt(), "delay");
    data_.delay = min_delay_ = max_delay_ = first;
    if (values.kind() == Values::Kind::uniform) {
      max_delay_ = steps(values.second(), config.dt(), "delay");
      for (int d = min_delay_; d <= max_delay_; ++d) group_delays_.push_back(d);
    } else if (values.kind() == Values::Kind::array) {
      take_delays(values, config.dt());
    }
    data_.listed = min_delay_ != max_delay_;
    require(!pools || !data_.listed, "delays: pooling takes one for all, got ", dt_ * min_delay_,
            " to ", dt_ * max_delay_, " ms");
    data_.groups = data_.listed ? static_cast<int>(group_delays_.size()) : 1;
    data_.stored = rows_in_storage();
    if (!data_.listed) delay_steps_.clear();
    require(!data_.listed || synapses() < 1ull << 32,
            "more than 2^32 synapses with delays of their own");
  }
  void take_delays(Values const& values, double dt) {
    delay_steps_.resize(storage());
    std::vector<bool> present;
    for (std::size_t k = 0; k < delay_steps_.size(); ++k) {
      delay_steps_[k] = steps(values.elements()[k], dt, "delay number ", k);
      auto const d = static_cast<std::size_t>(delay_steps_[k]);
      if (present.size() <= d) present.resize(d + 1);
      if (data_.topology.exists(k)) present[d] = true;
    }
    for (std::size_t d = 0; d < present.size(); ++d)
      if (present[d]) group_delays_.push_back(static_cast<int>(d));
    if (group_delays_.empty()) return;  // one neuron, which has no other to connect to
    data_.delay = min_delay_ = group_delays_.front();
    max_delay_ = group_delays_.back();
  }
  void draw_delays() {
    if (!delay_steps_.empty()) return;
    RandomStream const random(random_.seed(), random_.stream() + (1u << 24));
    delay_steps_.resize(storage());
    for (std::size_t k = 0; k < delay_steps_.size(); ++k)
      delay_steps_[k] =
          min_delay_ + static_cast<int>(unit(random, k) * (max_delay_ - min_delay_ + 1));
  }
  static double unit(RandomStream const& random, std::size_t k) {
    return Values::uniform(0, 1).at(k, random);
  }
  template <class... What>
  static int steps(double ms, double dt, What const&... what) {
    long long const n = detail::whole_steps(ms, dt, what...);
    require(n <= 1 << 24, what..., " of ", ms, " ms is longer than 2^24 steps");
    return static_cast<int>(n);
  }

  void store_first_sources() {
    auto const first = data_.topology.first_sources();
    detail::to_device(std::vector<std::uint32_t>(first.begin(), first.end()), data_.targets);
  }
  /// Scales weights so that they add up to what was asked for.
  void scale_to_total(std::vector<Real>& drawn) const {
    if (weights_.scale != Weights::Scale::sum) return;
    double const sum = std::accumulate(drawn.begin(), drawn.end(), 0.0);
    require(sum != 0, "weights: they add up to 0 and can't be scaled to ", weights_.total);
    for (std::size_t k = 0; k < drawn.size(); ++k) {
      drawn[k] = Real(drawn[k] * (weights_.total / sum));
      if (data_.topology.exists(k)) check_weight(drawn[k], k);
    }
  }

  void store_rows() {
    auto const layout = rows().layout();
    detail::to_device(layout.targets, data_.targets);
    detail::to_device(layout.group_begin, data_.group_begin);
    detail::to_device(group_delays_, data_.group_delay);
    if (shares_weights)
      detail::to_device(std::vector<std::uint32_t>(delay_steps_.begin(), delay_steps_.end()),
                        data_.column_delay);
    if (!plastic || shares_weights) return;
    auto const columns = detail::columns_of(layout, group_delays_, data_.post_size);
    detail::to_device(columns.begin, data_.column_begin);
    detail::to_device(columns.source, data_.column_source);
    detail::to_device(columns.synapse, data_.column_synapse);
    detail::to_device(columns.delay, data_.column_delay);
  }

  Real initial_weight(std::size_t k) const {
    bool const given = weights_.values.kind() == Values::Kind::array;
    if (!data_.topology.exists(k)) {
      require(!given || weights_.values.elements()[k] == 0, "weights: value ", k,
              " lies on the diagonal and must be 0");
      return Real(0);
    }
    double const value = weights_.values.at(k, random_);
    require(std::fabs(value) <= double(std::numeric_limits<Real>::max()), "weight ", k,
            " is not finite in the network's precision, got ", value);
    Real w = Real(value);
    if (weights_.values.kind() == Values::Kind::normal)
      w = std::clamp(w, data_.low, data_.high);
    else if (weights_.scale != Weights::Scale::sum)  // else it is checked when it has been scaled
      check_weight(w, k);
    return w;
  }
  void check_weight(Real w, std::size_t k) const { check_weight(data_, w, k); }
  char const* of_sign() const {
    return sign_ == 0 ? "" : (sign_ > 0 ? " of excitatory synapses" : " of inhibitory synapses");
  }
  void check_weight(Data const& data, Real w, std::size_t k) const {
    require(std::isfinite(w), "weight ", k, " is not finite");
    require(w >= data.low && w <= data.high, "weight ", k, " is ", w, ", outside the clamp [",
            data.low, ", ", data.high, "]", of_sign());
  }
  void check_mask(std::vector<double> const& factors) const {
    require(factors.size() == storage(), "the mask must hold ", storage(), " factors, got ",
            factors.size());
    for (std::size_t k = 0; k < factors.size(); ++k)
      require(factors[k] >= 0 && factors[k] <= 1, "factor ", k,
              " of the mask must be in [0, 1], got ", factors[k]);
  }
  void store_mask(std::vector<double> const& factors) {
    if (data_.mask.data() == nullptr) room_->make(data_.mask, name_, "mask", rows_in_storage());
    std::vector<Real> const reals(factors.begin(), factors.end());
    detail::to_device(rows().to_storage(reals), data_.mask);
    data_.masked = true;
  }

  // Powers of the eligibility's decay go on until they would fall below the one, or exceed the
  // number of the other.
  static constexpr double smallest_power = 1e-12;
  static constexpr int max_period = 1024;

  std::string name_;
  Weights weights_;
  std::optional<std::vector<double>> mask_;
  int sign_;  // of all weights, 0: any
  RandomStream random_;
  detail::Room const* room_ = nullptr;
  double dt_ = 1;
  bool subtracts_traces_ = false;
  std::int64_t step_ = 0;
  std::vector<Real> powers_;
  bool per_element_ = false;
  int batch_ = 1;
  /// What a reward does to a rule with terms, which looks at the populations at both ends.
  std::function<void(Data const&, std::int64_t, Real, Real const*, int)> reward_terms_;
  int min_delay_ = 0, max_delay_ = 0, workers_ = 1;
  std::vector<int> delay_steps_;   // canonical order; empty where all are equal
  std::vector<int> group_delays_;  // the delays there are, ascending
  Kokkos::View<Real*, Device> sums_;
  Data data_;
};

}  // namespace kosnn

#endif

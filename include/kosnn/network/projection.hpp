#ifndef KOSNN_NETWORK_PROJECTION_HPP
#define KOSNN_NETWORK_PROJECTION_HPP

#include <Kokkos_Core.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "kosnn/connections/sparse.hpp"
#include "kosnn/core/config.hpp"
#include "kosnn/core/names.hpp"
#include "kosnn/network/detail/delay_steps.hpp"
#include "kosnn/network/detail/enter_order.hpp"
#include "kosnn/network/detail/enter_rule.hpp"
#include "kosnn/network/detail/host_copy.hpp"
#include "kosnn/network/detail/initial_weights.hpp"
#include "kosnn/network/detail/projection_arrays.hpp"
#include "kosnn/network/detail/projection_data.hpp"
#include "kosnn/network/detail/range.hpp"
#include "kosnn/network/detail/room.hpp"
#include "kosnn/network/detail/run.hpp"
#include "kosnn/network/detail/stored_synapses.hpp"
#include "kosnn/network/detail/synapse_blocks.hpp"
#include "kosnn/network/detail/synapse_rows.hpp"
#include "kosnn/network/detail/weight_sign.hpp"
#include "kosnn/network/reward_tools.hpp"
#include "kosnn/network/spec.hpp"
#include "kosnn/network/weight_tools.hpp"

namespace kosnn {

/// A projection of a network: what can be set and read between runs. Arrays over synapses are
/// row-major (presynaptic, postsynaptic) for Dense and AllButOne (0 on its diagonal), one value a
/// neuron for OneToOne, (output channel, input channel, ky, kx) for Conv2d, one for pooling, by
/// source, then target for Sparse.
template <class Device, class Real, class Spec>
class Projection
    : public WeightTools<Projection<Device, Real, Spec>, Device, Real>,
      public RewardTools<Projection<Device, Real, Spec>,
                         detail::ProjectionDataOf<Device, Real, Spec>, typename Spec::Rewarding> {
 public:
  using Data = detail::ProjectionDataOf<Device, Real, Spec>;
  using Topology = typename Data::Topology;
  using Rule = typename Data::Rule;

 private:
  using Tools = WeightTools<Projection, Device, Real>;
  using Rewards = RewardTools<Projection, Data, typename Spec::Rewarding>;
  friend Tools;
  friend Rewards;

 public:
  using Rewards::has_eligibility;
  using Tools::weights;
  using ExecutionSpace = typename Device::execution_space;
  static constexpr bool plastic = !std::is_same_v<Rule, Static>;
  static constexpr bool shares_weights = Topology::shares_weights;
  static constexpr bool sparse = std::is_same_v<Topology, detail::SparseTopology>;
  static constexpr bool pools = detail::is_pooling<Topology>();
  static constexpr bool takes_maximum = detail::takes_maximum<Topology>();
  static constexpr bool has_synapse_trace = detail::HasSynapseTrace<Rule>::value;
  static constexpr bool recurrent = std::is_same_v<typename Spec::Pre, typename Spec::Post>;

  /// Made by make_network, which gives the two populations and, where there is more than one
  /// projection between them, which it is (0: the first).
  template <class Pre, class Post>
  Projection(Spec const& spec, Config const& config, std::uint32_t stream, int number, Pre& pre,
             Post& post)
      : name_("projection " + detail::type_name<typename Spec::Pre>() + " -> " +
              detail::type_name<typename Spec::Post>() +
              (number == 0 ? "" : " (number " + std::to_string(number) + ")")),
        weights_(spec.weights(), RandomStream(config.seed(), stream)),
        mask_(spec.mask()),
        sign_(spec.sign()),
        data_(Topology(spec.topology())) {
    detail::naming(name_, [&] {
      data_.pre_size = pre.size();
      data_.post_size = post.size();
      connect(spec, config, pre, post);
      data_.constant = has_one_weight() && !plastic;
      require(!pools || data_.constant, "pooling has one constant weight");
      set_up_rule(spec, config, pre, post);
      set_up_delays(spec.delays().values);
      set_up_sharing(spec, pre, post);
      detail::enter_replay<ExecutionSpace>(data_, pre, batch_, subtracts_traces_, dt_);
      detail::enter_dendrites(data_, spec, delays_, dt_);
      set_up_short_term(spec);
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
    catch_up();
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
          sign_.check_weight(data_, values[k], k);
    });
    catch_up();
    detail::to_device(rows().to_storage(values), data_.weights);
  }
  /// The source of each synapse of a Sparse projection, in the order of weights().
  std::vector<int> sources() const {
    static_assert(sparse, "koSNN: sources is for a Sparse projection; others follow a formula");
    return rows().sources();
  }
  /// The target of each.
  std::vector<int> targets() const {
    static_assert(sparse, "koSNN: targets is for a Sparse projection; others follow a formula");
    return rows().targets();
  }
  /// Number of synapses of each source of a Sparse projection.
  std::vector<std::size_t> out_degrees() const {
    static_assert(sparse, "koSNN: out_degrees is for a Sparse projection; others follow a formula");
    return detail::row_lengths(data_);
  }
  /// Delays in ms.
  std::vector<double> delays() const {
    std::vector<double> ms(storage());
    if constexpr (sparse) {
      auto const steps = rows().delays();
      for (std::size_t k = 0; k < ms.size(); ++k) ms[k] = dt_ * steps[k];
    } else {
      for (std::size_t k = 0; k < ms.size(); ++k) ms[k] = dt_ * delays_.of(k);
    }
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
      require(detail::same_traces(rule, data_.rule),
              "set_rule: the traces of a rule can't be changed, only its other parameters");
      catch_up();
      Data changed = data_;
      detail::enter_rule(changed, rule, sign_, dt_);
      auto const values = weights();
      for (std::size_t k = 0; k < values.size(); ++k)
        if (data_.topology.exists(k)) sign_.check_weight(changed, values[k], k);
      if constexpr (has_eligibility) Rewards::change_relaxation(changed, rule.eligibility());
      if constexpr (has_synapse_trace) Rewards::change_relaxation(changed, rule.synapse_trace());
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
    catch_up();
    store_mask(factors);
  }
  /// Short-term plasticity of each synapse, in the order of weights(), from now on; what they have
  /// spent stays spent. Throws unless each makes sense.
  void set_short_term(std::vector<TsodyksMarkram> const& each) {
    require(data_.short_term.own, name_,
            ": set_short_term: declare it with short_term_of_synapses to set that of each");
    require(each.size() == storage(), name_, ": set_short_term takes ", storage(),
            " synapses, got ", each.size());
    for (std::size_t k = 0; k < each.size(); ++k)
      each[k].check(name_, ": set_short_term: synapse ", k, ": ");
    data_.short_term.store(rows().to_storage(each));
  }

  // What follows is for Network and the recorders.

  Data& data() { return data_; }
  Data const& data() const { return data_; }
  /// For the arrays that are made later.
  void set_room(detail::Room const& room) { room_ = &room; }
  /// How many workers share its targets.
  void set_workers(int workers) {
    workers_ = workers;
    data_.replay.workers = workers;
    if constexpr (detail::has_drive<Rule>) data_.driven.history.workers = workers;
    if constexpr (sparse)
      detail::set_up_slices(data_, synapses(), workers,
                            detail::runs_on_host<ExecutionSpace> && !plastic && !subtracts_traces_);
  }
  /// How many steps lie between two at which workers know each other's spikes.
  void set_interval([[maybe_unused]] int steps) {
    if constexpr (detail::can_deliver_ahead<Data> && detail::runs_on_host<ExecutionSpace>)
      if (delays_.differ() && batch_ == 1 && !subtracts_traces_ && !data_.short_term.own)
        data_.ahead.set_up(delays_.distinct(), steps, data_.post_size);
  }
  /// Bytes that `initialise` takes beside the arrays, where they are many.
  std::size_t bytes_while_made() const { return blocks_ ? blocks_->bytes() : 0; }
  int min_delay() const { return delays_.least(); }
  int max_delay() const { return delays_.most(); }
  /// Whether its target's model subtracts the traces of its source.
  bool subtracts_traces() const { return subtracts_traces_; }

  void layout(detail::Arena& arena) {
    detail::lay_out<ExecutionSpace>(data_, arena, workers_, batch_);
    if (!data_.constant && !shares_weights) Tools::layout(arena);
  }

  /// Step that comes next.
  void at_step(std::int64_t step) { step_ = step; }
  /// Throws where a run to `step` would be too long.
  void check_end(std::int64_t step) const {
    require(!data_.replay.on || step < 1ll << 30, name_,
            ": a plastic projection runs for at most 2^30 - 1 steps before reset_state()");
  }
  void reset_state() {
    if (data_.replay.on) {
      catch_up();
      data_.replay.clear();
    }
    Rewards::clear_eligibility();
    if (data_.short_term.on) data_.short_term.clear();
    step_ = 0;
  }

  /// After the arrays have been made.
  void initialise() {
    if (data_.replay.on) data_.replay.clear();
    Rewards::clear_modulation();
    Rewards::store_powers();
    if (data_.short_term.on) {
      if (short_term_.size() == 1)
        short_term_.assign(data_.short_term.units(), TsodyksMarkram(short_term_[0]));
      data_.short_term.store(short_term_);
      data_.short_term.clear();
      short_term_.clear();
    }
    detail::naming(name_, [&] {
      if constexpr (takes_maximum) detail::store_first_sources(data_);
      if constexpr (sparse) {
        detail::store_blocks(data_, *blocks_, sign_, delays_);
        if (data_.constant) set_constant_weight(blocks_->weight());
        blocks_.reset();
      } else {
        store_synapses();
      }
      if (mask_) store_mask(*mask_);
      if (two_inputs_) choose_input();
    });
    mask_.reset();
  }

 private:
  std::size_t storage() const { return data_.topology.storage(); }
  auto rows() const {
    if constexpr (sparse)
      return detail::StoredSynapses(data_);
    else
      return detail::SynapseRows<Topology>{data_.topology, delays_.each(), delays_.distinct()};
  }

  template <class Pre, class Post>
  void connect(Spec const& spec, [[maybe_unused]] Config const& config, Pre const& pre,
               Post const& post) {
    if constexpr (sparse) {
      require(!mask_, "mask: which synapses there are is drawn later; use set_mask");
      blocks_.emplace(detail::blocks_of(spec, pre.size(), post.size()), pre.size(), post.size(),
                      recurrent, weights_.random(), config.dt());
      data_.topology.set(pre.size(), post.size(), blocks_->synapses());
    } else {
      require(spec.delays().ms_per_distance == 0, "delays::by_distance needs sparse::distance");
      data_.topology.connect(pre.shape(), post.shape());
    }
  }
  /// Throws unless weights are usable.
  bool has_one_weight() const {
    if constexpr (sparse) {
      return blocks_->has_one_weight();
    } else {
      weights_.check(storage());
      return weights_.is_constant();
    }
  }
  /// Enters rows and initial weights of a topology that follows a formula.
  void store_synapses() {
    if (delays_.differ()) delays_.draw(weights_.random(), storage());
    auto const order = rows();
    if (data_.listed) detail::store_rows(data_, order, delays_);
    if (data_.constant) return set_constant_weight(weights_.constant(data_.topology.fans()));
    detail::to_device(order.to_storage(weights_.draw(data_, sign_)), data_.weights);
  }

  template <class Pre, class Post>
  void set_up_rule(Spec const& spec, Config const& config, Pre& pre, Post& post) {
    dt_ = config.dt();
    batch_ = config.batch();
    if constexpr (!plastic) detail::enter_bounds(data_, sign_.narrowed(Bounds{}));
    require(plastic || !mask_, "a mask is for a projection with a plasticity rule");
    if (mask_) check_mask(*mask_);
    data_.masked = mask_.has_value();
    if constexpr (plastic) {
      detail::enter_rule(data_, spec.rule(), sign_, dt_);
      if constexpr (detail::sees_post_trace<Rule, Real>)
        data_.post_trace = post.add_trace(spec.rule().post_trace(), "postsynaptic trace");
      if constexpr (detail::sees_pre_trace<Rule, Real>)
        data_.pre_trace = pre.add_trace(spec.rule().pre_trace(), "presynaptic trace");
      if constexpr (detail::SeesOwnPreTrace<Rule, Real>::value)
        data_.own_pre_trace = pre.add_trace(spec.rule().own_pre_trace(), "own presynaptic trace");
      if constexpr (detail::HasOwnPostTrace<Rule>::value)
        data_.own_post_trace =
            post.add_trace(spec.rule().own_post_trace(), "own postsynaptic trace");
      if constexpr (detail::has_drive<Rule>) set_up_drive(spec.rule(), post);
      detail::enter_order(data_, spec, pre, post);
      if constexpr (has_eligibility) Rewards::set_up_eligibility(spec, batch_);
      if constexpr (has_synapse_trace) {
        require(batch_ == 1, "a rule with a trace of each synapse needs a batch of 1");
        Rewards::follow(spec.rule().synapse_trace());
      }
      if constexpr (detail::acts_on_reward<Rule, Real>) Rewards::set_up_reward(pre, post);
      data_.scale =
          config.batch_update() == BatchUpdate::mean ? Real(1) / Real(config.batch()) : Real(1);
    }
  }

  template <class Post>
  void set_up_drive(Rule const& rule, Post& post) {
    auto const& spikes = post.data().history;
    auto& history = data_.driven.history;
    history.size = spikes.size;
    history.batch = spikes.batch;
    history.batch_bits = spikes.batch_bits;
    int t = 0;
    for (Trace const& trace : rule.drive_traces())
      data_.driven.traces[t++] = post.add_trace(trace, "trace that drives learning");
  }

  /// What depends on the models of the two populations and on shared weights.
  template <class Pre, class Post>
  void set_up_sharing(Spec const& spec, Pre& pre, Post& post) {
    data_.immediate_trace = spec.has_immediate_trace();
    two_inputs_ = Post::Data::inputs == 2;
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
  void set_up_short_term(Spec const& spec) {
    auto const& given = spec.short_term();
    if (given.empty()) return;
    data_.short_term.own = spec.has_own_short_term();
    auto const sources = static_cast<std::size_t>(data_.pre_size);
    require(given.size() == 1 || given.size() == sources, "short_term: ", given.size(),
            " synapses for ", sources, " sources");
    for (std::size_t i = 0; i < given.size(); ++i)
      given[i].check("short_term: ", given.size() == 1 ? "" : "source " + std::to_string(i) + ": ");
    short_term_ = given;
    data_.short_term.dt = Real(dt_);
    data_.short_term.on = true;
  }
  /// Lets the synapses learn from all spikes before the next step.
  void catch_up() const {
    if constexpr (detail::can_replay<Data>)
      if (data_.replay.on) detail::catch_up_projection<ExecutionSpace>(data_, step_, workers_);
  }
  /// Rows are listed where delays differ or few pairs are connected.
  void set_up_delays([[maybe_unused]] Values const& values) {
    if constexpr (sparse)
      delays_ = blocks_->delays();
    else
      delays_ = detail::DelaySteps(values, data_.topology, dt_);
    data_.delay = delays_.least();
    data_.listed = sparse || delays_.differ();
    require(!pools || !data_.listed, "delays: pooling takes one for all, got ",
            dt_ * delays_.least(), " to ", dt_ * delays_.most(), " ms");
    data_.sources = {0, data_.pre_size};
    if constexpr (sparse && !plastic) data_.sources = blocks_->sources();
    data_.groups = delays_.differ() ? static_cast<int>(delays_.distinct().size()) : 1;
    data_.stored = data_.listed && !shares_weights ? synapses() : storage();
    data_.index.longest = longest_row();
    data_.has_short_targets = sparse && data_.post_size <= Data::most_short;
    require(!data_.listed || synapses() < 1ull << 32,
            "more than 2^32 synapses with delays of their own");
  }
  /// The most synapses of a listed row, as far as is known before they are drawn.
  std::size_t longest_row() const {
    std::size_t longest = 0;
    if constexpr (sparse)
      longest = blocks_->longest_row();
    else if constexpr (!pools)
      for (int r = 0; r < data_.topology.rows() && data_.listed; ++r)
        longest = std::max(longest, static_cast<std::size_t>(data_.topology.row_length(r)));
    return longest;
  }
  void set_constant_weight(Real weight) {
    data_.constant_weight = weight;
    if constexpr (pools) data_.constant_weight *= Real(data_.topology.share());
    sign_.check_weight(data_, data_.constant_weight, 0);
  }
  /// To which of the two inputs of its target's model it leads: that of the sign of all weights,
  /// now and later.
  void choose_input() {
    if (sign_.sign() == 0) {
      sign_ = detail::WeightSign<Real>(plastic ? detail::sign_of_bounds(data_)
                                               : detail::sign_of_weights<ExecutionSpace>(data_));
      if constexpr (!plastic) detail::enter_bounds(data_, sign_.narrowed(Bounds{}));
    }
    data_.inhibits = sign_.sign() < 0;
  }
  void check_mask(std::vector<double> const& factors) const {
    require(factors.size() == storage(), "the mask must hold ", storage(), " factors, got ",
            factors.size());
    for (std::size_t k = 0; k < factors.size(); ++k)
      require(factors[k] >= 0 && factors[k] <= 1, "factor ", k,
              " of the mask must be in [0, 1], got ", factors[k]);
  }
  void store_mask(std::vector<double> const& factors) {
    if (data_.mask.data() == nullptr) room_->make(data_.mask, name_, "mask", data_.stored);
    std::vector<Real> const reals(factors.begin(), factors.end());
    detail::to_device(rows().to_storage(reals), data_.mask);
    data_.masked = true;
  }

  std::string name_;
  detail::InitialWeights<Real> weights_;
  std::optional<std::vector<double>> mask_;
  std::optional<detail::SynapseBlocks<Real>> blocks_;  // of Sparse, until its synapses are stored
  detail::WeightSign<Real> sign_;
  detail::Room const* room_ = nullptr;
  double dt_ = 1;
  bool subtracts_traces_ = false;
  bool two_inputs_ = false;  // of its target
  std::int64_t step_ = 0;
  int batch_ = 1;
  int workers_ = 1;
  detail::DelaySteps delays_;
  std::vector<TsodyksMarkram> short_term_;  // of each source, until it is stored
  Data data_;
};

}  // namespace kosnn

#endif

#ifndef KOSNN_NETWORK_SPEC_HPP
#define KOSNN_NETWORK_SPEC_HPP

#include <optional>
#include <type_traits>
#include <typeindex>
#include <utility>
#include <vector>

#include "kosnn/connections/blocks.hpp"
#include "kosnn/connections/conv2d.hpp"
#include "kosnn/connections/pool2d.hpp"
#include "kosnn/connections/sparse.hpp"
#include "kosnn/connections/topology.hpp"
#include "kosnn/connections/tsodyks_markram.hpp"
#include "kosnn/connections/weights.hpp"
#include "kosnn/core/fields.hpp"
#include "kosnn/core/shape.hpp"
#include "kosnn/learning/concept.hpp"
#include "kosnn/learning/neuromodulator.hpp"
#include "kosnn/neurons/concept.hpp"
#include "kosnn/neurons/currents.hpp"
#include "kosnn/neurons/relay.hpp"
#include "kosnn/neurons/sources.hpp"
#include "kosnn/traces/trace.hpp"

// What make_network is given: one description for each population and projection.

namespace kosnn {

/// A population to be made; see `population`.
template <class TagType, class GivenType>
class PopulationSpec {
 public:
  using Tag = TagType;
  using Given = GivenType;
  using Model = typename detail::NeuronModel<Given>::type;
  /// A trace to be kept, with the relaxations of each neuron where they have their own.
  struct KeptTrace {
    Trace trace;
    std::optional<std::vector<Relaxation>> each;
  };

  struct PoissonInput {
    std::vector<double> rates_hz, weights;  // of each neuron, or one of all
  };

  PopulationSpec(Given const& model, Shape const& shape) : model_(model), shape_(shape) {}

  /// Keeps a trace of the population's spikes, to be recorded; the traces that plasticity rules
  /// need are kept without being asked for.
  PopulationSpec& trace(Trace const& trace) {
    traces_.push_back({trace, std::nullopt});
    return *this;
  }
  /// The same with a relaxation of its own for each neuron. Rules, recorders and models still name
  /// it by `trace`. Not for the target of a max pooling, which has the traces of its source.
  PopulationSpec& trace(Trace const& trace, std::vector<Relaxation> each) {
    traces_.push_back({trace, std::move(each)});
    return *this;
  }
  /// Poisson input from outside the network: each neuron receives `weight` (in the unit of its
  /// input) independently at `rate_hz`; see Population::set_poisson_input.
  PopulationSpec& poisson_input(double rate_hz, double weight) {
    constexpr bool takes_input = !detail::is_source<Model>;
    static_assert(takes_input, "koSNN: poisson_input is for neurons; a source takes no input");
    poisson_input_ = PoissonInput{{rate_hz}, {weight}};
    return *this;
  }
  /// The same at a rate of its own for each neuron.
  PopulationSpec& poisson_input(std::vector<double> rates_hz, double weight) {
    return poisson_input(std::move(rates_hz), std::vector<double>{weight});
  }
  /// The same with a weight of its own for each neuron too.
  PopulationSpec& poisson_input(std::vector<double> rates_hz, std::vector<double> weights) {
    poisson_input(0, 0);
    poisson_input_ = PoissonInput{std::move(rates_hz), std::move(weights)};
    return *this;
  }
  /// A current into all neurons: `population(...).current(currents::dc(376))`. Several add up; see
  /// Population::set_currents.
  PopulationSpec& current(Current current) {
    constexpr bool takes_input = !detail::is_source<Model>;
    static_assert(takes_input, "koSNN: current is for neurons; a source takes no input");
    currents_.push_back(std::move(current));
    return *this;
  }
  /// Field that reset_state() leaves as it is, as in `.keep<&AdaptiveLIF<>::State::threshold>()`.
  template <auto Member>
  PopulationSpec& keep() {
    constexpr std::size_t k = detail::field_index<Member>(typename Model::fields{});
    static_assert(k < Model::fields::size, "koSNN: keep<> takes one of the model's fields");
    kept_ |= 1u << k;
    return *this;
  }

  Given const& model() const { return model_; }
  Shape const& shape() const { return shape_; }
  std::vector<KeptTrace> const& traces() const { return traces_; }
  unsigned kept() const { return kept_; }
  std::optional<PoissonInput> const& poisson_input() const { return poisson_input_; }
  std::vector<Current> const& currents() const { return currents_; }

 private:
  Given model_;
  Shape shape_;
  std::vector<KeptTrace> traces_;
  std::optional<PoissonInput> poisson_input_;
  std::vector<Current> currents_;
  unsigned kept_ = 0;
};

/// A projection to be made; see `project`.
template <class PreTag, class PostTag, class TopologyType, class RuleType>
class ProjectionSpec {
 public:
  using Pre = PreTag;
  using Post = PostTag;
  using Topology = TopologyType;
  using Rule = RuleType;

  ProjectionSpec(Topology const& topology, Weights weights, Delays delays, Rule const& rule)
      : topology_(topology),
        weights_(std::move(weights)),
        delays_(std::move(delays)),
        rule_(rule) {}

  /// Which synapses learn, in the order of weights::array: a factor in [0, 1] for each change.
  ProjectionSpec& mask(std::vector<double> factors) {
    mask_ = std::move(factors);
    return *this;
  }
  /// The rule, or a target that subtracts it, sees the source's trace of this step (PySNN), not the
  /// one delayed with the spikes. Throws where neither looks at it.
  ProjectionSpec& immediate_trace() {
    immediate_trace_ = true;
    return *this;
  }

  /// Arrivals change weights before these are delivered, as in NEST, GeNN and Auryn; by default a
  /// spike delivers the weight from before its own change. The target's trace is then that of its
  /// spikes in earlier steps.
  ProjectionSpec& learn_before_delivery() {
    constexpr bool learns =
        detail::sees_post_trace<Rule, float> || detail::sees_post_trace<Rule, double>;
    constexpr bool at_once = !detail::HasEligibility<Rule>::value && !Topology::shares_weights;
    static_assert(learns && at_once,
                  "koSNN: learn_before_delivery is for a rule with on_pre that changes weights at "
                  "once, not shared ones");
    learns_first_ = true;
    return *this;
  }
  /// Spikes that meet at a synapse in one step make no pair, as in NEST: the rule sees traces of
  /// earlier steps. By default such a pair counts in both halves of the rule. With dendritic delays
  /// the target's spike is then treated before the source's, else after it.
  ProjectionSpec& ignore_coincidences() {
    constexpr bool pairs =
        (detail::HasOnPre<Rule, float>::value || detail::HasOnPre<Rule, double>::value ||
         detail::HasOnPost<Rule, float>::value || detail::HasOnPost<Rule, double>::value) &&
        !detail::NormalisesTrace<Rule>::value;
    static_assert(pairs,
                  "koSNN: ignore_coincidences is for a rule with on_pre or on_post that does not "
                  "normalise its trace");
    ignores_coincidences_ = true;
    return *this;
  }
  /// The delays are dendritic, as in NEST: a source's spike is at the synapse when it is fired, a
  /// target's spike a delay later, and what the synapse then delivers takes that delay to arrive.
  /// By default delays are axonal. Weights change when what the synapse delivers arrives: a
  /// source's spike shows in them a delay later, a target's two. Eligibilities change when spikes
  /// are at the synapse, and what is delivered has the weight of the moment of its arrival; rewards
  /// by spikes then follow all synapses in each step. Not for rules with terms or that normalise a
  /// trace, nor with immediate_trace; for shared weights without an eligibility not with
  /// ignore_coincidences. Rules with a drive need Sparse (or delays that differ), a batch of 1 and
  /// a CPU. Where synapses learn at once (Dense, batches, GPU, eligibilities) a target's spike is
  /// looked for at all its synapses once for each distinct delay.
  ProjectionSpec& dendritic() {
    check_dendritic();
    all_dendritic_ = true;
    return *this;
  }
  /// The same for `ms` of each delay, at most the shortest; the rest is axonal.
  ProjectionSpec& dendritic(double ms) {
    check_dendritic();
    dendritic_ms_ = ms;
    return *this;
  }

  /// Short-term plasticity, the same for all sources: weights, and what rules make of them, are
  /// those of a synapse at rest. Not for pooling.
  ProjectionSpec& short_term(TsodyksMarkram const& synapse) {
    return short_term(std::vector<TsodyksMarkram>{synapse});
  }
  /// The same for each source.
  ProjectionSpec& short_term(std::vector<TsodyksMarkram> each) {
    constexpr bool weighted = !detail::is_pooling<Topology>();
    static_assert(weighted, "koSNN: short_term is for synapses with weights, not for pooling");
    short_term_ = std::move(each);
    own_short_term_ = false;
    return *this;
  }

  /// The same with parameters of its own for each synapse, which Projection::set_short_term sets:
  /// `first` until then. State and parameters take 28 bytes a synapse (48 in double). Not for
  /// shared weights.
  ProjectionSpec& short_term_of_synapses(TsodyksMarkram const& first) {
    constexpr bool own = !Topology::shares_weights;
    static_assert(own, "koSNN: short_term_of_synapses is for synapses with weights of their own");
    short_term(first);
    own_short_term_ = true;
    return *this;
  }

  /// Dale's principle: weights that are not negative (or not positive), at first and for ever.
  ProjectionSpec& excitatory() {
    sign_ = 1;
    return *this;
  }
  ProjectionSpec& inhibitory() {
    sign_ = -1;
    return *this;
  }
  /// Conv2d: the changes at all positions add up; by default they are averaged (PySNN).
  ProjectionSpec& sum_over_positions() {
    constexpr bool learns = Topology::shares_weights && !std::is_same_v<Rule, Static>;
    static_assert(learns,
                  "koSNN: sum_over_positions is for a Conv2d with a plasticity rule, whose changes "
                  "at all positions are of the same weights");
    sums_positions_ = true;
    return *this;
  }
  /// Keeps an eligibility for each batch element, so that each can be given a reward of its own.
  ProjectionSpec& reward_per_element() {
    constexpr bool has = detail::HasEligibility<Rule>::value;
    static_assert(has,
                  "koSNN: reward_per_element is for a projection whose rule has an eligibility");
    reward_per_element_ = true;
    return *this;
  }

  /// The spikes of another population are rewards, as dopamine: in every step weights change by
  /// what the rule makes of their eligibilities and of what the substance's concentration adds up
  /// to. The rule's on_reward must be linear in both and look at no weight. Listed synapses
  /// (Sparse, or delays that differ) with axonal delays and a batch of 1 on a CPU follow only where
  /// a spike meets them, others in each step; with a batch, each element has a concentration of its
  /// own (reward_per_element).
  template <class Tag>
  ProjectionSpec& rewarded_by(Tag, Neuromodulator const& substance) {
    constexpr bool has = detail::HasEligibility<Rule>::value &&
                         !detail::HasAfterReward<Rule, float>::value &&
                         !detail::HasAfterReward<Rule, double>::value;
    static_assert(has,
                  "koSNN: rewarded_by is for a projection whose rule has an eligibility, which "
                  "rewards do not use up");
    rewarding_.emplace(Rewarding{typeid(Tag), detail::type_name<Tag>(), substance});
    return *this;
  }

  Topology const& topology() const { return topology_; }
  Weights const& weights() const { return weights_; }
  Delays const& delays() const { return delays_; }
  Rule const& rule() const { return rule_; }
  std::optional<std::vector<double>> const& mask() const { return mask_; }
  /// Of each source, or one for all; none without short-term plasticity.
  std::vector<TsodyksMarkram> const& short_term() const { return short_term_; }
  bool has_own_short_term() const { return own_short_term_; }
  bool ignores_coincidences() const { return ignores_coincidences_; }
  bool learns_first() const { return learns_first_; }
  bool all_dendritic() const { return all_dendritic_; }
  /// Part of each delay, unless all of it is dendritic.
  double dendritic_ms() const { return dendritic_ms_; }
  bool has_immediate_trace() const { return immediate_trace_; }
  int sign() const { return sign_; }
  bool sums_positions() const { return sums_positions_; }
  bool has_reward_per_element() const { return reward_per_element_; }
  /// The population whose spikes are rewards, and what they release.
  struct Rewarding {
    std::type_index tag;
    std::string name;
    Neuromodulator substance;
  };
  std::optional<Rewarding> const& rewarding() const { return rewarding_; }

 private:
  static void check_dendritic() {
    constexpr bool by_spikes =
        (detail::HasOnPre<Rule, float>::value || detail::HasOnPre<Rule, double>::value ||
         detail::HasOnPost<Rule, float>::value || detail::HasOnPost<Rule, double>::value) &&
        !detail::NormalisesTrace<Rule>::value && !detail::HasPreTerms<Rule, float>::value &&
        !detail::HasPreTerms<Rule, double>::value && !detail::HasPostTerms<Rule, float>::value &&
        !detail::HasPostTerms<Rule, double>::value;
    static_assert(by_spikes,
                  "koSNN: dendritic is for a projection whose rule has on_pre or on_post, no terms "
                  "and no normalised trace");
  }

  Topology topology_;
  Weights weights_;
  Delays delays_;
  Rule rule_;
  std::optional<std::vector<double>> mask_;
  std::vector<TsodyksMarkram> short_term_;
  bool own_short_term_ = false;
  std::optional<Rewarding> rewarding_;
  double dendritic_ms_ = 0;
  bool all_dendritic_ = false;
  bool learns_first_ = false, ignores_coincidences_ = false;
  bool immediate_trace_ = false, sums_positions_ = false, reward_per_element_ = false;
  int sign_ = 0;
};

/// A population of neurons of one model (see per_neuron where their parameters differ) or of
/// sources. The tag, a type of the caller's own such
/// as `struct Exc {};`, names it. Without delay, spikes reach only populations declared later.
template <class Tag, class Given, class ShapeType>
PopulationSpec<Tag, Given> population(Tag, Given const& model, ShapeType const& shape) {
  constexpr bool is_shape = std::is_convertible_v<ShapeType const&, Shape>;
  static_assert(is_shape,
                "koSNN: the third argument of population is a kosnn::Shape, as in "
                "population(Exc{}, LIF<>{}, Shape{400}), or kosnn::Slices");
  if constexpr (is_shape)
    return {model, shape};
  else
    return {model, Shape{1}};
}

/// Synapses from one population to another: `project(Pre{}, Post{}, Dense{}, weights::uniform(0,
/// 1), delays::constant(1.5), rule)`. Delays and rule may be left out: no delay, no plasticity.
template <class Pre, class Post, class Topology, class Rule = Static>
ProjectionSpec<Pre, Post, Topology, Rule> project(Pre, Post, Topology const& topology,
                                                  Weights weights, Delays delays = delays::none(),
                                                  Rule const& rule = {}) {
  constexpr bool takes_weights = !std::is_same_v<Topology, Blocks>;
  static_assert(takes_weights,
                "koSNN: each block of sparse::blocks() has its own weights and delays, as in "
                "blocks.add(a, b, sparse::total(9), weights::constant(1)); project(Pre{}, Post{}, "
                "blocks) takes no others");
  return {topology, std::move(weights), std::move(delays), rule};
}
template <class Pre, class Post, class Topology, class Rule>
ProjectionSpec<Pre, Post, Topology, Rule> project(Pre, Post, Topology const& topology,
                                                  Weights weights, Rule const& rule) {
  return {topology, std::move(weights), delays::none(), rule};
}
/// Synapses between parts of the two populations, in blocks that each have weights and delays.
template <class Pre, class Post, class Rule = Static,
          std::enable_if_t<!std::is_same_v<Rule, Weights>, int> = 0>
ProjectionSpec<Pre, Post, Blocks, Rule> project(Pre, Post, Blocks const& blocks,
                                                Rule const& rule = {}) {
  return {blocks, weights::constant(0), delays::none(), rule};
}

/// Pooling without learning: `pool(Maps{}, Pooled{}, MaxPool2d{2})`, as a rule into a population of
/// Relay.
template <class Pre, class Post, class Pooling>
ProjectionSpec<Pre, Post, Pooling, Static> pool(Pre, Post, Pooling const& pooling,
                                                Delays delays = delays::none()) {
  return {pooling, weights::constant(1), std::move(delays), Static{}};
}

namespace detail {

template <class Part>
struct IsPopulation : std::false_type {};
template <class Tag, class Given>
struct IsPopulation<PopulationSpec<Tag, Given>> : std::true_type {};
template <class Part>
struct IsProjection : std::false_type {};
template <class Pre, class Post, class Topology, class Rule>
struct IsProjection<ProjectionSpec<Pre, Post, Topology, Rule>> : std::true_type {};

/// How many populations among `Parts` carry `Tag`, and whether they are sources.
template <class Tag, class Part>
constexpr int has_tag() {
  if constexpr (IsPopulation<Part>::value)
    return std::is_same_v<typename Part::Tag, Tag> ? 1 : 0;
  else
    return 0;
}
template <class Tag, class Part>
constexpr bool is_source_with_tag() {
  if constexpr (IsPopulation<Part>::value)
    return std::is_same_v<typename Part::Tag, Tag> && is_source<typename Part::Model>;
  else
    return false;
}

template <class Tag, class Part>
constexpr int projections_onto() {
  if constexpr (IsProjection<Part>::value)
    return std::is_same_v<typename Part::Post, Tag> ? 1 : 0;
  else
    return 0;
}
template <class Tag, class Part>
constexpr bool is_relay_with_tag() {
  if constexpr (IsPopulation<Part>::value)
    return std::is_same_v<typename Part::Tag, Tag> &&
           (std::is_same_v<typename Part::Model, Relay<float>> ||
            std::is_same_v<typename Part::Model, Relay<double>>);
  else
    return false;
}

template <class Part>
constexpr bool check_synapse_trace() {
  constexpr bool own =
      !HasSynapseTrace<typename Part::Rule>::value || !Part::Topology::shares_weights;
  static_assert(own,
                "koSNN: a rule with a trace of each synapse needs weights that are not shared");
  return own;
}

/// What pooling asks for beyond other projections.
template <class Part, class... Parts>
constexpr bool check_pooling() {
  using Topology = typename Part::Topology;
  constexpr bool is_static = !is_pooling<Topology>() || std::is_same_v<typename Part::Rule, Static>;
  static_assert(is_static, "koSNN: pooling has no weights to learn; leave the rule out");
  constexpr bool alone =
      !takes_maximum<Topology>() || ((is_relay_with_tag<typename Part::Post, Parts>() || ...) &&
                                     (projections_onto<typename Part::Post, Parts>() + ...) == 1);
  static_assert(alone,
                "koSNN: max pooling leads to a population of Relay that receives nothing else");
  return is_static && alone;
}

template <class Real, class Part, class... Parts>
constexpr bool check_part() {
  constexpr bool population = IsPopulation<Part>::value, projection = IsProjection<Part>::value;
  static_assert(population || projection,
                "koSNN: make_network takes a Config, then populations (`population(...)`) and "
                "projections (`project(...)`)");
  if constexpr (population) {
    constexpr bool unique = (has_tag<typename Part::Tag, Parts>() + ...) == 1;
    static_assert(unique, "koSNN: two populations of this network have the same tag");
    if constexpr (!check_parameters<typename Part::Given>())
      return false;
    else if constexpr (is_source<typename Part::Model>)
      return unique;
    else
      return check_neuron<typename Part::Model, Real>() && unique;
  } else if constexpr (projection) {
    constexpr bool known = (has_tag<typename Part::Pre, Parts>() + ...) > 0 &&
                           (has_tag<typename Part::Post, Parts>() + ...) > 0;
    static_assert(known,
                  "koSNN: project(Pre{}, Post{}, ...) names a tag that no population of this "
                  "network has; is it misspelt, or not declared yet?");
    constexpr bool takes_input = !(is_source_with_tag<typename Part::Post, Parts>() || ...);
    static_assert(takes_input, "koSNN: a source takes no input; it can't be a projection's target");
    return known && takes_input && check_pooling<Part, Parts...>() &&
           check_rule<typename Part::Rule, Real>() && check_synapse_trace<Part>();
  } else {
    return false;
  }
}

/// One readable sentence for everything that is wrong with a network's types.
template <class Real, class... Parts>
constexpr bool check_network() {
  constexpr bool some = (IsPopulation<Parts>::value || ...);
  static_assert(some, "koSNN: a network needs at least one population");
  return (check_part<Real, Parts, Parts...>() && ... && some);
}

}  // namespace detail
}  // namespace kosnn

#endif

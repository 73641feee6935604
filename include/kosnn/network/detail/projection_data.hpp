#ifndef KOSNN_NETWORK_DETAIL_PROJECTION_DATA_HPP
#define KOSNN_NETWORK_DETAIL_PROJECTION_DATA_HPP

#include <Kokkos_Core.hpp>

#include <cstdint>
#include <type_traits>

#include "kosnn/connections/sparse.hpp"
#include "kosnn/connections/topology.hpp"
#include "kosnn/learning/concept.hpp"
#include "kosnn/network/detail/ahead_inputs.hpp"
#include "kosnn/network/detail/deliver_channels.hpp"
#include "kosnn/network/detail/driven_targets.hpp"
#include "kosnn/network/detail/modulation.hpp"
#include "kosnn/network/detail/range.hpp"
#include "kosnn/network/detail/row_index.hpp"
#include "kosnn/network/detail/short_term.hpp"
#include "kosnn/network/detail/spike_replay.hpp"

namespace kosnn::detail {

/// Eligibilities of synapses, e = power(steps since the last rescaling) * values. So e relaxes as a
/// whole by the number of the step alone, the same for all workers, and single synapses are touched
/// only where spikes meet them; every `period` steps the powers start anew and the values, all of
/// them, are multiplied by what they had come to.
template <class Device, class Real>
struct Eligibility {
  Kokkos::View<Real*, Device> values;  // elements x stored weights
  Kokkos::View<Real*, Device> powers;  // decay^k for k = 0 to period
  Real gain = 1;
  int period = 1;
  int elements = 1;      // 1: the mean or sum over the batch, else one for each batch element
  bool forgets = false;  // decay 0: only the last step counts

  KOKKOS_FUNCTION Real power(std::int64_t step) const {
    return powers(static_cast<std::size_t>(step % period));
  }
  /// Steps from the last rescaling to `step`, before one in that step.
  KOKKOS_FUNCTION int steps_before(std::int64_t step) const {
    return step > 0 ? static_cast<int>((step - 1) % period) + 1 : 0;
  }
};

/// How a rule sees a trace: as it was `ago` steps before the moment at the synapse, and what has
/// become of it since.
template <class Real>
struct SeenTrace {
  int ago = 0;
  Real decay = 1;
};

/// The device side of a projection. With one delay for all, rows lie as the topology says and
/// targets are implied. With delays per synapse, and where few pairs are connected (`listed`), each
/// row is sorted by (delay, target), every synapse names its target, and a plastic projection has
/// an index of its columns.
template <class Device, class Real, class TopologyType, class RuleType>
struct ProjectionData {
  using Topology = TopologyType;
  using Rule = RuleType;
  using real = Real;

  explicit ProjectionData(Topology const& connected) : topology(connected) {}

  Topology topology;
  Rule rule;
  Kokkos::View<Real*, Device> weights;     // empty where one constant does
  Kokkos::View<Real*, Device> mask;        // factor in [0, 1] of each change; empty: all learn
  Kokkos::View<Real*, Device> changes;     // of shared weights in this step, else empty
  Kokkos::View<int*, Device> group_delay;  // steps, ascending, one for each distinct delay
  /// Listed: the target of each synapse in storage or, of shared weights, the weight of each
  /// element of a row. Max pooling: the first source of each target.
  Kokkos::View<std::uint32_t*, Device> targets;
  /// In its place where a Sparse leads to at most 2^16 targets, or has local targets.
  Kokkos::View<std::uint16_t*, Device> short_targets;
  RowIndex<Device> index;  // listed: of rows, of which each group and slice is a part
  /// Listed and plastic: the synapses by target, then source. Of shared weights that are listed,
  /// `column_delay` alone, one a weight.
  Kokkos::View<std::uint32_t*, Device> column_begin, column_source, column_synapse, column_delay;
  Eligibility<Device, Real> eligibility;  // only of rules that have one
  std::conditional_t<HasEligibility<Rule>::value, Modulation<Device, Real>, NoModulation>
      modulation;
  Kokkos::View<Real*, Device> post_terms;  // terms x targets, of rules that have them
  // Of shared weights: (workers, terms, sources) and (workers, terms, elements of a kernel).
  Kokkos::View<Real*, Device> pre_terms, element_terms;
  std::conditional_t<has_drive<Rule>, DrivenTargets<Device, Real, DriveTraces<Rule>::value>,
                     NoDrivenTargets>
      driven;
  ChannelArrays<Device, Real> by_channel;
  SpikeReplay<Device, Real> replay;
  ShortTerm<Device, Real> short_term;
  AheadInputs<Device, Real> ahead;
  Kokkos::View<Real*, Device>
      largest;  // (batch, targets) of rules that normalise: see find_largest
  Kokkos::View<Real*, Device> rewards;  // one a batch element, of rules that take them
  Real constant_weight{}, low{}, high{}, scale = 1;
  Real position_scale = 1;  // part of `scale`: over the positions that share a weight
  int pre_size = 0, post_size = 0, groups = 1;
  int slices = 1;  // listed: parts of a group, `parts` for each owner of targets, or one for all
  int parts = 1, part_size = most_short;
  Range sources{0, 0};  // listed: all that have synapses
  int delay = 0;        // steps, where all are equal
  int pre_trace = 0, post_trace = 0;
  int own_pre_trace = 0, own_post_trace = 0;  // of rules that see them
  int subtracted_trace = 0;   // of the source, where the target's model subtracts it
  bool present_trace = true;  // whether its value of this step is known when spikes are delivered
  bool constant = false, listed = false, masked = false;
  bool has_short_targets = false;
  bool inhibits = false;       // leads to the second of its target's two inputs
  bool local_targets = false;  // they are counted from their slice's, as rows are cut into parts
  std::size_t stored = 0;      // weights, in storage
  Real per_width = 0;          // 1 / (high - low) for soft bounds
  bool soft = false;
  bool learning = true, acts_on_pre = true, immediate_trace = false;
  SeenTrace<Real> met, seen;  // of targets by arrivals, of sources by spikes
  bool learns_first = false;  // arrivals change weights before these are delivered
  int longest_lag = 0;        // of the delays; see lag()
  bool all_dendritic = false;
  int dendritic = 0;  // steps of each delay that are dendritic, unless all are

  /// Calls f with the address of the targets of listed synapses that do not share weights.
  template <class F>
  KOKKOS_FUNCTION void with_targets(F const& f) const {
    if (has_short_targets)
      f(static_cast<std::uint16_t const*>(short_targets.data()));
    else
      f(static_cast<std::uint32_t const*>(targets.data()));
  }
  KOKKOS_FUNCTION std::uint32_t target(std::uint32_t synapse) const {
    return has_short_targets ? short_targets(synapse) : targets(synapse);
  }
  /// How many targets 16 bits can tell apart.
  static constexpr int most_short = 1 << 16;
  /// The targets of slice number `s`, which `range.owner` names.
  KOKKOS_FUNCTION Range slice(int s) const {
    Range const owned = owned_range(post_size, s / parts, slices / parts);
    int const begin = owned.begin + s % parts * part_size;
    if (parts == 1) return {begin, owned.end, s};
    int const end = begin + part_size;
    return {begin < owned.end ? begin : owned.end, end < owned.end ? end : owned.end, s};
  }
  /// Part `k` of `parts` of the targets of an owner, to whom `range` belongs.
  KOKKOS_FUNCTION Range part(Range range, int k) const {
    return local_targets ? slice(range.owner * parts + k) : range;
  }
  /// What targets are counted from in such a part.
  KOKKOS_FUNCTION int first_target(Range range) const { return local_targets ? range.begin : 0; }
  using Segment = RowSegment;
  /// Listed synapses of source i and delay group g whose targets lie in `range`.
  KOKKOS_FORCEINLINE_FUNCTION Segment segment(int i, int g, Range range) const {
    return segment(index.row(i), g, range);
  }
  KOKKOS_FORCEINLINE_FUNCTION Segment segment(RowParts const& row, int g, Range range) const {
    if (slices > 1 && range.owner >= 0) return row.segment(g * slices + range.owner, 1);
    Segment const whole = row.segment(g * slices, slices);
    return range.begin > 0 || range.end < post_size ? cut(whole, range) : whole;
  }
  /// What arrivals of batch element b are added to, `row(b)[n]` at target n, times `sign`: 1 but
  /// where a population says `arrives_after`.
  struct Inputs {
    Real* first;
    std::ptrdiff_t stride;
    Real sign;
    KOKKOS_FUNCTION Real* row(int b) const { return first + b * stride; }
  };
  /// Of the targets in `range`, its owner's.
  template <class Post>
  KOKKOS_FUNCTION Inputs inputs_of(Post const& post, Range range) const {
    OwnRows const own = post.history.own_rows(range);
    if constexpr (Post::adds_arrivals)
      if (post.arrives_after)
        return {post.cell.arrivals(inhibits) + own.first, own.stride,
                inhibits ? Real(Post::arrival_sign) : Real(1)};
    return {post.input_row(range, 0, inhibits ? 1 : 0), own.stride, 1};
  }
  /// How many steps ago the trace was that is subtracted at a synapse with `own_delay`.
  KOKKOS_FUNCTION int trace_age(int own_delay) const {
    return immediate_trace ? (present_trace ? 0 : 1) : own_delay;
  }
  /// Delay of a shared weight, where they differ.
  KOKKOS_FUNCTION int element_delay(std::size_t weight) const {
    return static_cast<int>(column_delay(weight));
  }
  /// The whole row of delay group `g`: that of a source, or of a channel of sources where weights
  /// are shared.
  KOKKOS_FUNCTION Segment row_segment(int row, int g) const {
    return index.row(row).segment(g * slices, slices);
  }
  /// Asks a CPU to fetch where the synapses of source i and delay groups [begin, end) lie.
  void prefetch_groups(int i, int begin, int end) const {
    index.prefetch_parts(i, begin * slices, (end - begin) * slices);
  }
  /// Steps of a delay that are dendritic.
  KOKKOS_FUNCTION int dendrite(int own_delay) const {
    return all_dendritic ? own_delay : dendritic;
  }
  /// How many steps after spikes have met at a synapse its weight changes: as many as what it
  /// delivers takes, so that this has the weight that the source's spike met. Eligibilities, which
  /// nothing delivers, change at once.
  KOKKOS_FUNCTION int late(int own_delay) const {
    return HasEligibility<Rule>::value ? 0 : dendrite(own_delay);
  }
  /// How many steps ago the spikes were fired from which synapses with this delay learn: those of
  /// sources,
  KOKKOS_FUNCTION int arrival_age(int own_delay) const {
    return own_delay - dendrite(own_delay) + late(own_delay);
  }
  /// and those of targets, which have passed the dendrite to reach the synapse.
  KOKKOS_FUNCTION int lag(int own_delay) const { return dendrite(own_delay) + late(own_delay); }
  /// Position in the arrays of `replay` of source i and delay group g.
  KOKKOS_FUNCTION std::size_t arrival_position(int i, int g, int worker) const {
    return (static_cast<std::size_t>(i) * static_cast<std::size_t>(groups) +
            static_cast<std::size_t>(g)) *
               static_cast<std::size_t>(replay.workers) +
           static_cast<std::size_t>(worker);
  }
  /// Plasticity is shared out by target or, where weights are shared, by channel of targets.
  KOKKOS_FUNCTION int learning_units() const {
    if constexpr (Topology::shares_weights)
      return topology.channels();
    else
      return post_size;
  }
  /// The targets of units [begin, end).
  KOKKOS_FUNCTION Range targets_of_units(int begin, int end) const {
    if constexpr (Topology::shares_weights)
      return {begin * topology.positions(), end * topology.positions()};
    else
      return {begin, end};
  }
  /// The shared weights that lead to the targets in `range`, whole channels.
  struct SharedWeights {
    std::size_t first;
    int count;
  };
  KOKKOS_FUNCTION SharedWeights weights_of(Range range) const {
    int const elements = topology.kernel_elements(), channel = range.begin / topology.positions();
    return {static_cast<std::size_t>(channel) * static_cast<std::size_t>(elements),
            range.size() / topology.positions() * elements};
  }
  /// The targets onto which `worker` of `workers` changes the synapses.
  KOKKOS_FUNCTION Range learned_by(int worker, int workers) const {
    if constexpr (Topology::shares_weights) {
      long long const n = learning_units();
      return targets_of_units(static_cast<int>(n * worker / workers),
                              static_cast<int>(n * (worker + 1) / workers));
    } else {
      return owned_range(post_size, worker, workers);
    }
  }
  KOKKOS_FUNCTION Real weight(std::size_t synapse) const {
    return constant ? constant_weight : weights(synapse);
  }

 private:
  KOKKOS_FUNCTION Segment cut(Segment s, Range range) const {
    if (range.begin > 0) s.begin = first_at_or_after(s, static_cast<std::uint32_t>(range.begin));
    if (range.end < post_size) s.end = first_at_or_after(s, static_cast<std::uint32_t>(range.end));
    return s;
  }
  KOKKOS_FUNCTION std::uint32_t first_at_or_after(Segment s, std::uint32_t bound) const {
    while (s.begin < s.end) {
      std::uint32_t const middle = s.begin + (s.end - s.begin) / 2;
      if (target(middle) < bound)
        s.begin = middle + 1;
      else
        s.end = middle;
    }
    return s.begin;
  }
};

/// That of a projection as it was declared.
template <class Device, class Real, class Spec>
using ProjectionDataOf =
    ProjectionData<Device, Real, typename TopologyOf<typename Spec::Topology>::type,
                   typename Spec::Rule>;

}  // namespace kosnn::detail

#endif

#ifndef KOSNN_NETWORK_DETAIL_PROJECTION_ARRAYS_HPP
#define KOSNN_NETWORK_DETAIL_PROJECTION_ARRAYS_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "kosnn/connections/pool2d.hpp"
#include "kosnn/core/memory.hpp"
#include "kosnn/network/detail/delay_steps.hpp"
#include "kosnn/network/detail/eligibility_powers.hpp"
#include "kosnn/network/detail/host_copy.hpp"
#include "kosnn/network/detail/projection_data.hpp"
#include "kosnn/network/detail/range.hpp"
#include "kosnn/network/detail/run.hpp"
#include "kosnn/network/detail/stored_synapses.hpp"
#include "kosnn/network/detail/synapse_blocks.hpp"
#include "kosnn/network/detail/synapse_rows.hpp"

// The arrays of a projection on the device: how long they are, and what its topology and delays put
// into them.

namespace kosnn::detail {

/// A slice of each listed row for each worker, or several, if it `can_cut` rows, where 16 bits
/// can't tell its targets apart, or where their inputs would not stay in the first caches and
/// enough synapses lie in each. Slices that hold less than a few synapses would take more memory
/// than they are worth.
template <class Data>
void set_up_slices(Data& data, std::size_t synapses, int workers, bool can_cut) {
  constexpr int near = 1 << 14;  // targets whose inputs stay near
  constexpr std::size_t long_run = 64;
  int largest = 0;
  for (int w = 0; w < workers; ++w)
    largest = std::max(largest, owned_range(data.post_size, w, workers).size());
  auto const parts_of = [&](int size) { return (largest - 1) / size + 1; };
  auto const run = [&](int parts) {  // synapses of a row, delay and slice
    return synapses / static_cast<std::size_t>(data.pre_size) /
           static_cast<std::size_t>(data.groups) / static_cast<std::size_t>(workers * parts);
  };
  int const size = run(parts_of(near)) < long_run ? Data::most_short : near;
  int const parts = can_cut ? parts_of(size) : 1;
  if (run(parts) < (data.index.takes_offsets(data.groups * workers * parts) ? 2 : 8)) return;
  data.slices = workers * parts;
  data.parts = parts;
  data.part_size = size;
  data.local_targets = can_cut && (parts > 1 || data.post_size > Data::most_short);
  data.has_short_targets |= data.local_targets;
}

/// What a rule keeps.
template <class Data>
void lay_out_rule(Data& data, Arena& arena, std::size_t workers, std::size_t batch) {
  using Real = typename Data::real;
  using Rule = typename Data::Rule;
  constexpr bool shares = Data::Topology::shares_weights;
  auto const targets = static_cast<std::size_t>(data.post_size);
  if constexpr (keeps_values<Data>) {
    auto& e = data.eligibility;
    arena.array(e.values, has_eligibility<Data> ? "eligibility" : "synapse_traces",
                static_cast<std::size_t>(e.elements) * data.stored);
    arena.array(e.powers, "powers", EligibilityPowers<Real>::max_period + 1);
  }
  if constexpr (has_eligibility<Data>)
    if (data.modulation.on)
      data.modulation.layout(arena, static_cast<int>(workers), data.replay.on ? data.stored : 0);
  constexpr bool rewarded = HasEligibility<Rule>::value || acts_on_reward<Rule, Real>;
  if (rewarded && batch > 1) arena.array(data.rewards, "rewards", batch);
  if constexpr (HasPostTerms<Rule, Real>::value)
    arena.array(data.post_terms, "terms", PostTerms<Rule, Real>::size * targets);
  if constexpr (HasPreTerms<Rule, Real>::value && shares) {
    std::size_t const copies = PreTerms<Rule, Real>::size * workers;
    arena.array(data.pre_terms, "terms", copies * static_cast<std::size_t>(data.pre_size));
    arena.array(data.element_terms, "terms",
                copies * static_cast<std::size_t>(data.topology.kernel_elements()));
  }
  if constexpr (normalises_trace<Data> && learns_from_spikes<Data, Real> && !shares)
    arena.array(data.largest, "largest", batch * targets);
  if constexpr (has_drive<Rule>) data.driven.layout(arena);
  if (data.masked) arena.array(data.mask, "mask", data.stored);
  if (shares && !std::is_same_v<Rule, Static>)
    arena.array(data.changes, "changes", data.topology.storage());
}

/// Whether a projection delivers from copies of its kernels, channels side by side.
template <class ExecutionSpace, class Data>
bool delivers_channels(Data const& data) {
  return std::is_same_v<typename Data::Topology, Conv2d> && runs_on_host<ExecutionSpace> &&
         !data.listed && !data.short_term.on;
}

template <class ExecutionSpace, class Data>
void lay_out_channels([[maybe_unused]] Data& data, [[maybe_unused]] Arena& arena,
                      [[maybe_unused]] int workers, [[maybe_unused]] std::size_t batch) {
  if constexpr (std::is_same_v<typename Data::Topology, Conv2d>) {
    if (!delivers_channels<ExecutionSpace>(data)) return;
    std::size_t const lanes = ChannelLanes::total(data.topology.channels(), workers);
    auto const taps = static_cast<std::size_t>(data.topology.rows()) *
                      static_cast<std::size_t>(data.topology.kernel_area());
    arena.array(data.by_channel.weights, "channel_weights", lanes * taps);
    arena.array(data.by_channel.sums, "channel_sums",
                lanes * static_cast<std::size_t>(data.topology.positions()) * batch);
  }
}

/// Whether listed rows of synapses have an index by target beside them.
template <class Data>
bool has_columns(Data const& data) {
  return !Data::Topology::shares_weights && !std::is_same_v<typename Data::Rule, Static> &&
         !data.replay.on;
}

/// Rows, and columns where a rule needs them, of synapses that are listed.
template <class Data>
void lay_out_rows(Data& data, Arena& arena) {
  constexpr bool shares = Data::Topology::shares_weights;
  std::size_t const synapses = data.topology.synapses();
  auto const groups = static_cast<std::size_t>(data.groups);
  if (data.has_short_targets)
    arena.array(data.short_targets, "targets", data.stored);
  else
    arena.array(data.targets, "targets", data.stored);
  data.index.layout(arena, static_cast<std::size_t>(data.topology.rows()),
                    data.groups * data.slices);
  arena.array(data.group_delay, "delays", groups);
  if (shares) arena.array(data.column_delay, "element_delays", data.topology.storage());
  if (!has_columns(data)) return;
  arena.array(data.column_begin, "columns", static_cast<std::size_t>(data.post_size) + 1);
  arena.array(data.column_source, "column_sources", synapses);
  arena.array(data.column_synapse, "column_synapses", synapses);
  arena.array(data.column_delay, "column_delays", synapses);
}

template <class ExecutionSpace, class Data>
void lay_out(Data& data, Arena& arena, int workers, int batch) {
  auto const elements = static_cast<std::size_t>(batch);
  if (!data.constant) arena.array(data.weights, "weights", data.stored);
  lay_out_rule(data, arena, static_cast<std::size_t>(workers), elements);
  lay_out_channels<ExecutionSpace>(data, arena, workers, elements);
  if (takes_maximum<typename Data::Topology>())
    arena.array(data.targets, "first_sources", static_cast<std::size_t>(data.post_size));
  if (data.listed) lay_out_rows(data, arena);
  data.ahead.layout(arena, static_cast<std::size_t>(data.post_size));
  if (data.short_term.on)
    data.short_term.layout(
        arena, data.short_term.own ? data.stored : static_cast<std::size_t>(data.pre_size),
        elements);
  if (data.replay.on)
    data.replay.layout(
        arena, static_cast<std::size_t>(data.pre_size) * static_cast<std::size_t>(data.groups),
        static_cast<std::size_t>(data.post_size),
        SeesOwnPostTrace<typename Data::Rule, typename Data::real>::value, data.seen.ago > 0);
}

template <class Data>
void store_columns(Data const& data, ColumnIndex const& columns) {
  to_device(columns.begin, data.column_begin);
  to_device(columns.source, data.column_source);
  to_device(columns.synapse, data.column_synapse);
  to_device(columns.delay, data.column_delay);
}

/// Fills what lay_out_rows has made of a topology that follows a formula.
template <class Data, class Rows>
void store_rows(Data& data, Rows const& rows, DelaySteps const& delays) {
  constexpr bool shares = Data::Topology::shares_weights;
  auto const layout = rows.layout();
  to_device(layout.targets, data.targets);
  data.index.store(layout.group_begin);
  to_device(delays.distinct(), data.group_delay);
  if (shares)
    to_device(std::vector<std::uint32_t>(delays.each().begin(), delays.each().end()),
              data.column_delay);
  if (!has_columns(data)) return;
  store_columns(data, columns_of(layout, delays.distinct(), data.post_size));
}

/// The same of synapses that are drawn, and their weights.
template <class Data, class Real>
void store_blocks(Data& data, SynapseBlocks<Real>& blocks, WeightSign<Real> const& sign,
                  DelaySteps const& delays) {
  to_device(delays.differ() ? delays.distinct() : std::vector<int>{delays.least()},
            data.group_delay);
  blocks.store(data, sign, delays);
  if (has_columns(data)) store_columns(data, StoredSynapses(data).columns(data.post_size));
}

/// Of max pooling: where the trace of a silent window comes from.
template <class Data>
void store_first_sources(Data const& data) {
  auto const first = data.topology.first_sources();
  to_device(std::vector<std::uint32_t>(first.begin(), first.end()), data.targets);
}

}  // namespace kosnn::detail

#endif

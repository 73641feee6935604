#ifndef KOSNN_NETWORK_DETAIL_LEARN_SHARED_HPP
#define KOSNN_NETWORK_DETAIL_LEARN_SHARED_HPP

#include <Kokkos_Core.hpp>

#include <cstddef>
#include <cstdint>

#include "kosnn/network/detail/deliver_shared.hpp"
#include "kosnn/network/detail/learn.hpp"
#include "kosnn/network/detail/population_data.hpp"
#include "kosnn/network/detail/projection_data.hpp"
#include "kosnn/network/detail/spike_history.hpp"

// Plasticity of synapses that share weights. A worker owns the kernels of some output channels and
// visits all spikes that concern them: the changes at all positions and in all batch elements are
// summed before a weight changes once.

namespace kosnn::detail {

/// Applies the sums in `j.changes` to the kernels of the channels in `range` and clears them.
template <class Projection>
KOKKOS_FUNCTION void apply_shared_changes(Projection const& j, std::int64_t step, Range range) {
  auto const weights = j.weights_of(range);
  auto* const sums = j.changes.data() + weights.first;
  apply_changes(j, scale_of_changes(j, step), weights.first, 1, weights.count,
                [sums](int x) { return sums[x]; });
  for (int x = 0; x < weights.count; ++x) sums[x] = 0;
}

/// Where changes in batch element `element` are summed, and what they are multiplied by there: in
/// `j.changes`, or in eligibilities of its own.
template <class Real>
struct SharedSums {
  Real* at;
  Real scale;
};
template <class Projection>
KOKKOS_FUNCTION SharedSums<typename Projection::real> shared_sums(Projection const& j,
                                                                  [[maybe_unused]] int element,
                                                                  std::int64_t step) {
  if constexpr (has_eligibility<Projection>)
    if (changes_elements(j)) return {eligibility_of(j, element, 0), scale_of_changes(j, step)};
  return {j.changes.data(), 1};
}

/// The presynaptic half of the rule at the targets in `range`, whole channels.
template <class Projection, class Pre, class Post>
KOKKOS_FUNCTION void learn_from_shared_arrivals(Projection const& j, Pre const& pre,
                                                Post const& post, std::int64_t step, Range range) {
  using Real = typename Post::real;
  auto const& history = pre.history;
  bool any = false;
  for (int g = 0; g < j.groups; ++g) {
    int const delay = j.listed ? j.group_delay(g) : j.delay;
    std::int64_t const fired = step - j.arrival_age(delay);
    auto const* const traces = traces_met(j, post, step, delay);
    history.for_each_list(history.slot(fired), [&](SpikeList const& spikes) {
      any = true;
      for (std::uint32_t k = 0; k < spikes.count; ++k) {
        Group<Pre> const group{pre, fired, spikes.first + k, 1};
        int const b = group.element(0);
        Real const* const z = traces + post.row(b);
        auto const sums = shared_sums(j, b, step);
        auto const change = arrival_change(j, group, 0);
        Real const* const w = j.weights.data();
        for_each_shared_target(j, static_cast<int>(group.neuron()), g, range,
                               [&](std::size_t synapse, int target) {
                                 sums.at[synapse] += sums.scale * change(w[synapse], z[target]);
                               });
      }
    });
  }
  if (any && !changes_elements(j)) apply_shared_changes(j, step, range);
}

/// The postsynaptic half of the rule for spikes of the targets in `range`, whole channels; returns
/// whether there are any.
template <class Projection, class Pre, class Post>
KOKKOS_FUNCTION bool sum_shared_changes(Projection const& j, Pre const& pre, Post const& post,
                                        MetSpikes const& met, Range range) {
  using Real = typename Post::real;
  auto const& history = post.history;
  int const slot = pre.trace_slot(met.step), source_step = j.topology.source_step();
  bool any = false;
  history.for_each_list(history.slot(met.fired), [&](SpikeList const& spikes) {
    for (std::uint32_t k = 0; k < spikes.count; ++k) {
      std::uint32_t const entry = spikes.entries[k];
      int const target = history.neuron(entry), b = history.element(entry);
      if (target < range.begin || target >= range.end) continue;
      any = true;
      auto const sums = shared_sums(j, b, met.step);
      auto const change = spike_change(j, Group<Post>{post, met.fired, spikes.first + k, 1}, 0);
      Real largest = 0;
      if constexpr (normalises_trace<Projection>)
        largest = largest_in_column(j, pre, slot, target, b);
      j.topology.column(target, [&](std::size_t synapse, int source, int count) {
        for (int x = 0; x < count; ++x) {
          std::size_t const s = synapse + static_cast<std::size_t>(x);
          int const delay = j.listed ? j.element_delay(s) : j.delay;
          if (!met.reached(delay)) continue;
          Real const* const z = traces_seen(j, pre, slot, delay, b);
          sums.at[s] +=
              sums.scale *
              change(j.weights(s), seen_trace<Projection>(z[source + x * source_step], largest));
        }
      });
    }
  });
  return any;
}

/// The same in `step`, and changes weights by the sums.
template <class Projection, class Pre, class Post>
KOKKOS_FUNCTION void learn_from_shared_spikes(Projection const& j, Pre const& pre, Post const& post,
                                              std::int64_t step, Range range) {
  bool any = false;
  for_each_met(j, step, false, [&](MetSpikes const& met) {
    bool const some = sum_shared_changes(j, pre, post, met, range);
    any = any || some;
  });
  if (any && !changes_elements(j)) apply_shared_changes(j, step, range);
}

}  // namespace kosnn::detail

#endif

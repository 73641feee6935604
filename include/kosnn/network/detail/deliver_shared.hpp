#ifndef KOSNN_NETWORK_DETAIL_DELIVER_SHARED_HPP
#define KOSNN_NETWORK_DETAIL_DELIVER_SHARED_HPP

#include <Kokkos_Core.hpp>

#include <cstddef>
#include <cstdint>

#include "kosnn/kokkos/compat.hpp"
#include "kosnn/network/detail/range.hpp"
#include "kosnn/network/detail/short_term.hpp"
#include "kosnn/network/detail/spike_history.hpp"

// Delivery over synapses that share weights: a spike is scattered to the windows that see it.

namespace kosnn::detail {

/// Calls f(synapse, target) for the synapses of source `i` and delay group `g` whose targets lie in
/// `range`.
template <class Projection, class F>
KOKKOS_FUNCTION void for_each_shared_target(Projection const& j, int i, int g, Range range,
                                            F const& f) {
  if constexpr (!Projection::Topology::pools) {
    if (j.listed) {
      auto const row = j.row_segment(j.topology.row_of(i), g);
      for (std::uint32_t s = row.begin; s < row.end; ++s) {
        int const target = j.topology.target_of(i, j.targets(s));
        if (target >= range.begin && target < range.end)
          f(static_cast<std::size_t>(j.targets(s)), target);
      }
      return;
    }
  }
  j.topology.for_each_target(i, range.begin, range.end, f);
}

template <class Projection, class Pre, class Post>
KOKKOS_FUNCTION void deliver_shared(Projection const& j, Pre const& pre, Post const& post,
                                    std::int64_t step, Range range) {
  using Real = typename Post::real;
  auto const& history = pre.history;
  Real const* const weights = j.weights.data();
  auto const inputs = j.inputs_of(post, range);
  for (int g = 0; g < j.groups; ++g) {
    std::int64_t const fired = step - (j.listed ? j.group_delay(g) : j.delay);
    SpikeValues<Projection, Pre> const values(j, pre, fired);
    history.for_each_list(history.slot(fired), [&](SpikeList const& spikes) {
      for (std::uint32_t k = 0; k < spikes.count; ++k) {
        std::uint32_t const entry = spikes.entries[k];
        Real const value = values(spikes.first + k);
        Real* const input = inputs.row(history.element(entry));
        int const i = history.neuron(entry);
        if (j.constant) {
          Real const w = j.constant_weight * value;
          for_each_shared_target(j, i, g, range,
                                 [=](std::size_t, int target) { input[target] += w; });
        } else {
          for_each_shared_target(j, i, g, range, [=](std::size_t synapse, int target) {
            input[target] += weights[synapse] * value;
          });
        }
      }
    });
  }
}

/// Max pooling: the input becomes the largest value that arrives, and `winner` the source, the
/// first of equals, that it came from.
template <class Projection, class Pre, class Post>
KOKKOS_FUNCTION void deliver_maximum(Projection const& j, Pre const& pre, Post const& post,
                                     std::int64_t step, Range range) {
  using Real = typename Post::real;
  auto const& history = pre.history;
  auto const inputs = j.inputs_of(post, range);
  for (int b = 0; b < post.batch(); ++b)
    for (int n = range.begin; n < range.end; ++n)
      post.pooled.winner(post.row(b) + static_cast<std::size_t>(n)) = j.targets(n);
  history.for_each_list(history.slot(step - j.delay), [&](SpikeList const& spikes) {
    for (std::uint32_t k = 0; k < spikes.count; ++k) {
      std::uint32_t const entry = spikes.entries[k];
      Real value = 1;
      if constexpr (Pre::graded) value = history.values(spikes.first + k);
      int const i = history.neuron(entry);
      int const b = history.element(entry);
      Real* const input = inputs.row(b);
      std::uint32_t* const winner = post.pooled.winner.data() + post.row(b);
      j.topology.for_each_target(i, range.begin, range.end, [&](std::size_t, int target) {
        if (value <= input[target]) return;
        input[target] = value;
        winner[target] = static_cast<std::uint32_t>(i);
      });
    }
  });
}

}  // namespace kosnn::detail

#endif

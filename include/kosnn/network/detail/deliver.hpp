#ifndef KOSNN_NETWORK_DETAIL_DELIVER_HPP
#define KOSNN_NETWORK_DETAIL_DELIVER_HPP

#include <Kokkos_Core.hpp>

#include <cstdint>
#include <type_traits>

#include "kosnn/kokkos/compat.hpp"
#include "kosnn/network/detail/deliver_shared.hpp"
#include "kosnn/network/detail/population_data.hpp"
#include "kosnn/network/detail/projection_data.hpp"
#include "kosnn/network/detail/short_term.hpp"
#include "kosnn/network/detail/spike_history.hpp"
#include "kosnn/network/detail/subtract_traces.hpp"

// Delivery: the spikes that arrive in a step add their weights to the inputs, or the state, of the
// targets in a range. Sums are formed in the order of the spike lists, whatever the range, so that
// they do not depend on the number of workers.

namespace kosnn::detail {

/// out[x] += sign * (w0[x] + w1[x] + w2[x] + w3[x]), in that order.
template <class Real>
KOKKOS_INLINE_FUNCTION void add_four_rows(Real const* w0, Real const* w1, Real const* w2,
                                          Real const* w3, Real sign, Real* out, int n) {
  KOSNN_INDEPENDENT_ITERATIONS
  for (int x = 0; x < n; ++x)
    out[x] = out[x] + sign * w0[x] + sign * w1[x] + sign * w2[x] + sign * w3[x];
}

template <class Real>
KOKKOS_INLINE_FUNCTION void add_row(Real const* w, Real sign, Real* out, int n) {
  KOSNN_INDEPENDENT_ITERATIONS
  for (int x = 0; x < n; ++x) out[x] += sign * w[x];
}

/// Dense rows of spikes of one batch element, four at a time: the inputs are then loaded and stored
/// a quarter as often.
template <class Projection, class Real>
KOKKOS_FUNCTION void deliver_dense(Projection const& j, std::uint32_t const* neurons, int n,
                                   Real sign, Real* input, Range range) {
  Real const* const w = j.weights.data() + range.begin;
  auto const row = [&](int k) {
    return w + static_cast<std::size_t>(neurons[k]) * static_cast<std::size_t>(j.post_size);
  };
  Real* const out = input + range.begin;
  int k = 0;
  for (; k + 4 <= n; k += 4)
    add_four_rows(row(k), row(k + 1), row(k + 2), row(k + 3), sign, out, range.size());
  for (; k < n; ++k) add_row(row(k), sign, out, range.size());
}

/// A spike with value `value`, fired in step `fired` of batch element `b`, at `n` synapses that
/// have short-term plasticity of their own; target(x) is that of synapse `first` + x.
template <class Projection, class Real, class Target>
KOKKOS_FUNCTION void deliver_spent(Projection const& j, std::size_t first, std::size_t n,
                                   Real value, std::int64_t fired, int b, Real* input,
                                   Target const& target) {
  std::size_t const element = static_cast<std::size_t>(b) * j.stored;
  for (std::size_t s = first; s < first + n; ++s)
    input[target(s - first)] += j.weight(s) * value * j.short_term.spend(s, element + s, fired);
}

/// One spike of source `i` with value `value` into the inputs of one batch element.
template <class Projection, class Real>
KOKKOS_FUNCTION void deliver_spike(Projection const& j, int i, Real value, Real* input,
                                   Range range) {
  j.topology.runs(i, range.begin, range.end, [&](std::size_t synapse, int target, int n) {
    Real* const out = input + target;
    if (j.constant) {
      Real const w = j.constant_weight * value;
      KOSNN_INDEPENDENT_ITERATIONS
      for (int x = 0; x < n; ++x) out[x] += w;
    } else {
      Real const* const w = j.weights.data() + synapse;
      KOSNN_INDEPENDENT_ITERATIONS
      for (int x = 0; x < n; ++x) out[x] += w[x] * value;
    }
  });
}

/// One spike with value `value` over a stretch of listed synapses.
template <class Projection, class Real>
KOKKOS_FUNCTION void deliver_segment(Projection const& j, typename Projection::Segment segment,
                                     Real value, Real* input) {
  j.with_targets([&](auto const* target) {  // among which one may come several times
    if (j.constant) {
      Real const w = j.constant_weight * value;
      for (std::uint32_t s = segment.begin; s < segment.end; ++s) input[target[s]] += w;
    } else {
      Real const* const w = j.weights.data();
      for (std::uint32_t s = segment.begin; s < segment.end; ++s) input[target[s]] += w[s] * value;
    }
  });
}

template <class Projection>
KOKKOS_FUNCTION void prefetch_segment(Projection const& j, typename Projection::Segment segment) {
  std::uint32_t const n = segment.end - segment.begin;
  j.with_targets([&](auto const* target) { prefetch(target + segment.begin, n); });
  if (!j.constant) prefetch(j.weights.data() + segment.begin, n);
}

/// Some spikes of step `fired` over the synapses of delay group `g` of a listed projection, after
/// before(source, position in the list, segment). Rows lie anywhere; while one is walked, a CPU
/// fetches the next few.
template <class Projection, class Pre, class Before>
KOKKOS_FUNCTION void deliver_listed(Projection const& j, Pre const& pre,
                                    typename Projection::Inputs const& inputs, std::int64_t fired,
                                    SpikeList const& spikes, int g, Range range,
                                    Before const& before) {
  using Real = typename Projection::real;
  auto const& history = pre.history;
  SpikeValues<Projection, Pre> const values(j, pre, fired);
  auto const source = [&](std::uint32_t k) { return history.neuron(spikes.entries[k]); };
  constexpr std::uint32_t ahead = runs_on_host<typename Pre::device> ? 4 : 1;
  typename Projection::Segment next[ahead];
  auto const fetch = [&](std::uint32_t k) {
    if (k >= spikes.count) return;
    next[k % ahead] = j.segment(source(k), g, range);
    prefetch_segment(j, next[k % ahead]);
  };
  for (std::uint32_t k = 0; k < ahead; ++k) fetch(k);
  for (std::uint32_t k = 0; k < spikes.count; ++k) {
    auto const segment = next[k % ahead];
    fetch(k + ahead);
    before(source(k), spikes.first + k, segment);
    int const b = history.element(spikes.entries[k]);
    Real* const input = inputs.row(b) + j.first_target(range);
    Real const value = inputs.sign * values(spikes.first + k);
    if (j.short_term.own)
      deliver_spent(
          j, segment.begin, segment.end - segment.begin, value, fired, b, input,
          [&](std::size_t x) { return j.target(segment.begin + static_cast<std::uint32_t>(x)); });
    else
      deliver_segment(j, segment, value, input);
  }
}

/// How many targets to treat at a time, so that their inputs stay in the first cache for all
/// elements of a batch.
template <class Real>
KOKKOS_FUNCTION int target_tile(int batch) {
  int const fit = 32768 / static_cast<int>(sizeof(Real)) / batch / ownership_block;
  return (fit < 4 ? 4 : fit) * ownership_block;
}

/// The spikes of step `fired` over the synapses of delay group `g`.
template <class Projection, class Pre>
KOKKOS_FUNCTION void deliver_fired(Projection const& j, Pre const& pre,
                                   typename Projection::Inputs const& inputs, std::int64_t fired,
                                   int g, Range range) {
  using Real = typename Projection::real;
  auto const& history = pre.history;
  SpikeValues<Projection, Pre> const values(j, pre, fired);
  int const slot = history.slot(fired);
  if (j.listed)
    return history.for_each_list(slot, j.sources, [&](SpikeList const& spikes) {
      deliver_listed(j, pre, inputs, fired, spikes, g, range,
                     [](int, std::size_t, typename Projection::Segment) {});
    });
  history.for_each_list(slot, [&](SpikeList const& spikes) {
    if constexpr (std::is_same_v<typename Projection::Topology, Dense> && !Pre::graded) {
      if (history.batch == 1 && !j.constant && !j.short_term.on)
        return deliver_dense(j, spikes.entries, static_cast<int>(spikes.count), inputs.sign,
                             inputs.row(0), range);
    }
    for (std::uint32_t k = 0; k < spikes.count; ++k) {
      int const i = history.neuron(spikes.entries[k]), b = history.element(spikes.entries[k]);
      Real* const input = inputs.row(b);
      Real const value = inputs.sign * values(spikes.first + k);
      if (j.short_term.own)
        j.topology.runs(i, range.begin, range.end,
                        [&](std::size_t synapse, int target, int length) {
                          deliver_spent(j, synapse, static_cast<std::size_t>(length), value, fired,
                                        b, input + target, [](std::size_t x) { return x; });
                        });
      else
        deliver_spike(j, i, value, input, range);
    }
  });
}

/// Deliveries of synapses that each have a weight of their own.
template <class Projection, class Pre, class Post>
KOKKOS_FUNCTION void deliver_own(Projection const& j, Pre const& pre, Post const& post,
                                 std::int64_t step, Range range) {
  auto const inputs = j.inputs_of(post, range);
  if (j.listed) {
    for (int part = 0; part < j.parts; ++part)
      for (int g = 0; g < j.groups; ++g)
        deliver_fired(j, pre, inputs, step - j.group_delay(g), g, j.part(range, part));
    return;
  }
  int const tile =
      post.batch() == 1 ? range.size() : target_tile<typename Post::real>(post.batch());
  for (int begin = range.begin; begin < range.end; begin += tile) {
    int const end = begin + tile < range.end ? begin + tile : range.end;
    deliver_fired(j, pre, inputs, step - j.delay, 0, Range{begin, end});
  }
}

/// Everything that arrives over projection `j` in `step` at the targets in `range`.
template <class Projection, class Pre, class Post>
KOKKOS_FUNCTION void deliver(Projection const& j, Pre const& pre, Post const& post,
                             std::int64_t step, Range range) {
  using Topology = typename Projection::Topology;
  if constexpr (Post::subtracts_traces) subtract_traces(j, pre, post, step, range);
  if constexpr (Topology::shares_weights) {
    if constexpr (Topology::takes_maximum)
      deliver_maximum(j, pre, post, step, range);
    else
      deliver_shared(j, pre, post, step, range);
  } else {
    deliver_own(j, pre, post, step, range);
  }
}

}  // namespace kosnn::detail

#endif

#ifndef KOSNN_NETWORK_DETAIL_LEARN_ALL_SHARED_HPP
#define KOSNN_NETWORK_DETAIL_LEARN_ALL_SHARED_HPP

#include <Kokkos_Core.hpp>

#include <cstddef>
#include <cstdint>

#include "kosnn/network/detail/learn_all.hpp"

// Rules that change every synapse at once, where synapses share weights: they see the terms of the
// traces summed over the batch first, then over the positions, so that each source is looked at
// once.

namespace kosnn::detail {

/// Works out the terms of sources [begin, end) as they are at synapses of delay group `g`, into the
/// copy of `worker`.
template <class Projection, class Pre, class Real>
KOKKOS_FUNCTION void prepare_sources(Projection const& j, Pre const& pre, std::int64_t step, int g,
                                     Real largest, Real scale, Real const* rewards, int worker,
                                     int begin, int end) {
  using Terms = PreTerms<typename Projection::Rule, Real>;
  auto const n = static_cast<std::size_t>(j.pre_size);
  Real* const out = j.pre_terms.data() + static_cast<std::size_t>(worker) * Terms::size * n;
  int const delay = j.listed ? j.group_delay(g) : j.delay;
  for (int i = begin; i < end; ++i) {
    auto const terms = terms_of_source(j, pre, step, i, delay, largest, scale, rewards);
    for (std::size_t k = 0; k < Terms::size; ++k)
      out[k * n + static_cast<std::size_t>(i)] = terms.value[k];
  }
}

/// The sum of the sources' terms over all positions that see them through one weight.
template <class Terms, class Projection, class Real>
KOKKOS_FUNCTION Terms sum_over_positions(Projection const& j, Real const* of_sources, int weight) {
  Terms sum = {};
  auto const n = static_cast<std::size_t>(j.pre_size);
  j.topology.sources_through(weight, [&](int source, int stride, int count) {
    for (std::size_t k = 0; k < Terms::size; ++k) {
      Real const* const terms = of_sources + k * n + source;
      for (int x = 0; x < count; ++x) sum.value[k] += terms[std::ptrdiff_t(x) * stride];
    }
  });
  return sum;
}

/// The terms that the weights of channel `c` see; worked out once for the channels of a group that
/// follow one another, unless delays differ.
template <class Projection, class Real>
KOKKOS_FUNCTION void prepare_elements(Projection const& j, int g, int c, int worker) {
  using Terms = PreTerms<typename Projection::Rule, Real>;
  int const elements = j.topology.kernel_elements();
  Real const* const of_sources = j.pre_terms.data() + static_cast<std::size_t>(worker) *
                                                          Terms::size *
                                                          static_cast<std::size_t>(j.pre_size);
  for (int e = 0; e < elements; ++e) {
    if (j.listed && j.element_delay(static_cast<std::size_t>(c * elements + e)) != j.group_delay(g))
      continue;
    auto const sum = sum_over_positions<Terms>(j, of_sources, c * elements + e);
    for (int k = 0; k < Terms::size; ++k)
      j.element_terms(static_cast<std::size_t>((worker * Terms::size + k) * elements + e)) =
          sum.value[k];
  }
}

/// What the weights at element `tap` of the kernels onto channel `c` see of their targets: of those
/// alone that see a source through them.
template <class Projection>
KOKKOS_FUNCTION auto terms_of_channel([[maybe_unused]] Projection const& j, [[maybe_unused]] int c,
                                      [[maybe_unused]] int tap) {
  using Real = typename Projection::real;
  if constexpr (HasPostTerms<typename Projection::Rule, Real>::value) {
    PostTerms<typename Projection::Rule, Real> sum = {};
    j.topology.targets_through(c, tap, [&](int target, int count) {
      for (int x = 0; x < count; ++x) {
        auto const terms = terms_of_target(j, target + x);
        for (int k = 0; k < terms.size; ++k) sum.value[k] += terms.value[k];
      }
    });
    return sum;
  } else {
    return NoTerms{};
  }
}
/// What weight number `e` of a kernel sees of its sources.
template <class Projection>
KOKKOS_FUNCTION auto terms_of_element([[maybe_unused]] Projection const& j, [[maybe_unused]] int e,
                                      [[maybe_unused]] int worker) {
  using Real = typename Projection::real;
  if constexpr (HasPreTerms<typename Projection::Rule, Real>::value) {
    PreTerms<typename Projection::Rule, Real> terms = {};
    for (int k = 0; k < terms.size; ++k)
      terms.value[k] = j.element_terms(
          static_cast<std::size_t>((worker * terms.size + k) * j.topology.kernel_elements() + e));
    return terms;
  } else {
    return NoTerms{};
  }
}

/// Changes the kernels of the channels in `range` by `Hook`, for delay group `g`, whose sources
/// have been prepared.
template <class Hook, class Projection>
KOKKOS_FUNCTION void change_kernels(Projection const& j, int g, Range range, int worker) {
  using Real = typename Projection::real;
  auto const rule = j.rule;
  int const positions = j.topology.positions(), elements = j.topology.kernel_elements();
  int const area = j.topology.kernel_area();
  int prepared = -1;  // the group of channels whose terms are at hand
  for (int c = range.begin / positions; c < range.end / positions; ++c) {
    if constexpr (HasPreTerms<typename Projection::Rule, Real>::value) {
      int const group = c / j.topology.channels_in_group();
      if (j.listed || group != prepared) prepare_elements<Projection, Real>(j, g, c, worker);
      prepared = group;
    }
    for (int tap = 0; tap < area; ++tap) {
      auto const post = terms_of_channel(j, c, tap);
      for (int e = tap; e < elements; e += area) {
        auto const weight = static_cast<std::size_t>(c * elements + e);
        if (j.listed && j.element_delay(weight) != j.group_delay(g)) continue;
        Real const w = j.weights(weight);
        change_weights(j, Real(1), weight, 1, 1, [&](int) {
          return call_with_terms<Hook>(rule, w, terms_of_element(j, e, worker), post);
        });
      }
    }
  }
}

/// `learn_from_terms` for shared weights; `range` holds whole channels.
template <class Hook, class Projection, class Pre, class Post, class Real>
KOKKOS_FUNCTION void learn_from_shared_terms(Projection const& j, Pre const& pre, Post const& post,
                                             std::int64_t step, Real largest, Real reward,
                                             Real const* rewards, Range range, int worker) {
  Real const scale = j.scale * reward;
  prepare_targets(j, post, step, scale, rewards, range);
  for (int g = 0; g < j.groups; ++g) {
    if constexpr (HasPreTerms<typename Projection::Rule, Real>::value)
      prepare_sources(j, pre, step, g, largest, scale, rewards, worker, 0, j.pre_size);
    change_kernels<Hook>(j, g, range, worker);
  }
}

/// Changes all synapses onto the targets in `range` by `Hook`, whether or not they share weights.
template <class Hook, class Projection, class Pre, class Post, class Real>
KOKKOS_FUNCTION void learn_from_all_terms(Projection const& j, Pre const& pre, Post const& post,
                                          std::int64_t step, Real largest, Real reward,
                                          Real const* rewards, Range range,
                                          [[maybe_unused]] int worker) {
  if constexpr (Projection::Topology::shares_weights)
    learn_from_shared_terms<Hook>(j, pre, post, step, largest, reward, rewards, range, worker);
  else
    learn_from_terms<Hook>(j, pre, post, step, largest, reward, rewards, range);
}

}  // namespace kosnn::detail

#endif

#ifndef KOSNN_NETWORK_DETAIL_LEARN_ALL_HPP
#define KOSNN_NETWORK_DETAIL_LEARN_ALL_HPP

#include <Kokkos_Core.hpp>

#include <cstdint>

#include "kosnn/kokkos/compat.hpp"
#include "kosnn/network/detail/learn.hpp"

// Plasticity that reaches all synapses at once: rewards, the rescaling of eligibilities, and rules
// that change every synapse in every step.

namespace kosnn::detail {

/// Whether all eligibilities have to be rescaled before anything is added in `step`.
template <class Projection>
bool rescales_eligibility([[maybe_unused]] Projection const& j,
                          [[maybe_unused]] std::int64_t step) {
  if constexpr (keeps_values<Projection>)
    return step > 0 && step % j.eligibility.period == 0;
  else
    return false;
}

/// Rescales the eligibilities of the synapses onto the targets in `range`.
template <class Projection>
KOKKOS_FUNCTION void rescale_eligibility(Projection const& j, Range range) {
  using Real = typename Projection::real;
  auto const& e = j.eligibility;
  Real const factor = e.powers(static_cast<std::size_t>(e.period));
  for (int element = 0; element < e.elements; ++element)
    for_each_stretch(j, range, [&](std::size_t synapse, int n) {
      Real* const values = eligibility_of(j, element, synapse);
      KOSNN_INDEPENDENT_ITERATIONS
      for (int x = 0; x < n; ++x) values[x] *= factor;
    });
}

/// What a reward leaves of `n` eligibilities, where the rule says so.
template <class Projection, class Real>
KOKKOS_FUNCTION void use_up_eligibility([[maybe_unused]] Projection const& j,
                                        [[maybe_unused]] Real power, [[maybe_unused]] Real given,
                                        [[maybe_unused]] Real* e, [[maybe_unused]] int n) {
  if constexpr (HasAfterReward<typename Projection::Rule, Real>::value) {
    auto const rule = j.rule;
    KOSNN_INDEPENDENT_ITERATIONS
    for (int x = 0; x < n; ++x) e[x] = rule.after_reward(power * e[x], given) / power;
  }
}

/// A reward for the synapses onto the targets in `range`, one number or, where `rewards` is not
/// null, one for each batch element. `power` is that of the last step.
template <class Projection, class Real>
KOKKOS_FUNCTION void reward_synapses(Projection const& j, Real power, Real reward,
                                     Real const* rewards, Range range) {
  auto const rule = j.rule;
  int const elements = j.eligibility.elements;
  if (elements == 1) {
    for_each_stretch(j, range, [&](std::size_t synapse, int n) {
      Real const* const w = j.weights.data() + synapse;
      Real* const e = eligibility_of(j, 0, synapse);
      change_weights(j, Real(1), synapse, 1, n,
                     [=](int x) { return rule.on_reward(w[x], power * e[x], reward); });
      use_up_eligibility(j, power, reward, e, n);
    });
    return;
  }
  for_each_stretch(j, range, [&](std::size_t first, int n) {
    for (int begin = 0; begin < n; begin += learn_tile) {
      int const m = n - begin < learn_tile ? n - begin : learn_tile;
      std::size_t const synapse = first + static_cast<std::size_t>(begin);
      Real const* const w = j.weights.data() + synapse;
      Real delta[learn_tile] = {};
      for (int element = 0; element < elements; ++element) {
        Real* const e = eligibility_of(j, element, synapse);
        Real const given = rewards == nullptr ? reward : rewards[element];
        KOSNN_INDEPENDENT_ITERATIONS
        for (int x = 0; x < m; ++x) delta[x] += rule.on_reward(w[x], power * e[x], given);
        use_up_eligibility(j, power, given, e, m);
      }
      Real const* const change = delta;
      change_weights(j, j.scale / j.position_scale, synapse, 1, m,
                     [change](int x) { return change[x]; });
    }
  });
}

/// What `release` has given in `step` for the synapses onto the targets in `range`.
template <class Projection>
KOKKOS_FUNCTION void reward_by_spikes(Projection const& j, int worker, std::int64_t step,
                                      Range range) {
  auto const& m = j.modulation;
  auto const* const given = m.given.data() + m.at(worker, 0);
  reward_synapses(j, j.eligibility.power(step), given[0], m.batch > 1 ? given : nullptr, range);
}

/// Sums of rewards begin anew with rescaled eligibilities, after all synapses onto the targets of
/// `worker`, in `range`, have caught up.
template <class Projection>
KOKKOS_FUNCTION void restart_sums([[maybe_unused]] Projection const& j, [[maybe_unused]] int worker,
                                  [[maybe_unused]] Range range) {
  if constexpr (has_eligibility<Projection>) {
    auto const& m = j.modulation;
    if (!m.on || !j.replay.on) return;
    m.sums_of(worker)[0] = 0;
    for_each_stretch(j, range, [&](std::size_t synapse, int n) {
      for (int x = 0; x < n; ++x) m.settled(synapse + static_cast<std::size_t>(x)) = 0;
    });
  }
}

/// The sum over the batch of the terms that neuron `n` contributes, times `scale` and, where
/// `rewards` is not null, the element's reward. `terms(z)` are those of one trace; `traces` is
/// (batch, neurons).
template <class Terms, class Pre, class Real, class F>
KOKKOS_FUNCTION Terms mean_terms(Pre const& p, Real const* traces, int n, Real scale,
                                 Real const* rewards, F const& terms) {
  Terms sum = {};
  for (int b = 0; b < p.batch(); ++b) {
    Terms const of_element = terms(traces[p.row(b) + static_cast<std::size_t>(n)]);
    Real const weight = rewards == nullptr ? scale : scale * rewards[b];
    for (int k = 0; k < Terms::size; ++k) sum.value[k] += weight * of_element.value[k];
  }
  return sum;
}

/// What rules without terms of one side see of it.
struct NoTerms {};

/// The terms of source `i` as they are at synapses of `delay` steps.
template <class Projection, class Pre>
KOKKOS_FUNCTION auto terms_of_source([[maybe_unused]] Projection const& j,
                                     [[maybe_unused]] Pre const& pre,
                                     [[maybe_unused]] std::int64_t step, [[maybe_unused]] int i,
                                     [[maybe_unused]] int delay,
                                     [[maybe_unused]] typename Pre::real largest,
                                     [[maybe_unused]] typename Pre::real scale,
                                     [[maybe_unused]] typename Pre::real const* rewards) {
  using Real = typename Pre::real;
  using Rule = typename Projection::Rule;
  if constexpr (HasPreTerms<Rule, Real>::value) {
    Real const* const z =
        pre.trace_before(j.pre_trace, pre.trace_slot(step), j.immediate_trace ? 0 : delay, 0);
    auto const rule = j.rule;
    return mean_terms<PreTerms<Rule, Real>>(pre, z, i, scale, rewards, [&](Real trace) {
      return rule.pre_terms(seen_trace<Projection>(trace, largest));
    });
  } else {
    return NoTerms{};
  }
}

/// Works out the terms of the targets in `range`.
template <class Projection, class Post, class Real>
KOKKOS_FUNCTION void prepare_targets([[maybe_unused]] Projection const& j,
                                     [[maybe_unused]] Post const& post,
                                     [[maybe_unused]] std::int64_t step,
                                     [[maybe_unused]] Real scale,
                                     [[maybe_unused]] Real const* rewards,
                                     [[maybe_unused]] Range range) {
  using Rule = typename Projection::Rule;
  if constexpr (HasPostTerms<Rule, Real>::value) {
    auto const rule = j.rule;
    for (int n = range.begin; n < range.end; ++n) {
      auto const terms = mean_terms<PostTerms<Rule, Real>>(
          post, post.trace_at(j.post_trace, step, 0), n, scale, rewards,
          [&](Real trace) { return rule.post_terms(trace); });
      for (int k = 0; k < terms.size; ++k)
        j.post_terms(static_cast<std::size_t>(k) * static_cast<std::size_t>(j.post_size) +
                     static_cast<std::size_t>(n)) = terms.value[k];
    }
  }
}
template <class Projection>
KOKKOS_FUNCTION auto terms_of_target([[maybe_unused]] Projection const& j,
                                     [[maybe_unused]] int target) {
  using Real = typename Projection::real;
  using Rule = typename Projection::Rule;
  if constexpr (HasPostTerms<Rule, Real>::value) {
    PostTerms<Rule, Real> terms = {};
    for (int k = 0; k < terms.size; ++k)
      terms.value[k] =
          j.post_terms(static_cast<std::size_t>(k) * static_cast<std::size_t>(j.post_size) +
                       static_cast<std::size_t>(target));
    return terms;
  } else {
    return NoTerms{};
  }
}

/// Changes all synapses onto the targets in `range` by `Hook` and the terms of `step`, which come
/// multiplied by the mean or sum of the elements of `rewards`, unless that is null, and `reward`.
template <class Hook, class Projection, class Pre, class Post, class Real>
KOKKOS_FUNCTION void learn_from_terms(Projection const& j, Pre const& pre, Post const& post,
                                      std::int64_t step, Real largest, Real reward,
                                      Real const* rewards, Range range) {
  auto const rule = j.rule;
  Real const scale = j.scale * reward;
  prepare_targets(j, post, step, scale, rewards, range);
  auto const change = [&](auto const& terms, std::size_t synapse, int target, int n) {
    Real const* const w = j.weights.data() + synapse;
    change_weights(j, Real(1), synapse, 1, n, [&](int x) {
      return call_with_terms<Hook>(rule, w[x], terms, terms_of_target(j, target + x));
    });
  };
  for (int i = 0; i < j.pre_size; ++i) {
    if (!j.listed) {
      j.topology.runs(i, range.begin, range.end, [&](std::size_t synapse, int target, int n) {
        change(terms_of_source(j, pre, step, i, j.delay, largest, scale, rewards), synapse, target,
               n);
      });
      continue;
    }
    for (int g = 0; g < j.groups; ++g) {
      auto const segment = j.segment(i, g, range);
      if (segment.begin == segment.end) continue;
      auto const terms =
          terms_of_source(j, pre, step, i, j.group_delay(g), largest, scale, rewards);
      for (std::uint32_t s = segment.begin; s < segment.end; ++s)
        change(terms, s, static_cast<int>(j.target(s)), 1);
    }
  }
}

}  // namespace kosnn::detail

#endif

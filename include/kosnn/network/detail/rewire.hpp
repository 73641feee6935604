#ifndef KOSNN_NETWORK_DETAIL_REWIRE_HPP
#define KOSNN_NETWORK_DETAIL_REWIRE_HPP

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include "kosnn/connections/rewiring.hpp"
#include "kosnn/core/random.hpp"
#include "kosnn/network/detail/host_copy.hpp"
#include "kosnn/network/detail/projection_arrays.hpp"
#include "kosnn/network/detail/stored_synapses.hpp"

namespace kosnn::detail {

/// Synapses by source and target, in any order, and the new ones among them.
struct Rewired {
  std::vector<int> sources, targets;
  std::vector<char> is_new;
  std::size_t count = 0;
};

/// Draws other sources for the synapses that `goes(k)` names. Whoever has no other left to choose,
/// which a thousand draws are taken to show, stays.
template <class Goes>
void draw_sources(Rewired& synapses, Rewiring const& how, bool recurrent, int pre_size,
                  int post_size, RandomStream const& random, std::uint64_t moment,
                  Goes const& goes) {
  std::vector<std::vector<int>> present(static_cast<std::size_t>(post_size));  // sources, ascending
  if (!how.has_multapses()) {
    for (std::size_t k = 0; k < synapses.targets.size(); ++k)
      present[static_cast<std::size_t>(synapses.targets[k])].push_back(synapses.sources[k]);
    for (auto& sources : present) std::sort(sources.begin(), sources.end());
  }
  synapses.is_new.assign(synapses.targets.size(), 0);
  for (std::size_t k = 0; k < synapses.targets.size(); ++k) {
    if (!goes(k)) continue;
    int const target = synapses.targets[k], before = synapses.sources[k];
    auto& sources = present[static_cast<std::size_t>(target)];
    for (int draw = 0; draw < 1000; ++draw) {
      std::uint32_t w[4];
      random.words(static_cast<std::uint32_t>(k), moment << 10 | static_cast<unsigned>(draw), 0, w);
      int const source =
          static_cast<int>(std::uint64_t{w[0]} * static_cast<unsigned>(pre_size) >> 32);
      if (source == before || (recurrent && source == target && !how.has_autapses())) continue;
      auto const at = std::lower_bound(sources.begin(), sources.end(), source);
      if (!how.has_multapses()) {
        if (at != sources.end() && *at == source) continue;
        sources.insert(at, source);
        sources.erase(std::lower_bound(sources.begin(), sources.end(), before));
      }
      synapses.sources[k] = source;
      synapses.is_new[k] = 1;
      ++synapses.count;
      break;
    }
  }
}

/// Rewires the rows of a sparse projection whose synapses have caught up; returns how many synapses
/// are new. Delays stay with their place at the target; masks and eligibilities of new synapses are
/// 1 and 0.
template <class Data>
std::size_t rewire(Data& data, Rewiring const& how, bool recurrent, RandomStream const& random,
                   std::uint64_t moment) {
  using Real = typename Data::real;
  StoredSynapses const order(data);
  Rewired synapses{order.sources(), order.targets(), {}, 0};
  auto const n = synapses.targets.size();
  auto weights = order.to_canonical(to_host(data.weights));
  draw_sources(synapses, how, recurrent, data.pre_size, data.post_size, random, moment,
               [&](std::size_t k) { return std::fabs(weights[k]) < Real(how.below()); });
  if (synapses.count == 0) return 0;
  auto const group_delays = to_host(data.group_delay);
  auto const delays = order.delays();
  std::vector<std::uint64_t> rows(n);  // source and delay group
  for (std::size_t k = 0; k < n; ++k) {
    auto const group = std::lower_bound(group_delays.begin(), group_delays.end(), delays[k]);
    rows[k] = static_cast<std::uint64_t>(synapses.sources[k]) * group_delays.size() +
              static_cast<std::uint64_t>(group - group_delays.begin());
  }
  std::vector<std::uint32_t> stored(n);  // canonical before, by place in storage now
  std::iota(stored.begin(), stored.end(), 0u);
  std::stable_sort(stored.begin(), stored.end(), [&](std::uint32_t a, std::uint32_t b) {
    return std::pair(rows[a], synapses.targets[a]) < std::pair(rows[b], synapses.targets[b]);
  });
  auto const store = [&](std::vector<Real> const& canonical, Real fresh, auto const& view) {
    std::vector<Real> moved(n);
    for (std::size_t s = 0; s < n; ++s)
      moved[s] = synapses.is_new[stored[s]] != 0 ? fresh : canonical[stored[s]];
    to_device(moved, view);
  };
  store(weights, Real(how.weight()), data.weights);
  if (data.mask.data() != nullptr) store(order.to_canonical(to_host(data.mask)), 1, data.mask);
  if constexpr (keeps_values<Data>) {
    auto const all = to_host(data.eligibility.values);
    std::vector<Real> moved(all.size());
    for (std::size_t first = 0; first < all.size(); first += n) {
      auto const begin = all.begin() + static_cast<std::ptrdiff_t>(first);
      auto const canonical =
          order.to_canonical(std::vector<Real>(begin, begin + static_cast<std::ptrdiff_t>(n)));
      for (std::size_t s = 0; s < n; ++s)
        moved[first + s] = synapses.is_new[stored[s]] != 0 ? 0 : canonical[stored[s]];
    }
    to_device(moved, data.eligibility.values);
  }
  std::vector<std::uint32_t> targets(n), begin{0};
  for (std::size_t s = 0; s < n; ++s)
    targets[s] = static_cast<std::uint32_t>(synapses.targets[stored[s]]);
  std::size_t s = 0;
  auto const last_row = static_cast<std::uint64_t>(data.pre_size) * group_delays.size();
  for (std::uint64_t row = 0; row < last_row; ++row)
    for (int slice = 0; slice < data.slices; ++slice) {
      Range const among = data.slice(slice);
      for (; s < n && rows[stored[s]] == row && synapses.targets[stored[s]] < among.end; ++s)
        targets[s] -= static_cast<std::uint32_t>(data.first_target(among));
      begin.push_back(static_cast<std::uint32_t>(s));
    }
  data.index.store(begin);
  data.sources = {0, data.pre_size};
  if (data.has_short_targets)
    to_device(std::vector<std::uint16_t>(targets.begin(), targets.end()), data.short_targets);
  else
    to_device(targets, data.targets);
  if (has_columns(data)) store_columns(data, StoredSynapses(data).columns(data.post_size));
  return synapses.count;
}

}  // namespace kosnn::detail

#endif

#ifndef KOSNN_NETWORK_DETAIL_SYNAPSE_ROWS_HPP
#define KOSNN_NETWORK_DETAIL_SYNAPSE_ROWS_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace kosnn::detail {

/// Listed rows as they lie in memory; see ProjectionData.
struct RowLayout {
  std::vector<std::uint32_t> targets, group_begin;
};

/// The same synapses by target, then source.
struct ColumnIndex {
  std::vector<std::uint32_t> begin, source, synapse, delay;
};

/// How arrays over synapses in the order that users see (canonical) map to the order of storage:
/// the same without delays of their own, else rows sorted by (delay, target).
template <class Topology>
struct SynapseRows {
  Topology const& topology;
  std::vector<int> const& delay_steps;   // canonical; empty where all delays are equal
  std::vector<int> const& group_delays;  // the delays there are, ascending

  bool listed() const { return !delay_steps.empty(); }
  /// Shared weights lie in canonical order; rows only name them.
  bool reordered() const { return listed() && !Topology::shares_weights; }

  /// Calls f(canonical index, target) for every synapse in the order of storage and
  /// end_of_group() after each group of equal delays in a row.
  template <class F, class End>
  void for_each(F const& f, End const& end_of_group) const {
    std::vector<std::vector<int>> members(group_delays.size());
    for (int r = 0; r < topology.rows(); ++r) {
      for (auto& group : members) group.clear();
      for (int k = 0; k < topology.row_length(r); ++k)
        members[group_of(delay_steps[topology.index(r, k)])].push_back(k);
      for (auto const& group : members) {
        for (int const k : group) f(topology.index(r, k), topology.target(r, k));
        end_of_group();
      }
    }
  }

  template <class T>
  std::vector<T> to_storage(std::vector<T> const& canonical) const {
    if (!reordered()) return canonical;
    std::vector<T> stored;
    stored.reserve(canonical.size());
    for_each([&](std::size_t k, int) { stored.push_back(canonical[k]); }, [] {});
    return stored;
  }
  template <class T>
  std::vector<T> to_canonical(std::vector<T> const& stored) const {
    if (!reordered()) return stored;
    std::vector<T> canonical(delay_steps.size());
    auto next = stored.begin();
    for_each([&](std::size_t k, int) { canonical[k] = *next++; }, [] {});
    return canonical;
  }
  RowLayout layout() const {
    RowLayout out;
    out.targets.reserve(delay_steps.size());
    out.group_begin.push_back(0);
    for_each([&](std::size_t, int j) { out.targets.push_back(static_cast<std::uint32_t>(j)); },
             [&] { out.group_begin.push_back(static_cast<std::uint32_t>(out.targets.size())); });
    return out;
  }

 private:
  std::size_t group_of(int delay) const {
    return static_cast<std::size_t>(
        std::lower_bound(group_delays.begin(), group_delays.end(), delay) - group_delays.begin());
  }
};

inline ColumnIndex columns_of(RowLayout const& rows, std::vector<int> const& group_delays,
                              int post_size) {
  ColumnIndex out;
  std::size_t const synapses = rows.targets.size(), groups = group_delays.size();
  out.begin.assign(static_cast<std::size_t>(post_size) + 1, 0);
  for (std::uint32_t const j : rows.targets) ++out.begin[j + 1];
  for (std::size_t j = 1; j < out.begin.size(); ++j) out.begin[j] += out.begin[j - 1];
  out.source.resize(synapses);
  out.synapse.resize(synapses);
  out.delay.resize(synapses);
  std::vector<std::uint32_t> next(out.begin.begin(), out.begin.end() - 1);
  for (std::size_t row = 0; row + 1 < rows.group_begin.size(); ++row)
    for (std::uint32_t s = rows.group_begin[row]; s < rows.group_begin[row + 1]; ++s) {
      std::uint32_t const at = next[rows.targets[s]]++;
      out.source[at] = static_cast<std::uint32_t>(row / groups);
      out.synapse[at] = s;
      out.delay[at] = static_cast<std::uint32_t>(group_delays[row % groups]);
    }
  return out;
}

}  // namespace kosnn::detail

#endif

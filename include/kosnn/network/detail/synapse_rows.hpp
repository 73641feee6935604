#ifndef KOSNN_NETWORK_DETAIL_SYNAPSE_ROWS_HPP
#define KOSNN_NETWORK_DETAIL_SYNAPSE_ROWS_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace kosnn::detail {

/// Listed rows as they lie in memory; see ProjectionData.
struct RowLayout {
  std::vector<std::uint32_t> targets, group_begin;
  std::vector<int> group_delay;
};

/// The same synapses by target, then source.
struct ColumnIndex {
  std::vector<std::uint32_t> begin, source, synapse, delay;
};

/// How arrays over synapses in the order that users see (canonical) map to the order of storage:
/// the same without delays of their own, else rows sorted by (delay, target).
template <class Topology>
struct SynapseRows {
  int pre_size;
  int post_size;
  std::vector<int> const* delay_steps;  // canonical; null where all delays are equal

  /// Calls f(canonical index, source, target) for every synapse in the order of storage.
  template <class F>
  void for_each(F const& f) const {
    int const length = Topology::row_length(post_size);
    std::vector<std::pair<int, int>> row(static_cast<std::size_t>(length));  // (delay, target)
    for (int i = 0; i < pre_size; ++i) {
      for (int k = 0; k < length; ++k) {
        int const j = Topology::target(i, k);
        int const delay = delay_steps ? (*delay_steps)[Topology::index(i, j, post_size)] : 0;
        row[static_cast<std::size_t>(k)] = {delay, j};
      }
      std::sort(row.begin(), row.end());
      for (auto const& [delay, j] : row) f(Topology::index(i, j, post_size), i, j);
    }
  }

  template <class T>
  std::vector<T> to_storage(std::vector<T> const& canonical) const {
    if (!delay_steps) return canonical;
    std::vector<T> stored;
    for_each([&](std::size_t k, int, int) { stored.push_back(canonical[k]); });
    return stored;
  }
  template <class T>
  std::vector<T> to_canonical(std::vector<T> const& stored) const {
    if (!delay_steps) return stored;
    std::vector<T> canonical(canonical_size());
    auto next = stored.begin();
    for_each([&](std::size_t k, int, int) { canonical[k] = *next++; });
    return canonical;
  }
  /// `value` at every synapse, 0 elsewhere.
  template <class T>
  std::vector<T> filled(T value) const {
    std::vector<T> canonical(canonical_size());
    for_each([&](std::size_t k, int, int) { canonical[k] = value; });
    return canonical;
  }

  int distinct_delays() const { return static_cast<int>(delays().size()); }

  RowLayout layout() const {
    RowLayout out;
    out.group_delay = delays();
    std::size_t const groups = out.group_delay.size();
    out.group_begin.assign(static_cast<std::size_t>(pre_size) * groups + 1, 0);
    for_each([&](std::size_t k, int i, int j) {
      auto const g =
          std::lower_bound(out.group_delay.begin(), out.group_delay.end(), (*delay_steps)[k]) -
          out.group_delay.begin();
      out.targets.push_back(static_cast<std::uint32_t>(j));
      ++out.group_begin[static_cast<std::size_t>(i) * groups + static_cast<std::size_t>(g) + 1];
    });
    for (std::size_t k = 1; k < out.group_begin.size(); ++k)
      out.group_begin[k] += out.group_begin[k - 1];
    return out;
  }

 private:
  std::size_t canonical_size() const {
    return Topology::storage(static_cast<std::size_t>(pre_size),
                             static_cast<std::size_t>(post_size));
  }
  std::vector<int> delays() const {
    std::vector<int> distinct;
    for_each([&](std::size_t k, int, int) {
      auto const at = std::lower_bound(distinct.begin(), distinct.end(), (*delay_steps)[k]);
      if (at == distinct.end() || *at != (*delay_steps)[k]) distinct.insert(at, (*delay_steps)[k]);
    });
    return distinct;
  }
};

inline ColumnIndex columns_of(RowLayout const& rows, int pre_size, int post_size) {
  ColumnIndex out;
  std::size_t const synapses = rows.targets.size(), groups = rows.group_delay.size();
  out.begin.assign(static_cast<std::size_t>(post_size) + 1, 0);
  for (std::uint32_t const j : rows.targets) ++out.begin[j + 1];
  for (std::size_t j = 1; j < out.begin.size(); ++j) out.begin[j] += out.begin[j - 1];
  out.source.resize(synapses);
  out.synapse.resize(synapses);
  out.delay.resize(synapses);
  std::vector<std::uint32_t> next(out.begin.begin(), out.begin.end() - 1);
  for (std::size_t row = 0; row < static_cast<std::size_t>(pre_size) * groups; ++row)
    for (std::uint32_t s = rows.group_begin[row]; s < rows.group_begin[row + 1]; ++s) {
      std::uint32_t const at = next[rows.targets[s]]++;
      out.source[at] = static_cast<std::uint32_t>(row / groups);
      out.synapse[at] = s;
      out.delay[at] = static_cast<std::uint32_t>(rows.group_delay[row % groups]);
    }
  return out;
}

}  // namespace kosnn::detail

#endif

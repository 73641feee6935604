#ifndef KOSNN_NETWORK_DETAIL_STORED_SYNAPSES_HPP
#define KOSNN_NETWORK_DETAIL_STORED_SYNAPSES_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

#include "kosnn/network/detail/host_copy.hpp"
#include "kosnn/network/detail/synapse_rows.hpp"

namespace kosnn::detail {

/// The synapses of a sparse projection as they lie on the device, where each row is sorted by
/// (delay, target), and their canonical order: by source, then target (then delay).
class StoredSynapses {
 public:
  template <class Data>
  explicit StoredSynapses(Data const& data)
      : targets_(targets_of(data)),
        group_begin_(groups_of(data)),
        group_delay_(to_host(data.group_delay)) {
    if (group_delay_.size() < 2) return;
    order_.resize(targets_.size());
    std::iota(order_.begin(), order_.end(), 0U);
    for (std::size_t row = 0; row + 1 < group_begin_.size(); row += group_delay_.size())
      std::stable_sort(
          order_.begin() + group_begin_[row],
          order_.begin() + group_begin_[row + group_delay_.size()],
          [this](std::uint32_t a, std::uint32_t b) { return targets_[a] < targets_[b]; });
  }

  template <class T>
  std::vector<T> to_storage(std::vector<T> const& canonical) const {
    std::vector<T> stored(canonical.size());
    for (std::size_t k = 0; k < stored.size(); ++k) stored[at(k)] = canonical[k];
    return stored;
  }
  template <class T>
  std::vector<T> to_canonical(std::vector<T> const& stored) const {
    std::vector<T> canonical(stored.size());
    for (std::size_t k = 0; k < stored.size(); ++k) canonical[k] = stored[at(k)];
    return canonical;
  }
  std::vector<int> sources() const {
    return to_canonical(
        of_groups([this](std::size_t g) { return static_cast<int>(g / group_delay_.size()); }));
  }
  std::vector<int> targets() const {
    return to_canonical(std::vector<int>(targets_.begin(), targets_.end()));
  }
  /// By target; see ColumnIndex.
  ColumnIndex columns(int post_size) const {
    return columns_of({targets_, group_begin_}, group_delay_, post_size);
  }
  /// In steps.
  std::vector<int> delays() const {
    return to_canonical(
        of_groups([this](std::size_t g) { return group_delay_[g % group_delay_.size()]; }));
  }

 private:
  template <class Data>
  static std::vector<std::uint32_t> targets_of(Data const& data) {
    if (!data.has_short_targets) return to_host(data.targets);
    auto const stored = to_host(data.short_targets);
    std::vector<std::uint32_t> targets(stored.begin(), stored.end());
    if (!data.local_targets) return targets;
    auto const slices = data.index.all();
    for (std::size_t s = 0; s + 1 < slices.size(); ++s) {
      auto const first = static_cast<std::uint32_t>(
          data.slice(static_cast<int>(s % static_cast<std::size_t>(data.slices))).begin);
      for (std::uint32_t k = slices[s]; k < slices[s + 1]; ++k) targets[k] += first;
    }
    return targets;
  }
  template <class Data>
  static std::vector<std::uint32_t> groups_of(Data const& data) {
    auto const slices = data.index.all();
    std::vector<std::uint32_t> groups;
    for (std::size_t k = 0; k < slices.size(); k += static_cast<std::size_t>(data.slices))
      groups.push_back(slices[k]);
    return groups;
  }
  std::size_t at(std::size_t k) const { return order_.empty() ? k : order_[k]; }
  /// What holds for a whole group, for each of its synapses.
  template <class F>
  std::vector<int> of_groups(F const& f) const {
    std::vector<int> stored(targets_.size());
    for (std::size_t g = 0; g + 1 < group_begin_.size(); ++g)
      std::fill(stored.begin() + group_begin_[g], stored.begin() + group_begin_[g + 1], f(g));
    return stored;
  }

  std::vector<std::uint32_t> targets_, group_begin_;
  std::vector<int> group_delay_;
  std::vector<std::uint32_t> order_;  // canonical to stored; empty: the same
};

/// Number of synapses of each source.
template <class Data>
std::vector<std::size_t> row_lengths(Data const& data) {
  auto const begin = data.index.all();
  std::size_t const width =
      static_cast<std::size_t>(data.groups) * static_cast<std::size_t>(data.slices);
  std::vector<std::size_t> lengths;
  for (std::size_t k = 0; k + width < begin.size(); k += width)
    lengths.push_back(begin[k + width] - begin[k]);
  return lengths;
}

}  // namespace kosnn::detail

#endif

#ifndef KOSNN_NETWORK_DETAIL_ROW_INDEX_HPP
#define KOSNN_NETWORK_DETAIL_ROW_INDEX_HPP

#include <Kokkos_Core.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "kosnn/core/memory.hpp"
#include "kosnn/kokkos/compat.hpp"
#include "kosnn/network/detail/host_copy.hpp"

namespace kosnn::detail {

/// Synapses [begin, end) in storage.
struct RowSegment {
  std::uint32_t begin, end;
};

/// Where those of one row lie; see RowIndex.
struct RowParts {
  std::uint32_t const* begins;   // of each part, else of the row
  std::uint16_t const* offsets;  // from there, unless null

  /// Parts [key, key + count).
  KOKKOS_FORCEINLINE_FUNCTION RowSegment segment(int key, int count) const {
    if (offsets == nullptr) return {begins[key], begins[key + count]};
    return {*begins + offsets[key], *begins + offsets[key + count]};
  }
};

/// Where the synapses of each row lie, cut into `keys` parts that follow one another. Of several
/// parts, where no row has more than 65,535 synapses, 16 bits say how far from the begin of its row
/// each begins.
template <class Device>
struct RowIndex {
  static constexpr std::size_t longest_short = 65535;

  Kokkos::View<std::uint32_t*, Device> begin;    // of each part, else of each row; 1 more: the end
  Kokkos::View<std::uint16_t*, Device> offsets;  // rows x (keys + 1), or none
  std::size_t longest = 0;                       // synapses of a row, at most as far as is known
  int keys = 1;
  bool has_offsets = false;

  /// Fewer would take no less memory.
  bool takes_offsets(int parts) const { return parts > 3 && longest <= longest_short; }
  void layout(Arena& arena, std::size_t rows, int parts) {
    keys = parts;
    has_offsets = takes_offsets(keys);
    arena.array(begin, "rows", has_offsets ? rows + 1 : rows * width() + 1);
    if (has_offsets) arena.array(offsets, "row_offsets", rows * (width() + 1));
  }
  KOKKOS_FORCEINLINE_FUNCTION RowParts row(int i) const {
    if (has_offsets) return {begin.data() + i, offsets.data() + position(i, keys + 1, 0)};
    return {begin.data() + position(i, keys, 0), nullptr};
  }
  /// Asks a CPU to fetch where these parts lie.
  void prefetch_parts(int row, int key, int count) const {
    auto const n = static_cast<std::size_t>(count) + 1;
    if (!has_offsets) return prefetch(begin.data() + position(row, keys, key), n);
    prefetch(begin.data() + row, 1);
    prefetch(offsets.data() + position(row, keys + 1, key), n);
  }

  // What follows is for the host.

  std::size_t rows() const { return (begin.extent(0) - 1) / (has_offsets ? 1 : width()); }
  /// Where each part of each row begins, and the end of the last.
  std::vector<std::uint32_t> all() const {
    auto out = to_host(begin);
    if (!has_offsets) return out;
    auto const from_begin = to_host(offsets);
    std::vector<std::uint32_t> const of_rows = std::move(out);
    out.clear();
    for (std::size_t row = 0; row + 1 < of_rows.size(); ++row)
      for (std::size_t k = 0; k < width(); ++k)
        out.push_back(of_rows[row] + from_begin[row * (width() + 1) + k]);
    out.push_back(of_rows.back());
    return out;
  }
  /// The opposite. Rows may have become longer than was known.
  void store(std::vector<std::uint32_t> const& all) {
    std::size_t const n = rows();
    std::size_t most = 0;
    for (std::size_t row = 0; row < n; ++row)
      most = std::max<std::size_t>(most, all[(row + 1) * width()] - all[row * width()]);
    make_room(most);
    auto const host = mirror();
    for (std::size_t row = 0; row < n; ++row)
      host.enter(row, all.data() + row * width(), all[(row + 1) * width()]);
    take(host, all.back());
  }
  /// For rows of up to `most` synapses.
  void make_room(std::size_t most) {
    if (!has_offsets || most <= longest_short) return;
    begin = Kokkos::View<std::uint32_t*, Device>("kosnn::rows", rows() * width() + 1);
    offsets = {};
    has_offsets = false;
    longest = most;
  }
  /// The same on the host, to be entered row by row, each by any thread, and then taken.
  RowIndex<Kokkos::HostSpace> mirror() const {
    RowIndex<Kokkos::HostSpace> host;
    host.begin = Kokkos::create_mirror_view(Kokkos::HostSpace{}, begin);
    host.offsets = Kokkos::create_mirror_view(Kokkos::HostSpace{}, offsets);
    host.keys = keys;
    host.has_offsets = has_offsets;
    return host;
  }
  void take(RowIndex<Kokkos::HostSpace> const& host, std::uint32_t synapses) const {
    host.begin(host.begin.extent(0) - 1) = synapses;
    Kokkos::deep_copy(begin, host.begin);
    if (has_offsets) Kokkos::deep_copy(offsets, host.offsets);
  }
  /// Where each part of a row begins, and the end of the last.
  void enter(std::size_t row, std::uint32_t const* begins, std::uint32_t end) const {
    if (!has_offsets) {
      std::copy_n(begins, width(), begin.data() + row * width());
      return;
    }
    begin(row) = begins[0];
    std::uint16_t* const out = offsets.data() + row * (width() + 1);
    for (std::size_t k = 0; k < width(); ++k)
      out[k] = static_cast<std::uint16_t>(begins[k] - begins[0]);
    out[width()] = static_cast<std::uint16_t>(end - begins[0]);
  }

 private:
  std::size_t width() const { return static_cast<std::size_t>(keys); }
  KOKKOS_FORCEINLINE_FUNCTION static std::size_t position(int row, int width, int key) {
    return static_cast<std::size_t>(row) * static_cast<std::size_t>(width) +
           static_cast<std::size_t>(key);
  }
};

}  // namespace kosnn::detail

#endif

#ifndef KOSNN_NETWORK_DETAIL_DELIVER_CHANNELS_HPP
#define KOSNN_NETWORK_DETAIL_DELIVER_CHANNELS_HPP

#include <Kokkos_Core.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "kosnn/kokkos/compat.hpp"
#include "kosnn/network/detail/network_data.hpp"
#include "kosnn/network/detail/range.hpp"
#include "kosnn/network/detail/spike_history.hpp"

// Delivery over a convolution on a CPU: each worker keeps the kernels of its output channels, and
// sums for its targets, with the channels side by side ("lanes"), so that a spike adds one vector
// for each element of the window that sees it.

namespace kosnn::detail {

/// Of shared weights without delays of their own, on a CPU; else empty.
template <class Device, class Real>
struct ChannelArrays {
  Kokkos::View<Real*, Device> weights;  // of each worker: (input channels, ky * kx, lanes)
  Kokkos::View<Real*, Device> sums;     // of each worker: (batch, positions, lanes), 0 in between
};

/// The output channels that have neurons in a worker's range, and the lanes they take.
struct ChannelLanes {
  static constexpr int width = 8;
  int first, last;          // channels [first, last)
  int in_weights, in_sums;  // lanes; those without a channel are 0
  std::size_t before;       // lanes of the workers before this one

  template <class Topology>
  ChannelLanes(Topology const& topology, int worker, int workers) {
    int const positions = topology.positions(), all = topology.channels();
    Range const range = owned_range(all * positions, worker, workers);
    first = range.begin / positions;
    last = (range.end + positions - 1) / positions;
    int const in_group = topology.channels_in_group();
    in_weights = whole_vectors(std::min(in_group, last - first));
    // The last group of the range may begin at any lane and fills its last vector.
    in_sums = whole_vectors(last - first) + (in_group == all ? 0 : width);
    before = offset(first, worker);
  }
  /// Room that all workers have in the end.
  static std::size_t total(int channels, int workers) { return offset(channels, workers); }

 private:
  static int whole_vectors(int n) {
    if (n == 1) return 1;
    return n <= width / 2 ? width / 2 : (n + width - 1) / width * width;
  }
  /// A worker's first channel may be the last of the one before: two vectors for that and for
  /// `in_sums`.
  static std::size_t offset(int channel, int worker) {
    return static_cast<std::size_t>((channel + width - 1) / width + 2 * worker) * width;
  }
};

/// Copies the kernels into the lanes of a worker.
template <class Projection>
void fill_lanes(Projection const& j, ChannelLanes const& lanes) {
  using Real = typename Projection::real;
  auto const& t = j.topology;
  int const area = t.kernel_area(), in = t.kernel_elements() / area, group = t.channels_in_group();
  Real* out = j.by_channel.weights.data() + lanes.before * std::size_t(t.rows() * area);
  for (int row = 0; row < t.rows(); ++row) {
    int const begin = std::max(lanes.first, row / in * group);
    int const end = std::min(lanes.last, (row / in + 1) * group);
    for (int k = 0; k < area; ++k, out += lanes.in_weights)
      for (int c = begin; c < end; ++c)
        out[c - begin] = j.weight(static_cast<std::size_t>(c * in + row % in) * std::size_t(area) +
                                  std::size_t(k));
  }
}

/// sum += weight * value over `n` lanes and those that fill the last `Width`.
template <int Width, class Real>
void add_lanes(Real const* weight, Real value, Real* sum, int n) {
  for (int begin = 0; begin < n; begin += Width) {
    KOSNN_INDEPENDENT_ITERATIONS
    for (int c = 0; c < Width; ++c) sum[begin + c] += weight[begin + c] * value;
  }
}

/// Sums what arrives in `slot`.
template <int Width, class Projection, class Pre>
void sum_lanes(Projection const& j, Pre const& pre, int slot, ChannelLanes const& lanes,
               typename Projection::real* sums) {
  using Real = typename Projection::real;
  auto const& history = pre.history;
  auto const& t = j.topology;
  int const area = t.kernel_area(), in = t.kernel_elements() / area, group = t.channels_in_group();
  constexpr bool narrow = Width < ChannelLanes::width;
  int const in_weights = narrow ? Width : lanes.in_weights, stride = lanes.in_sums;
  auto const plane = static_cast<std::size_t>(t.positions()) * static_cast<std::size_t>(stride);
  Real const* const weights =
      j.by_channel.weights.data() + lanes.before * std::size_t(t.rows() * area);
  history.for_each_list(slot, [&](SpikeList const& spikes) {
    for (std::uint32_t k = 0; k < spikes.count; ++k) {
      std::uint32_t const entry = spikes.entries[k];
      Real value = 1;
      if constexpr (Pre::graded) value = history.values(spikes.first + k);
      int const i = history.neuron(entry), row = t.row_of(i), begin = row / in * group;
      int const from = std::max(begin, lanes.first), to = std::min(begin + group, lanes.last);
      if (from >= to) continue;
      int const n = narrow ? Width : to - from;
      Real const* const w =
          weights + static_cast<std::size_t>(row * area) * std::size_t(in_weights);
      Real* const sum = sums + static_cast<std::size_t>(history.element(entry)) * plane +
                        static_cast<std::ptrdiff_t>(from - lanes.first);
      t.for_each_tap(i, [=](int tap, int position) {
        add_lanes<Width>(w + static_cast<std::ptrdiff_t>(tap) * in_weights, value,
                         sum + static_cast<std::ptrdiff_t>(position) * stride, n);
      });
    }
  });
}

/// Adds the sums of a worker to the inputs of the neurons in its range and clears them.
template <class Real, class Inputs>
void take_lanes(ChannelLanes const& lanes, int positions, int batch, Range range, Real* sums,
                Inputs const& inputs) {
  for (int b = 0; b < batch; ++b) {
    Real* const input = inputs.row(b);
    for (int c = lanes.first; c < lanes.last; ++c) {
      int const channel = c * positions;
      int const begin = std::max(range.begin - channel, 0);
      int const end = std::min(range.end - channel, positions);
      Real const* const sum = sums + (c - lanes.first);
      std::ptrdiff_t const stride = lanes.in_sums;
      KOSNN_INDEPENDENT_ITERATIONS
      for (int p = begin; p < end; ++p) input[channel + p] += sum[p * stride];
    }
    std::fill_n(sums, positions * lanes.in_sums, Real(0));
    sums += static_cast<std::ptrdiff_t>(positions) * lanes.in_sums;
  }
}

/// Whether weights change while a network runs, not only between runs.
template <class Projection>
bool changes_in_run([[maybe_unused]] Projection const& j) {
  if constexpr (has_eligibility<Projection>)
    return j.learning && j.modulation.on;
  else
    return j.learning && (learns_each_step<Projection> ||
                          learns_from_arrivals<Projection, typename Projection::real> ||
                          learns_from_spikes<Projection, typename Projection::real>);
}

/// Everything that arrives over convolution `j` in `step` at the targets of `worker`; `starts`: in
/// the first step of a run.
template <class Projection, class Pre, class Post>
void deliver_channels(Projection const& j, Pre const& pre, Post const& post, std::int64_t step,
                      int worker, bool starts) {
  auto const& t = j.topology;
  int const workers = post.history.workers, positions = t.positions();
  Range const range = owned_range(post.size(), worker, workers);
  if (range.size() == 0) return;
  ChannelLanes const lanes(t, worker, workers);
  int const slot = pre.history.slot(step - j.delay);
  bool any = false;
  pre.history.for_each_list(slot, [&](SpikeList const&) { any = true; });
  if (starts || (changes_in_run(j) && any)) fill_lanes(j, lanes);
  if (!any) return;
  auto* const sums = j.by_channel.sums.data() +
                     lanes.before * std::size_t(positions) * static_cast<std::size_t>(post.batch());
  if (lanes.in_weights == 1)
    sum_lanes<1>(j, pre, slot, lanes, sums);
  else if (lanes.in_weights < ChannelLanes::width)
    sum_lanes<ChannelLanes::width / 2>(j, pre, slot, lanes, sums);
  else
    sum_lanes<ChannelLanes::width>(j, pre, slot, lanes, sums);
  take_lanes(lanes, positions, post.batch(), range, sums, j.inputs_of(post, range));
}

}  // namespace kosnn::detail

#endif

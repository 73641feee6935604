#ifndef KOSNN_NETWORK_DETAIL_WEIGHT_SAMPLES_HPP
#define KOSNN_NETWORK_DETAIL_WEIGHT_SAMPLES_HPP

#include <Kokkos_Core.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kosnn/connections/weights.hpp"
#include "kosnn/kokkos/compat.hpp"
#include "kosnn/network/detail/host_copy.hpp"

// Histograms and samples of weights, taken on the device.

namespace kosnn::detail {

/// Counts of one part of the weights.
template <class Weights, class Counts>
struct CountWeights {
  using Real = typename Weights::value_type;
  Weights weights;
  Counts counts;  // parts x bins
  int parts, bins;
  Real low, per_width;

  KOKKOS_FUNCTION int bin(Real w) const {
    Real const at = (w - low) * per_width;
    return at < 0 ? 0 : (at < static_cast<Real>(bins) ? static_cast<int>(at) : bins - 1);
  }
  KOKKOS_FUNCTION void operator()(int part) const {
    auto const edge = [&](int p) {
      return weights.extent(0) * static_cast<std::size_t>(p) / static_cast<std::size_t>(parts);
    };
    auto* const own =
        counts.data() + static_cast<std::size_t>(part) * static_cast<std::size_t>(bins);
    for (std::size_t k = edge(part); k < edge(part + 1); ++k) ++own[bin(weights(k))];
  }
};

/// How many weights lie in each bin, without the first `absent` zeros, which are no synapses.
template <class ExecutionSpace, class Weights>
std::vector<std::uint64_t> count_weights(Weights const& weights, Bins const& bins,
                                         std::size_t absent) {
  using Real = typename Weights::value_type;
  using Counts = Kokkos::View<std::uint32_t*, typename Weights::device_type>;
  constexpr std::size_t most = 1024;
  std::size_t const parts = weights.extent(0) / 256 + 1 < most ? weights.extent(0) / 256 + 1 : most;
  auto const n = static_cast<std::size_t>(bins.count);
  Counts const counts("kosnn::histogram", parts * n);
  CountWeights<Weights, Counts> const count{
      weights,    counts,         static_cast<int>(parts),
      bins.count, Real(bins.low), Real(bins.count / (bins.high - bins.low))};
  Kokkos::parallel_for("kosnn::histogram",
                       Kokkos::RangePolicy<ExecutionSpace, Kokkos::IndexType<int>>(0, count.parts),
                       count);
  fence(ExecutionSpace{}, "kosnn::histogram");
  auto const each = to_host(counts);
  std::vector<std::uint64_t> sum(n);
  for (std::size_t k = 0; k < each.size(); ++k) sum[k % n] += each[k];
  sum[static_cast<std::size_t>(count.bin(0))] -= absent;
  return sum;
}

template <class Weights, class Positions>
struct GatherWeights {
  Weights weights, out;
  Positions positions;
  KOKKOS_FUNCTION void operator()(int k) const { out(k) = weights(positions(k)); }
};

/// Some synapses, by where their weights lie.
template <class Device, class Real>
class WeightSample {
 public:
  WeightSample() = default;
  explicit WeightSample(std::vector<std::uint32_t> const& positions)
      : positions_("kosnn::sampled", positions.size()), out_("kosnn::sample", positions.size()) {
    to_device(positions, positions_);
  }
  std::vector<Real> of(Kokkos::View<Real*, Device> const& weights) const {
    using Space = typename Device::execution_space;
    using Weights = Kokkos::View<Real*, Device>;
    Kokkos::parallel_for(
        "kosnn::sample",
        Kokkos::RangePolicy<Space, Kokkos::IndexType<int>>(0, static_cast<int>(out_.extent(0))),
        GatherWeights<Weights, Kokkos::View<std::uint32_t*, Device>>{weights, out_, positions_});
    fence(Space{}, "kosnn::sample");
    return to_host(out_);
  }

 private:
  Kokkos::View<std::uint32_t*, Device> positions_;
  Kokkos::View<Real*, Device> out_;
};

}  // namespace kosnn::detail

#endif

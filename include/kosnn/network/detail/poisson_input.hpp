#ifndef KOSNN_NETWORK_DETAIL_POISSON_INPUT_HPP
#define KOSNN_NETWORK_DETAIL_POISSON_INPUT_HPP

#include <Kokkos_Core.hpp>

#include <cmath>
#include <cstdint>
#include <vector>

#include "kosnn/core/error.hpp"
#include "kosnn/core/poisson.hpp"
#include "kosnn/core/random.hpp"
#include "kosnn/kokkos/compat.hpp"
#include "kosnn/network/detail/range.hpp"

// Events that reach each neuron at random from outside the network, without a spike or a synapse.

namespace kosnn::detail {

/// How many events come in a step, by inversion of a 32-bit random number u: the first number n for
/// which u < bound[n]. The upper bits of u lead to where to begin.
struct PoissonTable {
  static constexpr int guide_bits = 12;
  static constexpr double most = 1e6;  // events expected in a step

  std::vector<std::uint32_t> bounds;  // P(at most `first` + n) * 2^32, the last 2^32 - 1
  std::vector<std::uint16_t> guide;   // for each value of the upper bits
  std::uint32_t first = 0;            // fewer than 2^-33 probable

  explicit PoissonTable(double mean) {
    double sum = 0;
    bool inside = false;
    for (double k = std::fmax(0, std::floor(mean - 8 * std::sqrt(mean) - 40)); sum < 1 - 0x1p-34;
         ++k) {
      double const p = mean > 0 ? std::exp(log_poisson_probability(k, mean)) : 1;
      sum += p;
      if (k > mean && p < 0x1p-50) break;
      if (!inside && sum < 0x1p-33) continue;
      if (!inside) first = static_cast<std::uint32_t>(k);
      inside = true;
      bounds.push_back(static_cast<std::uint32_t>(std::fmin(0x1p32 - 1, std::round(sum * 0x1p32))));
    }
    bounds.push_back(0xffffffffu);
    std::uint16_t n = 0;
    for (std::uint32_t upper = 0; upper < 1u << guide_bits; ++upper) {
      while (n + 1u < bounds.size() && upper << (32 - guide_bits) >= bounds[n]) ++n;
      guide.push_back(n);
    }
  }
};

/// The device side.
template <class Device, class Real>
struct PoissonInput {
  static constexpr int lanes = ownership_block;
  static constexpr int group = 4 * lanes;  // neurons served by one set of `lanes` blocks

  RandomStream random;
  Kokkos::View<std::uint32_t*, Device> bounds;  // empty: no such input
  Kokkos::View<std::uint16_t*, Device> guide;
  std::uint32_t first = 0;
  Real weight{};

  KOKKOS_FUNCTION bool on() const { return bounds.data() != nullptr; }

  /// Adds what arrives at the neurons in `range` of batch element `b` to their inputs.
  KOKKOS_FUNCTION void add(Range range, int b, std::uint64_t step, Real* input) const {
    if (range.size() == 1) return add_one(range.begin, b, step, input);
    for (int g = range.begin / group; g * group < range.end; ++g)
      add_group(g, range, b, step, input);
  }

 private:
  KOKKOS_FUNCTION Real amount(std::uint32_t u) const {
    std::uint32_t n = guide(u >> (32 - PoissonTable::guide_bits));
    std::uint32_t const last = static_cast<std::uint32_t>(bounds.extent(0)) - 1;
    while (u >= bounds(n) && n < last) ++n;
    return weight * static_cast<Real>(first + n);
  }
  /// As add_group does for all neurons of a group.
  KOKKOS_FUNCTION void add_one(int n, int b, std::uint64_t step, Real* input) const {
    std::uint32_t w[4];
    random.words(static_cast<std::uint32_t>(n / group * lanes + n % lanes), step,
                 static_cast<std::uint32_t>(b), w);
    input[n] += amount(w[n % group / lanes]);
  }
  KOKKOS_FUNCTION void add_group(int g, Range range, int b, std::uint64_t step, Real* input) const {
    std::uint32_t bits[4][lanes];
    KOSNN_INDEPENDENT_ITERATIONS
    for (int lane = 0; lane < lanes; ++lane) {
      std::uint32_t w[4];
      random.words(static_cast<std::uint32_t>(g * lanes + lane), step,
                   static_cast<std::uint32_t>(b), w);
      for (int k = 0; k < 4; ++k) bits[k][lane] = w[k];
    }
    for (int k = 0; k < 4; ++k) {
      int const begin = g * group + k * lanes;
      int const end = begin + lanes < range.end ? begin + lanes : range.end;
      for (int n = begin < range.begin ? range.begin : begin; n < end; ++n)
        input[n] += amount(bits[k][n - begin]);
    }
  }
};

}  // namespace kosnn::detail

#endif

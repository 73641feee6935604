#ifndef KOSNN_NETWORK_DETAIL_POISSON_INPUT_HPP
#define KOSNN_NETWORK_DETAIL_POISSON_INPUT_HPP

#include <Kokkos_Core.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "kosnn/core/error.hpp"
#include "kosnn/core/poisson.hpp"
#include "kosnn/core/random.hpp"
#include "kosnn/kokkos/compat.hpp"
#include "kosnn/network/detail/range.hpp"

// Events that reach each neuron at random from outside the network, without a spike or a synapse.

namespace kosnn::detail {

/// How many events come in a step, by inversion of a 32-bit random number u: `first` plus how many
/// of the ascending bounds are not above it.
struct PoissonTable {
  static constexpr int guide_bits = 12;
  static constexpr double most = 1e6;  // events expected in a step

  std::vector<std::uint32_t> bounds;  // P(at most first + n events) * 2^32, the last 2^32 - 1
  std::vector<std::uint16_t> guide;   // with how many to begin, for each value of the upper bits
  std::uint32_t first = 0;            // fewer have a probability below 2^-33

  explicit PoissonTable(double mean) {
    double sum = 0;
    for (double k = std::fmax(0, std::floor(mean - 8 * std::sqrt(mean) - 40)); sum < 1 - 0x1p-34;
         ++k) {
      double const p = std::exp(log_poisson_probability(k, mean));
      sum += p;
      if (k > mean && p < 0x1p-50) break;
      if (sum < 0x1p-33) continue;
      if (bounds.empty()) first = static_cast<std::uint32_t>(k);
      bounds.push_back(static_cast<std::uint32_t>(std::fmin(0x1p32 - 1, std::round(sum * 0x1p32))));
    }
    bounds.push_back(0xffffffffu);
    std::uint16_t n = 0;
    for (std::uint32_t upper = 0; upper < 1u << guide_bits; ++upper) {
      while (upper << (32 - guide_bits) >= bounds[n]) ++n;
      guide.push_back(n);
    }
  }
};

/// The device side. One Philox block serves 8 neurons with the upper 16 bits of u each; only where
/// these are those of a bound, the lower ones are drawn.
template <class Device, class Real>
struct PoissonInput {
  static constexpr int lanes = ownership_block;
  static constexpr int group = 8 * lanes;  // neurons served by one set of `lanes` blocks
  static constexpr int few = 16;

  RandomStream random;
  Kokkos::View<std::uint32_t*, Device> bounds;  // empty: no such input
  Kokkos::View<std::uint16_t*, Device> guide;
  std::uint32_t first = 0;
  Real weight{};
  /// Upper halves of the bounds where no more than `few` differ, then 2^16 - 1.
  std::uint16_t upper[few] = {};
  bool has_few = false;

  void set(PoissonTable const& table, RandomStream const& stream, Real amount) {
    random = stream;
    first = table.first;
    weight = amount;
    int n = 0;
    for (std::uint32_t const bound : table.bounds)
      if (bound >> 16 < 0xffffu && ++n <= few)
        upper[n - 1] = static_cast<std::uint16_t>(bound >> 16);
    has_few = n <= few;
    for (; n < few; ++n) upper[n] = 0xffffu;
  }
  KOKKOS_FUNCTION bool on() const { return bounds.data() != nullptr; }

  /// Adds what arrives at the neurons in `range` of batch element `b` to their inputs.
  KOKKOS_FUNCTION void add(Range range, int b, std::uint64_t step, Real* input) const {
    if (range.size() == 1) return add_one(range.begin, b, step, input);
    for (int g = range.begin / group; g * group < range.end; ++g)
      add_group(g, range, b, step, input);
  }

 private:
  /// Events of neuron `n` beyond `first` where the upper half of its u is `half`.
  KOKKOS_FUNCTION std::uint32_t events(std::uint32_t half, int n, int b, std::uint64_t step) const {
    std::uint32_t k = guide(half >> (16 - PoissonTable::guide_bits));
    while (half > bounds(k) >> 16) ++k;
    if (half == bounds(k) >> 16) {
      std::uint32_t w[4];
      random.words(0x80000000u | static_cast<std::uint32_t>(n), step, static_cast<std::uint32_t>(b),
                   w);
      std::uint32_t const u = half << 16 | w[0] >> 16;
      while (u >= bounds(k) && k + 1 < bounds.extent(0)) ++k;
    }
    return k;
  }
  /// As add_group does for all neurons of a group.
  KOKKOS_FUNCTION void add_one(int n, int b, std::uint64_t step, Real* input) const {
    std::uint32_t w[4];
    random.words(static_cast<std::uint32_t>(n / group * lanes + n % lanes), step,
                 static_cast<std::uint32_t>(b), w);
    int const k = n % group / lanes;
    input[n] +=
        weight * static_cast<Real>(first + events(w[k / 2] >> k % 2 * 16 & 0xffffu, n, b, step));
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
    int const begin = g * group;
    std::uint16_t half[group], count[group];
    for (int k = 0; k < 8; ++k) {
      KOSNN_INDEPENDENT_ITERATIONS
      for (int lane = 0; lane < lanes; ++lane)
        half[k * lanes + lane] = static_cast<std::uint16_t>(bits[k / 2][lane] >> k % 2 * 16);
    }
    int const from = begin < range.begin ? range.begin - begin : 0;
    int const to = range.end - begin < group ? range.end - begin : group;
    bool const sure = has_few && compare(half, count, std::make_index_sequence<few>{});
    if (!sure)
      for (int k = from; k < to; ++k)
        if (!has_few || touches_bound(half[k]))
          count[k] = static_cast<std::uint16_t>(events(half[k], begin + k, b, step));
    Real* const out = input + begin;
    KOSNN_INDEPENDENT_ITERATIONS
    for (int k = from; k < to; ++k)
      out[k] += weight * static_cast<Real>(static_cast<int>(first) + count[k]);
  }
  /// Counts the few bounds that are below; whether none is touched.
  template <std::size_t... K>
  KOKKOS_FUNCTION bool compare(std::uint16_t const (&half)[group], std::uint16_t (&count)[group],
                               std::index_sequence<K...>) const {
    std::uint16_t const bound[few] = {upper[K]...};
    std::uint16_t touched = 0;
    KOSNN_INDEPENDENT_ITERATIONS
    for (int k = 0; k < group; ++k) {
      std::uint16_t const u = half[k];
      std::uint16_t n = 0, same = 0;
      ((n = static_cast<std::uint16_t>(n + (u > bound[K]))), ...);
      ((same = static_cast<std::uint16_t>(same | (u == bound[K]))), ...);
      count[k] = n;
      touched = static_cast<std::uint16_t>(touched | same);
    }
    return touched == 0;
  }
  KOKKOS_FUNCTION bool touches_bound(std::uint16_t half) const {
    bool touches = false;
    for (int k = 0; k < few; ++k) touches |= half == upper[k];
    return touches;
  }
};

}  // namespace kosnn::detail

#endif

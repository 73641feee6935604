#ifndef KOSNN_NETWORK_DETAIL_POISSON_INPUT_HPP
#define KOSNN_NETWORK_DETAIL_POISSON_INPUT_HPP

#include <Kokkos_Core.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
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

/// Neurons that receive events at one rate and weight: the position of its table among all.
struct PoissonStretch {
  static constexpr int few = 16;

  int end = 0;  // the first neuron beyond it
  std::uint32_t bounds = 0, last_bound = 0, guide = 0;
  std::uint32_t first = 0;
  double weight = 0;
  /// Upper halves of the bounds where no more than `few` differ, then 2^16 - 1.
  std::uint16_t upper[few] = {};
  bool has_few = false, silent = true;
};

/// Tables for rates that differ between neurons, each once.
class PoissonTables {
 public:
  std::vector<std::uint32_t> bounds;
  std::vector<std::uint16_t> guide;
  std::vector<PoissonStretch> stretches;

  /// `means`: the events expected of each of `neurons` in a step, or of all; `weights` likewise.
  PoissonTables(std::vector<double> const& means, std::vector<double> const& weights, int neurons) {
    std::size_t const count = std::max(means.size(), weights.size());
    auto const mean = [&](std::size_t k) { return means[means.size() == 1 ? 0 : k]; };
    auto const weight = [&](std::size_t k) { return weights[weights.size() == 1 ? 0 : k]; };
    for (std::size_t k = 0; k < count; ++k) {
      if (k == 0 || mean(k) != mean(k - 1) || weight(k) != weight(k - 1))
        begin_stretch(mean(k), weight(k));
      stretches.back().end = count == 1 ? neurons : static_cast<int>(k) + 1;
    }
  }
  bool silent() const { return bounds.empty(); }

 private:
  void begin_stretch(double mean, double weight) {
    PoissonStretch stretch;
    if (mean > 0) {
      auto const known = made_.find(mean);
      stretch = known == made_.end() ? made_[mean] = add(PoissonTable(mean)) : known->second;
    }
    stretch.weight = weight;
    stretches.push_back(stretch);
  }
  PoissonStretch add(PoissonTable const& table) {
    require(bounds.size() + table.bounds.size() < 1ull << 32 && guide.size() < 1ull << 31,
            "Poisson input: too many different rates");
    PoissonStretch made;
    made.silent = false;
    made.first = table.first;
    made.bounds = static_cast<std::uint32_t>(bounds.size());
    made.guide = static_cast<std::uint32_t>(guide.size());
    bounds.insert(bounds.end(), table.bounds.begin(), table.bounds.end());
    guide.insert(guide.end(), table.guide.begin(), table.guide.end());
    made.last_bound = static_cast<std::uint32_t>(bounds.size()) - 1;
    int n = 0;
    for (std::uint32_t const bound : table.bounds)
      if (bound >> 16 < 0xffffu && ++n <= made.few)
        made.upper[n - 1] = static_cast<std::uint16_t>(bound >> 16);
    made.has_few = n <= made.few;
    for (; n < made.few; ++n) made.upper[n] = 0xffffu;
    return made;
  }

  std::map<double, PoissonStretch> made_;
};

/// The device side. One Philox block serves 8 neurons with the upper 16 bits of u each; only where
/// these are those of a bound, the lower ones are drawn.
template <class Device, class Real>
struct PoissonInput {
  static constexpr int lanes = ownership_block;
  static constexpr int group = 8 * lanes;  // neurons served by one set of `lanes` blocks
  static constexpr int few = PoissonStretch::few;

  RandomStream random;
  Kokkos::View<std::uint32_t*, Device> bounds;  // empty: no such input
  Kokkos::View<std::uint16_t*, Device> guide;
  Kokkos::View<PoissonStretch*, Device> stretches;  // of all neurons, in their order

  KOKKOS_FUNCTION bool on() const { return bounds.data() != nullptr; }

  /// Adds what arrives at the neurons in `range` of batch element `b` to their inputs, those of
  /// weights below 0 and the others.
  KOKKOS_FUNCTION void add(Range range, int b, std::uint64_t step, Real* positive,
                           Real* negative) const {
    std::size_t s = stretch_of(range.begin);
    while (range.begin < range.end) {
      PoissonStretch const& stretch = stretches(s++);
      Range const part{range.begin, stretch.end < range.end ? stretch.end : range.end};
      range.begin = part.end;
      if (stretch.silent) continue;
      Real* const input = stretch.weight < 0 ? negative : positive;
      if (part.size() == 1) {
        add_one(stretch, part.begin, b, step, input);
        continue;
      }
      for (int g = part.begin / group; g * group < part.end; ++g)
        add_group(stretch, g, part, b, step, input);
    }
  }

 private:
  KOKKOS_FUNCTION std::size_t stretch_of(int neuron) const {
    std::size_t first = 0, last = stretches.extent(0) - 1;
    while (first < last) {
      std::size_t const middle = (first + last) / 2;
      if (stretches(middle).end <= neuron)
        first = middle + 1;
      else
        last = middle;
    }
    return first;
  }
  /// Events of neuron `n` beyond the first where the upper half of its u is `half`.
  KOKKOS_FUNCTION std::uint32_t events(PoissonStretch const& stretch, std::uint32_t half, int n,
                                       int b, std::uint64_t step) const {
    std::uint32_t k =
        stretch.bounds + guide(stretch.guide + (half >> (16 - PoissonTable::guide_bits)));
    while (half > bounds(k) >> 16) ++k;
    if (half == bounds(k) >> 16) {
      std::uint32_t w[4];
      random.words(0x80000000u | static_cast<std::uint32_t>(n), step, static_cast<std::uint32_t>(b),
                   w);
      std::uint32_t const u = half << 16 | w[0] >> 16;
      while (u >= bounds(k) && k < stretch.last_bound) ++k;
    }
    return k - stretch.bounds;
  }
  /// As add_group does for all neurons of a group.
  KOKKOS_FUNCTION void add_one(PoissonStretch const& stretch, int n, int b, std::uint64_t step,
                               Real* input) const {
    std::uint32_t w[4];
    random.words(static_cast<std::uint32_t>(n / group * lanes + n % lanes), step,
                 static_cast<std::uint32_t>(b), w);
    int const k = n % group / lanes;
    std::uint32_t const half = w[k / 2] >> k % 2 * 16 & 0xffffu;
    input[n] +=
        Real(stretch.weight) * static_cast<Real>(stretch.first + events(stretch, half, n, b, step));
  }
  KOKKOS_FUNCTION void add_group(PoissonStretch const& stretch, int g, Range range, int b,
                                 std::uint64_t step, Real* input) const {
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
    bool const sure =
        stretch.has_few && compare(stretch, half, count, std::make_index_sequence<few>{});
    if (!sure)
      for (int k = from; k < to; ++k)
        if (!stretch.has_few || touches_bound(stretch, half[k]))
          count[k] = static_cast<std::uint16_t>(events(stretch, half[k], begin + k, b, step));
    Real* const out = input + begin;
    int const first = static_cast<int>(stretch.first);
    Real const weight = Real(stretch.weight);
    KOSNN_INDEPENDENT_ITERATIONS
    for (int k = from; k < to; ++k) out[k] += weight * static_cast<Real>(first + count[k]);
  }
  /// Counts the few bounds that are below; whether none is touched.
  template <std::size_t... K>
  KOKKOS_FUNCTION bool compare(PoissonStretch const& stretch, std::uint16_t const (&half)[group],
                               std::uint16_t (&count)[group], std::index_sequence<K...>) const {
    std::uint16_t const bound[few] = {stretch.upper[K]...};
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
  KOKKOS_FUNCTION bool touches_bound(PoissonStretch const& stretch, std::uint16_t half) const {
    bool touches = false;
    for (int k = 0; k < few; ++k) touches |= half == stretch.upper[k];
    return touches;
  }
};

}  // namespace kosnn::detail

#endif

#ifndef KOSNN_NETWORK_DETAIL_SOURCE_CELLS_HPP
#define KOSNN_NETWORK_DETAIL_SOURCE_CELLS_HPP

#include <Kokkos_Core.hpp>

#include <cstdint>

#include "kosnn/core/memory.hpp"
#include "kosnn/core/random.hpp"
#include "kosnn/kokkos/compat.hpp"
#include "kosnn/network/detail/cells.hpp"
#include "kosnn/network/detail/population_data.hpp"
#include "kosnn/neurons/sources.hpp"

// The cells of the sources; what a cell offers is said in cells.hpp.

namespace kosnn::detail {

/// Fires where a 31-bit random number is below rate * dt * 2^31. One Philox block serves 8 neurons
/// with 16 bits each; only where these tie with the upper bits of the bound (2^-16 of the draws)
/// are the other 15 bits drawn, so that the probability is exact to 2^-31.
template <class Device, class Real>
struct Cell<Device, Real, PoissonSource> {
  static constexpr bool graded = false;
  static constexpr bool takes_input = false;
  static constexpr int lanes = ownership_block;
  static constexpr int grain = lanes;
  static constexpr int group = 8 * lanes;  // neurons served by one set of `lanes` blocks

  RandomStream random;
  Kokkos::View<std::uint32_t*, Device> bound;  // batch x neurons: probability * 2^31

  void layout(Arena& arena, int size, int batch) {
    arena.array(bound, "rates", static_cast<std::size_t>(size) * static_cast<std::size_t>(batch));
  }

  KOKKOS_FUNCTION void reset(Range, std::size_t, unsigned) const {}

  KOKKOS_FUNCTION void update(Range range, int b, std::size_t row, Moment const& moment, Real*,
                              std::uint8_t* fired, Real*) const {
    for (int g = range.begin / group; g * group < range.end; ++g)
      update_group(g, range, b, row, moment, fired);
  }

 private:
  KOKKOS_FUNCTION void update_group(int g, Range range, int b, std::size_t row,
                                    Moment const& moment, std::uint8_t* fired) const {
    std::uint32_t bits[4][lanes];
    auto const batch_element = static_cast<std::uint32_t>(b);
    auto const first_block = static_cast<std::uint32_t>(g * lanes);
    KOSNN_INDEPENDENT_ITERATIONS
    for (int lane = 0; lane < lanes; ++lane) {
      std::uint32_t w[4];
      random.words(first_block + static_cast<std::uint32_t>(lane), moment.random_step,
                   batch_element, w);
      for (int k = 0; k < 4; ++k) bits[k][lane] = w[k];
    }
    for (int k = 0; k < 8; ++k) {
      int const first = g * group + k * lanes;
      if (first >= range.end) break;
      if (first < range.begin) continue;
      int const n = range.end - first < lanes ? range.end - first : lanes;
      draw(first, n, bits[k / 2], k % 2 * 16, row, batch_element, moment, fired);
    }
  }

  KOKKOS_FUNCTION void draw(int first, int n, std::uint32_t const (&bits)[lanes], int shift,
                            std::size_t row, std::uint32_t b, Moment const& moment,
                            std::uint8_t* fired) const {
    std::uint32_t const* const limit = bound.data() + row + first;
    std::uint8_t* const out = fired + first;
    std::uint32_t ties = 0;
    KOSNN_INDEPENDENT_ITERATIONS
    for (int lane = 0; lane < n; ++lane) {
      std::uint32_t const u = bits[lane] >> shift & 0xffffu;
      std::uint32_t const upper = limit[lane] >> 15;
      out[lane] = u < upper;
      ties += u == upper;
    }
    if (ties == 0) return;
    for (int lane = 0; lane < n; ++lane) {
      std::uint32_t const lower = limit[lane] & 0x7fffu;
      if ((bits[lane] >> shift & 0xffffu) != limit[lane] >> 15 || lower == 0) continue;
      std::uint32_t w[4];
      random.words(0x80000000u | static_cast<std::uint32_t>(first + lane), moment.random_step, b,
                   w);
      out[lane] = (w[0] & 0x7fffu) < lower;
    }
  }
};

/// Given spikes as rows of ascending steps, one row for each batch element and neuron.
template <class Device, class Real>
struct Cell<Device, Real, SpikeArraySource> {
  static constexpr bool graded = false;
  static constexpr bool takes_input = false;
  static constexpr int grain = 1;
  static constexpr std::int64_t never = INT64_MAX;

  Kokkos::View<std::int64_t*, Device> steps;  // all rows, one after another, each ended by `never`
  Kokkos::View<std::uint32_t*, Device> row_begin;  // batch x neurons
  Kokkos::View<std::uint32_t*, Device> cursor;     // batch x neurons: position of the next spike

  void layout(Arena& arena, int size, int batch) {
    // At first every row is just its end.
    std::size_t const n = static_cast<std::size_t>(size) * static_cast<std::size_t>(batch);
    arena.array(row_begin, "row_begin", n);
    arena.array(cursor, "cursor", n);
    arena.array(steps, "steps", steps.data() == nullptr ? n : steps.extent(0));  // set_spikes
  }

  KOKKOS_FUNCTION void reset(Range range, std::size_t row, unsigned) const {
    for (int n = range.begin; n < range.end; ++n)
      cursor(row + static_cast<std::size_t>(n)) = row_begin(row + static_cast<std::size_t>(n));
  }

  KOKKOS_FUNCTION void update(Range range, int, std::size_t row, Moment const& moment, Real*,
                              std::uint8_t* fired, Real*) const {
    for (int n = range.begin; n < range.end; ++n) {
      std::size_t const i = row + static_cast<std::size_t>(n);
      bool const spike = steps(cursor(i)) == moment.step;
      fired[n] = spike;
      if (spike) ++cursor(i);
    }
  }
};

/// Emits the values that were set.
template <class Device, class Real>
struct Cell<Device, Real, Input> {
  static constexpr bool graded = true;
  static constexpr bool takes_input = false;
  static constexpr int grain = 1;

  Kokkos::View<Real*, Device> values;  // batch x neurons

  void layout(Arena& arena, int size, int batch) {
    arena.array(values, "values", static_cast<std::size_t>(size) * static_cast<std::size_t>(batch));
  }

  KOKKOS_FUNCTION void reset(Range, std::size_t, unsigned) const {}

  KOKKOS_FUNCTION void update(Range range, int, std::size_t row, Moment const&, Real*,
                              std::uint8_t* fired, Real* value) const {
    for (int n = range.begin; n < range.end; ++n) {
      std::size_t const i = row + static_cast<std::size_t>(n);
      value[i] = values(i);
      fired[n] = values(i) != 0;
    }
  }
};

}  // namespace kosnn::detail

#endif

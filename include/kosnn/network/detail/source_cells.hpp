#ifndef KOSNN_NETWORK_DETAIL_SOURCE_CELLS_HPP
#define KOSNN_NETWORK_DETAIL_SOURCE_CELLS_HPP

#include <Kokkos_Core.hpp>

#include <cstdint>

#include "kosnn/core/memory.hpp"
#include "kosnn/core/poisson.hpp"
#include "kosnn/core/random.hpp"
#include "kosnn/kokkos/compat.hpp"
#include "kosnn/network/detail/cells.hpp"
#include "kosnn/network/detail/population_data.hpp"
#include "kosnn/neurons/sources.hpp"

// The cells of the sources; what a cell offers is said in cells.hpp.

namespace kosnn::detail {

/// What most sources have in common.
struct SourceCell {
  static constexpr bool graded = false;
  static constexpr bool subtracts_traces = false, has_potential = false, adds_arrivals = false;
  static constexpr int inputs = 0, arrival_sign = 1;
  static constexpr int grain = 1;

  KOKKOS_FUNCTION void reset(Range, Element const&, unsigned) const {}
};

/// Fires where a 31-bit random number is below probability * 2^31. One Philox block serves 8
/// neurons with 16 bits each; only where these tie with the upper bits of the bound (2^-16 of the
/// draws) are the other 15 bits drawn, so that the probability is exact to 2^-31.
template <class Device>
struct BernoulliCell : SourceCell {
  static constexpr int lanes = ownership_block;
  static constexpr int grain = lanes;
  static constexpr int group = 8 * lanes;  // neurons served by one set of `lanes` blocks

  RandomStream random;
  Kokkos::View<std::uint32_t*, Device> bound;  // batch x neurons: probability * 2^31

  template <class History>
  void layout(Arena& arena, History const& history) {
    arena.array(bound, "rates", history.capacity());
  }

  template <class Real>
  KOKKOS_FUNCTION void update(Range range, Element const& element, Moment const& moment,
                              Received<Real> const&, std::uint8_t* fired, Real*) const {
    for (int g = range.begin / group; g * group < range.end; ++g)
      update_group(g, range, element, moment, fired);
  }

 private:
  KOKKOS_FUNCTION void update_group(int g, Range range, Element const& element,
                                    Moment const& moment, std::uint8_t* fired) const {
    std::uint32_t bits[4][lanes];
    auto const batch_element = static_cast<std::uint32_t>(element.b);
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
      draw(first, n, bits[k / 2], k % 2 * 16, element.row, batch_element, moment, fired);
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

template <class Device, class Real>
struct Cell<Device, Real, BernoulliSource> : BernoulliCell<Device> {};
template <class Device, class Real>
struct Cell<Device, Real, PoissonSource> : BernoulliCell<Device> {};

/// Knows the next spike of each neuron; the interval after it is drawn when it comes.
template <class Device, class Real>
struct Cell<Device, Real, PoissonIntervalSource> : SourceCell {
  static constexpr std::int64_t undrawn = -1;
  static constexpr std::uint32_t first_interval = 0x80000000U;  // tells its draw from the next

  RandomStream random;
  Kokkos::View<double*, Device> mean;        // batch x neurons: interval in steps, 0: no spikes
  Kokkos::View<std::int64_t*, Device> next;  // batch x neurons: step of the next spike

  template <class History>
  void layout(Arena& arena, History const& history) {
    std::size_t const n = history.capacity();
    arena.array(mean, "mean_intervals", n);
    arena.array(next, "next_spikes", n);
  }

  KOKKOS_FUNCTION void reset(Range range, Element const& element, unsigned) const {
    for (int n = range.begin; n < range.end; ++n)
      next(element.row + static_cast<std::size_t>(n)) = undrawn;
  }

  KOKKOS_FUNCTION void update(Range range, Element const& element, Moment const& moment,
                              Received<Real> const&, std::uint8_t* fired, Real*) const {
    for (int n = range.begin; n < range.end; ++n) {
      std::size_t const i = element.row + static_cast<std::size_t>(n);
      fired[n] = 0;
      if (mean(i) == 0) continue;
      auto const neuron = static_cast<std::uint32_t>(n);
      if (next(i) == undrawn)
        next(i) = moment.step - 1 + interval(neuron | first_interval, element.b, moment, mean(i));
      if (next(i) != moment.step) continue;
      fired[n] = 1;
      next(i) += interval(neuron, element.b, moment, mean(i));
    }
  }

 private:
  KOKKOS_FUNCTION std::int64_t interval(std::uint32_t entity, int b, Moment const& moment,
                                        double steps) const {
    PoissonVariate const draw(random, entity, moment.random_step, static_cast<std::uint32_t>(b));
    double const drawn = draw(steps);
    return drawn < 1 ? 1 : static_cast<std::int64_t>(drawn);
  }
};

/// Given spikes by step, then batch element and neuron.
template <class Device, class Real>
struct Cell<Device, Real, SpikeArraySource> : SourceCell {
  Kokkos::View<std::int64_t*, Device> steps;    // in which there are spikes, ascending
  Kokkos::View<std::uint32_t*, Device> begin;   // of the spikes of each of them, and the end
  Kokkos::View<std::uint32_t*, Device> spikes;  // position in (batch, neurons)

  template <class History>
  void layout(Arena& arena, History const&) {
    if (!arena.counting() || begin.data() == nullptr) return;  // set_spikes makes them
    arena.array(steps, "steps", steps.extent(0));
    arena.array(begin, "step_begin", begin.extent(0));
    arena.array(spikes, "spikes", spikes.extent(0));
  }

  KOKKOS_FUNCTION void update(Range range, Element const& element, Moment const& moment,
                              Received<Real> const&, std::uint8_t* fired, Real*) const {
    for (int n = range.begin; n < range.end; ++n) fired[n] = 0;
    auto const count = static_cast<std::uint32_t>(steps.extent(0));
    std::uint32_t const now = lower_bound(steps.data(), 0, count, moment.step);
    if (now == count || steps(now) != moment.step) return;
    std::size_t const row = element.row, first = row + static_cast<std::size_t>(range.begin);
    std::uint32_t const end = begin(now + 1);
    std::uint32_t k = lower_bound(spikes.data(), begin(now), end, first);
    for (; k < end && spikes(k) < row + static_cast<std::size_t>(range.end); ++k)
      fired[spikes(k) - row] = 1;
  }

 private:
  /// The first position in [low, high) of an ascending array that holds at least `value`, or
  /// `high`.
  template <class T, class Value>
  KOKKOS_FUNCTION static std::uint32_t lower_bound(T const* array, std::uint32_t low,
                                                   std::uint32_t high, Value value) {
    while (low < high) {
      std::uint32_t const middle = low + (high - low) / 2;
      if (array[middle] < value)
        low = middle + 1;
      else
        high = middle;
    }
    return low;
  }
};

/// One spike for each neuron at a given step after the onset, repeated or not.
template <class Device, class Model>
struct OneSpikeCell : SourceCell {
  static constexpr std::uint32_t latest = 0x7fffffffU;
  static constexpr std::uint32_t never = 0xffffffffU;

  Model model;
  std::int64_t onset = 0, period = 0;       // steps; period 0: not repeated
  Kokkos::View<std::uint32_t*, Device> at;  // batch x neurons: steps after the onset

  template <class History>
  void layout(Arena& arena, History const& history) {
    arena.array(at, "spike_steps", history.capacity());
  }

  template <class Real>
  KOKKOS_FUNCTION void update(Range range, Element const& element, Moment const& moment,
                              Received<Real> const&, std::uint8_t* fired, Real*) const {
    std::int64_t since = moment.step - onset;
    if (period > 0) since %= period;
    std::uint32_t const now =
        since <= std::int64_t(latest) ? static_cast<std::uint32_t>(since) : latest + 1;
    std::uint32_t const* const steps = at.data() + element.row;
    KOSNN_INDEPENDENT_ITERATIONS
    for (int n = range.begin; n < range.end; ++n) fired[n] = steps[n] == now;
  }
};

template <class Device, class Real>
struct Cell<Device, Real, LatencySource> : OneSpikeCell<Device, LatencySource> {};
template <class Device, class Real>
struct Cell<Device, Real, RankOrderSource> : OneSpikeCell<Device, RankOrderSource> {};

/// Compares a signal with a reference of each channel, of which its ON and its OFF neuron each keep
/// a copy, so that no two workers share it. The reference is counted in thresholds from where it
/// began, so that no rounding adds up.
template <class Device, class Real>
struct Cell<Device, Real, DeltaSource> : SourceCell {
  Real threshold{};
  int channels = 1, batch = 1;
  std::int64_t onset = 0, steps = 1;          // the signal begins at step `onset`; its length
  Kokkos::View<Real*, Device> signal;         // steps x batch x channels
  Kokkos::View<Real*, Device> origin;         // batch x neurons: where the reference began
  Kokkos::View<std::int32_t*, Device> level;  // batch x neurons: thresholds from there

  template <class History>
  void layout(Arena& arena, History const& history) {
    std::size_t const n = history.capacity();
    arena.array(signal, "signal", signal.data() == nullptr ? n / 2 : signal.extent(0));
    arena.array(origin, "origin", n);
    arena.array(level, "level", n);
  }

  KOKKOS_FUNCTION void update(Range range, Element const& element, Moment const& moment,
                              Received<Real> const&, std::uint8_t* fired, Real*) const {
    std::int64_t const since = moment.step - onset, at = since < steps ? since : steps - 1;
    Real const* const x = signal.data() + (at * batch + element.b) * channels;
    for (int n = range.begin; n < range.end; ++n) {
      std::size_t const i = element.row + static_cast<std::size_t>(n);
      bool const is_on = n < channels;
      Real const now = x[is_on ? n : n - channels];
      if (moment.step == 0) {
        origin(i) = now;
        level(i) = 0;
      }
      // Not sums with the origin, beside which a threshold may be too small to change it.
      Real const change = now - origin(i);
      bool const above = change >= static_cast<Real>(level(i) + 1) * threshold;
      bool const below = change <= static_cast<Real>(level(i) - 1) * threshold;
      level(i) += (above ? 1 : 0) - (below ? 1 : 0);
      fired[n] = is_on ? above : below;
    }
  }
};

/// Emits the values that were set.
template <class Device, class Real>
struct Cell<Device, Real, Input> : SourceCell {
  static constexpr bool graded = true;

  Kokkos::View<Real*, Device> values;  // batch x neurons

  template <class History>
  void layout(Arena& arena, History const& history) {
    arena.array(values, "values", history.capacity());
  }

  KOKKOS_FUNCTION void update(Range range, Element const& element, Moment const&,
                              Received<Real> const&, std::uint8_t* fired, Real* value) const {
    for (int n = range.begin; n < range.end; ++n) {
      std::size_t const i = element.row + static_cast<std::size_t>(n);
      value[i] = values(i);
      fired[n] = values(i) != 0;
    }
  }
};

}  // namespace kosnn::detail

#endif

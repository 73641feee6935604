#ifndef KOSNN_NETWORK_DETAIL_INJECTED_CURRENT_HPP
#define KOSNN_NETWORK_DETAIL_INJECTED_CURRENT_HPP

#include <Kokkos_Core.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "kosnn/core/memory.hpp"
#include "kosnn/core/random.hpp"
#include "kosnn/kokkos/compat.hpp"
#include "kosnn/network/detail/host_copy.hpp"
#include "kosnn/network/detail/range.hpp"
#include "kosnn/neurons/currents.hpp"

// The current sources of a population. Those that are the same for all neurons are one number a
// step; noises are drawn where they change and kept in an array until they change again.

namespace kosnn::detail {

/// One current source on the device.
struct CurrentForm {
  Current::Kind kind;
  std::int64_t start, stop;  // there in steps [start, stop)
  double amplitude, offset;
  double phase, turn;              // AC: radians at step 0 and a step
  std::int64_t hold;               // noise: steps
  int changes_begin, changes_end;  // steps: among CurrentChanges

  KOKKOS_FUNCTION bool runs(std::int64_t step) const { return step >= start && step < stop; }
  KOKKOS_FUNCTION bool is_noise() const { return kind == Current::Kind::noise; }
  /// Whether a noise is another one than in the step before.
  KOKKOS_FUNCTION bool renews(std::int64_t step) const {
    return is_noise() && (step == stop || (runs(step) && (step - start) % hold == 0));
  }
};

/// The current from one step on.
struct CurrentChange {
  std::int64_t step;
  double amplitude;
};

template <class Device, class Real>
struct InjectedCurrent {
  Kokkos::View<CurrentForm*, Device> forms;      // empty: none
  Kokkos::View<CurrentChange*, Device> changes;  // of all that change in steps
  Kokkos::View<Real*, Device> noise;             // batch x neurons: sum of the noises, if any
  RandomStream random;
  std::int64_t set_at = 0;  // the noise of this step must be drawn whatever was before

  KOKKOS_FUNCTION bool on() const { return forms.data() != nullptr; }

  void count(Arena& arena) {
    if (!on()) return;
    arena.array(forms, "currents", forms.extent(0));
    arena.array(changes, "current_changes", changes.extent(0));
    if (noise.data() != nullptr) arena.array(noise, "current_noise", noise.extent(0));
  }

  /// What all neurons receive in a step.
  KOKKOS_FUNCTION Real common(std::int64_t step) const {
    double sum = 0;
    for (std::size_t k = 0; k < forms.extent(0); ++k)
      if (forms(k).runs(step)) sum += value(forms(k), step);
    return static_cast<Real>(sum);
  }
  /// Brings the noise of the neurons in `range` of batch element `b`, whose arrays begin at `row`,
  /// up to date. It is drawn together with what is in `base`, where that is given.
  KOKKOS_FUNCTION void renew(Range range, int b, std::size_t row, std::int64_t step,
                             std::uint64_t random_step, Real const* base) const {
    bool renews = step == 0 || step == set_at;
    for (std::size_t k = 0; k < forms.extent(0); ++k) renews |= forms(k).renews(step);
    if (!renews) return;
    Real* const out = noise.data() + row;
    for (int n = range.begin; n < range.end; ++n)
      out[n] = base == nullptr ? Real(0) : base[row + static_cast<std::size_t>(n)];
    for (std::size_t k = 0; k < forms.extent(0); ++k) {
      CurrentForm const& form = forms(k);
      if (!form.is_noise() || !form.runs(step)) continue;
      std::int64_t const age = (step - form.start) % form.hold;
      std::uint64_t const drawn =
          (static_cast<std::uint64_t>(k) << 38) + random_step - static_cast<std::uint64_t>(age);
      double z[4];
      for (int n = range.begin; n < range.end; ++n) {
        if (n == range.begin || n % 4 == 0) draw_normal(n / 4, b, drawn, z);
        out[n] += static_cast<Real>(form.amplitude * z[n % 4]);
      }
    }
  }

 private:
  /// Of a noise its mean.
  KOKKOS_FUNCTION double value(CurrentForm const& form, std::int64_t step) const {
    switch (form.kind) {
      case Current::Kind::dc:
        return form.amplitude;
      case Current::Kind::ac:
        return form.offset +
               form.amplitude * math::sin(form.phase + form.turn * static_cast<double>(step));
      case Current::Kind::noise:
        return form.offset;
      case Current::Kind::steps:
        break;
    }
    int begin = form.changes_begin, end = form.changes_end;  // the last change up to this step
    while (begin < end) {
      int const middle = begin + (end - begin) / 2;
      if (changes(static_cast<std::size_t>(middle)).step <= step)
        begin = middle + 1;
      else
        end = middle;
    }
    return begin == form.changes_begin ? 0 : changes(static_cast<std::size_t>(begin - 1)).amplitude;
  }
  /// Four standard normal numbers (Box & Muller), for as many neurons.
  KOKKOS_FUNCTION void draw_normal(int four, int b, std::uint64_t step, double (&z)[4]) const {
    std::uint32_t w[4];
    random.words(static_cast<std::uint32_t>(four), step, static_cast<std::uint32_t>(b), w);
    for (int k = 0; k < 4; k += 2) {
      double const radius = math::sqrt(-2 * math::log((w[k] + 0.5) * 0x1p-32));
      double const angle = 6.283185307179586 * (w[k + 1] * 0x1p-32);
      z[k] = radius * math::cos(angle);
      z[k + 1] = radius * math::sin(angle);
    }
  }
};

/// A current source in steps of `dt`; those of one that changes in steps are added to `changes`.
inline CurrentForm current_form(Current const& current, double dt,
                                std::vector<CurrentChange>& changes) {
  constexpr double pi = 3.141592653589793;
  auto const steps = [dt](double ms) { return static_cast<std::int64_t>(whole_steps(ms, dt)); };
  CurrentForm form{};
  form.kind = current.kind;
  form.start = steps(current.start_ms);
  form.stop = std::isfinite(current.stop_ms) ? steps(current.stop_ms)
                                             : std::numeric_limits<std::int64_t>::max();
  form.amplitude = current.amplitude;
  form.offset = current.offset;
  form.phase = current.phase_degrees / 180 * pi;
  form.turn = 2 * pi * current.hz * dt / 1000;
  if (form.is_noise()) form.hold = steps(current.hold_ms);
  form.changes_begin = static_cast<int>(changes.size());
  for (std::size_t k = 0; k < current.times_ms.size(); ++k)
    changes.push_back({steps(current.times_ms[k]), current.amplitudes[k]});
  form.changes_end = static_cast<int>(changes.size());
  return form;
}

}  // namespace kosnn::detail

#endif

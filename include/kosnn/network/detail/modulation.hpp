#ifndef KOSNN_NETWORK_DETAIL_MODULATION_HPP
#define KOSNN_NETWORK_DETAIL_MODULATION_HPP

#include <Kokkos_Core.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>

#include "kosnn/core/memory.hpp"
#include "kosnn/kokkos/compat.hpp"
#include "kosnn/learning/neuromodulator.hpp"
#include "kosnn/network/detail/eligibility_powers.hpp"
#include "kosnn/network/detail/spike_history.hpp"

namespace kosnn::detail {

/// Rewards by the spikes of a population. Where the postsynaptic half of a rule is replayed,
/// weights follow only where their synapse is touched: between two changes its eligibility is
/// values * power(step), so that it has earned values times the sum of power * reward, which is
/// kept for every step since the eligibilities were last rescaled. Elsewhere all synapses follow in
/// each step. Workers have sums of their own, which are the same.
template <class Device, class Real>
struct Modulation {
  static constexpr std::size_t room = EligibilityPowers<Real>::max_period + 1;

  SpikeHistory<Device, Real> history;            // of that population
  Kokkos::View<double*, Device> levels;          // workers x batch: concentrations
  Kokkos::View<Real*, Device> given;             // the same: rewards of this step
  Kokkos::View<double*, Device> sums;            // workers x room
  Kokkos::View<std::uint16_t*, Device> settled;  // of each synapse: up to which sum it has earned
  double decay = 0, per_spike = 1;
  double of_level = 0, of_baseline = 0;  // what both add up to in a step
  double baseline = 0;
  int delay = 1, batch = 1;
  bool on = false;

  /// Takes over a substance; `kept` is what a step leaves of eligibilities.
  void follow(Neuromodulator const& substance, double kept, double dt) {
    baseline = substance.baseline();
    per_spike = substance.per_spike();
    decay = std::exp(-dt / substance.tau());
    remember(kept, dt);
    on = true;
  }
  /// Integrals over a step, in which both decay.
  void remember(double kept, double dt) {
    auto const integral = [dt](double left) {
      return left < 1 ? dt * (1 - left) / -std::log(left) : dt;
    };
    of_level = integral(decay * kept);
    of_baseline = baseline * integral(kept);
  }
  void layout(Arena& arena, int workers, std::size_t synapses) {
    auto const copies = static_cast<std::size_t>(workers);
    auto const elements = static_cast<std::size_t>(batch);
    arena.array(levels, "concentrations", copies * elements);
    arena.array(given, "rewards_of_step", copies * elements);
    if (synapses == 0) return;
    arena.array(sums, "reward_sums", copies * room);
    arena.array(settled, "settled", synapses);
  }
  void clear() const {
    Kokkos::deep_copy(levels, 0.0);
    restart(0);
  }
  /// Lets sums begin anew, where all synapses have earned what there was, at sum `position`.
  void restart(int position) const {
    Kokkos::deep_copy(sums, 0.0);
    Kokkos::deep_copy(settled, static_cast<std::uint16_t>(position));
  }
  KOKKOS_FUNCTION double* sums_of(int worker) const {
    return sums.data() + static_cast<std::size_t>(worker) * room;
  }
  KOKKOS_FUNCTION std::size_t at(int worker, int element) const {
    return static_cast<std::size_t>(worker) * static_cast<std::size_t>(batch) +
           static_cast<std::size_t>(element);
  }
};

/// In its place where a rule has no eligibility.
struct NoModulation {};

/// What the present concentration is worth until the next step.
template <class Projection>
KOKKOS_FUNCTION double reward_now(Projection const& j, int worker, int element) {
  auto const& m = j.modulation;
  if (!j.learning) return 0;
  return m.of_level * m.levels(m.at(worker, element)) - m.of_baseline;
}

/// The concentrations in `step`, and the rewards until the next.
template <class Projection>
KOKKOS_FUNCTION void release(Projection const& j, int worker, std::int64_t step) {
  using Real = typename Projection::real;
  auto const& m = j.modulation;
  for (int b = 0; b < m.batch; ++b) m.levels(m.at(worker, b)) *= m.decay;
  m.history.for_each_list(m.history.slot(step - m.delay), [&](SpikeList const& spikes) {
    for (std::uint32_t k = 0; k < spikes.count; ++k)
      m.levels(m.at(worker, m.history.element(spikes.entries[k]))) += m.per_spike;
  });
  for (int b = 0; b < m.batch; ++b) m.given(m.at(worker, b)) = Real(reward_now(j, worker, b));
}

/// Enters the reward of `step`, after `release`.
template <class Projection>
KOKKOS_FUNCTION void add_to_sums(Projection const& j, int worker, std::int64_t step) {
  auto const& m = j.modulation;
  double* const sums = m.sums_of(worker);
  std::int64_t const k = step % j.eligibility.period;
  sums[k + 1] = sums[k] + double(j.eligibility.power(step)) * reward_now(j, worker, 0);
}

}  // namespace kosnn::detail

#endif

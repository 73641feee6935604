#ifndef KOSNN_NETWORK_DETAIL_AHEAD_INPUTS_HPP
#define KOSNN_NETWORK_DETAIL_AHEAD_INPUTS_HPP

#include <Kokkos_Core.hpp>

#include <algorithm>
#include <cstddef>
#include <vector>

#include "kosnn/core/memory.hpp"

namespace kosnn::detail {

/// Of projections that a CPU delivers several steps ahead (deliver_ahead.hpp): what will arrive.
template <class Device, class Real>
struct AheadInputs {
  Kokkos::View<Real*, Device> inputs;  // steps x targets; 0 but for the steps of this stretch
  int steps = 0;                       // of a stretch; 0: nothing is delivered ahead
  int first_group = 0;                 // the first delay that is not shorter

  /// Stretches of as many intervals as leave the inputs in a cache, and most delays longer: the
  /// same for any number of workers, as the order of sums depends on it.
  void set_up(std::vector<int> const& delays, int interval, int targets) {
    long long const bytes = static_cast<long long>(sizeof(Real)) * targets;
    int const fit = static_cast<int>(std::min<long long>(cache / bytes, delays.back() / 4));
    steps = std::max(1, std::min(fit, most_steps) / interval) * interval;
    first_group =
        static_cast<int>(std::lower_bound(delays.begin(), delays.end(), steps) - delays.begin());
    int const groups = static_cast<int>(delays.size()) - first_group;
    bool const numbered = static_cast<long long>(steps) * targets < 1ll << 31;
    if (steps == 1 || groups < least_groups || !numbered) steps = 0;
  }
  void layout(Arena& arena, std::size_t targets) {
    if (steps > 0) arena.array(inputs, "ahead", static_cast<std::size_t>(steps) * targets);
  }

 private:
  static constexpr int least_groups = 4;  // fewer are as well delivered step by step
  static constexpr int most_steps = 64;
  static constexpr long long cache = 1 << 20;
};

}  // namespace kosnn::detail

#endif

#ifndef KOSNN_NETWORK_DETAIL_DRIVEN_TARGETS_HPP
#define KOSNN_NETWORK_DETAIL_DRIVEN_TARGETS_HPP

#include <Kokkos_Core.hpp>

#include <cstddef>
#include <cstdint>

#include "kosnn/core/memory.hpp"
#include "kosnn/kokkos/compat.hpp"
#include "kosnn/learning/concept.hpp"
#include "kosnn/network/detail/spike_history.hpp"

namespace kosnn::detail {

/// The targets at which a rule with a drive learns in this step, in the form in which others look
/// at the spikes of the target population.
template <class Device, class Real, int Traces>
struct DrivenTargets {
  using real = Real;
  static constexpr bool graded = false;

  SpikeHistory<Device, Real> history;  // of one step
  Kokkos::View<Real*, Device> drives;  // batch x targets
  int traces[Traces] = {};             // of the target population

  void layout(Arena& arena) {
    history.layout(arena);
    arena.array(drives, "drives", history.capacity());
  }
  KOKKOS_FUNCTION std::size_t row(int b) const {
    return static_cast<std::size_t>(b) * static_cast<std::size_t>(history.size);
  }
  /// The drive, in the place of what rules without see of their target.
  KOKKOS_FUNCTION Real earlier_trace(int, std::int64_t, int n, int b) const {
    return drives(row(b) + static_cast<std::size_t>(n));
  }
};

/// In its place where a rule has no drive.
struct NoDrivenTargets {};

/// Where the postsynaptic half of a rule is called: at the targets that are driven, or that fire.
template <class Projection, class Post>
KOKKOS_FUNCTION auto const& learning_targets([[maybe_unused]] Projection const& j,
                                             [[maybe_unused]] Post const& post) {
  if constexpr (has_drive<typename Projection::Rule>)
    return j.driven;
  else
    return post;
}

/// Works out what drives targets [begin, end) of batch element `b` in `step`; `fired` are their
/// flags.
template <class Projection, class Post>
KOKKOS_FUNCTION void find_drives(Projection const& j, Post const& post, std::int64_t step,
                                 std::uint8_t const* fired, int b, int begin, int end) {
  using Real = typename Projection::real;
  constexpr int n_traces = DriveTraces<typename Projection::Rule>::value;
  Real const* traces[n_traces];
  for (int t = 0; t < n_traces; ++t) traces[t] = post.trace_at(j.driven.traces[t], step, b);
  auto const rule = j.rule;
  Real* const drives = j.driven.drives.data() + post.row(b);
  KOSNN_INDEPENDENT_ITERATIONS
  for (int n = begin; n < end; ++n) {
    Terms<Real, n_traces> z;
    for (int t = 0; t < n_traces; ++t) z.value[t] = traces[t][n];
    drives[n] = rule.drive(z, fired[n] != 0);
  }
}

/// The same for `range`, all targets of a worker of a CPU, and lists those that are driven.
template <class Projection, class Post>
void list_driven(Projection const& j, Post const& post, Range range, std::int64_t step) {
  auto const& history = j.driven.history;
  for (int b = 0; b < history.batch; ++b)
    find_drives(j, post, step, post.fired_row(range, b), b, range.begin, range.end);
  std::size_t const first = history.begin(0, range);
  std::size_t at = first;
  for (int n = range.begin; n < range.end; ++n)
    for (int b = 0; b < history.batch; ++b)
      if (j.driven.earlier_trace(0, step, n, b) != 0) history.entries(at++) = history.entry(n, b);
  history.close_list(0, range.owner, static_cast<std::uint32_t>(at - first));
}

}  // namespace kosnn::detail

#endif

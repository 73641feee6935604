#ifndef KOSNN_NETWORK_DETAIL_SHORT_TERM_HPP
#define KOSNN_NETWORK_DETAIL_SHORT_TERM_HPP

#include <Kokkos_Core.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kosnn/connections/tsodyks_markram.hpp"
#include "kosnn/core/memory.hpp"
#include "kosnn/kokkos/compat.hpp"
#include "kosnn/network/detail/host_copy.hpp"

namespace kosnn::detail {

/// Short-term plasticity of a projection: what its spikes are worth is worked out where they are
/// fired, once for all synapses of their source, and kept beside the list of spikes.
template <class Device, class Real>
struct ShortTerm {
  Kokkos::View<Real*, Device> use, per_rec, per_fac;  // U, 1 / tau in 1 / ms, of each source
  // batch x sources, after the last spike: what was missing of the resources, what was used of
  // them, and when it was.
  Kokkos::View<Real*, Device> missing, used;
  Kokkos::View<std::int64_t*, Device> last;
  Kokkos::View<Real*, Device> worth;  // depth x (batch x sources), as SpikeHistory::entries
  Real dt = 1;
  int depth = 1;
  bool on = false;

  void layout(Arena& arena, std::size_t sources, std::size_t capacity) {
    arena.array(use, "use", sources);
    arena.array(per_rec, "recovery", sources);
    arena.array(per_fac, "facilitation", sources);
    arena.array(missing, "resources", capacity);
    arena.array(used, "resources", capacity);
    arena.array(last, "last_spikes", capacity);
    arena.array(worth, "worth", static_cast<std::size_t>(depth) * capacity);
  }
  void store(std::vector<TsodyksMarkram> const& each) const {
    std::vector<Real> u, rec, fac;
    for (auto const& source : each) {
      u.push_back(Real(source.u()));
      rec.push_back(Real(1 / source.tau_rec()));
      fac.push_back(Real(source.tau_fac() > 0 ? 1 / source.tau_fac() : 0));
    }
    to_device(u, use);
    to_device(rec, per_rec);
    to_device(fac, per_fac);
  }
  void clear() const {
    detail::clear(missing);
    detail::clear(used);
    Kokkos::deep_copy(last, std::int64_t(0));
  }
  /// By how much positions in `worth` differ from those in the list of the spikes of `step`.
  template <class History>
  KOKKOS_FUNCTION std::ptrdiff_t shift(History const& history, std::int64_t step) const {
    auto const own = static_cast<std::ptrdiff_t>(step < 0 ? 0 : step % depth);
    return (own - history.slot(step)) * static_cast<std::ptrdiff_t>(history.capacity());
  }
};

/// Works out what spike `at` of the list of `step` is worth.
template <class Projection, class Pre>
KOKKOS_FUNCTION void note_worth(Projection const& j, Pre const& pre, std::int64_t step,
                                std::size_t at) {
  using Real = typename Projection::real;
  auto const& s = j.short_term;
  auto const entry = pre.history.entries(at);
  auto const source = static_cast<std::size_t>(pre.history.neuron(entry));
  std::size_t const i = pre.row(pre.history.element(entry)) + source;
  Real const ms = s.dt * static_cast<Real>(step - s.last(i)), use = s.use(source);
  Real const stays = s.per_fac(source) > 0 ? math::exp(-ms * s.per_fac(source)) : Real(0);
  Real const x = 1 - s.missing(i) * math::exp(-ms * s.per_rec(source));
  Real const u = use + s.used(i) * (1 - use) * stays;
  s.missing(i) = 1 - x + u * x;
  s.used(i) = u;
  s.last(i) = step;
  s.worth(static_cast<std::size_t>(static_cast<std::ptrdiff_t>(at) + s.shift(pre.history, step))) =
      u * x;
}

/// The values of the spikes of one step, by their positions in the list, as a projection delivers
/// them.
template <class Projection, class Pre>
struct SpikeValues {
  using Real = typename Projection::real;
  Pre const& pre;
  Real const* worth;  // null without short-term plasticity
  std::ptrdiff_t shift;

  KOKKOS_FUNCTION SpikeValues(Projection const& j, Pre const& source, std::int64_t step)
      : pre(source),
        worth(j.short_term.on ? j.short_term.worth.data() : nullptr),
        shift(j.short_term.on ? j.short_term.shift(source.history, step) : 0) {}
  KOKKOS_FUNCTION Real operator()(std::size_t at) const {
    Real value = 1;
    if constexpr (Pre::graded) value = pre.history.values(at);
    if (worth != nullptr) value *= worth[static_cast<std::ptrdiff_t>(at) + shift];
    return value;
  }
};

}  // namespace kosnn::detail

#endif

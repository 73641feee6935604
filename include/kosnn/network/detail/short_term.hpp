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

/// Short-term plasticity of a projection. Where all synapses of a source are alike, what its spikes
/// are worth is worked out where they are fired, and kept beside the list of spikes; else, `own`,
/// at each synapse where they arrive. A unit is a source, or a synapse in storage.
template <class Device, class Real>
struct ShortTerm {
  Kokkos::View<Real*, Device> use, per_rec, per_fac;  // U, 1 / tau in 1 / ms, of each unit
  // batch x units, after the last spike: what was missing of the resources, what was used of
  // them, and when it was.
  Kokkos::View<Real*, Device> missing, used;
  Kokkos::View<std::int64_t*, Device> last;
  Kokkos::View<Real*, Device> worth;  // depth x (batch x sources), as SpikeHistory::entries
  Real dt = 1;
  int depth = 1;
  bool on = false, own = false;

  KOKKOS_FUNCTION bool of_sources() const { return on && !own; }
  void layout(Arena& arena, std::size_t units, std::size_t batch) {
    std::size_t const all = units * batch;
    arena.array(use, "use", units);
    arena.array(per_rec, "recovery", units);
    arena.array(per_fac, "facilitation", units);
    arena.array(missing, "resources", all);
    arena.array(used, "resources", all);
    arena.array(last, "last_spikes", all);
    if (!own) arena.array(worth, "worth", static_cast<std::size_t>(depth) * all);
  }
  std::size_t units() const { return use.extent(0); }
  void store(std::vector<TsodyksMarkram> const& each) const {
    std::vector<Real> u, rec, fac;
    for (auto const& unit : each) {
      u.push_back(Real(unit.u()));
      rec.push_back(Real(1 / unit.tau_rec()));
      fac.push_back(Real(unit.tau_fac() > 0 ? 1 / unit.tau_fac() : 0));
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
  /// What a spike in `step` is worth at a unit, of which the state in one batch element is at `i`.
  KOKKOS_FUNCTION Real spend(std::size_t unit, std::size_t i, std::int64_t step) const {
    Real const ms = dt * static_cast<Real>(step - last(i)), u_rest = use(unit);
    Real const stays = per_fac(unit) > 0 ? math::exp(-ms * per_fac(unit)) : Real(0);
    Real const x = 1 - missing(i) * math::exp(-ms * per_rec(unit));
    Real const u = u_rest + used(i) * (1 - u_rest) * stays;
    missing(i) = 1 - x + u * x;
    used(i) = u;
    last(i) = step;
    return u * x;
  }
  /// By how much positions in `worth` differ from those in the list of the spikes of `step`.
  template <class History>
  KOKKOS_FUNCTION std::ptrdiff_t shift(History const& history, std::int64_t step) const {
    auto const here = static_cast<std::ptrdiff_t>(step < 0 ? 0 : step % depth);
    return (here - history.slot(step)) * static_cast<std::ptrdiff_t>(history.capacity());
  }
};

/// Works out what spike `at` of the list of `step` is worth.
template <class Projection, class Pre>
KOKKOS_FUNCTION void note_worth(Projection const& j, Pre const& pre, std::int64_t step,
                                std::size_t at) {
  auto const& s = j.short_term;
  auto const entry = pre.history.entries(at);
  auto const source = static_cast<std::size_t>(pre.history.neuron(entry));
  s.worth(static_cast<std::size_t>(static_cast<std::ptrdiff_t>(at) + s.shift(pre.history, step))) =
      s.spend(source, pre.row(pre.history.element(entry)) + source, step);
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
        worth(j.short_term.of_sources() ? j.short_term.worth.data() : nullptr),
        shift(j.short_term.of_sources() ? j.short_term.shift(source.history, step) : 0) {}
  KOKKOS_FUNCTION Real operator()(std::size_t at) const {
    Real value = 1;
    if constexpr (Pre::graded) value = pre.history.values(at);
    if (worth != nullptr) value *= worth[static_cast<std::ptrdiff_t>(at) + shift];
    return value;
  }
};

}  // namespace kosnn::detail

#endif

#ifndef KOSNN_NETWORK_DETAIL_CELLS_HPP
#define KOSNN_NETWORK_DETAIL_CELLS_HPP

#include <Kokkos_Core.hpp>

#include <cstdint>
#include <type_traits>

#include "kosnn/core/fields.hpp"
#include "kosnn/core/memory.hpp"
#include "kosnn/core/random.hpp"
#include "kosnn/kokkos/compat.hpp"
#include "kosnn/network/detail/population_data.hpp"
#include "kosnn/neurons/concept.hpp"
#include "kosnn/neurons/forcing.hpp"

namespace kosnn::detail {

/// The dynamics of one model on the device. Every cell offers
///   layout(arena, history)       its arrays
///   reset(range, element, kept)  neurons [range) of a batch element back to their initial state,
///                                but for the fields in `kept`
///   update(range, element, ...)  one step: sets fired (and value, where `graded`), uses up input
///                                if there is any
/// The primary template steps any neuron model, the same for all neurons or one for each
/// (PerNeuron); source_cells.hpp has those of the sources.
template <class Device, class Real, class Given>
struct Cell {
  using Model = typename NeuronModel<Given>::type;
  using State = typename Model::State;
  using Storage = FieldStorage<Device, State, typename Model::fields>;
  using ParameterStorage = FieldStorage<Device, Model, typename Parameters<Given>::type>;
  static constexpr bool graded = HasValue<Model, Real>::value;
  static constexpr bool two_inputs = takes_two_inputs<Model, Real>;
  static constexpr int inputs = two_inputs ? 2 : 1;
  static constexpr bool subtracts_traces = HasPresynapticTrace<Model>::value;
  /// Whether what arrives may be added to the state after the update.
  static constexpr bool adds_arrivals = runs_on_host<Device> && ArrivalsOf<Model>::named && !graded;
  static constexpr int arrival_sign = ArrivalsOf<Model>::sign;
  static constexpr int grain = 1;
  /// On a CPU, neurons between whose updates no flags are packed into bytes: until then these are
  /// as wide as the state, so that a vector instruction treats as many of both.
  static constexpr int stretch = runs_on_host<Device> ? 256 : 1;
  using Flag = std::conditional_t<sizeof(Real) == 8, std::int64_t, std::int32_t>;

  /// Whether there is a membrane potential, which traces can follow.
  static constexpr bool has_potential = HasPotential<Model, Real>::value;

  Model model;  // that of neuron 0
  RandomStream random;
  Storage fields;                         // kept apart by worker
  ParameterStorage parameters;            // of each neuron; none where all are the same
  Kokkos::View<Forcing*, Device> forced;  // batch x neurons, only while in use
  std::size_t inhibitory = 0;             // where inhibitory inputs begin

  template <class History>
  void layout(Arena& arena, History const& history) {
    auto const neurons = static_cast<std::size_t>(history.size), all = history.capacity();
    fields.for_each([&](auto& view, std::string const& name) {
      arena.array(view, name.c_str(), history.own_capacity());
    });
    parameters.for_each(
        [&](auto& view, std::string const& name) { arena.array(view, name.c_str(), neurons); });
    if (arena.counting() && forced.data() != nullptr) arena.array(forced, "forced", all);
    if (two_inputs) inhibitory = history.own_capacity();
  }

  /// The potentials.
  KOKKOS_FUNCTION Real const* potentials() const {
    return get<field_index<&State::v>(typename Model::fields{})>(fields.views).data();
  }

  /// What excitatory or inhibitory arrivals are added to.
  KOKKOS_FUNCTION Real* arrivals(bool inhibiting) const {
    using Listed = typename Model::fields;
    using Members = typename Model::arrivals;
    return inhibiting ? get<field_index<Members::inhibitory>(Listed{})>(fields.views).data()
                      : get<field_index<Members::excitatory>(Listed{})>(fields.views).data();
  }

  KOKKOS_FUNCTION void reset(Range range, Element const& element, unsigned kept) const {
    auto const pointers = fields.pointers();
    auto const own = parameters.pointers();
    Model m = model;
    for (int n = range.begin; n < range.end; ++n) {
      ParameterStorage::load(own, static_cast<std::size_t>(n), m);
      Storage::store_except(kept, pointers, position(element, n), m.initial());
    }
  }

  /// Where the state of neuron `n` lies.
  KOKKOS_FUNCTION static std::size_t position(Element const& element, int n) {
    return static_cast<std::size_t>(element.own + n);
  }

  KOKKOS_FUNCTION void update(Range range, Element const& element, Moment const& moment,
                              Received<Real> const& received, std::uint8_t* fired,
                              Real* value) const {
    if (two_inputs && received.current != nullptr)
      step_range<true>(range, element, moment, received, fired, value);
    else
      step_range<false>(range, element, moment, received, fired, value);
    if (forced.data() != nullptr) force(range, element, fired, value);
  }

  template <bool OwnCurrents>
  KOKKOS_FUNCTION void step_range(Range range, Element const& element, Moment const& moment,
                                  Received<Real> const& received, std::uint8_t* fired,
                                  Real* value) const {
    if constexpr (adds_arrivals)
      if (received.input == nullptr)
        return step_wide<OwnCurrents>(range, element, moment, received, fired, value);
    step_all<OwnCurrents, true>(range, element, moment, received, fired, value);
  }

  /// Of neurons that receive nothing, so that the loop is bound by its operations.
  template <bool OwnCurrents>
  KOSNN_WIDE_VECTORS KOKKOS_FUNCTION void step_wide(Range range, Element const& element,
                                                    Moment const& moment,
                                                    Received<Real> const& received,
                                                    std::uint8_t* fired, Real* value) const {
    step_all<OwnCurrents, false>(range, element, moment, received, fired, value);
  }
  /// `OwnCurrents`: whether neurons receive different currents; `Receives`: whether they
  /// receive what arrives.
  template <bool OwnCurrents, bool Receives>
  KOKKOS_FORCEINLINE_FUNCTION void step_all(Range range, Element const& element,
                                            Moment const& moment, Received<Real> const& received,
                                            std::uint8_t* fired,
                                            [[maybe_unused]] Real* value) const {
    auto const pointers = fields.pointers();
    auto const own = parameters.pointers();
    Model m = model;
    Received<Real> const in = received;  // copies, which no store can change
    std::size_t const second = inhibitory;
    Element const here = element;
    Site site{random, moment.random_step, static_cast<std::uint64_t>(moment.step), 0, here.b};
    for (int begin = range.begin; begin < range.end; begin += stretch) {
      int const end = begin + stretch < range.end ? begin + stretch : range.end;
      Flag spikes[stretch];
      KOSNN_INDEPENDENT_ITERATIONS
      for (int n = begin; n < end; ++n) {
        std::size_t const i = here.row + static_cast<std::size_t>(n);
        std::size_t const at = position(here, n);
        ParameterStorage::load(own, static_cast<std::size_t>(n), m);
        State s = m.initial();  // for members that are not among the fields
        Storage::load(pointers, at, s);
        bool spike;
        InputOf<Model, Real> const input = input_of<OwnCurrents, Receives>(in, i, at, second);
        if constexpr (steps_with_site<Model, Real>) {
          site.neuron = n;
          spike = m.step(s, input, site);
        } else {
          spike = m.step(s, input);
        }
        Storage::store(pointers, at, s);
        if constexpr (graded) value[i] = spike ? m.value(s) : Real(0);
        spikes[n - begin] = spike;
        if constexpr (Receives) in.input[at] = 0;
        if constexpr (Receives && two_inputs) in.input[second + at] = 0;
      }
      for (int n = begin; n < end; ++n) fired[n] = static_cast<std::uint8_t>(spikes[n - begin]);
    }
  }

  /// What neuron `i` receives, whose state and inputs lie at `at`; inhibitory ones begin at
  /// `second`.
  template <bool OwnCurrents, bool Receives>
  KOKKOS_FUNCTION static InputOf<Model, Real> input_of(Received<Real> const& in,
                                                       [[maybe_unused]] std::size_t i,
                                                       [[maybe_unused]] std::size_t at,
                                                       [[maybe_unused]] std::size_t second) {
    if constexpr (two_inputs) {
      Real current = in.common;
      if constexpr (OwnCurrents) current += in.current[i];
      if constexpr (Receives) return {in.input[at], in.input[second + at], current};
      return {0, 0, current};
    } else {
      return in.input[at];
    }
  }
  /// Makes neurons fire or be silent after they have been stepped.
  KOKKOS_FUNCTION void force(Range range, Element const& element, std::uint8_t* fired,
                             [[maybe_unused]] Real* value) const {
    for (int n = range.begin; n < range.end; ++n) {
      std::size_t const i = element.row + static_cast<std::size_t>(n);
      Forcing const how = forced(i);
      if (how == Forcing::spike && fired[n] == 0) fire(n, position(element, n));
      if constexpr (graded)
        if (how != Forcing::none && (how == Forcing::silence || fired[n] == 0))
          value[i] = how == Forcing::spike ? Real(1) : Real(0);
      if (how != Forcing::none) fired[n] = how == Forcing::spike;
    }
  }
  /// Neuron `n`, whose state lies at `at`.
  KOKKOS_FUNCTION void fire([[maybe_unused]] int n, [[maybe_unused]] std::size_t at) const {
    if constexpr (HasFire<Model>::value) {
      Model m = model;
      ParameterStorage::load(parameters.pointers(), static_cast<std::size_t>(n), m);
      State s = m.initial();
      Storage::load(fields.pointers(), at, s);
      m.fire(s);
      Storage::store(fields.pointers(), at, s);
    }
  }
};

}  // namespace kosnn::detail

#endif

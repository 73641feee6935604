#ifndef KOSNN_NETWORK_DETAIL_CELLS_HPP
#define KOSNN_NETWORK_DETAIL_CELLS_HPP

#include <Kokkos_Core.hpp>

#include <cstdint>

#include "kosnn/core/fields.hpp"
#include "kosnn/core/memory.hpp"
#include "kosnn/core/random.hpp"
#include "kosnn/kokkos/compat.hpp"
#include "kosnn/network/detail/population_data.hpp"
#include "kosnn/neurons/concept.hpp"

namespace kosnn::detail {

/// The dynamics of one model on the device. Every cell offers
///   layout(arena, size, batch)   its arrays
///   reset(range, row, kept)      neurons [range) of the batch element whose arrays begin at `row`
///                                back to their initial state, but for the fields in `kept`
///   update(range, b, row, ...)   one step: sets fired (and value, where `graded`), uses up input
/// The primary template steps any neuron model; source_cells.hpp has those of the sources.
template <class Device, class Real, class Model>
struct Cell {
  using State = typename Model::State;
  using Storage = FieldStorage<Device, State, typename Model::fields>;
  static constexpr bool graded = false;
  static constexpr bool takes_input = true;
  static constexpr int grain = 1;

  Model model;
  RandomStream random;
  Storage fields;

  void layout(Arena& arena, int size, int batch) {
    fields.for_each([&](auto& view, std::string const& name) {
      arena.array(view, name.c_str(),
                  static_cast<std::size_t>(size) * static_cast<std::size_t>(batch));
    });
  }

  KOKKOS_FUNCTION void reset(Range range, std::size_t row, unsigned kept) const {
    auto const pointers = fields.pointers();
    for (int n = range.begin; n < range.end; ++n)
      Storage::store_except(kept, pointers, row + static_cast<std::size_t>(n), model.initial());
  }

  KOKKOS_FUNCTION void update(Range range, int b, std::size_t row, Moment const& moment,
                              Real* input, std::uint8_t* fired, Real*) const {
    auto const pointers = fields.pointers();
    Model const m = model;
    Site site{random, moment.random_step, static_cast<std::uint64_t>(moment.step), 0, b};
    KOSNN_INDEPENDENT_ITERATIONS
    for (int n = range.begin; n < range.end; ++n) {
      std::size_t const i = row + static_cast<std::size_t>(n);
      State s = m.initial();  // for members that are not among the fields
      Storage::load(pointers, i, s);
      bool spike;
      if constexpr (HasSiteStep<Model, Real>::value) {
        site.neuron = n;
        spike = m.step(s, input[i], site);
      } else {
        spike = m.step(s, input[i]);
      }
      Storage::store(pointers, i, s);
      fired[n] = spike;
      input[i] = 0;
    }
  }
};

}  // namespace kosnn::detail

#endif

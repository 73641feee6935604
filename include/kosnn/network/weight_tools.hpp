#ifndef KOSNN_NETWORK_WEIGHT_TOOLS_HPP
#define KOSNN_NETWORK_WEIGHT_TOOLS_HPP

#include <Kokkos_Core.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <type_traits>
#include <vector>

#include "kosnn/connections/rewiring.hpp"
#include "kosnn/core/error.hpp"
#include "kosnn/core/memory.hpp"
#include "kosnn/core/random.hpp"
#include "kosnn/kokkos/compat.hpp"
#include "kosnn/network/detail/eligibility_powers.hpp"
#include "kosnn/network/detail/host_copy.hpp"
#include "kosnn/network/detail/rewire.hpp"
#include "kosnn/network/detail/run.hpp"
#include "kosnn/network/detail/weight_samples.hpp"

namespace kosnn {

/// What can be done to all weights of a projection between runs, and looks at many of them; part of
/// every Projection.
template <class Projection, class Device, class Real>
class WeightTools {
 public:
  using ExecutionSpace = typename Device::execution_space;

  /// Scales the weights of each target so that they add up to `total` (Diehl & Cook 2015,
  /// doi 10.3389/fncom.2015.00099) and clamps them, where a rule has bounds; targets whose weights
  /// add up to 0 stay as they are. Throws where the bounds allow no weight of the sign of `total`.
  void normalise(double total) {
    check_total("normalise", total);
    detail::ProfilingRegion const region("kosnn::normalise");
    self().catch_up();
    detail::normalise_projection<ExecutionSpace>(self().data_, Real(total), sums_.data(),
                                                 self().workers_);
  }

  /// The same for the weights of each source, which do not share.
  void normalise_outputs(double total) {
    static_assert(!Projection::shares_weights,
                  "koSNN: normalise_outputs is for weights that are not shared");
    check_total("normalise_outputs", total);
    detail::ProfilingRegion const region("kosnn::normalise");
    self().catch_up();
    detail::normalise_sources<ExecutionSpace>(self().data_, Real(total));
  }
  /// Multiplies the weights of each target by its factor and clamps them, where a rule has bounds;
  /// for SynapticScaling.
  void scale_inputs(std::vector<double> const& factors) {
    static_assert(!Projection::shares_weights,
                  "koSNN: scale_inputs is for weights that are not shared");
    require(!self().data_.constant, self().name_,
            ": has one constant weight, which can't be scaled");
    require(factors.size() == static_cast<std::size_t>(self().data_.post_size), self().name_,
            ": scale_inputs takes ", self().data_.post_size, " factors, one for each target, got ",
            factors.size());
    for (std::size_t n = 0; n < factors.size(); ++n)
      require(std::isfinite(factors[n]) && factors[n] >= 0, self().name_, ": scale_inputs: factor ",
              n, " must be finite and at least 0, got ", factors[n]);
    self().catch_up();
    detail::to_device(std::vector<Real>(factors.begin(), factors.end()), sums_);
    detail::scale_projection<ExecutionSpace>(self().data_, static_cast<Real const*>(sums_.data()),
                                             self().workers_);
  }
  /// Takes weak synapses of a Sparse projection away and lets as many grow at each target, from
  /// sources drawn at random, with the delays of those that went; returns how many. Where all
  /// sources are connected already, synapses stay. Drawn anew in each call and the same for any
  /// number of threads. Works on the host.
  std::size_t rewire(Rewiring const& how) {
    static_assert(Projection::sparse, "koSNN: rewire is for a Sparse projection");
    return detail::naming(self().name_, [&] {
      how.check();
      require(!self().data_.short_term.own,
              "rewire: can't move the short-term plasticity of each synapse");
      require(!self().data_.constant, "rewire: has one constant weight, so that none is weak");
      self().sign_.check_weight(self().data_, Real(how.weight()), 0);
      self().catch_up();
      RandomStream const own(self().weights_.random().seed(),
                             self().weights_.random().stream() + (1u << 26));
      std::size_t const changed =
          detail::rewire(self().data_, how, Projection::recurrent, own, rewired_++);
      if constexpr (Projection::has_eligibility)
        if (self().data_.modulation.on)
          self().data_.modulation.restart(self().data_.eligibility.steps_before(self().step_));
      return changed;
    });
  }
  /// How many weights lie in each of the bins, counted on the device; those outside count in the
  /// first and the last.
  std::vector<std::uint64_t> histogram(Bins const& bins) const {
    detail::naming(self().name_, [&] { bins.check(); });
    require(!self().data_.constant, self().name_,
            ": has one constant weight, of which no histogram is needed");
    self().catch_up();
    std::size_t const absent = Projection::shares_weights || self().data_.listed
                                   ? 0
                                   : self().storage() - self().synapses();
    return detail::count_weights<ExecutionSpace>(self().data_.weights, bins, absent);
  }
  /// Some synapses, by their positions in weights(), of which weights(sample) then fetches no more.
  auto sample(std::vector<std::size_t> const& synapses) const {
    require(!self().data_.constant, self().name_,
            ": has one constant weight, of which no sample is needed");
    std::vector<std::uint32_t> stored(self().data_.stored);
    std::iota(stored.begin(), stored.end(), 0u);
    auto const places = self().rows().to_canonical(stored);
    std::vector<std::uint32_t> chosen;
    for (std::size_t const k : synapses) {
      require(k < places.size(), self().name_, ": sample: there is no synapse ", k, " among ",
              places.size());
      chosen.push_back(places[k]);
    }
    return detail::WeightSample<Device, Real>(chosen);
  }
  std::vector<Real> weights(detail::WeightSample<Device, Real> const& sample) const {
    self().catch_up();
    return sample.of(self().data_.weights);
  }

 protected:
  /// What is kept beside the weights, where targets do not share them.
  void layout(detail::Arena& arena) {
    arena.array(sums_, "sums", static_cast<std::size_t>(self().data_.post_size));
  }

 private:
  Projection& self() { return static_cast<Projection&>(*this); }
  Projection const& self() const { return static_cast<Projection const&>(*this); }

  void check_total(char const* what, double total) const {
    detail::require_finite<Real>(total, self().name_, ": ", what, ": the sum");
    require(!self().data_.constant, self().name_,
            ": has one constant weight, which can't be normalised");
    require((total <= 0 || self().data_.high > 0) && (total >= 0 || self().data_.low < 0),
            self().name_, ": ", what, ": weights in [", self().data_.low, ", ", self().data_.high,
            "] can't add up to ", total);
  }

  Kokkos::View<Real*, Device> sums_;  // room for `normalise`
  std::uint64_t rewired_ = 0;         // how often
};

}  // namespace kosnn

#endif

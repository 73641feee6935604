#ifndef KOSNN_NEURONS_STOCHASTIC_HPP
#define KOSNN_NEURONS_STOCHASTIC_HPP

#include <Kokkos_Core.hpp>

#include "kosnn/kokkos/compat.hpp"
#include "kosnn/neurons/concept.hpp"
#include "kosnn/neurons/membrane.hpp"

namespace kosnn {

// Escape functions: the probability that a neuron of potential v fires in a step, as
// `Real operator()(Real v) const`; below 0 is never, above 1 always. An optional
// `void prepare(double dt)` validates parameters and derives constants (ms).

/// 1 - exp(-v), 0 for v < 0 (PySNN's StochasticNeuron); v without unit.
template <class Real = float>
struct PotentialEscape {
  KOKKOS_FUNCTION Real operator()(Real v) const { return v > 0 ? 1 - math::exp(-v) : Real(0); }
};

/// Escape at the rate rate_hz * exp((v - theta) / delta), in a step of dt with probability
/// 1 - exp(-rate dt) (Jolivet, Rauch, Luescher & Gerstner 2006, doi 10.1007/s10827-006-7074-5).
template <class Real = float>
class ExponentialEscape {
 public:
  ExponentialEscape() = default;
  /// `rate_hz`: the rate at v = theta; `theta` and `delta` in the unit of v.
  ExponentialEscape(double rate_hz, double theta, double delta)
      : rate_(rate_hz), theta_(theta), delta_(delta) {}
  void prepare(double dt) {
    require(std::isfinite(rate_) && rate_ >= 0,
            "escape: the rate must be finite and at least 0 Hz, got ", rate_);
    detail::require_finite<Real>(rate_ * dt / 1000, "escape: the rate in a step");
    detail::require_finite<Real>(theta_, "escape: theta");
    detail::require_positive<Real>(delta_, "escape: delta");
    k_mean_ = Real(rate_ * dt / 1000);
    k_theta_ = Real(theta_);
    k_delta_ = Real(delta_);
  }
  KOKKOS_FUNCTION Real operator()(Real v) const {
    return 1 - math::exp(-k_mean_ * math::exp((v - k_theta_) / k_delta_));
  }

 private:
  double rate_ = 1, theta_ = 0, delta_ = 1;
  Real k_mean_{}, k_theta_{}, k_delta_{};
};

/// LIF that fires at random: in each step with the probability that the escape function gives for
/// its potential; never while it is refractory. It has no threshold.
template <class Real = float, class Escape = PotentialEscape<Real>>
class StochasticLIF : public ThresholdNeuron<StochasticLIF<Real, Escape>, Real> {
  using Base = ThresholdNeuron<StochasticLIF<Real, Escape>, Real>;

 public:
  struct State {
    Real v;
    int refractory;  ///< steps left
  };
  using fields = Fields<&State::v, &State::refractory>;

  explicit StochasticLIF(Escape const& escape = {}) : escape_(escape) {}

  void prepare(double dt) {
    Base::prepare(dt);
    if constexpr (detail::HasPrepare<Escape>::value) escape_.prepare(dt);
  }
  KOKKOS_FUNCTION State initial() const { return {this->k_rest_, 0}; }
  KOKKOS_FUNCTION bool step(State& s, Real input, Site const& site) const {
    if (s.refractory > 0) {
      --s.refractory;
      return false;
    }
    s.v = this->after_step(s.v, input);
    bool const spike = site.uniform() < double(escape_(s.v));
    if (spike) this->fire(s);
    return spike;
  }

 private:
  using Base::threshold;

  Escape escape_;

 public:
  using parameters =
      detail::joined_fields<typename Base::parameters, Fields<&StochasticLIF::escape_>>;
};

}  // namespace kosnn

#endif

#ifndef KOSNN_LEARNING_NEUROMODULATOR_HPP
#define KOSNN_LEARNING_NEUROMODULATOR_HPP

#include <cmath>

#include "kosnn/core/error.hpp"

namespace kosnn {

/// A substance, such as dopamine, that the spikes of a population release and that then decays:
/// tau dn/dt = -n, and n grows by per_spike with each spike of any of its neurons. A rule with an
/// eligibility that is rewarded by it (ProjectionSpec::rewarded_by) receives, at every moment, the
/// reward n - baseline per ms (Izhikevich 2007, doi 10.1093/cercor/bhl152; NEST's
/// stdp_dopamine_synapse and volume_transmitter).
class Neuromodulator {
 public:
  /// Time constant in ms (default 200).
  Neuromodulator& tau(double ms) { return set(tau_, ms); }
  /// What a spike adds to the concentration (default 1).
  Neuromodulator& per_spike(double amount) { return set(per_spike_, amount); }
  /// The concentration without effect (default 0).
  Neuromodulator& baseline(double amount) { return set(baseline_, amount); }
  /// From a spike to its effect, in ms; 0, the default, is one step.
  Neuromodulator& delay(double ms) { return set(delay_, ms); }

  double tau() const { return tau_; }
  double per_spike() const { return per_spike_; }
  double baseline() const { return baseline_; }
  double delay() const { return delay_; }

  void check() const {
    require(std::isfinite(tau_) && tau_ > 0,
            "neuromodulator: tau must be finite and above 0 ms, "
            "got ",
            tau_);
    require(std::isfinite(per_spike_), "neuromodulator: per_spike must be finite, got ",
            per_spike_);
    require(std::isfinite(delay_) && delay_ >= 0,
            "neuromodulator: the delay must be at least 0 ms, got ", delay_);
    require(std::isfinite(baseline_), "neuromodulator: baseline must be finite, got ", baseline_);
  }

 private:
  Neuromodulator& set(double& member, double value) {
    member = value;
    return *this;
  }

  double tau_ = 200, per_spike_ = 1, baseline_ = 0, delay_ = 0;
};

}  // namespace kosnn

#endif

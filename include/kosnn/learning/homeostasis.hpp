#ifndef KOSNN_LEARNING_HOMEOSTASIS_HPP
#define KOSNN_LEARNING_HOMEOSTASIS_HPP

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "kosnn/core/error.hpp"

// Slow regulation of rates, between runs: what neurons fired in the last stretch of time says what
// is to change before the next.

namespace kosnn {

/// Synaptic scaling (van Rossum, Bi & Turrigiano 2000, doi 10.1523/JNEUROSCI.20-23-08812.2000, its
/// proportional part): all weights of a neuron follow dw/dt = strength w (target - rate), so that
/// their ratios stay. For Projection::scale_inputs.
class SynapticScaling {
 public:
  /// `target_hz`: the wanted rate; `strength` in 1 / (s Hz).
  SynapticScaling(double target_hz, double strength) : target_(target_hz), strength_(strength) {
    require(std::isfinite(target_) && target_ >= 0,
            "synaptic scaling: the rate must be finite and at least 0 Hz, got ", target_);
    require(std::isfinite(strength_) && strength_ >= 0,
            "synaptic scaling: strength must be finite and at least 0, got ", strength_);
  }
  /// By what the weights of each neuron are to be multiplied after `ms` in which it fired at its
  /// rate in Hz.
  std::vector<double> factors(std::vector<double> const& rates_hz, double ms) const {
    std::vector<double> all;
    all.reserve(rates_hz.size());
    for (double const hz : rates_hz)
      all.push_back(std::exp(strength_ * (target_ - hz) * ms / 1000));
    return all;
  }

 private:
  double target_, strength_;
};

/// Intrinsic plasticity: a current into each neuron follows dI/dt = strength (target - rate) within
/// bounds, so that neurons become more excitable where they fire too little. For
/// Population::set_input.
class IntrinsicPlasticity {
 public:
  /// `strength` in units of the input per (s Hz).
  IntrinsicPlasticity(double target_hz, double strength, double low, double high)
      : target_(target_hz), strength_(strength), low_(low), high_(high) {
    require(std::isfinite(target_) && target_ >= 0,
            "intrinsic plasticity: the rate must be finite and at least 0 Hz, got ", target_);
    require(std::isfinite(strength_) && strength_ >= 0,
            "intrinsic plasticity: strength must be finite and at least 0, got ", strength_);
    require(low_ <= high_, "intrinsic plasticity: [", low_, ", ", high_, "] is no interval");
  }
  /// The currents after `ms` in which neurons fired at their rates in Hz; they begin at 0, or the
  /// bound that is nearest.
  std::vector<double> const& currents(std::vector<double> const& rates_hz, double ms) {
    currents_.resize(rates_hz.size());
    for (std::size_t n = 0; n < currents_.size(); ++n)
      currents_[n] =
          std::clamp(currents_[n] + strength_ * (target_ - rates_hz[n]) * ms / 1000, low_, high_);
    return currents_;
  }

 private:
  double target_, strength_, low_, high_;
  std::vector<double> currents_;
};

}  // namespace kosnn

#endif

#ifndef KOSNN_EXAMPLES_CUSTOM_RULE_VOGELS_HPP
#define KOSNN_EXAMPLES_CUSTOM_RULE_VOGELS_HPP

#include <kosnn/kosnn.hpp>

/// Inhibitory plasticity that brings its target to a given rate (Vogels et al. 2011,
/// doi 10.1126/science.1211095). With traces x of the source and y of the target, inhibition grows
/// by eta (y - 2 target tau) at a presynaptic spike and by eta x at a postsynaptic one. Weights are
/// negative here: more inhibition is less weight.
struct Vogels {
  float eta = 0.01F;      ///< in the unit of the weight
  double target_hz = 5;   ///< rate at which inhibition no longer changes
  double tau = 20;        ///< of both traces, ms
  double strongest = -1;  ///< lower bound of the weights
  float alpha = 0;        ///< 2 target tau, set by the network

  void prepare(double) {
    kosnn::require(target_hz > 0, "target_hz must be a positive rate in Hz, got ", target_hz);
    alpha = static_cast<float>(2 * target_hz * tau / 1000);
  }
  kosnn::Trace pre_trace() const { return kosnn::all_to_all(kosnn::exact(tau)); }
  kosnn::Trace post_trace() const { return kosnn::all_to_all(kosnn::exact(tau)); }
  kosnn::Bounds bounds() const { return {strongest, 0}; }

  KOKKOS_FUNCTION float on_pre(float /*w*/, float y) const { return -eta * (y - alpha); }
  KOKKOS_FUNCTION float on_post(float /*w*/, float x) const { return -eta * x; }
};

#endif

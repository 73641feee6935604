#ifndef KOSNN_EXAMPLES_MICROCIRCUIT_PARAMETERS_HPP
#define KOSNN_EXAMPLES_MICROCIRCUIT_PARAMETERS_HPP

#include <array>
#include <cstddef>
#include <kosnn/core/slices.hpp>
#include <vector>

namespace microcircuit {

constexpr std::size_t parts = 8;
template <class T>
using PerPart = std::array<T, parts>;

/// The layers of 1 mm^2 of early sensory cortex, excitatory (E) and inhibitory (I) neurons.
extern PerPart<char const*> const names;
/// Rates in Hz at full size, which take part in scaling down (PyNEST's implementation).
extern PerPart<double> const full_rates;

constexpr bool is_excitatory(std::size_t part) { return part % 2 == 0; }

/// The network of Potjans & Diesmann (2014, doi 10.1093/cercor/bhs358). Times in ms, potentials in
/// mV, currents in pA.
///
/// At a `scale` below 1 there are fewer neurons and, in the same proportion, fewer synapses onto
/// each; weights grow by 1 / sqrt(scale), so that the recurrent input fluctuates as before (van
/// Albada, Helias & Diesmann 2015, doi 10.1371/journal.pcbi.1004490). Its mean then falls to
/// sqrt(scale) of what it was. The input from outside makes up for that: rate and weight of its
/// events change so that their mean differs by what is lost and their variance stays. (PyNEST's
/// implementation adds a constant current instead and scales the outer input like the recurrent.)
class Parameters {
 public:
  static constexpr double dt = 0.1;
  static constexpr double weight = 87.8;        ///< 0.15 mV at its peak
  static constexpr double inhibition = -4;      ///< inhibitory over excitatory weight
  static constexpr double weight_spread = 0.1;  ///< standard deviation over mean
  static constexpr double exc_delay = 1.5, inh_delay = 0.75;
  static constexpr double delay_spread = 0.5;  ///< standard deviation over mean
  static constexpr double outer_rate = 8;      ///< Hz, of each synapse from outside
  static constexpr double c_m = 250, tau_m = 10, tau_syn = 0.5, t_ref = 2;
  static constexpr double e_l = -65, v_th = -50, v_reset = -65;

  explicit Parameters(double scale = 1);

  double scale() const { return scale_; }
  /// The parts with their numbers of neurons.
  kosnn::Slices cells() const;
  /// Number of synapses from one part to another, drawn with replacement.
  long long synapses(std::size_t source, std::size_t target) const;
  long long synapses() const;
  /// Their mean weight.
  double mean_weight(std::size_t source, std::size_t target) const;
  /// Of all events from outside that reach one neuron of a part, Hz, and the weight of each.
  double outer_hz(std::size_t target) const;
  double outer_weight(std::size_t target) const;
  /// Mean and standard deviation of the potentials at the start.
  double start_mean(std::size_t part) const;
  double start_spread(std::size_t part) const;

 private:
  double outer_growth(std::size_t target) const;

  double scale_;
};

}  // namespace microcircuit

#endif

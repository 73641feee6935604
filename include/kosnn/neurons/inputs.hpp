#ifndef KOSNN_NEURONS_INPUTS_HPP
#define KOSNN_NEURONS_INPUTS_HPP

namespace kosnn {

/// What reaches a neuron in one step, for models whose excitatory and inhibitory synapses act
/// differently; others are given one sum.
template <class Real>
struct Inputs {
  Real excitatory;  ///< sum of the weights of the spikes that arrive over excitatory synapses, >= 0
  Real inhibitory;  ///< the same of inhibitory synapses, <= 0
  Real current;     ///< injected in this step, pA
};

/// What a model says of the members of its State to which its step() adds the excitatory input and
/// `Sign` times the inhibitory one (neurons/concept.hpp). Models that are derived from `Model` and
/// step otherwise don't inherit it.
template <class Model, auto Excitatory, auto Inhibitory, int Sign = 1>
struct Arrivals {
  using model = Model;
  static constexpr auto excitatory = Excitatory;
  static constexpr auto inhibitory = Inhibitory;
  static constexpr int sign = Sign;
};

}  // namespace kosnn

#endif

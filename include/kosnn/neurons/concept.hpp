#ifndef KOSNN_NEURONS_CONCEPT_HPP
#define KOSNN_NEURONS_CONCEPT_HPP

#include <Kokkos_Core.hpp>

#include <type_traits>
#include <utility>

#include "kosnn/core/fields.hpp"
#include "kosnn/core/random.hpp"
#include "kosnn/neurons/inputs.hpp"
#include "kosnn/neurons/per_neuron.hpp"
#include "kosnn/traces/trace.hpp"

// A neuron model is a plain struct:
//
//   struct MyNeuron {
//     struct State { float v; };                          // per neuron (and batch element)
//     using fields = kosnn::Fields<&State::v>;            // its members: storage, reset, recording
//     float decay = 0.9f, threshold = 1;                  // parameters, any names
//     KOKKOS_FUNCTION State initial() const { return {0}; }
//     KOKKOS_FUNCTION bool step(State& s, float input) const {   // true = spike
//       s.v = decay * s.v + input;
//       if (s.v < threshold) return false;
//       s.v = 0;
//       return true;
//     }
//   };
//
// `input` is the sum of the weights of the spikes that arrive in this step. A model whose
// excitatory and inhibitory synapses differ takes `kosnn::Inputs<float> const&` instead: a
// projection then leads to one of the two, as the sign of its weights says. A stochastic model
// takes a third argument, `kosnn::Site const&`.
//
// Optional members:
//   void prepare(double dt)                    host: validate parameters, derive constants (ms)
//   KOKKOS_FUNCTION void fire(State&) const    what a spike does to the state, for one that is
//                                              forced (Population::force)
//   using parameters = kosnn::Fields<&MyNeuron::decay, &MyNeuron::threshold>;
//                                              the members that step, initial and fire read: with
//                                              per_neuron they are kept for each neuron, any other
//                                              is that of neuron 0
//   using arrivals = kosnn::Arrivals<MyNeuron, &State::g_ex, &State::g_in, -1>;
//                                              of one that takes Inputs: the members, among the
//                                              fields, to which step() adds in.excitatory and -1
//                                              times in.inhibitory (1 without the last). It does so
//                                              after all else, uses its inputs for nothing else,
//                                              and fire() leaves these members alone. A CPU may
//                                              then step it without inputs and add the weights of
//                                              spikes one by one, which takes less time and is
//                                              rounded otherwise
//   KOKKOS_FUNCTION float value(State const&) const
//                                              what the spike that step has just reported carries:
//                                              targets receive it times the weight (Relay)
//   kosnn::Trace presynaptic_trace() const     host: each synapse subtracts this trace of its
//                                              source, as seen at the synapse, from the input in
//                                              every step (Fede)

namespace kosnn {

/// Which neuron is being stepped, and random numbers of its own.
struct Site {
  RandomStream random;
  std::uint64_t random_step;  ///< steps since construction
  std::uint64_t step;         ///< steps since construction or the last reset_state()
  int neuron;
  int batch;

  /// Uniform in [0, 1); `draw` < 1024 tells draws of one step apart, four of them cost one block.
  KOKKOS_FUNCTION double uniform(int draw = 0) const {
    std::uint32_t w[4];
    random.words(static_cast<std::uint32_t>(neuron),
                 random_step + (static_cast<std::uint64_t>(draw / 4) << 38),
                 static_cast<std::uint32_t>(batch), w);
    return w[draw % 4] * 0x1p-32;
  }
};

namespace detail {

template <class Model, class = void>
struct HasFields : std::false_type {};
template <class Model>
struct HasFields<Model, std::void_t<typename Model::State, typename Model::fields>>
    : std::true_type {};

template <class Model, class = void>
struct HasInitial : std::false_type {};
template <class Model>
struct HasInitial<Model,
                  std::enable_if_t<std::is_same_v<decltype(std::declval<Model const&>().initial()),
                                                  typename Model::State>>> : std::true_type {};

/// Whether a model steps with `Input` (and `More`).
template <class Model, class Input, class Enable, class... More>
struct Steps : std::false_type {};
template <class Model, class Input, class... More>
struct Steps<Model, Input,
             std::enable_if_t<std::is_same_v<decltype(std::declval<Model const&>().step(
                                                 std::declval<typename Model::State&>(),
                                                 std::declval<Input>(), std::declval<More>()...)),
                                             bool>>,
             More...> : std::true_type {};

/// Whether a model is given excitatory and inhibitory input apart.
template <class Model, class Real>
constexpr bool takes_two_inputs = Steps<Model, Inputs<Real> const&, void>::value ||
                                  Steps<Model, Inputs<Real> const&, void, Site const&>::value;
template <class Model, class Real>
using InputOf = std::conditional_t<takes_two_inputs<Model, Real>, Inputs<Real>, Real>;
template <class Model, class Real>
constexpr bool steps_with_site =
    Steps<Model, InputOf<Model, Real> const&, void, Site const&>::value;
template <class Model, class Real>
constexpr bool steps =
    Steps<Model, InputOf<Model, Real> const&, void>::value || steps_with_site<Model, Real>;

template <class Model, class = void>
struct HasPrepare : std::false_type {};
template <class Model>
struct HasPrepare<Model, std::void_t<decltype(std::declval<Model&>().prepare(1.0))>>
    : std::true_type {};

template <class Model, class = void>
struct HasFire : std::false_type {};
template <class Model>
struct HasFire<Model, std::void_t<decltype(std::declval<Model const&>().fire(
                          std::declval<typename Model::State&>()))>> : std::true_type {};

template <class Model, class Real, class = void>
struct HasValue : std::false_type {};
template <class Model, class Real>
struct HasValue<Model, Real,
                std::enable_if_t<std::is_same_v<decltype(std::declval<Model const&>().value(
                                                    std::declval<typename Model::State const&>())),
                                                Real>>> : std::true_type {};

/// Whether a model has a membrane potential: a member v of its State, among the fields.
template <class Model, class Real, class = void>
struct HasPotential : std::false_type {};
template <class Model, class Real>
struct HasPotential<Model, Real, std::enable_if_t<std::is_same_v<decltype(Model::State::v), Real>>>
    : std::bool_constant<(field_index<&Model::State::v>(typename Model::fields{}) <
                          Model::fields::size)> {};

/// Whether a model names the members to which it adds its inputs, and the sign of the inhibitory.
template <class Model, class = void>
struct ArrivalsOf {
  static constexpr bool named = false;
  static constexpr int sign = 1;
};
template <class Model>
struct ArrivalsOf<Model, std::enable_if_t<std::is_same_v<typename Model::arrivals::model, Model>>> {
  static constexpr bool named = true;
  static constexpr int sign = Model::arrivals::sign;
};
template <class Model, class Real>
constexpr bool fine_arrivals() {
  if constexpr (ArrivalsOf<Model>::named) {
    using Members = typename Model::arrivals;
    constexpr auto ex = Members::excitatory, in = Members::inhibitory;
    using Listed = typename Model::fields;
    return takes_two_inputs<Model, Real> && std::is_same_v<member_value_t<ex>, Real> &&
           std::is_same_v<member_value_t<in>, Real> && !same_member<ex, in>() &&
           field_index<ex>(Listed{}) < Listed::size && field_index<in>(Listed{}) < Listed::size &&
           Members::sign * Members::sign == 1;
  } else {
    return true;
  }
}

template <class Model, class = void>
struct HasPresynapticTrace : std::false_type {};
template <class Model>
struct HasPresynapticTrace<
    Model, std::enable_if_t<
               std::is_same_v<decltype(std::declval<Model const&>().presynaptic_trace()), Trace>>>
    : std::true_type {};

/// Members of a model that differ between the neurons of a population declared with `Given`.
template <class Given, class = void>
struct Parameters {
  using type = Fields<>;
  static constexpr bool listed = false;
};
template <class Model>
struct Parameters<PerNeuron<Model>, std::void_t<typename Model::parameters>> {
  using type = typename Model::parameters;
  static constexpr bool listed = true;
};

template <class Model, class Real, class = void>
struct ModelReal {
  using type = Real;
};
template <class Model, class Real>
struct ModelReal<Model, Real, std::void_t<typename Model::real>> {
  using type = typename Model::real;
};

/// Whether a population declared with `Given` can hold its parameters.
template <class Given>
constexpr bool check_parameters() {
  constexpr bool fine = !NeuronModel<Given>::varies || Parameters<Given>::listed;
  static_assert(fine,
                "koSNN: per_neuron takes a neuron model that lists the members that its step() "
                "reads: `using parameters = kosnn::Fields<&Model::a, ...>;`");
  return fine;
}

/// One sentence per requirement on a neuron model; false after any of them failed.
template <class Model, class Real>
constexpr bool check_neuron() {
  constexpr bool fields = HasFields<Model>::value;
  static_assert(fields,
                "koSNN: a neuron model needs a nested `struct State` and "
                "`using fields = kosnn::Fields<&State::a, ...>;`");
  if constexpr (fields) {
    constexpr bool initial = HasInitial<Model>::value;
    static_assert(initial, "koSNN: a neuron model needs `State initial() const`");
    constexpr bool step = steps<Model, Real>;
    static_assert(step,
                  "koSNN: a neuron model needs `bool step(State&, Real input) const` "
                  "(or with `kosnn::Inputs<Real> const&`, or with a third argument "
                  "`kosnn::Site const&`), marked KOKKOS_FUNCTION");
    constexpr bool subtracts = !HasPresynapticTrace<Model>::value || !takes_two_inputs<Model, Real>;
    static_assert(subtracts,
                  "koSNN: a neuron model with a presynaptic_trace takes one input, not Inputs");
    constexpr bool real = std::is_same_v<typename ModelReal<Model, Real>::type, Real>;
    static_assert(real,
                  "koSNN: the neuron model and the network differ in precision; write for example "
                  "make_network<Device, double>(...) with LIF<double>{}");
    constexpr bool arrivals = fine_arrivals<Model, Real>();
    static_assert(arrivals,
                  "koSNN: `arrivals` of a neuron model that takes Inputs names two different "
                  "members among its fields, of the network's precision, and a sign of 1 or -1");
    return initial && step && subtracts && real && arrivals;
  } else {
    return false;
  }
}

}  // namespace detail
}  // namespace kosnn

#endif

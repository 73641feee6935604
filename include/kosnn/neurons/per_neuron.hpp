#ifndef KOSNN_NEURONS_PER_NEURON_HPP
#define KOSNN_NEURONS_PER_NEURON_HPP

#include <cmath>
#include <cstdint>
#include <functional>
#include <type_traits>
#include <utility>

#include "kosnn/core/error.hpp"
#include "kosnn/core/random.hpp"

namespace kosnn {

/// One neuron while its parameters are chosen: its number, and random numbers of its own, which
/// depend on the seed, the population and the number alone.
class Neuron {
 public:
  Neuron(int index, RandomStream const& random) : index_(index), random_(random) {}

  /// Row-major number within the population.
  int index() const { return index_; }
  /// The next random number: uniform in [low, high).
  double uniform(double low, double high) {
    require(std::isfinite(low) && std::isfinite(high) && low <= high,
            "uniform needs finite low <= high, got ", low, " and ", high);
    return low + (high - low) * random_.uniform(static_cast<std::uint32_t>(index_), next());
  }
  /// The next random number: normal.
  double normal(double mean, double sd) {
    require(std::isfinite(mean) && std::isfinite(sd) && sd >= 0,
            "normal needs a finite mean and sd >= 0, got ", mean, " and ", sd);
    return mean + sd * random_.normal(static_cast<std::uint32_t>(index_), next());
  }

 private:
  /// Draws of models (Site) stay below 2^47.
  std::uint64_t next() { return (std::uint64_t(1) << 47) + drawn_++; }

  int index_;
  RandomStream random_;
  std::uint32_t drawn_ = 0;
};

/// A neuron model with parameters that differ between neurons; see `per_neuron`.
template <class ModelType>
struct PerNeuron {
  std::function<ModelType(Neuron&)> make;
};

/// A neuron model whose parameters are chosen for each neuron: `f` is called on the host once for
/// each, in order, when the network is made, and returns a model:
///   population(Exc{}, per_neuron([](Neuron n) { return LIF<>{}.threshold(n.normal(1, 0.1)); }),
///   ...)
/// The population is one of that model in all else. The model says which of its members are kept
/// for each neuron, those that `step`, `initial` and `fire` read (neurons/concept.hpp).
template <class F>
auto per_neuron(F f) {
  constexpr bool callable = std::is_invocable_v<F&, Neuron&>;
  static_assert(callable,
                "koSNN: per_neuron takes a function of a kosnn::Neuron that returns a model, as in "
                "per_neuron([](Neuron n) { return LIF<>{}.threshold(n.uniform(1, 2)); })");
  if constexpr (callable)
    return PerNeuron<std::decay_t<std::invoke_result_t<F&, Neuron&>>>{std::move(f)};
}

namespace detail {

/// The model of a population declared with `Given`, and whether its neurons differ.
template <class Given>
struct NeuronModel {
  using type = Given;
  static constexpr bool varies = false;
};
template <class Model>
struct NeuronModel<PerNeuron<Model>> {
  using type = Model;
  static constexpr bool varies = true;
};

}  // namespace detail
}  // namespace kosnn

#endif

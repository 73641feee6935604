#ifndef KOSNN_TESTS_UNIT_NEURON_COURSES_HPP
#define KOSNN_TESTS_UNIT_NEURON_COURSES_HPP

#include <array>
#include <boost/numeric/odeint/stepper/runge_kutta4.hpp>
#include <cstddef>
#include <random>
#include <vector>

#include "kosnn/neurons/inputs.hpp"

// Neurons alone, without a network, and converged references to compare them with.

namespace kosnn_test {

/// Steps a model and keeps its states, potential and spikes (by step).
template <class Model>
struct Course {
  std::vector<typename Model::State> states;
  std::vector<double> v;
  std::vector<std::size_t> spikes;

  Course(Model model, double dt, std::vector<kosnn::Inputs<double>> const& inputs) {
    using Real = typename Model::real;
    model.prepare(dt);
    auto s = model.initial();
    for (std::size_t t = 0; t < inputs.size(); ++t) {
      kosnn::Inputs<Real> const in{static_cast<Real>(inputs[t].excitatory),
                                   static_cast<Real>(inputs[t].inhibitory),
                                   static_cast<Real>(inputs[t].current)};
      if (model.step(s, in)) spikes.push_back(t);
      states.push_back(s);
      v.push_back(static_cast<double>(s.v));
    }
  }
};

/// The classical Runge-Kutta method of Boost.odeint with many substeps. (Its methods of higher
/// order, which have negative coefficients, run away where exponentials explode.)
template <class Slopes, std::size_t N, class After>
void integrate_closely(Slopes const& slopes, double dt, int substeps, std::array<double, N>& y,
                       After const& after) {
  using State = std::array<double, N>;
  boost::numeric::odeint::runge_kutta4<State> stepper;
  auto const system = [&](State const& at, State& slope, double) { slope = slopes(at); };
  for (int n = 0; n < substeps; ++n) {
    stepper.do_step(system, y, 0.0, dt / substeps);
    after(y);
  }
}
template <class Slopes, std::size_t N>
void integrate_closely(Slopes const& slopes, double dt, int substeps, std::array<double, N>& y) {
  integrate_closely(slopes, dt, substeps, y, [](std::array<double, N>&) {});
}

/// Spikes at random, of random weights around those given, and a current that wanders.
inline std::vector<kosnn::Inputs<double>> irregular(std::size_t steps, double excitatory,
                                                    double inhibitory, double current) {
  std::mt19937 random(7);
  std::uniform_real_distribution<double> uniform(0, 1);
  std::vector<kosnn::Inputs<double>> inputs(steps);
  double level = 0;
  for (auto& in : inputs) {
    if (uniform(random) < 0.05)
      in.excitatory = static_cast<float>(2 * excitatory * uniform(random));
    if (uniform(random) < 0.05)
      in.inhibitory = static_cast<float>(-2 * inhibitory * uniform(random));
    if (uniform(random) < 0.02) level = static_cast<float>(2 * current * uniform(random));
    in.current = level;
  }
  return inputs;
}

}  // namespace kosnn_test

#endif

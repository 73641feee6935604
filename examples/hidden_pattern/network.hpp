#ifndef KOSNN_EXAMPLES_HIDDEN_PATTERN_NETWORK_HPP
#define KOSNN_EXAMPLES_HIDDEN_PATTERN_NETWORK_HPP

#include <cmath>
#include <cstdint>
#include <kosnn/kosnn.hpp>

namespace hidden_pattern {

struct Afferents {};
struct Cell {};

/// The leaky neuron as a spike response model (Gerstner, Ritz & van Hemmen 1993): a spike adds
/// w K (exp(-t / tau_m) - exp(-t / tau_s)), K so that the maximum is w; where the potential reaches
/// the threshold T, all that came before is gone, and T (K1 exp(-t / tau_m) - K2 (exp(-t / tau_m) -
/// exp(-t / tau_s))) remains.
class ResponseNeuron {
 public:
  struct State {
    float slow, fast;  ///< parts of the potential that relax with tau_m and tau_s
    int refractory;    ///< steps left in which it can't fire, while that potential is high
  };
  using fields = kosnn::Fields<&State::slow, &State::fast, &State::refractory>;
  static constexpr double tau_m = 10, tau_s = 2.5, threshold = 500, k1 = 2, k2 = 4, t_ref = 1;

  void prepare(double dt) {
    k_slow_ = static_cast<float>(std::exp(-dt / tau_m));
    k_fast_ = static_cast<float>(std::exp(-dt / tau_s));
    double const peak = tau_m * tau_s / (tau_m - tau_s) * std::log(tau_m / tau_s);
    k_input_ = static_cast<float>(1 / (std::exp(-peak / tau_m) - std::exp(-peak / tau_s)));
    refractory_ = static_cast<int>(std::ceil(t_ref / dt));
  }
  KOKKOS_FUNCTION State initial() const { return {0, 0, 0}; }
  KOKKOS_FUNCTION bool step(State& s, float input) const {
    s.slow = s.slow * k_slow_ + k_input_ * input;
    s.fast = s.fast * k_fast_ - k_input_ * input;
    if (s.refractory > 0) {
      --s.refractory;
      return false;
    }
    if (s.slow + s.fast < float(threshold)) return false;
    fire(s);
    return true;
  }
  KOKKOS_FUNCTION void fire(State& s) const {
    s.slow = float(threshold * (k1 - k2));
    s.fast = float(threshold * k2);
    s.refractory = refractory_;
  }

 private:
  float k_slow_ = 0, k_fast_ = 0, k_input_ = 1;
  int refractory_ = 0;
};

/// One neuron that all afferents lead to, with additive STDP of neighbouring spikes. Which of two
/// spikes in a step was the first is not known; taken to be pairs, they would all strengthen, which
/// outweighs the small surplus of depression that the rule has at chance.
template <class Device>
auto make(int afferents, double dt, std::uint64_t seed) {
  using namespace kosnn;
  auto const rule =
      PostCentredStdp<>{}.a_plus(0.03125).a_minus(0.85 * 0.03125).tau_plus(16.8).tau_minus(33.7);
  return make_network<Device>(
      Config{}.dt(dt).seed(seed), population(Afferents{}, SpikeArraySource{}, Shape{afferents}),
      population(Cell{}, ResponseNeuron{}, Shape{1}),
      project(Afferents{}, Cell{}, Dense{}, weights::uniform(0, 1), rule).ignore_coincidences());
}

}  // namespace hidden_pattern

#endif

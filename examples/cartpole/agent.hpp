#ifndef KOSNN_EXAMPLES_CARTPOLE_AGENT_HPP
#define KOSNN_EXAMPLES_CARTPOLE_AGENT_HPP

#include <cstddef>
#include <cstdint>
#include <kosnn/kosnn.hpp>
#include <numeric>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "cartpole/environment.hpp"

namespace cartpole {

struct Box {};
struct Noise {};
struct Actor {};
struct Critic {};

/// Integrate-and-fire neuron that loses its threshold of 1 at a spike instead of all its potential:
/// its rate is proportional to its input.
struct Integrator {
  struct State {
    float v;
  };
  using fields = kosnn::Fields<&State::v>;

  KOKKOS_FUNCTION State initial() const { return {0}; }
  KOKKOS_FUNCTION bool step(State& s, float input) const {
    s.v += input;
    if (s.v < 1) return false;
    s.v -= 1;
    return true;
  }
};

constexpr int window = 20;            ///< ms, one step of control
constexpr int actors = 10;            ///< neurons, the first half for left
constexpr int critics = 20;           ///< neurons
constexpr double actor_limit = 0.35;  ///< the largest weight onto an actor
constexpr double critic_limit = 0.5;  ///< the largest weight onto a critic neuron: spikes per ms
constexpr double discount = 0.95;     ///< of what comes one step of control later

/// Actors of one direction inhibit those of the other.
inline kosnn::Weights rivalry() {
  std::vector<double> w;
  for (int pre = 0; pre < actors; ++pre)
    for (int post = 0; post < actors; ++post)
      w.push_back(2 * pre / actors == 2 * post / actors ? 0 : -1);
  return kosnn::weights::array(w);
}

/// Spikes that coincide within about 10 ms make a synapse eligible, for about 100 ms.
inline kosnn::Mstdpet<> rule(double rate, double limit) {
  return kosnn::Mstdpet<>{}
      .tau_plus(10)
      .a_plus(1)
      .a_minus(0)
      .eligibility(kosnn::exact(100))
      .rate(rate)
      .clamp(0, limit);
}

/// The neuron of the cart's box fires in each ms. Two rival groups of noisy actors choose the
/// direction; the rate of the critic is the expected reward.
template <class Device>
auto make_balancer(std::uint64_t seed) {
  using namespace kosnn;
  return make_network<Device>(
      Config{}.seed(seed),                                             //
      population(Box{}, Input{}, Shape{boxes}),                        //
      population(Noise{}, PoissonSource{}, Shape{actors}),             //
      population(Actor{}, LIF<>{}.membrane(exact(5)), Shape{actors}),  //
      population(Critic{}, Integrator{}, Shape{critics}),              //
      project(Box{}, Actor{}, Dense{}, weights::constant(actor_limit / 2),
              rule(0.001, actor_limit)),
      project(Noise{}, Actor{}, OneToOne{}, weights::constant(0.3)),
      project(Actor{}, Actor{}, Dense{}, rivalry(), delays::constant(1)),
      project(Box{}, Critic{}, Dense{}, weights::uniform(critic_limit / 4, 3 * critic_limit / 4),
              delays::none(), rule(0.0005, critic_limit)));
}

/// Balances the pole: an actor and a critic that learn by one rule from one signal, the difference
/// between what came and what the critic expected (Fremaux, Sprekeler & Gerstner 2013,
/// doi 10.1371/journal.pcbi.1003024).
template <class Device>
class Agent {
 public:
  using Network = decltype(make_balancer<Device>(0));

  explicit Agent(std::uint64_t seed)
      : net_(make_balancer<Device>(seed)),
        counter_(net_.record(Actor{}, kosnn::SpikeCounts{})),
        coin_(seed, 0x636f696e) {
    net_.get(Noise{}).set_rates(std::vector<double>(actors, 200));
  }

  void learning(bool on) {
    net_.projection(Box{}, Actor{}).learning(on);
    net_.projection(Box{}, Critic{}).learning(on);
  }

  /// Before an episode: forgets what happened, not what was learned.
  void begin() {
    net_.reset_state();
    expected_.reset();
  }

  /// One step of control: shows the state for 20 ms and returns the direction that wins, -1 (left)
  /// or 1. Only now is it known what to expect of the action before, so it is rewarded now.
  int act(State const& state) {
    std::uint64_t const before = net_.get(Critic{}).spikes();
    show(state);
    auto const spikes = static_cast<double>(net_.get(Critic{}).spikes() - before);
    double const value = spikes / (critics * (window - 1) * critic_limit);
    reward(1, value);
    expected_ = value;
    return winner();
  }

  /// The last action ended the episode: nothing more is to be expected.
  void fail() { reward(1, 0); }

  Network& network() { return net_; }
  /// Simulated time so far in ms.
  double biological_ms() const { return static_cast<double>(actions_) * window; }

 private:
  /// The state for all but the last ms, in which inhibition that is under way arrives; the actors
  /// are brought to rest before and after that, so that no decision starts with a favourite.
  void show(State const& state) {
    std::vector<float> input(boxes);
    input[static_cast<std::size_t>(box(state))] = 1;
    counter_.clear();
    net_.get(Box{}).set_values(input);
    net_.run(window - 1);
    bring_to_rest();
    net_.get(Box{}).set_values(std::vector<float>(boxes));
    net_.run(1);
    bring_to_rest();
    ++actions_;
  }
  void bring_to_rest() {
    net_.get(Actor{}).template set_field<&kosnn::LIF<>::State::v>(std::vector<float>(actors));
  }

  /// The direction whose actors fired more often; a tie is broken by chance.
  int winner() const {
    auto const counts = counter_.counts();
    auto const middle = counts.begin() + actors / 2;
    auto const left = std::accumulate(counts.begin(), middle, 0U);
    auto const right = std::accumulate(middle, counts.end(), 0U);
    if (left == right) return coin_.uniform(0, actions_) < 0.5 ? -1 : 1;
    return left > right ? -1 : 1;
  }

  /// Tells all synapses by how much the last action turned out better than expected (temporal
  /// difference): its reward and, discounted, what is expected now; the unit is the value of an
  /// endless series of rewards of 1.
  void reward(double came, double expected_now) {
    if (!expected_) return;  // no action yet
    double const surprise = (1 - discount) * came + discount * expected_now - *expected_;
    net_.projection(Box{}, Actor{}).reward(surprise);
    net_.projection(Box{}, Critic{}).reward(surprise);
  }

  Network net_;
  kosnn::SpikeCounter<std::decay_t<decltype(std::declval<Network&>().get(Actor{}))>>& counter_;
  kosnn::RandomStream coin_;
  std::optional<double> expected_;  // of the last state, from 0 to 1
  std::uint64_t actions_ = 0;
};

}  // namespace cartpole

#endif

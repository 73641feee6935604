// Rules on sparse synapses, whose postsynaptic half is worked out late: weights, and what is
// delivered in every step, against a loop over the events at each synapse, in double.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::config;

struct Pre {};
struct Driver {};
struct Post {};

constexpr double dt = 0.5;
constexpr int sources = 29, targets = 21;

template <class Device>
class SparseLearning : public ::testing::Test {};
TYPED_TEST_SUITE(SparseLearning, kosnn_test::Devices);

struct Case {
  Delays delays = delays::constant(1.5);
  int steps = 70;
  double pre_probability = 0.1, post_probability = 0.1;
  Trace::Spikes pairing = Trace::Spikes::all_to_all;
  bool first = false, strict = false, dendritic = false;
  double part_ms = -1;  // of the delay that is dendritic; -1: all
};

/// Steps in which each neuron fires.
std::vector<std::vector<int>> trains_of(kosnn_test::SpikeList const& list, int size) {
  std::vector<std::vector<int>> trains(static_cast<std::size_t>(size));
  for (std::size_t k = 0; k < list.times.size(); ++k)
    trains[static_cast<std::size_t>(list.neurons[k])].push_back(
        static_cast<int>(std::lround(list.times[k] / dt)));
  return trains;
}

/// What the spikes of a train that reach a place `late` steps after they were fired have left there
/// in `step`; those of the step itself count where `present`.
double trace_at(std::vector<int> const& train, int late, int step, double tau,
                Trace::Spikes pairing, bool present) {
  double z = 0;
  for (int const s : train)
    if (s + late < step || (present && s + late == step)) {
      double const left = std::exp(-(step - s - late) * dt / tau);
      z = pairing == Trace::Spikes::nearest ? left : z + left;
    }
  return z;
}

bool fires(std::vector<int> const& train, int step) {
  return std::find(train.begin(), train.end(), step) != train.end();
}

/// Pair STDP with weight dependence.
struct Pairs {
  static auto rule(Trace::Spikes pairing) {
    return PairStdp<double, Multiplicative>{}
        .a_plus(0.03)
        .a_minus(0.04)
        .tau_plus(7)
        .tau_minus(11)
        .offset(0.1)
        .clamp(0.1, 0.9)
        .pairing(pairing);
  }
  static constexpr double tau_plus = 7, tau_minus = 11, tau_x = 1, tau_y = 1;
  static double down(double w, double o1, double) { return -0.04 * (w - 0.1) * o1; }
  static double up(double w, double r1, double) { return 0.03 * (0.9 - w) * (r1 - 0.1); }
};
struct Triplets {
  static auto rule(Trace::Spikes pairing) {
    return TripletStdp<double>{}
        .a2_plus(0.01)
        .a3_plus(0.02)
        .a2_minus(0.015)
        .a3_minus(0.012)
        .tau_plus(7)
        .tau_minus(11)
        .tau_x(15)
        .tau_y(23)
        .clamp(0.1, 0.9)
        .pairing(pairing);
  }
  static constexpr double tau_plus = 7, tau_minus = 11, tau_x = 15, tau_y = 23;
  static double down(double, double o1, double r2) { return -o1 * (0.015 + 0.012 * r2); }
  static double up(double, double r1, double o2) { return r1 * (0.01 + 0.02 * o2); }
};

/// One synapse: adds what it delivers in each step to `delivered`; returns its weight at the end.
template <class Rule>
double learnt(Case const& k, std::vector<int> const& pre, std::vector<int> const& post, int delay,
              double w, std::vector<double>& delivered) {
  int const dendrite =
      !k.dendritic ? 0 : (k.part_ms < 0 ? delay : static_cast<int>(std::lround(k.part_ms / dt)));
  int const axon = delay - dendrite;
  auto const clamp = [](double x) { return std::min(std::max(x, 0.1), 0.9); };
  for (int t = 0; t < k.steps - dendrite; ++t) {  // at the synapse
    if (fires(pre, t - axon)) {
      double& sum = delivered[static_cast<std::size_t>(t + dendrite)];
      if (!k.first) sum += w;
      w = clamp(
          w + Rule::down(
                  w, trace_at(post, dendrite, t, Rule::tau_minus, k.pairing, !k.first && !k.strict),
                  trace_at(pre, axon, t, Rule::tau_x, k.pairing, false)));
      if (k.first) sum += w;
    }
    if (fires(post, t - dendrite))
      w = clamp(w + Rule::up(w, trace_at(pre, axon, t, Rule::tau_plus, k.pairing, !k.strict),
                             trace_at(post, dendrite, t, Rule::tau_y, k.pairing, false)));
  }
  return w;
}

template <class Device, class Rule>
void expect_learning(Case const& k) {
  auto plastic = project(Pre{}, Post{}, sparse::total(190), weights::uniform(0.2, 0.8), k.delays,
                         Rule::rule(k.pairing));
  if (k.first) plastic.learn_before_delivery();
  if (k.strict) plastic.ignore_coincidences();
  if (k.dendritic && k.part_ms < 0) plastic.dendritic();
  if (k.dendritic && k.part_ms >= 0) plastic.dendritic(k.part_ms);
  auto net = make_network<Device, double>(
      config().dt(dt), population(Pre{}, SpikeArraySource{}, Shape{sources}),
      population(Driver{}, SpikeArraySource{}, Shape{targets}),
      population(Post{}, kosnn_test::Puppet<double>{}, Shape{targets}), plastic,
      project(Driver{}, Post{}, OneToOne{}, weights::constant(1000)));
  auto const a = kosnn_test::random_spikes(sources, 1, k.steps, dt, k.pre_probability, 1);
  auto const b = kosnn_test::random_spikes(targets, 1, k.steps, dt, k.post_probability, 2);
  net.get(Pre{}).set_spikes(a.neurons, a.times);
  net.get(Driver{}).set_spikes(b.neurons, b.times);
  auto& synapses = net.projection(Pre{}, Post{});
  auto const before = synapses.weights(), delays = synapses.delays();
  auto const from = synapses.sources(), to = synapses.targets();
  auto const& input = net.record(Post{}, Field<&kosnn_test::Puppet<double>::State::input>{}, dt);
  net.run(k.steps * dt);
  auto const after = synapses.weights();
  auto const pre = trains_of(a, sources), post = trains_of(b, targets);
  std::vector<std::vector<double>> delivered(
      targets, std::vector<double>(static_cast<std::size_t>(k.steps + 64)));
  for (std::size_t s = 0; s < before.size(); ++s) {
    auto const target = static_cast<std::size_t>(to[s]);
    double const w =
        learnt<Rule>(k, pre[static_cast<std::size_t>(from[s])], post[target],
                     static_cast<int>(std::lround(delays[s] / dt)), before[s], delivered[target]);
    ASSERT_NEAR(after[s], w, 1e-12) << "synapse " << s << " of delay " << delays[s];
  }
  for (int t = 0; t < k.steps; ++t)
    for (int n = 0; n < targets; ++n) {
      double const driven = fires(post[static_cast<std::size_t>(n)], t) ? 1000 : 0;
      ASSERT_NEAR(input.values()[static_cast<std::size_t>(t * targets + n)],
                  driven + delivered[static_cast<std::size_t>(n)][static_cast<std::size_t>(t)],
                  1e-10)
          << "neuron " << n << " in step " << t;
    }
}

/// Few and many spikes on each side, in every order of events and form of delay.
template <class Device, class Rule>
void expect_all() {
  struct Rates {
    double pre, post;
  };
  int number = 0;
  for (Rates const rates : {Rates{0.1, 0.1}, {0.02, 0.6}, {0, 1}, {1, 1}, {1, 0}, {0.5, 0.03}})
    for (auto const& delays : {delays::constant(0.5), delays::uniform(1, 6)})
      for (int const order : {0, 1, 2, 3})
        for (double const part : {-2.0, -1.0, 0.5}) {
          bool const nearest = ++number % 2 == 0;
          Case k;
          k.delays = delays;
          k.pre_probability = rates.pre;
          k.post_probability = rates.post;
          if (nearest) k.pairing = Trace::Spikes::nearest;
          k.first = order % 2 == 1;
          k.strict = order / 2 == 1;
          k.dendritic = part > -2;
          k.part_ms = part;
          SCOPED_TRACE("rates " + std::to_string(rates.pre) + " and " + std::to_string(rates.post) +
                       ", delays of kind " +
                       std::to_string(static_cast<int>(delays.values.kind())) + ", order " +
                       std::to_string(order) + ", dendritic " + std::to_string(part) +
                       ", nearest " + std::to_string(nearest));
          expect_learning<Device, Rule>(k);
          if (::testing::Test::HasFatalFailure()) return;
        }
}

TYPED_TEST(SparseLearning, Pairs) { expect_all<TypeParam, Pairs>(); }
TYPED_TEST(SparseLearning, Triplets) { expect_all<TypeParam, Triplets>(); }

}  // namespace

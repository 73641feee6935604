// Rules of pairs and triplets, orders of events and places of delays: weights, and what is
// delivered in every step, against a loop over the events at each synapse, in double. On sparse
// synapses the postsynaptic half of a rule is worked out late, on others at once.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "synapse_ends.hpp"
#include "testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::config;

struct Pre {};
struct Driver {};
struct Post {};

constexpr double dt = 0.5;
constexpr int sources = 23, targets = 17;

template <class Device>
class SparseLearning : public ::testing::Test {};
TYPED_TEST_SUITE(SparseLearning, kosnn_test::Devices);

struct Case {
  Delays delays = delays::constant(1.5);
  int steps = 55, batch = 1;
  double pre_probability = 0.1, post_probability = 0.1;
  Trace::Spikes pairing = Trace::Spikes::all_to_all;
  bool first = false, strict = false, dendritic = false;
  double part_ms = -1;  // of the delay that is dendritic; -1: all
};

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
  double const sign = w < 0 ? -1 : 1;
  auto const clamp = [sign](double x) { return sign * std::min(std::max(sign * x, 0.1), 0.9); };
  bool const spikes_first = k.strict && dendrite > 0;
  auto const learn_from_spike = [&](int t) {
    if (fires(post, t - dendrite))
      w = clamp(w + Rule::up(w, trace_at(pre, axon, t, Rule::tau_plus, k.pairing, !k.strict),
                             trace_at(post, dendrite, t, Rule::tau_y, k.pairing, false)));
  };
  for (int t = 0; t < k.steps - dendrite; ++t) {  // at the synapse
    if (spikes_first) learn_from_spike(t);
    if (fires(pre, t - axon)) {
      double& sum = delivered[static_cast<std::size_t>(t + dendrite)];
      if (!k.first) sum += w;
      w = clamp(
          w + Rule::down(
                  w, trace_at(post, dendrite, t, Rule::tau_minus, k.pairing, !k.first && !k.strict),
                  trace_at(pre, axon, t, Rule::tau_x, k.pairing, false)));
      if (k.first) sum += w;
    }
    if (!spikes_first) learn_from_spike(t);
  }
  return w;
}

/// Inhibition: stronger is more negative.
struct Inhibition {
  static auto rule(Trace::Spikes) {
    return SymmetricStdp<double>{}.rate(0.05).tau(7).target_hz(40).clamp(-0.9, -0.1);
  }
  static constexpr double tau_plus = 7, tau_minus = 7, tau_x = 1, tau_y = 1;
  static double down(double, double o1, double) { return -0.05 * (o1 - 2 * 0.04 * 7); }
  static double up(double, double r1, double) { return -0.05 * r1; }
};

template <class Device, class Rule, class Topology>
void expect_learning(Case const& k, Topology const& topology) {
  auto plastic = project(Pre{}, Post{}, topology,
                         Rule::rule(k.pairing).bounds().high > 0 ? weights::uniform(0.2, 0.8)
                                                                 : weights::uniform(-0.8, -0.2),
                         k.delays, Rule::rule(k.pairing));
  if constexpr (!std::is_same_v<Topology, Conv2d>)
    if (k.first) plastic.learn_before_delivery();
  if (k.strict) plastic.ignore_coincidences();
  if (k.dendritic && k.part_ms < 0) plastic.dendritic();
  if (k.dendritic && k.part_ms >= 0) plastic.dendritic(k.part_ms);
  auto net = make_network<Device, double>(
      config().dt(dt).batch(k.batch), population(Pre{}, SpikeArraySource{}, Shape{1, 1, sources}),
      population(Driver{}, SpikeArraySource{}, Shape{targets}),
      population(Post{}, kosnn_test::Puppet<double>{}, Shape{targets, 1, 1}), plastic,
      project(Driver{}, Post{}, OneToOne{}, weights::constant(1000)));
  auto const a = kosnn_test::random_spikes(sources, 1, k.steps, dt, k.pre_probability, 1);
  auto const b = kosnn_test::random_spikes(targets, 1, k.steps, dt, k.post_probability, 2);
  auto const play = [&](auto& source, kosnn_test::SpikeList const& list) {
    kosnn_test::SpikeList all;  // the same in each element
    for (std::size_t s = 0; s < list.times.size(); ++s)
      for (int e = 0; e < k.batch; ++e) {
        all.neurons.push_back(list.neurons[s]);
        all.times.push_back(list.times[s]);
        all.elements.push_back(e);
      }
    source.set_spikes(all.neurons, all.times, all.elements);
  };
  play(net.get(Pre{}), a);
  play(net.get(Driver{}), b);
  auto& synapses = net.projection(Pre{}, Post{});
  auto const before = synapses.weights(), delays = synapses.delays();
  auto const [from, to] = kosnn_test::ends_of<Topology>(synapses, sources, targets);
  auto const& input = net.record(Post{}, Field<&kosnn_test::Puppet<double>::State::input>{}, dt);
  net.run(k.steps * dt);
  auto const after = synapses.weights();
  auto const pre = kosnn_test::trains_of(a, sources, dt),
             post = kosnn_test::trains_of(b, targets, dt);
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
      ASSERT_NEAR(input.values()[static_cast<std::size_t>(t * k.batch * targets + n)],
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
          expect_learning<Device, Rule>(k, sparse::total(110));
          if (::testing::Test::HasFatalFailure()) return;
        }
}

TYPED_TEST(SparseLearning, Pairs) { expect_all<TypeParam, Pairs>(); }
TYPED_TEST(SparseLearning, Triplets) { expect_all<TypeParam, Triplets>(); }

/// So few spikes that those of some sources and targets lie much further apart than traces last.
template <class Device, class Rule>
void expect_after_silence() {
  for (auto const& [pre, post] :
       {std::pair{0.002, 0.002}, std::pair{0.001, 0.03}, std::pair{0.05, 0.001}})
    for (auto const& delays : {delays::constant(0.5), delays::uniform(1, 6)})
      for (double const part : {-2.0, -1.0}) {
        Case k;
        k.delays = delays;
        k.steps = 2500;
        k.pre_probability = pre;
        k.post_probability = post;
        k.dendritic = part > -2;
        SCOPED_TRACE("rates " + std::to_string(pre) + " and " + std::to_string(post) +
                     ", dendritic " + std::to_string(part));
        expect_learning<Device, Rule>(k, sparse::total(110));
        if (::testing::Test::HasFatalFailure()) return;
      }
}
TYPED_TEST(SparseLearning, PairsAfterSilence) { expect_after_silence<TypeParam, Pairs>(); }
TYPED_TEST(SparseLearning, TripletsAfterSilence) { expect_after_silence<TypeParam, Triplets>(); }

/// Where the postsynaptic half is done at once.
template <class Device, class Rule, class Topology>
void expect_at_once(Topology const& topology) {
  for (auto const& delays :
       {delays::none(), delays::constant(1.5), delays::uniform(1, 6), delays::uniform(0, 2)})
    for (int const order : {0, 1, 2, 3})
      for (int const batch : {1, 3})
        for (double const part : {-2.0, -1.0, 0.5}) {
          Case k;
          k.delays = delays;
          k.batch = batch;
          k.first = order % 2 == 1;
          k.strict = order / 2 == 1;
          k.dendritic = part > -2;
          k.part_ms = part;
          constexpr bool shared = std::is_same_v<Topology, Conv2d>;
          if (shared && (k.first || (k.strict && k.dendritic))) continue;
          if (part > 0 && delays.values.first() == 0) continue;
          SCOPED_TRACE("delays of kind " + std::to_string(static_cast<int>(delays.values.kind())) +
                       ", order " + std::to_string(order) + ", batch " + std::to_string(batch) +
                       ", dendritic " + std::to_string(part));
          expect_learning<Device, Rule>(k, topology);
          if (::testing::Test::HasFatalFailure()) return;
        }
}
TYPED_TEST(SparseLearning, PairsOnDense) { expect_at_once<TypeParam, Pairs>(Dense{}); }
TYPED_TEST(SparseLearning, TripletsOnDense) { expect_at_once<TypeParam, Triplets>(Dense{}); }
TYPED_TEST(SparseLearning, InhibitionOnDense) { expect_at_once<TypeParam, Inhibition>(Dense{}); }
TYPED_TEST(SparseLearning, InhibitionOnSparse) {
  for (auto const& delays : {delays::constant(0.5), delays::uniform(1, 6)}) {
    Case k;
    k.delays = delays;
    expect_learning<TypeParam, Inhibition>(k, sparse::total(110));
  }
}
TYPED_TEST(SparseLearning, TripletsInBatches) {
  for (double const part : {-2.0, -1.0, 0.5})
    for (int const order : {0, 3}) {
      Case k;
      k.delays = delays::uniform(1, 6);
      k.batch = 3;
      k.first = k.strict = order == 3;
      k.dendritic = part > -2;
      k.part_ms = part;
      expect_learning<TypeParam, Triplets>(k, sparse::total(110));
    }
}
TYPED_TEST(SparseLearning, TripletsOnConvolutions) {
  expect_at_once<TypeParam, Triplets>(Conv2d{1, sources});
}

/// Weights that are read, set, masked or left alone meanwhile, rules that change, and more spikes
/// of a target than can wait: against the same network whose synapses learn at once, because their
/// sources' trace has relaxations of its own.
TYPED_TEST(SparseLearning, AsSynapsesThatLearnAtOnce) {
  auto const run = [](bool late, auto rule, auto const& reward, auto const& declare) {
    kosnn_test::Chatter<double> const noise{0.3};
    auto plastic = project(Pre{}, Post{}, sparse::bernoulli(0.4), weights::uniform(0.3, 0.7),
                           delays::uniform(1, 4), rule);
    declare(plastic);
    auto pre = population(Pre{}, noise, Shape{sources});
    if (!late) pre.trace(rule.pre_trace(), std::vector<Relaxation>(sources, exact(7)));
    auto net = make_network<TypeParam, double>(
        config().dt(dt), pre, population(Post{}, noise, Shape{targets}),
        population(Driver{}, kosnn_test::Chatter<double>{0.1}, Shape{3}), plastic);
    auto& synapses = net.projection(Pre{}, Post{});
    std::vector<double> all;
    auto const read = [&] {
      auto const w = synapses.weights();
      all.insert(all.end(), w.begin(), w.end());
    };
    net.run(40);
    read();
    auto w = synapses.weights();
    for (std::size_t k = 0; k < w.size(); k += 2) w[k] = 0.4;
    synapses.set_weights(w);
    net.run(0.5);
    net.run(20);
    synapses.set_mask(kosnn_test::random_values(w.size(), 0, 1, 3));
    net.run(20);
    synapses.learning(false);
    net.run(10);
    synapses.learning(true);
    reward(synapses);
    net.run(7);
    synapses.set_rule(rule.a_plus(0.002));
    net.run(10);
    synapses.normalise(5);
    net.run(10);
    reward(synapses);
    read();
    net.reset_state();
    reward(synapses);  // nothing is left to be rewarded
    net.run(15);
    read();
    return all;
  };
  auto const same = [](std::vector<double> const& a, std::vector<double> const& b) {
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t k = 0; k < a.size(); ++k) ASSERT_NEAR(a[k], b[k], 1e-12) << k;
  };
  auto const pairs = PairStdp<double>{}.a_plus(0.004).a_minus(0.006).tau_plus(7);
  auto const none = [](auto&) {};
  same(run(true, pairs, none, none), run(false, pairs, none, none));
  auto const dendritic = [](auto& plastic) { plastic.dendritic(); };
  same(run(true, pairs, none, dendritic), run(false, pairs, none, dendritic));
  auto const rewarded =
      Mstdpet<double>{}.tau_plus(7).rate(0.001).clamp(0, 1).eligibility(exact(12));
  auto const reward = [](auto& synapses) { synapses.reward(0.5); };
  same(run(true, rewarded, reward, none), run(false, rewarded, reward, none));
  auto const by_spikes = [](auto& plastic) {
    plastic.rewarded_by(Driver{}, Neuromodulator{}.tau(9).baseline(0.3).delay(1.5));
  };
  same(run(true, rewarded, reward, by_spikes), run(false, rewarded, reward, by_spikes));
}

/// Traces that are gone after a step, or stay for ever.
TYPED_TEST(SparseLearning, TracesWithoutADecayOfTheirOwn) {
  for (auto const& [decay, gain] :
       {std::pair{0.0, 0.0}, std::pair{1e-30, 0.0}, std::pair{1e-200, 0.0}, std::pair{1.0, 0.1}}) {
    auto net = make_network<TypeParam, double>(
        config().dt(dt), population(Pre{}, SpikeArraySource{}, Shape{1}),
        population(Driver{}, SpikeArraySource{}, Shape{1}),
        population(Post{}, kosnn_test::Puppet<double>{}, Shape{1}),
        project(Pre{}, Post{}, sparse::edges({0}, {0}), weights::constant(0.5),
                PairStdp<double>{}.a_plus(0.1).a_minus(0).pre_trace(all_to_all(factor(decay)))),
        project(Driver{}, Post{}, OneToOne{}, weights::constant(1000)));
    net.get(Pre{}).set_spikes({0, 0}, {2, 400});
    net.get(Driver{}).set_spikes({0}, {300});
    net.run(500);
    EXPECT_NEAR(net.projection(Pre{}, Post{}).weights()[0], 0.5 + gain, 1e-15) << decay;
  }
}

/// Sums over 60 pairs of spikes 10 ms apart at several rates, all-to-all: anchors of Pfister &
/// Gerstner's minimal model, from its equations.
TYPED_TEST(SparseLearning, TripletsByFrequency) {
  struct Anchor {
    double hz, up, down;
  };
  for (Anchor const anchor : {Anchor{0.1, 0, -0.3166},
                              {10, 0.1186, -0.3322},
                              {20, 0.2278, -0.3417},
                              {40, 0.5321, 0.1737},
                              {50, 0.7627, 0.7492}})
    for (double const lead : {10.0, -10.0}) {
      auto net = make_network<TypeParam, double>(
          config().dt(5), population(Pre{}, SpikeArraySource{}, Shape{1}),
          population(Driver{}, SpikeArraySource{}, Shape{1}),
          population(Post{}, kosnn_test::Puppet<double>{}, Shape{1}),
          project(Pre{}, Post{}, sparse::edges({0}, {0}), weights::constant(0),
                  TripletStdp<double>{}.clamp(-10, 10)),
          project(Driver{}, Post{}, OneToOne{}, weights::constant(1000)));
      std::vector<double> pre, post;
      for (int k = 0; k < 60; ++k) {
        double const middle = 20 + k * 1000 / anchor.hz;
        pre.push_back(middle - lead / 2);
        post.push_back(middle + lead / 2);
      }
      net.get(Pre{}).set_spikes(std::vector<int>(60), pre);
      net.get(Driver{}).set_spikes(std::vector<int>(60), post);
      net.run(pre.back() + 50);
      EXPECT_NEAR(net.projection(Pre{}, Post{}).weights()[0], lead > 0 ? anchor.up : anchor.down,
                  6e-5)
          << anchor.hz << " Hz, " << lead << " ms";
    }
}

TYPED_TEST(SparseLearning, Errors) {
  auto const of = [](auto const& topology, auto const& change) {
    return kosnn_test::error_of([&] {
      auto plastic = project(Pre{}, Post{}, topology, weights::constant(0.5), delays::constant(1),
                             PairStdp<double>{});
      change(plastic);
      auto post = population(Post{}, IF<double>{}, Shape{2});
      post.trace(plastic.rule().post_trace(), {exact(3), exact(4)});
      make_network<TypeParam, double>(config(), population(Pre{}, SpikeArraySource{}, Shape{3}),
                                      post, plastic);
    });
  };
  EXPECT_EQ(of(Dense{}, [](auto& p) { p.dendritic().immediate_trace(); }),
            "projection Pre -> Post: dendritic: immediate_trace shows rules the traces of sources "
            "without a delay");
  EXPECT_EQ(of(sparse::total(4), [](auto& p) { p.dendritic(2); }),
            "projection Pre -> Post: dendritic: 2 ms of a delay of 1 ms");
  EXPECT_EQ(of(sparse::total(4), [](auto& p) { p.learn_before_delivery(); }),
            "projection Pre -> Post: learn_before_delivery, ignore_coincidences and rules in which "
            "arrivals come first need traces that relax alike in all neurons");
}

}  // namespace

// Pair STDP against a naive double loop over pairs of spikes, synapse by synapse, in double.

#include <cmath>
#include <cstdint>
#include <vector>

#include "testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::config;

struct Pre {};
struct Driver {};
struct Post {};

template <class Device>
class Stdp : public ::testing::Test {};
TYPED_TEST_SUITE(Stdp, kosnn_test::Devices);

struct Case {
  Delays delays = delays::none();
  Weights weights = weights::uniform(0.2, 0.8);
  Trace::Spikes pairing = Trace::Spikes::all_to_all;
  int pre = 37, post = 21, batch = 1, steps = 60;
  double a_plus = 0.03, a_minus = 0.04, tau_plus = 7, tau_minus = 11, offset = 0;
  double low = 0, high = 1, probability = 0.15;
  bool immediate = false, masked = false;
  BatchUpdate update = BatchUpdate::mean;
};

constexpr double dt = 0.5;

/// The steps in which each (element, neuron) fires.
using Trains = std::vector<std::vector<int>>;

Trains trains_of(kosnn_test::SpikeList const& list, int size, int batch) {
  Trains trains(static_cast<std::size_t>(size * batch));
  for (std::size_t k = 0; k < list.times.size(); ++k)
    trains[static_cast<std::size_t>(list.elements[k] * size + list.neurons[k])].push_back(
        static_cast<int>(std::lround(list.times[k] / dt)));
  return trains;
}

bool fires_at(std::vector<int> const& train, int step) {
  return std::find(train.begin(), train.end(), step) != train.end();
}

/// What the spikes of a train up to `step` have left of themselves.
double trace_at(std::vector<int> const& train, int step, double tau, Trace::Spikes pairing) {
  double z = 0;
  for (int const s : train)
    if (s <= step) {
      double const left = std::exp(-(step - s) * dt / tau);
      z = pairing == Trace::Spikes::nearest ? left : z + left;
    }
  return z;
}

/// The weight of one synapse from neuron `i` to neuron `j` after all steps.
template <bool Multiplies>
double learnt(Case const& k, Trains const& pre, Trains const& post, int i, int j, int delay,
              double factor, double w) {
  double const scale = factor * (k.update == BatchUpdate::mean ? 1.0 / k.batch : 1.0);
  auto const clamp = [&](double x) { return std::min(std::max(x, k.low), k.high); };
  for (int t = 0; t < k.steps; ++t) {
    double down = 0, up = 0;
    bool arrivals = false, spikes = false;
    for (int b = 0; b < k.batch; ++b)
      if (fires_at(pre[static_cast<std::size_t>(b * k.pre + i)], t - delay)) {
        arrivals = true;
        down -= k.a_minus * (Multiplies ? w - k.low : 1) *
                trace_at(post[static_cast<std::size_t>(b * k.post + j)], t, k.tau_minus, k.pairing);
      }
    if (arrivals && factor != 0) w = clamp(w + scale * down);
    for (int b = 0; b < k.batch; ++b)
      if (fires_at(post[static_cast<std::size_t>(b * k.post + j)], t)) {
        spikes = true;
        up += k.a_plus * (Multiplies ? k.high - w : 1) *
              (trace_at(pre[static_cast<std::size_t>(b * k.pre + i)], k.immediate ? t : t - delay,
                        k.tau_plus, k.pairing) -
               k.offset);
      }
    if (spikes && factor != 0) w = clamp(w + scale * up);
  }
  return w;
}

template <class Device, class Real, class Topology, class Dependence = Additive>
void expect_learning(Case const& k) {
  std::size_t const n = kosnn_test::storage<Topology>(k.pre, k.post);
  auto const rule = PairStdp<Real, Dependence>{}
                        .a_plus(k.a_plus)
                        .a_minus(k.a_minus)
                        .tau_plus(k.tau_plus)
                        .tau_minus(k.tau_minus)
                        .offset(k.offset)
                        .clamp(k.low, k.high)
                        .pairing(k.pairing);
  auto plastic = project(Pre{}, Post{}, Topology{}, k.weights, k.delays, rule);
  auto mask = kosnn_test::random_values(n, 0, 1, 9);
  for (std::size_t s = 0; s < n; s += 3) mask[s] = 0;
  if (k.masked) plastic.mask(mask);
  if (k.immediate) plastic.immediate_trace();
  auto net = make_network<Device, Real>(
      config().dt(dt).batch(k.batch).batch_update(k.update),
      population(Pre{}, SpikeArraySource{}, Shape{k.pre}),
      population(Driver{}, SpikeArraySource{}, Shape{k.post}),
      population(Post{}, kosnn_test::Puppet<Real>{}, Shape{k.post}), plastic,
      project(Driver{}, Post{}, OneToOne{}, weights::constant(1000)));
  auto const a = kosnn_test::random_spikes(k.pre, k.batch, k.steps, dt, k.probability, 1);
  auto const b = kosnn_test::random_spikes(k.post, k.batch, k.steps, dt, k.probability, 2);
  net.get(Pre{}).set_spikes(a.neurons, a.times, a.elements);
  net.get(Driver{}).set_spikes(b.neurons, b.times, b.elements);
  auto& projection = net.projection(Pre{}, Post{});
  auto const before = projection.weights();
  auto const delays = projection.delays();
  auto& spikes = net.record(Post{}, Spikes{});
  net.run(k.steps * dt);
  ASSERT_EQ(spikes.times(), b.times);  // the puppets do as they are told
  auto const after = projection.weights();
  auto const pre = trains_of(a, k.pre, k.batch), post = trains_of(b, k.post, k.batch);
  double const tolerance = std::is_same_v<Real, float> ? 2e-5 : 1e-12;
  double largest = 0;
  for (auto const& s : kosnn_test::synapses<Topology>(k.pre, k.post)) {
    double const w = learnt<std::is_same_v<Dependence, Multiplicative>>(
        k, pre, post, s.source, s.target, static_cast<int>(std::lround(delays[s.index] / dt)),
        k.masked ? mask[s.index] : 1, static_cast<double>(before[s.index]));
    ASSERT_NEAR(static_cast<double>(after[s.index]), w, tolerance)
        << "synapse " << s.source << " -> " << s.target << " of delay " << delays[s.index];
    largest = std::max(largest, std::fabs(w - static_cast<double>(before[s.index])));
  }
  EXPECT_TRUE(k.probability == 0 || largest > 0.01);
  for (int i = 0; i < k.pre && std::is_same_v<Topology, AllButOne>; ++i)
    ASSERT_EQ(after[static_cast<std::size_t>(i * k.post + i)], Real(0));
}

/// Delays, batch, pairing, mask, offset and ways of the trace, one or two at a time.
template <class Device, class Real, class Topology, class Dependence = Additive>
void expect_all(int pre, int post) {
  Case base;
  base.pre = pre;
  base.post = post;
  auto const expect = [](Case const& k) { expect_learning<Device, Real, Topology, Dependence>(k); };
  for (auto const& d : {delays::none(), delays::constant(1.5), delays::uniform(0.5, 6)})
    for (int const batch : {1, 3}) {
      SCOPED_TRACE("delays of kind " + std::to_string(static_cast<int>(d.values.kind())) +
                   ", batch " + std::to_string(batch));
      Case k = base;
      k.delays = d;
      k.batch = batch;
      expect(k);
      k.pairing = Trace::Spikes::nearest;
      k.immediate = true;
      expect(k);
      k.immediate = false;
      k.update = BatchUpdate::sum;
      k.masked = true;
      k.offset = 0.3;
      expect(k);
      k.low = 0.4;  // most changes end at a bound
      k.high = 0.5;
      k.weights = weights::constant(0.45);
      expect(k);
    }
}

TYPED_TEST(Stdp, Dense) {
  expect_all<TypeParam, double, Dense>(37, 21);
  expect_all<TypeParam, float, Dense>(131, 19);  // more than one tile of a column
}
TYPED_TEST(Stdp, DenseWithManyTargets) {
  Case k;
  k.pre = 19;
  k.post = 150;  // more than one tile of a row
  expect_learning<TypeParam, double, Dense>(k);
}
TYPED_TEST(Stdp, OneToOne) { expect_all<TypeParam, double, OneToOne>(37, 37); }
TYPED_TEST(Stdp, AllButOne) { expect_all<TypeParam, double, AllButOne>(71, 71); }
TYPED_TEST(Stdp, Multiplicative) { expect_all<TypeParam, double, Dense, Multiplicative>(37, 21); }

TYPED_TEST(Stdp, LargeBatch) {
  Case k;
  k.pre = 9;
  k.post = 7;
  k.batch = 70;
  k.steps = 25;
  expect_learning<TypeParam, double, Dense>(k);
  k.delays = delays::uniform(0.5, 3);
  expect_learning<TypeParam, double, Dense>(k);
}

TYPED_TEST(Stdp, AllNeuronsFireInEveryStepOrNever) {
  for (double const p : {0.0, 1.0})
    for (auto const& d : {delays::none(), delays::uniform(0.5, 4)}) {
      Case k;
      k.probability = p;
      k.delays = d;
      k.a_minus = 0.001;
      expect_learning<TypeParam, double, Dense>(k);
    }
}

TYPED_TEST(Stdp, OneHalfAlone) {
  Case k;
  k.a_minus = 0;  // arrivals are not visited at all
  expect_learning<TypeParam, double, Dense>(k);
  k.a_minus = 0.04;
  k.a_plus = 0;
  expect_learning<TypeParam, double, Dense>(k);
}

TYPED_TEST(Stdp, LearningOffAndMaskSetLater) {
  kosnn_test::Chatter<float> const noise{0.2};
  auto net = make_network<TypeParam>(
      config(), population(Pre{}, noise, Shape{37}), population(Post{}, noise, Shape{21}),
      project(Pre{}, Post{}, Dense{}, weights::uniform(0.3, 0.7), PairStdp<>{}));
  auto& projection = net.projection(Pre{}, Post{});
  auto const first = projection.weights();
  projection.learning(false);
  EXPECT_FALSE(projection.is_learning());
  net.run(50);
  EXPECT_EQ(projection.weights(), first);
  std::vector<double> mask(37 * 21, 0);
  mask[5] = 1;
  projection.set_mask(mask);
  projection.learning(true);
  EXPECT_TRUE(projection.is_learning());
  net.run(50);
  auto const second = projection.weights();
  for (std::size_t k = 0; k < first.size(); ++k) EXPECT_EQ(second[k] != first[k], k == 5) << k;
}

// Analog values of an Input count as so much of a spike: in the trace and at the arrival.
TYPED_TEST(Stdp, GradedArrivals) {
  auto net = make_network<TypeParam, double>(
      config(), population(Pre{}, Input{}, Shape{2}), population(Driver{}, Input{}, Shape{1}),
      population(Post{}, kosnn_test::Puppet<double>{}, Shape{1}),
      project(Pre{}, Post{}, Dense{}, weights::constant(0.5),
              PairStdp<double>{}.a_plus(0.1).a_minus(0.2).tau_plus(20).tau_minus(20)),
      project(Driver{}, Post{}, OneToOne{}, weights::constant(1000)));
  net.get(Pre{}).set_values({0.25, -0.5});
  net.get(Driver{}).set_values({1});
  net.step();  // arrival and spike meet: both traces stand at their jump
  auto const w = net.projection(Pre{}, Post{}).weights();
  EXPECT_NEAR(w[0], 0.5 - 0.2 * 0.25 * 1 + 0.1 * 0.25, 1e-15);
  EXPECT_NEAR(w[1], 0.5 + 0.2 * 0.5 * 1 - 0.1 * 0.5, 1e-15);
}

/// An arrival of value x depresses x times as much; that a target fires with some value counts once
/// (its trace holds the value).
TYPED_TEST(Stdp, ValuesOfSpikes) {
  constexpr double w = 0.5, plus = 0.03, minus = 0.05;
  for (int const batch : {1, 2}) {
    auto net =
        make_network<TypeParam, double>(config().batch(batch), population(Pre{}, Input{}, Shape{2}),
                                        population(Post{}, Relay<double>{}, Shape{3}),
                                        project(Pre{}, Post{}, Dense{}, weights::constant(w),
                                                PairStdp<double>{}.a_plus(plus).a_minus(minus)));
    net.get(Pre{}).set_values({2, -0.25});
    net.step();
    double const y = w * (2 - 0.25);  // emitted by each target, and its trace
    auto const learned = net.projection(Pre{}, Post{}).weights();
    for (std::size_t k = 0; k < 6; ++k) {
      double const x = k < 3 ? 2 : -0.25;
      EXPECT_NEAR(learned[k], w - minus * x * y + plus * x, 1e-15);
    }
  }
}

}  // namespace

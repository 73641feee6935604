// Sequences that were computed with PySNN itself (float32, given to six digits), in the cases in
// which it does what it says.

#include <cmath>
#include <cstddef>
#include <vector>

#include "testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::config;

struct In {};
struct More {};
struct Hidden {};
struct Out {};

constexpr double digits = 1.5e-6;

template <class Device>
class PySnn : public ::testing::Test {};
TYPED_TEST_SUITE(PySnn, kosnn_test::Devices);

/// What a neuron does with the same input in every step, for several neurons and batch elements.
struct Course {
  std::vector<int> spikes;                 // steps
  std::vector<double> v, z, r, threshold;  // by step
};

/// All neurons and elements do the same, so that one of them tells it all.
template <class Recorder>
std::vector<double> one_of_equals(Recorder const& recorder, std::size_t width) {
  std::vector<double> first;
  auto const& values = recorder.values();
  for (std::size_t k = 0; k < values.size(); k += width) {
    first.push_back(values[k]);
    for (std::size_t n = 1; n < width; ++n) EXPECT_EQ(values[k], values[k + n]);
  }
  return first;
}

template <class Device, class Neuron>
Course course(Neuron const& neuron, Trace const& trace, double input, int steps, double dt = 1) {
  constexpr int size = 37, batch = 3;
  auto net =
      make_network<Device>(config().dt(dt).batch(batch), population(In{}, Input{}, Shape{size}),
                           population(Out{}, neuron, Shape{size}).trace(trace),
                           project(In{}, Out{}, OneToOne{}, weights::constant(input)));
  auto& spikes = net.record(Out{}, Spikes{});
  auto& v = net.record(Out{}, Field<&Neuron::State::v>{});
  auto& r = net.record(Out{}, Field<&Neuron::State::refractory>{});
  auto& z = net.record(Out{}, trace);
  net.get(In{}).set_values(std::vector<float>(size, 1));
  net.run(steps * dt);
  Course out;
  std::size_t const width = size * batch;
  for (std::size_t k = 0; k < spikes.count(); k += width)
    out.spikes.push_back(static_cast<int>(spikes.steps()[k]));
  EXPECT_EQ(spikes.count(), out.spikes.size() * width);
  out.v = one_of_equals(v, width);
  out.z = one_of_equals(z, width);
  out.r = one_of_equals(r, width);
  return out;
}

template <class Device>
Course adaptive_course(AdaptiveLIF<> const& neuron, double input, int steps) {
  auto net = make_network<Device>(config().batch(3), population(In{}, Input{}, Shape{37}),
                                  population(Out{}, neuron, Shape{37}),
                                  project(In{}, Out{}, OneToOne{}, weights::constant(input)));
  auto& spikes = net.record(Out{}, Spikes{});
  auto& v = net.record(Out{}, Field<&AdaptiveLIF<>::State::v>{});
  auto& threshold = net.record(Out{}, Field<&AdaptiveLIF<>::State::threshold>{});
  net.get(In{}).set_values(std::vector<float>(37, 1));
  net.run(steps);
  Course out;
  for (std::size_t k = 0; k < spikes.count(); k += 3 * 37)
    out.spikes.push_back(static_cast<int>(spikes.steps()[k]));
  out.v = one_of_equals(v, 3 * 37);
  out.threshold = one_of_equals(threshold, 3 * 37);
  return out;
}

void expect_near(std::vector<double> const& got, std::vector<double> const& expected) {
  ASSERT_EQ(got.size(), expected.size());
  for (std::size_t k = 0; k < got.size(); ++k)
    EXPECT_NEAR(got[k], expected[k], digits) << "in step " << k;
}

TYPED_TEST(PySnn, IntegrateAndFire) {
  auto const neuron = IF<>{}.refractory(2);
  auto const c = course<TypeParam>(neuron, all_to_all(factor(0.5)), 0.4, 12);
  EXPECT_EQ(c.spikes, (std::vector<int>{2, 7}));
  expect_near(c.v, {.4, .8, 0, 0, 0, .4, .8, 0, 0, 0, .4, .8});
  expect_near(c.z, {0, 0, 1, .5, .25, .125, .0625, 1.03125, .515625, .257812, .128906, .064453});
  expect_near(c.r, {0, 0, 2, 1, 0, 0, 0, 2, 1, 0, 0, 0});
}

TYPED_TEST(PySnn, ExponentialTrace) {
  auto const neuron = IF<>{}.refractory(2);
  auto const c = course<TypeParam>(neuron, all_to_all(euler(2)), 0.4, 12);
  expect_near(c.z,
              {0, 0, .5, .25, .125, .0625, .03125, .515625, .257812, .128906, .064453, .032227});
}

TYPED_TEST(PySnn, LinearLif) {
  auto const neuron = LIF<>{}.membrane(factor(0.9)).refractory(2);
  auto const trace = all_to_all(factor(0.5));
  auto const c = course<TypeParam>(neuron, trace, 0.4, 8);
  EXPECT_EQ(c.spikes, (std::vector<int>{2, 7}));
  expect_near(c.v, {.4, .76, 0, 0, 0, .4, .76, 0});

  auto const low = LIF<>{}.membrane(factor(0.9)).refractory(2).rest(-0.5);
  auto const d = course<TypeParam>(low, trace, 0.4, 12);
  EXPECT_EQ(d.spikes, (std::vector<int>{4, 11}));
  expect_near(d.v, {-.1, .26, .584, .8756, -.5, -.5, -.5, -.1, .26, .584, .8756, -.5});
}

TYPED_TEST(PySnn, ExponentialLif) {
  auto const neuron = LIF<>{}.membrane(euler(5)).refractory(2);
  auto const c = course<TypeParam>(neuron, all_to_all(euler(2)), 2, 10);
  EXPECT_EQ(c.spikes, (std::vector<int>{3, 9}));
  expect_near(c.v, {.4, .72, .976, 0, 0, 0, .4, .72, .976, 0});
  expect_near({c.z[3], c.z[4], c.z[5], c.z[9]}, {.5, .25, .125, .507812});
}

TYPED_TEST(PySnn, LinearAdaptive) {
  auto const neuron = AdaptiveLIF<>{}
                          .membrane(factor(0.9))
                          .adaptation(factor(0.9, 0.6))
                          .relax_threshold_to_zero()
                          .refractory(1);
  auto const c = adaptive_course<TypeParam>(neuron, 0.4, 12);
  EXPECT_EQ(c.spikes, (std::vector<int>{2, 6, 10}));
  expect_near(c.v, {.4, .76, 0, 0, .4, .76, 0, 0, .4, .76, 0, 0});
  expect_near(c.threshold, {.9, .81, 1.329, 1.1961, 1.07649, .968841, 1.471957, 1.324761, 1.192285,
                            1.073056, 1.565751, 1.409176});
}

TYPED_TEST(PySnn, ExponentialAdaptive) {
  auto const neuron = AdaptiveLIF<>{}
                          .membrane(euler(5))
                          .adaptation(euler(4, 0.6))
                          .relax_threshold_to_zero()
                          .refractory(1);
  auto const c = adaptive_course<TypeParam>(neuron, 2, 12);
  EXPECT_EQ(c.spikes, (std::vector<int>{2, 5, 7, 9, 11}));
  expect_near(c.threshold, {.75, .5625, .571875, .428906, .32168, .39126, .293445, .370084, .277563,
                            .358172, .268629, .351472});
}

// Where PySNN's own threshold sinks to zero and its neurons die, this library does what was meant.
TYPED_TEST(PySnn, ThresholdRelaxesToItsBase) {
  auto const neuron = AdaptiveLIF<>{}.membrane(factor(0)).adaptation(factor(0.5, 0.8));
  auto const c = adaptive_course<TypeParam>(neuron, 1.5, 6);
  EXPECT_EQ(c.spikes, (std::vector<int>{0, 2, 4}));
  expect_near(c.threshold, {1.8, 1.4, 2.0, 1.5, 2.05, 1.525});
}

TYPED_TEST(PySnn, RefractoryTimesOfManyShortSteps) {
  struct Case {
    double dt, duration;
    int steps;
  };
  for (Case const& k :
       {Case{.5, 1.5, 3}, {.1, .4, 4}, {.1, .8, 8}, {.1, 1.6, 16}, {.2, 1.6, 8}, {.1, .3, 3}}) {
    auto const neuron = IF<>{}.refractory(k.duration);
    auto const c = course<TypeParam>(neuron, all_to_all(factor(0.5)), 5, 60, k.dt);
    std::vector<int> expected;
    for (int t = 0; t < 60; t += k.steps + 1) expected.push_back(t);
    EXPECT_EQ(c.spikes, expected) << "dt " << k.dt << ", refractory " << k.duration;
  }
}

TYPED_TEST(PySnn, InputPassesAnalogValuesAndTracesThem) {
  auto const linear = all_to_all(factor(0.5, 2)), exponential = all_to_all(euler(4, 2));
  auto net = make_network<TypeParam>(
      config(), population(In{}, Input{}, Shape{2}).trace(linear).trace(exponential));
  net.get(In{}).set_values({.3f, 1});
  std::vector<float> const expected[] = {{.6f, 2}, {.9f, 3}};
  double const slow[] = {.5, .875, 1.15625};
  for (int t = 0; t < 3; ++t) {
    net.step();
    auto const z = net.get(In{}).trace(linear);
    for (std::size_t k = 0; k < 2 && t < 2; ++k)
      EXPECT_NEAR(z[k], static_cast<double>(expected[t][k]), digits);
    EXPECT_NEAR(net.get(In{}).trace(exponential)[1], slow[t], digits);
  }
}

TYPED_TEST(PySnn, SeveralInputsAddUp) {
  auto net = make_network<TypeParam>(
      config(), population(In{}, Input{}, Shape{3}), population(More{}, Input{}, Shape{2}),
      population(Out{}, LIF<>{}.membrane(factor(0.5)), Shape{2}),
      project(In{}, Out{}, Dense{}, weights::constant(0.1)),
      project(More{}, Out{}, Dense{}, weights::array({.2, .2, .2, .2})));
  net.get(In{}).set_values({1, 1, 1});
  net.get(More{}).set_values({1, 1});
  net.step();
  for (float const v : net.get(Out{}).template field<&LIF<>::State::v>())
    EXPECT_NEAR(v, .7, digits);
}

// The same of a list of inputs of 2 x 3 and of 2 x 2 synapses, given to each cell directly.
TYPED_TEST(PySnn, DirectInputAddsToSynapses) {
  auto net = make_network<TypeParam>(config(), population(In{}, Input{}, Shape{3}),
                                     population(Out{}, LIF<>{}.membrane(factor(0.5)), Shape{2}),
                                     project(In{}, Out{}, Dense{}, weights::constant(0.1)));
  net.get(In{}).set_values({1, 1, 1});
  net.get(Out{}).set_input({.4F, .5F});
  net.step();
  auto const v = net.get(Out{}).template field<&LIF<>::State::v>();
  EXPECT_NEAR(v[0], .7, digits);
  EXPECT_NEAR(v[1], .8, digits);
}

// Thresholds, decays and traces of each neuron: those of the sequences above, side by side.
TYPED_TEST(PySnn, ParametersOfEachNeuron) {
  auto const trace = all_to_all(factor(0.5));
  auto const models = per_neuron([](Neuron const& n) {
    auto const leaky = LIF<>{}.membrane(factor(0.9)).refractory(2);
    switch (n.index()) {
      case 0:
        return LIF<>{}.membrane(factor(1)).refractory(2);
      case 1:
        return leaky;
      case 2:
        return LIF<>(leaky).rest(-0.5);
      default:
        return LIF<>{}.membrane(euler(5, 5)).refractory(2);  // .4 * 5 / 5 a step
    }
  });
  auto net = make_network<TypeParam>(
      config().batch(2), population(Out{}, models, Shape{4})
                             .trace(trace, {factor(0.5), euler(2), factor(0.5), euler(2)}));
  net.get(Out{}).set_input({.4F, .4F, .4F, .4F});
  auto& v = net.record(Out{}, Field<&LIF<>::State::v>{});
  auto& z = net.record(Out{}, trace);
  net.run(12);
  auto const of = [](auto const& recorder, std::size_t n) {
    std::vector<double> one;
    for (std::size_t k = 0; k < recorder.values().size(); k += 8) {
      EXPECT_EQ(recorder.values()[k + n], recorder.values()[k + 4 + n]);
      one.push_back(recorder.values()[k + n]);
    }
    return one;
  };
  expect_near(of(v, 0), {.4, .8, 0, 0, 0, .4, .8, 0, 0, 0, .4, .8});
  expect_near(of(z, 0),
              {0, 0, 1, .5, .25, .125, .0625, 1.03125, .515625, .257812, .128906, .064453});
  expect_near(of(v, 1), {.4, .76, 0, 0, 0, .4, .76, 0, 0, 0, .4, .76});
  expect_near(of(z, 1),
              {0, 0, .5, .25, .125, .0625, .03125, .515625, .257812, .128906, .064453, .032227});
  expect_near(of(v, 2), {-.1, .26, .584, .8756, -.5, -.5, -.5, -.1, .26, .584, .8756, -.5});
  expect_near(of(v, 3), {.4, .72, .976, 0, 0, 0, .4, .72, .976, 0, 0, 0});
  auto const third = of(z, 3);
  expect_near({third[3], third[4], third[5], third[9]}, {.5, .25, .125, .507812});
}

// In PySNN a spike in flight disturbs the next one; here each arrives after its delay.
TYPED_TEST(PySnn, EverySpikeArrivesAfterItsDelay) {
  std::vector<std::vector<double>> const trains = {
      {0}, {0, 2}, {0, 3, 6, 9, 12}, {0, 4, 8, 12}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}};
  for (int const delay : {1, 3}) {
    int const n = static_cast<int>(trains.size());
    auto net = make_network<TypeParam>(
        config(), population(In{}, SpikeArraySource{}, Shape{n}),
        population(Out{}, kosnn_test::Puppet<float>{}, Shape{n}),
        project(In{}, Out{}, OneToOne{}, weights::constant(100), delays::constant(delay)));
    kosnn_test::SpikeList list;
    for (int k = 0; k < n; ++k)
      for (double const t : trains[static_cast<std::size_t>(k)]) {
        list.neurons.push_back(k);
        list.times.push_back(t);
      }
    net.get(In{}).set_spikes(list.neurons, list.times);
    auto& arrivals = net.record(Out{}, Spikes{});
    net.run(20);
    std::vector<std::vector<double>> got(trains.size());
    for (std::size_t k = 0; k < arrivals.count(); ++k)
      got[arrivals.neurons()[k]].push_back(arrivals.times()[k] - delay);
    EXPECT_EQ(got, trains) << "delay " << delay;
  }
}

// Two inputs, two hidden neurons and one output that feeds back. PySNN's feedback starts one step
// after the spike, so that its delay of 1 is one of 2 here.
TYPED_TEST(PySnn, CyclicNetwork) {
  auto const neuron = LIF<>{}.membrane(factor(0.8, 0.5)).refractory(1);
  auto const trace = all_to_all(factor(0.5));
  auto net = make_network<TypeParam>(
      config(), population(In{}, Input{}, Shape{2}), population(Hidden{}, neuron, Shape{2}),
      population(Out{}, neuron, Shape{1}).trace(trace),
      project(Out{}, Hidden{}, Dense{}, weights::array({.9, -.5}), delays::constant(2)),
      project(In{}, Hidden{}, Dense{}, weights::array({1.2, .4, .6, 1.4}), delays::constant(1)),
      project(Hidden{}, Out{}, Dense{}, weights::array({1.1, 1.3}), delays::constant(1)));
  std::vector<std::vector<float>> const inputs = {{1, 1}, {0, 0}, {1, 0}, {0, 0}, {1, 1}, {0, 0},
                                                  {0, 1}, {0, 0}, {1, 1}, {0, 0}, {1, 1}, {0, 0}};
  auto& hidden_v = net.record(Hidden{}, Field<&LIF<>::State::v>{});
  auto& out_v = net.record(Out{}, Field<&LIF<>::State::v>{});
  auto& z = net.record(Out{}, trace);
  auto& hidden = net.record(Hidden{}, Spikes{});
  auto& out = net.record(Out{}, Spikes{});
  for (auto const& x : inputs) {
    net.get(In{}).set_values(x);
    net.step();
  }
  std::vector<double> const hv(hidden_v.values().begin(), hidden_v.values().end());
  expect_near(hv, {0,   0, .9,   .9, .72, .72, 0, .776, 0, .6208, .9, 0,
                   .72, 0, .876, .7, 0,   .31, 0, 0,    0, 0,     .9, .9});
  std::vector<double> const ov(out_v.values().begin(), out_v.values().end());
  expect_near(ov, {0, 0, 0, 0, .55, .44, 0, 0, 0, .55, 0, 0});
  std::vector<double> const oz(z.values().begin(), z.values().end());
  expect_near(oz, {0, 0, 0, 0, 0, 0, 1, .5, .25, .125, 1.0625, .53125});
  EXPECT_EQ(hidden.steps(), (std::vector<std::int64_t>{3, 5, 8, 9}));
  EXPECT_EQ(hidden.neurons(), (std::vector<std::uint32_t>{0, 1, 0, 1}));
  EXPECT_EQ(out.steps(), (std::vector<std::int64_t>{6, 10}));
}

}  // namespace

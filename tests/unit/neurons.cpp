// The models beside LIF and its relatives: Fede, StochasticLIF, Izhikevich and Readout, against
// their equations.

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::config;

struct Cells {};

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr int size = 37;

template <class Device>
class Models : public ::testing::Test {};
TYPED_TEST_SUITE(Models, kosnn_test::Devices);

std::size_t position(int b, int n) {
  return static_cast<std::size_t>(b) * size + static_cast<std::size_t>(n);
}

/// Values by neuron, alike in all batch elements.
template <class Real, class F>
std::vector<Real> by_neuron(F const& value) {
  std::vector<Real> all(size);
  for (int n = 0; n < size; ++n) all[position(0, n)] = static_cast<Real>(value(n));
  return all;
}

// PySNN's FedeNeuron with two synapses of 1.5 and 1, whose traces are .5 and .25; its own trace and
// the subtraction are those of the network (fede.cpp, pysnn_sequences.cpp).
TEST(Fede, FiresInEverySecondStepAsPySnn) {
  Fede<double> neuron;
  neuron.membrane(euler(2)).threshold(0.8).refractory(1).prepare(1);
  auto s = neuron.initial();
  for (int t = 0; t < 10; ++t) {
    EXPECT_EQ(neuron.step(s, 1.5 + 1.0 - 0.5 - 0.25), t % 2 == 0) << "in step " << t;
    EXPECT_EQ(s.v, 0);
  }
}

TEST(Fede, SaysWhichTraceIsSubtracted) {
  auto const trace = nearest(euler(4, 3));
  EXPECT_TRUE(Fede<>{}.presynaptic(trace).presynaptic_trace() == trace);
  EXPECT_TRUE(detail::HasPresynapticTrace<Fede<>>::value);
  EXPECT_FALSE(detail::HasPresynapticTrace<LIF<>>::value);
}

TYPED_TEST(Models, ReadoutIntegratesAndNeverFires) {
  using Model = Readout<>;
  auto net = make_network<TypeParam>(
      config().batch(2), population(Cells{}, Model{}.membrane(factor(0.5)), Shape{size}));
  net.get(Cells{}).set_input(by_neuron<float>([](int n) { return n; }));
  for (double const expected : {1., 1.5, 1.75}) {
    net.step();
    auto const v = net.get(Cells{}).template field<&Model::State::v>();
    for (int b = 0; b < 2; ++b)
      for (int n = 0; n < size; ++n) EXPECT_NEAR(v[position(b, n)], n * expected, 1e-6 * (1 + n));
  }
  EXPECT_EQ(net.get(Cells{}).spikes(), 0U);
}

TYPED_TEST(Models, ReadoutTendsToRestAndBias) {
  using Model = Readout<double>;
  auto const model = per_neuron(
      [](Neuron const& n) { return Model{}.membrane(exact(10)).rest(n.index()).bias(3); });
  auto net =
      make_network<TypeParam, double>(config().dt(0.25), population(Cells{}, model, Shape{size}));
  net.run(20);
  auto const v = net.get(Cells{}).template field<&Model::State::v>();
  for (int n = 0; n < size; ++n) EXPECT_NEAR(v[position(0, n)], n + 3 * (1 - std::exp(-2)), 1e-12);
}

/// The equations as printed, in the order of the paper's program.
struct PaperCell {
  double a, b, c, d;
  double v = -65, u = -65 * b;
  bool step(double current, double dt) {
    v += dt / 2 * (0.04 * v * v + 5 * v + 140 - u + current);
    v += dt / 2 * (0.04 * v * v + 5 * v + 140 - u + current);
    u += dt * a * (b * v - u);
    if (v < 30) return false;
    v = c;
    u += d;
    return true;
  }
};

TYPED_TEST(Models, IzhikevichFollowsThePaper) {
  using Model = Izhikevich<double>;
  Model const presets[] = {
      Model::regular_spiking(), Model::intrinsically_bursting(), Model::chattering(),
      Model::fast_spiking(),    Model::low_threshold_spiking(),  Model::thalamo_cortical(),
      Model::resonator()};
  PaperCell const papers[] = {{0.02, 0.2, -65, 8}, {0.02, 0.2, -55, 4},  {0.02, 0.2, -50, 2},
                              {0.1, 0.2, -65, 2},  {0.02, 0.25, -65, 2}, {0.02, 0.25, -65, 0.05},
                              {0.1, 0.26, -65, 2}};
  for (double const dt : {0.25, 1.0}) {
    auto const model =
        per_neuron([&](Neuron const& n) { return Model(presets[n.index() % 7]).bias(0.5); });
    auto net = make_network<TypeParam, double>(config().dt(dt).batch(2),
                                               population(Cells{}, model, Shape{size}));
    auto const current = [](int n) { return 9.5 + 0.1 * n; };
    net.get(Cells{}).set_input(by_neuron<double>(current));
    std::vector<PaperCell> cells;
    for (int n = 0; n < size; ++n) cells.push_back(papers[n % 7]);
    std::uint64_t spikes = 0;
    for (int t = 0; t < 200; ++t) {
      net.step();
      auto const v = net.get(Cells{}).template field<&Model::State::v>();
      auto const u = net.get(Cells{}).template field<&Model::State::u>();
      for (int n = 0; n < size; ++n) {
        PaperCell& cell = cells[position(0, n)];
        spikes += cell.step(current(n) + 0.5, dt);
        for (int b = 0; b < 2; ++b) {
          ASSERT_NEAR(v[position(b, n)], cell.v, 1e-6) << "neuron " << n << ", step " << t;
          ASSERT_NEAR(u[position(b, n)], cell.u, 1e-6) << "neuron " << n << ", step " << t;
        }
      }
    }
    EXPECT_GT(spikes, 100U);
    EXPECT_EQ(net.get(Cells{}).spikes(), 2 * spikes);
  }
}

// What PySNN's own lacks: recovery. Each spike of a regularly spiking cell delays the next.
TEST(Izhikevich, RegularSpikingAdapts) {
  auto neuron = Izhikevich<>::regular_spiking();
  neuron.prepare(0.5);
  auto s = neuron.initial();
  EXPECT_EQ(s.u, -13);
  std::vector<int> times;
  for (int t = 0; t < 1000; ++t)
    if (neuron.step(s, 10)) times.push_back(t);
  ASSERT_GT(times.size(), 5U);
  EXPECT_GT(2 * (times[2] - times[1]), 3 * (times[1] - times[0]));
}

/// How often each of many neurons with the same constant potential fires in `steps` steps.
template <class Device, class Model>
double firing(Model const& model, double input, int steps) {
  constexpr int many = 1009;
  auto net = make_network<Device>(config().batch(2), population(Cells{}, model, Shape{many}));
  net.get(Cells{}).set_input(std::vector<float>(many, static_cast<float>(input)));
  net.run(steps);
  return static_cast<double>(net.spikes()) / (2 * many) / steps;
}

/// A measured probability of `draws` draws.
void expect_probability(double measured, double p, double draws) {
  EXPECT_NEAR(measured, p, 4.5 * std::sqrt(p * (1 - p) / draws) + 1e-12) << "of " << p;
}

TYPED_TEST(Models, StochasticFiresWithPySnnsProbability) {
  auto const model = StochasticLIF<>{}.membrane(factor(0));  // v is the input
  for (double const v : {-3., 0., 0.2, 0.5, 2.}) {
    double const p = v > 0 ? 1 - std::exp(-v) : 0;
    expect_probability(firing<TypeParam>(model, v, 50), p, 2 * 1009 * 50);
  }
  // After a spike it is silent for 3 steps: a cycle takes 3 + 1/p of them.
  double const p = 1 - std::exp(-1.);
  auto const tired = StochasticLIF<>{}.membrane(factor(0)).refractory(3);
  EXPECT_NEAR(firing<TypeParam>(tired, 1, 400), 1 / (3 + 1 / p), 0.003);
}

/// Certain above 1, impossible below.
struct Step {
  KOKKOS_FUNCTION float operator()(float v) const { return v >= 1 ? 2.F : -1.F; }
};

TYPED_TEST(Models, StochasticTakesAnyEscapeFunction) {
  StochasticLIF<float, Step> step;
  step.membrane(factor(0));
  EXPECT_EQ(firing<TypeParam>(step, 1, 20), 1);
  EXPECT_EQ(firing<TypeParam>(step, 0.99, 20), 0);

  using Escape = ExponentialEscape<float>;
  StochasticLIF<float, Escape> escape(Escape(50, 10, 2));
  escape.membrane(factor(0));
  for (double const v : {5., 10., 13.}) {
    double const p = 1 - std::exp(-50 * std::exp((v - 10) / 2) / 1000);
    expect_probability(firing<TypeParam>(escape, v, 50), p, 2 * 1009 * 50);
  }
  auto const each = per_neuron([](Neuron const& n) {
    return StochasticLIF<float, Escape>(Escape(n.index() % 2 == 0 ? 0 : 1e9, 0, 1));
  });
  auto net = make_network<TypeParam>(config(), population(Cells{}, each, Shape{size}));
  auto& counts = net.record(Cells{}, SpikeCounts{});
  net.run(5);
  for (int n = 0; n < size; ++n) EXPECT_EQ(counts.counts()[position(0, n)], n % 2 == 0 ? 0U : 5U);
}

TYPED_TEST(Models, StochasticDrawsDifferBetweenNeuronsAndElements) {
  auto net = make_network<TypeParam>(
      config().batch(2), population(Cells{}, StochasticLIF<>{}.membrane(factor(0)), Shape{size}));
  net.get(Cells{}).set_input(std::vector<float>(size, 0.7F));
  auto& spikes = net.record(Cells{}, Spikes{});
  net.run(40);
  std::vector<std::uint64_t> trains(2 * size);
  for (std::size_t k = 0; k < spikes.count(); ++k)
    trains[spikes.elements()[k] * size + spikes.neurons()[k]] |= std::uint64_t(1)
                                                                 << spikes.steps()[k];
  std::sort(trains.begin(), trains.end());
  EXPECT_EQ(std::adjacent_find(trains.begin(), trains.end()), trains.end());
}

template <class Model>
std::string error_of_model(Model const& model, double dt = 1) {
  return kosnn_test::error_of([&] {
    make_network<Kokkos::DefaultHostExecutionSpace>(Config{}.dt(dt),
                                                    population(Cells{}, model, Shape{3}));
  });
}

TEST(ModelErrors, NameParameterAndValue) {
  std::string const of = "population Cells: ";
  EXPECT_EQ(error_of_model(Fede<>{}.membrane(euler(0.5))),
            of + "membrane: Euler's form needs tau >= dt = 1 ms, got tau = 0.5");
  EXPECT_EQ(error_of_model(Fede<>{}.threshold(nan)), of + "threshold must be finite, got nan");
  EXPECT_EQ(error_of_model(Readout<>{}.rest(nan)), of + "rest must be finite, got nan");
  EXPECT_EQ(error_of_model(Readout<>{}.bias(nan)), of + "bias must be finite, got nan");
  EXPECT_EQ(error_of_model(Readout<>{}.membrane(exact(-2))),
            of + "membrane: tau must be a positive time in ms, got -2");
  EXPECT_EQ(error_of_model(StochasticLIF<>{}.reset(nan)), of + "reset must be finite, got nan");
  EXPECT_EQ(error_of_model(Izhikevich<>(nan, 0.2, -65, 8)), of + "a must be finite, got nan");
  EXPECT_EQ(error_of_model(Izhikevich<>(0.02, nan, -65, 8)), of + "b must be finite, got nan");
  EXPECT_EQ(error_of_model(Izhikevich<>(0.02, 0.2, nan, 8)), of + "c must be finite, got nan");
  EXPECT_EQ(error_of_model(Izhikevich<>(0.02, 0.2, -65, nan)), of + "d must be finite, got nan");
  EXPECT_EQ(error_of_model(Izhikevich<>{}.bias(nan)), of + "bias must be finite, got nan");
  EXPECT_EQ(error_of_model(Izhikevich<>{}, 2),
            of + "the two halves of a step of Izhikevich's neuron need dt <= 1 ms, got 2");
  using Escape = ExponentialEscape<float>;
  using Model = StochasticLIF<float, Escape>;
  EXPECT_EQ(error_of_model(Model(Escape(-1, 0, 1))),
            of + "escape: the rate must be finite and at least 0 Hz, got -1");
  EXPECT_EQ(error_of_model(Model(Escape(1, nan, 1))), of + "escape: theta must be finite, got nan");
  EXPECT_EQ(error_of_model(Model(Escape(1, 0, 0))), of + "escape: delta must be positive, got 0");
}

}  // namespace

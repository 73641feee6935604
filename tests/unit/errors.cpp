// What a user is told: every Error names the part, the parameter and the value.

#include <limits>
#include <string>
#include <vector>

#include "testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::expect_error;

struct In {};
struct Cells {};
struct Noise {};
struct Values {};

using Device = Kokkos::DefaultHostExecutionSpace;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinite = std::numeric_limits<double>::infinity();

template <class Neuron>
auto of_neuron(Neuron const& neuron, double dt = 1) {
  return [=] { make_network<Device>(Config{}.dt(dt), population(Cells{}, neuron, Shape{5})); };
}

/// A projection from 3 spike sources to 5 neurons (4 to 4 where `square`).
template <class Topology, class Rule = Static>
auto of_projection(Weights const& w, Delays const& d, Rule const& rule = {}, bool square = false,
                   std::vector<double> const& mask = {}) {
  return [=] {
    auto p = project(In{}, Cells{}, Topology{}, w, d, rule);
    if (!mask.empty()) p.mask(mask);
    make_network<Device>(Config{}.dt(0.5),
                         population(In{}, SpikeArraySource{}, Shape{square ? 4 : 3}),
                         population(Cells{}, LIF<>{}, Shape{square ? 4 : 5}), p);
  };
}
auto of_weights(Weights const& w) { return of_projection<Dense>(w, delays::none()); }
auto of_delays(Delays const& d) { return of_projection<Dense>(weights::constant(1), d); }
template <class Rule>
auto of_rule(Rule const& rule, Weights const& w = weights::constant(0.5),
             std::vector<double> const& mask = {}) {
  return of_projection<Dense>(w, delays::none(), rule, false, mask);
}

std::string const cells = "population Cells", edge = "projection In -> Cells";

TEST(Errors, OfSettings) {
  expect_error([] { Config{}.dt(0); }, {"Config", "dt", "0"});
  expect_error([] { Config{}.dt(-0.5); }, {"Config", "dt", "-0.5"});
  expect_error([] { Config{}.dt(nan); }, {"Config", "dt", "nan"});
  expect_error([] { Config{}.batch(0); }, {"Config", "batch", "0"});
  expect_error([] { Config{}.batch(65537); }, {"Config", "batch", "65537"});
  expect_error([] { Config{}.neurons_per_thread(0); }, {"Config", "neurons_per_thread", "0"});
}

TEST(Errors, OfShapes) {
  auto const of_shape = [](Shape const& shape, int batch = 1) {
    return [=] {
      make_network<Device>(Config{}.batch(batch), population(Cells{}, PoissonSource{}, shape));
    };
  };
  expect_error(of_shape(Shape{0}), {cells, "Shape{0}", "at least 1"});
  expect_error(of_shape(Shape{28, -1}), {cells, "Shape{28, -1}", "-1"});
  expect_error(of_shape(Shape{65536, 65536}), {cells, "Shape{65536, 65536}", "2147483647"});
  expect_error(of_shape(Shape{1 << 30}, 8), {cells, "1073741824", "batch of 8", "2^32"});
}

TEST(Errors, OfNeurons) {
  expect_error(of_neuron(LIF<>{}.membrane(exact(0))), {cells, "membrane", "tau", "0"});
  expect_error(of_neuron(LIF<>{}.membrane(exact(-3))), {cells, "membrane", "tau", "-3"});
  expect_error(of_neuron(LIF<>{}.membrane(exact(nan))), {cells, "membrane", "tau", "nan"});
  expect_error(of_neuron(LIF<>{}.membrane(exact(20, infinite))),
               {cells, "membrane", "alpha", "inf"});
  expect_error(of_neuron(LIF<>{}.membrane(factor(1.5))), {cells, "membrane", "factor", "1.5"});
  expect_error(of_neuron(LIF<>{}.membrane(factor(-0.1))), {cells, "membrane", "factor", "-0.1"});
  expect_error(of_neuron(LIF<>{}.membrane(euler(0.5))), {cells, "membrane", "dt = 1", "tau = 0.5"});
  expect_error(of_neuron(LIF<>{}.rest(nan)), {cells, "rest", "nan"});
  expect_error(of_neuron(LIF<>{}.reset(infinite)), {cells, "reset", "inf"});
  expect_error(of_neuron(LIF<>{}.threshold(nan)), {cells, "threshold", "nan"});
  expect_error(of_neuron(LIF<>{}.bias(nan)), {cells, "bias", "nan"});
  expect_error(of_neuron(LIF<>{}.membrane(factor(1)).bias(0.2)), {cells, "bias", "leak", "0.2"});
  expect_error(of_neuron(LIF<>{}.membrane(exact(infinite)).bias(2)), {cells, "bias", "leak", "2"});
  EXPECT_EQ(kosnn_test::error_of(of_neuron(LIF<>{}.membrane(factor(1)))), "");
  expect_error(of_neuron(LIF<>{}.refractory(-1)), {cells, "refractory", "-1"});
  expect_error(of_neuron(LIF<>{}.refractory(0.7), 0.5), {cells, "refractory", "0.7", "dt = 0.5"});
  expect_error(of_neuron(LIF<>{}.refractory(1e12)), {cells, "refractory", "1e+12", "2^30"});
  expect_error(of_neuron(IF<>{}.gain(nan)), {cells, "membrane", "alpha", "nan"});
  expect_error(of_neuron(AdaptiveLIF<>{}.adaptation(exact(-1))),
               {cells, "adaptation", "tau", "-1"});
  expect_error(
      [] {
        make_network<Device>(Config{},
                             population(Cells{}, LIF<>{}, Shape{5}).trace(all_to_all(exact(-7))));
      },
      {cells, "trace", "tau", "-7"});
  expect_error(
      [] {
        auto p = population(Cells{}, LIF<>{}, Shape{5});
        for (int k = 1; k <= 9; ++k) p.trace(all_to_all(exact(k)));
        make_network<Device>(Config{}, p);
      },
      {cells, "at most 8", "traces"});
}

TEST(Errors, OfDelays) {
  expect_error(of_delays(delays::constant(0.7)), {edge, "delay", "0.7", "dt = 0.5"});
  expect_error(of_delays(delays::constant(-1)), {edge, "delay", "-1"});
  expect_error(of_delays(delays::constant(nan)), {edge, "delay", "nan"});
  expect_error(of_delays(delays::constant(1e9)), {edge, "delay", "1e+09", "2^24"});
  expect_error(of_delays(delays::uniform(2, 1)), {edge, "delays", "low <= high", "2", "1"});
  expect_error(of_delays(delays::uniform(0.5, 1.2)), {edge, "delay", "1.2"});
  expect_error(of_delays(delays::array({1, 2})), {edge, "delays", "15", "2"});
  std::vector<double> ms(15, 1);
  ms[7] = 1.25;
  expect_error(of_delays(delays::array(ms)), {edge, "delay", "1.25", "dt = 0.5"});
  ms[7] = -2;
  expect_error(of_delays(delays::array(ms)), {edge, "delay", "-2"});
  ms[7] = nan;
  expect_error(of_delays(delays::array(ms)), {edge, "delays", "value 7", "not finite"});
  auto const between = [](auto pre, auto post, std::string const& name) {
    expect_error(
        [&] {
          make_network<Device>(Config{}, population(In{}, LIF<>{}, Shape{3}),
                               population(Cells{}, LIF<>{}, Shape{3}),
                               project(pre, post, Dense{}, weights::constant(1)));
        },
        {name, "delay 0", "declared before"});
  };
  between(Cells{}, In{}, "projection Cells -> In");
  between(Cells{}, Cells{}, "projection Cells -> Cells");
}

TEST(Errors, OfWeights) {
  expect_error(of_weights(weights::constant(nan)), {edge, "weights", "nan"});
  expect_error(of_weights(weights::constant(1e300)), {edge, "weight 0", "precision", "1e+300"});
  expect_error(of_weights(weights::uniform(1, 0)), {edge, "weights", "low <= high", "1", "0"});
  expect_error(of_weights(weights::normal(1, -0.5)), {edge, "weights", "sd >= 0", "-0.5"});
  expect_error(of_weights(weights::array({1, 2, 3})), {edge, "weights", "15", "3"});
  std::vector<double> w(15, 0.5);
  w[4] = nan;
  expect_error(of_weights(weights::array(w)), {edge, "weights", "value 4", "not finite"});
  w[4] = 1e300;
  expect_error(of_weights(weights::array(w)), {edge, "weight 4", "precision", "1e+300"});
  w[4] = 1.5;
  expect_error(of_rule(PairStdp<>{}, weights::array(w)), {edge, "weight 4", "1.5", "clamp [0, 1]"});
  expect_error(of_rule(PairStdp<>{}, weights::constant(-1)), {edge, "-1", "clamp [0, 1]"});
  expect_error(of_projection<OneToOne>(weights::constant(1), delays::none()),
               {edge, "one size", "3", "5"});
  expect_error(of_projection<AllButOne>(weights::constant(1), delays::none()),
               {edge, "one size", "3", "5"});
  expect_error(of_projection<AllButOne>(weights::array(std::vector<double>(16, 1)), delays::none(),
                                        Static{}, true),
               {edge, "weights", "value 0", "diagonal"});
}

TEST(Errors, TellNumbersApart) {
  expect_error(of_delays(delays::constant(1.0000001)), {"1.0000001 ms"});
  expect_error(of_rule(PairStdp<>{}, weights::constant(1.0000001)), {"1.0000001", "[0, 1]"});
}

TEST(Errors, OfDelaysPerSynapse) {
  std::vector<double> ms(15, 1);
  ms[7] = 2.25;
  expect_error(of_delays(delays::array(ms)), {edge, "delay number 7", "2.25"});
}

// Nothing is drawn or allocated before the size is known to fit.
TEST(Errors, OfMemoryComesBeforeTheWork) {
  EXPECT_THROW(make_network<Device>(
                   Config{}.memory_limit(1000), population(In{}, SpikeArraySource{}, Shape{60000}),
                   population(Cells{}, LIF<>{}, Shape{60000}),
                   project(In{}, Cells{}, Dense{}, weights::uniform(0, 1), delays::uniform(1, 20))),
               MemoryError);
  auto net =
      make_network<Device>(Config{}.memory_limit(20000), population(Cells{}, LIF<>{}, Shape{37}));
  EXPECT_THROW(net.record(Cells{}, Spikes{}), MemoryError);
  EXPECT_THROW(net.record(Cells{}, Field<&LIF<>::State::v>{}), MemoryError);
  net.run(10);
}

TEST(Errors, OfRules) {
  expect_error(of_rule(PairStdp<>{}.a_plus(-1)), {edge, "a_plus", "-1"});
  expect_error(of_rule(PairStdp<>{}.a_minus(nan)), {edge, "a_minus", "nan"});
  expect_error(of_rule(PairStdp<>{}.offset(-0.5)), {edge, "offset", "-0.5"});
  expect_error(of_rule(PairStdp<>{}.tau_plus(0)), {edge, "presynaptic trace", "tau", "0"});
  expect_error(of_rule(PairStdp<>{}.tau_minus(-4)), {edge, "postsynaptic trace", "tau", "-4"});
  expect_error(of_rule(PairStdp<>{}.clamp(1, 0)), {edge, "clamp", "low <= high", "1", "0"});
  expect_error(of_rule(PairStdp<>{}.clamp(nan, 1)), {edge, "clamp", "nan"});
  expect_error(of_rule(PairStdp<float, Multiplicative>{}.clamp(0, infinite)),
               {edge, "Multiplicative STDP", "finite bounds", "inf"});
  auto const w = weights::constant(0.5);
  expect_error(of_rule(PairStdp<>{}, w, {1, 1}), {edge, "mask", "15", "2"});
  std::vector<double> mask(15, 1);
  mask[3] = 1.5;
  expect_error(of_rule(PairStdp<>{}, w, mask), {edge, "factor 3", "mask", "1.5"});
  mask[3] = nan;
  expect_error(of_rule(PairStdp<>{}, w, mask), {edge, "factor 3", "mask", "nan"});
  expect_error(of_rule(Static{}, w, mask), {edge, "mask", "plasticity"});
}

template <class Rule>
auto of_signed_rule(Rule const& rule, int sign, Weights const& w = weights::constant(0)) {
  return [=] {
    auto p = project(In{}, Cells{}, Dense{}, w, rule);
    make_network<Device>(Config{}, population(In{}, SpikeArraySource{}, Shape{3}),
                         population(Cells{}, LIF<>{}, Shape{5}),
                         sign > 0 ? p.excitatory() : p.inhibitory());
  };
}

TEST(Errors, OfSignsThatLeaveNoWeightButZero) {
  expect_error(of_signed_rule(PairStdp<>{}, -1),
               {edge, "clamp [0, 1]", "inhibitory synapses no weight below 0", "clamp(-1, 0)"});
  expect_error(of_signed_rule(PairStdp<>{}.clamp(-2, 0), 1),
               {edge, "clamp [-2, 0]", "excitatory synapses no weight above 0", "clamp(0, 1)"});
  EXPECT_EQ(kosnn_test::error_of(of_signed_rule(PairStdp<>{}.clamp(-2, 0), -1)), "");
}

TEST(Errors, OfBoundsThatWeightDependencesNeed) {
  PairStdp<float, PowerPotentiation> const power;
  expect_error(of_rule(power, weights::constant(-1)), {edge, "-1", "clamp [0, 1]"});
  expect_error(of_rule(PairStdp<float, PowerPotentiation>{}.clamp(-1, 1)),
               {edge, "PowerPotentiation", "at least 0", "-1"});
  expect_error(of_rule(PairStdp<float, PowerPotentiation>{}.clamp(-infinite, 1)),
               {edge, "PowerPotentiation", "finite bounds", "-inf"});
  EXPECT_EQ(kosnn_test::error_of(
                of_signed_rule(PairStdp<float, PowerPotentiation>{}.clamp(-infinite, 1), 1)),
            "");
}

TEST(Errors, OfTracesThatNothingLooksAt) {
  auto const immediate = [](auto const& rule) {
    make_network<Device>(
        Config{}, population(In{}, SpikeArraySource{}, Shape{3}),
        population(Cells{}, LIF<>{}, Shape{5}),
        project(In{}, Cells{}, Dense{}, weights::constant(0.5), rule).immediate_trace());
  };
  expect_error([&] { immediate(Static{}); }, {edge, "immediate_trace", "neither a rule"});
  EXPECT_EQ(kosnn_test::error_of([&] { immediate(PairStdp<>{}); }), "");
}

// Numbers that are finite in double, but not in float.
TEST(Errors, OfWhatFloatCannotHold) {
  expect_error(of_neuron(LIF<>{}.rest(1e39)), {cells, "rest", "precision", "1e+39"});
  expect_error(of_neuron(LIF<>{}.reset(-1e39)), {cells, "reset", "precision", "-1e+39"});
  expect_error(of_neuron(LIF<>{}.threshold(1e39)), {cells, "threshold", "precision", "1e+39"});
  expect_error(of_neuron(LIF<>{}.bias(1e39)), {cells, "bias", "precision", "1e+39"});
  expect_error(of_neuron(LIF<>{}.membrane(exact(20, 1e300))),
               {cells, "membrane", "alpha", "precision", "1e+300"});
  expect_error(of_neuron(IF<>{}.gain(1e30).bias(1e30)), {cells, "bias", "precision", "1e+60"});
  expect_error(of_neuron(AdaptiveLIF<>{}.adaptation(exact(20, 1e39))),
               {cells, "adaptation", "precision"});
  expect_error(of_neuron(Izhikevich<>{0.02, 0.2, -1e39, 8}), {cells, "c", "precision", "-1e+39"});
  using Escaping = StochasticLIF<float, ExponentialEscape<>>;
  expect_error(of_neuron(Escaping(ExponentialEscape<>{1, 0, 1e-50})),
               {cells, "delta", "too small", "1e-50"});
  expect_error(of_weights(weights::normal(1e39, 0)), {edge, "weight 0", "precision", "1e+39"});
  expect_error(of_rule(PairStdp<>{}, weights::normal(1e39, 0)), {edge, "weight 0", "precision"});
  expect_error(of_weights(weights::uniform(1e39, 2e39)), {edge, "weight 0", "precision"});
  expect_error(of_rule(PairStdp<>{}.a_plus(1e39)), {edge, "a_plus", "precision", "1e+39"});
  expect_error(of_rule(PairStdp<>{}.clamp(0, 1e39)), {edge, "clamp", "precision", "1e+39"});
  expect_error(of_rule(PairStdp<>{}.soft_bounds(0.5, 0.5 + 1e-12)), {edge, "soft bounds", "equal"});
  using Power = PairStdp<float, PowerPotentiation>;
  expect_error(of_rule(Power{}.dependence({0.4, 1e-50})), {edge, "w0", "too small"});
  expect_error(of_rule(PairStdp<>{}.pre_trace(all_to_all(exact(20, 1e39)))),
               {edge, "presynaptic trace", "precision"});
}

TEST(Errors, OfSources) {
  auto net = make_network<Device>(
      Config{}.dt(0.5).batch(2), population(In{}, SpikeArraySource{}, Shape{3}),
      population(Noise{}, BernoulliSource{}, Shape{3}), population(Values{}, Input{}, Shape{3}));
  auto const rates = [&](std::vector<double> const& hz) {
    return [&net, hz] { net.get(Noise{}).set_rates(hz); };
  };
  std::string const noise = "population Noise";
  expect_error(rates({1, -2, 3}), {noise, "rate", "neuron 1", "2000 Hz", "-2"});
  expect_error(rates({1, 2, nan}), {noise, "rate", "neuron 2", "nan"});
  expect_error(rates({1, 2, 3, 4, 5, 2001}), {noise, "rate", "neuron 2", "2001"});
  expect_error(rates({1, 2}), {noise, "set_rates", "3 values", "2 x 3", "got 2"});
  auto const spikes = [&](std::vector<int> const& neurons, std::vector<double> const& times,
                          std::vector<int> const& elements = {}) {
    return [=, &net] { net.get(In{}).set_spikes(neurons, times, elements); };
  };
  std::string const in = "population In";
  expect_error(spikes({0, 1}, {1, 1.2}), {in, "spike 1", "time", "1.2", "dt = 0.5"});
  expect_error(spikes({0}, {-1}), {in, "spike 0", "time", "-1"});
  expect_error(spikes({0}, {nan}), {in, "spike 0", "time", "nan"});
  expect_error(spikes({0, 3}, {1, 1}), {in, "spike 1", "no neuron 3"});
  expect_error(spikes({-1}, {1}), {in, "spike 0", "no neuron -1"});
  expect_error(spikes({1}, {1}, {2}), {in, "spike 0", "no neuron 1", "element 2"});
  expect_error(spikes({0, 2, 2}, {1, 4, 4}), {in, "neuron 2", "two spikes", "4 ms"});
  expect_error(spikes({0, 1}, {1}), {in, "set_spikes", "(2)", "(1)"});
  expect_error(spikes({0}, {1}, {0, 1}), {in, "set_spikes", "batch elements", "(2"});
  EXPECT_EQ(kosnn_test::error_of(spikes({2, 2}, {4, 4}, {0, 1})), "");
  auto const values = [&](std::vector<float> const& x) {
    return [&net, x] { net.get(Values{}).set_values(x); };
  };
  expect_error(values({1, 2}), {"population Values", "set_values", "3 values", "got 2"});
  expect_error(values({1, float(nan), 1}), {"population Values", "neuron 1", "not finite"});
  net.run(1);  // the network is whole still
}

TEST(Errors, OfCalls) {
  auto net =
      make_network<Device>(Config{}.dt(0.5), population(In{}, SpikeArraySource{}, Shape{3}),
                           population(Cells{}, LIF<>{}, Shape{5}),
                           project(In{}, Cells{}, Dense{}, weights::uniform(0, 1), PairStdp<>{}),
                           project(In{}, Cells{}, Dense{}, weights::constant(1)));
  expect_error([&] { net.run(0.7); }, {"run", "time", "0.7", "dt = 0.5"});
  expect_error([&] { net.run(-1); }, {"run", "time", "-1"});
  expect_error([&] { net.run(nan); }, {"run", "time", "nan"});
  Field<&LIF<>::State::v> const v;
  expect_error([&] { net.record(Cells{}, v, 0.7); }, {cells, "interval", "recorder", "0.7"});
  expect_error([&] { net.record(Cells{}, v, -1); }, {cells, "interval", "recorder", "-1"});
  expect_error([&] { net.record_weights(In{}, Cells{}, 0); },
               {edge, "interval", "recorder", "one"});
  expect_error([&] { net.record(Cells{}, nearest(exact(3))); }, {cells, "no such trace"});
  expect_error([&] { net.get(Cells{}).trace(nearest(exact(3))); }, {cells, "no such trace"});
  expect_error(
      [&] {
        for (int k = 0; k < 9; ++k) net.record(Cells{}, v);
      },
      {cells, "at most 8", "recorders"});
  auto& projection = net.projection(In{}, Cells{});
  expect_error([&] { projection.set_weights({1, 2}); }, {edge, "set_weights", "15", "2"});
  std::vector<float> w(15, 0.5f);
  w[6] = 2;
  expect_error([&] { projection.set_weights(w); }, {edge, "weight 6", "2", "clamp [0, 1]"});
  w[6] = float(nan);
  expect_error([&] { projection.set_weights(w); }, {edge, "weight 6", "not finite"});
  expect_error([&] { projection.normalise(infinite); }, {edge, "normalise", "inf"});
  expect_error([&] { projection.normalise(1e300); }, {edge, "normalise", "1e+300"});
  expect_error([&] { projection.set_mask({1}); }, {edge, "mask", "15", "1"});
  auto& constant = net.projection<1>(In{}, Cells{});
  expect_error([&] { constant.set_weights(w); }, {edge, "one constant weight"});
  expect_error([&] { constant.normalise(1); }, {edge + " (number 1)", "one constant weight"});
  auto const set = [&](std::vector<float> const& x) {
    net.get(Cells{}).set_field<&LIF<>::State::v>(x);
  };
  expect_error([&] { set({1, 2}); }, {cells, "set_field", "5 values", "got 2"});
  expect_error([&] { set({1, 2, float(nan), 4, 5}); }, {cells, "set_field of v", "neuron 2"});
}

/// Its state is not finite any more once it has reached 42.
struct Runaway {
  struct State {
    float v;
  };
  using fields = Fields<&State::v>;
  KOKKOS_FUNCTION State initial() const { return {0}; }
  KOKKOS_FUNCTION bool step(State& s, float) const {
    s.v = s.v / (s.v == 42 ? 0.0F : 1.0F);
    return false;
  }
};

TEST(Errors, CheckFiniteNamesTheNeuron) {
  auto net = make_network<Device>(Config{}.dt(0.5).batch(3).check_finite(true),
                                  population(Cells{}, Runaway{}, Shape{37}));
  net.run(5);
  std::vector<float> v(3 * 37);
  v[2 * 37 + 11] = v[2 * 37 + 12] = 42;
  net.get(Cells{}).set_field<&Runaway::State::v>(v);
  expect_error([&] { net.run(5); },
               {cells, "v of neuron 11", "element 2", "not finite", "step 10", "5 ms"});
}

}  // namespace

// Rules that act on all synapses at once and rules that normalise traces: FedeSTDP in both its
// forms and additive R-STDP, against PySNN's verified sequences and a naive double loop.

#include <cmath>
#include <set>
#include <utility>
#include <vector>

#include "testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::config;
using kosnn_test::error_of;

struct Pre {};
struct Driver {};
struct Post {};

template <class Device>
class FedeRule : public ::testing::Test {};
TYPED_TEST_SUITE(FedeRule, kosnn_test::Devices);

/// A trace that is the value of an Input itself.
Trace value_itself() { return all_to_all(factor(0)); }

template <class Values>
void expect_near(Values const& values, std::vector<double> const& expected, double tolerance) {
  ASSERT_EQ(values.size(), expected.size());
  for (std::size_t k = 0; k < values.size(); ++k) EXPECT_NEAR(values[k], expected[k], tolerance);
}

TYPED_TEST(FedeRule, PysnnOneStep) {
  auto net = make_network<TypeParam>(
      config(), population(Pre{}, Input{}, Shape{2}), population(Post{}, IF<>{}, Shape{1}),
      project(Pre{}, Post{}, Dense{}, weights::constant(0.6),
              FedeStdpEveryStep<>{}.rate(0.1).w_init(0.5).a(0.5).pre_trace(value_itself())));
  net.get(Pre{}).set_values({0.25F, 1});
  net.step();
  expect_near(net.projection(Pre{}, Post{}).weights(), {0.492235, 0.745460}, 1e-6);
}

TYPED_TEST(FedeRule, PysnnBatch) {
  auto net = make_network<TypeParam>(
      config().batch(2), population(Pre{}, Input{}, Shape{2}), population(Post{}, IF<>{}, Shape{2}),
      project(Pre{}, Post{}, Dense{}, weights::constant(0.5),
              FedeStdpEveryStep<>{}.rate(0.1).w_init(0.5).a(0.5).pre_trace(value_itself())));
  net.get(Pre{}).set_values({1, 2, 3, 4});
  net.step();
  expect_near(net.projection(Pre{}, Post{}).weights(), {0.5, 0.5, 0.585914, 0.585914}, 1e-6);
}

// The trace at the synapses is its immediate one. From step 2 on its voltages are others: the spike
// of input 1 in step 1 makes PySNN forget that of step 0, which is on its way. Here both arrive.
TYPED_TEST(FedeRule, PysnnLongerRun) {
  auto const trace = all_to_all(euler(4, 4));
  auto const neuron =
      Fede<>{}.membrane(euler(4, 2)).threshold(0.6).refractory(2).presynaptic(trace);
  auto net = make_network<TypeParam>(
      config(), population(Pre{}, Input{}, Shape{2}), population(Post{}, neuron, Shape{2}),
      project(Pre{}, Post{}, Dense{}, weights::array({6, 4, 5, 7}), delays::constant(2),
              FedeStdpEveryStep<>{}.rate(0.01).w_init(5).a(0.5).pre_trace(trace))
          .immediate_trace());
  std::vector<std::vector<float>> const inputs{{1, 1}, {0, 1}, {0, 0}, {1, 0}};
  std::vector<std::pair<int, std::vector<double>>> const expected{
      {0, {5.994569, 4.05846, 5.017183, 6.966057}},
      {1, {5.964041, 4.080041, 5.033901, 6.93345}},
      {3, {5.930645, 4.153423, 5.055377, 6.846691}},
      {7, {5.890761, 4.302926, 5.100103, 6.707103}},
      {11, {5.858958, 4.433913, 5.139929, 6.586833}}};
  std::vector<std::vector<double>> const voltages{{-1, -1}, {-2, -2}};
  std::vector<std::vector<double>> const traces{
      {1, 1}, {0.75, 1.75}, {0.5625, 1.3125}, {1.421875, 0.984375}};
  auto next = expected.begin();
  for (std::size_t t = 0; t < 12; ++t) {
    net.get(Pre{}).set_values(inputs[t % 4]);
    net.step();
    if (t < voltages.size())
      expect_near(net.get(Post{}).template field<&Fede<>::State::v>(), voltages[t], 5e-6);
    if (t < traces.size()) expect_near(net.get(Pre{}).trace(trace), traces[t], 1e-6);
    if (t < 2) {
      EXPECT_EQ(net.get(Post{}).spikes(), 0U);
    } else if (t == 2) {
      EXPECT_EQ(net.get(Post{}).spikes(), 2U);
    }
    if (static_cast<int>(t) != next->first) continue;
    expect_near(net.projection(Pre{}, Post{}).weights(), next->second, 5e-6);
    ++next;
  }
}

// PySNN divides by the largest trace even where it is 0: its weights are NaN from then on.
TYPED_TEST(FedeRule, SilentSourcesGiveNoNan) {
  auto net = make_network<TypeParam>(
      config(), population(Pre{}, Input{}, Shape{3}), population(Driver{}, Input{}, Shape{2}),
      population(Post{}, kosnn_test::Puppet<float>{}, Shape{2}),
      project(Driver{}, Post{}, OneToOne{}, weights::constant(1000)),
      project(Pre{}, Post{}, Dense{}, weights::constant(0.5), FedeStdp<>{}.rate(0.1)),
      project(Pre{}, Post{}, Dense{}, weights::constant(300), FedeStdpEveryStep<>{}.rate(0.1)));
  net.get(Driver{}).set_values({1, 1});
  net.run(20);
  net.get(Pre{}).set_values({-3, 0, 0});  // no trace above 0
  net.run(20);
  net.get(Pre{}).set_values({1e-30F, 1e30F, -1e30F});
  net.run(20);
  for (float const w : net.projection(Pre{}, Post{}).weights()) EXPECT_TRUE(std::isfinite(w)) << w;
  for (float const w : net.template projection<1>(Pre{}, Post{}).weights())
    EXPECT_TRUE(std::isfinite(w)) << w;
}

// w* = w_init + log((exp(x) - a) / (exp(1 - x) - a)) / 2 for a trace that stays at x.
TYPED_TEST(FedeRule, SettlesAtItsFixedPoint) {
  std::vector<double> const x{0, 0.2, 0.7, 1};
  auto net = make_network<TypeParam, double>(
      config(), population(Pre{}, Input{}, Shape{4}), population(Driver{}, Input{}, Shape{1}),
      population(Post{}, kosnn_test::Puppet<double>{}, Shape{1}),
      project(Driver{}, Post{}, OneToOne{}, weights::constant(1000)),
      project(Pre{}, Post{}, Dense{}, weights::uniform(0, 1),
              FedeStdp<double>{}.rate(0.05).w_init(0.4).a(0.3).pre_trace(value_itself())));
  net.get(Pre{}).set_values(x);
  net.get(Driver{}).set_values({1});
  net.run(1000);
  auto const w = net.projection(Pre{}, Post{}).weights();
  for (std::size_t k = 0; k < x.size(); ++k)
    EXPECT_NEAR(w[k], 0.4 + 0.5 * std::log((std::exp(x[k]) - 0.3) / (std::exp(1 - x[k]) - 0.3)),
                1e-6);
}

// ---- against a naive double loop

constexpr int pre_size = 37, steps = 50;
constexpr double rate = 0.02, w_init = 0.4, a = 0.3, tau = 7, tau_minus = 11;

struct Case {
  Delays delays = delays::none();
  int post = 21, batch = 1;
  double probability = 0.1;  // of a spike, of sources and targets
  bool immediate = false, masked = false;
  BatchUpdate update = BatchUpdate::mean;
};

/// Traces after each step: [step][element * size + neuron].
using Traces = std::vector<std::vector<double>>;
Traces traces(kosnn_test::SpikeList const& list, int size, int batch, double of_tau) {
  std::vector<double> now(static_cast<std::size_t>(size * batch));
  Traces z;
  std::size_t k = 0;  // the list is in order of time
  for (int t = 0; t < steps; ++t) {
    for (double& x : now) x *= std::exp(-1 / of_tau);
    for (; k < list.times.size() && std::lround(list.times[k]) == t; ++k)
      now[static_cast<std::size_t>(list.elements[k] * size + list.neurons[k])] += 1;
    z.push_back(now);
  }
  return z;
}
double fede(double w, double zn) {
  double const d = w - w_init;
  return rate * (std::exp(-d) * (std::exp(zn) - a) - std::exp(d) * (std::exp(1 - zn) - a));
}

/// What a whole network does, for one of the rules.
enum class Kind { gated, every_step, additive };

template <class Real, Kind kind>
auto rule_of() {
  if constexpr (kind == Kind::gated)
    return FedeStdp<Real>{}.rate(rate).w_init(w_init).a(a).pre_trace(all_to_all(exact(tau)));
  else if constexpr (kind == Kind::every_step)
    return FedeStdpEveryStep<Real>{}.rate(rate).w_init(w_init).a(a).pre_trace(
        all_to_all(exact(tau)));
  else
    return AdditiveRstdp<Real>{}.rate(rate).tau_plus(tau).tau_minus(tau_minus).clamp(0.1, 0.9);
}
double reward_after(int t, int element) { return t % 4 == 0 ? std::cos(2.3 * t + element) : 0; }

template <class Device, class Real, class Topology, Kind kind>
void expect_learning(Case const& k) {
  auto plastic = project(Pre{}, Post{}, Topology{}, weights::uniform(0.2, 0.8), k.delays,
                         rule_of<Real, kind>());
  auto mask = kosnn_test::random_values(kosnn_test::storage<Topology>(pre_size, k.post), 0, 1, 9);
  for (std::size_t s = 0; s < mask.size(); s += 3) mask[s] = 0;
  if (k.masked) plastic.mask(mask);
  if (k.immediate) plastic.immediate_trace();
  auto net = make_network<Device, Real>(
      config().batch(k.batch).batch_update(k.update),
      population(Pre{}, SpikeArraySource{}, Shape{pre_size}),
      population(Driver{}, SpikeArraySource{}, Shape{k.post}),
      population(Post{}, kosnn_test::Puppet<Real>{}, Shape{k.post}), plastic,
      project(Driver{}, Post{}, OneToOne{}, weights::constant(1000)));
  auto const x = kosnn_test::random_spikes(pre_size, k.batch, steps, 1, k.probability, 1);
  auto const y = kosnn_test::random_spikes(k.post, k.batch, steps, 1, k.probability, 2);
  net.get(Pre{}).set_spikes(x.neurons, x.times, x.elements);
  net.get(Driver{}).set_spikes(y.neurons, y.times, y.elements);
  auto& projection = net.projection(Pre{}, Post{});
  auto const delays = projection.delays();
  auto const first = projection.weights();
  std::vector<double> w(first.begin(), first.end());
  for (int t = 0; t < steps; ++t) {
    net.step();
    if constexpr (kind == Kind::additive) {
      std::vector<double> rewards;
      for (int b = 0; b < k.batch; ++b) rewards.push_back(reward_after(t, b));
      if (k.masked)
        net.reward(rewards);
      else
        net.reward(rewards[0]);
    }
  }

  Traces const pre = traces(x, pre_size, k.batch, tau);
  Traces const post = traces(y, k.post, k.batch, tau_minus);
  std::vector<std::vector<char>> fired(steps);
  for (auto& step : fired) step.resize(static_cast<std::size_t>(k.post * k.batch));
  for (std::size_t n = 0; n < y.times.size(); ++n)
    fired[static_cast<std::size_t>(std::lround(y.times[n]))]
         [static_cast<std::size_t>(y.elements[n] * k.post + y.neurons[n])] = 1;
  auto const all = kosnn_test::synapses<Topology>(pre_size, k.post);
  std::set<int> different;  // delays that occur
  for (double const d : delays) different.insert(static_cast<int>(std::lround(d)));
  auto const seen = [&](int source, int delay, int t, int b) {
    int const then = k.immediate ? t : t - delay;
    if (then < 0) return 0.0;
    return pre[static_cast<std::size_t>(then)][static_cast<std::size_t>(b * pre_size + source)];
  };
  double const scale = k.update == BatchUpdate::mean ? 1.0 / k.batch : 1;
  for (int t = 0; t < steps; ++t) {
    auto const raw = [&](auto const& s, int b) {
      return seen(s.source, static_cast<int>(std::lround(delays[s.index])), t, b);
    };
    // The largest that each target sees in each batch element, or that any sees.
    std::vector<double> largest(static_cast<std::size_t>(k.post * k.batch));
    for (auto const& s : all)
      for (int b = 0; b < k.batch; ++b) {
        double& of_target = largest[static_cast<std::size_t>(b * k.post + s.target)];
        of_target = std::max(of_target, raw(s, b));
      }
    if (kind == Kind::every_step) {
      double all_sources = 0;  // also those without a synapse of some delay
      for (int const d : different)
        for (int i = 0; i < pre_size; ++i)
          for (int b = 0; b < k.batch; ++b) all_sources = std::max(all_sources, seen(i, d, t, b));
      for (double& of_target : largest) of_target = all_sources;
    }
    for (auto const& s : all) {
      double change = 0;
      for (int b = 0; b < k.batch; ++b) {
        auto const target = static_cast<std::size_t>(b * k.post + s.target);
        double const z = raw(s, b), zn = largest[target] > 0 ? z / largest[target] : 0;
        if (kind == Kind::additive)
          change += reward_after(t, k.masked ? b : 0) * rate *
                    (z - post[static_cast<std::size_t>(t)][target]);
        else if (kind == Kind::every_step || fired[static_cast<std::size_t>(t)][target])
          change += fede(w[s.index], zn);
      }
      double& value = w[s.index];
      value += scale * (k.masked ? mask[s.index] : 1) * change;
      if (kind == Kind::additive) value = std::min(std::max(value, 0.1), 0.9);
    }
  }
  auto const after = projection.weights();
  double const tolerance = std::is_same_v<Real, float> ? 1e-5 : 1e-12;
  double largest_change = 0;
  for (auto const& s : all) {
    ASSERT_NEAR(static_cast<double>(after[s.index]), w[s.index], tolerance)
        << "synapse " << s.source << " -> " << s.target << " of delay " << delays[s.index];
    largest_change =
        std::max(largest_change, std::fabs(w[s.index] - static_cast<double>(first[s.index])));
  }
  if (k.probability > 0 || kind == Kind::every_step)
    EXPECT_GT(largest_change, 0.01);
  else
    EXPECT_EQ(largest_change, 0);
}

template <class Device, class Real, class Topology, Kind kind>
void expect_all(int post) {
  for (auto const& d : {delays::none(), delays::constant(2), delays::uniform(1, 6)})
    for (int const batch : {1, 3}) {
      SCOPED_TRACE("delays of kind " + std::to_string(static_cast<int>(d.values.kind())) +
                   ", batch " + std::to_string(batch));
      Case k{d, post, batch};
      expect_learning<Device, Real, Topology, kind>(k);
      k.immediate = k.masked = true;
      k.update = BatchUpdate::sum;
      expect_learning<Device, Real, Topology, kind>(k);
      k.immediate = false;
      for (k.probability = 0; k.probability <= 1; ++k.probability)
        expect_learning<Device, Real, Topology, kind>(k);
    }
}

TYPED_TEST(FedeRule, Gated) {
  expect_all<TypeParam, double, Dense, Kind::gated>(21);
  expect_all<TypeParam, double, AllButOne, Kind::gated>(pre_size);
  expect_all<TypeParam, double, OneToOne, Kind::gated>(pre_size);
}
TYPED_TEST(FedeRule, EveryStep) {
  expect_all<TypeParam, double, Dense, Kind::every_step>(21);
  expect_all<TypeParam, float, Dense, Kind::every_step>(70);
}
TYPED_TEST(FedeRule, EveryStepOneToOne) {
  expect_all<TypeParam, double, OneToOne, Kind::every_step>(pre_size);
}
TYPED_TEST(FedeRule, EveryStepLateral) {
  expect_all<TypeParam, double, AllButOne, Kind::every_step>(pre_size);
}
TYPED_TEST(FedeRule, AdditiveRstdp) {
  expect_all<TypeParam, double, Dense, Kind::additive>(21);
  expect_all<TypeParam, double, OneToOne, Kind::additive>(pre_size);
}

TYPED_TEST(FedeRule, Errors) {
  auto const of = [](auto const& rule) {
    return error_of([&] {
      make_network<TypeParam>(config(), population(Pre{}, Input{}, Shape{3}),
                              population(Post{}, IF<>{}, Shape{2}),
                              project(Pre{}, Post{}, Dense{}, weights::constant(0.5), rule));
    });
  };
  EXPECT_EQ(of(FedeStdp<>{}.a(1.5)), "projection Pre -> Post: a must be in [0, 1], got 1.5");
  EXPECT_EQ(of(FedeStdp<>{}.rate(-1)),
            "projection Pre -> Post: rate must be finite and at least 0, got -1");
  EXPECT_EQ(of(FedeStdp<>{}.w_init(std::nan(""))),
            "projection Pre -> Post: w_init must be finite, got nan");
  EXPECT_EQ(of(FedeStdp<>{}.clamp(0, 0.2)),
            "projection Pre -> Post: weight 0 is 0.5, outside the clamp [0, 0.2]");
}

}  // namespace

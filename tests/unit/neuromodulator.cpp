// Rewards by the spikes of a population: against a loop over every step at each synapse, in double,
// where weights follow in every step and where they follow only where a spike meets their synapse.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::config;
using kosnn_test::error_of;

struct Pre {};
struct Driver {};
struct Post {};
struct Dopamine {};

constexpr double dt = 0.5;
constexpr int sources = 19, targets = 13, releasing = 3, steps = 110;

template <class Device>
class NeuromodulatorTest : public ::testing::Test {};
TYPED_TEST_SUITE(NeuromodulatorTest, kosnn_test::Devices);

/// For each neuron of each batch element, whether it fires in each step.
using Train = std::vector<char>;
std::vector<std::vector<Train>> trains_of(kosnn_test::SpikeList const& list, int batch, int size) {
  std::vector<std::vector<Train>> trains(
      static_cast<std::size_t>(batch),
      std::vector<Train>(static_cast<std::size_t>(size), Train(steps)));
  for (std::size_t k = 0; k < list.times.size(); ++k)
    trains[static_cast<std::size_t>(list.elements[k])][static_cast<std::size_t>(list.neurons[k])]
          [static_cast<std::size_t>(std::lround(list.times[k] / dt))] = 1;
  return trains;
}

struct Case {
  Delays delays = delays::constant(1);
  int batch = 1;
  double spikes = 0.1, rewards = 0.05;
  double dendritic_ms = 0;  // of each delay; -1: all
  bool strict = false;
};
constexpr double tau_e = 31, tau_n = 17, baseline = 0.07, per_spike = 0.4;
constexpr int reward_delay = 3;

auto rule() {
  return Mstdpet<double>{}
      .rate(0.000003)
      .a_plus(0.5)
      .a_minus(0.6)
      .tau_plus(7)
      .tau_minus(11)
      .eligibility(exact(tau_e));
}

/// The weight of one synapse before each step, and at the end. With a batch, changes are averaged.
std::vector<double> learnt(Case const& k, std::vector<Train const*> const& pre,
                           std::vector<Train const*> const& post,
                           std::vector<std::vector<Train>> const& dopamine, int delay, double w) {
  auto const elements = static_cast<std::size_t>(k.batch);
  std::vector<double> x(elements), y(elements), e(elements), n(elements);
  double const both = 1 / tau_e + 1 / tau_n;
  double const of_level = (1 - std::exp(-dt * both)) / both;
  double const of_baseline = baseline * tau_e * (1 - std::exp(-dt / tau_e));
  int const dendrite =
      k.dendritic_ms < 0 ? delay : static_cast<int>(std::lround(k.dendritic_ms / dt));
  auto const fired = [](Train const& train, int t) {
    return t >= 0 && train[static_cast<std::size_t>(t)] != 0;
  };
  std::vector<double> course{w};
  for (int t = 0; t < steps; ++t) {
    double change = 0;
    for (std::size_t b = 0; b < elements; ++b) {
      bool const arrives = fired(*pre[b], t - delay + dendrite);
      bool const fires = fired(*post[b], t - dendrite);
      double const earlier_x = x[b] * std::exp(-dt / 7), earlier_y = y[b] * std::exp(-dt / 11);
      x[b] = earlier_x + arrives;
      y[b] = earlier_y + fires;
      e[b] = e[b] * std::exp(-dt / tau_e) + 0.5 * (k.strict ? earlier_x : x[b]) * fires -
             0.6 * (k.strict ? earlier_y : y[b]) * arrives;
      n[b] *= std::exp(-dt / tau_n);
      for (Train const& train : dopamine[b]) n[b] += fired(train, t - reward_delay) ? per_spike : 0;
      change += 0.000003 * e[b] * (n[b] * of_level - of_baseline) / k.batch;
    }
    course.push_back(w += change);
  }
  return course;
}

template <class Device, class Topology>
void expect_learning(Case const& k, Topology const& topology) {
  auto plastic = project(Pre{}, Post{}, topology, weights::uniform(0.2, 0.8), k.delays, rule());
  plastic.rewarded_by(
      Dopamine{},
      Neuromodulator{}.tau(tau_n).per_spike(per_spike).baseline(baseline).delay(dt * reward_delay));
  if (k.batch > 1) plastic.reward_per_element();
  if (k.strict) plastic.ignore_coincidences();
  if (k.dendritic_ms < 0)
    plastic.dendritic();
  else
    plastic.dendritic(k.dendritic_ms);
  auto net = make_network<Device, double>(
      config().dt(dt).batch(k.batch), population(Pre{}, SpikeArraySource{}, Shape{1, 1, sources}),
      population(Driver{}, SpikeArraySource{}, Shape{targets}),
      population(Post{}, kosnn_test::Puppet<double>{}, Shape{targets, 1, 1}),
      population(Dopamine{}, SpikeArraySource{}, Shape{releasing}), plastic,
      project(Driver{}, Post{}, OneToOne{}, weights::constant(1000)));
  auto const a = kosnn_test::random_spikes(sources, k.batch, steps, dt, k.spikes, 1);
  auto const b = kosnn_test::random_spikes(targets, k.batch, steps, dt, k.spikes, 2);
  auto const c = kosnn_test::random_spikes(releasing, k.batch, steps, dt, k.rewards, 3);
  net.get(Pre{}).set_spikes(a.neurons, a.times, a.elements);
  net.get(Driver{}).set_spikes(b.neurons, b.times, b.elements);
  net.get(Dopamine{}).set_spikes(c.neurons, c.times, c.elements);
  auto& synapses = net.projection(Pre{}, Post{});
  auto const before = synapses.weights(), delays = synapses.delays();
  auto const& input = net.record(Post{}, Field<&kosnn_test::Puppet<double>::State::input>{}, dt);
  net.run(steps * dt);
  auto const after = synapses.weights();
  auto const pre = trains_of(a, k.batch, sources), post = trains_of(b, k.batch, targets);
  auto const dopamine = trains_of(c, k.batch, releasing);
  std::vector<double> delivered(input.values().size());
  auto const at = [&](int t, std::size_t e, std::size_t target) {
    return (static_cast<std::size_t>(t) * pre.size() + e) * targets + target;
  };
  for (int t = 0; t < steps; ++t)
    for (std::size_t e = 0; e < pre.size(); ++e)
      for (std::size_t n = 0; n < targets; ++n)
        delivered[at(t, e, n)] = post[e][n][static_cast<std::size_t>(t)] != 0 ? 1000 : 0;
  constexpr bool kernels = std::is_same_v<Topology, Conv2d>;
  for (std::size_t s = 0; s < before.size(); ++s) {
    std::size_t from = kernels ? s % sources : s / targets;
    std::size_t to = kernels ? s / sources : s % targets;
    if constexpr (std::is_same_v<Topology, Sparse>) {
      from = static_cast<std::size_t>(synapses.sources()[s]);
      to = static_cast<std::size_t>(synapses.targets()[s]);
    }
    std::vector<Train const*> x, y;
    for (std::size_t e = 0; e < pre.size(); ++e) {
      x.push_back(&pre[e][from]);
      y.push_back(&post[e][to]);
    }
    int const delay = static_cast<int>(std::lround(delays[s] / dt));
    auto const w = learnt(k, x, y, dopamine, delay, before[s]);
    ASSERT_NEAR(after[s], w.back(), 1e-11 * std::max(1.0, std::fabs(w.back())))
        << "synapse " << s << " of delay " << delays[s];
    for (std::size_t e = 0; e < x.size(); ++e)
      for (int t = delay; t < steps; ++t)
        if ((*x[e])[static_cast<std::size_t>(t - delay)] != 0)
          delivered[at(t, e, to)] += w[static_cast<std::size_t>(t)];
  }
  for (std::size_t d = 0; d < delivered.size(); ++d)
    ASSERT_NEAR(input.values()[d], delivered[d], 1e-8) << d;
}

template <class Device, class Topology>
void expect_all(Topology const& topology, std::vector<int> const& batches) {
  for (auto const& delays : {delays::constant(1), delays::uniform(0.5, 4)})
    for (int const batch : batches)
      for (double const spikes : {0.0, 0.08, 1.0})
        for (double const rewards : {0.0, 0.05, 1.0})
          for (double const dendritic : {0.0, -1.0, 0.5}) {
            if (dendritic != 0 && spikes * rewards != 0.08 * 0.05) continue;
            SCOPED_TRACE("delays of kind " +
                         std::to_string(static_cast<int>(delays.values.kind())) + ", batch " +
                         std::to_string(batch) + ", spikes " + std::to_string(spikes) +
                         ", rewards " + std::to_string(rewards) + ", dendritic " +
                         std::to_string(dendritic));
            bool const strict = dendritic == 0.5;
            expect_learning<Device>({delays, batch, spikes, rewards, dendritic, strict}, topology);
            if (::testing::Test::HasFatalFailure()) return;
          }
}
TYPED_TEST(NeuromodulatorTest, SynapsesThatSpikesMeet) {
  expect_all<TypeParam>(sparse::total(90), {1});
}
TYPED_TEST(NeuromodulatorTest, SparseWithABatch) { expect_all<TypeParam>(sparse::total(90), {3}); }
TYPED_TEST(NeuromodulatorTest, Dense) { expect_all<TypeParam>(kosnn::Dense{}, {1, 3}); }
TYPED_TEST(NeuromodulatorTest, Convolutions) { expect_all<TypeParam>(Conv2d{1, sources}, {1, 3}); }

/// Long enough for the eligibilities to be rescaled several times, in single precision too; with
/// pauses in which nothing is learned, and with rewards from outside.
template <class Device, class Real>
std::vector<Real> weights_after_long(int threads_share, bool pieces) {
  kosnn_test::Chatter<Real> const noise{0.03};
  auto plastic =
      project(Pre{}, Post{}, sparse::bernoulli(0.3), weights::constant(0.5), delays::uniform(1, 3),
              Mstdpet<Real>{}.rate(0.001).eligibility(exact(300)).clamp(0, 1));
  plastic.rewarded_by(Dopamine{}, Neuromodulator{}.baseline(0.1).per_spike(0.2));
  auto net = make_network<Device, Real>(
      config().dt(1).neurons_per_thread(threads_share), population(Pre{}, noise, Shape{100}),
      population(Post{}, noise, Shape{70}),
      population(Dopamine{}, kosnn_test::Chatter<Real>{0.003}, Shape{2}), plastic);
  auto& synapses = net.projection(Pre{}, Post{});
  auto const run = [&](double ms) {
    for (double part = pieces ? 61 : ms; ms > 0; ms -= part) {
      net.run(std::min(part, ms));
      if (pieces) synapses.weights();  // all catch up
    }
  };
  run(2500);
  synapses.learning(false);
  run(100);
  synapses.learning(true);
  run(1200);
  net.reward(0.1);
  run(900);
  return synapses.weights();
}
TYPED_TEST(NeuromodulatorTest, LongRunsAndWorkers) {
  auto const w = weights_after_long<TypeParam, double>(1000, false);
  EXPECT_EQ(w, (weights_after_long<TypeParam, double>(10, false)));
  auto const caught_up = weights_after_long<TypeParam, double>(1000, true);
  auto const single = weights_after_long<TypeParam, float>(1000, false);
  double change = 0;
  for (std::size_t k = 0; k < w.size(); ++k) {
    ASSERT_NEAR(caught_up[k], w[k], 1e-3);  // bounds are looked at more often
    ASSERT_NEAR(single[k], w[k], 1e-3);
    change += std::fabs(w[k] - 0.5) / static_cast<double>(w.size());
  }
  EXPECT_GT(change, 0.01);
}

TYPED_TEST(NeuromodulatorTest, Errors) {
  auto const of = [](Neuromodulator const& substance, Mstdpet<float> const& rewarded,
                     int batch = 1) {
    return error_of([&] {
      auto plastic = project(Pre{}, Post{}, Dense{}, weights::constant(0.5), rewarded);
      plastic.rewarded_by(Dopamine{}, substance);
      make_network<TypeParam>(config().batch(batch), population(Pre{}, PoissonSource{}, Shape{3}),
                              population(Post{}, LIF<>{}, Shape{2}),
                              population(Dopamine{}, PoissonSource{}, Shape{2}), plastic);
    });
  };
  std::string const name = "projection Pre -> Post: ";
  Mstdpet<> const good;
  EXPECT_EQ(of(Neuromodulator{}.tau(0), good),
            name + "neuromodulator: tau must be finite and above 0 ms, got 0");
  EXPECT_EQ(of(Neuromodulator{}.per_spike(NAN), good),
            name + "neuromodulator: per_spike must be finite, got nan");
  EXPECT_EQ(of(Neuromodulator{}.baseline(INFINITY), good),
            name + "neuromodulator: baseline must be finite, got inf");
  EXPECT_EQ(of(Neuromodulator{}.delay(-1), good),
            name + "neuromodulator: the delay must be at least 0 ms, got -1");
  EXPECT_NE(of(Neuromodulator{}.delay(0.3), good).find("delay"), std::string::npos);
  EXPECT_EQ(of(Neuromodulator{}, Mstdpet<>{}.eligibility(factor(0))),
            name + "rewarded_by: the rule's eligibility must last for more than a step");
  EXPECT_EQ(of(Neuromodulator{}, good, 2),
            name +
                "rewarded_by: with a batch each element has spikes of its own; declare "
                "reward_per_element() too");
  EXPECT_EQ(error_of([] {
              auto plastic = project(Pre{}, Post{}, Dense{}, weights::constant(0.5), Mstdpet<>{});
              plastic.rewarded_by(Dopamine{}, Neuromodulator{});
              make_network<TypeParam>(config(), population(Pre{}, PoissonSource{}, Shape{3}),
                                      population(Post{}, LIF<>{}, Shape{2}), plastic);
            }),
            name + "rewarded_by: no population of this network has the tag Dopamine");
}

}  // namespace

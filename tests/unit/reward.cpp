// Learning by reward against a naive double loop, synapse by synapse and element by element, in
// double; and against published and verified tables.

#include <cmath>
#include <cstdint>
#include <vector>

#include "testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::Activity;
using kosnn_test::config;

struct Pre {};
struct Driver {};
struct Post {};

template <class Device>
class Reward : public ::testing::Test {};
TYPED_TEST_SUITE(Reward, kosnn_test::Devices);

constexpr double dt = 0.5;
constexpr double rate = 0.05, a_plus = 0.8, a_minus = 0.6, tau_plus = 7, tau_minus = 11;

/// A rule from outside the library, whose eligibility depends on the weight and whose weights react
/// to the sign of the reward.
template <class Real>
struct Outside {
  using real = Real;
  Relaxation relaxation = factor(0.5, 0.7);
  Trace pre_trace() const { return all_to_all(exact(tau_plus)); }
  Trace post_trace() const { return all_to_all(exact(tau_minus)); }
  Relaxation eligibility() const { return relaxation; }
  Bounds bounds() const { return {0, 1}; }
  KOKKOS_FUNCTION Real on_pre(Real w, Real z) const { return Real(-a_minus) * w * z; }
  KOKKOS_FUNCTION Real on_post(Real w, Real z) const { return Real(a_plus) * (1 - w) * z; }
  KOKKOS_FUNCTION Real on_reward(Real w, Real e, Real reward) const {
    return Real(rate) * reward * e * (reward > 0 ? 1 - w : w);
  }
};

struct Case {
  Delays delays = delays::none();
  int pre = 37, post = 21, batch = 1, steps = 60;
  double probability = 0.15;
  Relaxation eligibility = factor(0.5, 0.7);  // rescaled after 39 steps
  double low = 0, high = 1;
  double least_change = 0.01;  // of the weight that moves most, so that there is something to see
  bool immediate = false, masked = false, per_element = false;
  BatchUpdate update = BatchUpdate::mean;
};

template <class Real>
auto rule_of(Case const& k, Mstdpet<Real>) {
  return Mstdpet<Real>{}
      .a_plus(a_plus)
      .a_minus(a_minus)
      .tau_plus(tau_plus)
      .tau_minus(tau_minus)
      .rate(rate)
      .eligibility(k.eligibility)
      .clamp(k.low, k.high);
}
template <class Real>
auto rule_of(Case const& k, Mstdp<Real>) {
  return Mstdp<Real>{}
      .a_plus(a_plus)
      .a_minus(a_minus)
      .tau_plus(tau_plus)
      .tau_minus(tau_minus)
      .rate(rate)
      .clamp(k.low, k.high);
}
template <class Real>
auto rule_of(Case const& k, Outside<Real> rule) {
  rule.relaxation = k.eligibility;
  return rule;
}

/// The reward of one element after step `t`; most steps go without.
double reward_after(int t, int element) {
  double const r = std::sin(1.7 * t + element) + 0.3 * element;
  return t % 3 == 0 ? r : 0;
}

/// One synapse, step by step.
template <bool DependsOnWeight>
class Synapse {
 public:
  Synapse(Case const& k, double w, double factor)
      : k_(k), factor_(factor), w_(w), e_(static_cast<std::size_t>(k.batch)) {}

  void relax() {
    for (double& e : e_) e *= k_.eligibility.decay(dt);
  }
  void arrival(int b, double z) { add(b, -a_minus * (DependsOnWeight ? w_ : 1) * z); }
  void spike(int b, double z) { add(b, a_plus * (DependsOnWeight ? 1 - w_ : 1) * z); }
  /// The same reward for all elements, or each its own.
  void reward(int t) {
    double change = 0;
    for (int b = 0; b < k_.batch; ++b) {
      double const r = reward_after(t, k_.per_element ? b : 0);
      double const dependence = DependsOnWeight ? (r > 0 ? 1 - w_ : w_) : 1;
      change += rate * r * e_[static_cast<std::size_t>(b)] * dependence;
    }
    w_ = std::min(std::max(w_ + factor_ * scale() * change, k_.low), k_.high);
  }
  double w() const { return w_; }
  double e(int b) const { return e_[static_cast<std::size_t>(b)]; }
  double e() const {
    double sum = 0;
    for (double const e : e_) sum += e;
    return scale() * sum;
  }

 private:
  void add(int b, double change) {
    e_[static_cast<std::size_t>(b)] += k_.eligibility.gain(dt) * change;
  }
  double scale() const { return k_.update == BatchUpdate::mean ? 1.0 / k_.batch : 1; }

  Case const& k_;
  double factor_, w_;
  std::vector<double> e_;
};

template <class Net>
void give(Net& net, Case const& k, int t) {
  if (!k.per_element) return net.reward(reward_after(t, 0));
  std::vector<double> rewards;
  for (int b = 0; b < k.batch; ++b) rewards.push_back(reward_after(t, b));
  net.reward(rewards);
}

template <class Device, class Real, class Topology, template <class> class Rule = Mstdpet>
void expect_learning(Case const& k) {
  constexpr bool depends = std::is_same_v<Rule<Real>, Outside<Real>>;
  auto plastic = project(Pre{}, Post{}, Topology{}, weights::uniform(0.2, 0.8), k.delays,
                         rule_of(k, Rule<Real>{}));
  auto mask = kosnn_test::random_values(kosnn_test::storage<Topology>(k.pre, k.post), 0, 1, 9);
  for (std::size_t s = 0; s < mask.size(); s += 3) mask[s] = 0;
  if (k.masked) plastic.mask(mask);
  if (k.immediate) plastic.immediate_trace();
  if (k.per_element) plastic.reward_per_element();
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
  for (int t = 0; t < k.steps; ++t) {
    if (t % 3 == 1 && t + 1 < k.steps) {  // two steps in one run
      net.run(2 * dt);
      ++t;
    } else {
      net.step();
    }
    give(net, k, t);
  }
  Activity const pre(a, k.pre, k.batch, k.steps, dt, std::exp(-dt / tau_plus));
  Activity const post(b, k.post, k.batch, k.steps, dt, std::exp(-dt / tau_minus));
  auto const after = projection.weights(), e = projection.eligibility();
  ASSERT_EQ(e.size(), before.size() * static_cast<std::size_t>(k.per_element ? k.batch : 1));
  double const tolerance = std::is_same_v<Real, float> ? 1e-5 : 1e-12;
  double largest = 0;
  for (auto const& s : kosnn_test::synapses<Topology>(k.pre, k.post)) {
    Synapse<depends> synapse(k, static_cast<double>(before[s.index]), k.masked ? mask[s.index] : 1);
    int const delay = static_cast<int>(std::lround(delays[s.index] / dt));
    for (int t = 0; t < k.steps; ++t) {
      synapse.relax();
      for (int n = 0; n < k.batch; ++n) {
        auto const source = static_cast<std::size_t>(n * k.pre + s.source);
        auto const target = static_cast<std::size_t>(n * k.post + s.target);
        if (pre.fires(t - delay, source)) synapse.arrival(n, post.trace(t, target));
        if (post.fires(t, target)) synapse.spike(n, pre.trace(k.immediate ? t : t - delay, source));
      }
      synapse.reward(t);
    }
    ASSERT_NEAR(static_cast<double>(after[s.index]), synapse.w(), tolerance)
        << "synapse " << s.source << " -> " << s.target << " of delay " << delays[s.index];
    for (int n = 0; n < (k.per_element ? k.batch : 1); ++n)
      ASSERT_NEAR(static_cast<double>(e[static_cast<std::size_t>(n) * before.size() + s.index]),
                  k.per_element ? synapse.e(n) : synapse.e(), 10 * tolerance);
    largest = std::max(largest, std::fabs(synapse.w() - static_cast<double>(before[s.index])));
  }
  if (k.probability == 0)
    EXPECT_EQ(largest, 0);
  else
    EXPECT_GT(largest, k.least_change);
}

/// Delays, batch, mask, bounds, ways of the trace and of the reward, several at a time.
template <class Device, class Real, class Topology, template <class> class Rule = Mstdpet>
void expect_all(int pre, int post) {
  for (auto const& d : {delays::none(), delays::constant(1.5), delays::uniform(0.5, 6)})
    for (int const batch : {1, 3}) {
      SCOPED_TRACE("delays of kind " + std::to_string(static_cast<int>(d.values.kind())) +
                   ", batch " + std::to_string(batch));
      Case k;
      k.pre = pre;
      k.post = post;
      k.delays = d;
      k.batch = batch;
      if (std::is_same_v<Rule<Real>, Mstdp<Real>>) k.eligibility = factor(0);
      auto const expect = [&k] { expect_learning<Device, Real, Topology, Rule>(k); };
      expect();
      k.per_element = true;
      expect();
      k.immediate = k.masked = true;
      expect();
      k.per_element = false;
      k.update = BatchUpdate::sum;
      expect();
    }
}

TYPED_TEST(Reward, Dense) {
  expect_all<TypeParam, double, Dense>(37, 21);
  Case k;
  k.pre = 19;
  k.post = 150;  // more than one tile of a row
  k.batch = 2;
  expect_learning<TypeParam, double, Dense>(k);
}
TYPED_TEST(Reward, DenseInFloat) { expect_all<TypeParam, float, Dense>(70, 19); }
TYPED_TEST(Reward, OneToOne) { expect_all<TypeParam, double, OneToOne>(37, 37); }
TYPED_TEST(Reward, AllButOne) { expect_all<TypeParam, double, AllButOne>(71, 71); }
TYPED_TEST(Reward, OfTheLastStepAlone) { expect_all<TypeParam, double, Dense, Mstdp>(37, 21); }
TYPED_TEST(Reward, RuleFromOutside) { expect_all<TypeParam, double, Dense, Outside>(37, 21); }

template <class Device, template <class> class Rule>
void expect_extremes() {
  for (double const probability : {0.0, 0.1, 1.0})
    for (int const batch : {1, 3})
      for (auto const& d : {delays::none(), delays::uniform(0.5, 6)}) {
        Case k;
        k.probability = probability;
        k.batch = batch;
        k.delays = d;
        k.least_change =
            0.005;  // where all fire, halves of the rule cancel but for their amplitudes
        if (!std::is_same_v<Rule<double>, Outside<double>>) {  // whose bounds are 0 and 1
          k.low = -HUGE_VAL;
          k.high = HUGE_VAL;
        }
        if (std::is_same_v<Rule<double>, Mstdp<double>>) k.eligibility = factor(0);
        expect_learning<Device, double, Dense, Rule>(k);
      }
}
TYPED_TEST(Reward, FromSilenceToEveryStep) {
  expect_extremes<TypeParam, Mstdpet>();
  expect_extremes<TypeParam, Mstdp>();
  expect_extremes<TypeParam, Outside>();
}

// ---- tables

/// One synapse; its ends fire when told to.
template <class Device, class Rule>
auto one_synapse(double w, Rule const& rule, Delays const& delay, std::vector<double> const& pre,
                 std::vector<double> const& post) {
  auto net = make_network<Device, double>(
      config(), population(Pre{}, SpikeArraySource{}, Shape{1}),
      population(Driver{}, SpikeArraySource{}, Shape{1}),
      population(Post{}, kosnn_test::Puppet<double>{}, Shape{1}),
      project(Pre{}, Post{}, Dense{}, weights::constant(w), delay, rule).immediate_trace(),
      project(Driver{}, Post{}, OneToOne{}, weights::constant(1000)));
  net.get(Pre{}).set_spikes(std::vector<int>(pre.size(), 0), pre);
  net.get(Driver{}).set_spikes(std::vector<int>(post.size(), 0), post);
  return net;
}

/// Weights after given steps, where the reward after step t is reward(t).
template <class Net, class F>
void expect_weights(Net&& net, std::vector<std::pair<int, double>> const& expected, F const& reward,
                    double tolerance) {
  int t = 0;
  for (auto const& [step, w] : expected) {
    for (; t <= step; ++t) {
      net.step();
      net.reward(reward(t));
    }
    EXPECT_NEAR(net.projection(Pre{}, Post{}).weights()[0], w, tolerance) << "after step " << step;
  }
}

// One synapse whose ends fire at given times; reward +1 until t = 100, then -1 (rules of Florian
// 2007; the numbers were worked out step by step from his equations).
TYPED_TEST(Reward, FlorianOneSynapse) {
  std::vector<double> const pre{5, 80, 115, 135}, post{10, 70, 110, 140};
  auto const turns = [](int t) { return t < 100 ? 1.0 : -1.0; };
  auto const always = [](int) { return 1.0; };
  auto const mstdp = Mstdp<double>{}.rate(0.2);
  auto const mstdpet = Mstdpet<double>{}.rate(0.2 / 25);
  auto const with = [&](auto const& rule) {
    return one_synapse<TypeParam>(0.2, rule, delays::none(), pre, post);
  };
  expect_weights(with(mstdp),
                 {{10, .355760},
                  {70, .363515},
                  {80, .236169},
                  {99, .236169},
                  {110, .281845},
                  {115, .103955},
                  {135, .038514},
                  {140, .261766},
                  {199, .261766}},
                 always, 1e-6);
  expect_weights(with(mstdp),
                 {{10, .355760},
                  {70, .363515},
                  {80, .236169},
                  {99, .236169},
                  {110, .190494},
                  {115, .368383},
                  {135, .433825},
                  {140, .210573},
                  {199, .210573}},
                 turns, 1e-6);
  expect_weights(with(mstdpet),
                 {{10, .206230},
                  {70, .345357},
                  {80, .347335},
                  {99, .288545},
                  {110, .305103},
                  {115, .310133},
                  {135, .403576},
                  {140, .419707},
                  {199, .324054}},
                 turns, 1e-6);
}

// PySNN's example of one synapse, with its own neurons' spikes; with a delay, spikes arrive two
// steps late while the trace does not (immediate_trace).
TYPED_TEST(Reward, PysnnOneSynapse) {
  Trace const trace = all_to_all(factor(0.8));
  auto const rule =
      Mstdpet<double>{}.rate(0.1).eligibility(factor(0.8)).pre_trace(trace).post_trace(trace);
  auto const turns = [](int t) { return t < 12 ? 1.0 : -1.0; };
  std::vector<double> const pre{1, 6, 11, 16, 21};
  expect_weights(one_synapse<TypeParam>(3, rule, delays::none(), pre, {6, 16}),
                 {{1, 3},
                  {6, 3.032768},
                  {7, 3.058982},
                  {8, 3.079954},
                  {11, 3.088122},
                  {12, 3.105747},
                  {13, 3.119846},
                  {16, 3.111082},
                  {18, 3.069225},
                  {21, 3.069198},
                  {23, 3.107735}},
                 turns, 1e-6);
  expect_weights(one_synapse<TypeParam>(3, rule, delays::constant(2), pre, {8, 18}),
                 {{1, 3},
                  {6, 3},
                  {7, 3},
                  {8, 2.984972},
                  {11, 2.955636},
                  {12, 2.961792},
                  {13, 2.999484},
                  {16, 3.07306},
                  {18, 3.117492},
                  {21, 3.174087},
                  {23, 3.231749}},
                 turns, 1e-6);
}

// PySNN's check of one update with spikes and traces given: what the hooks make of them.
TEST(Mstdpet, PysnnLinearCheck) {
  auto rule = Mstdpet<double>{}.a_plus(1).a_minus(0.5).rate(0.1).eligibility(factor(0.9));
  rule.prepare(1);
  double const pre_spike[2][2] = {{1, 0}, {1, 1}}, pre_trace[2][2] = {{1, 0.5}, {0.25, 2}};
  double const post_spike[2][2] = {{1, 0}, {0, 1}}, post_trace[2][2] = {{1, 0.3}, {0.2, 0.8}};
  double const first[2][2][2] = {{{0.5, 0.5}, {-0.15, 0}}, {{-0.1, -0.1}, {-0.15, 1.6}}};
  double const second[2][2][2] = {{{0.95, 0.95}, {-0.285, 0}}, {{-0.19, -0.19}, {-0.285, 3.04}}};
  double const weights[2][2] = {{0.54, 0.54}, {0.47, 0.66}};
  double const decay = rule.eligibility().decay(1);
  for (int o = 0; o < 2; ++o)
    for (int i = 0; i < 2; ++i) {
      double mean = 0;
      for (int b = 0; b < 2; ++b) {
        double const change = pre_spike[b][i] * rule.on_pre(0.5, post_trace[b][o]) +
                              post_spike[b][o] * rule.on_post(0.5, pre_trace[b][i]);
        EXPECT_NEAR(change, first[b][o][i], 1e-15);
        EXPECT_NEAR(decay * change + change, second[b][o][i], 1e-15);
        mean += change / 2;
      }
      EXPECT_NEAR(0.5 + rule.on_reward(0.5, mean, 2), weights[o][i], 1e-15);
    }
}

}  // namespace

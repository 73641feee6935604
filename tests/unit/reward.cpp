// Learning by reward against a naive double loop, synapse by synapse and element by element, in
// double; and against published and verified tables.

#include <cmath>
#include <cstdint>
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

/// Which (element, neuron) fire in each step.
std::vector<std::vector<char>> fired(kosnn_test::SpikeList const& list, int size, int batch,
                                     int steps) {
  std::vector<std::vector<char>> in(static_cast<std::size_t>(steps));
  for (auto& step : in) step.resize(static_cast<std::size_t>(size * batch));
  for (std::size_t k = 0; k < list.times.size(); ++k)
    in[static_cast<std::size_t>(std::lround(list.times[k] / dt))]
      [static_cast<std::size_t>(list.elements[k] * size + list.neurons[k])] = 1;
  return in;
}
/// The traces after each step.
std::vector<std::vector<double>> traces(std::vector<std::vector<char>> const& fired, double tau) {
  std::vector<std::vector<double>> z;
  std::vector<double> now(fired[0].size());
  for (auto const& step : fired) {
    for (std::size_t n = 0; n < now.size(); ++n)
      now[n] = std::exp(-dt / tau) * now[n] + (step[n] ? 1 : 0);
    z.push_back(now);
  }
  return z;
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
  auto const pre = fired(a, k.pre, k.batch, k.steps), post = fired(b, k.post, k.batch, k.steps);
  auto const x = traces(pre, tau_plus), y = traces(post, tau_minus);
  auto const after = projection.weights(), e = projection.eligibility();
  ASSERT_EQ(e.size(), before.size() * static_cast<std::size_t>(k.per_element ? k.batch : 1));
  double const tolerance = std::is_same_v<Real, float> ? 1e-5 : 1e-12;
  double largest = 0;
  for (auto const& s : kosnn_test::synapses<Topology>(k.pre, k.post)) {
    Synapse<depends> synapse(k, static_cast<double>(before[s.index]), k.masked ? mask[s.index] : 1);
    int const delay = static_cast<int>(std::lround(delays[s.index] / dt));
    for (int t = 0; t < k.steps; ++t) {
      auto const now = static_cast<std::size_t>(t);
      auto const ago = static_cast<std::size_t>(t - delay);
      synapse.relax();
      for (int n = 0; n < k.batch; ++n) {
        auto const source = static_cast<std::size_t>(n * k.pre + s.source);
        auto const target = static_cast<std::size_t>(n * k.post + s.target);
        if (t >= delay && pre[ago][source]) synapse.arrival(n, y[now][target]);
        if (post[now][target])
          synapse.spike(n, k.immediate ? x[now][source] : (t >= delay ? x[ago][source] : 0));
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
  EXPECT_TRUE(k.probability == 0 || largest > 0.01) << largest;
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
TYPED_TEST(Reward, DenseInFloat) { expect_all<TypeParam, float, Dense>(131, 19); }
TYPED_TEST(Reward, OneToOne) { expect_all<TypeParam, double, OneToOne>(37, 37); }
TYPED_TEST(Reward, AllButOne) { expect_all<TypeParam, double, AllButOne>(71, 71); }
TYPED_TEST(Reward, OfTheLastStepAlone) { expect_all<TypeParam, double, Dense, Mstdp>(37, 21); }
TYPED_TEST(Reward, RuleFromOutside) { expect_all<TypeParam, double, Dense, Outside>(37, 21); }

}  // namespace

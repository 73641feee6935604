// Traces of the membrane potential, and rules that learn by more than spikes: weights against a
// loop over the steps at each synapse, in double, from recorded potentials and spikes.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <random>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "synapse_ends.hpp"
#include "testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::config;
using kosnn_test::Walker;

struct Pre {};
struct Post {};

constexpr double dt = 0.5;
constexpr int sources = 23, targets = 19, steps = 90;

template <class Device>
class DrivenRules : public ::testing::Test {};
TYPED_TEST_SUITE(DrivenRules, kosnn_test::Devices);

using Potential = Field<&Walker<double>::State::v>;

/// Values of one target in every step, those before the first step being those of step 0's past.
using Course = std::vector<double>;

Course low_pass(Course const& v, double before, double tau, int late) {
  Course filtered;
  double z = before;
  for (double const now : v) {
    double const left = tau > 0 ? std::exp(-dt / tau) : 0;
    z = left * z + (1 - left) * now;
    filtered.push_back(z);
  }
  filtered.insert(filtered.begin(), static_cast<std::size_t>(late), before);
  filtered.resize(v.size());
  return filtered;
}
/// A trace of spikes, which grows by `gain`; of those before each step where `earlier`.
Course trace_of(std::vector<char> const& fired, double tau, double gain, bool earlier) {
  Course z;
  double now = 0;
  for (char const spike : fired) {
    now *= std::exp(-dt / tau);
    if (earlier) z.push_back(now);
    if (spike != 0) now += gain;
    if (!earlier) z.push_back(now);
  }
  return z;
}
double above(double u, double theta) { return std::max(u - theta, 0.0); }

/// What a target gives a rule to see in each step: at arrivals, and, unless there is nothing to
/// learn, where the rule's postsynaptic half acts.
struct Seen {
  Course met;
  std::vector<std::optional<double>> drive;
};

struct Voltage {
  static auto rule() {
    return ClopathStdp<double>{}
        .a_ltd(0.05)
        .a_ltp(1.5)
        .theta_plus(0.5)
        .theta_minus(-0.3)
        .tau_x(7)
        .tau_plus(3)
        .tau_minus(5)
        .delay_u_bars(1.5)
        .clamp(0.1, 0.9);
  }
  static constexpr double tau_x = 7, gain = 1.0 / 7;
  static Seen seen(Course const& v, std::vector<char> const&) {
    Course const plus = low_pass(v, -0.5, 3, 3);
    Seen all{low_pass(v, -0.5, 5, 3), {}};
    for (std::size_t t = 0; t < v.size(); ++t) {
      double const drive = above(v[t], 0.5) * above(plus[t], -0.3);
      all.drive.push_back(drive > 0 ? std::optional(drive) : std::nullopt);
    }
    return all;
  }
  static double down(double, double met) { return -0.05 * above(met, -0.3); }
  static double up(double, double x, double drive) { return 1.5 * dt * x * drive; }
};

struct Threshold {
  static auto rule() {
    return Bcm<double>{}.rate(3e-6).tau_pre(8).tau_post(9).tau_theta(30).target_hz(200).clamp(0.1,
                                                                                              0.9);
  }
  static constexpr double tau_x = 8, gain = 125;
  static Seen seen(Course const& v, std::vector<char> const& fired) {
    Course const fast = trace_of(fired, 9, 1000.0 / 9, true),
                 slow = trace_of(fired, 30, 1000.0 / 30, true);
    Seen all{Course(v.size()), {}};
    for (std::size_t t = 0; t < v.size(); ++t)
      all.drive.push_back(fired[t] != 0 ? std::optional(fast[t] - slow[t] * slow[t] / 200)
                                        : std::nullopt);
    return all;
  }
  static double down(double, double) { return 0; }
  static double up(double, double x, double drive) { return 3e-6 * x * drive; }
};

struct Principal {
  static auto rule() {
    return Oja<double>{}.rate(2e-4).alpha(1.4).tau_pre(8).tau_post(9).clamp(0.1, 0.9);
  }
  static constexpr double tau_x = 8, gain = 125;
  static Seen seen(Course const& v, std::vector<char> const& fired) {
    Course const own = trace_of(fired, 9, 1000.0 / 9, true);
    Seen all{Course(v.size()), {}};
    for (std::size_t t = 0; t < v.size(); ++t)
      all.drive.push_back(fired[t] != 0 ? std::optional(own[t]) : std::nullopt);
    return all;
  }
  static double down(double, double) { return 0; }
  static double up(double w, double x, double y) { return 2e-4 * (x - 1.4 * y * w); }
};

/// What a source sends in each batch element, and the trace that it leaves.
struct Sent {
  std::vector<std::vector<char>> fired;
  std::vector<Course> x;
};

/// One synapse, with a batch: changes are averaged and clamped once for each half.
template <class Rule>
double learnt(Sent const& pre, std::vector<Seen> const& seen, int delay, double w) {
  auto const batch = static_cast<double>(seen.size());
  auto const change = [&](double sum) { w = std::min(std::max(w + sum / batch, 0.1), 0.9); };
  for (int t = 0; t < steps; ++t) {
    auto const now = static_cast<std::size_t>(t), sent = static_cast<std::size_t>(t - delay);
    double down = 0, up = 0;
    for (std::size_t b = 0; b < seen.size(); ++b)
      if (t >= delay && pre.fired[b][sent] != 0) down += Rule::down(w, seen[b].met[now]);
    change(down);
    for (std::size_t b = 0; b < seen.size(); ++b)
      if (seen[b].drive[now])
        up += Rule::up(w, t >= delay ? pre.x[b][sent] : 0, *seen[b].drive[now]);
    change(up);
  }
  return w;
}

template <class Device, class Rule, class Topology>
void expect_learning(Topology const& topology, Delays const& delays, int batch,
                     double pre_probability, double threshold) {
  int const from_size = std::is_same_v<Topology, OneToOne> ? targets : sources;
  auto net = make_network<Device, double>(
      config().dt(dt).batch(batch), population(Pre{}, SpikeArraySource{}, Shape{1, 1, from_size}),
      population(Post{}, Walker<double>{threshold}, Shape{targets, 1, 1}),
      project(Pre{}, Post{}, topology, weights::uniform(0.2, 0.8), delays, Rule::rule()));
  auto const list = kosnn_test::random_spikes(from_size, batch, steps, dt, pre_probability, 1);
  net.get(Pre{}).set_spikes(list.neurons, list.times, list.elements);
  auto const& v = net.record(Post{}, Potential{}, dt);
  auto const& spikes = net.record(Post{}, Spikes{});
  auto& synapses = net.projection(Pre{}, Post{});
  auto const before = synapses.weights(), ms = synapses.delays();
  auto const [from, to] = kosnn_test::ends_of<Topology>(synapses, from_size, targets);
  net.run(steps * dt);
  auto const after = synapses.weights();
  auto const fired = kosnn_test::raster(spikes, steps, batch, targets);
  kosnn_test::Activity const arrives(list, from_size, batch, steps, dt, 0);
  std::vector<Sent> sent(static_cast<std::size_t>(from_size));
  for (std::size_t i = 0; i < sent.size(); ++i)
    for (std::size_t b = 0; b < static_cast<std::size_t>(batch); ++b) {
      std::vector<char> train;
      for (int t = 0; t < steps; ++t) train.push_back(arrives.fires(t, b * sent.size() + i));
      sent[i].x.push_back(trace_of(train, Rule::tau_x, Rule::gain, false));
      sent[i].fired.push_back(train);
    }
  std::vector<std::vector<Seen>> seen(targets);
  for (std::size_t n = 0; n < targets; ++n)
    for (int b = 0; b < batch; ++b) {
      std::vector<char> post;
      Course course;
      for (int t = 0; t < steps; ++t) {
        std::size_t const at = static_cast<std::size_t>((t * batch + b) * targets) + n;
        course.push_back(v.values()[at]);
        post.push_back(static_cast<char>(fired[at]));
      }
      seen[n].push_back(Rule::seen(course, post));
    }
  double moved = 0;
  for (std::size_t s = 0; s < before.size(); ++s) {
    double const w =
        learnt<Rule>(sent[static_cast<std::size_t>(from[s])], seen[static_cast<std::size_t>(to[s])],
                     static_cast<int>(std::lround(ms[s] / dt)), before[s]);
    ASSERT_NEAR(after[s], w, 1e-12) << "synapse " << s << " of delay " << ms[s];
    moved = std::max(moved, std::fabs(w - before[s]));
  }
  EXPECT_TRUE(pre_probability == 0 || threshold > 2 || moved > 1e-3) << moved;
}

/// Silent, usual and busy on both sides.
template <class Device, class Rule, class Topology>
void expect_all(Topology const& topology) {
  struct Rates {
    double pre, threshold;
  };
  for (Rates const rates : {Rates{0.15, 1}, {0, 1}, {1, -9}, {0.5, 9}, {1, 1}})
    for (auto const& delays : {delays::constant(1.5), delays::uniform(1, 6)})
      for (int const batch : {1, 3}) {
        SCOPED_TRACE("pre " + std::to_string(rates.pre) + ", threshold " +
                     std::to_string(rates.threshold) + ", delays of kind " +
                     std::to_string(static_cast<int>(delays.values.kind())) + ", batch " +
                     std::to_string(batch));
        expect_learning<Device, Rule>(topology, delays, batch, rates.pre, rates.threshold);
        if (::testing::Test::HasFatalFailure()) return;
      }
}
TYPED_TEST(DrivenRules, VoltageOnSparse) { expect_all<TypeParam, Voltage>(sparse::total(110)); }
TYPED_TEST(DrivenRules, VoltageOnDense) { expect_all<TypeParam, Voltage>(Dense{}); }
TYPED_TEST(DrivenRules, VoltageOneToOne) { expect_all<TypeParam, Voltage>(OneToOne{}); }
TYPED_TEST(DrivenRules, VoltageOnConvolutions) {
  expect_all<TypeParam, Voltage>(Conv2d{1, sources});
}
TYPED_TEST(DrivenRules, BcmOnSparse) { expect_all<TypeParam, Threshold>(sparse::total(110)); }
TYPED_TEST(DrivenRules, BcmOnDense) { expect_all<TypeParam, Threshold>(Dense{}); }
TYPED_TEST(DrivenRules, OjaOnSparse) { expect_all<TypeParam, Principal>(sparse::total(110)); }
TYPED_TEST(DrivenRules, OjaOnDense) { expect_all<TypeParam, Principal>(Dense{}); }

/// Read and recorded; cleared to the potential of a reset; the present one with factor(0).
TYPED_TEST(DrivenRules, TracesOfThePotential) {
  for (int const batch : {1, 3}) {
    auto const slow = potential(exact(6)), late = potential(exact(6, 2), 2.5),
               present = potential(factor(0)), euler_form = potential(euler(4), 0.5);
    auto net = make_network<TypeParam, double>(config().dt(dt).batch(batch),
                                               population(Post{}, Walker<double>{}, Shape{targets})
                                                   .trace(slow)
                                                   .trace(late)
                                                   .trace(present)
                                                   .trace(euler_form));
    auto const& v = net.record(Post{}, Potential{}, dt);
    auto const& slow_z = net.record(Post{}, slow);
    auto const& late_z = net.record(Post{}, late);
    auto const& present_z = net.record(Post{}, present);
    auto const& euler_z = net.record(Post{}, euler_form);
    net.run(10 * dt);
    net.reset_state();
    net.run(20 * dt);
    auto const width = static_cast<std::size_t>(batch * targets);
    for (std::size_t n = 0; n < width; ++n) {
      double z = -0.5, e = -0.5;
      std::vector<double> past_z(5, z), past_e(1, e);
      for (std::size_t t = 10; t < 30; ++t) {
        double const now = v.values()[t * width + n];
        z = std::exp(-dt / 6) * z + (1 - std::exp(-dt / 6)) * now;
        e += dt / 4 * (now - e);
        past_z.push_back(z);
        past_e.push_back(e);
        ASSERT_NEAR(slow_z.values()[t * width + n], z, 1e-14);
        ASSERT_NEAR(present_z.values()[t * width + n], now, 0);
        ASSERT_NEAR(euler_z.values()[t * width + n], past_e[t - 10], 1e-14);
        // Twice the gain: beside the -0.5 of a reset.
        double twice = -0.5;
        for (std::size_t k = 10; k + 5 <= t; ++k)
          twice =
              std::exp(-dt / 6) * twice + 2 * (1 - std::exp(-dt / 6)) * v.values()[k * width + n];
        ASSERT_NEAR(late_z.values()[t * width + n], twice, 1e-13) << t;
      }
      ASSERT_EQ(net.get(Post{}).trace(slow)[n], slow_z.values()[29 * width + n]);
    }
  }
}

/// Learning switched off and on, weights read meanwhile, more driven steps than can wait.
TYPED_TEST(DrivenRules, LateAndAtOnceAlike) {
  auto const run = [](auto const& topology) {
    auto net = make_network<TypeParam, double>(
        config().dt(dt), population(Pre{}, kosnn_test::Chatter<double>{0.02}, Shape{sources}),
        population(Post{}, Walker<double>{}, Shape{targets}),
        project(Pre{}, Post{}, topology, weights::constant(0.5), delays::constant(1),
                Voltage::rule().a_ltp(0.4).theta_plus(-9)));
    auto& synapses = net.projection(Pre{}, Post{});
    std::vector<double> all;
    auto const read = [&] {
      auto const w = synapses.weights();
      all.insert(all.end(), w.begin(), w.end());
    };
    net.run(400);
    synapses.learning(false);
    net.run(20);
    read();
    synapses.learning(true);
    synapses.set_rule(Voltage::rule().a_ltp(0.3).theta_plus(0));
    net.run(30);
    net.reset_state();
    net.run(7);
    read();
    return all;
  };
  std::vector<int> from, to;
  for (int s = 0; s < sources * targets; ++s) {
    from.push_back(s / targets);
    to.push_back(s % targets);
  }
  auto const late = run(sparse::edges(from, to)), at_once = run(Dense{});
  ASSERT_EQ(late.size(), at_once.size());
  for (std::size_t k = 0; k < late.size(); ++k) ASSERT_NEAR(late[k], at_once[k], 1e-12) << k;
}

/// Fires as a Poisson process at `gain` times what its input has left, in Hz.
template <class Real>
struct LinearPoisson {
  struct State {
    Real hz;
  };
  using real = Real;
  using fields = Fields<&State::hz>;
  KOKKOS_FUNCTION State initial() const { return {0}; }
  KOKKOS_FUNCTION bool step(State& s, Real input, Site const& site) const {
    s.hz = Real(0.95122942450071402) * s.hz + input * 50;  // over 20 ms, steps of 1 ms
    return site.uniform() < s.hz / 1000;
  }
};

/// Inputs that change together in two groups, one of which changes more: weights become the first
/// eigenvector of the mean of x x^T, to which spikes add, on the diagonal, the integral of what one
/// of them leaves in both traces.
TEST(RateRules, OjaFindsTheFirstComponent) {
  constexpr int inputs = 6;
  auto net = make_network<Kokkos::DefaultHostExecutionSpace, double>(
      Config{}, population(Pre{}, PoissonSource{}, Shape{inputs}),
      population(Post{}, LinearPoisson<double>{}, Shape{20}),
      project(Pre{}, Post{}, Dense{}, weights::uniform(0.2, 0.5), delays::constant(1),
              Oja<double>{}.rate(4e-6)));
  double moments[inputs][inputs] = {};
  std::mt19937 random(3);
  std::uniform_int_distribution<int> which(0, 1);
  int const frames = 1500;
  for (int k = 0; k < frames; ++k) {
    std::vector<double> hz(inputs, 20);
    int const group = which(random);
    for (int i = 0; i < inputs; ++i)
      if (i % 2 == group) hz[static_cast<std::size_t>(i)] = i < 2 ? 90 - 20 * group : 50;
    for (int i = 0; i < inputs; ++i)
      for (int j = 0; j < inputs; ++j)
        moments[i][j] += hz[static_cast<std::size_t>(i)] *
                         (hz[static_cast<std::size_t>(j)] + (i == j ? 26.3 : 0)) / frames;
    net.get(Pre{}).set_rates(hz);
    net.run(100);
  }
  std::vector<double> first(inputs, 1);
  for (int k = 0; k < 100; ++k) {
    std::vector<double> next(inputs);
    double square = 0;
    for (std::size_t i = 0; i < inputs; ++i) {
      for (std::size_t j = 0; j < inputs; ++j) next[i] += moments[i][j] * first[j];
      square += next[i] * next[i];
    }
    for (std::size_t i = 0; i < inputs; ++i) first[i] = next[i] / std::sqrt(square);
  }
  auto const w = net.projection(Pre{}, Post{}).weights();
  std::vector<double> mean(inputs);
  double square = 0;
  for (std::size_t i = 0; i < inputs; ++i) {
    for (std::size_t n = 0; n < 20; ++n) mean[i] += w[i * 20 + n] / 20;
    square += mean[i] * mean[i];
  }
  EXPECT_NEAR(square, 1, 0.1);
  for (std::size_t i = 0; i < inputs; ++i)
    EXPECT_NEAR(mean[i] / std::sqrt(square), first[i], 0.03) << i;
}

/// Two inputs of which one at a time is active: each target ends with one of them alone.
TEST(RateRules, BcmBecomesSelective) {
  auto net = make_network<Kokkos::DefaultHostExecutionSpace, double>(
      Config{}, population(Pre{}, PoissonSource{}, Shape{2}),
      population(Post{}, LinearPoisson<double>{}, Shape{20}),
      project(Pre{}, Post{}, Dense{}, weights::uniform(0.3, 0.5), delays::constant(1),
              Bcm<double>{}.rate(1e-6).target_hz(10).tau_theta(4000).clamp(0, 5)));
  for (int k = 0; k < 2500; ++k) {
    net.projection(Pre{}, Post{}).learning(k > 50);  // once the threshold is there
    net.get(Pre{}).set_rates(k % 2 == 0 ? std::vector<double>{40, 5} : std::vector<double>{5, 40});
    net.run(200);
  }
  auto const w = net.projection(Pre{}, Post{}).weights();
  int first = 0;
  double rate = 0;
  for (std::size_t n = 0; n < 20; ++n) {
    double const a = w[n], b = w[20 + n];
    first += a > b;
    EXPECT_LT(std::min(a, b), 0.2 * std::max(a, b)) << a << " and " << b;
    rate += 40 * std::max(a, b) / 20;
  }
  EXPECT_GT(first, 2);
  EXPECT_LT(first, 18);
  // Half of the time: four times the target.
  EXPECT_NEAR(rate, 40, 8);
}

TYPED_TEST(DrivenRules, Errors) {
  auto const of = [](auto const& cells) {
    return kosnn_test::error_of([&] { make_network<TypeParam, double>(config().dt(dt), cells); });
  };
  auto const walkers = [](Trace const& trace) {
    return population(Post{}, Walker<double>{}, Shape{2}).trace(trace);
  };
  EXPECT_EQ(
      of(population(Post{}, kosnn_test::Puppet<double>{}, Shape{2}).trace(potential(exact(3)))),
      "population Post: trace: follows the membrane potential, which its model does not have "
      "(a member v of its State, among the fields)");
  EXPECT_EQ(of(population(Post{}, Walker<double>{}, Shape{2})
                   .trace(potential(exact(3)), {exact(3), exact(4)})),
            "population Post: trace: relaxations of each neuron are for traces of spikes, not of "
            "the potential");
  EXPECT_NE(of(walkers(potential(exact(3), 0.7))).find("0.7"), std::string::npos);
  EXPECT_NE(of(walkers(potential(exact(3), -1))).find("-1"), std::string::npos);
  EXPECT_NE(of(walkers(potential(exact(-3)))).find("-3"), std::string::npos);
  auto const rule = [](auto const& made) {
    return kosnn_test::error_of([&] {
      make_network<TypeParam, double>(
          config().dt(dt), population(Pre{}, SpikeArraySource{}, Shape{3}),
          population(Post{}, Walker<double>{}, Shape{2}),
          project(Pre{}, Post{}, Dense{}, weights::constant(0.5), delays::constant(1), made));
    });
  };
  EXPECT_EQ(rule(ClopathStdp<double>{}.a_ltp(-1)),
            "projection Pre -> Post: a_ltp must be finite and at least 0, got -1");
  EXPECT_EQ(rule(Bcm<double>{}.target_hz(0)),
            "projection Pre -> Post: target_hz must be finite and above 0, got 0");
  EXPECT_EQ(rule(Oja<double>{}.alpha(0)),
            "projection Pre -> Post: alpha must be finite and above 0, got 0");
}

}  // namespace

// Rules against the curves they were published with, in closed form: one synapse for each protocol,
// given by the steps in which spikes arrive there and in which its target fires.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "testing.hpp"

namespace {

using namespace kosnn;

struct Pre {};
struct Driver {};
struct Post {};

template <class Device>
class RuleCurves : public ::testing::Test {};
TYPED_TEST_SUITE(RuleCurves, kosnn_test::Devices);

constexpr int delay = 2;
constexpr double a_plus = 0.03, a_minus = 0.02, tau_plus = 17, tau_minus = 34;
constexpr double low = 0.1, high = 1.3;  // of rules that depend on the weight

/// What remains after `steps`.
double left(double steps, double tau) { return std::exp(-steps / tau); }
/// 1 + q + ... + q^(n - 1)
double geometric(double q, int n) { return (1 - std::pow(q, n)) / (1 - q); }

struct Synapse {
  std::vector<int> arrivals, spikes;
  double w = 0;
};

/// Keeps its potential; fires in the steps in which it receives 100 or more.
struct Held {
  struct State {
    double v;
  };
  using real = double;
  using fields = Fields<&State::v>;
  double v = 0;
  KOKKOS_FUNCTION State initial() const { return {v}; }
  KOKKOS_FUNCTION bool step(State&, double input) const { return input >= 100; }
};

template <class Rule>
Rule of_pairs(Rule rule, double least = -5, double most = 5) {
  return rule.a_plus(a_plus).a_minus(a_minus).tau_plus(tau_plus).tau_minus(tau_minus).clamp(least,
                                                                                            most);
}
template <class Dependence>
auto dependent(Dependence const& dependence) {
  return of_pairs(PairStdp<double, Dependence>{}.dependence(dependence), low, high);
}

/// The rules of spikes, and the numbers of their weights.
struct Rules {
  PowerLaw power{0.3};
  PowerPotentiation potentiation{0.4, 0.7};
  SymmetricStdp<double> symmetric = SymmetricStdp<double>{}.tau(20).alpha(0.25).clamp(-5, 5);
};
enum Number {
  all_pairs,
  nearest_pairs,
  multiplicative,
  van_rossum,
  power_law,
  power_potentiation,
  triplet,
  symmetric,
  reduced,
  pre_centred,
  post_centred
};

template <class Net, std::size_t... K>
std::vector<std::vector<double>> weights_of(Net& net, std::index_sequence<K...>) {
  return {net.template projection<K>(Pre{}, Post{}).weights()...};
}

template <class Source>
void play(Source& source, std::vector<Synapse> const& synapses, std::vector<int> Synapse::*train,
          int earlier) {
  std::vector<std::pair<int, int>> all;
  for (std::size_t k = 0; k < synapses.size(); ++k)
    for (int const step : synapses[k].*train) all.emplace_back(step - earlier, k);
  std::sort(all.begin(), all.end());
  std::vector<int> neurons;
  std::vector<double> times;
  for (auto const& [step, k] : all) {
    neurons.push_back(k);
    times.push_back(step);
  }
  source.set_spikes(neurons, times);
}

/// The weights of all synapses after `steps`, by the number of the rule. Targets are held at `v`.
template <class Device, class... Rule>
auto learn_by(std::vector<Synapse> const& synapses, int steps, double v, Rule const&... rules) {
  auto const plastic = [&](auto const& rule) {
    std::vector<double> w;
    for (auto const& s : synapses)
      w.push_back(std::clamp(s.w, rule.bounds().low, rule.bounds().high));
    return project(Pre{}, Post{}, OneToOne{}, weights::array(w), delays::constant(delay), rule);
  };
  Shape const shape{static_cast<int>(synapses.size())};
  auto net = make_network<Device, double>(
      kosnn_test::config(), population(Pre{}, SpikeArraySource{}, shape),
      population(Driver{}, SpikeArraySource{}, shape), population(Post{}, Held{v}, shape),
      project(Driver{}, Post{}, OneToOne{}, weights::constant(1000)), plastic(rules)...);
  play(net.get(Pre{}), synapses, &Synapse::arrivals, delay);
  play(net.get(Driver{}), synapses, &Synapse::spikes, 0);
  net.run(steps);
  return weights_of(net, std::index_sequence_for<Rule...>{});
}
template <class Device>
auto learn(std::vector<Synapse> const& synapses, int steps, Rules const& rules = {}) {
  auto const pairs = of_pairs(PairStdp<double>{});
  auto const triplets = TripletStdp<double>{}.a2_plus(5e-3).a2_minus(7e-3).a3_plus(6.2e-3);
  return learn_by<Device>(
      synapses, steps, 0, pairs, PairStdp<double>(pairs).pairing(Trace::Spikes::nearest),
      dependent(Multiplicative{}), dependent(VanRossum{}), dependent(rules.power),
      dependent(rules.potentiation), TripletStdp<double>(triplets).a3_minus(2.3e-3).clamp(-5, 5),
      rules.symmetric, of_pairs(ReducedStdp<double>{}), of_pairs(PreCentredStdp<double>{}),
      of_pairs(PostCentredStdp<double>{}));
}
/// The same by the rules of potentials and rates.
enum { clopath, oja, bcm };
template <class Device>
auto learn_slowly(std::vector<Synapse> const& synapses, int steps, double v = 0) {
  return learn_by<Device>(
      synapses, steps, v, ClopathStdp<double>{}.clamp(-5, 5),
      Oja<double>{}.rate(0.01).alpha(0.7).clamp(-5, 5),
      Bcm<double>{}.rate(1e-7).tau_post(60).tau_theta(100).target_hz(40).clamp(-5, 5));
}

void expect_close(double value, double expected, std::string const& what) {
  EXPECT_NEAR(value, expected, 1e-12 * std::fabs(expected) + 1e-15) << what;
}

/// A single pair in either order, and spikes without a partner.
TYPED_TEST(RuleCurves, Windows) {
  std::vector<int> const lags{-80, -20, -7, -1, 0, 1, 3, 20, 80};
  std::vector<Synapse> synapses{{{100}, {}}, {{}, {100}}};
  for (int const lag : lags) synapses.push_back({{100}, {100 + lag}});
  auto const w = learn<TypeParam>(synapses, 200);
  for (std::size_t k = 0; k < synapses.size(); ++k) {
    double pair = 0, vogels = k == 1 ? 0 : -0.25;
    if (k > 1) {
      int const lag = lags[k - 2];
      if (lag >= 0) pair += a_plus * left(lag, tau_plus);
      if (lag <= 0) pair -= a_minus * left(-lag, tau_minus);
      vogels += (lag == 0 ? 2 : 1) * left(std::abs(lag), 20);
    }
    expect_close(w[all_pairs][k], pair, "synapse " + std::to_string(k));
    expect_close(w[symmetric][k], 0.01 * vogels, "synapse " + std::to_string(k));
  }
}

/// What a pair changes by weight: van Rossum et al. 2000, Guetig et al. 2003, Morrison et al. 2007;
/// and at which weight a pair in one order changes as much as one in the other.
TYPED_TEST(RuleCurves, DependenceOnTheWeight) {
  constexpr int lag = 9;
  double const a = a_plus * left(lag, tau_plus), b = a_minus * left(lag, tau_minus);
  for (double const mu : {0.0, 0.3, 0.7, 1.0}) {
    Rules rules;
    rules.power = {mu};
    rules.potentiation = {mu, 0.7};
    double const share = std::pow(b / a, mu > 0 ? 1 / mu : 0);
    std::vector<std::pair<int, double>> balanced{
        {multiplicative, (a * high + b * low) / (a + b)},
        {van_rossum, std::min(low + a / b, high)},
        {power_law, low + (high - low) / (1 + share)},
        {power_potentiation, mu < 1 ? std::min(0.7 * std::pow(a / b, 1 / (1 - mu)), high) : low}};
    std::vector<Synapse> synapses;
    auto const add = [&](double w) {
      synapses.push_back({{50}, {50 + lag}, w});
      synapses.push_back({{50 + lag}, {50}, w});
    };
    for (auto const& [rule, w] : balanced) add(w);
    for (double const w : {low, 0.35, 0.7, 1.1, high}) add(w);
    auto const learnt = learn<TypeParam>(synapses, 100, rules);
    for (std::size_t k = 0; k < synapses.size(); k += 2) {
      double const w = synapses[k].w;
      std::string const what = "mu " + std::to_string(mu) + ", w " + std::to_string(w);
      auto const expect = [&](int rule, double up, double down) {
        expect_close(learnt[std::size_t(rule)][k], std::min(w + a * up, high), what);
        expect_close(learnt[std::size_t(rule)][k + 1], std::max(w - b * down, low), what);
      };
      expect(multiplicative, high - w, w - low);
      expect(van_rossum, 1, w - low);
      expect(power_law, std::pow(high - w, mu), std::pow(w - low, mu));
      expect(power_potentiation, std::pow(0.7, 1 - mu) * std::pow(w, mu), w);
    }
    for (std::size_t k = 0; k < balanced.size(); ++k) {
      auto const [rule, w] = balanced[k];
      bool const inside = w > low && w < high && (rule != power_law || mu > 0);
      auto const& after = learnt[std::size_t(rule)];
      if (!inside) continue;
      EXPECT_NEAR(after[2 * k] - w, w - after[2 * k + 1], 1e-14) << "mu " << mu << " " << rule;
    }
  }
}

/// Pairs far apart, in both orders in turn, bring any weight to one.
TYPED_TEST(RuleCurves, EquilibriumOfMultiplicativePairs) {
  constexpr int lag = 3, apart = 1500, rounds = 12;
  double const a = a_plus * left(lag, tau_plus), b = a_minus * left(lag, tau_minus);
  double const kept = (1 - a) * (1 - b), w_end = ((1 - b) * a * high + b * low) / (1 - kept);
  std::vector<Synapse> synapses(3);
  for (std::size_t k = 0; k < synapses.size(); ++k) {
    synapses[k].w = k == 0 ? low : (k == 1 ? high : w_end);
    for (int n = 0; n < rounds; ++n) {
      int const step = 10 + 2 * n * apart;
      for (int const later : {0, apart + lag}) synapses[k].arrivals.push_back(step + later);
      for (int const later : {lag, apart}) synapses[k].spikes.push_back(step + later);
    }
  }
  auto const w = learn<TypeParam>(synapses, 2 * rounds * apart);
  for (std::size_t k = 0; k < synapses.size(); ++k)
    expect_close(w[multiplicative][k], w_end + (synapses[k].w - w_end) * std::pow(kept, rounds),
                 "from " + std::to_string(synapses[k].w));
}

/// The sum over `n` spikes, a period apart, of z (a2 + a3 own), for the trace z of the other side,
/// whose spikes come `since` before each, the first time or (`later`) from the second time on.
double triplet_sum(int n, double period, double since, bool later, double tau, double own_tau,
                   double a2, double a3) {
  double const q = left(period, tau), own = left(period, own_tau), first = later ? 1 : q;
  // z = left(since) (1 - first q^k) / (1 - q), own trace = own (1 - own^k) / (1 - own)
  double const alone = n - first * geometric(q, n);
  double const both = alone - geometric(own, n) + first * geometric(q * own, n);
  return left(since, tau) / (1 - q) * (a2 * alone + a3 * own / (1 - own) * both);
}

/// Pfister & Gerstner's protocol: 40 pairs at several frequencies, in both orders.
TYPED_TEST(RuleCurves, TripletsByFrequency) {
  constexpr int pairs = 40;
  std::vector<Synapse> synapses;
  std::vector<double> expected;
  for (int const period : {200, 100, 50, 25, 20})
    for (int const lag : {10, -10}) {
      Synapse s;
      for (int k = 0; k < pairs; ++k) {
        s.arrivals.push_back(20 + k * period);
        s.spikes.push_back(20 + k * period + lag);
      }
      synapses.push_back(s);
      int const apart = std::abs(lag), rest = period - apart;
      expected.push_back(
          triplet_sum(pairs, period, lag > 0 ? apart : rest, lag < 0, 16.8, 114, 5e-3, 6.2e-3) -
          triplet_sum(pairs, period, lag > 0 ? rest : apart, lag > 0, 33.7, 101, 7e-3, 2.3e-3));
    }
  auto const w = learn<TypeParam>(synapses, 20 + pairs * 200);
  for (std::size_t k = 0; k < synapses.size(); ++k)
    expect_close(w[triplet][k], expected[k], "synapse " + std::to_string(k));
}

/// Vogels et al. 2011: arrivals at all phases of a regular target leave the weight as it is at the
/// target's wanted rate; the sum over all lags of the window is 2 / (1 - exp(-dt / tau)).
TYPED_TEST(RuleCurves, InhibitionBalancesAtItsTargetRate) {
  constexpr int period = 40;
  Synapse s;
  for (int k = 0; k < period; ++k) s.arrivals.push_back(1000 + k * (period + 1));
  for (int step = 0; step < 3700; step += period) s.spikes.push_back(step);
  double const area = 2 / (1 - left(1, 20));
  auto const change = [&](SymmetricStdp<double> const& rule) {
    Rules rules;
    rules.symmetric = rule;
    return learn<TypeParam>({s}, 3700, rules)[symmetric][0];
  };
  auto const rule = SymmetricStdp<double>{}.tau(20).clamp(-5, 5);
  for (double const hz : {20.0, 25.0, 30.0})
    EXPECT_NEAR(change(SymmetricStdp<double>(rule).target_hz(hz)),
                0.01 * (area - period * 2 * hz * 0.02), 1e-13);
  EXPECT_NEAR(change(SymmetricStdp<double>(rule).alpha(area / period)), 0, 1e-14);
}

/// Two spikes on one side of one on the other: which make pairs (Morrison et al. 2008).
TYPED_TEST(RuleCurves, NeighboursByScheme) {
  double const up = a_plus * left(5, tau_plus), far_up = a_plus * left(15, tau_plus);
  double const down = -a_minus * left(5, tau_minus), far_down = -a_minus * left(15, tau_minus);
  struct Row {
    Synapse synapse;
    double all, symmetric, before, after, reduced;  // before, after: centred on arrivals, spikes
  };
  std::vector<Row> const rows{
      {{{50, 60}, {65}}, up + far_up, up, up + far_up, up, up},
      {{{50}, {55, 65}}, up + far_up, up + far_up, up, up + far_up, up},
      {{{55, 65}, {50}}, down + far_down, down + far_down, down + far_down, down, down},
      {{{65}, {50, 60}}, down + far_down, down, down, down + far_down, down}};
  std::vector<Synapse> synapses;
  for (auto const& row : rows) synapses.push_back(row.synapse);
  auto const w = learn<TypeParam>(synapses, 100);
  for (std::size_t k = 0; k < rows.size(); ++k) {
    std::string const what = "row " + std::to_string(k);
    expect_close(w[all_pairs][k], rows[k].all, what);
    expect_close(w[nearest_pairs][k], rows[k].symmetric, what);
    expect_close(w[pre_centred][k], rows[k].before, what);
    expect_close(w[post_centred][k], rows[k].after, what);
    expect_close(w[reduced][k], rows[k].reduced, what);
  }
}

/// Clopath et al. 2010 at a potential that is held: arrivals weaken above theta_minus, and above
/// theta_plus the trace that they leave strengthens in every step.
TYPED_TEST(RuleCurves, VoltageClamp) {
  constexpr int steps = 300;
  Synapse const s{{40, 45, 70, 210}, {}};
  for (double const v : {-75.0, -60.0, -50.0, -42.0, -30.0}) {
    double const over_minus = std::max(v + 70.6, 0.0), over_plus = std::max(v + 45.3, 0.0);
    double x = 0;
    for (int const step : s.arrivals) x += geometric(left(1, 15), steps - step) / 15;
    expect_close(learn_slowly<TypeParam>({s}, steps, v)[clopath][0],
                 8e-5 * x * over_plus * over_minus - 4 * 14e-5 * over_minus,
                 std::to_string(v) + " mV");
  }
}

/// Regular spikes, `lag` steps after regular arrivals.
Synapse regular(int period, int lag, int n, double w = 0) {
  Synapse s;
  s.w = w;
  for (int k = 0; k < n; ++k) {
    s.arrivals.push_back(10 + k * period);
    s.spikes.push_back(10 + k * period + lag);
  }
  return s;
}
/// What a regular train comes to leave in a trace in Hz, `since` steps after a spike.
double in_hz(double period, double since, double tau) {
  return 1000 / tau * left(since, tau) / (1 - left(period, tau));
}

/// Oja 1982: the weight settles at x / (alpha y).
TYPED_TEST(RuleCurves, OjaSettles) {
  std::vector<Synapse> synapses;
  for (int const period : {10, 25})
    for (double const w : {0.0, 4.0}) synapses.push_back(regular(period, 6, 220, w));
  auto const w = learn_slowly<TypeParam>(synapses, 5600);
  for (std::size_t k = 0; k < synapses.size(); ++k) {
    double const period = k < 2 ? 10 : 25;
    expect_close(w[oja][k], in_hz(period, 6, 20) / (0.7 * in_hz(period, period, 20)),
                 "synapse " + std::to_string(k));
  }
}

/// Bienenstock, Cooper & Munro 1982: what one more spike changes, once rates are measured, is
/// x (y - y^2 / target), above 0 below the target rate and below 0 above it.
TYPED_TEST(RuleCurves, BcmChangesSignAtItsThreshold) {
  for (int const period : {50, 30, 10}) {
    int const n = 4000 / period;
    auto const w = learn_slowly<TypeParam>({regular(period, 3, n), regular(period, 3, n + 1)},
                                           4000 + 2 * period);
    double const theta = std::pow(in_hz(period, period, 100), 2) / 40;
    double const expected = 1e-7 * in_hz(period, 3, 20) * (in_hz(period, period, 60) - theta);
    EXPECT_NEAR(w[bcm][1] - w[bcm][0], expected, 1e-10 * std::fabs(expected)) << period;
    EXPECT_EQ(expected > 0, period > 25) << period;
  }
}

}  // namespace

// Rules of triplets, of neighbouring spikes, of rates and of potentials, and weight dependences, on
// shared weights: as conv2d_rules.cpp, against naive loops in double.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "conv2d_rules_testing.hpp"
#include "testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::Activity;
using kosnn_test::Case;
using kosnn_test::Delaying;
using kosnn_test::geometries;
using kosnn_test::Kernels;
using kosnn_test::SpikeList;
using kosnn_test::Walker;

struct In {};
struct Maps {};

template <class Device>
class MoreConvRules : public ::testing::Test {};
TYPED_TEST_SUITE(MoreConvRules, kosnn_test::Devices);

constexpr double dt = 0.5, low = 0.1, high = 0.9;
constexpr double tau_plus = 7, tau_x = 19, tau_minus = 11, tau_y = 23;
constexpr double theta_plus = 0.5, theta_minus = -0.3, late = 1.5;
constexpr double a_plus = 0.02, a_minus = 0.015, a3_plus = 0.004, a3_minus = 0.003;
constexpr double mu = 0.3, w0 = 0.7, alpha = 1.4, target_hz = 200;
constexpr int steps = 44, pause = 20;  // steps 20 and 21 without learning

// ---- what has happened

/// A trace of spikes with what it was before the present one.
struct Course {
  Activity z;
  double tau;
  Course(SpikeList const& list, int size, int batch, double ms, bool nearest = false)
      : z(list, size, batch, steps, dt, std::exp(-dt / ms), nearest), tau(ms) {}
  double now(int t, std::size_t n) const { return z.trace(t, n); }
  double before(int t, std::size_t n) const { return std::exp(-dt / tau) * z.trace(t - 1, n); }
  /// Steps since the last spike, infinite where there is none.
  double since(int t, std::size_t n) const {
    for (int s = t; s >= 0; --s)
      if (z.fires(s, n)) return t - s;
    return std::numeric_limits<double>::infinity();
  }
};

/// All traces of both sides; of the potential of neuron n after step t: u[t][n].
struct Past {
  Course x1, x2, y1, y2, fast_y, nearest_x1, nearest_x2, nearest_y1, nearest_y2;
  std::vector<std::vector<double>> u, u_plus, u_minus;

  Past(Case const& c, SpikeList const& pre, SpikeList const& post,
       std::vector<std::vector<double>> potentials)
      : x1(pre, int(c.g.pre().size()), c.batch, tau_plus),
        x2(pre, int(c.g.pre().size()), c.batch, tau_x),
        y1(post, int(c.g.post().size()), c.batch, tau_minus),
        y2(post, int(c.g.post().size()), c.batch, tau_y),
        fast_y(post, int(c.g.post().size()), c.batch, tau_plus),
        nearest_x1(pre, int(c.g.pre().size()), c.batch, tau_plus, true),
        nearest_x2(pre, int(c.g.pre().size()), c.batch, tau_x, true),
        nearest_y1(post, int(c.g.post().size()), c.batch, tau_minus, true),
        nearest_y2(post, int(c.g.post().size()), c.batch, tau_y, true),
        u(std::move(potentials)),
        u_plus(low_pass(u, tau_plus)),
        u_minus(low_pass(u, tau_minus)) {}

 private:
  /// As it was `late` before.
  static std::vector<std::vector<double>> low_pass(std::vector<std::vector<double>> const& u,
                                                   double tau) {
    std::vector<double> z(u[0].size(), -0.5);
    std::vector<std::vector<double>> all(std::size_t(std::lround(late / dt)), z);
    for (auto const& now : u) {
      for (std::size_t n = 0; n < z.size(); ++n)
        z[n] += (1 - std::exp(-dt / tau)) * (now[n] - z[n]);
      all.push_back(z);
    }
    return all;
  }
};

// ---- the rules, each with what it does at one synapse

/// Source i, of which the synapse sees the spikes fired in step `arrived` and the traces of step
/// `pre`, and target j, seen as in step `post`.
struct Meeting {
  double w;
  std::size_t i, j;
  int arrived, pre, post;
};
using P = Past const&;
using M = Meeting const&;
using Half = double (*)(P, M);

/// Where `driven`, the second half acts in all steps, not only in those in which the target fires.
template <class Rule>
struct Tested {
  char const* name;
  Rule rule;
  Half at_arrival, at_spike;
  bool driven = false;
  double sign = 1;  // of weights
  Tested(char const* what, Rule made, Half down, Half up)
      : name(what), rule(std::move(made)), at_arrival(down), at_spike(up) {}
};

double above(double u, double theta) { return std::max(u - theta, 0.0); }
double in_hz(double trace, double tau) { return trace * 1000 / tau; }
double nothing(P, M) { return 0; }
template <Course Past::*slow_pre, Course Past::*post>
double triplet_down(P p, M m) {
  double const r2 = (p.*slow_pre).before(m.arrived, m.i);
  return -(p.*post).now(m.post, m.j) * (a_minus + a3_minus * r2);
}
template <Course Past::*pre, Course Past::*slow_post>
double triplet_up(P p, M m) {
  double const o2 = (p.*slow_post).before(m.post, m.j);
  return (p.*pre).now(m.pre, m.i) * (a_plus + a3_plus * o2);
}
double pair_down(P p, M m) { return -a_minus * p.y1.now(m.post, m.j); }
double pair_up(P p, M m) { return a_plus * p.x1.now(m.pre, m.i); }

template <class Rule>
Rule bounded(Case const& c, Rule rule, double from = low, double to = high) {
  return c.soft ? rule.soft_bounds(from, to) : rule.clamp(from, to);
}
template <class Rule>
Rule of_pairs(Case const& c, Rule rule) {
  rule.a_plus(c.rate(a_plus)).a_minus(c.rate(a_minus)).tau_plus(tau_plus).tau_minus(tau_minus);
  return bounded(c, rule);
}
template <class Dependence>
auto pairs(Case const& c, Dependence const& dependence) {
  return of_pairs(c, PairStdp<double, Dependence>{}.dependence(dependence));
}
auto triplets(Case const& c, Trace::Spikes spikes) {
  TripletStdp<double> rule;
  rule.a2_plus(c.rate(a_plus)).a2_minus(c.rate(a_minus));
  rule.a3_plus(c.rate(a3_plus)).a3_minus(c.rate(a3_minus));
  rule.tau_plus(tau_plus).tau_x(tau_x).tau_minus(tau_minus).tau_y(tau_y).pairing(spikes);
  return bounded(c, rule);
}

/// Call f with rules of spikes, and of rates and potentials; their halves give changes at
/// c.rate(1).
template <class F>
void with_rules_of_spikes(Case const& c, F const& f) {
  Tested all_triplets{"TripletStdp", triplets(c, Trace::Spikes::all_to_all),
                      triplet_down<&Past::x2, &Past::y1>, triplet_up<&Past::x1, &Past::y2>};
  Tested nearest_triplets{"nearest TripletStdp", triplets(c, Trace::Spikes::nearest),
                          triplet_down<&Past::nearest_x2, &Past::nearest_y1>,
                          triplet_up<&Past::nearest_x1, &Past::nearest_y2>};
  // Of spikes that meet, the arrival is the earlier.
  Tested reduced{
      "ReducedStdp", of_pairs(c, ReducedStdp<double>{}),
      [](P p, M m) {
        double const spike = p.y1.since(m.post - 1, m.j), arrival = p.x1.since(m.arrived - 1, m.i);
        return spike <= arrival ? -a_minus * std::exp(-(spike + 1) * dt / tau_minus) : 0;
      },
      [](P p, M m) {
        double const arrival = p.x1.since(m.pre, m.i), spike = p.y1.since(m.post - 1, m.j) + 1;
        return arrival < spike ? a_plus * std::exp(-arrival * dt / tau_plus) : 0;
      }};
  Tested power_law{"PowerLaw", pairs(c, PowerLaw{mu}),
                   [](P p, M m) { return pair_down(p, m) * std::pow(m.w - low, mu); },
                   [](P p, M m) { return pair_up(p, m) * std::pow(high - m.w, mu); }};
  Tested van_rossum{"VanRossum", pairs(c, VanRossum{}),
                    [](P p, M m) { return pair_down(p, m) * (m.w - low); }, pair_up};
  Tested power_potentiation{
      "PowerPotentiation", pairs(c, PowerPotentiation{mu, w0}),
      [](P p, M m) { return pair_down(p, m) * m.w; },
      [](P p, M m) { return pair_up(p, m) * std::pow(w0, 1 - mu) * std::pow(m.w, mu); }};
  Tested inhibitory{
      "SymmetricStdp of inhibition",
      bounded(c, SymmetricStdp<double>{}.rate(c.rate(a_plus)).tau(tau_plus).alpha(alpha), -high,
              -low),
      [](P p, M m) { return a_plus * (p.fast_y.now(m.post, m.j) - alpha); }, pair_up};
  inhibitory.sign = -1;
  f(all_triplets, nearest_triplets, reduced, power_law, van_rossum, power_potentiation, inhibitory);
}
template <class F>
void with_rules_of_rates(Case const& c, F const& f) {
  Tested oja{
      "Oja",
      bounded(c,
              Oja<double>{}.rate(c.rate(2e-5)).alpha(alpha).tau_pre(tau_plus).tau_post(tau_minus)),
      nothing, [](P p, M m) {
        double const x = in_hz(p.x1.now(m.pre, m.i), tau_plus),
                     y = in_hz(p.y1.before(m.post, m.j), tau_minus);
        return 2e-5 * (x - alpha * y * m.w);
      }};
  Bcm<double> sliding;
  sliding.rate(c.rate(3e-7)).tau_pre(tau_plus).tau_post(tau_minus).tau_theta(tau_y);
  Tested bcm{"Bcm", bounded(c, sliding.target_hz(target_hz)), nothing, [](P p, M m) {
               if (!p.y1.z.fires(m.post, m.j)) return 0.0;
               double const x = in_hz(p.x1.now(m.pre, m.i), tau_plus),
                            y = in_hz(p.y1.before(m.post, m.j), tau_minus),
                            mean = in_hz(p.y2.before(m.post, m.j), tau_y);
               return 3e-7 * x * (y - mean * mean / target_hz);
             }};
  ClopathStdp<double> voltage;
  voltage.a_ltd(c.rate(0.02)).a_ltp(c.rate(0.3)).theta_plus(theta_plus).theta_minus(theta_minus);
  voltage.tau_x(tau_x).tau_plus(tau_plus).tau_minus(tau_minus).delay_u_bars(late);
  Tested clopath{"ClopathStdp", bounded(c, voltage),
                 [](P p, M m) {
                   double const u_minus = p.u_minus[std::size_t(m.post)][m.j];
                   return -0.02 * above(u_minus, theta_minus);
                 },
                 [](P p, M m) {
                   auto const t = std::size_t(m.post);
                   return 0.3 * dt * p.x2.now(m.pre, m.i) / tau_x * above(p.u[t][m.j], theta_plus) *
                          above(p.u_plus[t][m.j], theta_minus);
                 }};
  bcm.driven = clopath.driven = true;
  f(oja, bcm, clopath);
}

// ---- the comparison

std::vector<double> times(double factor, std::vector<double> values) {
  for (double& x : values) x *= factor;
  return values;
}
bool learns(int t) { return t < pause || t >= pause + 2; }
/// Steps until the next look at weights.
int run_from(int t) {
  return t == pause ? 2 : std::min(1 + t % 3, t < pause ? pause - t : steps - t);
}

/// `got` are the weights after each of these runs.
template <class Rule>
void expect_weights(Case const& c, Past const& past, Tested<Rule> const& tested,
                    std::vector<std::vector<double>> const& got, std::vector<double> const& first) {
  SCOPED_TRACE(tested.name);
  Kernels kernels(c, first, {low, high, c.soft});
  auto const delays = c.delays();
  bool const dendritic = c.dendritic && !tested.driven;
  double const speed = c.rate(1);
  auto looks = got.begin();
  for (int t = 0, next = run_from(0); t < steps; ++t) {
    // With dendritic delays weights change by what was at the synapse a delay ago, where spikes of
    // the target had come a delay after they were fired.
    auto const meeting = [&](double w, std::size_t k, std::size_t i, std::size_t j) {
      int const d = delays[k];
      return Meeting{w, i, j, t - d, c.immediate ? t : t - d, dendritic ? t - 2 * d : t};
    };
    if (learns(t)) {
      kernels.change([&](double w, std::size_t k, std::size_t i, std::size_t j) {
        auto const m = meeting(w, k, i, j);
        return past.x1.z.fires(m.arrived, i) ? speed * tested.at_arrival(past, m) : 0;
      });
      kernels.change([&](double w, std::size_t k, std::size_t i, std::size_t j) {
        auto const m = meeting(w, k, i, j);
        bool const acts = tested.driven || past.y1.z.fires(m.post, j);
        return acts ? speed * tested.at_spike(past, m) : 0;
      });
    }
    if (t + 1 < next) continue;
    next += run_from(next);
    SCOPED_TRACE("after step " + std::to_string(t));
    kosnn_test::expect_near(*looks++, times(tested.sign, kernels.weights()), 1e-12);
    if (::testing::Test::HasFatalFailure()) return;
  }
  EXPECT_TRUE(c.probability == 0 ||
              kosnn_test::largest_difference(kernels.weights(), first) > 0.01);
}

template <class Device, class... Rules, std::size_t... K>
void expect_learning(Case const& c, double threshold, std::index_sequence<K...>,
                     Tested<Rules> const&... rules) {
  auto const w = kosnn_test::random_values(c.g.weights(), 0.2, 0.8, 3);
  auto const plastic = [&](auto const& tested) {
    auto spec = c.projection(In{}, Maps{}, times(tested.sign, w), c.mask(), dt, tested.rule);
    if (c.dendritic && !tested.driven) spec.dendritic();
    return spec;
  };
  auto net = make_network<Device, double>(
      kosnn_test::config().dt(dt).batch(c.batch).batch_update(c.update),
      population(In{}, SpikeArraySource{}, c.g.pre()),
      population(Maps{}, Walker<double>{threshold}, c.g.post()), plastic(rules)...);
  auto const pre =
      kosnn_test::random_spikes(int(c.g.pre().size()), c.batch, steps, dt, c.probability, 5);
  net.get(In{}).set_spikes(pre.neurons, pre.times, pre.elements);
  auto const& spikes = net.record(Maps{}, Spikes{});
  auto const& v = net.record(Maps{}, Field<&Walker<double>::State::v>{}, dt);
  std::vector<std::vector<double>> got[sizeof...(Rules)];
  for (int t = 0; t < steps; t += run_from(t)) {
    (net.template projection<K>(In{}, Maps{}).learning(learns(t)), ...);
    net.run(run_from(t) * dt);
    (got[K].push_back(net.template projection<K>(In{}, Maps{}).weights()), ...);
  }
  SpikeList post;
  for (std::size_t k = 0; k < spikes.count(); ++k) {
    post.neurons.push_back(int(spikes.neurons()[k]));
    post.times.push_back(double(spikes.steps()[k]) * dt);
    post.elements.push_back(int(spikes.elements()[k]));
  }
  std::size_t const width = std::size_t(c.batch) * std::size_t(c.g.post().size());
  std::vector<std::vector<double>> potentials(steps);
  for (std::size_t k = 0; k < width * steps; ++k) potentials[k / width].push_back(v.values()[k]);
  Past const past(c, pre, post, potentials);
  (expect_weights(c, past, rules, got[K], w), ...);
}

template <class Device>
void expect_all(Case const& c, double threshold = 0.9) {
  auto const expect = [&](auto const&... rules) {
    expect_learning<Device>(c, threshold, std::make_index_sequence<sizeof...(rules)>{}, rules...);
  };
  with_rules_of_spikes(c, expect);
  with_rules_of_rates(c, expect);
}

Case of(std::size_t geometry, Delaying how, int batch) {
  Case c;
  c.g = geometries[geometry];
  c.how = how;
  c.batch = batch;
  return c;
}

TYPED_TEST(MoreConvRules, DoWhatAllPositionsSay) {
  expect_all<TypeParam>(of(1, Delaying::each, 1));
  expect_all<TypeParam>(of(4, Delaying::constant, 3));
}
TYPED_TEST(MoreConvRules, OfSumsAndMasks) {
  auto c = of(2, Delaying::each, 3);
  c.immediate = c.sums = c.soft = true;
  expect_all<TypeParam>(c);
  c = of(2, Delaying::none, 3);
  c.masked = true;
  c.update = BatchUpdate::sum;
  expect_all<TypeParam>(c);
}
TYPED_TEST(MoreConvRules, OfDendrites) {
  auto c = of(4, Delaying::each, 3);
  c.dendritic = true;
  expect_all<TypeParam>(c);
  c = of(2, Delaying::constant, 1);
  c.dendritic = c.masked = true;
  expect_all<TypeParam>(c);
}
TYPED_TEST(MoreConvRules, SilentAndAllSpiking) {
  auto c = of(2, Delaying::each, 2);
  c.probability = 0;
  expect_all<TypeParam>(c);
  c.probability = 1;
  expect_all<TypeParam>(c, -9);
}

}  // namespace

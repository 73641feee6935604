// Short-term plasticity: what is delivered in every step against a loop over the spikes of each
// source, in double, and the fixed points of regular trains.

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "synapse_ends.hpp"
#include "testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::config;

struct Pre {};
struct Post {};

constexpr int sources = 23, targets = 17, steps = 90;
constexpr double dt = 0.5;

template <class Device>
class ShortTerm : public ::testing::Test {};
TYPED_TEST_SUITE(ShortTerm, kosnn_test::Devices);

std::vector<TsodyksMarkram> different(std::size_t units) {
  std::vector<TsodyksMarkram> each;
  for (std::size_t i = 0; i < units; ++i) {
    int const k = static_cast<int>(i % 23);
    each.push_back(TsodyksMarkram{}.u(0.1 + 0.03 * k).tau_rec(3 + 4 * k).tau_fac(k % 3 * 9.0));
  }
  return each;
}

/// Parts of the weight that the spikes of one source deliver.
std::vector<double> worth(TsodyksMarkram const& s, std::vector<int> const& train) {
  std::vector<double> all;
  double x = 1, u = s.u();
  for (std::size_t k = 0; k < train.size(); ++k) {
    if (k > 0) {
      double const h = (train[k] - train[k - 1]) * dt;
      x = 1 - (1 - x + u * x) * std::exp(-h / s.tau_rec());
      u = s.u() + (s.tau_fac() > 0 ? u * (1 - s.u()) * std::exp(-h / s.tau_fac()) : 0);
    }
    all.push_back(u * x);
  }
  return all;
}

template <class Device, class Topology, class... Rule>
void expect_delivery(Topology const& topology, Weights const& weights, Delays const& delays,
                     int batch, double probability, bool own, Rule const&... rule) {
  auto each = different(sources);
  auto plastic = project(Pre{}, Post{}, topology, weights, delays, rule...);
  plastic.short_term(each);
  if constexpr (!std::is_same_v<Topology, Conv2d>)
    if (own) plastic.short_term_of_synapses(TsodyksMarkram{});
  auto net = make_network<Device, double>(
      config().dt(dt).batch(batch), population(Pre{}, SpikeArraySource{}, Shape{1, 1, sources}),
      population(Post{}, kosnn_test::Puppet<double>{}, Shape{targets, 1, 1}), plastic);
  auto const list = kosnn_test::random_spikes(sources, batch, steps, dt, probability, 4);
  auto& synapses = net.projection(Pre{}, Post{});
  if constexpr (!std::is_same_v<Topology, Conv2d>)
    if (own) synapses.set_short_term(each = different(synapses.synapses()));
  auto const w = synapses.weights(), d = synapses.delays();
  auto const [from, to] = kosnn_test::ends_of<Topology>(synapses, sources, targets);
  std::vector<double> expected(static_cast<std::size_t>(steps * batch * targets));
  for (int b = 0; b < batch; ++b)
    for (int i = 0; i < sources; ++i) {
      std::vector<int> train;
      for (std::size_t k = 0; k < list.times.size(); ++k)
        if (list.neurons[k] == i && list.elements[k] == b)
          train.push_back(static_cast<int>(std::lround(list.times[k] / dt)));
      for (std::size_t s = 0; s < w.size(); ++s) {
        if (from[s] != i) continue;
        auto const parts = worth(each[own ? s : static_cast<std::size_t>(i)], train);
        for (std::size_t k = 0; k < train.size(); ++k) {
          int const at = train[k] + static_cast<int>(std::lround(d[s] / dt));
          if (at < steps)
            expected[static_cast<std::size_t>((at * batch + b) * targets + to[s])] +=
                w[s] * parts[k];
        }
      }
    }
  for (int const round : {0, 1}) {  // again after a reset
    SCOPED_TRACE(round);
    net.get(Pre{}).set_spikes(list.neurons, list.times, list.elements);
    auto const& input = net.record(Post{}, Field<&kosnn_test::Puppet<double>::State::input>{}, dt);
    net.run(steps * dt / 2);
    net.run(steps * dt / 2);
    for (std::size_t k = 0; k < expected.size(); ++k)
      ASSERT_NEAR(input.values()[k], expected[k], 1e-12) << k;
    net.reset_state();
  }
}

/// Of sources, and of each synapse.
template <class Device>
void expect_all(bool own) {
  for (int const batch : {1, 3})
    for (double const probability : {0.1, 0.0, 1.0}) {
      auto const some = weights::uniform(0.1, 1), same = weights::constant(0.3);
      auto const once = delays::constant(2), several = delays::uniform(0.5, 6);
      expect_delivery<Device>(Dense{}, some, delays::none(), batch, probability, own);
      expect_delivery<Device>(Dense{}, same, once, batch, probability, own);
      expect_delivery<Device>(Dense{}, some, several, batch, probability, own);
      expect_delivery<Device>(sparse::total(150), some, once, batch, probability, own);
      expect_delivery<Device>(sparse::total(150), same, several, batch, probability, own);
      // With a rule that changes nothing.
      auto const rule = PairStdp<double>{}.a_plus(0).a_minus(0);
      expect_delivery<Device>(sparse::total(150), some, several, batch, probability, own, rule);
    }
}
TYPED_TEST(ShortTerm, OfSources) { expect_all<TypeParam>(false); }
TYPED_TEST(ShortTerm, OfSynapses) { expect_all<TypeParam>(true); }
TYPED_TEST(ShortTerm, OfSourcesOfConvolutions) {
  for (int const batch : {1, 3})
    for (double const probability : {0.1, 0.0, 1.0})
      for (auto const& delays : {delays::none(), delays::constant(2), delays::uniform(0.5, 6)})
        expect_delivery<TypeParam>(Conv2d{1, sources}, weights::uniform(0.1, 1), delays, batch,
                                   probability, false);
}

/// u* = U / (1 - (1 - U) exp(-1 / (r tau_f))) and
/// x* = (1 - exp(-1 / (r tau_d))) / (1 - (1 - u*) exp(-1 / (r tau_d))).
TYPED_TEST(ShortTerm, FixedPointsOfRegularTrains) {
  for (double const hz : {5.0, 20.0, 50.0}) {
    auto const synapse = TsodyksMarkram{}.u(0.15).tau_rec(130).tau_fac(530);
    auto net = make_network<TypeParam, double>(
        config().dt(dt), population(Pre{}, SpikeArraySource{}, Shape{1}),
        population(Post{}, kosnn_test::Puppet<double>{}, Shape{1}),
        project(Pre{}, Post{}, OneToOne{}, weights::constant(2)).short_term(synapse));
    std::vector<double> times;
    for (int k = 0; k < 200; ++k) times.push_back(k * 1000 / hz);
    net.get(Pre{}).set_spikes(std::vector<int>(times.size()), times);
    net.run(times.back() + dt);
    double const fac = std::exp(-1000 / (hz * 530)), rec = std::exp(-1000 / (hz * 130));
    double const u = 0.15 / (1 - 0.85 * fac), x = (1 - rec) / (1 - (1 - u) * rec);
    EXPECT_NEAR((net.get(Post{}).template field<&kosnn_test::Puppet<double>::State::input>()[0]),
                2 * u * x, 1e-12);
  }
}

TYPED_TEST(ShortTerm, Errors) {
  auto const of = [](std::vector<TsodyksMarkram> const& each) {
    return kosnn_test::error_of([&] {
      make_network<TypeParam>(
          config(), population(Pre{}, PoissonSource{}, Shape{2}),
          population(Post{}, LIF<>{}, Shape{3}),
          project(Pre{}, Post{}, Dense{}, weights::constant(1)).short_term(each));
    });
  };
  std::string const name = "projection Pre -> Post: short_term: ";
  TsodyksMarkram const good;
  EXPECT_EQ(of({good, good, good}), name + "3 synapses for 2 sources");
  EXPECT_EQ(of({TsodyksMarkram{}.u(1.5)}), name + "u must be in [0, 1], got 1.5");
  EXPECT_EQ(of({good, TsodyksMarkram{}.tau_rec(0)}),
            name + "source 1: tau_rec must be a positive time in ms, got 0");
  EXPECT_EQ(of({TsodyksMarkram{}.tau_fac(-1)}),
            name + "tau_fac must be a time of at least 0 ms, got -1");
  auto net = make_network<TypeParam>(
      config(), population(Pre{}, PoissonSource{}, Shape{2}), population(Post{}, LIF<>{}, Shape{3}),
      project(Pre{}, Post{}, sparse::total(4), weights::uniform(0, 1)).short_term_of_synapses(good),
      project(Pre{}, Post{}, Dense{}, weights::constant(1)).short_term(good));
  auto& own = net.projection(Pre{}, Post{});
  // What is declared last holds.
  auto later = make_network<TypeParam>(
      config(), population(Pre{}, PoissonSource{}, Shape{2}), population(Post{}, LIF<>{}, Shape{3}),
      project(Pre{}, Post{}, sparse::total(5), weights::constant(1))
          .short_term_of_synapses(good)
          .short_term({good, good}));
  kosnn_test::expect_error(
      [&] {
        later.projection(Pre{}, Post{}).set_short_term({good, good});
      },
      {"set_short_term: declare it with short_term_of_synapses"});
  EXPECT_EQ(kosnn_test::error_of([&] { own.set_short_term({good}); }),
            "projection Pre -> Post: set_short_term takes 4 synapses, got 1");
  EXPECT_EQ(kosnn_test::error_of([&] {
              own.set_short_term({good, good, TsodyksMarkram{}.u(-1), good});
            }),
            "projection Pre -> Post: set_short_term: synapse 2: u must be in [0, 1], got -1");
  EXPECT_EQ(kosnn_test::error_of([&] { own.rewire(Rewiring{}.below(1).weight(1)); }),
            "projection Pre -> Post: rewire: can't move the short-term plasticity of each synapse");
  EXPECT_EQ(kosnn_test::error_of(
                [&] { net.template projection<1>(Pre{}, Post{}).set_short_term({good}); }),
            "projection Pre -> Post (number 1): set_short_term: declare it with "
            "short_term_of_synapses to set that of each");
}

}  // namespace

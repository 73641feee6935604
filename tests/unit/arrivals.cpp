// What arrives at neurons whose models say to which members they add it, beside loops over the
// recorded spikes and beside the same model that is handed its inputs; and the state of neurons
// that several threads share.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "edge_list.hpp"
#include "testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::Edge;
using kosnn_test::sparse_of;

struct In {};
struct Cells {};

constexpr int sources = 23, size = 131, steps = 60;

/// Two sums that decay, the inhibitory one the other way round; fires by the difference at the
/// beginning of a step, or where it is told to.
template <class Real>
struct Handed {
  struct State {
    Real up, down;
    int age;  // steps since the last spike
  };
  using real = Real;
  using fields = Fields<&State::up, &State::down, &State::age>;
  Real keep = Real(0.9), bound = Real(0.6);
  using parameters = Fields<&Handed::keep, &Handed::bound>;
  KOKKOS_FUNCTION State initial() const { return {0, 0, 0}; }
  KOKKOS_FUNCTION bool step(State& s, Inputs<Real> const& in) const {
    bool const spike = s.up - s.down + in.current > bound;
    s.up = keep * s.up + in.excitatory;
    s.down = Real(0.8) * s.down - in.inhibitory;
    s.age = spike ? 0 : s.age + 1;
    return spike;
  }
  KOKKOS_FUNCTION void fire(State& s) const { s.age = 0; }
};
/// The same, which says what it does with its inputs.
template <class Real>
struct Adds : Handed<Real> {
  using State = typename Handed<Real>::State;
  using arrivals = Arrivals<Adds, &State::up, &State::down, -1>;
};
using State = Handed<double>::State;

template <class Device>
class Arriving : public ::testing::Test {};
TYPED_TEST_SUITE(Arriving, kosnn_test::Devices);

/// Synapses of one sign, of weights of their own unless these are all `sign` * 0.05.
std::vector<Edge> random_edges(int pre_size, int number, double sign, bool own, int shortest,
                               int longest, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_int_distribution<int> source(0, pre_size - 1), target(0, size - 1),
      delay(shortest, longest);
  std::uniform_real_distribution<double> weight(0, 0.1);
  std::vector<Edge> edges;
  for (int k = 0; k < number; ++k)
    edges.push_back(
        {source(random), target(random), delay(random), sign * (own ? weight(random) : 0.05)});
  return edges;
}
/// From all to all.
std::vector<Edge> all_edges(int pre_size, double sign, int delay, unsigned seed) {
  auto const weights = kosnn_test::random_values(std::size_t(pre_size * size), 0, 0.02, seed);
  std::vector<Edge> edges;
  for (int i = 0; i < pre_size; ++i)
    for (int n = 0; n < size; ++n) edges.push_back({i, n, delay, sign * weights[edges.size()]});
  return edges;
}
auto dense_of(std::vector<Edge> const& edges) {
  std::vector<double> weights;
  for (Edge const& e : edges) weights.push_back(e.weight);
  return project(In{}, Cells{}, Dense{}, weights::array(weights), delays::constant(edges[0].delay));
}

/// Where all neurons are, step by step, (batch, neurons).
struct Course {
  std::vector<double> up, down, age;
  explicit Course(int batch) : up(std::size_t(batch * size)), down(up), age(up) {}
};

// Sources that are silent, that fire at random and that all fire at once; without delay, and with
// delays that let threads run on for one step and for three.
TYPED_TEST(Arriving, IsAddedWhereTheModelSays) {
  for (double const rate : {0.0, 0.15, 1.0})
    for (int const batch : {1, 3})
      for (int const shortest : {0, 1, 3}) {
        SCOPED_TRACE(::testing::Message() << rate << " " << batch << " " << shortest);
        int const least = std::max(1, shortest);
        auto const from_in = random_edges(sources, 400, 1, true, least, least + 2, 1),
                   stop_in = random_edges(sources, 300, -1, false, least, least, 2),
                   from_cells = random_edges(size, 900, 1, false, least, least + 1, 3),
                   stop_cells = random_edges(size, 900, -1, true, least, least + 2, 4),
                   all_in = all_edges(sources, 1, shortest, 5),
                   stop_all = all_edges(sources, -1, least + 1, 6);
        auto net = make_network<TypeParam, double>(
            kosnn_test::config().batch(batch), population(In{}, SpikeArraySource{}, Shape{sources}),
            population(Cells{}, Adds<double>{}, Shape{size}),
            sparse_of(In{}, Cells{}, from_in, true), sparse_of(In{}, Cells{}, stop_in, false),
            sparse_of(Cells{}, Cells{}, from_cells, false),
            sparse_of(Cells{}, Cells{}, stop_cells, true), dense_of(all_in), dense_of(stop_all));
        auto const list = kosnn_test::random_spikes(sources, batch, steps, 1, rate, 7);
        net.get(In{}).set_spikes(list.neurons, list.times, list.elements);
        std::vector<double> const current =
            kosnn_test::random_values(std::size_t(batch * size), 0, 0.55, 8);
        net.get(Cells{}).set_input(current);
        auto const& up = net.record(Cells{}, Field<&State::up>{});
        auto const& down = net.record(Cells{}, Field<&State::down>{});
        auto const& age = net.record(Cells{}, Field<&State::age>{});
        for (int const ms : {1, 7, 0, 30, steps - 38}) net.run(ms);

        kosnn_test::Activity const given(list, sources, batch, steps, 1, 0);
        Course now(batch);
        std::vector<std::vector<char>> fired;
        std::size_t spikes = 0;
        for (int t = 0; t < steps; ++t) {
          std::vector<double> excited(now.up.size()), inhibited(now.up.size());
          auto const arrive = [&](std::vector<Edge> const& edges, bool cells,
                                  std::vector<double>& sum) {
            for (Edge const& e : edges)
              for (int b = 0; b < batch && e.delay <= t; ++b) {
                auto const at = std::size_t(t - e.delay);
                bool const spike = cells ? fired[at][std::size_t(b * size + e.from)] != 0
                                         : given.fires(int(at), std::size_t(b * sources + e.from));
                if (spike) sum[std::size_t(b * size + e.to)] += e.weight;
              }
          };
          arrive(from_in, false, excited);
          arrive(from_cells, true, excited);
          arrive(all_in, false, excited);
          arrive(stop_in, false, inhibited);
          arrive(stop_cells, true, inhibited);
          arrive(stop_all, false, inhibited);
          fired.emplace_back(now.up.size());
          for (std::size_t n = 0; n < now.up.size(); ++n) {
            bool const spike = now.up[n] - now.down[n] + current[n] > 0.6;
            now.up[n] = 0.9 * now.up[n] + excited[n];
            now.down[n] = 0.8 * now.down[n] - inhibited[n];
            now.age[n] = spike ? 0 : now.age[n] + 1;
            fired.back()[n] = spike;
            spikes += spike;
            std::size_t const k = std::size_t(t) * now.up.size() + n;
            ASSERT_NEAR(up.values()[k], now.up[n], 1e-12) << t << " " << n;
            ASSERT_NEAR(down.values()[k], now.down[n], 1e-12) << t << " " << n;
            ASSERT_EQ(age.values()[k], now.age[n]) << t << " " << n;
          }
        }
        EXPECT_EQ(spikes > 0, rate > 0);
      }
}

/// What a network of `Cell` comes to where everything else that acts on neurons is asked for too.
struct Recorded {
  std::vector<double> up, down;
  std::vector<int> age;
  std::vector<double> trace;
  std::vector<std::int64_t> at;
  std::vector<std::uint32_t> neurons, elements;
};
template <class Device, class Cell>
Recorded recorded(Config const& settings) {
  auto const cell = per_neuron([](Neuron const& neuron) {
    Cell model;
    model.bound = 0.4 + 0.001 * neuron.index();
    return model;
  });
  Trace const trace = all_to_all(exact(5));
  auto const tired = TsodyksMarkram{}.u(0.4).tau_rec(20);
  auto net = make_network<Device, double>(
      Config(settings).batch(3).seed(3), population(In{}, SpikeArraySource{}, Shape{sources}),
      population(Cells{}, cell, Shape{size}).trace(trace),
      project(In{}, Cells{}, Dense{}, weights::uniform(0, 0.04)),  // without delay
      project(In{}, Cells{}, Dense{}, weights::uniform(-0.02, -0.001), delays::constant(3))
          .short_term(tired),
      project(Cells{}, Cells{}, AllButOne{}, weights::constant(-0.0005), delays::constant(2)),
      project(Cells{}, Cells{}, sparse::in_degree(9), weights::uniform(0, 0.02),
              delays::uniform(1, 3)),
      project(Cells{}, Cells{}, sparse::in_degree(5), weights::uniform(-0.1, 0),
              delays::constant(1))
          .short_term_of_synapses(tired));
  auto const list = kosnn_test::random_spikes(sources, 3, steps, 1, 0.15, 7);
  net.get(In{}).set_spikes(list.neurons, list.times, list.elements);
  auto& cells = net.get(Cells{});
  auto const& up = net.record(Cells{}, Field<&State::up>{});
  auto const& down = net.record(Cells{}, Field<&State::down>{}, 2);
  auto const& z = net.record(Cells{}, trace);
  auto const& spikes = net.record(Cells{}, Spikes{});
  net.run(9);
  cells.set_poisson_input(50, -0.1);
  net.run(11);
  cells.set_poisson_input(0, -0.1);
  cells.set_currents({currents::noise(0.1, 0.1, 2)});
  std::vector<Forcing> forced(size, Forcing::none);
  forced[5] = forced[128] = Forcing::spike;
  forced[17] = forced[90] = Forcing::silence;
  cells.force(forced);
  net.run(10);
  cells.release();
  cells.template set_field<&State::up>(kosnn_test::random_values(std::size_t(3 * size), 0, 0.6, 9));
  net.run(10);
  net.reset_state();
  net.run(steps - 40);
  return {up.values(),      down.values(),  cells.template field<&State::age>(),
          z.values(),       spikes.steps(), spikes.neurons(),
          spikes.elements()};
}

void expect_alike(Recorded const& a, Recorded const& b, double tolerance) {
  ASSERT_EQ(a.up.size(), b.up.size());
  for (std::size_t k = 0; k < a.up.size(); ++k) ASSERT_NEAR(a.up[k], b.up[k], tolerance) << k;
  for (std::size_t k = 0; k < a.down.size(); ++k) ASSERT_NEAR(a.down[k], b.down[k], tolerance) << k;
  EXPECT_EQ(a.age, b.age);
  EXPECT_EQ(a.trace, b.trace);
  EXPECT_EQ(a.at, b.at);
  EXPECT_EQ(a.neurons, b.neurons);
  EXPECT_EQ(a.elements, b.elements);
}

TYPED_TEST(Arriving, IsWhatAModelWouldBeHanded) {
  auto const adds = recorded<TypeParam, Adds<double>>(kosnn_test::config());
  expect_alike(adds, recorded<TypeParam, Handed<double>>(kosnn_test::config()), 1e-12);
  EXPECT_GT(adds.at.size(), 100U);
  expect_alike(adds, recorded<TypeParam, Adds<double>>(Config{}.neurons_per_thread(1 << 20)), 0);
}

/// Steps otherwise than the model from which it is derived.
struct Latest : Adds<double> {
  KOKKOS_FUNCTION bool step(State& s, Inputs<double> const& in) const {
    s.up = in.excitatory;
    return in.excitatory > 1;
  }
};

TYPED_TEST(Arriving, IsHandedToDerivedModels) {
  auto net = make_network<TypeParam, double>(
      Config{}, population(In{}, SpikeArraySource{}, Shape{2}),
      population(Cells{}, Latest{}, Shape{2}),
      project(In{}, Cells{}, OneToOne{}, weights::array({0.5, 2}), delays::constant(1)));
  net.get(In{}).set_spikes({0, 1}, {0, 0});
  net.run(2);
  EXPECT_EQ(net.get(Cells{}).template field<&State::up>(), (std::vector<double>{0.5, 2}));
  EXPECT_EQ(net.get(Cells{}).spikes(), 1U);
  net.run(1);
  EXPECT_EQ(net.get(Cells{}).template field<&State::up>(), (std::vector<double>{0, 0}));
}

// State that several threads share is set, read and named as (batch, neurons).
TYPED_TEST(Arriving, LeavesStateInOrder) {
  constexpr double large = 1e308;
  auto net = make_network<TypeParam, double>(
      kosnn_test::config().batch(3).check_finite(true),
      population(In{}, SpikeArraySource{}, Shape{size}),
      population(Cells{}, Adds<double>{}, Shape{size}),
      project(In{}, Cells{}, OneToOne{}, weights::constant(large), delays::constant(1)));
  auto& cells = net.get(Cells{});
  std::vector<double> values(std::size_t(3 * size)), kept;
  for (std::size_t k = 0; k < values.size(); ++k) {
    values[k] = 0.001 * double(k);
    kept.push_back(0.9 * values[k]);
  }
  cells.template set_field<&State::up>(values);
  EXPECT_EQ(cells.template field<&State::up>(), values);
  auto const& up = net.record(Cells{}, Field<&State::up>{});
  net.run(1);
  EXPECT_EQ(cells.template field<&State::up>(), kept);
  EXPECT_EQ(up.values(), kept);

  values.assign(values.size(), 0);
  values[std::size_t(size + 100)] = values[std::size_t(2 * size + 7)] = large;
  cells.template set_field<&State::up>(values);
  net.get(In{}).set_spikes({100, 7}, {1, 1}, {1, 2});
  net.run(1);
  kosnn_test::expect_error([&] { net.run(1); },
                           {"population Cells", "up of neuron 100 (batch element 1)"});
}

}  // namespace

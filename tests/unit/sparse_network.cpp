// Sparse networks as they run: spike for spike against a naive serial simulator, and beside Dense.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <vector>

#include "testing.hpp"

namespace {

using namespace kosnn;

struct In {};
struct A {};
struct B {};

constexpr int inputs = 50, size_a = 203, size_b = 67, elements = 2, steps = 300;

/// Potentials halve in a step, and weights are multiples of 2^-10: sums do not depend on their
/// order, so that the two simulators agree to the last bit.
double rounded(double w) { return std::round(w * 1024) / 1024; }

template <class Real>
auto cell() {
  return LIF<Real>{}.membrane(factor(0.5)).threshold(1).refractory(3).reset(-0.25);
}

template <class Space, class Real>
auto make(std::uint64_t seed) {
  auto const twins = sparse::total(2000);
  return make_network<Space, Real>(
      kosnn_test::config().batch(elements).seed(seed),
      population(In{}, SpikeArraySource{}, Shape{inputs}),
      population(A{}, cell<Real>(), Shape{size_a}), population(B{}, cell<Real>(), Shape{size_b}),
      project(In{}, A{}, sparse::in_degree(12), weights::uniform(0, 0.5), delays::constant(2)),
      project(A{}, A{}, sparse::bernoulli(0.1).autapses(false), weights::normal(0.05, 0.1),
              delays::uniform(1, 13)),
      project(A{}, B{}, sparse::out_degree(9).multapses(false), weights::constant(0.375)),
      project(B{}, A{}, twins, weights::uniform(-0.3, 0), delays::clipped_normal(4, 3, 1, 9)));
}

template <class Net>
void stimulate(Net& net, unsigned seed) {
  auto const list = kosnn_test::random_spikes(inputs, elements, steps, 1, 0.05, seed);
  net.get(In{}).set_spikes(list.neurons, list.times, list.elements);
}

/// A population of the naive simulator.
struct Cells {
  int size;
  std::vector<double> v, input;
  std::vector<int> refractory;
  std::vector<std::vector<int>> raster;  // by step: (batch, neurons)

  explicit Cells(int n)
      : size(n), v(static_cast<std::size_t>(n * elements)), input(v.size()), refractory(v.size()) {}
  void step() {
    raster.emplace_back(v.size());
    for (std::size_t k = 0; k < v.size(); ++k) {
      if (refractory[k] > 0) {
        --refractory[k];
      } else {
        v[k] = 0.5 * v[k] + input[k];
        if (v[k] >= 1) {
          v[k] = -0.25;
          refractory[k] = 3;
          raster.back()[k] = 1;
        }
      }
      input[k] = 0;
    }
  }
};

/// One synapse after another, and every spike on its way.
struct Naive {
  struct Flight {
    std::int64_t arrival;
    Cells* target;
    std::size_t position;
    double weight;
  };
  std::vector<Flight> in_flight;

  template <class Projection>
  void send(Projection const& p, std::vector<int> const& spikes, int size, std::int64_t now,
            Cells& target) {
    auto const& [sources, targets, weights, delays] = p;
    for (std::size_t s = 0; s < sources.size(); ++s)
      for (int b = 0; b < elements; ++b)
        if (spikes[static_cast<std::size_t>(b * size + sources[s])] != 0)
          in_flight.push_back({now + static_cast<std::int64_t>(delays[s]), &target,
                               static_cast<std::size_t>(b * target.size + targets[s]), weights[s]});
  }
  void deliver(std::int64_t now) {
    auto const arrives = [now](Flight const& f) { return f.arrival == now; };
    for (auto const& f : in_flight)
      if (arrives(f)) f.target->input[f.position] += f.weight;
    in_flight.erase(std::remove_if(in_flight.begin(), in_flight.end(), arrives), in_flight.end());
  }
};

template <class Projection>
auto synapses_of(Projection const& p) {
  return std::make_tuple(p.sources(), p.targets(), p.weights(), p.delays());
}

template <class Device>
class SparseNetwork : public ::testing::Test {};
TYPED_TEST_SUITE(SparseNetwork, kosnn_test::Devices);

TYPED_TEST(SparseNetwork, SpikesAsANaiveSimulatorDoes) {
  for (unsigned const seed : {1U, 2U, 3U}) {
    auto net = make<TypeParam, double>(seed);
    auto const round = [](auto& p) {
      auto w = p.weights();
      for (double& x : w) x = rounded(x);
      p.set_weights(w);
    };
    round(net.projection(In{}, A{}));
    round(net.projection(A{}, A{}));
    round(net.projection(B{}, A{}));
    stimulate(net, seed);
    auto const& in = net.record(In{}, Spikes{});
    auto const& a = net.record(A{}, Spikes{});
    auto const& b = net.record(B{}, Spikes{});
    net.run(steps);

    auto const in_a = synapses_of(net.projection(In{}, A{}));
    auto const a_a = synapses_of(net.projection(A{}, A{}));
    auto const a_b = synapses_of(net.projection(A{}, B{}));
    auto const b_a = synapses_of(net.projection(B{}, A{}));
    auto const stimulus = kosnn_test::raster(in, steps, elements, inputs);
    Cells naive_a(size_a), naive_b(size_b);
    Naive naive;
    for (int t = 0; t < steps; ++t) {
      auto const begin = stimulus.begin() + t * inputs * elements;
      naive.send(in_a, {begin, begin + inputs * elements}, inputs, t, naive_a);
      naive.deliver(t);
      naive_a.step();
      naive.send(a_a, naive_a.raster.back(), size_a, t, naive_a);
      naive.send(a_b, naive_a.raster.back(), size_a, t, naive_b);
      naive.deliver(t);  // those without delay
      naive_b.step();
      naive.send(b_a, naive_b.raster.back(), size_b, t, naive_a);
    }
    auto const flat = [](Cells const& cells) {
      std::vector<int> all;
      for (auto const& row : cells.raster) all.insert(all.end(), row.begin(), row.end());
      return all;
    };
    EXPECT_EQ(kosnn_test::raster(a, steps, elements, size_a), flat(naive_a)) << seed;
    EXPECT_EQ(kosnn_test::raster(b, steps, elements, size_b), flat(naive_b)) << seed;
    EXPECT_EQ(net.get(A{}).template field<&LIF<double>::State::v>(), naive_a.v) << seed;
    EXPECT_GT(a.count(), 1500U);
    EXPECT_LT(a.count(), 40000U);
    EXPECT_GT(b.count(), 100U);
  }
}

TYPED_TEST(SparseNetwork, DoesTheSameOnOneThread) {
  auto const run = [](auto space) {
    auto net = make<decltype(space), float>(5);
    stimulate(net, 5);
    auto const& a = net.record(A{}, Spikes{});
    net.run(steps);
    return std::make_tuple(a.steps(), a.neurons(), a.elements(),
                           net.get(A{}).template field<&LIF<float>::State::v>());
  };
  EXPECT_EQ(run(Kokkos::Serial{}), run(TypeParam{}));
}

/// Where 16 bits don't number the targets, and where they just do.
TYPED_TEST(SparseNetwork, ReachesTheLastOfManyTargets) {
  for (int const n : {65536, 70001}) {
    auto net = make_network<TypeParam, double>(
        kosnn_test::config(), population(In{}, SpikeArraySource{}, Shape{2}),
        population(A{}, kosnn_test::Puppet<double>{}, Shape{n}),
        project(In{}, A{}, sparse::edges({0, 1, 1, 1}, {n - 2, n - 1, 65535, 3}),
                weights::array({1, 2, 4, 8}), delays::array({1, 1, 1, 2})));
    net.get(In{}).set_spikes({0, 1}, {0, 0});
    net.run(2);
    std::vector<double> expected(static_cast<std::size_t>(n));
    expected[static_cast<std::size_t>(n - 2)] += 1;
    expected[static_cast<std::size_t>(n - 1)] += 2;
    expected[65535] += 4;
    auto const input = [&] {
      return net.get(A{}).template field<&kosnn_test::Puppet<double>::State::input>();
    };
    EXPECT_EQ(input(), expected);
    net.run(1);
    expected.assign(expected.size(), 0);
    expected[3] = 8;
    EXPECT_EQ(input(), expected);
    std::size_t bytes = 0;
    for (auto const& part : net.memory().parts())
      if (part.name == "projection In -> A") bytes = part.bytes;
    std::size_t const rows = 4 * (2 * 2 + 1) + 4 * 2, sums = 8 * static_cast<std::size_t>(n);
    EXPECT_EQ(bytes, 4U * (n == 65536 ? 2 : 4) + 4 * 8 + rows + sums);
  }
}

/// What reaches each target of a projection in each step, (steps, batch, targets), while its
/// sources fire as in `list`.
template <class Projection>
std::vector<double> arrivals(Projection const& p, kosnn_test::SpikeList const& list, int times,
                             int batch, int targets) {
  auto const from = p.sources(), to = p.targets();
  auto const w = p.weights(), delay = p.delays();
  std::vector<std::vector<std::size_t>> rows;
  for (std::size_t s = 0; s < from.size(); ++s) {
    rows.resize(std::max(rows.size(), static_cast<std::size_t>(from[s]) + 1));
    rows[static_cast<std::size_t>(from[s])].push_back(s);
  }
  std::vector<double> sums(static_cast<std::size_t>(times * batch * targets));
  for (std::size_t k = 0; k < list.times.size(); ++k) {
    if (static_cast<std::size_t>(list.neurons[k]) >= rows.size()) continue;
    for (std::size_t const s : rows[static_cast<std::size_t>(list.neurons[k])]) {
      int const step = static_cast<int>(std::lround(list.times[k] + delay[s]));
      if (step >= times) continue;
      int const row = step * batch + list.elements[k];
      sums[static_cast<std::size_t>(row * targets + to[s])] += w[s];
    }
  }
  return sums;
}

/// Whether that is what the puppets of a network receive.
template <class Net>
void expect_arrivals(Net& net, kosnn_test::SpikeList const& list, int times, int batch,
                     char const* when) {
  auto const& recorded = net.record(A{}, Field<&kosnn_test::Puppet<double>::State::input>{});
  net.reset_state();
  net.get(In{}).set_spikes(list.neurons, list.times, list.elements);
  net.run(times);
  EXPECT_TRUE(recorded.values() ==
              arrivals(net.projection(In{}, A{}), list, times, batch, net.get(A{}).size()))
      << when;
}

template <class Projection>
void round_weights(Projection& p) {
  auto w = p.weights();
  std::transform(w.begin(), w.end(), w.begin(), rounded);
  p.set_weights(w);
}

/// So many targets, and so many synapses of each row, that rows are cut into parts; also once the
/// weights have been scaled, and half of the synapses rewired.
TYPED_TEST(SparseNetwork, CutsLongRowsIntoParts) {
  constexpr int n = 40001, from = 20, batch = 2, times = 7;
  auto const list = kosnn_test::random_spikes(from, batch, times - 1, 1, 0.3, 7);
  for (bool const constant : {false, true}) {
    auto const weight = constant ? weights::constant(0.375) : weights::uniform(0, 1);
    auto net = make_network<TypeParam, double>(
        kosnn_test::config().batch(batch), population(In{}, SpikeArraySource{}, Shape{from}),
        population(A{}, kosnn_test::Puppet<double>{}, Shape{n}),
        project(In{}, A{}, sparse::bernoulli(0.5), weight, delays::constant(1)));
    auto& p = net.projection(In{}, A{});
    if (!constant) round_weights(p);
    expect_arrivals(net, list, times, batch, "as drawn");
    if (constant) continue;
    auto expected = p.weights();
    auto const to = p.targets();
    std::vector<double> factors(n);
    for (int k = 0; k < n; ++k) factors[static_cast<std::size_t>(k)] = k % 3 * 0.5;
    p.scale_inputs(factors);
    for (std::size_t k = 0; k < to.size(); ++k) expected[k] *= to[k] % 3 * 0.5;
    EXPECT_TRUE(p.weights() == expected);
    p.set_weights(std::vector<double>(expected.size(), 0.5));
    std::vector<int> degrees(n);
    for (int const t : to) ++degrees[static_cast<std::size_t>(t)];
    p.normalise(3);
    auto const w = p.weights();
    for (std::size_t k = 0; k < to.size(); ++k)
      ASSERT_DOUBLE_EQ(w[k], 3.0 / degrees[static_cast<std::size_t>(to[k])]) << k << " " << to[k];
    p.set_weights(kosnn_test::random_values(w.size(), 0, 1, 2));
    EXPECT_GT(p.rewire(Rewiring{}.below(0.5).weight(0.25)), w.size() / 3);
    round_weights(p);
    expect_arrivals(net, list, times, batch, "rewired");
  }
}

/// Spikes of neurons at which no synapse begins, before, between and after those of parts at which
/// some do, and where all may begin, once all synapses have been rewired.
TYPED_TEST(SparseNetwork, PassesOverSpikesWithoutSynapses) {
  Slices const parts{{"none", 70}, {"some", 61}, {"neither", 40}, {"more", 33}, {"no", 90}};
  Slice const all{"all", 0, 57};
  for (int const batch : {1, 3})
    for (auto const& delay : {delays::constant(2), delays::uniform(1, 9)}) {
      auto const synapses =
          sparse::blocks()
              .add(parts["some"], all, sparse::in_degree(5), weights::uniform(0, 1), delay)
              .add(parts["more"], all, sparse::in_degree(3), weights::uniform(0, 1), delay);
      auto net = make_network<TypeParam, double>(
          kosnn_test::config().batch(batch), population(In{}, SpikeArraySource{}, parts),
          population(A{}, kosnn_test::Puppet<double>{}, Shape{57}), project(In{}, A{}, synapses));
      auto& p = net.projection(In{}, A{});
      round_weights(p);
      for (double const probability : {0.0, 0.08, 1.0}) {
        auto const list = kosnn_test::random_spikes(parts.size(), batch, 40, 1, probability, 5);
        expect_arrivals(net, list, 50, batch, "as drawn");
      }
      EXPECT_GT(p.rewire(Rewiring{}.below(2).weight(0.25)), 400U);
      auto const from = p.sources();
      EXPECT_LT(*std::min_element(from.begin(), from.end()), 70);
      expect_arrivals(net, kosnn_test::random_spikes(parts.size(), batch, 40, 1, 0.1, 6), 50, batch,
                      "rewired");
    }
}

/// Learning on all pairs, as edges and as a matrix. The edges of each source are listed backwards.
TYPED_TEST(SparseNetwork, LearnsAsDenseDoes) {
  int const n = 40;
  std::vector<int> sources, targets;
  std::vector<double> w, ms, w_edges, ms_edges;
  for (int k = 0; k < inputs * n; ++k) {
    w.push_back(rounded(0.5 * (k * 7 % 11) / 11));
    ms.push_back(1 + k * 13 % 6);
  }
  for (int i = 0; i < inputs; ++i)
    for (int j = n - 1; j >= 0; --j) {
      sources.push_back(i);
      targets.push_back(j);
      w_edges.push_back(w[static_cast<std::size_t>(i * n + j)]);
      ms_edges.push_back(ms[static_cast<std::size_t>(i * n + j)]);
    }
  auto const rule = PairStdp<double>{}.a_plus(0.01).a_minus(0.004).clamp(0, 1);
  auto const learn = [&](auto const& topology, std::vector<double> const& weights,
                         Delays const& delays) {
    auto net = make_network<TypeParam, double>(
        kosnn_test::config().batch(elements), population(In{}, SpikeArraySource{}, Shape{inputs}),
        population(A{}, cell<double>(), Shape{n}),
        project(In{}, A{}, topology, kosnn::weights::array(weights), delays, rule));
    stimulate(net, 9);
    net.run(steps);
    return std::make_pair(net.projection(In{}, A{}).weights(), net.get(A{}).spikes());
  };
  auto const edges = sparse::edges(sources, targets);
  for (bool const differ : {true, false}) {
    auto const dense = learn(Dense{}, w, differ ? delays::array(ms) : delays::constant(2));
    auto const listed =
        learn(edges, w_edges, differ ? delays::array(ms_edges) : delays::constant(2));
    EXPECT_GT(dense.second, 500U);
    EXPECT_EQ(dense.second, listed.second);
    ASSERT_EQ(dense.first.size(), listed.first.size());
    double moved = 0;
    for (std::size_t k = 0; k < w.size(); ++k) {
      ASSERT_NEAR(dense.first[k], listed.first[k], 1e-12) << k;
      moved += std::fabs(dense.first[k] - w[k]);
    }
    EXPECT_GT(moved, 1);
  }
}

/// Which synapses there are is known only then.
TYPED_TEST(SparseNetwork, MasksAreSetAfterwards) {
  auto const make_masked = [](std::vector<double> const& mask) {
    auto p = project(In{}, A{}, sparse::in_degree(20), weights::uniform(0.1, 0.5),
                     delays::uniform(1, 4), PairStdp<double>{}.a_plus(0.01).clamp(0, 1));
    if (!mask.empty()) p.mask(mask);
    return make_network<TypeParam, double>(kosnn_test::config().batch(elements),
                                           population(In{}, SpikeArraySource{}, Shape{inputs}),
                                           population(A{}, cell<double>(), Shape{40}), p);
  };
  kosnn_test::expect_error([&] { make_masked(std::vector<double>(800, 1)); },
                           {"projection In -> A", "mask", "set_mask"});
  auto net = make_masked({});
  auto& p = net.projection(In{}, A{});
  auto const targets = p.targets();
  std::vector<double> mask(targets.size());
  for (std::size_t k = 0; k < mask.size(); ++k) mask[k] = targets[k] % 2;
  p.set_mask(mask);
  auto const before = p.weights();
  stimulate(net, 9);
  net.run(steps);
  auto const after = p.weights();
  std::size_t moved = 0;
  for (std::size_t k = 0; k < mask.size(); ++k) {
    ASSERT_TRUE(mask[k] != 0 || after[k] == before[k]) << k;
    moved += after[k] != before[k];
  }
  EXPECT_GT(moved, mask.size() / 4);
}

}  // namespace

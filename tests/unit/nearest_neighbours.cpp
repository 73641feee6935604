// Schemes in which only neighbouring spikes make pairs, against a list of these pairs at each
// synapse, in double: where the postsynaptic half of a rule is done at once, and where it is late.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <type_traits>
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
class NearestNeighbours : public ::testing::Test {};
TYPED_TEST_SUITE(NearestNeighbours, kosnn_test::Devices);

constexpr double dt = 0.5, a_plus = 0.03, a_minus = 0.04, tau_plus = 7, tau_minus = 11;
constexpr int sources = 11, targets = 9, steps = 400;

/// Spikes at a synapse, by step; of those that meet, the arrival is the earlier.
struct Event {
  int step;
  bool arrival;
  bool operator<(Event const& other) const {
    return step != other.step ? step < other.step : arrival && !other.arrival;
  }
};

/// The pairs of each scheme: positions in the list of events, the earlier first.
using Pairs = std::vector<std::pair<std::size_t, std::size_t>>;

/// Immediate neighbours.
struct Reduced {
  using Rule = ReducedStdp<double>;
  static Pairs pairs(std::vector<Event> const& events) {
    Pairs all;
    for (std::size_t k = 1; k < events.size(); ++k)
      if (events[k].arrival != events[k - 1].arrival) all.emplace_back(k - 1, k);
    return all;
  }
};
/// Each event of one side (arrivals where `of_arrivals`) with the last and the next of the other.
template <bool of_arrivals>
Pairs centred_pairs(std::vector<Event> const& events) {
  Pairs all;
  for (std::size_t k = 0; k < events.size(); ++k) {
    if (events[k].arrival != of_arrivals) continue;
    for (std::size_t b = k; b-- > 0;)
      if (events[b].arrival != of_arrivals) {
        all.emplace_back(b, k);
        break;
      }
    for (std::size_t b = k + 1; b < events.size(); ++b)
      if (events[b].arrival != of_arrivals) {
        all.emplace_back(k, b);
        break;
      }
  }
  return all;
}
struct PreCentred {
  using Rule = PreCentredStdp<double>;
  static Pairs pairs(std::vector<Event> const& events) { return centred_pairs<true>(events); }
};
struct PostCentred {
  using Rule = PostCentredStdp<double>;
  static Pairs pairs(std::vector<Event> const& events) { return centred_pairs<false>(events); }
};

template <class Device, class Scheme, class Topology>
void expect_pairs(Topology const& topology, Delays const& delays, double pre_probability,
                  double post_probability, bool first, bool dendritic) {
  auto rule = typename Scheme::Rule{};
  rule.a_plus(a_plus).a_minus(a_minus).tau_plus(tau_plus).tau_minus(tau_minus).clamp(-1e6, 1e6);
  auto plastic = project(Pre{}, Post{}, topology, weights::uniform(0.2, 0.8), delays, rule);
  if (first) plastic.learn_before_delivery();
  if (dendritic) plastic.dendritic();
  auto net = make_network<Device, double>(
      config().dt(dt), population(Pre{}, SpikeArraySource{}, Shape{sources}),
      population(Driver{}, SpikeArraySource{}, Shape{targets}),
      population(Post{}, kosnn_test::Puppet<double>{}, Shape{targets}), plastic,
      project(Driver{}, Post{}, OneToOne{}, weights::constant(1e7)));
  auto const a = kosnn_test::random_spikes(sources, 1, steps, dt, pre_probability, 1);
  auto const b = kosnn_test::random_spikes(targets, 1, steps, dt, post_probability, 2);
  net.get(Pre{}).set_spikes(a.neurons, a.times);
  net.get(Driver{}).set_spikes(b.neurons, b.times);
  auto& synapses = net.projection(Pre{}, Post{});
  auto const before = synapses.weights(), each_delay = synapses.delays();
  for (int k = 0; k < 5; ++k) {
    net.run(steps * dt / 5);
    synapses.weights();  // lets all catch up
  }
  auto const after = synapses.weights();
  std::vector<int> from(before.size()), to(before.size());
  if constexpr (std::is_same_v<Topology, Sparse>) {
    from = synapses.sources();
    to = synapses.targets();
  } else {
    for (std::size_t k = 0; k < before.size(); ++k) {
      from[k] = static_cast<int>(k) / targets;
      to[k] = static_cast<int>(k) % targets;
    }
  }
  auto const pre = kosnn_test::trains_of(a, sources, dt),
             post = kosnn_test::trains_of(b, targets, dt);
  for (std::size_t s = 0; s < before.size(); ++s) {
    std::vector<Event> events;
    int const delay = static_cast<int>(std::lround(each_delay[s] / dt));
    int const dendrite = dendritic ? delay : 0, axon = delay - dendrite;
    for (int const step : pre[static_cast<std::size_t>(from[s])])
      if (step + delay < steps) events.push_back({step + axon, true});
    for (int const step : post[static_cast<std::size_t>(to[s])])
      if (step + 2 * dendrite < steps) events.push_back({step + dendrite, false});
    std::sort(events.begin(), events.end());
    double w = before[s];
    for (auto const& [earlier, later] : Scheme::pairs(events)) {
      double const lag = (events[later].step - events[earlier].step) * dt;
      w += events[earlier].arrival ? a_plus * std::exp(-lag / tau_plus)
                                   : -a_minus * std::exp(-lag / tau_minus);
    }
    ASSERT_NEAR(after[s], w, 1e-10) << "synapse " << s << " of delay " << each_delay[s];
  }
}

template <class Device, class Scheme>
void expect_all() {
  struct Rates {
    double pre, post;
  };
  for (Rates const rates : {Rates{0.05, 0.05}, {0.01, 0.4}, {0.4, 0.01}, {0, 1}, {1, 0}, {1, 1}})
    for (bool const first : {false, true}) {
      SCOPED_TRACE("rates " + std::to_string(rates.pre) + " and " + std::to_string(rates.post) +
                   ", before delivery " + std::to_string(first));
      auto const expect = [&](auto const& topology, Delays const& delays, bool dendritic) {
        expect_pairs<Device, Scheme>(topology, delays, rates.pre, rates.post, first, dendritic);
      };
      expect(Dense{}, delays::none(), false);
      for (bool const dendritic : {false, true}) {
        if (dendritic && rates.pre + rates.post >= 1) continue;  // in every step: much to count
        expect(Dense{}, delays::constant(1.5), dendritic);
        if (dendritic) expect(Dense{}, delays::uniform(1, 6), dendritic);
        expect(sparse::total(50), delays::constant(0.5), dendritic);
        expect(sparse::total(50), delays::uniform(1, 6), dendritic);
      }
      if (::testing::Test::HasFatalFailure()) return;
    }
}
TYPED_TEST(NearestNeighbours, Reduced) { expect_all<TypeParam, Reduced>(); }
TYPED_TEST(NearestNeighbours, PreCentred) { expect_all<TypeParam, PreCentred>(); }
TYPED_TEST(NearestNeighbours, PostCentred) { expect_all<TypeParam, PostCentred>(); }

/// Where spikes that have passed a dendrite come first, also in steps in which the synapses' traces
/// are rescaled.
template <class Device, class Scheme, class Topology>
std::vector<double> strict_weights(Topology const& topology) {
  auto rule = typename Scheme::Rule{};
  rule.a_plus(a_plus).a_minus(a_minus).tau_plus(tau_plus).tau_minus(tau_minus).clamp(-1e6, 1e6);
  auto plastic =
      project(Pre{}, Post{}, topology, weights::constant(0.5), delays::constant(1.5), rule);
  auto net = make_network<Device, double>(
      config().dt(dt), population(Pre{}, SpikeArraySource{}, Shape{sources}),
      population(Driver{}, SpikeArraySource{}, Shape{targets}),
      population(Post{}, kosnn_test::Puppet<double>{}, Shape{targets}),
      plastic.dendritic().ignore_coincidences(),
      project(Driver{}, Post{}, OneToOne{}, weights::constant(1e7)));
  auto const a = kosnn_test::random_spikes(sources, 1, steps, dt, 0.5, 1);
  auto const b = kosnn_test::random_spikes(targets, 1, steps, dt, 0.5, 2);
  net.get(Pre{}).set_spikes(a.neurons, a.times);
  net.get(Driver{}).set_spikes(b.neurons, b.times);
  net.run(steps * dt);
  return net.projection(Pre{}, Post{}).weights();
}
TYPED_TEST(NearestNeighbours, AlikeOnSparseAndDense) {
  auto const late = strict_weights<TypeParam, PostCentred>(sparse::all_to_all());
  auto const at_once = strict_weights<TypeParam, PostCentred>(Dense{});
  ASSERT_EQ(late.size(), at_once.size());
  for (std::size_t s = 0; s < late.size(); ++s) ASSERT_NEAR(late[s], at_once[s], 1e-10) << s;
}

TYPED_TEST(NearestNeighbours, Errors) {
  auto const of = [](auto const& rule, int batch) {
    return error_of([&] {
      make_network<TypeParam>(config().batch(batch), population(Pre{}, PoissonSource{}, Shape{3}),
                              population(Post{}, LIF<>{}, Shape{2}),
                              project(Pre{}, Post{}, Dense{}, weights::constant(0.5), rule));
    });
  };
  std::string const name = "projection Pre -> Post: ";
  EXPECT_EQ(of(PreCentredStdp<>{}, 2),
            name + "a rule with a trace of each synapse needs a batch of 1");
  EXPECT_EQ(of(PreCentredStdp<>{}.pairing(Trace::Spikes::all_to_all), 1),
            name + "centred STDP needs nearest traces");
  EXPECT_EQ(of(ReducedStdp<>{}.pairing(Trace::Spikes::all_to_all), 1),
            name + "ReducedStdp needs nearest traces");
}

}  // namespace

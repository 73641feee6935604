// Every rule on OneToOne, and rules of whole columns on Dense, as on a Sparse of the same pairs of
// neurons, whose synapses are listed and, with a batch of 1, mostly learn late from the spikes of
// their targets.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "testing.hpp"

namespace {

using namespace kosnn;

struct Pre {};
struct Post {};

template <class Device>
class RulesOneToOne : public ::testing::Test {};
TYPED_TEST_SUITE(RulesOneToOne, kosnn_test::Devices);

constexpr int size = 37, steps = 180;
constexpr double dt = 0.5, low = 0.1, high = 0.9;

template <class Rule>
Rule of_pairs(Rule rule) {
  return rule.a_plus(0.03).a_minus(0.04).tau_plus(7).tau_minus(11).clamp(low, high);
}
template <class Dependence>
auto pairs(Dependence const& dependence) {
  return of_pairs(PairStdp<double, Dependence>{}.dependence(dependence));
}

/// Calls f with rules of pairs, triplets and rewards, which share traces.
template <class F>
auto with_rules_of_spikes(F const& f) {
  auto const seen = all_to_all(exact(7));
  return f(pairs(Additive{}), pairs(Additive{}).pairing(Trace::Spikes::nearest),
           pairs(Multiplicative{}), pairs(VanRossum{}), pairs(PowerLaw{0.3}),
           pairs(PowerPotentiation{0.4, 0.7}).offset(0.1),
           TripletStdp<double>{}.tau_plus(7).tau_minus(11).a3_minus(0.01).clamp(low, high),
           SymmetricStdp<double>{}.tau(7).target_hz(60).clamp(low, high),
           of_pairs(ReducedStdp<double>{}),
           FedeStdp<double>{}.rate(0.01).a(0.3).w_init(0.4).pre_trace(seen),
           FedeStdpEveryStep<double>{}.rate(0.001).a(0.3).w_init(0.4).pre_trace(seen),
           AdditiveRstdp<double>{}.rate(0.05).tau_plus(7).tau_minus(11).clamp(low, high),
           of_pairs(Mstdp<double>{}.rate(5)),
           of_pairs(Mstdpet<double>{}.rate(0.5).eligibility(exact(12))));
}
/// Rules that compare the synapses of a target, or act on all of them at once.
template <class F>
auto with_rules_of_columns(F const& f) {
  auto const seen = all_to_all(exact(7));
  return f(FedeStdp<double>{}.rate(0.01).a(0.3).w_init(0.4).pre_trace(seen),
           FedeStdpEveryStep<double>{}.rate(0.001).a(0.3).w_init(0.4).pre_trace(seen),
           AdditiveRstdp<double>{}.rate(0.05).tau_plus(7).tau_minus(11).clamp(low, high),
           of_pairs(Mstdp<double>{}.rate(5)));
}
/// Rules of potentials and rates.
template <class F>
auto with_rules_of_rates(F const& f) {
  auto const clopath = ClopathStdp<double>{}.a_ltd(0.05).a_ltp(1.5).theta_plus(0.5);
  return f(ClopathStdp<double>(clopath).theta_minus(-0.3).clamp(low, high),
           Oja<double>{}.rate(2e-4).alpha(1.4).clamp(low, high),
           Bcm<double>{}.rate(3e-6).tau_theta(30).target_hz(200).clamp(low, high));
}
/// Rules with a trace of each synapse, for a batch of 1.
template <class F>
auto with_centred_rules(F const& f) {
  return f(of_pairs(PreCentredStdp<double>{}), of_pairs(PostCentredStdp<double>{}));
}

/// The number of a rule's projection among those between the same two populations is its own on
/// the topology that is looked at, and `rules` more on Sparse.
template <std::size_t rules, class Net>
class Compared {
 public:
  explicit Compared(Net& net) : net_(net) {}

  template <class F>
  void for_each(F const& f) {
    for_each(f, std::make_index_sequence<rules>{});
  }

 private:
  template <class F, std::size_t... K>
  void for_each(F const& f, std::index_sequence<K...>) {
    (f(net_.template projection<K>(Pre{}, Post{}),
       net_.template projection<K + rules>(Pre{}, Post{}), K),
     ...);
  }
  Net& net_;
};

template <class Device, class Topology, class... Rules>
auto make_net(bool delays_differ, int batch, Rules const&... rules) {
  int const targets = std::is_same_v<Topology, OneToOne> ? size : 21;
  std::vector<int> from, to;
  for (auto const& s : kosnn_test::synapses<Topology>(size, targets)) {
    from.push_back(s.source);
    to.push_back(s.target);
  }
  std::vector<double> ms;
  for (std::size_t k = 0; k < from.size(); ++k)
    ms.push_back(dt * static_cast<double>(1 + k * 5 % 8));
  auto const w = kosnn_test::random_values(from.size(), 0.2, 0.8, 3);
  auto const on = [&](auto const& topology, auto const& rule) {
    return project(Pre{}, Post{}, topology, weights::array(w),
                   delays_differ ? delays::array(ms) : delays::constant(1.5), rule);
  };
  auto net = make_network<Device, double>(
      kosnn_test::config().dt(dt).batch(batch), population(Pre{}, SpikeArraySource{}, Shape{size}),
      population(Post{}, kosnn_test::Walker<double>{}, Shape{targets}), on(Topology{}, rules)...,
      on(sparse::edges(from, to), rules)...);
  auto const list = kosnn_test::random_spikes(size, batch, steps, dt, 0.12, 1);
  net.get(Pre{}).set_spikes(list.neurons, list.times, list.elements);
  return net;
}

/// All learn between looks at weights, with rewards, and later by parts of their changes.
template <std::size_t rules, class Net>
void expect_alike(Net& net) {
  Compared<rules, Net> compared(net);
  auto const first = net.template projection<0>(Pre{}, Post{}).weights();
  auto const mask = kosnn_test::random_values(first.size(), 0.1, 1, 7);
  std::array<double, rules> moved{};
  for (int t = 0; t < steps; ++t) {
    net.step();
    compared.for_each([&](auto& one, auto& listed, std::size_t rule) {
      if constexpr (std::decay_t<decltype(one)>::rewarded)
        if (t % 3 == 0) {
          one.reward(std::sin(1.7 * t));
          listed.reward(std::sin(1.7 * t));
        }
      if (t == 2 * steps / 3) {
        one.set_mask(mask);
        listed.set_mask(mask);
      }
      if (t % 30 != 29) return;
      auto const a = one.weights(), b = listed.weights();
      for (std::size_t k = 0; k < a.size(); ++k) {
        ASSERT_NEAR(a[k], b[k], 1e-12) << one.name() << ", synapse " << k << " after step " << t;
        moved[rule] = std::max(moved[rule], std::fabs(a[k] - first[k]));
      }
    });
    if (::testing::Test::HasFatalFailure()) return;
  }
  for (std::size_t k = 0; k < rules; ++k) EXPECT_GT(moved[k], 0.01) << "rule " << k;
}

/// With one delay for all, and with delays that differ, for which all synapses are listed.
template <class Device, class Topology, std::size_t rules, class WithRules>
void expect_all_alike(WithRules const& with_rules, std::vector<int> const& batches) {
  for (bool const delays_differ : {false, true})
    for (int const batch : batches) {
      SCOPED_TRACE("batch " + std::to_string(batch));
      auto net = with_rules([&](auto const&... rule) {
        return make_net<Device, Topology>(delays_differ, batch, rule...);
      });
      expect_alike<rules>(net);
    }
}
TYPED_TEST(RulesOneToOne, OfSpikes) {
  expect_all_alike<TypeParam, OneToOne, 14>([](auto const& f) { return with_rules_of_spikes(f); },
                                            {1, 3});
}
TYPED_TEST(RulesOneToOne, OfRates) {
  expect_all_alike<TypeParam, OneToOne, 3>([](auto const& f) { return with_rules_of_rates(f); },
                                           {1, 3});
}
TYPED_TEST(RulesOneToOne, Centred) {
  expect_all_alike<TypeParam, OneToOne, 2>([](auto const& f) { return with_centred_rules(f); },
                                           {1});
}
TYPED_TEST(RulesOneToOne, OfColumnsOnDense) {
  expect_all_alike<TypeParam, Dense, 4>([](auto const& f) { return with_rules_of_columns(f); },
                                        {1, 3});
}

}  // namespace

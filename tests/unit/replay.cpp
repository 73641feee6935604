// Spikes whose part in learning waits until a row is walked, in float and as users compile it: to
// the last bit it does not matter when that is.

#include <cmath>
#include <cstddef>
#include <type_traits>
#include <vector>

#include "testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::config;

struct Pre {};
struct Driver {};
struct Post {};

template <class Device>
class Replay : public ::testing::Test {};
TYPED_TEST_SUITE(Replay, kosnn_test::Devices);

struct Case {
  bool dendritic = false, strict = false, paused = false;
  int share = 1, look_every = 3000;  // neurons of a thread; steps between looks at the weights
  int batch = 1;                     // with more than 1 synapses learn at once
  bool looks = true;
};

/// Ten targets, all of the first worker, have more spikes than can wait, the others fewer than
/// epochs are long.
template <class Device>
std::vector<float> weights_of(Case const& k) {
  constexpr int sources = 23, targets = 200, steps = 3000;
  auto const often = kosnn_test::random_spikes(10, 1, steps, 1, 0.5, 3);
  auto const seldom = kosnn_test::random_spikes(targets, 1, steps, 1, 0.003, 4);
  auto const arriving = kosnn_test::random_spikes(sources, 1, steps, 1, 0.004, 5);
  auto plastic = project(Pre{}, Post{}, sparse::bernoulli(0.3), weights::uniform(0.2f, 0.8f),
                         delays::uniform(1, 6), PairStdp<>{}.a_minus(0.012));
  if (k.dendritic) plastic.dendritic();
  if (k.strict) plastic.ignore_coincidences();
  auto net =
      make_network<Device>(config().neurons_per_thread(k.share).batch(k.batch),
                           population(Pre{}, SpikeArraySource{}, Shape{sources}),
                           population(Driver{}, SpikeArraySource{}, Shape{targets}),
                           population(Post{}, kosnn_test::Puppet<float>{}, Shape{targets}), plastic,
                           project(Driver{}, Post{}, OneToOne{}, weights::constant(1000)));
  using Host = Kokkos::DefaultHostExecutionSpace;
  bool const shared = k.share == 1 && std::is_same_v<Device, Host> && Host().concurrency() > 1;
  EXPECT_EQ(net.workers() > 1, shared);
  net.get(Pre{}).set_spikes(arriving.neurons, arriving.times);
  auto neurons = often.neurons;
  auto times = often.times;
  for (std::size_t s = 0; s < seldom.neurons.size(); ++s)
    if (seldom.neurons[s] >= 10) {
      neurons.push_back(seldom.neurons[s]);
      times.push_back(seldom.times[s]);
    }
  net.get(Driver{}).set_spikes(neurons, times);
  auto& synapses = net.projection(Pre{}, Post{});
  for (int done = 0; done < steps; done += k.look_every) {
    if (k.paused) synapses.learning(done < 600 || done >= 1500);
    net.run(k.look_every);
    if (k.looks) synapses.weights();
  }
  return synapses.weights();
}

TYPED_TEST(Replay, DoesNotDependOnWorkersOrLooks) {
  for (bool const dendritic : {false, true})
    for (bool const strict : {false, true}) {
      Case k;
      k.dendritic = dendritic;
      k.strict = strict;
      k.share = 1 << 20;
      auto const alone = weights_of<TypeParam>(k);
      k.share = 1;
      EXPECT_EQ(alone, weights_of<TypeParam>(k)) << dendritic << strict;
      k.look_every = 60;
      EXPECT_EQ(alone, weights_of<TypeParam>(k)) << dendritic << strict;
    }
}
/// Nor does what is learned at once.
TYPED_TEST(Replay, IsNotAloneInThat) {
  for (bool const strict : {false, true}) {
    Case k;
    k.dendritic = true;
    k.strict = strict;
    k.batch = 2;
    k.share = 1 << 20;
    auto const alone = weights_of<TypeParam>(k);
    k.share = 1;
    k.look_every = 60;
    EXPECT_EQ(alone, weights_of<TypeParam>(k)) << strict;
  }
}
TYPED_TEST(Replay, NorOnThemWherePaused) {
  for (bool const dendritic : {false, true})
    for (bool const strict : {false, true}) {
      Case k;
      k.dendritic = dendritic;
      k.strict = strict;
      k.paused = true;
      k.share = 1 << 20;
      k.look_every = 300;
      auto const alone = weights_of<TypeParam>(k);
      k.looks = false;
      EXPECT_EQ(alone, weights_of<TypeParam>(k)) << dendritic << strict;
      k.looks = true;
      k.share = 1;
      k.look_every = 60;
      EXPECT_EQ(alone, weights_of<TypeParam>(k)) << dendritic << strict;
    }
}

/// Finite for traces of up to that of one spike.
struct RootOfTraces {
  using real = float;
  Trace pre_trace() const { return nearest(exact(20)); }
  void prepare(double) {}
  KOKKOS_FUNCTION float on_post(float /*w*/, float z) const {
    return 0.1f * (1 - math::sqrt(1 - z)) + 0.01f * z * z * z * z;
  }
};
TYPED_TEST(Replay, ShowsRulesNoTraceBeyondTheSources) {
  auto net =
      make_network<TypeParam>(config().dt(0.1), population(Pre{}, SpikeArraySource{}, Shape{1}),
                              population(Driver{}, SpikeArraySource{}, Shape{2}),
                              population(Post{}, kosnn_test::Puppet<float>{}, Shape{2}),
                              project(Pre{}, Post{}, sparse::edges({0, 0}, {0, 1}),
                                      weights::constant(0.5), delays::constant(1), RootOfTraces{}),
                              project(Driver{}, Post{}, OneToOne{}, weights::constant(1000)));
  net.get(Pre{}).set_spikes({0, 0, 0, 0}, {10, 1500, 1700, 1900});
  net.get(Driver{}).set_spikes({0, 0}, {1521, 1701});
  net.run(2000);
  auto const w = net.projection(Pre{}, Post{}).weights();
  double const z = std::exp(-1);  // of the first pair; the second meets in one step
  EXPECT_NEAR(w[0], 0.5 + 0.1 * (1 - std::sqrt(1 - z)) + 0.01 * z * z * z * z + 0.11,
              2e-4);  // the root of 8 roundings of 1, times 0.1, is 1e-4
  EXPECT_EQ(w[1], 0.5f);
}

/// A rule with terms as well: weights change in every step, so that spikes cannot wait.
struct WithTerms {
  using real = double;
  Trace pre_trace() const { return all_to_all(exact(20)); }
  void prepare(double) {}
  KOKKOS_FUNCTION double on_post(double w, double z) const { return 0.1 * (1 - w) * z; }
  KOKKOS_FUNCTION Terms<double, 1> pre_terms(double z) const { return {{z}}; }
  KOKKOS_FUNCTION double on_step(double w, Terms<double, 1> const& pre) const {
    return -0.01 * w * pre[0];
  }
};
TYPED_TEST(Replay, NotOfRulesWithTerms) {
  constexpr int sources = 5, targets = 7, steps = 300;
  auto const run = [](auto const& topology) {
    auto net = make_network<TypeParam, double>(
        config(), population(Pre{}, SpikeArraySource{}, Shape{sources}),
        population(Driver{}, SpikeArraySource{}, Shape{targets}),
        population(Post{}, kosnn_test::Puppet<double>{}, Shape{targets}),
        project(Pre{}, Post{}, topology, weights::constant(0.5), delays::constant(3), WithTerms{}),
        project(Driver{}, Post{}, OneToOne{}, weights::constant(1000)));
    auto const a = kosnn_test::random_spikes(sources, 1, steps, 1, 0.05, 1);
    auto const b = kosnn_test::random_spikes(targets, 1, steps, 1, 0.1, 2);
    net.get(Pre{}).set_spikes(a.neurons, a.times);
    net.get(Driver{}).set_spikes(b.neurons, b.times);
    net.run(steps);
    return net.projection(Pre{}, Post{}).weights();
  };
  std::vector<int> from, to;
  for (int i = 0; i < sources; ++i)
    for (int n = 0; n < targets; ++n) {
      from.push_back(i);
      to.push_back(n);
    }
  auto const dense = run(Dense{}), listed = run(sparse::edges(from, to));
  ASSERT_EQ(dense.size(), listed.size());
  for (std::size_t s = 0; s < dense.size(); ++s) EXPECT_NEAR(dense[s], listed[s], 1e-12) << s;
  EXPECT_GT(std::fabs(dense[0] - 0.5), 1e-3);
}

}  // namespace

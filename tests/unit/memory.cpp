// Bytes by part, and that asking for them changes nothing.

#include <string>
#include <type_traits>
#include <vector>

#include "testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::config;

struct Pre {};
struct Post {};
struct Given {};
struct Change {};
using Host = Kokkos::DefaultHostExecutionSpace;

template <class Device>
class Memory : public ::testing::Test {};
TYPED_TEST_SUITE(Memory, kosnn_test::Devices);

std::size_t bytes_of(MemoryReport const& report, std::string const& name) {
  for (auto const& part : report.parts())
    if (part.name == name) return part.bytes;
  ADD_FAILURE() << "no part " << name;
  return 0;
}

template <class Device, class... Projection>
auto make(Projection const&... projections) {
  return make_network<Device>(config().batch(3), population(Pre{}, PoissonSource{}, Shape{37}),
                              population(Post{}, LIF<>{}, Shape{29}), projections...);
}

TYPED_TEST(Memory, IsFourBytesAStaticSynapseAndIndependentOfTheBatch) {
  auto net = make<TypeParam>(project(Pre{}, Post{}, Dense{}, weights::uniform(0, 1)));
  constexpr std::size_t room_for_sums = std::size_t(29) * 4;
  EXPECT_EQ(bytes_of(net.memory(), "projection Pre -> Post"),
            std::size_t(37) * 29 * 4 + room_for_sums);
}

TYPED_TEST(Memory, IsNothingForOneConstantWeight) {
  auto net = make<TypeParam>(project(Pre{}, Post{}, Dense{}, weights::constant(0.5)));
  EXPECT_EQ(bytes_of(net.memory(), "projection Pre -> Post"), 0U);
}

TYPED_TEST(Memory, IsEightBytesAStaticSynapseWithADelayOfItsOwn) {
  auto net = make<TypeParam>(
      project(Pre{}, Post{}, Dense{}, weights::uniform(0, 1), delays::uniform(1, 5)));
  constexpr std::size_t index = std::size_t(38) * 4 + std::size_t(37) * (5 + 1) * 2;
  constexpr std::size_t rows = index + 5 * 4 + std::size_t(29) * 4;
  EXPECT_EQ(bytes_of(net.memory(), "projection Pre -> Post"), std::size_t(37) * 29 * 8 + rows);
}

/// Weights and targets, what is kept of rows and of spikes; nothing by target but on a GPU, where
/// synapses have an index of columns. All else that the network has counts too.
TYPED_TEST(Memory, IsAtMostTwelveBytesAPlasticSynapseOfASparse) {
  constexpr bool columns = !detail::runs_on_host<typename TypeParam::execution_space>;
  constexpr double most = columns ? 12 + 3 * 4 : 12;
  constexpr std::size_t synapses = 1000 * 1000;
  for (auto const& delays : {delays::constant(2), delays::uniform(1, 10)}) {
    auto net = make_network<TypeParam>(config(), population(Pre{}, PoissonSource{}, Shape{2000}),
                                       population(Post{}, LIF<>{}, Shape{1000}),
                                       project(Pre{}, Post{}, sparse::in_degree(1000),
                                               weights::uniform(0, 1), delays, PairStdp<>{}));
    net.get(Pre{}).set_rates(std::vector<double>(2000, 5));
    net.run(12);
    ASSERT_EQ(net.projection(Pre{}, Post{}).synapses(), synapses);
    EXPECT_GT(net.get(Post{}).spikes(), 0U);
    auto const each = static_cast<double>(net.memory().total()) / synapses;
    EXPECT_LE(each, most);
    EXPECT_GE(each, 6);
    this->RecordProperty(delays.values.is_constant() ? "one_delay" : "ten_delays",
                         std::to_string(each));
  }
}

/// With all that a projection holds: its index, and what arrives later.
TYPED_TEST(Memory, IsAtMostFourBytesASparseSynapseOfOneWeightAnd64Delays) {
  constexpr int n = 2000, in_degree = 100;
  auto net = make_network<TypeParam>(config(), population(Pre{}, PoissonSource{}, Shape{n}),
                                     population(Post{}, LIF<>{}, Shape{n}),
                                     project(Pre{}, Post{}, sparse::in_degree(in_degree),
                                             weights::constant(0.5), delays::uniform(1, 64)));
  EXPECT_LE(bytes_of(net.memory(), "projection Pre -> Post"), std::size_t(4) * n * in_degree);
}

/// Weights, their delays and their numbers by channel and delay; nothing for each neuron.
TYPED_TEST(Memory, OfAConvolutionIsThatOfItsKernels) {
  auto net = make_network<TypeParam>(
      config(), population(Pre{}, PoissonSource{}, Shape{14, 14}),
      population(Post{}, LIF<>{}, Shape{2, 12, 12}),
      project(Pre{}, Post{}, Conv2d{3}, weights::uniform(0, 1), delays::uniform(1, 2)));
  constexpr std::size_t weights = 2 * 9, rows = 1 * 2 + 1, delays = 2;
  EXPECT_EQ(bytes_of(net.memory(), "projection Pre -> Post"), (3 * weights + rows + delays) * 4);
}

TYPED_TEST(Memory, CanBeAskedForWithoutAnyEffect) {
  auto net = make<TypeParam>(project(Pre{}, Post{}, Dense{}, weights::uniform(0, 1)));
  auto untouched = make<TypeParam>(project(Pre{}, Post{}, Dense{}, weights::uniform(0, 1)));
  net.memory();
  EXPECT_EQ(net.memory().total(), untouched.memory().total());
  auto& spikes = net.record(Post{}, Spikes{});
  auto& expected = untouched.record(Post{}, Spikes{});
  for (auto* const n : {&net, &untouched}) {
    n->get(Pre{}).set_rates(std::vector<double>(37, 30));
    n->run(100);
  }
  EXPECT_GT(expected.count(), 100U);
  EXPECT_EQ(spikes.neurons(), expected.neurons());
  EXPECT_EQ(spikes.steps(), expected.steps());
  EXPECT_EQ(net.projection(Pre{}, Post{}).weights(), untouched.projection(Pre{}, Post{}).weights());
}

/// All that can be asked for later, each with room for one byte less than it needs.
TYPED_TEST(Memory, LaterArraysKeepWithinTheLimit) {
  auto const made = [](std::size_t limit) {
    return make_network<TypeParam>(
        config().batch(2).memory_limit(limit), population(Given{}, SpikeArraySource{}, Shape{37}),
        population(Change{}, DeltaSource{}, Shape{2, 5}), population(Post{}, LIF<>{}, Shape{29}),
        project(Given{}, Post{}, Dense{}, weights::constant(0.3), PairStdp<>{}));
  };
  std::size_t const least = made(0).memory().total();
  auto const expect_refused = [&](std::size_t bytes, auto const& ask) {
    auto tight = made(least + bytes - 1);
    EXPECT_THROW(ask(tight), MemoryError) << bytes;
    EXPECT_EQ(tight.memory().total(), least);
    tight.run(3);
    EXPECT_EQ(tight.spikes(), 0U);
    auto enough = made(least + bytes);
    ask(enough);
    enough.run(3);
  };
  expect_refused(
      58, [](auto& net) { net.get(Post{}).force(std::vector<Forcing>(29, Forcing::spike)); });
  expect_refused(58 * 4, [](auto& net) { net.get(Post{}).set_input(std::vector<float>(29, 100)); });
  expect_refused(58 * 4, [](auto& net) { net.record(Post{}, SpikeCounts{}); });
  expect_refused(200 * 10 * 4, [](auto& net) {
    std::vector<float> signal(200 * 5, 1);
    signal[0] = 0;
    net.get(Change{}).set_signal(signal, 200);
  });
  expect_refused(2 * 8 + (3 + 2) * 4, [](auto& net) {
    net.get(Given{}).set_spikes({1, 2}, {0, 1});
  });
  expect_refused(37 * 29 * 4, [](auto& net) {
    net.projection(Given{}, Post{}).set_mask(std::vector<double>(37 * 29, 0.5));
  });
}

/// Bytes of 1,000 inputs onto 1,000 LIF neurons in a batch of 32 after some steps, as in PySNN's
/// form: traces are not delayed.
template <class Rule>
std::size_t dense_state(Rule const& rule, int delay) {
  constexpr int n = 1000, batch = 32;
  auto synapses =
      project(Pre{}, Post{}, Dense{}, weights::uniform(0, 0.0624), delays::constant(delay), rule);
  if constexpr (!std::is_same_v<Rule, Static>) synapses.immediate_trace();
  auto net =
      make_network<Host>(Config{}.batch(batch), population(Pre{}, SpikeArraySource{}, Shape{n}),
                         population(Post{}, LIF<>{}.membrane(euler(20)), Shape{n}), synapses);
  auto const spikes = kosnn_test::random_spikes(n, batch, 5, 1, 0.05, 1);
  net.get(Pre{}).set_spikes(spikes.neurons, spikes.times, spikes.elements);
  net.run(5);
  EXPECT_GT(net.spikes(), 0U);
  net.get(Pre{}).set_spikes({}, {});  // what was given is none of the network's memory
  return net.memory().total();
}

// The README's table, to the byte.
TEST(MemoryOfTheDenseWorkload, IsWhatTheReadmeSays) {
  auto const trace = all_to_all(euler(20));
  auto const mstdpet =
      Mstdpet<>{}.rate(1e-3).pre_trace(trace).post_trace(trace).eligibility(factor(0.95));
  EXPECT_EQ(dense_state(Static{}, 0), 4708260U);
  EXPECT_EQ(dense_state(Static{}, 3), 5348580U);
  EXPECT_EQ(dense_state(mstdpet, 0), 8968488U);
  EXPECT_EQ(dense_state(mstdpet, 3), 9736680U);
}

TYPED_TEST(Memory, BeyondTheLimitIsRefusedWithTheTable) {
  try {
    make_network<TypeParam>(config().memory_limit(100000),
                            population(Pre{}, PoissonSource{}, Shape{1000}),
                            population(Post{}, LIF<>{}, Shape{1000}),
                            project(Pre{}, Post{}, Dense{}, weights::uniform(0, 1)));
    FAIL() << "was made";
  } catch (MemoryError const& error) {
    std::string const text = error.what();
    EXPECT_NE(text.find("more than the limit of 100000"), std::string::npos) << text;
    EXPECT_NE(text.find("projection Pre -> Post"), std::string::npos) << text;
  }
}

}  // namespace

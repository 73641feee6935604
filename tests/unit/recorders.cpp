// Recorders see everything, in runs of any length, from any moment on; reset_state.

#include <algorithm>
#include <vector>

#include "testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::Chatter;
using kosnn_test::config;

struct A {};
struct B {};

template <class Device>
class Recording : public ::testing::Test {};
TYPED_TEST_SUITE(Recording, kosnn_test::Devices);

using Cells = AdaptiveLIF<>;
Trace const trace = all_to_all(exact(8));

/// Random input into neurons with everything there is to record; delays of up to 20 steps.
template <class Device>
auto network(int size, int batch) {
  auto net = make_network<Device>(
      config().dt(0.5).batch(batch), population(A{}, PoissonSource{}, Shape{37}),
      population(B{}, Cells{}.refractory(1.5).threshold(0.4), Shape{size}).trace(trace),
      project(A{}, B{}, Dense{}, weights::uniform(0, 0.4), delays::uniform(0.5, 10), PairStdp<>{}));
  net.get(A{}).set_rates(std::vector<double>(37, 40));
  return net;
}

/// All recorders in one run in uneven pieces against what is read after each step.
template <class Device>
void expect_all_is_recorded(int size, int batch, int steps) {
  auto net = network<Device>(size, batch), twin = network<Device>(size, batch);
  auto& spikes = net.record(B{}, Spikes{});
  auto& inputs = net.record(A{}, Spikes{});
  auto& counts = net.record(B{}, SpikeCounts{});
  auto& v = net.record(B{}, Field<&Cells::State::v>{});
  auto& left = net.record(B{}, Field<&Cells::State::refractory>{}, 3.5);
  auto& z = net.record(B{}, trace, 1);
  for (int done = 0, piece = 1; done < steps; done += piece, piece = 3 * piece + 1) {
    piece = std::min(piece, steps - done);
    net.run(piece * 0.5);
  }
  std::size_t const width = static_cast<std::size_t>(size * batch);
  ASSERT_EQ(v.samples(), static_cast<std::size_t>(steps));
  ASSERT_EQ(left.samples(), static_cast<std::size_t>((steps + 6) / 7));
  ASSERT_EQ(z.samples(), static_cast<std::size_t>((steps + 1) / 2));
  ASSERT_EQ(left.times().back(), (steps - 1) / 7 * 3.5);
  auto const same = [&](auto const& recorded, std::size_t sample, auto const& now) {
    return std::equal(now.begin(), now.end(),
                      recorded.begin() + static_cast<std::ptrdiff_t>(sample * width),
                      [](auto a, auto b) { return static_cast<float>(a) == b; });
  };
  for (int t = 0; t < steps; ++t) {
    twin.step();
    auto& b = twin.get(B{});
    auto const k = static_cast<std::size_t>(t);
    ASSERT_TRUE(same(v.values(), k, b.template field<&Cells::State::v>())) << "step " << t;
    bool const left_same =
        t % 7 != 0 || same(left.values(), k / 7, b.template field<&Cells::State::refractory>());
    bool const z_same = t % 2 != 0 || same(z.values(), k / 2, b.trace(trace));
    ASSERT_TRUE(left_same && z_same) << "step " << t;
  }
  EXPECT_EQ(twin.spikes(), spikes.count() + inputs.count());
  std::vector<std::uint32_t> counted(width);
  for (std::size_t k = 0; k < spikes.count(); ++k)
    ++counted[spikes.elements()[k] * static_cast<std::size_t>(size) + spikes.neurons()[k]];
  EXPECT_EQ(counts.counts(), counted);
  EXPECT_GT(spikes.count(), 100u);
  for (std::size_t k = 1; k < spikes.count(); ++k)  // in order of time, neuron, element
    ASSERT_LT(
        std::make_tuple(spikes.steps()[k - 1], spikes.neurons()[k - 1], spikes.elements()[k - 1]),
        std::make_tuple(spikes.steps()[k], spikes.neurons()[k], spikes.elements()[k]));
  counts.clear();
  EXPECT_EQ(counts.counts(), std::vector<std::uint32_t>(width));
}

TYPED_TEST(Recording, LongRuns) { expect_all_is_recorded<TypeParam>(37, 3, 2500); }
TYPED_TEST(Recording, SmallChunks) { expect_all_is_recorded<TypeParam>(4700, 1, 1000); }

// A recorder added in the middle sees the rest, and spikes in flight still arrive.
TYPED_TEST(Recording, FromTheMiddleOn) {
  auto net = network<TypeParam>(37, 3), twin = network<TypeParam>(37, 3);
  auto& early = twin.record(B{}, Spikes{});
  auto& early_input = twin.record(A{}, Spikes{});
  auto& early_v = twin.record(B{}, Field<&Cells::State::v>{});
  twin.run(100);
  net.run(33.5);
  auto& late = net.record(B{}, Spikes{});
  net.run(7);
  auto& late_input = net.record(A{}, Spikes{});  // the source has spikes in flight
  auto& late_v = net.record(B{}, Field<&Cells::State::v>{});
  net.run(59.5);
  auto const tail = [](auto const& all, auto const& some) {
    ASSERT_LT(some.steps().size(), all.steps().size());
    auto const from = static_cast<std::ptrdiff_t>(all.steps().size() - some.steps().size());
    EXPECT_TRUE(std::equal(some.steps().begin(), some.steps().end(), all.steps().begin() + from));
    EXPECT_TRUE(
        std::equal(some.neurons().begin(), some.neurons().end(), all.neurons().begin() + from));
    EXPECT_TRUE(
        std::equal(some.elements().begin(), some.elements().end(), all.elements().begin() + from));
  };
  tail(early, late);
  tail(early_input, late_input);
  EXPECT_EQ(late.steps().front(),
            *std::lower_bound(early.steps().begin(), early.steps().end(), 67));
  ASSERT_EQ(late_v.samples(), 119u);
  EXPECT_EQ(late_v.times().front(), 40.5);
  EXPECT_TRUE(
      std::equal(late_v.values().rbegin(), late_v.values().rend(), early_v.values().rbegin()));
  EXPECT_EQ(net.projection(A{}, B{}).weights(), twin.projection(A{}, B{}).weights());
}

TYPED_TEST(Recording, Weights) {
  auto net = network<TypeParam>(37, 3), twin = network<TypeParam>(37, 3);
  auto& recorded = net.record_weights(A{}, B{}, 5);
  net.run(12);
  net.run(20.5);
  std::vector<float> expected;
  std::vector<double> times;
  for (int k = 1; k <= 6; ++k) {
    twin.run(5);
    auto const w = twin.projection(A{}, B{}).weights();
    expected.insert(expected.end(), w.begin(), w.end());
    times.push_back(5 * k);
  }
  EXPECT_EQ(recorded.samples(), 6u);
  EXPECT_EQ(recorded.times(), times);
  EXPECT_EQ(recorded.values(), expected);
  recorded.clear();
  EXPECT_EQ(recorded.samples(), 0u);
}

TYPED_TEST(Recording, GradedSpikes) {
  auto net = make_network<TypeParam>(
      config(), population(A{}, Input{}, Shape{37}), population(B{}, Chatter<float>{0}, Shape{37}),
      project(A{}, B{}, OneToOne{}, weights::constant(2), delays::constant(9)));
  std::vector<float> values(37);
  for (std::size_t k = 0; k < 37; ++k) values[k] = static_cast<float>(k) / 8;
  net.get(A{}).set_values(values);
  net.run(5);
  auto& spikes = net.record(A{}, Spikes{});  // their values are kept with those in flight
  net.get(A{}).set_values(std::vector<float>(37));
  net.run(30);
  EXPECT_EQ(spikes.count(), 0u);
  auto const sum = net.get(B{}).template field<&Chatter<float>::State::sum>();
  for (std::size_t k = 0; k < 37; ++k) EXPECT_EQ(sum[k], 5 * 2 * values[k]);
}

// Given spikes make a course that can be repeated after reset_state.
TYPED_TEST(Recording, ResetState) {
  auto net = make_network<TypeParam>(
      config().batch(3), population(A{}, SpikeArraySource{}, Shape{37}).trace(trace),
      population(B{}, Cells{}.threshold(0.5), Shape{21}).template keep<&Cells::State::threshold>(),
      project(A{}, B{}, Dense{}, weights::uniform(0, 0.4), delays::uniform(1, 15), PairStdp<>{}),
      project(B{}, B{}, AllButOne{}, weights::constant(-0.1), delays::constant(3)));
  auto const given = kosnn_test::random_spikes(37, 3, 60, 1, 0.05, 3);
  net.get(A{}).set_spikes(given.neurons, given.times, given.elements);
  net.run(60);
  auto const weights = net.projection(A{}, B{}).weights();
  auto const threshold = net.get(B{}).template field<&Cells::State::threshold>();
  EXPECT_GT(*std::max_element(threshold.begin(), threshold.end()), 0.5f);
  net.reset_state();
  EXPECT_EQ(net.time(), 0);
  EXPECT_EQ(net.projection(A{}, B{}).weights(), weights);
  EXPECT_EQ(net.get(B{}).template field<&Cells::State::threshold>(), threshold);
  EXPECT_EQ(net.get(B{}).template field<&Cells::State::v>(), std::vector<float>(63));
  EXPECT_EQ(net.get(A{}).trace(trace), std::vector<float>(3 * 37));

  net.projection(A{}, B{}).learning(false);
  auto& spikes = net.record(B{}, Spikes{});
  auto& v = net.record(B{}, Field<&Cells::State::v>{});
  net.run(47);
  auto const first_steps = spikes.steps();
  auto const first_v = v.values();
  spikes.clear();
  v.clear();
  net.reset_state();  // with spikes in flight, which are gone
  net.get(B{}).template set_field<&Cells::State::threshold>(threshold);
  net.run(47);
  EXPECT_EQ(spikes.steps(), first_steps);
  EXPECT_EQ(v.values(), first_v);
  EXPECT_EQ(v.times().front(), 0);
}

// A network without any input after reset_state stays silent: nothing was left in flight.
TYPED_TEST(Recording, NothingIsInFlightAfterReset) {
  for (int const before : {3, 25}) {
    auto net = make_network<TypeParam>(
        config(), population(A{}, Input{}, Shape{37}),
        population(B{}, Chatter<float>{0}, Shape{37}),
        project(A{}, B{}, Dense{}, weights::constant(1), delays::uniform(1, 20)));
    net.get(A{}).set_values(std::vector<float>(37, 1));
    net.run(before);
    net.get(A{}).set_values(std::vector<float>(37));
    net.reset_state();
    net.run(30);
    EXPECT_EQ(net.get(B{}).template field<&Chatter<float>::State::sum>(), std::vector<float>(37));
  }
}

TYPED_TEST(Recording, GivenSpikesMayBeReplacedAtAnyTime) {
  auto net = make_network<TypeParam>(config(), population(A{}, SpikeArraySource{}, Shape{3}));
  auto& spikes = net.record(A{}, Spikes{});
  net.get(A{}).set_spikes({2, 0, 0}, {4, 9, 1});
  net.run(5);
  net.get(A{}).set_spikes({1, 1, 1}, {7, 2, 5});  // 2 ms has passed
  net.run(5);
  EXPECT_EQ(spikes.times(), (std::vector<double>{1, 4, 5, 7}));
  EXPECT_EQ(spikes.neurons(), (std::vector<std::uint32_t>{0, 2, 1, 1}));
  spikes.clear();
  net.reset_state();
  net.run(10);
  EXPECT_EQ(spikes.times(), (std::vector<double>{2, 5, 7}));
}

}  // namespace

// What is read out of spikes, against numbers worked out by hand and naive loops.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::config;
using kosnn_test::expect_error;

struct Given {};

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Two batch elements of three neurons, in steps of 0.5 ms; neuron 1 of element 0 and all of
/// element 1 but its last are silent.
SpikeTrains few_spikes() {
  return {3, 2, 0.5, {2, 2, 4, 10, 19}, {2, 0, 0, 2, 2}, {0, 0, 0, 1, 0}};
}

TEST(SpikeTrains, AreSortedByNeuron) {
  auto const trains = few_spikes();
  EXPECT_EQ(trains.times(0), (std::vector<double>{1, 2}));
  EXPECT_EQ(trains.times(1), std::vector<double>{});
  EXPECT_EQ(trains.times(2), (std::vector<double>{1, 9.5}));
  EXPECT_EQ(trains.times(2, 1), std::vector<double>{5});
  EXPECT_EQ(trains.steps().size(), 6U);
  EXPECT_EQ(trains.steps()[5], std::vector<std::int64_t>{10});
}

TEST(SpikeTrains, RefuseWhatIsNotOneRecording) {
  expect_error([] { SpikeTrains(3, 1, 1, {1, 2}, {0}, {0, 0}); }, {"SpikeTrains", "(1)", "(2)"});
  expect_error([] { SpikeTrains(3, 1, 1, {1}, {3}, {0}); }, {"spike 0", "no neuron 3"});
  expect_error([] { SpikeTrains(3, 1, 1, {1}, {2}, {1}); }, {"spike 0", "element 1"});
  expect_error(
      [] {
        SpikeTrains(3, 1, 1, {5, 4}, {0, 0}, {0, 0});
      },
      {"spike 1", "step 4", "step 5", "reset_state"});
  expect_error([] { SpikeTrains(0, 1, 1, {}, {}, {}); }, {"neurons", "0"});
  expect_error([] { few_spikes().times(3); }, {"no neuron 3"});
  expect_error([] { few_spikes().times(0, 2); }, {"element 2"});
}

TEST(Rates, OfCountsAndOfStretchesOfTime) {
  EXPECT_EQ(rates_hz({0, 5, 20}, 500), (std::vector<double>{0, 10, 40}));
  EXPECT_EQ(rates_hz(std::vector<std::uint32_t>{}, 1), std::vector<double>{});
  auto const trains = few_spikes();
  EXPECT_EQ(rates_hz(trains, 0, 10), (std::vector<double>{200, 0, 200, 0, 0, 100}));
  EXPECT_EQ(rates_hz(trains, 1, 2), (std::vector<double>{1000, 0, 1000, 0, 0, 0}));  // not at 2
  auto const sliding = sliding_rates_hz(trains, 0, 10, 4, 3);
  EXPECT_EQ(sliding.times, (std::vector<double>{0, 3, 6}));
  EXPECT_EQ(sliding.hz, (std::vector<double>{500, 0, 250, 0, 0, 0,  //
                                             0, 0, 0, 0, 0, 250,    //
                                             0, 0, 250, 0, 0, 0}));
  for (double const ms : {0.0, -1.0, nan})
    expect_error([=] { rates_hz({1}, ms); }, {"rates_hz", "positive"});
  expect_error([&] { rates_hz(trains, 5, 5); }, {"rates_hz", "5 to 5"});
  expect_error([&] { rates_hz(trains, 0, 0.7); }, {"sliding_rates_hz", "end", "0.7", "dt = 0.5"});
  expect_error([&] { sliding_rates_hz(trains, 0, 10, 11, 1); }, {"window of 11", "0 and 10"});
  expect_error([&] { sliding_rates_hz(trains, 0, 10, 1, 0); }, {"at least one step", "0"});
  expect_error([&] { sliding_rates_hz(trains, nan, 10, 1, 1); }, {"begin", "nan"});
}

TEST(FirstSpikes, AndNone) {
  auto const trains = few_spikes();
  using Time = std::optional<double>;
  EXPECT_EQ(first_spike_times(trains), (std::vector<Time>{1, Time{}, 1, Time{}, Time{}, 5}));
  EXPECT_EQ(first_spike_times(trains, 2), (std::vector<Time>{2, Time{}, 9.5, Time{}, Time{}, 5}));
  auto const first = first_spikes(trains), late = first_spikes(trains, 5.5);
  ASSERT_TRUE(first[0] && first[1] && late[0]);
  EXPECT_EQ(first[0]->neuron, 0);  // of two at once
  EXPECT_EQ(first[0]->ms, 1);
  EXPECT_EQ(first[1]->neuron, 2);
  EXPECT_EQ(first[1]->ms, 5);
  EXPECT_EQ(late[0]->neuron, 2);
  EXPECT_EQ(late[0]->ms, 9.5);
  EXPECT_FALSE(late[1]);
  expect_error([&] { first_spikes(trains, 0.3); }, {"begin", "0.3", "dt = 0.5"});
}

TEST(Intervals, BetweenSpikes) {
  // PySNN's check: 0100110001 -> 3, 1, 4.
  EXPECT_EQ(interspike_steps({0, 1, 0, 0, 1, 1, 0, 0, 0, 1}), (std::vector<std::int64_t>{3, 1, 4}));
  EXPECT_TRUE(interspike_steps({}).empty());
  EXPECT_TRUE(interspike_steps({0, 0, 0}).empty());
  EXPECT_TRUE(interspike_steps({0, 1, 0}).empty());
  EXPECT_EQ(interspike_steps({1, 1, 1}), (std::vector<std::int64_t>{1, 1}));
  EXPECT_EQ(interspike_intervals({1, 2.5, 7}), (std::vector<double>{1.5, 4.5}));
  EXPECT_TRUE(interspike_intervals(std::vector<double>{}).empty());
  EXPECT_TRUE(interspike_intervals(std::vector<double>{3}).empty());
  EXPECT_EQ(interspike_intervals(few_spikes()), (std::vector<double>{1, 8.5}));
  expect_error([] { interspike_intervals({1, 3, 2}); }, {"ascend", "2 after 3"});
  expect_error([] { interspike_intervals({1, nan}); }, {"time 1", "not finite"});
}

TEST(Intervals, StatisticsAreNumbersOrNothing) {
  auto const none = interval_statistics({}), one = interval_statistics({4});
  EXPECT_EQ(none.count, 0U);
  EXPECT_FALSE(none.mean || none.cv);
  EXPECT_EQ(one.mean, 4.0);
  EXPECT_FALSE(one.cv);
  auto const some = interval_statistics({2, 4, 6, 8});
  EXPECT_EQ(some.count, 4U);
  EXPECT_DOUBLE_EQ(*some.mean, 5);
  EXPECT_DOUBLE_EQ(*some.cv, std::sqrt(5.0) / 5);
  EXPECT_EQ(interval_statistics({3, 3, 3}).cv, 0.0);
  auto const zero = interval_statistics({0, 0});
  EXPECT_EQ(zero.mean, 0.0);
  EXPECT_FALSE(zero.cv);
  expect_error([] { interval_statistics({1, -1}); }, {"interval 1", "-1"});
  expect_error([] { interval_statistics({nan}); }, {"interval 0", "nan"});
}

TEST(Intervals, HistogramWithGivenEdges) {
  auto const h = interval_histogram({0.5, 1, 1.9, 2, 4.9, 5, 7}, {1, 2, 5});
  EXPECT_EQ(h.below, 1U);
  EXPECT_EQ(h.counts, (std::vector<std::size_t>{2, 2}));
  EXPECT_EQ(h.above, 2U);
  auto const empty = interval_histogram({}, {0, 1, 2, 3});
  EXPECT_EQ(empty.counts, std::vector<std::size_t>(3));
  expect_error([] { interval_histogram({1}, {1}); }, {"two edges", "1"});
  expect_error([] { interval_histogram({1}, {1, 1}); }, {"ascend", "1 after 1"});
  expect_error([] { interval_histogram({1}, {1, nan}); }, {"edge 1", "not finite"});
  expect_error([] { interval_histogram({nan}, {1, 2}); }, {"interval 0", "not finite"});
}

TEST(Votes, CountAsWorkedOutByHand) {
  // Two neurons, three samples of classes 0, 0, 1.
  Votes const votes({4, 0, 2, 1, 1, 5}, {0, 0, 1}, 2);
  EXPECT_EQ(votes.classes(), 2);
  EXPECT_EQ(votes.mean_responses(), (std::vector<double>{3, 0.5, 1, 5}));
  EXPECT_EQ(votes.labels(), (std::vector<std::uint8_t>{0, 1}));
  EXPECT_EQ(votes.classify({4, 1, 1, 4, 0, 0}), (std::vector<std::uint8_t>{0, 1, 0}));
  EXPECT_TRUE(votes.classify({}).empty());
  Confusion const table(2, {0, 0, 1}, {0, 1, 1});
  EXPECT_EQ(table.at(0, 1), 1U);
  EXPECT_DOUBLE_EQ(table.accuracy(), 2.0 / 3);
  EXPECT_EQ(Confusion(3, {}, {}).accuracy(), 0);
}

TEST(Votes, RefuseWhatDoesNotFit) {
  expect_error([] { Votes({1, 2, 3}, {0, 1}, 2); }, {"Votes", "4 responses", "got 3"});
  expect_error([] { Votes({}, {}, 2); }, {"Votes", "got 0"});
  expect_error([] { Votes({1}, {0}, 0); }, {"Votes", "one neuron", "0"});
  expect_error([] { Votes({1, 2}, {0}, 2).classify({1, 2, 3}); }, {"Votes", "2 neurons", "got 3"});
  expect_error([] { Confusion(2, {0, 1}, {0}); }, {"Confusion", "(1)", "(2)"});
  expect_error([] { Confusion(2, {0, 1}, {0, 2}); }, {"sample 1", "prediction 2", "below 2"});
  expect_error([] { Confusion(0, {}, {}); }, {"one class", "0"});
}

template <class Device>
class Decoders : public ::testing::Test {};
TYPED_TEST_SUITE(Decoders, kosnn_test::Devices);

// From a recorder, against what it was given.
TYPED_TEST(Decoders, ReadARecorder) {
  constexpr int size = 37, batch = 3, steps = 203;
  constexpr double dt = 0.5;
  auto net = make_network<TypeParam>(config().dt(dt).batch(batch),
                                     population(Given{}, SpikeArraySource{}, Shape{size}));
  auto const given = kosnn_test::random_spikes(size, batch, steps, dt, 0.01, 7);
  net.get(Given{}).set_spikes(given.neurons, given.times, given.elements);
  auto& spikes = net.record(Given{}, Spikes{});
  auto& counts = net.record(Given{}, SpikeCounts{});
  EXPECT_FALSE(first_spikes(SpikeTrains(spikes))[0]);  // nothing has been run yet
  net.run(steps * dt);
  SpikeTrains const trains(spikes);
  EXPECT_EQ(trains.neurons(), size);
  EXPECT_EQ(trains.batch(), batch);
  EXPECT_EQ(trains.dt(), dt);
  std::size_t silent = 0;
  double sum = 0, n = 0;
  for (int b = 0; b < batch; ++b)
    for (int k = 0; k < size; ++k) {
      std::vector<double> times;  // ascending: `given` is in order of time
      for (std::size_t s = 0; s < given.times.size(); ++s)
        if (given.neurons[s] == k && given.elements[s] == b) times.push_back(given.times[s]);
      EXPECT_EQ(trains.times(k, b), times);
      silent += times.empty();
      if (times.size() > 1) {
        sum += times.back() - times.front();
        n += static_cast<double>(times.size() - 1);
      }
      auto const first = first_spike_times(trains)[static_cast<std::size_t>(b * size + k)];
      EXPECT_EQ(first, times.empty() ? std::optional<double>() : times.front());
    }
  EXPECT_GT(silent, 0U);
  auto const statistics = interval_statistics(interspike_intervals(trains));
  EXPECT_EQ(static_cast<double>(statistics.count), n);
  EXPECT_NEAR(*statistics.mean, sum / n, 1e-9);
  EXPECT_EQ(rates_hz(trains, 0, steps * dt), rates_hz(counts.counts(), steps * dt));
  net.reset_state();
  net.run(50);
  expect_error([&] { SpikeTrains{spikes}; }, {"SpikeTrains", "cleared at reset_state"});
}

}  // namespace

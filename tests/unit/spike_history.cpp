// Lists of spikes as workers leave them to each other, and how these wait for each other.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include "testing.hpp"

namespace {

using namespace kosnn;
using detail::Range;
using detail::SpikeHead;

using History = detail::SpikeHistory<Kokkos::HostSpace, double>;

History history(int size, int batch, int workers, int depth = 3) {
  History h;
  h.size = size;
  h.batch = batch;
  h.batch_bits = batch > 1 ? 2 : 0;
  h.workers = workers;
  h.depth = depth;
  detail::Arena arena(detail::Arena::Mode::allocate);
  h.layout(arena);
  return h;
}

/// The first `n` neurons of each worker fire in all elements.
void fire(History const& h, int slot, int n) {
  for (int w = 0; w < h.workers; ++w) {
    Range const own = detail::owned_range(h.size, w, h.workers);
    std::size_t at = h.begin(slot, w);
    for (int k = 0; k < n && k < own.size(); ++k)
      for (int b = 0; b < h.batch; ++b) h.entries(at++) = h.entry(own.begin + k, b);
    h.close_list(slot, w, static_cast<std::uint32_t>(at - h.begin(slot, w)));
  }
}

/// Neurons in the order in which they are listed.
template <class... Among>
std::vector<int> listed(History const& h, int slot, Among... among) {
  std::vector<int> neurons;
  h.for_each_list(slot, among..., [&](detail::SpikeList const& spikes) {
    EXPECT_GT(spikes.count, 0U);
    for (std::uint32_t k = 0; k < spikes.count; ++k) {
      EXPECT_EQ(spikes.entries[k], h.entries(spikes.first + k));
      neurons.push_back(h.neuron(spikes.entries[k]));
    }
  });
  return neurons;
}

/// None, some, as many as lie beside their number, one more, all; of one worker and several, the
/// last of which owns fewer.
TEST(SpikeHistory, ListsAreRead) {
  int const room = static_cast<int>(SpikeHead::room);
  for (int const workers : {1, 3})
    for (int const batch : {1, 2})
      for (int const n : {0, 1, room / 2, room - 1, room, room + 1, 48}) {
        auto const h = history(100, batch, workers);
        fire(h, 1, 48);  // what the ring held before
        fire(h, 1, n);
        std::vector<int> expected;
        for (int w = 0; w < workers; ++w) {
          Range const own = detail::owned_range(100, w, workers);
          for (int k = 0; k < n && k < own.size(); ++k)
            expected.insert(expected.end(), static_cast<std::size_t>(batch), own.begin + k);
        }
        EXPECT_EQ(listed(h, 1), expected) << workers << " " << batch << " " << n;
        EXPECT_TRUE(listed(h, 0).empty());
        for (Range const among : {Range{0, 100}, Range{3, 50}, Range{34, 35}, Range{0, 1},
                                  Range{99, 100}, Range{20, 20}}) {
          std::vector<int> some;
          for (int const neuron : expected)
            if (neuron >= among.begin && neuron < among.end) some.push_back(neuron);
          EXPECT_EQ(listed(h, 1, among), some) << among.begin << " " << among.end;
        }
      }
}

/// As recorders do: short lists and long ones in turns and none, more than are copied at once, to
/// the end of the ring; as many neurons as entries are copied, one fewer, one more.
TEST(SpikeHistory, SpikesOfManyStepsAreInOrder) {
  int const room = static_cast<int>(SpikeHead::room), steps = 400;
  for (int const workers : {1, 3})
    for (int const batch : {1, 2})
      for (int const size : {1, room - 1, room, room + 1, 40, 150})
        for (bool const by_element : {false, true}) {
          auto h = history(size, batch, workers, steps);
          h.by_element = by_element;
          using Spike = std::tuple<std::int64_t, int, int>;
          std::vector<Spike> expected, listed;
          for (int t = 0; t < steps; ++t) {
            int const n = t % 3 == 0 ? 0 : t % 7 == 0 ? room + t % 5 - 2 : t % 4;
            fire(h, t, n);
            for (int w = 0; w < workers; ++w) {
              Range const own = detail::owned_range(size, w, workers);
              for (int k = 0; k < n && k < own.size(); ++k)
                for (int b = 0; b < batch; ++b) expected.emplace_back(steps + t, own.begin + k, b);
              auto* const entries = h.entries.data() + h.begin(t, w);
              if (by_element) std::reverse(entries, entries + h.count(t, w));  // in any order
              h.close_list(t, w, h.count(t, w));
            }
          }
          detail::for_each_spike(h, steps, 2 * steps, [&](std::int64_t step, int neuron, int b) {
            listed.emplace_back(step, neuron, b);
          });
          EXPECT_TRUE(listed == expected) << workers << " " << batch << " " << size;
        }
}

TEST(SpikeHistory, HeadsLieApart) {
  auto const h = history(100, 1, 3);
  EXPECT_EQ(sizeof(SpikeHead), 64U);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(h.heads.data()) % 64, 0U);
}

TEST(WorkerBarrier, RoundsHaveNumbersOfTheirOwn) {
  detail::WorkerBarrier barrier;
  EXPECT_EQ(barrier.new_rounds(5), 0U);
  EXPECT_EQ(barrier.new_rounds(1ll << 40), 5U);
  EXPECT_EQ(barrier.new_rounds(1), 5U + (1ull << 40));
}

/// Two threads hand each other a number that they write as others do.
TEST(WorkerBarrier, WhatWasWrittenBeforeCanBeRead) {
  constexpr std::uint64_t rounds = 20000;
  SpikeHead heads[2] = {};
  std::uint64_t wrong[2] = {};
  auto const work = [&](int own) {
    for (std::uint64_t round = 1; round <= rounds; ++round) {
      heads[own].count = static_cast<std::uint32_t>(7 * round) + static_cast<std::uint32_t>(own);
      detail::WorkerBarrier::announce(heads[own].round, 2 * round - 1);
      detail::WorkerBarrier::await(heads[1 - own].round, 2 * round - 1);
      wrong[own] += heads[1 - own].count !=
                    static_cast<std::uint32_t>(7 * round) + static_cast<std::uint32_t>(1 - own);
      detail::WorkerBarrier::announce(heads[own].round, 2 * round);  // has read it
      detail::WorkerBarrier::await(heads[1 - own].round, 2 * round);
    }
  };
  std::thread other([&] { work(1); });
  work(0);
  other.join();
  EXPECT_EQ(wrong[0] + wrong[1], 0U);
  detail::WorkerBarrier::await(heads[1].round, 1);  // who comes late has missed nothing
}

struct Cells {};

template <class Device>
class ListedSpikes : public ::testing::Test {};
TYPED_TEST_SUITE(ListedSpikes, kosnn_test::Devices);

/// Wherever neurons lie among those that are looked at together, and all, and none.
TYPED_TEST(ListedSpikes, AreThoseThatWereFired) {
  for (int const size : {1, 63, 64, 65, 4095, 4096, 4097, 4161, 9000})
    for (int const workers : {1, 2}) {
      auto net =
          make_network<TypeParam>(kosnn_test::config().neurons_per_thread((size - 1) / workers + 1),
                                  population(Cells{}, SpikeArraySource{}, Shape{size}));
      std::vector<int> neurons, steps;
      for (int n = 0; n < size; ++n)
        for (int t = 0; t < 6; ++t) {
          bool const border = n % 64 == 63 || n % 64 == 0 || n + 1 == size;
          if (t == 0 || (t == 1 && border) || (t == 3 && n == size - 1) || (t == 4 && n == 0) ||
              (t == 5 && n % 97 == 13))
            neurons.push_back(n), steps.push_back(t);
        }
      net.get(Cells{}).set_spikes(neurons, std::vector<double>(steps.begin(), steps.end()));
      auto const& recorded = net.record(Cells{}, Spikes{});
      net.run(6);
      std::vector<std::pair<int, int>> expected, listed;
      for (std::size_t k = 0; k < neurons.size(); ++k) expected.emplace_back(steps[k], neurons[k]);
      std::sort(expected.begin(), expected.end());
      for (std::size_t k = 0; k < recorded.count(); ++k)
        listed.emplace_back(static_cast<int>(recorded.steps()[k]),
                            static_cast<int>(recorded.neurons()[k]));
      EXPECT_TRUE(listed == expected) << size;
    }
}

}  // namespace

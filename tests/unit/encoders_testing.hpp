#ifndef KOSNN_TESTS_UNIT_ENCODERS_TESTING_HPP
#define KOSNN_TESTS_UNIT_ENCODERS_TESTING_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "testing.hpp"

// What all sources that encode have to do, and what their tests share.

namespace kosnn_test {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinite = std::numeric_limits<double>::infinity();

inline std::vector<double> constant(int n, double value) {
  return std::vector<double>(static_cast<std::size_t>(n), value);
}

/// Spikes of one run of `steps` steps in (steps, batch, neurons).
template <class Net, class Tag>
std::vector<int> run_raster(Net& net, Tag tag, int steps, double dt = 1) {
  auto& spikes = net.record(tag, kosnn::Spikes{});
  net.run(steps * dt);
  auto const& p = net.get(tag);
  return raster(spikes, steps, p.batch(), p.size());
}

constexpr int encoded_steps = 60;

/// Spikes of sources of a network, run in pieces, twice with a reset in between.
template <class Net, class... Tags>
std::vector<std::vector<int>> two_runs(Net net, int piece, Tags... tags) {
  std::vector<std::vector<int>> all;
  auto const run = [&](auto&... spikes) {
    for (int repeat = 0; repeat < 2; ++repeat) {
      for (int t = 0; t < encoded_steps; t += piece) net.run(std::min(piece, encoded_steps - t));
      (all.push_back(raster(spikes, encoded_steps, net.get(tags).batch(), net.get(tags).size())),
       ...);
      (spikes.clear(), ...);
      net.reset_state();
    }
  };
  run(net.record(tags, kosnn::Spikes{})...);
  return all;
}

/// The same spikes for any number of threads, on any device, however many steps are run at a time.
/// `Encoder::run<Device>(batch, piece, seed)` gives those of two_runs; those of an
/// `Encoder::random` differ with the seed and after a reset.
template <class Device, class Encoder>
void expect_same_bits() {
  auto const run = [](int piece, std::uint64_t seed) {
    return Encoder::template run<Device>(3, piece, seed);
  };
  auto const expected = run(encoded_steps, 1), other = run(encoded_steps, 2);
  EXPECT_EQ(Encoder::template run<Kokkos::DefaultHostExecutionSpace>(3, encoded_steps, 1),
            expected);
  EXPECT_EQ(run(1, 1), expected);
  EXPECT_EQ(run(7, 1), expected);
  std::size_t const sources = expected.size() / 2;
  for (std::size_t k = 0; k < sources; ++k) {
    EXPECT_NE(std::count(expected[k].begin(), expected[k].end(), 1), 0) << k;
    EXPECT_EQ(expected[k] == other[k], !Encoder::random) << k;
    EXPECT_EQ(expected[k] == expected[k + sources], !Encoder::random) << k;
  }
}

/// The first element of a batch fires as it does alone, the others as random as they.
template <class Device, class Encoder>
void expect_elements_on_their_own() {
  auto const alone = Encoder::template run<Device>(1, encoded_steps, 1);
  auto const together = Encoder::template run<Device>(3, encoded_steps, 1);
  for (std::size_t k = 0; k < alone.size() / 2; ++k) {
    std::size_t const width = alone[k].size() / encoded_steps;
    std::vector<int> elements[3];
    for (std::size_t i = 0; i < together[k].size(); ++i)
      elements[i / width % 3].push_back(together[k][i]);
    EXPECT_EQ(elements[0], alone[k]) << k;
    EXPECT_EQ(elements[1] == elements[0], !Encoder::random) << k;
    EXPECT_EQ(elements[2] == elements[1], !Encoder::random) << k;
  }
}

}  // namespace kosnn_test

#endif

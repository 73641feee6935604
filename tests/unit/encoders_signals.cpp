// Sources that encode the changes of a signal, against a naive loop.

#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "encoders_testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::config;
using kosnn_test::expect_error;
using kosnn_test::nan;
using kosnn_test::raster;

struct Change {};

template <class Device>
class SignalEncoders : public ::testing::Test {};
TYPED_TEST_SUITE(SignalEncoders, kosnn_test::Devices);

struct Options {
  int batch = 1, channels = 19;
  DeltaSource delta{};
};

template <class Device>
auto sources(Options const& s, std::uint64_t seed = 1) {
  return make_network<Device>(config().batch(s.batch).seed(seed),
                              population(Change{}, s.delta, Shape{2, s.channels}));
}

/// Spikes of DeltaSource, (steps, batch, 2, channels), for a signal of (steps, batch, channels).
std::vector<int> naive_delta(std::vector<float> const& signal, std::size_t steps, std::size_t batch,
                             std::size_t channels, float threshold) {
  std::vector<int> out(steps * batch * 2 * channels);
  for (std::size_t b = 0; b < batch; ++b)
    for (std::size_t c = 0; c < channels; ++c) {
      float reference = signal[b * channels + c];
      for (std::size_t t = 0; t < steps; ++t) {
        float const x = signal[(t * batch + b) * channels + c];
        std::size_t const row = (t * batch + b) * 2 * channels;
        if (x >= reference + threshold) {
          reference += threshold;
          out[row + c] = 1;
        } else if (x <= reference - threshold) {
          reference -= threshold;
          out[row + channels + c] = 1;
        }
      }
    }
  return out;
}

/// A random walk in multiples of 1/64 that stays for some steps, so that it can be followed.
std::vector<float> walk(std::size_t steps, std::size_t width) {
  std::mt19937 random(3);
  std::uniform_int_distribution<int> jump(-40, 40);
  std::vector<float> signal(steps * width);
  for (std::size_t k = 0; k < width; ++k) {
    int x = jump(random);
    for (std::size_t t = 0; t < steps; ++t) {
      if (t % 6 == k % 6 && t < steps - 20) x += jump(random);
      signal[t * width + k] = static_cast<float>(x) / 64;
    }
  }
  return signal;
}

TYPED_TEST(SignalEncoders, DeltaSpikesAreThoseOfALoop) {
  constexpr int steps = 211, channels = 19, batch = 3;
  Options s;
  s.batch = batch;
  s.delta.threshold(0.125);
  auto const signal = walk(steps, channels * batch);
  auto const expected = naive_delta(signal, steps, batch, channels, 0.125F);

  auto net = sources<TypeParam>(s);  // the whole signal at once
  net.get(Change{}).set_signal(signal, steps);
  auto& spikes = net.record(Change{}, Spikes{});
  net.run(steps);
  EXPECT_EQ(raster(spikes, steps, batch, 2 * channels), expected);
  net.run(100);  // the last value stays
  std::size_t const once = spikes.count();
  spikes.clear();
  net.reset_state();
  net.run(steps);
  EXPECT_EQ(raster(spikes, steps, batch, 2 * channels), expected);
  EXPECT_LE(once, spikes.count() + 100);

  auto by_step = sources<TypeParam>(s), in_pieces = sources<TypeParam>(s);
  auto& step_spikes = by_step.record(Change{}, Spikes{});
  auto& piece_spikes = in_pieces.record(Change{}, Spikes{});
  auto const part = [&](int from, int to) {
    return std::vector<float>(signal.begin() + from * channels * batch,
                              signal.begin() + to * channels * batch);
  };
  for (int t = 0; t < steps; ++t) {
    by_step.get(Change{}).set_values(part(t, t + 1));
    by_step.step();
  }
  for (int t = 0; t < steps; t += 50) {
    int const to = std::min(steps, t + 50);
    in_pieces.get(Change{}).set_signal(part(t, to), to - t);
    in_pieces.run(to - t);
  }
  EXPECT_EQ(raster(step_spikes, steps, batch, 2 * channels), expected);
  EXPECT_EQ(raster(piece_spikes, steps, batch, 2 * channels), expected);
}

TYPED_TEST(SignalEncoders, DeltaSpikesAddUpToTheSignal) {
  constexpr int steps = 400, channels = 19;
  Options s;
  s.batch = 2;
  auto net = sources<TypeParam>(s);  // threshold 0.1
  std::vector<float> signal(steps * channels);
  for (std::size_t k = 0; k < signal.size(); ++k) {
    auto const t = static_cast<double>(k / channels), c = static_cast<double>(k % channels);
    signal[k] = static_cast<float>((1 + c) * std::sin(t / (20 + 10 * c)));  // at most 0.1 a step
  }
  net.get(Change{}).set_signal(signal, steps);
  auto& counts = net.record(Change{}, SpikeCounts{});
  for (int t = 0; t < steps; t += 40) {
    net.run(40);
    auto const n = counts.counts();
    for (std::size_t b = 0; b < 2; ++b)
      for (std::size_t c = 0; c < channels; ++c) {
        std::size_t const on = b * 2 * channels + c;
        double const found = signal[c] + 0.1 * (double(n[on]) - double(n[on + channels]));
        EXPECT_NEAR(found, signal[static_cast<std::size_t>(t + 39) * channels + c], 0.1 + 1e-5)
            << "channel " << c << " at " << t;
      }
  }
}

/// 1e7 and 1e7 + 0.1 are one number in float.
TYPED_TEST(SignalEncoders, DeltaOfALargeConstantIsSilence) {
  Options s;
  s.channels = 3;
  auto net = sources<TypeParam>(s);  // threshold 0.1
  auto& spikes = net.record(Change{}, Spikes{});
  net.get(Change{}).set_values({1e7F, -1e7F, 3});
  net.run(20);
  EXPECT_EQ(spikes.count(), 0U);
  net.get(Change{}).set_values({1e7F + 1, -1e7F, 3});  // ten thresholds more
  net.run(50);
  EXPECT_EQ(spikes.count(), 10U);
  EXPECT_EQ(spikes.neurons(), std::vector<std::uint32_t>(10, 0));
}

TYPED_TEST(SignalEncoders, DeltaOfNoChangeAndOfALargeOne) {
  Options s;
  s.channels = 1;
  s.delta.threshold(0.5);
  auto net = sources<TypeParam>(s);
  auto& spikes = net.record(Change{}, Spikes{});
  net.get(Change{}).set_values({100});  // where the reference begins
  net.run(20);
  EXPECT_EQ(spikes.count(), 0U);
  net.get(Change{}).set_values({102.25F});  // 4 thresholds and a half
  net.run(20);
  net.get(Change{}).set_values({101.5F});
  net.run(20);
  EXPECT_EQ(spikes.times(), (std::vector<double>{20, 21, 22, 23, 40}));
  EXPECT_EQ(spikes.neurons(), (std::vector<std::uint32_t>{0, 0, 0, 0, 1}));
}

struct Signals {
  static constexpr bool random = false;
  template <class Device>
  static std::vector<std::vector<int>> run(int batch, int piece, std::uint64_t seed) {
    constexpr int steps = kosnn_test::encoded_steps;
    Options s;
    s.batch = batch;
    s.channels = 67;
    auto net = sources<Device>(s, seed);
    net.get(Change{}).set_signal(walk(steps, 67), steps);
    return kosnn_test::two_runs(std::move(net), piece, Change{});
  }
};

TYPED_TEST(SignalEncoders, SameBitsForAnyNumberOfThreadsAndPieces) {
  kosnn_test::expect_same_bits<TypeParam, Signals>();
}
TYPED_TEST(SignalEncoders, ElementsOfABatchAreOnTheirOwn) {
  kosnn_test::expect_elements_on_their_own<TypeParam, Signals>();
}

TEST(SignalEncoderErrors, OfParameters) {
  using Device = Kokkos::DefaultHostExecutionSpace;
  auto const delta = [](double threshold) {
    return [=] {
      Options s;
      s.delta.threshold(threshold);
      sources<Device>(s);
    };
  };
  expect_error(delta(0), {"population Change", "threshold", "0"});
  expect_error(delta(nan), {"population Change", "threshold", "nan"});
  expect_error(delta(1e-60), {"population Change", "threshold", "1e-60", "precision"});
  auto const shaped = [](Shape const& shape) {
    return [=] { make_network<Device>(Config{}, population(Change{}, DeltaSource{}, shape)); };
  };
  expect_error(shaped(Shape{4}), {"population Change", "Shape{2, channels}", "Shape{4}"});
  expect_error(shaped(Shape{3, 4}), {"population Change", "Shape{3, 4}"});
}

TEST(SignalEncoderErrors, OfSetters) {
  Options s;
  s.channels = s.batch = 2;
  auto net = sources<Kokkos::DefaultHostExecutionSpace>(s);
  auto& change = net.get(Change{});
  expect_error([&] { change.set_values({1}); },
               {"population Change", "set_values", "1 x 2", "1 x 2 x 2", "got 1"});
  expect_error(
      [&] {
        change.set_signal({1, 2, 3, 4, 5}, 2);
      },
      {"population Change", "set_signal", "2 x 2", "2 x 2 x 2", "got 5"});
  expect_error([&] { change.set_signal({}, 0); }, {"population Change", "one step", "0"});
  expect_error(
      [&] {
        change.set_signal({1, 2, 3, float(nan)}, 2);
      },
      {"population Change", "channel 1", "step 1", "not finite"});
  net.run(10);  // the network is whole still
  EXPECT_EQ(net.spikes(), 0U);
}

}  // namespace

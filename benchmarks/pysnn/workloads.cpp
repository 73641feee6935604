#include "pysnn/workloads.hpp"

#include <cmath>

namespace kosnn_bench {
namespace {

constexpr int dead_steps = 3;  // of an input neuron after a spike
constexpr double pi = 3.14159265358979323846;

/// Six hundredths of u, rounded: what the ring's centre is off that of the image.
int pixels(int u) { return static_cast<int>(std::floor((6 * u + 50) / 100.0)); }

std::uint64_t position_of(int step, std::size_t row) {
  return (static_cast<std::uint64_t>(step) << 32) + row;
}

}  // namespace

std::uint32_t hashed(Stream stream, std::uint64_t position) {
  std::uint64_t z = position + (static_cast<std::uint64_t>(stream) << 60) + 0x9E3779B97F4A7C15;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return static_cast<std::uint32_t>((z ^ (z >> 31)) >> 40);
}

std::uint32_t bound(double probability) {
  return static_cast<std::uint32_t>(std::lround(probability * 0x1p24));
}

std::vector<float> uniform(std::size_t count, std::uint64_t first, float low, float high) {
  std::vector<float> values(count);
  for (std::size_t k = 0; k < count; ++k) {
    float const unit = static_cast<float>(hashed(Stream::weights, first + k)) * 0x1p-24F;
    float const scaled = (high - low) * unit;
    values[k] = low + scaled;
  }
  return values;
}

SpikeList DenseInput::next(int steps) {
  std::uint32_t const p = bound(0.05 / (1 - 0.05 * dead_steps));
  SpikeList list;
  for (int const end = step_ + steps; step_ < end; ++step_)
    for (std::size_t row = 0; row < ready_.size(); ++row) {
      if (ready_[row] > step_ || hashed(Stream::input, position_of(step_, row)) >= p) continue;
      ready_[row] = step_ + dead_steps + 1;
      auto const neurons = static_cast<std::size_t>(neurons_);
      list.add(static_cast<int>(row % neurons), step_, static_cast<int>(row / neurons));
    }
  return list;
}

SpikeList EventInput::next(int steps) {
  SpikeList list;
  for (int const end = step_ + steps; step_ < end; ++step_) add_step(list);
  return list;
}

void EventInput::add_step(SpikeList& list) {
  std::uint32_t const p = bound(0.108);
  std::size_t row = 0;
  for (int b = 0; b < batch_; ++b) {
    double const angle = 2 * pi * (3.0 * step_ / 100 + static_cast<double>(b) / batch_);
    int const ux = static_cast<int>(std::rint(100 * std::cos(angle)));
    int const uy = static_cast<int>(std::rint(100 * std::sin(angle)));
    for (int y = 0; y < size; ++y)
      for (int x = 0; x < size; ++x, ++row) {
        int const across = x - 17 - pixels(ux), down = y - 17 - pixels(uy);
        int const distance = across * across + down * down;
        if (distance < 25 || distance > 81 || ready_[row] > step_) continue;
        if (hashed(Stream::input, position_of(step_, row)) >= p) continue;
        ready_[row] = step_ + dead_steps + 1;
        bool const ahead = down * ux - across * uy > 0;
        list.add((ahead ? size * size : 0) + y * size + x, step_, b);
      }
  }
}

}  // namespace kosnn_bench

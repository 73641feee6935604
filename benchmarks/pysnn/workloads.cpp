#include "pysnn/workloads.hpp"

#include <cmath>

namespace kosnn_bench {
namespace {

constexpr int dead_steps = 3;  // of an input neuron after a spike

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

std::vector<double> uniform(std::size_t count, std::uint64_t first, float low, float high) {
  std::vector<double> values(count);
  for (std::size_t k = 0; k < count; ++k) {
    float const scaled =
        (high - low) * (static_cast<float>(hashed(Stream::weights, first + k)) * 0x1p-24F);
    values[k] = static_cast<double>(low) + static_cast<double>(scaled);
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

}  // namespace kosnn_bench

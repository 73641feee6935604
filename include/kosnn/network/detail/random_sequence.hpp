#ifndef KOSNN_NETWORK_DETAIL_RANDOM_SEQUENCE_HPP
#define KOSNN_NETWORK_DETAIL_RANDOM_SEQUENCE_HPP

#include <cstdint>

#include "kosnn/core/random.hpp"
#include "kosnn/kokkos/compat.hpp"

namespace kosnn::detail {

/// Independent random numbers, one sequence for each entity. Several blocks of them are made at a
/// time, which a CPU does side by side.
class RandomSequence {
 public:
  /// From number `first` on.
  RandomSequence(RandomStream const& random, std::uint32_t entity, std::uint64_t first = 0)
      : random_(random), entity_(entity), block_(first / 2) {
    if (first % 2 == 0) return;
    refill();
    ++next_;
  }

  /// Of [0, n), each equally likely to 64 bits.
  std::uint32_t below(std::uint32_t n) {
    auto const [w0, w1] = next();
    std::uint64_t const lower = static_cast<std::uint64_t>(w1) * n;
    std::uint64_t const upper = static_cast<std::uint64_t>(w0) * n;
    return static_cast<std::uint32_t>((upper + (lower >> 32)) >> 32);
  }
  /// In (0, 1), 52 bits.
  double uniform() {
    auto const [w0, w1] = next();
    std::uint64_t const bits = static_cast<std::uint64_t>(w0) << 20 | w1 >> 12;
    return (static_cast<double>(bits) + 0.5) * 0x1p-52;
  }

 private:
  static constexpr int lanes = 16;
  struct Pair {
    std::uint32_t w0, w1;
  };

  Pair next() {
    if (next_ == 2 * lanes) refill();
    int const lane = next_ / 2, half = next_++ % 2 * 2;
    return {words_[half][lane], words_[half + 1][lane]};
  }
  void refill() {
    KOSNN_INDEPENDENT_ITERATIONS
    for (int lane = 0; lane < lanes; ++lane) {
      std::uint32_t w[4];
      random_.words(entity_, block_ + static_cast<std::uint64_t>(lane), 0, w);
      for (int k = 0; k < 4; ++k) words_[k][lane] = w[k];
    }
    block_ += lanes;
    next_ = 0;
  }

  RandomStream random_;
  std::uint32_t entity_;
  std::uint64_t block_;
  int next_ = 2 * lanes;
  std::uint32_t words_[4][lanes];
};

}  // namespace kosnn::detail

#endif

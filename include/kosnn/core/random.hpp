#ifndef KOSNN_CORE_RANDOM_HPP
#define KOSNN_CORE_RANDOM_HPP

#include <Kokkos_Core.hpp>

#include <Random123/philox.h>

#include <cmath>
#include <cstdint>

namespace kosnn {

/// Counter-based random numbers (Philox4x32-10; Salmon et al. 2011, doi 10.1145/2063384.2063405).
/// A value depends on (seed, stream, entity, step) alone, so it is the same for any number of
/// threads or ranks and in any order of evaluation.
class RandomStream {
 public:
  RandomStream() = default;
  /// `stream` separates users of one seed: each population and projection has its own.
  KOKKOS_FUNCTION RandomStream(std::uint64_t seed, std::uint32_t stream)
      : seed_(seed), stream_(stream) {}

  std::uint64_t seed() const { return seed_; }
  std::uint32_t stream() const { return stream_; }
  std::uint32_t part() const { return part_; }
  /// Independent random numbers in place of those of batch element `n` < 2^16, for users that have
  /// no batch.
  RandomStream part(std::uint32_t n) const {
    RandomStream own = *this;
    own.part_ = n;
    return own;
  }

  /// Four independent 32-bit words. `batch` < 2^16, `step` < 2^48.
  KOKKOS_FUNCTION void words(std::uint32_t entity, std::uint64_t step, std::uint32_t batch,
                             std::uint32_t (&out)[4]) const {
    r123::Philox4x32::ctr_type const counter = {
        {entity, static_cast<std::uint32_t>(step),
         static_cast<std::uint32_t>(step >> 32) << 16 | ((batch + part_) & 0xffffu), stream_}};
    r123::Philox4x32::key_type const key = {
        {static_cast<std::uint32_t>(seed_), static_cast<std::uint32_t>(seed_ >> 32)}};
    r123::Philox4x32::ctr_type const r = r123::Philox4x32{}(counter, key);
    for (int k = 0; k < 4; ++k) out[k] = r.v[k];
  }

  /// Uniform in [0, 1) with 32 bits.
  KOKKOS_FUNCTION double uniform(std::uint32_t entity, std::uint64_t step = 0,
                                 std::uint32_t batch = 0) const {
    std::uint32_t w[4];
    words(entity, step, batch, w);
    return w[0] * 0x1p-32;
  }

  /// Standard normal (Box & Muller). Host only.
  double normal(std::uint32_t entity, std::uint64_t step = 0) const {
    std::uint32_t w[4];
    words(entity, step, 0, w);
    return normal_of(w[0], w[1]);
  }
  /// That of two words.
  static double normal_of(std::uint32_t w0, std::uint32_t w1) {
    double const radius = std::sqrt(-2 * std::log((w0 + 0.5) * 0x1p-32));
    return radius * std::cos(6.283185307179586 * (w1 * 0x1p-32));
  }

 private:
  std::uint64_t seed_ = 0;
  std::uint32_t stream_ = 0, part_ = 0;
};

}  // namespace kosnn

#endif

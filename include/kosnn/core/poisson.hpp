#ifndef KOSNN_CORE_POISSON_HPP
#define KOSNN_CORE_POISSON_HPP

#include <Kokkos_Core.hpp>

#include <cstdint>

#include "kosnn/core/random.hpp"
#include "kosnn/kokkos/compat.hpp"

namespace kosnn::detail {

/// Logarithm of the Poisson probability of k >= 0 events where `mean` are expected, without the
/// cancellation of large terms: Stirling's series, or the product itself where k is small.
KOKKOS_INLINE_FUNCTION double log_poisson_probability(double k, double mean) {
  if (k < 16) {
    double factorial = 1;
    for (int i = 2; i <= static_cast<int>(k); ++i) factorial *= i;
    return k * math::log(mean) - mean - math::log(factorial);
  }
  double const x = (mean - k) / k;
  return k * (math::log1p(x) - x) - 0.5 * math::log(6.283185307179586 * k) -
         (1 - 1 / (30 * k * k)) / (12 * k);
}

/// Poisson distributed whole numbers, with random numbers that depend on (stream, entity, step,
/// batch) alone; step < 2^38.
class PoissonVariate {
 public:
  KOKKOS_FUNCTION PoissonVariate(RandomStream const& random, std::uint32_t entity,
                                 std::uint64_t step, std::uint32_t batch)
      : random_(random), step_(step), entity_(entity), batch_(batch) {}

  KOKKOS_FUNCTION double operator()(double mean) const {
    return mean < 10 ? by_inversion(mean) : by_rejection(mean);
  }

 private:
  struct Pair {
    double u, v;  // uniform in (0, 1), u with 52 bits
  };
  KOKKOS_FUNCTION Pair draw(int attempt) const {
    std::uint32_t w[4];
    random_.words(entity_, step_ + (static_cast<std::uint64_t>(attempt) << 38), batch_, w);
    std::uint64_t const bits = static_cast<std::uint64_t>(w[0]) << 20 | w[1] >> 12;
    return {(static_cast<double>(bits) + 0.5) * 0x1p-52, (w[2] + 0.5) * 0x1p-32};
  }

  /// Adds up probabilities until they exceed a uniform number.
  KOKKOS_FUNCTION double by_inversion(double mean) const {
    double const u = draw(0).u;
    double k = 0, p = math::exp(-mean), sum = p;
    while (u > sum && p > 1e-18) {
      ++k;
      p *= mean / k;
      sum += p;
    }
    return k;
  }

  /// Transformed rejection with squeeze, algorithm PTRS (Hoermann 1993, doi
  /// 10.1016/0167-6687(93)90997-4), for mean >= 10. A try is accepted with a probability of at
  /// least 0.8, so that the last of 1000 is never reached.
  KOKKOS_FUNCTION double by_rejection(double mean) const {
    double const b = 0.931 + 2.53 * math::sqrt(mean), a = -0.059 + 0.02483 * b;
    double const inverse_alpha = 1.1239 + 1.1328 / (b - 3.4), v_r = 0.9277 - 3.6224 / (b - 2);
    for (int attempt = 0; attempt < 1000; ++attempt) {
      auto const [u, v] = draw(attempt);
      double const centred = u - 0.5, us = 0.5 - math::fabs(centred);
      double const k = math::floor((2 * a / us + b) * centred + mean + 0.43);
      if (us >= 0.07 && v <= v_r) return k;
      if (k < 0 || (us < 0.013 && v > us)) continue;
      if (math::log(v * inverse_alpha / (a / (us * us) + b)) <= log_poisson_probability(k, mean))
        return k;
    }
    return math::floor(mean);
  }

  RandomStream random_;
  std::uint64_t step_;
  std::uint32_t entity_, batch_;
};

}  // namespace kosnn::detail

#endif

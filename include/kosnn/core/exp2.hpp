#ifndef KOSNN_CORE_EXP2_HPP
#define KOSNN_CORE_EXP2_HPP

#include <Kokkos_Core.hpp>

#include <cstdint>
#include <cstring>
#include <type_traits>

namespace kosnn::detail {

/// The bits of a power of 2 in this precision, from which one is made without a call.
template <class Real>
struct FloatBits;
template <>
struct FloatBits<float> {
  using type = std::int32_t;
  static constexpr int bias = 127, mantissa = 23, order = 7;
};
template <>
struct FloatBits<double> {
  using type = std::int64_t;
  static constexpr int bias = 1023, mantissa = 52, order = 13;
};

/// 2^x for x in [-126, 126], to rounding, without branches or calls, so that loops become vector
/// instructions: 2^n for the nearest whole number n, times the Taylor series of the rest.
template <class Real>
KOKKOS_INLINE_FUNCTION Real exp2_within_126(Real x) {
  using Bits = FloatBits<Real>;
  constexpr Real ln2 = Real(0.693147180559945309417232121458L);
  int const n = static_cast<int>(x + Real(126.5)) - 126;
  Real const f = ln2 * (x - static_cast<Real>(n));
  Real series = 1;
  for (int k = Bits::order; k > 0; --k) series = 1 + series * f * (1 / Real(k));
  auto const bits = static_cast<typename Bits::type>(n + Bits::bias) << Bits::mantissa;
  Real power;
  std::memcpy(&power, &bits, sizeof power);
  return power * series;
}

}  // namespace kosnn::detail

#endif

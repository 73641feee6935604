#ifndef KOSNN_KOKKOS_COMPAT_HPP
#define KOSNN_KOKKOS_COMPAT_HPP

// The only file that looks at Kokkos' version: what 3.4 and 5.x spell differently.

#include <Kokkos_Core.hpp>

#include <cstddef>
#include <cstdint>

/// Tells the compiler that the iterations of the next loop are independent.
#if defined(__CUDA_ARCH__) || defined(__HIP_DEVICE_COMPILE__)
#define KOSNN_INDEPENDENT_ITERATIONS
#elif defined(__clang__)
#define KOSNN_INDEPENDENT_ITERATIONS _Pragma("clang loop vectorize(assume_safety)")
#elif defined(__GNUC__)
#define KOSNN_INDEPENDENT_ITERATIONS _Pragma("GCC ivdep")
#else
#define KOSNN_INDEPENDENT_ITERATIONS
#endif

/// Before a function that stays a function of its own: GCC is to use vectors of 512 bits there,
/// where the processor has them. By itself it takes 256, which is faster in many other loops.
#if defined(__GNUC__) && !defined(__clang__) && !defined(__CUDACC__) && defined(__x86_64__)
#define KOSNN_WIDE_VECTORS __attribute__((noinline, target("prefer-vector-width=512")))
#else
#define KOSNN_WIDE_VECTORS
#endif

namespace kosnn {

/// Initialises Kokkos for the lifetime of the object, for the `main` of executables; the library
/// itself never initialises anything. `threads` = 0 leaves the choice to Kokkos.
class KokkosScope {
 public:
  explicit KokkosScope(int threads = 0) {
#if KOKKOS_VERSION >= 30700
    Kokkos::InitializationSettings settings;
    settings.set_disable_warnings(true);  // about OMP_PROC_BIND, at every start
    if (threads > 0) settings.set_num_threads(threads);
#else
    Kokkos::InitArguments settings;
    settings.disable_warnings = true;
    if (threads > 0) settings.num_threads = threads;
#endif
    Kokkos::initialize(settings);
  }
  ~KokkosScope() { Kokkos::finalize(); }
  KokkosScope(KokkosScope const&) = delete;
  KokkosScope& operator=(KokkosScope const&) = delete;
};

namespace math {
#if KOKKOS_VERSION >= 30700
using Kokkos::cos;
using Kokkos::exp;
using Kokkos::fabs;
using Kokkos::floor;
using Kokkos::isfinite;
using Kokkos::log;
using Kokkos::log1p;
using Kokkos::pow;
using Kokkos::sin;
using Kokkos::sqrt;
#else
using Kokkos::Experimental::cos;
using Kokkos::Experimental::exp;
using Kokkos::Experimental::fabs;
using Kokkos::Experimental::floor;
using Kokkos::Experimental::log;
using Kokkos::Experimental::log1p;
using Kokkos::Experimental::pow;
using Kokkos::Experimental::sin;
using Kokkos::Experimental::sqrt;
template <class Real>
KOKKOS_FUNCTION bool isfinite(Real x) {
  return x - x == Real(0);  // inf - inf and nan - nan are nan
}
#endif
}  // namespace math

namespace detail {

/// Whether `Device`'s kernels run on a CPU.
template <class Device>
constexpr bool runs_on_host =
    Kokkos::SpaceAccessibility<typename Device::execution_space, Kokkos::HostSpace>::accessible;

/// Where work for one thread of `ExecutionSpace` (of a CPU) runs without waking the others.
#ifdef KOKKOS_ENABLE_SERIAL
template <class ExecutionSpace>
using SingleThread = Kokkos::Serial;
#else
template <class ExecutionSpace>
using SingleThread = ExecutionSpace;
#endif

/// Position of the lowest bit that is set; `bits` is not 0. Host only.
inline int lowest_bit(std::uint64_t bits) {
  return __builtin_ctzll(bits);  // C++20: std::countr_zero
}

/// Asks a CPU to fetch at most 4 KiB of `n` elements that will be read soon.
template <class T>
KOKKOS_FUNCTION void prefetch([[maybe_unused]] T const* elements, [[maybe_unused]] std::size_t n) {
#if !defined(__CUDA_ARCH__) && !defined(__HIP_DEVICE_COMPILE__)
  std::size_t const line = 64 / sizeof(T), most = 4096 / sizeof(T);
  std::size_t const some = n < most ? n : most;
  for (std::size_t k = 0; k < some; k += line) __builtin_prefetch(elements + k);
  if (some > 0) __builtin_prefetch(elements + some - 1);
#endif
}

/// Names a stretch of host code for Kokkos Tools.
class ProfilingRegion {
 public:
  explicit ProfilingRegion(char const* name) { Kokkos::Profiling::pushRegion(name); }
  ~ProfilingRegion() { Kokkos::Profiling::popRegion(); }
  ProfilingRegion(ProfilingRegion const&) = delete;
  ProfilingRegion& operator=(ProfilingRegion const&) = delete;
};

/// Waits for `exec`; `why` appears in profiles where Kokkos can show it.
template <class ExecutionSpace>
void fence(ExecutionSpace const& exec, [[maybe_unused]] char const* why) {
#if KOKKOS_VERSION >= 30600
  exec.fence(why);
#else
  exec.fence();
#endif
}

}  // namespace detail
}  // namespace kosnn

#endif

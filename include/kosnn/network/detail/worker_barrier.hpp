#ifndef KOSNN_NETWORK_DETAIL_WORKER_BARRIER_HPP
#define KOSNN_NETWORK_DETAIL_WORKER_BARRIER_HPP

#include <sched.h>

#include <atomic>
#include <cstdint>

namespace kosnn::detail {

/// Where the workers of a network wait for each other, once or more in every step. Kokkos' barrier
/// of a team on a CPU puts a thread to sleep after some 64 looks, which costs about 50 us where a
/// step takes as long; this one goes on looking and only gives its core to others now and then, for
/// machines with fewer free cores than workers.
///
/// Where they have to have each other's spikes they wait in rounds, each of which has a number of
/// its own, ever larger: each worker says beside its spikes which round it has reached, and the
/// others look there, so that what they wait for comes with what they want.
class WorkerBarrier {
 public:
  /// Numbers for `n` rounds to come: those after the returned one.
  std::uint64_t new_rounds(std::int64_t n) {
    std::uint64_t const before = rounds_;
    rounds_ += static_cast<std::uint64_t>(n);
    return before;
  }
  /// The owner of `reached` has come to `round`; all that it has written before can be read by
  /// those who have awaited it.
  static void announce(std::uint64_t& reached, std::uint64_t round) {
    __atomic_store_n(&reached, round, __ATOMIC_RELEASE);  // C++20: std::atomic_ref
  }
  static void await(std::uint64_t const& reached, std::uint64_t round) {
    look_until([&] { return __atomic_load_n(&reached, __ATOMIC_ACQUIRE) >= round; });
  }
  /// Until all have come to the same point.
  void wait(int workers) {
    if (workers == 1) return;
    unsigned const turn = turn_.load(std::memory_order_relaxed);
    if (arrived_.fetch_add(1, std::memory_order_acq_rel) == workers - 1) {
      arrived_.store(0, std::memory_order_relaxed);
      turn_.store(turn + 1, std::memory_order_release);
    } else {
      look_until([&] { return turn_.load(std::memory_order_acquire) != turn; });
    }
  }

 private:
  static constexpr int looks_till_yield = 1 << 10;

  template <class Condition>
  static void look_until(Condition const& met) {
    for (int looks = 1; !met(); ++looks) {
      if (looks % looks_till_yield == 0)
        sched_yield();
      else
        pause();
    }
  }
  static void pause() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
  }

  // A cache line each: those who wait do not disturb those who arrive.
  alignas(64) std::atomic<int> arrived_{0};
  std::uint64_t rounds_ = 0;  // between runs only
  alignas(64) std::atomic<unsigned> turn_{0};
};

}  // namespace kosnn::detail

#endif

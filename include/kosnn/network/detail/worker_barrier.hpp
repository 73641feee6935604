#ifndef KOSNN_NETWORK_DETAIL_WORKER_BARRIER_HPP
#define KOSNN_NETWORK_DETAIL_WORKER_BARRIER_HPP

#include <sched.h>

#include <atomic>

namespace kosnn::detail {

/// Where the workers of a network wait for each other, once or more in every step. Kokkos' barrier
/// of a team on a CPU puts a thread to sleep after some 64 looks, which costs about 50 us where a
/// step takes as long; this one goes on looking and only gives its core to others now and then, for
/// machines with fewer free cores than workers.
class WorkerBarrier {
 public:
  /// The caller has come so far; returns the round to be awaited.
  unsigned arrive(int workers) {
    unsigned const round = round_.load(std::memory_order_relaxed);
    if (workers > 1 && arrived_.fetch_add(1, std::memory_order_acq_rel) == workers - 1) {
      arrived_.store(0, std::memory_order_relaxed);
      round_.store(round + 1, std::memory_order_release);
    }
    return round;
  }
  /// Until all have come so far.
  void await(unsigned round, int workers) const {
    if (workers == 1) return;
    for (int looks = 1; round_.load(std::memory_order_acquire) == round; ++looks) {
      if (looks % looks_till_yield == 0)
        sched_yield();
      else
        pause();
    }
  }
  void wait(int workers) { await(arrive(workers), workers); }

 private:
  static constexpr int looks_till_yield = 1 << 10;

  static void pause() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
  }

  // A cache line each: those who wait do not disturb those who arrive.
  alignas(64) std::atomic<int> arrived_{0};
  alignas(64) std::atomic<unsigned> round_{0};
};

}  // namespace kosnn::detail

#endif

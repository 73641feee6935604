#ifndef KOSNN_NETWORK_DETAIL_HOST_THREADS_HPP
#define KOSNN_NETWORK_DETAIL_HOST_THREADS_HPP

#include <Kokkos_Core.hpp>

#include <cstddef>
#include <exception>
#include <vector>

// Work on the host that is shared out among its threads while a network is made.

namespace kosnn::detail {

/// One part of the work. What it throws is kept until all are done.
template <class F>
struct HostPart {
  F const* f;
  std::exception_ptr* thrown;
  void operator()(int part) const {
    try {
      (*f)(part);
    } catch (...) {
      thrown[part] = std::current_exception();
    }
  }
};

class HostThreads {
 public:
  /// As many as Kokkos has, or `threads`, which only says into how many parts work is best split.
  explicit HostThreads(int threads = Kokkos::DefaultHostExecutionSpace().concurrency())
      : threads_(threads) {}

  int count() const { return threads_; }

  /// Calls f(part) for each of [0, parts), in any order and at the same time. Rethrows what the
  /// first of those that throw has thrown.
  template <class F>
  void for_each(int parts, F const& f) const {
    if (parts == 1) return f(0);
    std::vector<std::exception_ptr> thrown(static_cast<std::size_t>(parts));
    using Policy = Kokkos::RangePolicy<Kokkos::DefaultHostExecutionSpace,
                                       Kokkos::Schedule<Kokkos::Dynamic>, Kokkos::IndexType<int>>;
    Policy policy(0, parts);
    policy.set_chunk_size(1);
    Kokkos::parallel_for("kosnn::build", policy, HostPart<F>{&f, thrown.data()});
    Kokkos::DefaultHostExecutionSpace().fence();
    for (auto const& error : thrown)
      if (error) std::rethrow_exception(error);
  }
  /// Calls f(begin, end) for stretches of [0, n) of at most `most`.
  template <class F>
  void for_each_stretch(std::size_t n, std::size_t most, F const& f) const {
    for_each(static_cast<int>((n + most - 1) / most), [&](int part) {
      std::size_t const begin = static_cast<std::size_t>(part) * most;
      f(begin, begin + most < n ? begin + most : n);
    });
  }

 private:
  int threads_;
};

}  // namespace kosnn::detail

#endif

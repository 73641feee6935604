#ifndef KOSNN_NETWORK_DETAIL_HOST_COPY_HPP
#define KOSNN_NETWORK_DETAIL_HOST_COPY_HPP

#include <Kokkos_Core.hpp>

#include <algorithm>
#include <string>
#include <type_traits>
#include <vector>

#include "kosnn/core/error.hpp"

namespace kosnn::detail {

template <class T>
using HostSpan = Kokkos::View<T*, Kokkos::HostSpace, Kokkos::MemoryTraits<Kokkos::Unmanaged>>;

/// Elements of a View of rank 1 as a vector.
template <class View>
auto to_host(View const& view) {
  using T = std::remove_const_t<typename View::value_type>;
  std::vector<T> values(view.extent(0));
  if (!values.empty()) Kokkos::deep_copy(HostSpan<T>(values.data(), values.size()), view);
  return values;
}

/// The other way; the sizes agree.
template <class T, class View>
void to_device(std::vector<T> const& values, View const& view) {
  if (!values.empty()) Kokkos::deep_copy(view, HostSpan<T const>(values.data(), values.size()));
}

/// Sets all elements of a View to 0, on a CPU without waking any thread.
template <class View>
void clear(View const& view) {
  using Memory = typename View::memory_space;
  if constexpr (Kokkos::SpaceAccessibility<Kokkos::HostSpace, Memory>::accessible)
    std::fill_n(view.data(), view.extent(0), typename View::value_type(0));
  else
    Kokkos::deep_copy(view, typename View::value_type(0));
}

/// Calls `f` and puts `part` in front of the message of an Error that comes out of it.
template <class F>
auto naming(std::string const& part, F&& f) {
  try {
    return f();
  } catch (MemoryError const&) {
    throw;
  } catch (Error const& error) {
    throw Error(part + ": " + error.what());
  }
}

}  // namespace kosnn::detail

#endif

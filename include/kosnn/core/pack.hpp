#ifndef KOSNN_CORE_PACK_HPP
#define KOSNN_CORE_PACK_HPP

#include <Kokkos_Core.hpp>

#include <cstddef>
#include <utility>

namespace kosnn::detail {

template <std::size_t I, class T>
struct PackLeaf {
  T value;
};

template <class Indices, class... Ts>
struct PackBase;

template <std::size_t... I, class... Ts>
struct PackBase<std::index_sequence<I...>, Ts...> : PackLeaf<I, Ts>... {
  PackBase() = default;
  explicit PackBase(Ts const&... values) : PackLeaf<I, Ts>{values}... {}
};

template <>
struct PackBase<std::index_sequence<>> {};

/// A tuple that may be a member of a kernel functor (std::tuple may not).
template <class... Ts>
struct Pack : PackBase<std::index_sequence_for<Ts...>, Ts...> {
  using PackBase<std::index_sequence_for<Ts...>, Ts...>::PackBase;
  static constexpr std::size_t size = sizeof...(Ts);
};

template <std::size_t I, class T>
KOKKOS_FUNCTION T& get(PackLeaf<I, T>& leaf) {
  return leaf.value;
}
template <std::size_t I, class T>
KOKKOS_FUNCTION T const& get(PackLeaf<I, T> const& leaf) {
  return leaf.value;
}

}  // namespace kosnn::detail

#endif

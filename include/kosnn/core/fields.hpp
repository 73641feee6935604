#ifndef KOSNN_CORE_FIELDS_HPP
#define KOSNN_CORE_FIELDS_HPP

#include <Kokkos_Core.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>

#include "kosnn/core/names.hpp"
#include "kosnn/core/pack.hpp"

namespace kosnn {

/// The per-neuron variables of a model, as pointers to members of its State:
/// `using fields = kosnn::Fields<&State::v, &State::refractory>;`. They become one array each.
template <auto... Members>
struct Fields {
  static constexpr std::size_t size = sizeof...(Members);
};

namespace detail {

template <class MemberPointer>
struct MemberTraits;
template <class Class, class Value>
struct MemberTraits<Value Class::*> {
  using value_type = Value;
  using class_type = Class;
};
template <auto Member>
using member_value_t = typename MemberTraits<decltype(Member)>::value_type;

/// A pointer to a data member carried by a type.
template <auto Member>
struct Constant {
  static constexpr auto value = Member;
};

template <auto A, auto B>
constexpr bool same_member() {
  return std::is_same_v<Constant<A>, Constant<B>>;
}

/// Position of `Member` in a list of fields, or their number when it is not there.
template <auto Member, auto... Members>
constexpr std::size_t field_index(Fields<Members...>) {
  bool const same[] = {same_member<Member, Members>()..., true};
  std::size_t k = 0;
  while (!same[k]) ++k;
  return k;
}

template <class A, class B>
struct JoinFields;
template <auto... As, auto... Bs>
struct JoinFields<Fields<As...>, Fields<Bs...>> {
  using type = Fields<As..., Bs...>;
};
/// The members of two lists.
template <class A, class B>
using joined_fields = typename JoinFields<A, B>::type;

/// Structure-of-arrays storage of the members of `State` listed in `Fields`.
template <class Device, class State, class FieldList>
struct FieldStorage;

template <class Device, class State, auto... Members>
struct FieldStorage<Device, State, Fields<Members...>> {
  using views_type = Pack<Kokkos::View<member_value_t<Members>*, Device>...>;
  using pointers_type = Pack<member_value_t<Members>*...>;
  using indices = std::index_sequence_for<Constant<Members>...>;
  static constexpr std::size_t size = sizeof...(Members);
  views_type views;

  /// Raw addresses, which the compiler can keep in registers across a loop.
  KOKKOS_FUNCTION pointers_type pointers() const { return pointers(indices{}); }

  KOKKOS_FUNCTION static void load(pointers_type const& p, std::size_t i, State& s) {
    load(p, i, s, indices{});
  }
  KOKKOS_FUNCTION static void store(pointers_type const& p, std::size_t i, State const& s) {
    store(p, i, s, indices{});
  }

  /// Leaves out the fields whose bits are set in `kept`.
  KOKKOS_FUNCTION static void store_except(unsigned kept, pointers_type const& p, std::size_t i,
                                           State const& s) {
    store_except(kept, p, i, s, indices{});
  }

  /// Calls f(view, name) for each field, in order. Host only.
  template <class F>
  void for_each(F&& f) {
    for_each(f, indices{});
  }

  /// Takes over the values of the same fields on another device. Host only.
  template <class Other>
  void copy_from(FieldStorage<Other, State, Fields<Members...>> const& other) const {
    copy_from(other, indices{});
  }

 private:
  template <std::size_t... I>
  KOKKOS_FUNCTION pointers_type pointers(std::index_sequence<I...>) const {
    pointers_type p;
    ((get<I>(p) = get<I>(views).data()), ...);
    return p;
  }
  template <std::size_t... I>
  KOKKOS_FUNCTION static void load([[maybe_unused]] pointers_type const& p,
                                   [[maybe_unused]] std::size_t i, [[maybe_unused]] State& s,
                                   std::index_sequence<I...>) {
    ((s.*Members = get<I>(p)[i]), ...);
  }
  template <std::size_t... I>
  KOKKOS_FUNCTION static void store(pointers_type const& p, std::size_t i, State const& s,
                                    std::index_sequence<I...>) {
    ((get<I>(p)[i] = s.*Members), ...);
  }
  template <std::size_t... I>
  KOKKOS_FUNCTION static void store_except(unsigned kept, pointers_type const& p, std::size_t i,
                                           State const& s, std::index_sequence<I...>) {
    ((kept >> I & 1u ? void() : void(get<I>(p)[i] = s.*Members)), ...);
  }
  template <class F, std::size_t... I>
  void for_each([[maybe_unused]] F& f, std::index_sequence<I...>) {
    (f(get<I>(views), member_name<Members>()), ...);
  }
  template <class Other, std::size_t... I>
  void copy_from(Other const& other, std::index_sequence<I...>) const {
    (Kokkos::deep_copy(get<I>(views), get<I>(other.views)), ...);
  }
};

}  // namespace detail
}  // namespace kosnn

#endif

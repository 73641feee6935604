#ifndef KOSNN_TESTS_UNIT_ALLOCATIONS_HPP
#define KOSNN_TESTS_UNIT_ALLOCATIONS_HPP

#include <Kokkos_Core.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string_view>

namespace kosnn_test {

/// How often `new` was called; needs allocation_counter.cpp.
std::size_t host_allocations();

/// Follows the library's allocations through Kokkos' own reports, for as long as it lives.
class DeviceAllocations {
 public:
  DeviceAllocations() {
    live().clear();
    count_of_all() = 0;
    Kokkos::Tools::Experimental::set_allocate_data_callback(
        [](auto, char const* label, void const* at, std::uint64_t bytes) {
          ++count_of_all();
          if (std::string_view(label).substr(0, 7) == "kosnn::") live()[at] = bytes;
        });
    Kokkos::Tools::Experimental::set_deallocate_data_callback(
        [](auto, char const*, void const* at, std::uint64_t) { live().erase(at); });
  }
  ~DeviceAllocations() {
    Kokkos::Tools::Experimental::set_allocate_data_callback(nullptr);
    Kokkos::Tools::Experimental::set_deallocate_data_callback(nullptr);
  }
  DeviceAllocations(DeviceAllocations const&) = delete;
  DeviceAllocations& operator=(DeviceAllocations const&) = delete;

  /// Allocations of any kind so far.
  std::size_t count() const { return count_of_all(); }
  /// Arrays that the library holds, and their bytes; Kokkos rounds each up to a multiple of 8.
  std::size_t arrays() const { return live().size(); }
  std::size_t bytes() const {
    std::size_t sum = 0;
    for (auto const& [at, bytes] : live()) sum += bytes;
    return sum;
  }

 private:
  static std::map<void const*, std::size_t>& live() {
    static std::map<void const*, std::size_t> allocations;
    return allocations;
  }
  static std::size_t& count_of_all() {
    static std::size_t count = 0;
    return count;
  }
};

}  // namespace kosnn_test

#endif

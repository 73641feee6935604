#ifndef KOSNN_CORE_MEMORY_HPP
#define KOSNN_CORE_MEMORY_HPP

#include <sys/mman.h>
#include <Kokkos_Core.hpp>

#include <cstddef>
#include <cstdint>
#include <iomanip>
#include <sstream>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "kosnn/core/error.hpp"

namespace kosnn {

/// Bytes by part of a network, in the order of declaration.
class MemoryReport {
 public:
  struct Part {
    std::string name;
    std::size_t bytes;
  };

  void add(std::string const& name, std::size_t bytes) {
    for (Part& part : parts_)
      if (part.name == name) {
        part.bytes += bytes;
        return;
      }
    parts_.push_back({name, bytes});
  }
  std::vector<Part> const& parts() const& { return parts_; }
  /// Of a temporary by value, so that `for (auto const& part : net.memory().parts())` is safe.
  std::vector<Part> parts() && { return std::move(parts_); }
  std::size_t total() const {
    std::size_t sum = 0;
    for (Part const& part : parts_) sum += part.bytes;
    return sum;
  }
  /// One line a part, then the total.
  std::string table() const {
    std::ostringstream out;
    auto const line = [&](std::string const& name, std::size_t bytes) {
      out << std::left << std::setw(32) << name << std::right << std::setw(16) << bytes
          << " bytes\n";
    };
    for (Part const& part : parts_) line(part.name, part.bytes);
    line("total", total());
    return out.str();
  }

 private:
  std::vector<Part> parts_;
};

namespace detail {

/// Smaller arrays are as well off without.
constexpr std::size_t least_for_large_pages = std::size_t(4) << 20;

/// Asks the system to back an array that no one has touched yet by large pages: rows of synapses
/// lie anywhere, and to find each in a table of small ones takes as long as to fetch it.
inline void ask_for_large_pages([[maybe_unused]] void* array, [[maybe_unused]] std::size_t bytes) {
#ifdef MADV_HUGEPAGE
  std::size_t const page = std::size_t(2) << 20;
  std::size_t const before = (page - reinterpret_cast<std::uintptr_t>(array) % page) % page;
  if (bytes < before + page) return;
  madvise(static_cast<char*>(array) + before, (bytes - before) / page * page, MADV_HUGEPAGE);
#endif
}

/// Makes the arrays of a network in two passes over the same code: one that only counts, so that
/// the total can be judged first, and one that allocates.
class Arena {
 public:
  enum class Mode { count, allocate };
  explicit Arena(Mode mode) : mode_(mode) {}

  void part(std::string const& name) {
    part_ = name;
    report_.add(part_, 0);
  }

  /// Zeros.
  template <class View>
  void array(View& view, char const* label, std::size_t n) {
    report_.add(part_, n * sizeof(typename View::value_type));
    if (mode_ == Mode::allocate) make(view, full(label), n);
  }
  /// Room for what is entered before it is read: on a CPU, pages that stay unused take no time and
  /// no memory, which large ones would.
  template <class View>
  void space(View& view, char const* label, std::size_t n) {
    report_.add(part_, n * sizeof(typename View::value_type));
    if (mode_ == Mode::allocate)
      view = View(Kokkos::view_alloc(Kokkos::WithoutInitializing, full(label)), n);
  }

  bool counting() const { return mode_ == Mode::count; }
  MemoryReport const& report() const { return report_; }

 private:
  std::string full(char const* label) const { return "kosnn::" + part_ + "::" + label; }
  template <class View>
  static void make(View& view, std::string const& label, std::size_t n) {
    using Value = typename View::value_type;
    std::size_t const bytes = n * sizeof(Value);
    if constexpr (std::is_arithmetic_v<Value> &&
                  std::is_same_v<typename View::memory_space, Kokkos::HostSpace>) {
      if (bytes >= least_for_large_pages) {
        view = View(Kokkos::view_alloc(Kokkos::WithoutInitializing, label), n);
        ask_for_large_pages(view.data(), bytes);
        Kokkos::deep_copy(view, Value(0));
        return;
      }
    }
    view = View(label, n);
  }

  Mode mode_;
  std::string part_;
  MemoryReport report_;
};

}  // namespace detail
}  // namespace kosnn

#endif

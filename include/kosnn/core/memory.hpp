#ifndef KOSNN_CORE_MEMORY_HPP
#define KOSNN_CORE_MEMORY_HPP

#include <Kokkos_Core.hpp>

#include <cstddef>
#include <iomanip>
#include <sstream>
#include <string>
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

  template <class View>
  void array(View& view, char const* label, std::size_t n) {
    report_.add(part_, n * sizeof(typename View::value_type));
    if (mode_ == Mode::allocate) view = View(std::string("kosnn::") + part_ + "::" + label, n);
  }

  bool counting() const { return mode_ == Mode::count; }
  MemoryReport const& report() const { return report_; }

 private:
  Mode mode_;
  std::string part_;
  MemoryReport report_;
};

}  // namespace detail
}  // namespace kosnn

#endif

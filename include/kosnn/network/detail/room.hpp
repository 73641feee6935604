#ifndef KOSNN_NETWORK_DETAIL_ROOM_HPP
#define KOSNN_NETWORK_DETAIL_ROOM_HPP

#include <unistd.h>

#include <cstddef>
#include <functional>
#include <string>
#include <utility>

#include "kosnn/core/memory.hpp"

namespace kosnn::detail {

/// Throws MemoryError with the table of parts where they need more than `limit` bytes (0: what the
/// machine has).
inline void require_memory(MemoryReport const& report, std::size_t limit) {
  if (limit == 0)
    limit = static_cast<std::size_t>(sysconf(_SC_PHYS_PAGES)) *
            static_cast<std::size_t>(sysconf(_SC_PAGE_SIZE));
  require<MemoryError>(report.total() <= limit, "the network needs ", report.total(),
                       " bytes, more than the limit of ", limit, ":\n", report.table());
}

/// What is left of a network's memory for arrays that are made after its construction.
class Room {
 public:
  /// `report` counts all arrays that there are.
  Room(std::size_t limit, std::function<MemoryReport()> report)
      : limit_(limit), report_(std::move(report)) {}

  /// Throws MemoryError unless `part` may take so many bytes more.
  void require_bytes(std::string const& part, std::size_t bytes) const {
    MemoryReport all = report_();
    all.add(part, bytes);
    require_memory(all, limit_);
  }
  /// Makes an array of zeros in place of `view`, which stays as it is where there is no room for
  /// both.
  template <class View>
  void make(View& view, std::string const& part, char const* label, std::size_t n) const {
    require_bytes(part, n * sizeof(typename View::value_type));
    view = View("kosnn::" + part + "::" + label, n);
  }

 private:
  std::size_t limit_;
  std::function<MemoryReport()> report_;
};

}  // namespace kosnn::detail

#endif

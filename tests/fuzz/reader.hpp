#ifndef KOSNN_TESTS_FUZZ_READER_HPP
#define KOSNN_TESTS_FUZZ_READER_HPP

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "kosnn/core/error.hpp"

namespace kosnn_fuzz {

/// Stops the fuzzer, which keeps the input, unless `ok`.
inline void check(bool ok) {
  if (!ok) std::abort();
}

/// Runs a reader on these bytes. It returns or throws FileError; anything else is a finding.
template <class Reader>
int run(std::uint8_t const* data, std::size_t size, Reader const& reader) {
  try {
    reader(std::string_view(reinterpret_cast<char const*>(data), size));
  } catch (kosnn::FileError const& error) {
    check(std::string_view(error.what()).substr(0, 6) == "'file'");
  }
  return 0;
}

}  // namespace kosnn_fuzz

#endif

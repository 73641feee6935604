#ifndef KOSNN_CORE_ERROR_HPP
#define KOSNN_CORE_ERROR_HPP

#include <charconv>
#include <cmath>
#include <limits>
#include <sstream>
#include <stdexcept>
#include <string>
#include <type_traits>

namespace kosnn {

/// Base of every exception that koSNN throws. The message names the part, the parameter, its value
/// and what was expected.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A file could not be read or written, or its contents are not what they claim to be.
class FileError : public Error {
 public:
  using Error::Error;
};

/// The network would not fit into memory; the message holds the table of its parts.
class MemoryError : public Error {
 public:
  using Error::Error;
};

namespace detail {

/// Appends a value to a message; numbers with as many digits as tell them from their neighbours.
template <class Value>
void append(std::ostringstream& text, Value const& value) {
  if constexpr (std::is_floating_point_v<Value>) {
    char digits[64];
    auto const end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    text << std::string(digits, end);
  } else {
    text << value;
  }
}

}  // namespace detail

/// Throws `E` with the concatenation of `message` unless `ok`. Host only.
template <class E = Error, class... Args>
void require(bool ok, Args const&... message) {
  if (ok) return;
  std::ostringstream text;
  (detail::append(text, message), ...);
  throw E(text.str());
}

namespace detail {

/// Throws unless `value` is finite, also in the precision of a network.
template <class Real, class... What>
void require_finite(double value, What const&... what) {
  require(std::isfinite(value), what..., " must be finite, got ", value);
  require(std::fabs(value) <= static_cast<double>(std::numeric_limits<Real>::max()), what...,
          " is too large for the network's precision, got ", value);
}
/// The same of what divides: not 0 there either.
template <class Real, class... What>
void require_positive(double value, What const&... what) {
  require(value > 0, what..., " must be positive, got ", value);
  require_finite<Real>(value, what...);
  require(static_cast<Real>(value) > 0, what..., " is too small for the network's precision, got ",
          value);
}

}  // namespace detail
}  // namespace kosnn

#endif

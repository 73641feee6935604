#ifndef KOSNN_SRC_FILE_BYTES_HPP
#define KOSNN_SRC_FILE_BYTES_HPP

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "kosnn/core/error.hpp"

namespace kosnn::detail {

constexpr std::uint64_t max_file_bytes = std::uint64_t{4} << 30;  // of one file, compressed or not

/// Throws FileError about the file `name` unless `ok`.
template <class... Args>
void check_file(bool ok, std::string const& name, Args const&... message) {
  require<FileError>(ok, "'", name, "': ", message...);
}

/// All bytes of a regular file of at most max_file_bytes. Memory grows with what really arrives.
std::string read_file_bytes(std::string const& path);

/// An unsigned number of `count` <= 8 bytes, the most significant first.
inline std::uint64_t big_endian(char const* bytes, std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t k = 0; k < count; ++k) {
    value = value << 8 | static_cast<unsigned char>(bytes[k]);
  }
  return value;
}

/// An unsigned number of `count` <= 8 bytes, the least significant first.
inline std::uint64_t little_endian(char const* bytes, std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t k = count; k > 0; --k) {
    value = value << 8 | static_cast<unsigned char>(bytes[k - 1]);
  }
  return value;
}

/// A signed little-endian number in two's complement.
template <class Integer>
Integer little_endian(char const* bytes) {
  return static_cast<Integer>(little_endian(bytes, sizeof(Integer)));
}

/// Walks through the bytes of a file from its beginning.
class FileCursor {
 public:
  FileCursor(std::string_view bytes, std::string const& name) : bytes_(bytes), name_(name) {}

  std::string const& name() const { return name_; }
  std::size_t position() const { return position_; }
  std::string_view rest() const { return bytes_.substr(position_); }

  /// The next `count` bytes. Throws FileError when fewer are left; `what` says what they would be.
  std::string_view take(std::uint64_t count, char const* what) {
    std::size_t const left = bytes_.size() - position_;
    check_file(count <= left, name_, "at byte ", position_, ": found ", left, " bytes, expected ",
               count, " bytes of ", what);
    std::string_view const taken = bytes_.substr(position_, static_cast<std::size_t>(count));
    position_ += taken.size();
    return taken;
  }

  /// The next line without its end, which is "\n" or "\r\n", and of at most 64 KiB.
  std::string_view line(char const* what);

 private:
  std::string_view bytes_;
  std::string const& name_;
  std::size_t position_ = 0;
};

/// Up to 40 bytes of a file as they can stand in a message.
std::string shown(std::string_view bytes);

}  // namespace kosnn::detail

#endif

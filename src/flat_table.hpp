#ifndef KOSNN_SRC_FLAT_TABLE_HPP
#define KOSNN_SRC_FLAT_TABLE_HPP

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "file_bytes.hpp"

namespace kosnn::detail {

/// The root table of a FlatBuffer that is preceded by its size in 4 bytes, in data that may be
/// hostile: no number in it leads outside of them. (The format: flatbuffers.dev, "FlatBuffer
/// internals". The library's own accessors trust their data until a verifier made from the schema
/// has seen them; AEDAT 4 needs two tables with four fields, read here in a few lines.)
/// Everything throws FileError with the file's name, `part` and the byte in it.
class FlatTable {
 public:
  FlatTable(std::string_view bytes, char const* identifier, std::string const& name,
            std::string part)
      : name_(name), part_(std::move(part)) {
    bytes_ = bytes;
    std::uint64_t const size = number(0, 4);
    check(size == bytes.size() - 4, 0, "the size ", size, ", expected ", bytes.size() - 4);
    bytes_.remove_prefix(4);
    piece(4, 4);
    check(bytes_.substr(4, 4) == identifier, 4, "the identifier ", shown(bytes_.substr(4, 4)),
          ", expected '", identifier, "'");
    table_ = number(0, 4);
    std::int64_t const fields =
        static_cast<std::int64_t>(table_) - static_cast<std::int32_t>(number(table_, 4));
    check(fields >= 0, table_, "fields that begin at ", fields, ", expected at 0 or later");
    fields_ = static_cast<std::uint64_t>(fields);
    fields_size_ = number(fields_, 2);
  }

  /// Field k, a little-endian number of this type, or `otherwise` when it is absent.
  template <class Integer>
  Integer scalar(std::uint64_t k, Integer otherwise) const {
    auto const place = field(k);
    return place ? static_cast<Integer>(number(*place, sizeof(Integer))) : otherwise;
  }

  /// Field k, a vector of elements of `size` bytes or a string (size 1); empty when absent.
  std::string_view vector(std::uint64_t k, std::uint64_t size) const {
    auto const place = field(k);
    if (!place) return {};
    std::uint64_t const begin = *place + number(*place, 4);
    return piece(begin + 4, number(begin, 4) * size);
  }

 private:
  template <class... Args>
  void check(bool ok, std::uint64_t position, Args const&... found) const {
    check_file(ok, name_, "in ", part_, ", at byte ", position, " of its data: found ", found...);
  }

  // Positions and sizes are sums and products of few 32-bit numbers: they do not overflow.
  std::string_view piece(std::uint64_t begin, std::uint64_t size) const {
    std::uint64_t const all = bytes_.size();
    check(begin <= all && size <= all - begin, begin, all - (begin < all ? begin : all),
          " bytes, expected ", size);
    return bytes_.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(size));
  }

  std::uint64_t number(std::uint64_t begin, std::size_t size) const {
    return little_endian(piece(begin, size).data(), size);
  }

  /// Where field k is, or nothing when the table leaves it out.
  std::optional<std::uint64_t> field(std::uint64_t k) const {
    std::uint64_t const entry = 4 + 2 * k;
    if (entry + 2 > fields_size_) return std::nullopt;
    std::uint64_t const offset = number(fields_ + entry, 2);
    if (offset == 0) return std::nullopt;
    return table_ + offset;
  }

  std::string_view bytes_;
  std::string const& name_;
  std::string part_;
  std::uint64_t table_ = 0;
  std::uint64_t fields_ = 0;       // where the table of its fields is
  std::uint64_t fields_size_ = 0;  // and how long
};

}  // namespace kosnn::detail

#endif

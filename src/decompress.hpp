#ifndef KOSNN_SRC_DECOMPRESS_HPP
#define KOSNN_SRC_DECOMPRESS_HPP

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace kosnn::detail {

/// How much a file may still grow by decompression, so that a small one cannot fill the memory.
class GrowthLimit {
 public:
  /// For a file of this size: 64 MiB and 100 times its size; recorded events shrink by less.
  explicit GrowthLimit(std::size_t file_size)
      : limit_(ground + 100 * static_cast<std::uint64_t>(file_size)), left_(limit_) {}

  std::uint64_t limit() const { return limit_; }
  std::uint64_t left() const { return left_; }
  void use(std::size_t bytes) { left_ -= bytes < left_ ? bytes : left_; }

 private:
  static constexpr std::uint64_t ground = std::uint64_t{64} << 20;
  std::uint64_t limit_;
  std::uint64_t left_;
};

// Both decompress one frame that begins at byte `position` of the file `name`. The frame's own
// statement of its size is not used; memory grows with what really comes out. Both throw FileError
// for a frame that is damaged, cut, followed by something, or larger than the limit allows.

/// The contents of a frame of LZ4.
std::string decompress_lz4(std::string_view frame, GrowthLimit& limit, std::size_t position,
                           std::string const& name);
/// The contents of a frame of Zstandard.
std::string decompress_zstd(std::string_view frame, GrowthLimit& limit, std::size_t position,
                            std::string const& name);

}  // namespace kosnn::detail

#endif

#include "decompress.hpp"

#include <lz4frame.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <memory>

#include "file_bytes.hpp"

namespace kosnn::detail {
namespace {

/// Bytes of memory to begin with.
std::size_t first_size(std::string_view frame) { return 4096 + 4 * frame.size(); }

struct FreeLz4 {
  void operator()(LZ4F_dctx* context) const { LZ4F_freeDecompressionContext(context); }
};
struct FreeZstd {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

void check_growth(bool ok, GrowthLimit const& limit, std::size_t position,
                  std::string const& name) {
  check_file(ok, name, "in the packet at byte ", position, ": found more than the ", limit.limit(),
             " bytes that a file of this size may hold when decompressed");
}

}  // namespace

std::string decompress_lz4(std::string_view frame, GrowthLimit& limit, std::size_t position,
                           std::string const& name) {
  LZ4F_dctx* raw = nullptr;
  check_file(LZ4F_isError(LZ4F_createDecompressionContext(&raw, LZ4F_VERSION)) == 0, name,
             "LZ4 does not start");
  std::unique_ptr<LZ4F_dctx, FreeLz4> const context(raw);
  std::string out;
  std::size_t filled = 0;
  std::size_t wanted = 1;  // 0 at the end of the frame
  std::size_t consumed = 0;
  while (wanted != 0) {
    if (filled == out.size()) {
      check_growth(filled <= limit.left(), limit, position, name);
      std::uint64_t const size = std::max(first_size(frame), 2 * filled);
      out.resize(static_cast<std::size_t>(std::min(size, limit.left() + 1)));
    }
    std::size_t produced = out.size() - filled;
    std::size_t taken = frame.size() - consumed;
    wanted = LZ4F_decompress(context.get(), out.data() + filled, &produced, frame.data() + consumed,
                             &taken, nullptr);
    check_file(LZ4F_isError(wanted) == 0, name, "in the packet at byte ", position,
               ": the LZ4 data are damaged: ", LZ4F_getErrorName(wanted));
    check_file(wanted == 0 || produced > 0 || taken > 0, name, "in the packet at byte ", position,
               ": the LZ4 data are cut after ", frame.size(), " bytes");
    filled += produced;
    consumed += taken;
  }
  check_file(consumed == frame.size(), name, "in the packet at byte ", position, ": ",
             frame.size() - consumed, " bytes follow the end of the LZ4 data");
  check_growth(filled <= limit.left(), limit, position, name);
  limit.use(filled);
  out.resize(filled);
  return out;
}

// At once instead of in pieces: for those Zstandard allocates the window that the frame asks for.
std::string decompress_zstd(std::string_view frame, GrowthLimit& limit, std::size_t position,
                            std::string const& name) {
  std::unique_ptr<ZSTD_DCtx, FreeZstd> const context(ZSTD_createDCtx());
  check_file(context != nullptr, name, "Zstandard does not start");
  std::string out;
  for (std::size_t size = first_size(frame);; size *= 2) {
    out.resize(static_cast<std::size_t>(std::min<std::uint64_t>(size, limit.left())));
    std::size_t const filled =
        ZSTD_decompressDCtx(context.get(), out.data(), out.size(), frame.data(), frame.size());
    if (ZSTD_isError(filled) == 0) {
      limit.use(filled);
      out.resize(filled);
      return out;
    }
    check_file(ZSTD_getErrorCode(filled) == ZSTD_error_dstSize_tooSmall, name,
               "in the packet at byte ", position,
               ": the Zstandard data are damaged: ", ZSTD_getErrorName(filled));
    check_growth(out.size() < limit.left(), limit, position, name);
  }
}

}  // namespace kosnn::detail

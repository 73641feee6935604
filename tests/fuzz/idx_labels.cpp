#include "kosnn/io/idx.hpp"
#include "reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  return kosnn_fuzz::run(data, size, [](std::string_view bytes) {
    kosnn_fuzz::check(!kosnn::parse_idx_labels(bytes, "file").empty());
  });
}

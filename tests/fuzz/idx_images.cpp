#include "kosnn/io/idx.hpp"
#include "reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  return kosnn_fuzz::run(data, size, [](std::string_view bytes) {
    kosnn::Images const images = kosnn::parse_idx_images(bytes, "file");
    kosnn_fuzz::check(images.count > 0 && images.pixels.size() == images.count * images.size());
  });
}

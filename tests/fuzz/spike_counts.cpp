#include "kosnn/io/events.hpp"
#include "reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  return kosnn_fuzz::run(data, size, [](std::string_view bytes) {
    auto const counts = kosnn::parse_spike_counts(bytes, "file");
    kosnn_fuzz::check(counts.size() * 10 == bytes.size());
    for (kosnn::SpikeCount const& c : counts) {
      kosnn_fuzz::check(c.id >= 0 && c.begin >= 0 && c.end >= 0 && c.count >= 0);
    }
  });
}

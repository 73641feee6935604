#include <cstdint>
#include <digits/data.hpp>
#include <kosnn/core/error.hpp>

#include "digits/benchmarks.hpp"

namespace kosnn_bench {

kosnn::Images small_digits() { return digits::embedded_digits().images; }

kosnn::Images images28(std::string const& folder) {
  if (!folder.empty()) {
    kosnn::Images images = kosnn::read_mnist_folder(folder).train.images;
    kosnn::require(images.rows == 28 && images.cols == 28, folder,
                   ": images must be 28x28 pixels, got ", images.rows, "x", images.cols);
    return images;
  }
  kosnn::Images const small = small_digits();
  kosnn::Images large{small.count, 28, 28, std::vector<std::uint8_t>(small.count * 28 * 28)};
  for (std::size_t k = 0; k < small.count; ++k)
    for (std::size_t y = 0; y < 24; ++y)
      for (std::size_t x = 0; x < 24; ++x)
        large.pixels[k * 28 * 28 + (y + 2) * 28 + x + 2] =
            small.image(k)[y / 3 * small.cols + x / 3];
  return large;
}

void count_samples(benchmark::State& state, std::size_t samples, double steps, double events) {
  using benchmark::Counter;
  auto const all = static_cast<double>(state.iterations()) * static_cast<double>(samples);
  double const batches = all / static_cast<double>(state.range(0));
  state.counters["samples_per_s"] = Counter(all, Counter::kIsRate);
  state.counters["step_s"] = Counter(batches * steps, Counter::kIsRate | Counter::kInvert);
  state.counters["synaptic_events_per_s"] = Counter(events, Counter::kIsRate);
}

}  // namespace kosnn_bench

#include "digits/dataset.hpp"

#include <kosnn/core/random.hpp>
#include <numeric>
#include <utility>

#include "digits/data.hpp"

namespace digits {
namespace {

void append(kosnn::LabelledImages& part, kosnn::LabelledImages const& from, std::size_t k) {
  std::uint8_t const* const pixels = from.images.image(k);
  part.images.rows = from.images.rows;
  part.images.cols = from.images.cols;
  part.images.pixels.insert(part.images.pixels.end(), pixels, pixels + from.images.size());
  part.labels.push_back(from.labels[k]);
  ++part.images.count;
}

}  // namespace

Dataset embedded_dataset() {
  kosnn::LabelledImages const all = embedded_digits();
  Dataset data{"UCI optical digits (embedded)", {}, {}};
  for (std::size_t k = 0; k < all.images.count; ++k)
    append(k % 3 == 2 ? data.test : data.train, all, k);
  return data;
}

Dataset folder_dataset(std::string const& folder) {
  kosnn::MnistFolder files = kosnn::read_mnist_folder(folder);
  return {folder, std::move(files.train), std::move(files.test)};
}

void shorten(Dataset& data, std::size_t n) {
  auto& images = data.train.images;
  if (n == 0 || n >= images.count) return;
  images.count = n;
  images.pixels.resize(n * images.size());
  data.train.labels.resize(n);
}

std::vector<std::size_t> shuffled(std::size_t n, std::uint64_t seed, int epoch) {
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  kosnn::RandomStream const random(seed, 0xd1617U);
  for (std::size_t k = n; k > 1; --k) {
    double const u =
        random.uniform(static_cast<std::uint32_t>(k), static_cast<std::uint64_t>(epoch));
    std::swap(order[k - 1], order[static_cast<std::size_t>(u * static_cast<double>(k))]);
  }
  return order;
}

}  // namespace digits

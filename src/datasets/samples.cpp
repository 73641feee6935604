#include "kosnn/datasets/samples.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

#include "kosnn/core/error.hpp"
#include "kosnn/core/random.hpp"

namespace kosnn {
namespace {

constexpr std::uint32_t shuffle_stream = 0xd1617U;
constexpr std::uint32_t split_stream = 0x59117U;

std::vector<std::size_t> permutation(std::size_t n, RandomStream const& random,
                                     std::uint64_t number) {
  require(n <= std::size_t{1} << 32, "shuffled: at most 4294967296 samples, got ", n);
  std::vector<std::size_t> order = in_order(n);
  for (std::size_t k = n; k > 1; --k) {
    double const u = random.uniform(static_cast<std::uint32_t>(k), number);
    std::swap(order[k - 1], order[static_cast<std::size_t>(u * static_cast<double>(k))]);
  }
  return order;
}

/// How many of n samples of one class are for training.
std::size_t train_share(std::size_t n, double fraction) {
  auto const share = static_cast<std::size_t>(std::llround(fraction * static_cast<double>(n)));
  return n == 1 ? 1 : std::clamp<std::size_t>(share, 1, n - 1);
}

}  // namespace

std::vector<std::size_t> in_order(std::size_t n) {
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  return order;
}

std::vector<std::size_t> shuffled(std::size_t n, std::uint64_t seed, int epoch) {
  require(epoch >= 0, "shuffled: epoch must be at least 0, got ", epoch);
  return permutation(n, RandomStream(seed, shuffle_stream), static_cast<std::uint64_t>(epoch));
}

Split random_split(std::vector<int> const& labels, double train_fraction, std::uint64_t seed) {
  require(train_fraction > 0 && train_fraction < 1,
          "random_split: train_fraction must lie between 0 and 1, got ", train_fraction);
  std::map<int, std::vector<std::size_t>> classes;
  for (std::size_t k = 0; k < labels.size(); ++k) {
    require(labels[k] >= 0, "random_split: label ", k, " must be at least 0, got ", labels[k]);
    classes[labels[k]].push_back(k);
  }
  Split split;
  RandomStream const random(seed, split_stream);
  for (auto const& [label, members] : classes) {
    std::size_t const n = members.size();
    auto const order = permutation(n, random, static_cast<std::uint64_t>(label));
    std::size_t const share = train_share(n, train_fraction);
    for (std::size_t k = 0; k < n; ++k)
      (k < share ? split.train : split.test).push_back(members[order[k]]);
  }
  std::sort(split.train.begin(), split.train.end());
  std::sort(split.test.begin(), split.test.end());
  return split;
}

LabelledImages subset(LabelledImages const& from, std::vector<std::size_t> const& samples) {
  require(from.labels.size() == from.images.count, "subset: ", from.images.count, " images have ",
          from.labels.size(), " labels, expected one each");
  LabelledImages part;
  part.images.rows = from.images.rows;
  part.images.cols = from.images.cols;
  part.images.count = samples.size();
  part.images.pixels.reserve(samples.size() * from.images.size());
  part.labels.reserve(samples.size());
  for (std::size_t const k : samples) {
    require(k < from.images.count, "subset: sample ", k, " is not one of the ", from.images.count,
            " images");
    std::uint8_t const* const pixels = from.images.image(k);
    part.images.pixels.insert(part.images.pixels.end(), pixels, pixels + from.images.size());
    part.labels.push_back(from.labels[k]);
  }
  return part;
}

}  // namespace kosnn

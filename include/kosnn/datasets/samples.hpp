#ifndef KOSNN_DATASETS_SAMPLES_HPP
#define KOSNN_DATASETS_SAMPLES_HPP

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kosnn/io/idx.hpp"

namespace kosnn {

/// The numbers 0 to n - 1 in this order.
std::vector<std::size_t> in_order(std::size_t n);

/// A permutation of n samples that depends on seed and epoch alone (Fisher & Yates). Throws Error
/// for a negative epoch and for more than 2^32 samples.
std::vector<std::size_t> shuffled(std::size_t n, std::uint64_t seed, int epoch);

/// Numbers of samples in two parts, ascending in each.
struct Split {
  std::vector<std::size_t> train;
  std::vector<std::size_t> test;
};

/// Deals samples to two parts at random, class by class: of n samples of one label, n times
/// `train_fraction` (rounded) go to the training part, but at least one to each part where n > 1.
/// What a class gets depends on the seed, its label and n alone. Throws Error unless
/// 0 < train_fraction < 1 and all labels are >= 0.
Split random_split(std::vector<int> const& labels, double train_fraction, std::uint64_t seed);

/// The images and labels of these numbers, in this order. Throws Error for a number that is none.
LabelledImages subset(LabelledImages const& from, std::vector<std::size_t> const& samples);

}  // namespace kosnn

#endif

#ifndef KOSNN_EXAMPLES_DIGITS_DATASET_HPP
#define KOSNN_EXAMPLES_DIGITS_DATASET_HPP

#include <cstdint>
#include <kosnn/io/idx.hpp>
#include <string>
#include <vector>

namespace digits {

/// The part to learn from and the part that is held out until the end.
struct Dataset {
  std::string name;
  kosnn::LabelledImages train;
  kosnn::LabelledImages test;
};

/// The embedded digits: every third image is held out.
Dataset embedded_dataset();
/// A folder of the MNIST family. Throws kosnn::FileError.
Dataset folder_dataset(std::string const& folder);
/// Keeps the first `n` images of the training part (0: all).
void shorten(Dataset& data, std::size_t n);
/// A permutation of n samples that depends on seed and epoch alone.
std::vector<std::size_t> shuffled(std::size_t n, std::uint64_t seed, int epoch);

}  // namespace digits

#endif

#ifndef KOSNN_EXAMPLES_DIGITS_DATASET_HPP
#define KOSNN_EXAMPLES_DIGITS_DATASET_HPP

#include <cstddef>
#include <kosnn/io/idx.hpp>
#include <string>

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

}  // namespace digits

#endif

#ifndef KOSNN_IO_IDX_HPP
#define KOSNN_IO_IDX_HPP

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kosnn {

/// Grey images of one size: (count, rows, cols), columns contiguous, values 0..255.
struct Images {
  std::size_t count = 0;
  std::size_t rows = 0;
  std::size_t cols = 0;
  std::vector<std::uint8_t> pixels;

  /// Pixels of one image.
  std::size_t size() const { return rows * cols; }
  /// The first pixel of image k.
  std::uint8_t const* image(std::size_t k) const { return pixels.data() + k * size(); }
};

/// Images with one label each.
struct LabelledImages {
  Images images;
  std::vector<std::uint8_t> labels;
};

/// A folder of the MNIST family: the two parts hold images of the same size.
struct MnistFolder {
  LabelledImages train;
  LabelledImages test;
};

// Readers of the IDX format (the MNIST family: unsigned bytes, rank 3 for images and 1 for labels;
// Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten digits"). gzip is
// recognised by its contents, not by the file's name. All throw FileError that names the file, what
// was found and what was expected: a wrong magic number, a header that promises more or less than
// follows, damaged or truncated compression, nothing inside, more than 4 GiB.

/// Images from a file.
Images read_idx_images(std::string const& path);
/// Labels from a file.
std::vector<std::uint8_t> read_idx_labels(std::string const& path);
/// Images and their labels; their counts agree.
LabelledImages read_idx_pair(std::string const& images_path, std::string const& labels_path);
/// Both parts of a folder: train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte
/// and t10k-labels-idx1-ubyte, each with or without .gz, also spelt train-images.idx3-ubyte.
MnistFolder read_mnist_folder(std::string const& folder);

/// Images from the bytes of a file; `name` stands for the path in messages.
Images parse_idx_images(std::string_view bytes, std::string const& name);
/// Labels from the bytes of a file.
std::vector<std::uint8_t> parse_idx_labels(std::string_view bytes, std::string const& name);
/// Images and their labels from the bytes of two files; their counts agree.
LabelledImages parse_idx_pair(std::string_view images, std::string_view labels,
                              std::string const& name);

}  // namespace kosnn

#endif

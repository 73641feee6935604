#include "kosnn/io/idx.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <initializer_list>
#include <system_error>

#include "file_bytes.hpp"
#include "kosnn/core/error.hpp"

namespace kosnn {
namespace {

namespace fs = std::filesystem;

using detail::check_file;
using detail::max_file_bytes;
using detail::read_file_bytes;

constexpr std::size_t piece = std::size_t{1} << 20;  // bytes read at a time
constexpr std::uint32_t labels_magic = 0x801;
constexpr std::uint32_t images_magic = 0x803;

/// The contents of a file, decompressed on the way when it is gzipped.
class Content {
 public:
  Content(std::string_view bytes, std::string const& name) : bytes_(bytes), name_(name) {
    check_file(!bytes.empty(), name, "is empty, expected an IDX file");
    gzip_ = is_gzip();
    if (gzip_) check_file(inflateInit2(&stream_, 15 + 16) == Z_OK, name, "zlib does not start");
  }
  ~Content() {
    if (gzip_) inflateEnd(&stream_);
  }
  Content(Content const&) = delete;
  Content& operator=(Content const&) = delete;

  /// Copies up to `wanted` bytes to `out`; fewer only at the end of the contents.
  std::size_t read(unsigned char* out, std::size_t wanted) {
    return gzip_ ? inflate_some(out, wanted) : copy_some(out, wanted);
  }

 private:
  bool is_gzip() const { return bytes_.substr(0, 2) == "\x1f\x8b"; }

  std::size_t copy_some(unsigned char* out, std::size_t wanted) {
    std::size_t const n = std::min(wanted, bytes_.size());
    std::copy_n(bytes_.begin(), n, out);
    bytes_.remove_prefix(n);
    return n;
  }

  std::size_t inflate_some(unsigned char* out, std::size_t wanted) {
    std::size_t got = 0;
    while (got < wanted && !ended_) {
      std::size_t const in = std::min(bytes_.size(), piece);
      std::size_t const room = std::min(wanted - got, piece);
      stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes_.data()));
      stream_.avail_in = static_cast<uInt>(in);
      stream_.next_out = out + got;
      stream_.avail_out = static_cast<uInt>(room);
      int const state = inflate(&stream_, Z_NO_FLUSH);
      bytes_.remove_prefix(in - stream_.avail_in);
      got += room - stream_.avail_out;
      if (state == Z_STREAM_END) {
        end_member();
      } else if (state == Z_BUF_ERROR && bytes_.empty()) {
        check_file(false, name_, "the gzip data are truncated");
      } else if (state != Z_OK) {
        check_file(false, name_, "the gzip data are damaged: ",
                   stream_.msg != nullptr ? stream_.msg : zError(state));
      }
    }
    return got;
  }

  /// A gzip file is one compressed member after another.
  void end_member() {
    ended_ = bytes_.empty();
    if (ended_) return;
    check_file(is_gzip(), name_, bytes_.size(), " bytes follow the end of the gzip data");
    inflateReset(&stream_);
  }

  std::string_view bytes_;  // what is not consumed yet
  std::string const& name_;
  z_stream stream_ = {};
  bool gzip_ = false;
  bool ended_ = false;
};

std::string hex(std::uint32_t value) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "0x%08x", static_cast<unsigned>(value));
  return text.data();
}

std::uint32_t read_number(Content& content, std::string const& name, char const* what) {
  std::array<unsigned char, 4> b{};
  std::size_t const got = content.read(b.data(), b.size());
  check_file(got == b.size(), name, "ends inside the header, expected ", what, " there");
  return std::uint32_t{b[0]} << 24 | std::uint32_t{b[1]} << 16 | std::uint32_t{b[2]} << 8 | b[3];
}

void check_magic(Content& content, std::string const& name, std::uint32_t expected) {
  std::uint32_t const found = read_number(content, name, "the magic number");
  auto const meaning = [](std::uint32_t magic) {
    if (magic == images_magic) return " (images of unsigned bytes)";
    return magic == labels_magic ? " (labels of unsigned bytes)" : "";
  };
  check_file(found == expected, name, "begins with ", hex(found), meaning(found), ", expected ",
             hex(expected), meaning(expected));
}

/// The `expected` bytes after the header, and nothing more. Memory grows with what really arrives.
std::vector<std::uint8_t> read_rest(Content& content, std::string const& name,
                                    std::uint64_t expected) {
  std::vector<std::uint8_t> data;
  while (data.size() < expected) {
    std::size_t const begin = data.size();
    std::size_t const n =
        static_cast<std::size_t>(std::min<std::uint64_t>(piece, expected - begin));
    data.resize(begin + n);
    std::size_t const got = content.read(data.data() + begin, n);
    check_file(got == n, name, "the header promises ", expected, " bytes of data, found only ",
               begin + got);
  }
  unsigned char extra = 0;  // reading on also makes zlib compare its checksum
  check_file(content.read(&extra, 1) == 0, name, "the header promises ", expected,
             " bytes of data, more follow");
  return data;
}

void check_counts(LabelledImages const& pair, std::string const& images,
                  std::string const& labels) {
  check_file(pair.images.count == pair.labels.size(), images, "holds ", pair.images.count,
             " images, but '", labels, "' holds ", pair.labels.size(), " labels");
}

std::string find_part(fs::path const& folder, std::string const& part, std::string const& kind) {
  for (char const* mark : {"-", "."}) {
    for (char const* end : {"", ".gz"}) {
      fs::path path = folder / part;
      path += mark;
      path += kind;
      path += end;
      std::error_code error;
      if (fs::exists(path, error)) return path.string();
    }
  }
  throw FileError("'" + folder.string() + "': holds no " + part + "-" + kind + "[.gz]");
}

}  // namespace

Images parse_idx_images(std::string_view bytes, std::string const& name) {
  Content content(bytes, name);
  check_magic(content, name, images_magic);
  std::uint64_t const count = read_number(content, name, "the number of images");
  std::uint64_t const rows = read_number(content, name, "the number of rows");
  std::uint64_t const cols = read_number(content, name, "the number of columns");
  check_file(count > 0 && rows > 0 && cols > 0, name, "holds ", count, " images of ", rows, " x ",
             cols, " pixels, expected at least one of at least 1 x 1");
  // rows * cols fits into 64 bits; the product with count is compared without forming it.
  check_file(count <= max_file_bytes / (rows * cols), name, "the header promises ", count,
             " images of ", rows, " x ", cols, " pixels, at most ", max_file_bytes,
             " bytes are accepted");
  Images images;
  images.count = static_cast<std::size_t>(count);
  images.rows = static_cast<std::size_t>(rows);
  images.cols = static_cast<std::size_t>(cols);
  images.pixels = read_rest(content, name, count * rows * cols);
  return images;
}

std::vector<std::uint8_t> parse_idx_labels(std::string_view bytes, std::string const& name) {
  Content content(bytes, name);
  check_magic(content, name, labels_magic);
  std::uint32_t const count = read_number(content, name, "the number of labels");
  check_file(count > 0, name, "holds no labels, expected at least one");
  return read_rest(content, name, count);
}

LabelledImages parse_idx_pair(std::string_view images, std::string_view labels,
                              std::string const& name) {
  LabelledImages pair{parse_idx_images(images, name + " images"),
                      parse_idx_labels(labels, name + " labels")};
  check_counts(pair, name + " images", name + " labels");
  return pair;
}

Images read_idx_images(std::string const& path) {
  return parse_idx_images(read_file_bytes(path), path);
}

std::vector<std::uint8_t> read_idx_labels(std::string const& path) {
  return parse_idx_labels(read_file_bytes(path), path);
}

LabelledImages read_idx_pair(std::string const& images_path, std::string const& labels_path) {
  LabelledImages pair{read_idx_images(images_path), read_idx_labels(labels_path)};
  check_counts(pair, images_path, labels_path);
  return pair;
}

MnistFolder read_mnist_folder(std::string const& folder) {
  std::error_code error;
  check_file(fs::is_directory(folder, error), folder,
             "is not a folder, expected one with the four files", " of the MNIST family");
  auto const part = [&](std::string const& name) {
    std::string const images = find_part(folder, name + "-images", "idx3-ubyte");
    return read_idx_pair(images, find_part(folder, name + "-labels", "idx1-ubyte"));
  };
  MnistFolder data{part("train"), part("t10k")};
  Images const& train = data.train.images;
  Images const& test = data.test.images;
  check_file(train.rows == test.rows && train.cols == test.cols, folder,
             "the training images have ", train.rows, " x ", train.cols,
             " pixels, the test images ", test.rows, " x ", test.cols, ", expected one size");
  return data;
}

}  // namespace kosnn

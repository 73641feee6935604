#include "kosnn/io/idx.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <cstdint>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "io_testing.hpp"

namespace {

using kosnn_test::expect_error;
using kosnn_test::Folder;
using kosnn_test::put;

std::string idx(std::vector<std::uint32_t> const& header, std::string const& data) {
  std::string bytes;
  for (std::uint32_t const number : header) {
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(number >> shift & 255U);
  }
  return bytes + data;
}

std::string gzip(std::string const& data) {
  z_stream stream = {};
  deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, data.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));
  stream.avail_in = static_cast<uInt>(data.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

std::string noise(std::size_t count) {
  std::mt19937 random(1);
  std::string data(count, '\0');
  for (char& c : data) c = static_cast<char>(random());
  return data;
}

std::string images(std::uint32_t count, std::uint32_t rows, std::uint32_t cols) {
  return idx({0x803, count, rows, cols}, noise(std::size_t{count} * rows * cols));
}

std::string labels(std::uint32_t count) { return idx({0x801, count}, noise(count)); }

void expect_images_error(std::string const& bytes, std::vector<std::string> parts) {
  parts.emplace_back("'some.idx'");
  expect_error([&] { kosnn::parse_idx_images(bytes, "some.idx"); }, parts);
}

TEST(Idx, ReadsBothForms) {
  // More than one piece of 1 MiB, so that reading goes on where it stopped.
  std::string const bytes = images(3000, 30, 25);
  for (std::string const& form : {bytes, gzip(bytes)}) {
    kosnn::Images const got = kosnn::parse_idx_images(form, "x");
    EXPECT_EQ(got.count, 3000U);
    EXPECT_EQ(got.rows, 30U);
    EXPECT_EQ(got.cols, 25U);
    EXPECT_EQ(std::string(got.pixels.begin(), got.pixels.end()), bytes.substr(16));
    EXPECT_EQ(got.image(2) - got.image(0), 2 * 30 * 25);
  }
  std::vector<std::uint8_t> const seven{1, 2, 3, 4, 5, 6, 255};
  std::string const label_bytes = idx({0x801, 7}, std::string(seven.begin(), seven.end()));
  EXPECT_EQ(kosnn::parse_idx_labels(label_bytes, "x"), seven);
  EXPECT_EQ(kosnn::parse_idx_labels(gzip(label_bytes), "x"), seven);
}

TEST(Idx, ReadsSeveralGzipMembers) {
  std::string const bytes = images(5, 4, 3);
  std::string const packed = gzip(bytes.substr(0, 21)) + gzip("") + gzip(bytes.substr(21));
  kosnn::Images const got = kosnn::parse_idx_images(packed, "x");
  EXPECT_EQ(std::string(got.pixels.begin(), got.pixels.end()), bytes.substr(16));
}

TEST(Idx, Empty) {
  expect_images_error("", {"is empty", "expected an IDX file"});
  expect_images_error(gzip(""), {"ends inside the header", "magic"});
  for (std::vector<std::uint32_t> const& header : std::vector<std::vector<std::uint32_t>>{
           {0x803, 0, 8, 8}, {0x803, 1, 0, 8}, {0x803, 1, 8, 0}}) {
    expect_images_error(idx(header, ""), {"expected at least one of at least 1 x 1"});
  }
  expect_error([] { kosnn::parse_idx_labels(idx({0x801, 0}, ""), "l"); }, {"'l'", "no labels"});
}

TEST(Idx, EveryTruncationIsAnError) {
  std::string const bytes = images(2, 3, 4);
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    EXPECT_THROW(kosnn::parse_idx_images(bytes.substr(0, n), "x"), kosnn::FileError) << n;
  }
  std::string const packed = gzip(bytes);
  for (std::size_t n = 0; n < packed.size(); ++n) {
    EXPECT_THROW(kosnn::parse_idx_images(packed.substr(0, n), "x"), kosnn::FileError) << n;
  }
  expect_images_error(bytes.substr(0, 2), {"ends inside the header", "the magic number"});
  expect_images_error(bytes.substr(0, 7), {"ends inside the header", "the number of images"});
  expect_images_error(bytes.substr(0, 15), {"ends inside the header", "the number of columns"});
  expect_images_error(bytes.substr(0, 39), {"promises 24 bytes", "found only 23"});
  expect_images_error(packed.substr(0, packed.size() - 1), {"gzip data are truncated"});
}

TEST(Idx, EveryDamagedByteOfGzipIsAnErrorOrHarmless) {
  std::string const bytes = images(4, 8, 8);
  std::string const packed = gzip(bytes);
  for (std::size_t n = 0; n < packed.size(); ++n) {
    std::string damaged = packed;
    damaged[n] = static_cast<char>(damaged[n] ^ 0x10);
    try {  // times and flags of gzip's own header may change without harm, the contents may not
      kosnn::Images const got = kosnn::parse_idx_images(damaged, "x");
      EXPECT_EQ(std::string(got.pixels.begin(), got.pixels.end()), bytes.substr(16)) << n;
    } catch (kosnn::FileError const&) {
    }
  }
  std::string damaged = packed;
  damaged[damaged.size() - 6] ^= 1;
  expect_images_error(damaged, {"gzip data are damaged", "incorrect data check"});
}

TEST(Idx, MoreThanPromised) {
  std::string const bytes = images(2, 3, 4);
  expect_images_error(bytes + "x", {"promises 24 bytes", "more follow"});
  expect_images_error(gzip(bytes + "x"), {"promises 24 bytes", "more follow"});
  expect_images_error(gzip(bytes) + "x", {"1 bytes follow the end of the gzip data"});
  expect_error([] { kosnn::parse_idx_labels(labels(3) + "x", "l"); }, {"'l'", "more follow"});
}

TEST(Idx, HugePromisesAllocateNothing) {
  std::uint32_t const most = 0xffffffff;
  // Products that overflow 64 bits or exceed the limit are refused before anything is read.
  expect_images_error(idx({0x803, most, most, most}, "abc"), {"4294967295 images", "at most"});
  expect_images_error(idx({0x803, 1U << 31, 1U << 31, 4}, "abc"), {"at most 4294967296 bytes"});
  expect_images_error(idx({0x803, 60000, 1000, 1000}, ""), {"at most"});
  kosnn_test::largest_allocation() = 0;
  expect_images_error(idx({0x803, 1U << 16, 1U << 8, 1U << 8}, "abc"), {"found only 3"});
  expect_images_error(gzip(idx({0x803, 1U << 16, 1U << 8, 1U << 8}, "abc")), {"found only 3"});
  expect_error([&] { kosnn::parse_idx_labels(idx({0x801, most}, "ab"), "l"); }, {"found only 2"});
  EXPECT_LT(kosnn_test::largest_allocation(), std::size_t{4} << 20);
  EXPECT_GT(kosnn_test::largest_allocation(), 0U);
}

TEST(Idx, WrongMagic) {
  expect_images_error(labels(3), {"0x00000801 (labels", "expected 0x00000803 (images"});
  expect_error([] { kosnn::parse_idx_labels(images(1, 2, 2), "l"); },
               {"0x00000803 (images", "expected 0x00000801 (labels"});
  expect_images_error(idx({0x0d03, 1, 1, 1}, "    "), {"0x00000d03,", "expected 0x00000803"});
  expect_images_error("\x89PNG\r\n\x1a\n", {"0x89504e47"});
}

TEST(Idx, CountsThatDiffer) {
  expect_error([] { kosnn::parse_idx_pair(images(3, 2, 2), labels(4), "pair"); },
               {"pair images", "3 images", "pair labels", "4 labels"});
  Folder const folder;
  put(folder / "i", images(3, 2, 2));
  put(folder / "l", gzip(labels(2)));
  expect_error([&] { kosnn::read_idx_pair(folder / "i", folder / "l"); },
               {folder / "i", "3 images", folder / "l", "2 labels"});
}

TEST(Idx, FilesThatCannotBeRead) {
  Folder const folder;
  expect_error([&] { kosnn::read_idx_images(folder / "none"); }, {folder / "none", "No such file"});
  expect_error([&] { kosnn::read_idx_images(folder.path()); }, {"not a regular file"});
  expect_error([] { kosnn::read_idx_labels("/dev/zero"); }, {"/dev/zero", "not a regular file"});
}

TEST(Idx, HugeFilesAreNotRead) {
  Folder const folder;
  put(folder / "huge", images(2, 3, 4));
  std::filesystem::resize_file(folder / "huge", std::uintmax_t{5} << 30);  // takes no disk space
  kosnn_test::largest_allocation() = 0;
  expect_error([&] { kosnn::read_idx_images(folder / "huge"); },
               {folder / "huge", "5368709120 bytes", "at most 4294967296"});
  EXPECT_LT(kosnn_test::largest_allocation(), std::size_t{1} << 20);
}

TEST(Idx, RandomBytesNeverCrash) {
  std::mt19937 random(2);
  std::string const valid = images(2, 5, 5);
  std::string const packed = gzip(valid);
  for (int k = 0; k < 3000; ++k) {
    std::string bytes = k % 2 == 0 ? valid : packed;
    for (auto change = random() % 6; change > 0; --change) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    bytes.resize(random() % (bytes.size() + 20));
    try {
      kosnn::Images const got = kosnn::parse_idx_images(bytes, "x");
      EXPECT_EQ(got.pixels.size(), got.count * got.size());
    } catch (kosnn::FileError const&) {
    }
  }
}

TEST(MnistFolder, FindsEverySpelling) {
  for (std::string const mark : {"-", "."}) {
    for (bool const packed : {false, true}) {
      Folder const folder;
      std::string const end = packed ? ".gz" : "";
      auto const file = [&](std::string const& name, std::string const& bytes) {
        put(folder / (name + end), packed ? gzip(bytes) : bytes);
      };
      file("train-images" + mark + "idx3-ubyte", images(5, 4, 3));
      file("train-labels" + mark + "idx1-ubyte", labels(5));
      file("t10k-images" + mark + "idx3-ubyte", images(2, 4, 3));
      file("t10k-labels" + mark + "idx1-ubyte", labels(2));
      kosnn::MnistFolder const data = kosnn::read_mnist_folder(folder.path());
      EXPECT_EQ(data.train.images.count, 5U);
      EXPECT_EQ(data.train.labels.size(), 5U);
      EXPECT_EQ(data.test.images.count, 2U);
      EXPECT_EQ(data.test.images.cols, 3U);
    }
  }
}

TEST(MnistFolder, Errors) {
  Folder const folder;
  expect_error([&] { kosnn::read_mnist_folder(folder / "none"); }, {"none", "is not a folder"});
  expect_error([&] { kosnn::read_mnist_folder(folder.path()); },
               {folder.path(), "train-images-idx3-ubyte[.gz]"});
  put(folder / "train-images-idx3-ubyte", images(5, 4, 3));
  put(folder / "train-labels-idx1-ubyte", labels(5));
  put(folder / "t10k-images-idx3-ubyte", images(2, 4, 4));
  expect_error([&] { kosnn::read_mnist_folder(folder.path()); }, {"t10k-labels-idx1-ubyte[.gz]"});
  put(folder / "t10k-labels-idx1-ubyte", labels(2));
  expect_error([&] { kosnn::read_mnist_folder(folder.path()); },
               {folder.path(), "4 x 3", "4 x 4", "one size"});
}

}  // namespace

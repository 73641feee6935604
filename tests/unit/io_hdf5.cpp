#include "kosnn/io/hdf5.hpp"

#include <gtest/gtest.h>
#include <hdf5.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "io_testing.hpp"

namespace {

using kosnn::Hdf5Reader;
using kosnn::Hdf5Writer;
using kosnn_test::bytes_of;
using kosnn_test::expect_error;
using kosnn_test::Folder;
using kosnn_test::put;

template <class T>
class Hdf5Types : public testing::Test {};
using Types = testing::Types<float, double, std::int32_t, std::uint32_t, std::int64_t,
                             std::uint64_t, std::uint8_t>;
TYPED_TEST_SUITE(Hdf5Types, Types);

TYPED_TEST(Hdf5Types, RoundTrip) {
  Folder const folder;
  std::string const path = folder / "a.h5";
  std::vector<TypeParam> values(2 * 3 * 5);
  std::iota(values.begin(), values.end(), TypeParam{1});
  values.front() = std::numeric_limits<TypeParam>::lowest();
  values.back() = std::numeric_limits<TypeParam>::max();
  Hdf5Writer file(path);
  file.write("deep/er/values", values, {2, 3, 5}, "mV");
  file.write("one", values.data(), {});
  file.write("none", std::vector<TypeParam>{}, {0, 7});
  file.commit();

  Hdf5Reader const got(path);
  EXPECT_EQ(got.read<TypeParam>("deep/er/values").values, values);
  EXPECT_EQ(got.read<TypeParam>("/deep/er/values").dims, (std::vector<std::size_t>{2, 3, 5}));
  EXPECT_EQ(got.text("deep/er/values", "units"), "mV");
  EXPECT_EQ(got.read<TypeParam>("one").values, std::vector<TypeParam>{values.front()});
  EXPECT_TRUE(got.read<TypeParam>("one").dims.empty());
  EXPECT_EQ(got.read<TypeParam>("none").dims, (std::vector<std::size_t>{0, 7}));
  EXPECT_TRUE(got.has("deep/er"));
  EXPECT_FALSE(got.has("deep/est"));
  EXPECT_EQ(folder.files(), 1U);
}

TEST(Hdf5, Attributes) {
  Folder const folder;
  Hdf5Writer file(folder / "a.h5");
  file.write("g/v", std::vector<float>{1}, {1});
  file.attribute("/", "title", "Grüße");
  file.attribute("g", "empty", std::string());
  file.attribute("g/v", "gain", 0.25);
  file.attribute("g/v", "count", 7);
  file.attribute("g/v", "large", std::int64_t{1} << 40);
  file.commit();
  Hdf5Reader const got(folder / "a.h5");
  EXPECT_EQ(got.text("/", "title"), "Grüße");
  EXPECT_EQ(got.text("g", "empty"), "");
  EXPECT_EQ(got.number("g/v", "gain"), 0.25);
  EXPECT_EQ(got.number("g/v", "count"), 7);
  EXPECT_EQ(got.number("g/v", "large"), 1099511627776.0);
  expect_error([&] { got.text("g", "none"); }, {folder / "a.h5", "no attribute 'none' of 'g'"});
  expect_error([&] { got.text("g/v", "gain"); }, {"'gain' is not text"});
  expect_error([&] { got.number("x", "y"); }, {"no object 'x'"});
}

TEST(Hdf5, SpikesInTheSonataLayout) {
  Folder const folder;
  Hdf5Writer file(folder / "spikes.h5");
  file.write_spikes("Exc", {0.5, 1.0, 1.0, 7.5}, {3, 1, 2, 0});
  file.write_spikes("Inh", {2.0, 1.0}, {0, 1}, {1, 0});
  file.write_spikes("Silent", {}, {});
  file.commit();
  Hdf5Reader const got(folder / "spikes.h5");
  EXPECT_EQ(got.number("/", "magic"), 0x0A7A);
  EXPECT_EQ(got.read<double>("/spikes/Exc/timestamps").values,
            (std::vector<double>{0.5, 1.0, 1.0, 7.5}));
  EXPECT_EQ(got.text("/spikes/Exc/timestamps", "units"), "milliseconds");
  EXPECT_EQ(got.read<std::uint64_t>("/spikes/Exc/node_ids").values,
            (std::vector<std::uint64_t>{3, 1, 2, 0}));
  EXPECT_FALSE(got.has("/spikes/Exc/batch"));
  EXPECT_EQ(got.read<std::uint32_t>("/spikes/Inh/batch").values,
            (std::vector<std::uint32_t>{1, 0}));
  EXPECT_EQ(got.read<double>("/spikes/Silent/timestamps").dims, std::vector<std::size_t>{0});
}

/// The name that the enumeration /spikes/<population>/sorting holds.
std::string sorting(hid_t file, std::string const& population) {
  hid_t const found =
      H5Aopen_by_name(file, ("spikes/" + population).c_str(), "sorting", H5P_DEFAULT, H5P_DEFAULT);
  hid_t const type = H5Aget_type(found);
  std::uint8_t value = 255;
  EXPECT_GE(H5Aread(found, type, &value), 0);
  std::array<char, 16> name{};
  EXPECT_GE(H5Tenum_nameof(type, &value, name.data(), name.size()), 0);
  H5Tclose(type);
  H5Aclose(found);
  return name.data();
}

TEST(Hdf5, SonataAttributesAsOtherReadersSeeThem) {
  Folder const folder;
  Hdf5Writer writer(folder / "spikes.h5");
  writer.write_spikes("Exc", {0.5, 1.0, 1.0}, {3, 1, 2});
  writer.write_spikes("Inh", {2.0, 1.0}, {0, 1});
  writer.commit();
  hid_t const file = H5Fopen((folder / "spikes.h5").c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  ASSERT_GE(file, 0);
  EXPECT_EQ(sorting(file, "Exc"), "by_time");
  EXPECT_EQ(sorting(file, "Inh"), "none");
  std::array<std::uint32_t, 2> version{9, 9};
  hid_t const attribute = H5Aopen(file, "version", H5P_DEFAULT);
  EXPECT_GE(H5Aread(attribute, H5T_NATIVE_UINT32, version.data()), 0);
  EXPECT_EQ(version, (std::array<std::uint32_t, 2>{0, 1}));
  H5Aclose(attribute);
  EXPECT_GE(H5Fclose(file), 0);
}

TEST(Hdf5, WritingErrors) {
  Folder const folder;
  {
    Hdf5Writer file(folder / "a.h5");
    std::vector<float> const two{1, 2};
    expect_error([&] { file.write("v", two, {3}); }, {"'v'", "got 2 values"});
    expect_error([&] { file.write("v", two, {~std::size_t{0}, 2}); }, {"'v'", "can be counted"});
    file.write("v", two, {2});
    expect_error([&] { file.write("v", two, {2}); }, {folder / "a.h5", "'v' cannot be written"});
    expect_error([&] { file.write("v/w", two, {2}); }, {folder / "a.h5", "'v/w'"});
    expect_error([&] { file.write("", two, {2}); }, {folder / "a.h5"});
    expect_error([&] { file.attribute("w", "x", 1); }, {folder / "a.h5", "no object 'w'"});
    expect_error([&] { file.write_spikes("p", {1.0}, {}); }, {"'p'", "1 times, 0 node ids"});
    expect_error([&] { file.write_spikes("p", {1.0}, {1}, {1, 2}); }, {"'p'", "2 batch elements"});
    for (std::string const name : {"", "a/b", "."}) {
      expect_error([&] { file.write_spikes(name, {1.0}, {1}); },
                   {folder / "a.h5", "'" + name + "'", "name of one group"});
    }
  }
  EXPECT_EQ(folder.files(), 0U);  // never committed
  Hdf5Writer file(folder / "a.h5");
  file.commit();
  expect_error([&] { file.write("v", std::vector<float>{1}, {1}); }, {"committed before"});
  expect_error([&] { file.attribute("/", "v", 1); }, {"committed before"});
  expect_error([&] { file.commit(); }, {"committed before"});
}

TEST(Hdf5, UnwritablePaths) {
  Folder const folder;
  for (auto const& [path, reason] : kosnn_test::unwritable(folder)) {
    testing::internal::CaptureStderr();
    expect_error([p = path] { Hdf5Writer const file(p); }, {path, reason});
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  }
}

TEST(Hdf5, FullDiskKeepsTheOldFile) {
  Folder const folder;
  put(folder / "a.h5", "old");
  testing::internal::CaptureStderr();
  {
    kosnn_test::FullDisk const full(20000);
    std::vector<double> const large(100000, 1.5);
    expect_error(
        [&] {
          Hdf5Writer file(folder / "a.h5");
          file.write("small", std::vector<float>{1, 2}, {2});
          file.write("large", large, {large.size()});
          file.commit();
        },
        {folder / "a.h5", "File too large"});
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_EQ(bytes_of(folder / "a.h5"), "old");
  EXPECT_EQ(folder.files(), 1U);

  Hdf5Writer file(folder / "a.h5");  // and the library still works
  file.write("v", std::vector<float>{1, 2}, {2});
  file.commit();
  EXPECT_EQ(Hdf5Reader(folder / "a.h5").read<float>("v").values, (std::vector<float>{1, 2}));
}

TEST(Hdf5, DiskFullAtTheLastMoment) {
  Folder const folder;
  testing::internal::CaptureStderr();
  {
    Hdf5Writer file(folder / "a.h5");
    for (int k = 0; k < 200; ++k) {  // small sets stay in HDF5's cache until the commit
      file.write("group" + std::to_string(k) + "/v", std::vector<float>{1}, {1});
    }
    kosnn_test::FullDisk const full(5000);
    expect_error([&] { file.commit(); }, {folder / "a.h5"});
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_EQ(folder.files(), 0U);
}

TEST(Hdf5, ReadingErrors) {
  Folder const folder;
  testing::internal::CaptureStderr();
  expect_error([&] { Hdf5Reader const got(folder / "none.h5"); }, {folder / "none.h5", "read"});
  put(folder / "text.h5", "this is not HDF5");
  expect_error([&] { Hdf5Reader const got(folder / "text.h5"); }, {folder / "text.h5", "read"});
  Hdf5Writer file(folder / "a.h5");
  file.write("v", std::vector<float>{1, 2}, {2});
  file.write("u", std::vector<std::uint32_t>{1, 2}, {2});
  file.commit();
  Hdf5Reader const got(folder / "a.h5");
  expect_error([&] { got.read<float>("w"); }, {folder / "a.h5", "no dataset 'w'"});
  expect_error([&] { got.read<double>("v"); }, {folder / "a.h5", "'v'", "another type"});
  expect_error([&] { got.read<std::int32_t>("v"); }, {"'v'", "another type"});
  expect_error([&] { got.read<std::int32_t>("u"); }, {"'u'", "another type"});
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(Hdf5, EveryTruncationIsAnError) {
  Folder const folder;
  std::string const path = folder / "a.h5";
  {
    Hdf5Writer file(path);
    file.write("v", std::vector<double>(100, 1.0), {10, 10}, "mV");
    file.commit();
  }
  std::string const bytes = bytes_of(path);
  for (std::size_t n = 0; n < bytes.size(); n += 7) {
    put(path, bytes.substr(0, n));
    EXPECT_THROW(Hdf5Reader(path).read<double>("v"), kosnn::FileError) << n;
  }
}

}  // namespace

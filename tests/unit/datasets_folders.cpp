#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "datasets_testing.hpp"
#include "event_files.hpp"
#include "io_testing.hpp"
#include "kosnn/datasets/class_folders.hpp"
#include "kosnn/datasets/event_samples.hpp"

namespace {

using kosnn::ClassFolders;
using kosnn::Error;
using kosnn::Event;
using kosnn_test::Events;
using kosnn_test::expect_error;
using kosnn_test::Folder;
using kosnn_test::put;
using kosnn_test::rows;
using kosnn_test::spikes_2d;
using Names = std::vector<std::string>;

void put_in(Folder const& root, std::string const& name, std::string const& bytes = "x") {
  std::filesystem::create_directories(std::filesystem::path(root / name).parent_path());
  put(root / name, bytes);
}

Names paths(std::vector<kosnn::ClassFile> const& files) {
  Names all;
  for (auto const& file : files) all.push_back(file.path);
  return all;
}

TEST(ClassFolders, NumbersClassesAndFilesByName) {  // PySNN: in the order of the file system
  Folder const root;
  for (char const* name : {"zebra/2.bin", "ant/b.bin", "10/q.bin", "ant/a.bin", "2/q.bin",
                           "zebra/10.bin", "Bee/x.bin", "ant/B.bin"})
    put_in(root, name);
  put_in(root, "readme.txt");
  put_in(root, "ant/notes.txt");
  put_in(root, "ant/.hidden.bin");
  put_in(root, ".cache/a.bin");
  put_in(root, "ant/deeper.bin/c.bin");

  ClassFolders const folders(root.path(), {".bin"});
  EXPECT_EQ(folders.classes(), (Names{"10", "2", "Bee", "ant", "zebra"}));
  EXPECT_EQ(
      paths(folders.files()),
      (Names{root / "10/q.bin", root / "2/q.bin", root / "Bee/x.bin", root / "ant/B.bin",
             root / "ant/a.bin", root / "ant/b.bin", root / "zebra/10.bin", root / "zebra/2.bin"}));
  std::vector<int> labels;
  for (auto const& file : folders.files()) labels.push_back(file.label);
  EXPECT_EQ(labels, (std::vector<int>{0, 1, 2, 3, 3, 3, 4, 4}));

  EXPECT_EQ(ClassFolders(root.path()).files().size(), 9U);  // notes.txt too
  EXPECT_EQ(ClassFolders(root.path(), {".txt", ".bin"}).files().size(), 9U);
}

TEST(ClassFolders, Errors) {
  Folder const root;
  expect_error([&] { ClassFolders(root / "none"); }, {root / "none", "No such file"});
  expect_error([&] { ClassFolders{root.path()}; }, {root.path(), "no folders"});
  put_in(root, "file");
  expect_error([&] { ClassFolders{root.path()}; }, {root.path(), "no folders"});
  expect_error([&] { ClassFolders{root / "file"}; }, {root / "file", "Not a directory"});
  put_in(root, "a/1.bin");
  put_in(root, "b/1.txt");
  expect_error(
      [&] {
        ClassFolders(root.path(), {".bin", ".dat"});
      },
      {root / "b", "no files", ".bin, .dat"});
  EXPECT_EQ(ClassFolders(root.path()).classes().size(), 2U);
}

TEST(ClassFolders, FixedSplitNeedsTheSameClasses) {
  Folder const root;
  for (char const* name : {"Train/a/1", "Train/a/2", "Train/c/1", "Test/c/9", "Test/a/8"})
    put_in(root, name);
  kosnn::ClassSplit const split =
      fixed_split(ClassFolders(root / "Train"), ClassFolders(root / "Test"));
  EXPECT_EQ(split.classes, (Names{"a", "c"}));
  EXPECT_EQ(paths(split.train),
            (Names{root / "Train/a/1", root / "Train/a/2", root / "Train/c/1"}));
  EXPECT_EQ(paths(split.test), (Names{root / "Test/a/8", root / "Test/c/9"}));
  EXPECT_EQ(split.test[1].label, 1);
  put_in(root, "Test/b/1");
  put_in(root, "Test/d/1");
  expect_error<Error>(
      [&] { fixed_split(ClassFolders(root / "Train"), ClassFolders(root / "Test")); },
      {root / "Train", root / "Test", "only in the former: none", "only in the latter: b, d"});
  std::filesystem::remove_all(root / "Test/c");
  expect_error<Error>(
      [&] { fixed_split(ClassFolders(root / "Train"), ClassFolders(root / "Test")); },
      {"only in the former: c;"});
}

TEST(ClassFolders, RandomSplitIsSeededAndByClass) {
  Folder const root;
  for (int k = 0; k < 10; ++k) put_in(root, "a/" + std::to_string(k));
  for (int k = 0; k < 5; ++k) put_in(root, "b/" + std::to_string(k));
  ClassFolders const folders(root.path());
  kosnn::ClassSplit const split = random_split(folders, 0.8, 42);
  EXPECT_EQ(split.train.size(), 12U);
  EXPECT_EQ(split.test.size(), 3U);
  auto const of_b = [](kosnn::ClassFile const& file) { return file.label == 1; };
  EXPECT_EQ(std::count_if(split.train.begin(), split.train.end(), of_b), 4);
  EXPECT_EQ(std::count_if(split.test.begin(), split.test.end(), of_b), 1);
  Names all = paths(split.train);
  for (auto const& file : split.test) all.push_back(file.path);
  std::sort(all.begin(), all.end());
  EXPECT_EQ(all, paths(folders.files()));
  EXPECT_EQ(paths(random_split(folders, 0.8, 42).test), paths(split.test));
  EXPECT_NE(paths(random_split(folders, 0.8, 7).test), paths(split.test));
}

std::string ncars_bytes(Events const& events) {
  return kosnn_test::dat(events, "% Data file containing CD events.\n% Version 2\n");
}

Folder const& nmnist_folder() {
  static Folder const root;
  if (root.files() > 0) return root;
  for (int digit = 0; digit < 10; ++digit) {
    for (int k = 0; k < 3; ++k) {
      Events events;
      for (int n = 0; n < 2 + digit; ++n)
        events.push_back({1000 * n + k, (7 * n + digit) % 34, (n + 11 * k) % 34, n % 2});
      std::string const name = std::to_string(digit) + "/" + std::to_string(k) + ".bin";
      put_in(root, (k < 2 ? "Train/" : "Test/") + name, spikes_2d(events));
    }
  }
  return root;
}

TEST(EventSamples, EverySampleHoldsItsOwnEventsAlone) {  // PySNN: those of all read before, too
  kosnn::EventDataset const data = kosnn::nmnist(nmnist_folder().path());
  ASSERT_EQ(data.train.size(), 20U);
  ASSERT_EQ(data.test.size(), 10U);
  std::vector<std::vector<kosnn_test::Row>> once;
  for (std::size_t k = 0; k < data.train.size(); ++k) {
    kosnn::EventStream const stream = data.train.read(k);
    EXPECT_EQ(stream.width, 34);
    EXPECT_EQ(stream.height, 34);
    EXPECT_EQ(data.train.label(k), static_cast<int>(k / 2));
    ASSERT_EQ(stream.events.size(), 2 + k / 2);
    Event const last{static_cast<std::int64_t>(1000 * (1 + k / 2) + k % 2),
                     static_cast<int>(7 * (1 + k / 2) + k / 2) % 34,
                     static_cast<int>(1 + k / 2 + 11 * (k % 2)), static_cast<int>(1 + k / 2) % 2};
    EXPECT_EQ(rows(stream).back(), rows({last}).front()) << k;
    once.push_back(rows(stream));
  }
  for (std::size_t n = 0; n < 60; ++n) {  // again, in another order, with other parts in between
    std::size_t const k = 7 * n % 20;
    EXPECT_EQ(rows(data.train.read(k)), once[k]) << k;
    EXPECT_EQ(data.test.read(n % 10).events.size(), 2 + n % 10);
  }
  kosnn::EventStream a = data.train.read(3);
  a.events.clear();  // what a reader does to a sample stays with that reader
  EXPECT_EQ(rows(data.train.read(3)), once[3]);
}

TEST(EventSamples, NmnistNeedsItsTenClasses) {
  Folder const root;
  for (char const* part : {"Train", "Test"})
    for (char const* digit : {"0", "1", "2"})
      put_in(root, std::string(part) + "/" + digit + "/a.bin", spikes_2d({{1, 2, 3, 0}}));
  expect_error<Error>([&] { kosnn::nmnist(root.path()); }, {root.path(), "0 to 9", "found 3"});
  expect_error([&] { kosnn::nmnist(root / "Train"); }, {root / "Train/Train", "No such file"});
}

TEST(EventSamples, DurationCutsAndTheSensorBinds) {
  Folder const root;
  put_in(root, "c/a.bin",
         spikes_2d({{0, 0, 0, 0}, {299999, 33, 33, 1}, {300000, 1, 2, 1}, {8388607, 3, 4, 0}}));
  put_in(root, "c/b.bin", spikes_2d({{5, 1, 1, 0}, {6, 34, 1, 1}}));
  put_in(root, "c/c.bin", "");
  put_in(root, "c/d.bin", spikes_2d({{5, 1, 1, 0}}) + "odd");
  ClassFolders const folders(root.path());
  kosnn::EventRecordings const like_nmnist{kosnn::EventFormat::spikes_2d, 34, 34, 300};
  kosnn::EventSamples const samples(folders.files(), like_nmnist);
  EXPECT_EQ(rows(samples.read(0)), rows(Events{{0, 0, 0, 0}, {299999, 33, 33, 1}}));
  expect_error([&] { samples.read(1); }, {root / "c/b.bin", "event 1", "x 34", "34 x 34"});
  expect_error([&] { samples.read(3); }, {root / "c/d.bin"});
  expect_error<Error>([&] { samples.read(4); }, {"sample 4", "4"});
  expect_error<Error>(
      [&] {
        kosnn::EventSamples(folders.files(), {kosnn::EventFormat::spikes_2d, 0, 34, 300});
      },
      {"1 x 1", "0 x 34"});
  for (double const ms : {0.0, -1.0, 0.00005})
    expect_error<Error>(
        [&] {
          kosnn::EventSamples(folders.files(), {kosnn::EventFormat::spikes_2d, 34, 34, ms});
        },
        {"duration_ms"});
}

TEST(EventSamples, NcaltechIsSplitAtRandom) {
  Folder const root;
  for (char const* name : {"airplanes", "zebra"})
    for (int k = 0; k < 10; ++k)
      put_in(root, std::string(name) + "/" + std::to_string(k) + ".bin",
             spikes_2d({{k, 239, 179, 1}}));
  kosnn::EventDataset const data = kosnn::ncaltech101(root.path());
  EXPECT_EQ(data.classes, (Names{"airplanes", "zebra"}));
  EXPECT_EQ(data.train.size(), 16U);
  EXPECT_EQ(data.test.size(), 4U);
  EXPECT_EQ(data.test.label(0), 0);
  EXPECT_EQ(data.test.label(3), 1);
  EXPECT_EQ(data.train.read(5).events.front().x, 239);
  EXPECT_EQ(data.train.read(5).width, 240);
  EXPECT_EQ(data.train.path(0), kosnn::ncaltech101(root.path(), 0.8, 42).train.path(0));
}

TEST(EventSamples, NcarsReadsDatFiles) {
  Folder const root;
  Events const events{{3, 119, 99, 1}, {99999, 5, 6, 0}, {100000, 7, 8, 1}};
  for (char const* part : {"train/cars/", "train/background/", "test/cars/", "test/background/"})
    put_in(root, std::string(part) + "obj_1_td.dat", ncars_bytes(events));
  kosnn::EventDataset const data = kosnn::ncars(root.path());
  EXPECT_EQ(data.classes, (Names{"background", "cars"}));
  EXPECT_EQ(data.test.label(1), 1);
  EXPECT_EQ(rows(data.train.read(0)), rows(Events{{3, 119, 99, 1}, {99999, 5, 6, 0}}));
  EXPECT_EQ(data.train.recordings().height, 100);
  put_in(root, "train/third/a.dat", "");
  put_in(root, "test/third/a.dat", "");
  expect_error<Error>([&] { kosnn::ncars(root.path()); }, {"two classes", "found 3"});
}

}  // namespace

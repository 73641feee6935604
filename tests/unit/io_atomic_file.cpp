#include "kosnn/io/atomic_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <utility>

#include "io_testing.hpp"

namespace {

namespace fs = std::filesystem;
using kosnn::AtomicFile;
using kosnn_test::bytes_of;
using kosnn_test::expect_error;
using kosnn_test::Folder;
using kosnn_test::FullDisk;
using kosnn_test::put;

TEST(AtomicFile, AppearsAtCommit) {
  Folder const folder;
  std::string const path = folder / "out";
  {
    AtomicFile file(path);
    EXPECT_EQ(fs::path(file.temporary()).parent_path(), fs::path(path).parent_path());
    put(file.temporary(), "new");
    EXPECT_FALSE(fs::exists(path));
    file.commit();
    EXPECT_EQ(bytes_of(path), "new");
    expect_error([&] { file.commit(); }, {path, "committed before"});
  }
  EXPECT_EQ(bytes_of(path), "new");
  EXPECT_EQ(folder.files(), 1U);
}

TEST(AtomicFile, LeavesNothingWithoutCommit) {
  Folder const folder;
  put(folder / "out", "old");
  {
    AtomicFile file(folder / "out");
    put(file.temporary(), "new");
    AtomicFile const moved(std::move(file));
    EXPECT_EQ(folder.files(), 2U);
  }
  EXPECT_EQ(folder.files(), 1U);
  EXPECT_EQ(bytes_of(folder / "out"), "old");
}

TEST(AtomicFile, TwoAtOnceDoNotMeet) {
  Folder const folder;
  AtomicFile first(folder / "out");
  AtomicFile second(folder / "out");
  EXPECT_NE(first.temporary(), second.temporary());
  put(first.temporary(), "first");
  put(second.temporary(), "second");
  first.commit();
  second.commit();
  EXPECT_EQ(bytes_of(folder / "out"), "second");
  EXPECT_EQ(folder.files(), 1U);
}

TEST(AtomicFile, FollowsALink) {
  Folder const folder;
  put(folder / "real", "old");
  fs::create_symlink(folder / "real", folder / "link");
  kosnn::write_file(folder / "link", "new");
  EXPECT_TRUE(fs::is_symlink(folder / "link"));
  EXPECT_EQ(bytes_of(folder / "real"), "new");
}

TEST(AtomicFile, HasOrdinaryPermissions) {
  Folder const folder;
  mode_t const mask = ::umask(027);
  kosnn::write_file(folder / "out", "x");
  ::umask(mask);
  EXPECT_EQ(fs::status(folder / "out").permissions(), fs::perms(0640));
}

TEST(AtomicFile, UnwritablePaths) {
  Folder const folder;
  for (auto const& [path, reason] : kosnn_test::unwritable(folder)) {
    expect_error([p = path] { kosnn::require_writable(p); }, {"cannot write '" + path, reason});
    expect_error([p = path] { kosnn::write_file(p, "x"); }, {"cannot write '" + path, reason});
  }
  EXPECT_EQ(folder.files(), 1U);
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

TEST(AtomicFile, RequireWritableLeavesTheOldFile) {
  Folder const folder;
  put(folder / "out", "old");
  kosnn::require_writable(folder / "out");
  kosnn::require_writable(folder / "other");
  EXPECT_EQ(bytes_of(folder / "out"), "old");
  EXPECT_EQ(folder.files(), 1U);
}

TEST(AtomicFile, FullDiskKeepsTheOldFile) {
  Folder const folder;
  put(folder / "out", "old");
  {
    FullDisk const full(1000);
    expect_error([&] { kosnn::write_file(folder / "out", std::string(100000, 'x')); },
                 {folder / "out", "File too large"});
    expect_error([&] { kosnn::write_file(folder / "out", std::string(1001, 'x')); },
                 {folder / "out", "File too large"});
  }
  EXPECT_EQ(bytes_of(folder / "out"), "old");
  EXPECT_EQ(folder.files(), 1U);
}

}  // namespace

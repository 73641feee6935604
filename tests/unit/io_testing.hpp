#ifndef KOSNN_TESTS_IO_TESTING_HPP
#define KOSNN_TESTS_IO_TESTING_HPP

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "kosnn/core/error.hpp"

namespace kosnn_test {

/// An empty folder that lives as long as the object.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "kosnn-test-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(Folder const&) = delete;
  Folder& operator=(Folder const&) = delete;

  std::string operator/(std::string const& name) const { return (path_ / name).string(); }
  std::string path() const { return path_.string(); }
  std::size_t files() const {
    std::filesystem::directory_iterator const all(path_);
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
  }

 private:
  std::filesystem::path path_;
};

inline std::string bytes_of(std::string const& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline void put(std::string const& path, std::string const& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

/// `action` throws E with one line that holds each of `parts`.
template <class E = kosnn::FileError, class Action>
void expect_error(Action const& action, std::vector<std::string> const& parts) {
  try {
    action();
    ADD_FAILURE() << "no error, expected one about " << parts.front();
  } catch (E const& error) {
    std::string const text = error.what();
    for (std::string const& part : parts) {
      EXPECT_NE(text.find(part), text.npos) << "'" << part << "' is missing in: " << text;
    }
    EXPECT_EQ(text.find('\n'), text.npos) << text;
  }
}

/// The largest piece of memory that `new` was asked for since this was set to 0; needs
/// io_allocations.cpp.
std::size_t& largest_allocation();

/// While it lives, no file can grow beyond `bytes`: writing fails as on a full disk.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    rlimit const limit{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FullDisk() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FullDisk(FullDisk const&) = delete;
  FullDisk& operator=(FullDisk const&) = delete;

 private:
  void (*handler_)(int);
  rlimit before_ = {};
};

/// Paths in `folder` that cannot be written, and what the message says about each.
inline std::vector<std::pair<std::string, std::string>> unwritable(Folder const& folder) {
  put(folder / "file", "x");
  return {{"", "empty"},
          {folder.path(), "is a folder"},
          {folder / "missing/out", "No such file"},
          {folder / "file/out", "Not a directory"},
          {folder / std::string(300, 'n'), "too long"},
          {"/dev/null", "not a regular file"}};
}

}  // namespace kosnn_test

#endif

#include "kosnn/io/atomic_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "kosnn/core/error.hpp"

namespace kosnn {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(std::string const& path, std::string const& reason) {
  throw FileError("cannot write '" + path + "': " + reason);
}

[[noreturn]] void fail(std::string const& path, int error) {
  fail(path, std::generic_category().message(error));
}

/// Where the contents end up: `path`, or what it points to.
std::string resolved(std::string const& path) {
  if (path.empty()) fail(path, "the name is empty");
  std::error_code error;
  fs::file_status const status = fs::status(path, error);
  if (!fs::exists(status)) return path;
  if (fs::is_directory(status)) fail(path, "it is a folder");
  if (!fs::is_regular_file(status)) fail(path, "it is not a regular file");
  if (::access(path.c_str(), W_OK) != 0) fail(path, errno);
  fs::path const target = fs::canonical(path, error);
  if (error) fail(path, error.message());
  return target.string();
}

/// Creates an empty file that did not exist, beside `target`. The process number alone is not
/// unique on a file system shared by several machines, hence the tries.
std::string create_temporary(std::string const& path, std::string const& target) {
  for (int k = 0; k < 1000; ++k) {
    std::string name = target + "." + std::to_string(::getpid()) + "-" + std::to_string(k) + ".tmp";
    int const descriptor = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor >= 0) {
      ::close(descriptor);
      return name;
    }
    if (errno != EEXIST) fail(path, errno);
  }
  fail(path, "there are too many temporary files beside it");
}

}  // namespace

AtomicFile::AtomicFile(std::string const& path)
    : path_(path), target_(resolved(path)), temporary_(create_temporary(path, target_)) {}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : path_(std::move(other.path_)),
      target_(std::move(other.target_)),
      temporary_(std::exchange(other.temporary_, std::string())) {}

AtomicFile::~AtomicFile() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void AtomicFile::write(std::string_view content) const {
  std::FILE* const stream = std::fopen(temporary_.c_str(), "wb");
  if (stream == nullptr) fail(path_, errno);
  errno = 0;
  bool const written = std::fwrite(content.data(), 1, content.size(), stream) == content.size();
  int error = written ? 0 : errno;
  if (std::fclose(stream) != 0 && error == 0) error = errno;
  if (error != 0 || !written) fail(path_, error);
}

void AtomicFile::commit() {
  require<FileError>(!temporary_.empty(), "cannot write '", path_, "': it was committed before");
  int const descriptor = ::open(temporary_.c_str(), O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) fail(path_, errno);
  int const error = ::fsync(descriptor) == 0 ? 0 : errno;
  ::close(descriptor);
  if (error != 0) fail(path_, error);
  if (std::rename(temporary_.c_str(), target_.c_str()) != 0) fail(path_, errno);
  temporary_.clear();
}

void write_file(std::string const& path, std::string_view content) {
  AtomicFile file(path);
  file.write(content);
  file.commit();
}

void require_writable(std::string const& path) { AtomicFile const probe(path); }

}  // namespace kosnn

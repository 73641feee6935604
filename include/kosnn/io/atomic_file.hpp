#ifndef KOSNN_IO_ATOMIC_FILE_HPP
#define KOSNN_IO_ATOMIC_FILE_HPP

#include <string>
#include <string_view>

namespace kosnn {

/// A file that appears whole or not at all: its contents go to a temporary file in the same folder,
/// which `commit` renames to the final name. An older file of that name stays untouched until then.
/// Without `commit` the destructor removes the temporary.
///
/// The constructor creates the temporary, so a path that cannot be written is reported before any
/// work is done for it. A symbolic link is followed; anything else that is not a regular file
/// (a folder, a device) is refused.
class AtomicFile {
 public:
  /// Throws FileError with the path and the system's reason.
  explicit AtomicFile(std::string const& path);
  ~AtomicFile();
  AtomicFile(AtomicFile&& other) noexcept;
  AtomicFile& operator=(AtomicFile&&) = delete;
  AtomicFile(AtomicFile const&) = delete;
  AtomicFile& operator=(AtomicFile const&) = delete;

  /// The final name, as given.
  std::string const& path() const { return path_; }
  /// The file to write to; it exists and is empty.
  std::string const& temporary() const { return temporary_; }

  /// Makes `content` all that the temporary holds. Throws FileError.
  void write(std::string_view content) const;

  /// Brings the temporary's contents to the disk and gives it the final name. The caller has closed
  /// it. Throws FileError; the temporary is then still removed by the destructor.
  void commit();

 private:
  std::string path_;
  std::string target_;     // path_ with a symbolic link resolved
  std::string temporary_;  // empty once committed
};

/// Writes `content` to `path` through an AtomicFile. Throws FileError.
void write_file(std::string const& path, std::string_view content);

/// Throws FileError when `path` could not be written; leaves nothing behind.
void require_writable(std::string const& path);

}  // namespace kosnn

#endif

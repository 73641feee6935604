#ifndef KOSNN_DATASETS_CLASS_FOLDERS_HPP
#define KOSNN_DATASETS_CLASS_FOLDERS_HPP

#include <cstdint>
#include <string>
#include <vector>

namespace kosnn {

/// A file and the number of its class.
struct ClassFile {
  std::string path;
  int label = 0;
};

/// A folder with one sub-folder for each class. Classes are numbered in the order of their names
/// (compared byte by byte, so "10" comes before "2"), their files in the order of theirs: neither
/// depends on the file system.
class ClassFolders {
 public:
  /// Reads the names in `root`. `extensions` such as {".bin"} (compared exactly) says which files
  /// of a class count; empty: all. Names that begin with a dot, files in `root` itself and folders
  /// inside a class are passed over. Throws FileError where `root` can't be read, has no
  /// sub-folder, or one of them has no such file.
  explicit ClassFolders(std::string root, std::vector<std::string> const& extensions = {});

  std::string const& root() const { return root_; }
  /// Names of the classes: label k is classes()[k].
  std::vector<std::string> const& classes() const { return classes_; }
  /// All files, class by class.
  std::vector<ClassFile> const& files() const { return files_; }

 private:
  std::string root_;
  std::vector<std::string> classes_;
  std::vector<ClassFile> files_;
};

/// Files to learn from and files that are held out, with one numbering of classes.
struct ClassSplit {
  std::vector<std::string> classes;
  std::vector<ClassFile> train;
  std::vector<ClassFile> test;
};

/// A split that comes as two folders. Throws Error that names the classes that only one of them
/// has.
ClassSplit fixed_split(ClassFolders const& train, ClassFolders const& test);

/// A random split, class by class; see random_split in kosnn/datasets/samples.hpp.
ClassSplit random_split(ClassFolders const& folders, double train_fraction, std::uint64_t seed);

}  // namespace kosnn

#endif

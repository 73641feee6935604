#include "kosnn/datasets/class_folders.hpp"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <system_error>
#include <utility>

#include "kosnn/core/error.hpp"
#include "kosnn/datasets/samples.hpp"

namespace kosnn {
namespace {

namespace fs = std::filesystem;

enum class Wanted { files, folders };

/// Sorted names of the files or the folders in `folder`, without those that begin with a dot.
std::vector<std::string> names_in(std::string const& folder, Wanted wanted) {
  std::error_code error;
  fs::directory_iterator entry(folder, error);
  std::vector<std::string> names;
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    std::string name = entry->path().filename().string();
    if (name.front() == '.') continue;
    std::error_code unreadable;  // such as a link to nothing: reading it will say so
    bool const is_folder = entry->is_directory(unreadable);
    if (is_folder == (wanted == Wanted::folders)) names.push_back(std::move(name));
  }
  require<FileError>(!error, "'", folder, "': cannot be read as a folder: ", error.message());
  std::sort(names.begin(), names.end());
  return names;
}

std::string in(std::string const& folder, std::string const& name) {
  return (fs::path(folder) / name).string();
}

bool has_extension(std::string const& name, std::vector<std::string> const& extensions) {
  if (extensions.empty()) return true;
  std::string const own = fs::path(name).extension().string();
  return std::find(extensions.begin(), extensions.end(), own) != extensions.end();
}

std::string joined(std::vector<std::string> const& words) {
  std::string text;
  for (std::string const& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string only_in(std::vector<std::string> const& some, std::vector<std::string> const& others) {
  std::vector<std::string> rest;
  std::set_difference(some.begin(), some.end(), others.begin(), others.end(),
                      std::back_inserter(rest));
  return rest.empty() ? "none" : joined(rest);
}

}  // namespace

ClassFolders::ClassFolders(std::string root, std::vector<std::string> const& extensions)
    : root_(std::move(root)), classes_(names_in(root_, Wanted::folders)) {
  require<FileError>(!classes_.empty(), "'", root_,
                     "': holds no folders, expected one for each class");
  for (std::size_t k = 0; k < classes_.size(); ++k) {
    std::string const folder = in(root_, classes_[k]);
    std::size_t const before = files_.size();
    for (std::string const& name : names_in(folder, Wanted::files))
      if (has_extension(name, extensions))
        files_.push_back({in(folder, name), static_cast<int>(k)});
    require<FileError>(files_.size() > before, "'", folder, "': holds no files",
                       extensions.empty() ? "" : " that end in " + joined(extensions),
                       ", expected those of a class");
  }
}

ClassSplit fixed_split(ClassFolders const& train, ClassFolders const& test) {
  require(train.classes() == test.classes(), "fixed_split: '", train.root(), "' and '", test.root(),
          "' must hold the same classes; only in the former: ",
          only_in(train.classes(), test.classes()),
          "; only in the latter: ", only_in(test.classes(), train.classes()));
  return {train.classes(), train.files(), test.files()};
}

ClassSplit random_split(ClassFolders const& folders, double train_fraction, std::uint64_t seed) {
  std::vector<int> labels;
  for (ClassFile const& file : folders.files()) labels.push_back(file.label);
  Split const split = random_split(labels, train_fraction, seed);
  ClassSplit parts{folders.classes(), {}, {}};
  for (std::size_t const k : split.train) parts.train.push_back(folders.files()[k]);
  for (std::size_t const k : split.test) parts.test.push_back(folders.files()[k]);
  return parts;
}

}  // namespace kosnn

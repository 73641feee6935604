#include "file_bytes.hpp"

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <system_error>

namespace kosnn::detail {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t piece = std::size_t{1} << 20;  // bytes read at a time
constexpr std::size_t longest_line = std::size_t{1} << 16;

}  // namespace

std::string read_file_bytes(std::string const& path) {
  std::error_code error;
  fs::file_status const status = fs::status(path, error);
  check_file(fs::exists(status), path,
             "cannot be read: ", error ? error.message() : "no such file");
  check_file(fs::is_regular_file(status), path, "cannot be read: it is not a regular file");
  std::uintmax_t const size = fs::file_size(path, error);
  check_file(!error, path, "cannot be read: ", error.message());
  check_file(size <= max_file_bytes, path, "has ", size, " bytes, at most ", max_file_bytes,
             " are accepted");
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> const file(std::fopen(path.c_str(), "rb"),
                                                             &std::fclose);
  check_file(file != nullptr, path, "cannot be read: ", std::generic_category().message(errno));
  std::string bytes;
  for (std::size_t got = piece; got == piece;) {
    std::size_t const begin = bytes.size();
    check_file(begin < max_file_bytes, path, "is larger than ", max_file_bytes, " bytes");
    bytes.resize(begin + piece);
    got = std::fread(bytes.data() + begin, 1, piece, file.get());
    bytes.resize(begin + got);
  }
  check_file(std::ferror(file.get()) == 0, path, "reading failed after ", bytes.size(), " bytes");
  return bytes;
}

std::string_view FileCursor::line(char const* what) {
  std::size_t const end = rest().substr(0, longest_line).find('\n');
  check_file(end != std::string_view::npos, name_, "at byte ", position_, ": found ", shown(rest()),
             ", expected ", what, " with a line end within ", longest_line, " bytes");
  std::string_view text = take(end + 1, what);
  text.remove_suffix(1);
  if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
  return text;
}

std::string shown(std::string_view bytes) {
  constexpr std::size_t most = 40;
  if (bytes.empty()) return "the end of the file";
  std::string text = "'";
  for (char const c : bytes.substr(0, most)) text += c >= ' ' && c <= '~' ? c : '?';
  return text + (bytes.size() > most ? "...'" : "'");
}

}  // namespace kosnn::detail

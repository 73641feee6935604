#ifndef KOSNN_SUPPORT_APP_HPP
#define KOSNN_SUPPORT_APP_HPP

#include <CLI/CLI.hpp>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <string>
#include <utility>
#include <vector>

#include "kosnn/core/error.hpp"

namespace kosnn_support {

/// Values on the command line that do not go together; `App::run` reports it like a wrong value.
class UsageError : public kosnn::Error {
 public:
  using Error::Error;
};

/// The command line that all executables share: --help, --version, --seed, --threads and --json,
/// and the options that each adds with the members below before it calls `run`.
///
/// Exit codes: 0 success; 1 the work failed; 2 the command line is wrong. A failure is one message
/// on the error stream that begins with the executable's name.
class App {
 public:
  /// Messages go to standard output and standard error unless other streams are given.
  App(std::string name, std::string const& description);
  App(std::string name, std::string const& description, std::ostream& out, std::ostream& err);

  std::uint64_t seed = 1;  ///< --seed
  int threads = 0;         ///< --threads; 0 leaves the number to Kokkos
  std::string json;        ///< --json; empty when no report is asked for

  /// A whole number from `least` to `most`; what `value` holds is the default.
  template <class Whole>
  void whole(std::string const& option, Whole& value, std::int64_t least, std::int64_t most,
             std::string const& help) {
    add_whole(option, static_cast<std::int64_t>(value), least, most, help,
              [&value](std::int64_t got) { value = static_cast<Whole>(got); });
  }

  /// A finite number from `least` to `most`.
  void number(std::string const& option, double& value, double least, double most,
              std::string const& help);
  /// One of several words.
  void choice(std::string const& option, std::string& value, std::vector<std::string> const& words,
              std::string const& help);
  /// Any text that is not empty, such as a file to read.
  void text(std::string const& option, std::string& value, std::string const& type,
            std::string const& help);
  /// The file to read, which has to be given, without an option's name before it.
  void input(std::string& value, std::string const& help);
  /// A file to write; that it can be written is checked before the work starts.
  void output(std::string const& option, std::string& value, std::string const& help);
  /// An option without a value.
  void flag(std::string const& option, bool& value, std::string const& help);

  /// Reads the command line, checks the output files, calls `work` and turns what it throws into a
  /// message. Returns the exit code.
  int run(int argc, char const* const* argv, std::function<void()> const& work);

 private:
  struct Output {
    std::string option;
    std::string const* path;
  };

  void add_whole(std::string const& option, std::int64_t value, std::int64_t least,
                 std::int64_t most, std::string const& help,
                 std::function<void(std::int64_t)> const& store);
  CLI::Option* add(std::string const& option, std::string const& type, std::string const& help,
                   std::function<void(std::string const&)> const& read);
  void parse(int argc, char const* const* argv);
  void check_outputs() const;
  int fail(int code, std::string const& message) const;

  CLI::App cli_;
  std::string name_;
  std::ostream& out_;
  std::ostream& err_;
  std::vector<Output> outputs_;
};

}  // namespace kosnn_support

#endif

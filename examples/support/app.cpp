#include "support/app.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>
#include <limits>
#include <new>
#include <sstream>
#include <system_error>

#include "kosnn/io/atomic_file.hpp"
#include "kosnn/version.hpp"

namespace kosnn_support {
namespace {

/// One line whatever `text` holds.
std::string in_quotes(std::string const& text) {
  std::string line = "'";
  for (char const c : text) line += static_cast<unsigned char>(c) < ' ' ? '?' : c;
  return line + "'";
}

[[noreturn]] void wrong(std::string const& option, std::string const& expected,
                        std::string const& got) {
  throw UsageError(option + ": must be " + expected + ", got " + in_quotes(got));
}

/// The whole number that all of `text` spells; false when it is none or does not fit.
template <class Whole>
bool read_whole(std::string const& text, Whole& value) {
  char const* const end = text.data() + text.size();
  auto const [stop, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && stop == end;
}

/// The decimal number that all of `text` spells.
bool read_number(std::string const& text, double& value) {
  if (text.empty() || text.find_first_not_of("0123456789+-.eE") != std::string::npos) return false;
  char* stop = nullptr;
  value = std::strtod(text.c_str(), &stop);
  return stop == text.c_str() + text.size() && std::isfinite(value);
}

std::string shown(double value) {
  std::ostringstream text;
  text << value;
  return text.str();
}

}  // namespace

App::App(std::string name, std::string const& description)
    : App(std::move(name), description, std::cout, std::cerr) {}

App::App(std::string name, std::string const& description, std::ostream& out, std::ostream& err)
    : cli_(description, name), name_(std::move(name)), out_(out), err_(err) {
  cli_.set_help_flag("-h,--help", "Show this and leave");
  cli_.set_version_flag("--version", name_ + " " + kosnn::version, "Show the version and leave");
  add("--seed", "N", "Seed of all randomness, a whole number from 0",
      [this](std::string const& got) {
        if (!read_whole(got, seed)) {
          wrong("--seed",
                "a whole number from 0 to " +
                    std::to_string(std::numeric_limits<std::uint64_t>::max()),
                got);
        }
      })
      ->default_str(std::to_string(seed));
  whole("--threads", threads, 0, 4096, "Threads to compute with; 0 leaves it to Kokkos");
  output("--json", json, "Write a report as JSON");
}

CLI::Option* App::add(std::string const& option, std::string const& type, std::string const& help,
                      std::function<void(std::string const&)> const& read) {
  return cli_.add_option_function<std::string>(option, read, help)->type_name(type);
}

void App::add_whole(std::string const& option, std::int64_t value, std::int64_t least,
                    std::int64_t most, std::string const& help,
                    std::function<void(std::int64_t)> const& store) {
  std::string const range = std::to_string(least) + " to " + std::to_string(most);
  auto const read = [=](std::string const& got) {
    std::int64_t number = 0;
    if (!read_whole(got, number) || number < least || number > most) {
      wrong(option, "a whole number from " + range, got);
    }
    store(number);
  };
  add(option, "N", help + ", " + range, read)->default_str(std::to_string(value));
}

void App::number(std::string const& option, double& value, double least, double most,
                 std::string const& help) {
  std::string const range = shown(least) + " to " + shown(most);
  auto const read = [=, &value](std::string const& got) {
    double number = 0;
    if (!read_number(got, number) || number < least || number > most) {
      wrong(option, "a number from " + range, got);
    }
    value = number;
  };
  add(option, "X", help + ", " + range, read)->default_str(shown(value));
}

void App::choice(std::string const& option, std::string& value,
                 std::vector<std::string> const& words, std::string const& help) {
  std::string all;
  for (std::string const& word : words) all += (all.empty() ? "" : ", ") + word;
  auto const read = [=, &value](std::string const& got) {
    if (std::find(words.begin(), words.end(), got) == words.end()) {
      wrong(option, "one of " + all, got);
    }
    value = got;
  };
  add(option, "WORD", help + ": " + all, read)->default_str(value);
}

void App::text(std::string const& option, std::string& value, std::string const& type,
               std::string const& help) {
  auto const read = [option, &value](std::string const& got) {
    if (got.empty()) throw UsageError(option + ": must not be empty");
    value = got;
  };
  add(option, type, help, read)->default_str(value);
}

void App::input(std::string& value, std::string const& help) {
  cli_.add_option("FILE", value, help)->required()->type_name("");
}

void App::output(std::string const& option, std::string& value, std::string const& help) {
  text(option, value, "FILE", help);
  outputs_.push_back({option, &value});
}

void App::flag(std::string const& option, bool& value, std::string const& help) {
  cli_.add_flag_callback(
          option, [&value] { value = true; }, help)
      ->disable_flag_override();
}

void App::parse(int argc, char const* const* argv) {
  try {
    cli_.parse(argc, argv);
  } catch (CLI::ArgumentMismatch const& error) {
    std::string text = error.what();  // begins with the option's name, a flag's without its dashes
    text.erase(0, text.find_first_not_of('-'));
    throw UsageError("--" + text.substr(0, text.find_first_of(": ")) + ": takes " +
                     (text.find("override") == text.npos ? "exactly one value" : "no value"));
  } catch (CLI::Success const&) {
    throw;  // --help, --version
  } catch (CLI::ExtrasError const&) {
    throw UsageError("unknown argument " + in_quotes(cli_.remaining().front()) +
                     "; --help shows what there is");
  } catch (CLI::ParseError const& error) {
    throw UsageError(error.what());
  }
}

void App::check_outputs() const {
  namespace fs = std::filesystem;
  std::vector<std::pair<fs::path, std::string>> seen;
  for (auto const& [option, path] : outputs_) {
    if (path->empty()) continue;
    try {
      kosnn::require_writable(*path);
    } catch (kosnn::FileError const& error) {
      throw UsageError(option + ": " + error.what());
    }
    std::error_code error;
    fs::path const whole = fs::weakly_canonical(fs::absolute(*path, error), error);
    for (auto const& [other, other_option] : seen) {
      kosnn::require<UsageError>(other != whole, option, ": is the same file as ", other_option,
                                 ", ", in_quotes(*path));
    }
    seen.emplace_back(whole, option);
  }
}

int App::fail(int code, std::string const& message) const {
  err_ << name_ + ": " + message + "\n" << std::flush;
  return code;
}

int App::run(int argc, char const* const* argv, std::function<void()> const& work) {
  try {
    parse(argc, argv);
    check_outputs();
    work();
    return 0;
  } catch (CLI::CallForVersion const& version) {
    out_ << version.what() << "\n" << std::flush;
    return 0;
  } catch (CLI::Success const&) {
    out_ << cli_.help() << std::flush;
    return 0;
  } catch (UsageError const& error) {
    return fail(2, error.what());
  } catch (std::bad_alloc const&) {
    return fail(1, "out of memory");
  } catch (std::exception const& error) {
    return fail(1, error.what());
  }
}

}  // namespace kosnn_support

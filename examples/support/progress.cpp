#include "support/progress.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <utility>

#include "kosnn/core/error.hpp"

namespace kosnn_support {
namespace {

constexpr std::size_t bar_length = 20;

/// 0:07, 12:34, 1:02:03
std::string duration(double seconds) {
  std::array<char, 32> text{};
  auto const s = static_cast<long long>(std::min(std::ceil(seconds), 3.6e8));
  if (s < 3600) {
    std::snprintf(text.data(), text.size(), "%lld:%02lld", s / 60, s % 60);
  } else {
    std::snprintf(text.data(), text.size(), "%lld:%02lld:%02lld", s / 3600, s / 60 % 60, s % 60);
  }
  return text.data();
}

std::string speed(double per_second) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), per_second < 10 ? "%.2f" : "%.0f", per_second);
  return text.data();
}

}  // namespace

ProgressOutput standard_progress() {
  auto const columns = [] {
    winsize size = {};
    return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? int{size.ws_col}
                                                                             : 80;
  };
  auto const clock = [] {
    auto const now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration<double>(now).count();
  };
  return {&std::cerr, ::isatty(STDERR_FILENO) == 1, columns, clock};
}

Progress::Progress(std::string label, std::size_t total, std::string unit, ProgressOutput output)
    : label_(std::move(label)),
      total_(total),
      unit_(std::move(unit)),
      output_(std::move(output)),
      begin_(output_.clock()),
      shown_at_(begin_) {
  kosnn::require(total > 0, "progress '", label_, "': the total is 0, expected at least 1");
  if (output_.live) show(begin_, "");
}

Progress::~Progress() {
  if (open_) *output_.stream << "\n" << std::flush;
}

void Progress::advance(std::size_t count, std::string const& note) {
  kosnn::require(count <= total_ - done_, "progress '", label_, "': ", done_, " + ", count,
                 " pieces are done, expected at most ", total_);
  done_ += count;
  double const now = output_.clock();
  if (count > 0 && (done_ == total_ || due(now))) show(now, note);
}

bool Progress::due(double now) const {
  double const waited = now - shown_at_;
  if (output_.live) return waited >= 0.1;
  std::size_t const tenth = std::max<std::size_t>(total_ / 10, 1);
  return waited >= 60 || (waited >= 2 && done_ / tenth > shown_done_ / tenth);
}

std::string Progress::line(double now, std::string const& note) const {
  double const part = static_cast<double>(done_) / static_cast<double>(total_);
  auto const filled = static_cast<std::size_t>(part * static_cast<double>(bar_length));
  std::string text = label_ + "  ";
  if (output_.live) {
    text += "[" + std::string(filled, '#') + std::string(bar_length - filled, '-') + "]  ";
  }
  std::string const percent = std::to_string(static_cast<int>(part * 100));
  text += std::string(3 - percent.size(), ' ') + percent + " %  " + std::to_string(done_) + "/" +
          std::to_string(total_);
  double const elapsed = now - begin_;
  if (done_ > 0 && elapsed > 0) {
    double const rate = static_cast<double>(done_) / elapsed;
    text += "  " + speed(rate) + " " + unit_ + "/s  ";
    text += done_ == total_ ? duration(elapsed) + " in all"
                            : duration(static_cast<double>(total_ - done_) / rate) + " left";
  }
  return note.empty() ? text : text + "  " + note;
}

void Progress::show(double now, std::string const& note) {
  std::string text = line(now, note);
  bool const end = done_ == total_;
  if (output_.live) {
    // A line that fills the last column would wrap; what it covered before is erased.
    auto const room = static_cast<std::size_t>(std::max(output_.columns() - 1, 1));
    text = "\r" + text.substr(0, room) + "\x1b[K" + (end ? "\n" : "");
  } else {
    text += "\n";
  }
  *output_.stream << text << std::flush;
  open_ = output_.live && !end;
  shown_at_ = now;
  shown_done_ = done_;
}

}  // namespace kosnn_support

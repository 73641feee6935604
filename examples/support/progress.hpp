#ifndef KOSNN_SUPPORT_PROGRESS_HPP
#define KOSNN_SUPPORT_PROGRESS_HPP

#include <cstddef>
#include <functional>
#include <iosfwd>
#include <string>

namespace kosnn_support {

/// Where progress is shown.
struct ProgressOutput {
  std::ostream* stream;
  bool live;                      ///< one line, drawn over and over, instead of line after line
  std::function<int()> columns;   ///< the terminal's width, asked before each drawing
  std::function<double()> clock;  ///< seconds from any moment on
};

/// Standard error, live when it is a terminal.
ProgressOutput standard_progress();

/// Shows how far a long work has come, its speed and the time left:
/// `train  [##########----------]  50 %  600/1200  812 samples/s  0:01 left`. On a terminal the
/// line is redrawn at most 10 times a second; elsewhere a line is added at each tenth of the work
/// or each minute, but never two within two seconds. The end is always shown.
class Progress {
 public:
  /// `total` > 0 pieces of work, called `unit` in plural.
  Progress(std::string label, std::size_t total, std::string unit = "samples",
           ProgressOutput output = standard_progress());
  /// Ends a live line that is still open, so that what follows starts on its own line.
  ~Progress();
  Progress(Progress const&) = delete;
  Progress& operator=(Progress const&) = delete;

  /// `count` more pieces are done; `note` is shown at the end of the line.
  void advance(std::size_t count = 1, std::string const& note = "");

 private:
  bool due(double now) const;
  std::string line(double now, std::string const& note) const;
  void show(double now, std::string const& note);

  std::string label_;
  std::size_t total_;
  std::string unit_;
  ProgressOutput output_;
  std::size_t done_ = 0;
  double begin_;
  double shown_at_;             // time of the last line
  std::size_t shown_done_ = 0;  // pieces done then
  bool open_ = false;           // the cursor stands at the end of a live line
};

}  // namespace kosnn_support

#endif

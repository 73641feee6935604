// kosnn_events: shows what an event file holds: how many events of which polarity in which time,
// and a picture of them.

#include <algorithm>
#include <cstdio>
#include <kosnn/core/error.hpp>
#include <kosnn/io/events.hpp>
#include <kosnn/io/png.hpp>
#include <string>

#include "events/view.hpp"
#include "support/app.hpp"
#include "support/report.hpp"
#include "support/simulation.hpp"

namespace {

struct Options {
  std::string file, format = "auto", png;
  std::size_t frames = 8;
};

/// The format that the option names; with "auto" by the end of the file's name.
kosnn::EventFormat format_of(Options const& options) {
  struct Known {
    char const *word, *end;
    kosnn::EventFormat format;
  };
  using kosnn::EventFormat;
  for (Known const& known :
       {Known{"2d", ".bin", EventFormat::spikes_2d}, Known{"1d", ".bs1", EventFormat::spikes_1d},
        Known{"3d", ".bs3", EventFormat::spikes_3d}, Known{"dat", ".dat", EventFormat::ncars_dat},
        Known{"aedat3", ".aedat", EventFormat::aedat31},
        Known{"aedat4", ".aedat4", EventFormat::aedat4}}) {
    std::string const end = known.end;
    bool const ends = options.file.size() >= end.size() &&
                      options.file.compare(options.file.size() - end.size(), end.size(), end) == 0;
    if (options.format == known.word || (options.format == "auto" && ends)) return known.format;
  }
  throw kosnn_support::UsageError("--format: must be given, the name of '" + options.file +
                                  "' does not tell it");
}

nlohmann::ordered_json result(events::Summary const& s, Options const& options) {
  nlohmann::ordered_json counts, rates;
  for (auto const& [polarity, n] : s.by_polarity) {
    counts[events::name_of(polarity)] = n;
    rates[events::name_of(polarity)] = s.rate_hz(polarity);
  }
  return {{"file", options.file},         {"events", s.events},     {"width", s.width},
          {"height", s.height},           {"first_us", s.first_us}, {"duration_ms", s.duration_ms},
          {"events_by_polarity", counts}, {"events_per_s", rates}};
}

void work(kosnn_support::App const& app, Options const& options) {
  kosnn::EventFormat const format = format_of(options);
  double const start = kosnn_support::seconds();
  auto const stream = kosnn::read_events(options.file, format);
  kosnn::require(!stream.events.empty(), options.file, ": there are no events");
  auto const s = events::summary(stream);

  std::printf("%s: %zu events of a sensor of %d x %d in %.3f ms\n", options.file.c_str(), s.events,
              s.width, s.height, s.duration_ms);
  for (auto const& [polarity, n] : s.by_polarity)
    std::printf("%-12s %10zu events %14.1f /s\n", events::name_of(polarity).c_str(), n,
                s.rate_hz(polarity));
  if (!options.png.empty())
    kosnn::write_png(options.png, format == kosnn::EventFormat::spikes_1d
                                      ? events::raster(stream)
                                      : events::frames(stream, options.frames, 4));
  if (app.json.empty()) return;
  kosnn_support::Report report;
  report.device = Kokkos::DefaultHostExecutionSpace::name();
  report.seed = app.seed;
  report.run_s = kosnn_support::seconds() - start;
  report.biological_ms = s.duration_ms;
  report.spikes = s.events;
  report.bytes["events"] = stream.events.size() * sizeof(kosnn::Event);
  report.result = result(s, options);
  report.write(app.json);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  kosnn_support::App app("kosnn_events",
                         "Shows what a file of a sensor's events or of spikes holds, and draws it: "
                         "ON blue, OFF orange, frames of equal time from left to right.");
  app.input(options.file, "the file to show");
  app.choice("--format", options.format, {"auto", "1d", "2d", "3d", "dat", "aedat3", "aedat4"},
             "its format; auto: by its name, .bs1, .bin (N-MNIST), .bs3, .dat, .aedat, .aedat4");
  app.whole("--frames", options.frames, 1, 1000, "frames to draw");
  app.output("--png", options.png, "picture of the events; 1-D formats: neurons over time");
  return app.run(argc, argv, [&] { work(app, options); });
}

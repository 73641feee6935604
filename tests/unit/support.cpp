#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <new>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "io_testing.hpp"
#include "kosnn/version.hpp"
#include "support/app.hpp"
#include "support/progress.hpp"
#include "support/report.hpp"
#include "support/simulation.hpp"

namespace {

using kosnn_support::App;
using kosnn_support::Progress;
using kosnn_support::ProgressOutput;
using kosnn_support::Report;
using kosnn_test::expect_error;
using kosnn_test::Folder;

/// A program with one option of each kind, and what it did.
struct Program {
  std::ostringstream out, err;
  App app{"kosnn_try", "Tries the command line", out, err};
  unsigned samples = 100;
  double rate = 0.5;
  std::string device = "auto", data, png;
  bool quiet = false;
  int calls = 0;

  Program() {
    app.whole("--samples", samples, 1, 60000, "Samples to learn");
    app.number("--rate", rate, 0, 2.5, "Learning rate");
    app.choice("--device", device, {"auto", "serial", "openmp"}, "Where to compute");
    app.text("--data", data, "FOLDER", "Where the data lie");
    app.output("--png", png, "Write a picture");
    app.flag("--quiet", quiet, "Show no progress");
  }

  int run(
      std::vector<std::string> const& arguments, std::function<void()> const& work = [] {}) {
    std::vector<char const*> argv{"/somewhere/else"};
    for (std::string const& argument : arguments) argv.push_back(argument.c_str());
    return app.run(static_cast<int>(argv.size()), argv.data(), [&] {
      ++calls;
      work();
    });
  }
};

/// The command line is refused by `message`, one line, and no work begins.
void expect_refused(std::vector<std::string> const& arguments, std::string const& message) {
  Program program;
  EXPECT_EQ(program.run(arguments), 2) << message;
  EXPECT_EQ(program.err.str(), "kosnn_try: " + message + "\n");
  EXPECT_EQ(program.out.str(), "");
  EXPECT_EQ(program.calls, 0);
}

TEST(App, KeepsTheDefaults) {
  Program program;
  EXPECT_EQ(program.run({}), 0);
  EXPECT_EQ(program.calls, 1);
  EXPECT_EQ(program.app.seed, 1U);
  EXPECT_EQ(program.app.threads, 0);
  EXPECT_EQ(program.app.json, "");
  EXPECT_EQ(program.samples, 100U);
  EXPECT_EQ(program.rate, 0.5);
  EXPECT_EQ(program.device, "auto");
  EXPECT_FALSE(program.quiet);
  EXPECT_EQ(program.out.str() + program.err.str(), "");
}

TEST(App, ReadsEveryKind) {
  Folder const folder;
  Program program;
  EXPECT_EQ(program.run({"--seed", "18446744073709551615", "--threads=2", "--json", folder / "j",
                         "--samples", "60000", "--rate", "2.5e0", "--device", "openmp", "--data",
                         "with space", "--png", folder / "p", "--quiet"}),
            0);
  EXPECT_EQ(program.app.seed, std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(program.app.threads, 2);
  EXPECT_EQ(program.app.json, folder / "j");
  EXPECT_EQ(program.samples, 60000U);
  EXPECT_EQ(program.rate, 2.5);
  EXPECT_EQ(program.device, "openmp");
  EXPECT_EQ(program.data, "with space");
  EXPECT_EQ(program.png, folder / "p");
  EXPECT_TRUE(program.quiet);
  EXPECT_EQ(program.err.str(), "");
  EXPECT_EQ(folder.files(), 0U);  // looking whether a file can be written leaves none
}

TEST(App, WrongValues) {
  for (std::string const got : {"0", "60001", "-1", "1.5", "ten", "1e3", "0x10", " 5", "5 ",
                                "99999999999999999999", "nan"}) {
    expect_refused({"--samples=" + got},
                   "--samples: must be a whole number from 1 to 60000, got '" + got + "'");
  }
  for (std::string const got : {"-0.1", "2.6", "nan", "inf", "1e999", "", "1,5", "0x1p3", "1.5x"}) {
    expect_refused({"--rate", got}, "--rate: must be a number from 0 to 2.5, got '" + got + "'");
  }
  for (std::string const got : {"-1", "18446744073709551616", "many"}) {
    expect_refused(
        {"--seed", got},
        "--seed: must be a whole number from 0 to 18446744073709551615, got '" + got + "'");
  }
  expect_refused({"--threads", "-2"}, "--threads: must be a whole number from 0 to 4096, got '-2'");
  expect_refused({"--device", "cuda"}, "--device: must be one of auto, serial, openmp, got 'cuda'");
  expect_refused({"--device", "two\nlines"},
                 "--device: must be one of auto, serial, openmp, got 'two?lines'");
  expect_refused({"--data", ""}, "--data: must not be empty");
}

TEST(App, WrongArguments) {
  expect_refused({"--sample", "3"}, "unknown argument '--sample'; --help shows what there is");
  expect_refused({"stray"}, "unknown argument 'stray'; --help shows what there is");
  expect_refused({"-x\n"}, "unknown argument '-x?'; --help shows what there is");
  expect_refused({"--samples"}, "--samples: takes exactly one value");
  expect_refused({"--samples", "1", "--samples", "2"}, "--samples: takes exactly one value");
  expect_refused({"--samples="}, "--samples: takes exactly one value");
  expect_refused({"--quiet=false"}, "--quiet: takes no value");
}

TEST(App, OutputsAreTriedBeforeTheWork) {
  Folder const folder;
  expect_refused({"--json", folder / "missing/j"},
                 "--json: cannot write '" + folder / "missing/j" + "': No such file or directory");
  expect_refused({"--png", folder.path()},
                 "--png: cannot write '" + folder.path() + "': it is a folder");
  expect_refused({"--json", folder / "same", "--png", folder / "./same"},
                 "--png: is the same file as --json, '" + folder / "./same" + "'");
  EXPECT_EQ(folder.files(), 0U);
}

TEST(App, HelpAndVersion) {
  Program program;
  EXPECT_EQ(program.run({"--help"}), 0);
  std::string const help = program.out.str();
  for (char const* const part : {"Tries the command line", "--help", "--version", "--seed", "=1",
                                 "--threads", "--json", "FILE", "--samples", "=100", "1 to 60000",
                                 "--rate", "0 to 2.5", "auto, serial, openmp", "--quiet"}) {
    EXPECT_NE(help.find(part), help.npos) << part << " is missing in:\n" << help;
  }
  EXPECT_EQ(program.calls, 0);
  EXPECT_EQ(program.err.str(), "");

  Program other;
  EXPECT_EQ(other.run({"--version"}), 0);
  EXPECT_EQ(other.out.str(), std::string("kosnn_try ") + kosnn::version + "\n");
  EXPECT_EQ(other.calls, 0);
}

TEST(App, WorkThatFails) {
  auto const expect = [](std::function<void()> const& work, int code, std::string const& message) {
    Program program;
    EXPECT_EQ(program.run({}, work), code) << message;
    EXPECT_EQ(program.err.str(), "kosnn_try: " + message + "\n");
    EXPECT_EQ(program.out.str(), "");
  };
  expect([] { throw kosnn::Error("population 'Exc': empty"); }, 1, "population 'Exc': empty");
  expect([] { throw kosnn::FileError("'a.h5': damaged"); }, 1, "'a.h5': damaged");
  expect([] { throw std::logic_error("whatever"); }, 1, "whatever");
  expect([] { throw std::bad_alloc(); }, 1, "out of memory");
  expect([] { throw kosnn_support::UsageError("--a: not with --b"); }, 2, "--a: not with --b");
}

Report full_report() {
  Report report;
  report.device = "OpenMP";
  report.threads = 2;
  report.seed = std::numeric_limits<std::uint64_t>::max();
  report.build_s = 0.5;
  report.run_s = 2;
  report.biological_ms = 8000;
  report.rate_hz = {{"Exc", 1.25}, {"Inh", 7}};
  report.spikes = 12;
  report.synaptic_events = 5000;
  report.bytes = {{"Exc", 4096}};
  report.result["accuracy"] = 0.75;
  report.result["curve"] = {0.1, 0.5};
  return report;
}

TEST(Report, SumsTrials) {
  Report one;
  one.seed = 4;
  one.device = "OpenMP";
  one.run_s = 1;
  one.build_s = 0.5;
  one.biological_ms = 100;
  one.spikes = 5;
  one.synaptic_events = 50;
  one.rate_hz = {{"Exc", 4}};
  Report sum;
  sum.result = {{"kept", 1}};
  sum.add(one);
  one.seed = 5;
  one.biological_ms = 300;
  one.rate_hz = {{"Exc", 8}};
  sum.add(one);
  EXPECT_EQ(sum.seed, 4U);
  EXPECT_EQ(sum.device, "OpenMP");
  EXPECT_EQ(sum.biological_ms, 400);
  EXPECT_EQ(sum.run_s, 2);
  EXPECT_EQ(sum.build_s, 1);
  EXPECT_EQ(sum.spikes, 10U);
  EXPECT_EQ(sum.synaptic_events, 100U);
  EXPECT_DOUBLE_EQ(sum.rate_hz["Exc"], 7);
  EXPECT_EQ(sum.result["kept"], 1);
}

TEST(Report, HasTheSharedKeysInOrder) {
  nlohmann::ordered_json const json = full_report().to_json();
  std::vector<std::string> keys;
  for (auto const& [key, value] : json.items()) keys.push_back(key);
  EXPECT_EQ(keys,
            (std::vector<std::string>{"version", "device", "precision", "threads", "ranks", "seed",
                                      "build_s", "run_s", "biological_ms", "real_time_factor",
                                      "spikes", "rate_hz", "synaptic_events",
                                      "synaptic_events_per_s", "bytes", "peak_rss_mb", "result"}));
  EXPECT_EQ(json["version"], kosnn::version);
  EXPECT_EQ(json["precision"], "float");
  EXPECT_EQ(json["seed"], std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(json["real_time_factor"], 0.25);
  EXPECT_EQ(json["synaptic_events_per_s"], 2500);
  EXPECT_EQ(json["rate_hz"]["Inh"], 7);
  EXPECT_EQ(json["bytes"]["Exc"], 4096);
  EXPECT_EQ(json["result"]["accuracy"], 0.75);
  EXPECT_GT(json["peak_rss_mb"], 1);
}

TEST(Report, RefusesWhatIsNotFinite) {
  double const nan = std::numeric_limits<double>::quiet_NaN();
  auto const expect = [](auto const& change, std::string const& message) {
    Report report = full_report();
    change(report);
    expect_error<kosnn::Error>([&] { report.to_json(); }, {message});
  };
  expect([&](Report& r) { r.build_s = nan; }, "build_s is nan, expected a finite number");
  expect([&](Report& r) { r.run_s = nan; }, "run_s is nan");
  expect([](Report& r) { r.run_s = 0; }, "run_s is 0, expected more than 0");
  expect([](Report& r) { r.biological_ms = -1; }, "biological_ms is -1, expected more than 0");
  expect([](Report& r) { r.biological_ms = INFINITY; }, "biological_ms is inf");
  expect([&](Report& r) { r.rate_hz["Exc"] = nan; }, "rate_hz.Exc is nan");
  expect([&](Report& r) { r.result["accuracy"] = nan; }, "result.accuracy is nan");
  expect([](Report& r) { r.result["curve"][1] = -INFINITY; }, "result.curve[1] is -inf");
}

TEST(Report, WritesAFileThatReadsBack) {
  Folder const folder;
  Report report = full_report();
  report.result["file"] = "bad \xff byte";  // file names need not be UTF-8
  report.write(folder / "r.json");
  auto const json = nlohmann::ordered_json::parse(kosnn_test::bytes_of(folder / "r.json"));
  EXPECT_EQ(json["spikes"], 12);
  EXPECT_EQ(json["result"]["file"], "bad \xef\xbf\xbd byte");

  std::string const before = kosnn_test::bytes_of(folder / "r.json");
  report.run_s = 0;
  EXPECT_THROW(report.write(folder / "r.json"), kosnn::Error);
  EXPECT_EQ(kosnn_test::bytes_of(folder / "r.json"), before);
  EXPECT_EQ(folder.files(), 1U);
}

/// A stream and a clock that stands until it is moved.
struct Screen {
  std::ostringstream text;
  double now = 100;
  int width = 80;
  ProgressOutput output(bool live) {
    return {&text, live, [this] { return width; }, [this] { return now; }};
  }
};

TEST(Progress, PlainLinesInALog) {
  Screen screen;
  {
    Progress progress("train", 600, "samples", screen.output(false));
    for (int k = 0; k < 600; ++k) {
      screen.now += 0.05;
      progress.advance(1, k == 599 ? "80.5 %" : "");
    }
  }
  std::string expected;
  for (int k = 1; k <= 9; ++k) {
    expected += "train   " + std::to_string(10 * k) + " %  " + std::to_string(60 * k) +
                "/600  20 samples/s  0:" + (k > 6 ? "0" : "") + std::to_string(30 - 3 * k) +
                " left\n";
  }
  expected += "train  100 %  600/600  20 samples/s  0:30 in all  80.5 %\n";
  EXPECT_EQ(screen.text.str(), expected);
}

TEST(Progress, LogLinesAreRare) {
  Screen quick;
  Progress fast("fast", 1024, "steps", quick.output(false));
  for (int k = 0; k < 1024; ++k) {
    quick.now += 1.0 / 1024;
    fast.advance();
  }
  EXPECT_EQ(quick.text.str(), "fast  100 %  1024/1024  1024 steps/s  0:01 in all\n");

  Screen long_lasting;
  Progress slow("slow", 100000, "steps", long_lasting.output(false));
  long_lasting.now += 59;
  slow.advance();
  EXPECT_EQ(long_lasting.text.str(), "");
  long_lasting.now += 1;
  slow.advance();
  EXPECT_EQ(long_lasting.text.str(), "slow    0 %  2/100000  0.03 steps/s  833:19:00 left\n");
}

TEST(Progress, OneLineOnATerminal) {
  Screen screen;
  {
    Progress progress("train", 4, "samples", screen.output(true));
    EXPECT_EQ(screen.text.str(), "\rtrain  [--------------------]    0 %  0/4\x1b[K");
    screen.text.str("");
    screen.now += 0.05;
    progress.advance();
    EXPECT_EQ(screen.text.str(), "");  // too soon
    screen.now += 1.95;
    screen.width = 30;
    progress.advance();
    EXPECT_EQ(screen.text.str(), "\rtrain  [##########----------]\x1b[K");
    screen.text.str("");
  }
  EXPECT_EQ(screen.text.str(), "\n");  // the line was open

  screen.text.str("");
  screen.width = 80;
  {
    Progress progress("test", 1, "samples", screen.output(true));
    screen.now += 2;
    progress.advance();
  }
  EXPECT_EQ(screen.text.str(),
            "\rtest  [--------------------]    0 %  0/1\x1b[K"
            "\rtest  [####################]  100 %  1/1  0.50 samples/s  0:02 in all\x1b[K\n");
}

TEST(Progress, Misuse) {
  Screen screen;
  expect_error<kosnn::Error>([&] { Progress const none("p", 0, "x", screen.output(false)); },
                             {"progress 'p'", "total is 0"});
  Progress progress("p", 3, "x", screen.output(false));
  progress.advance(2);
  expect_error<kosnn::Error>([&] { progress.advance(2); }, {"progress 'p'", "2 + 2", "at most 3"});
}

TEST(SynapticEvents, CountEachSpikeAtTheSynapsesOfItsNeuron) {
  EXPECT_EQ(kosnn_support::synaptic_events({2, 0, 3, 1}, {5, 7}),
            2U * 5 + 3 * 5 + 7);  // two elements
  EXPECT_EQ(kosnn_support::synaptic_events({}, {5}), 0U);
}

}  // namespace

// kosnn_bench_scaling: what a synaptic event costs as networks grow, fire faster and have longer
// delays. Each neuron is driven to fire regularly at one rate, all at different phases, and its
// synapses are too weak to change that, so that activity is the same whatever else differs.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <kosnn/io/png.hpp>
#include <kosnn/kosnn.hpp>
#include <string>
#include <utility>
#include <vector>

#include "support/app.hpp"
#include "support/plot.hpp"
#include "support/simulation.hpp"

namespace {

using namespace kosnn;
using Device = Kokkos::DefaultHostExecutionSpace;

struct Cells {};

struct Options {
  int neurons = 10000, in_degree = 1000, most_neurons = 100000, runs = 5;
  double rate = 10, delay = 1, events = 1e8;
  std::string png, sweep = "all";
};

/// A point of a sweep, and what is measured there.
struct Point {
  std::string sweep;  ///< what differs from the base
  double value;
  int neurons;
  double rate, delay, longest;  ///< Hz; delays in ms, drawn where `longest` is not `delay`
  double ns = 0;                ///< seconds a synaptic event, median, times 10^9
  double ratio = 0;             ///< to the first of the sweep in the same turn, median
  double ns_without_update = 0;
  double build_s = 0;
  std::uint64_t bytes = 0;
};

constexpr double dt = 0.1, weight = 1e-9;

auto make(Point const& p, int in_degree, std::uint64_t seed) {
  auto const delay =
      p.longest > p.delay ? delays::uniform(p.delay, p.longest) : delays::constant(p.delay);
  // The potential grows from 0 to 1 in the mean interval between spikes.
  auto net = make_network<Device>(
      Config{}.dt(dt).seed(seed),
      population(Cells{}, IF<>{}.gain(1).threshold(1).bias(p.rate * dt / 1000), Shape{p.neurons}),
      project(Cells{}, Cells{}, sparse::in_degree(in_degree), weights::constant(weight), delay));
  return net;
}

/// Potentials from 0 to 1, or so low that no neuron fires.
template <class Net>
void set_potentials(Net& net, std::uint64_t seed, bool silent) {
  RandomStream const random(seed, 0x7363616c);
  std::vector<float> v(static_cast<std::size_t>(net.get(Cells{}).size()), -1000.0F);
  for (std::size_t n = 0; n < v.size() && !silent; ++n)
    v[n] = static_cast<float>(random.uniform(static_cast<std::uint32_t>(n)));
  net.get(Cells{}).template set_field<&IF<>::State::v>(v);
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

using Net = decltype(make(Point{}, 0, 0));

/// The network of a point, and what its runs have taken.
class Measurement {
 public:
  Measurement(Net net, double build_s, Point const& p, Options const& options, std::uint64_t seed)
      : net_(std::move(net)),
        build_s_(build_s),
        seed_(seed),
        longest_(p.longest),
        per_ms_(p.neurons * (p.rate / 1000) * options.in_degree),
        ms_(std::clamp(std::round(options.events / per_ms_), 20.0, 2000.0)) {}

  /// Once without spikes and once with them.
  void run() {
    double const silent = timed(true), all = timed(false);
    run_s_ += silent + all;
    ns_.push_back(1e9 * all / (per_ms_ * ms_));
    without_update_.push_back(1e9 * (all - silent) / (per_ms_ * ms_));
  }
  void results_into(Point& p, Measurement const& first) {
    std::vector<double> ratios;
    for (std::size_t k = 0; k < ns_.size(); ++k) ratios.push_back(ns_[k] / first.ns_[k]);
    p.ns = median(ns_);
    p.ratio = median(ratios);
    p.ns_without_update = median(without_update_);
    p.build_s = build_s_;
    p.bytes = net_.memory().total();
  }
  kosnn_support::Report report() {
    auto report = kosnn_support::report_of<Device>(net_, net_.time());
    report.build_s = build_s_;
    report.run_s = run_s_;
    report.rate_hz = {{"Cells", kosnn_support::rate_hz(net_.get(Cells{}), net_.time())}};
    return report;
  }

 private:
  double timed(bool silent) {
    set_potentials(net_, seed_, silent);
    net_.run(std::ceil(longest_));  // until spikes arrive, or no more do
    double const begin = kosnn_support::seconds();
    net_.run(ms_);
    return kosnn_support::seconds() - begin;
  }

  Net net_;
  double build_s_;
  std::uint64_t seed_;
  double longest_, per_ms_, ms_, run_s_ = 0;
  std::vector<double> ns_, without_update_;
};

/// Measures all points of a sweep in turns: what else the machine does meets all alike. Their
/// networks are there at once, so that peak memory is that of them all.
kosnn_support::Report measure(std::vector<Point>& sweep, Options const& options,
                              std::uint64_t seed) {
  std::vector<Measurement> all;
  for (auto const& p : sweep) {
    double const start = kosnn_support::seconds();
    auto net = make(p, options.in_degree, seed);
    all.emplace_back(std::move(net), kosnn_support::seconds() - start, p, options, seed);
  }
  for (int k = 0; k < options.runs; ++k)
    for (auto& each : all) each.run();
  kosnn_support::Report report;
  for (std::size_t k = 0; k < sweep.size(); ++k) {
    all[k].results_into(sweep[k], all[0]);
    report.add(all[k].report());
  }
  return report;
}

using Sweeps = std::vector<std::vector<Point>>;

Sweeps sweeps_of(Options const& o) {
  std::vector<Point> points;
  for (int n = o.neurons; n <= o.most_neurons; n = n < 2 * o.neurons ? 3 * n : n / 3 * 10)
    points.push_back({"neurons", 1.0 * n, n, o.rate, o.delay, o.delay});
  for (double const hz : {1.0, 3.0, 10.0, 30.0, 100.0})
    points.push_back({"rate, Hz", hz, o.neurons, hz, o.delay, o.delay});
  for (double const ms : {1.0, 2.0, 5.0, 10.0, 20.0})
    points.push_back({"delay, ms", ms, o.neurons, o.rate, ms, ms});
  for (double const ms : {1.0, 2.0, 5.0, 10.0, 20.0})
    points.push_back({"delays from 1 ms to", ms, o.neurons, o.rate, 1, ms});
  Sweeps sweeps;
  for (auto const& p : points) {
    if (o.sweep != "all" && p.sweep.substr(0, p.sweep.find_first_of(", ")) != o.sweep) continue;
    if (sweeps.empty() || sweeps.back().front().sweep != p.sweep) sweeps.emplace_back();
    sweeps.back().push_back(p);
  }
  return sweeps;
}

void draw(std::string const& path, Sweeps const& sweeps) {
  using namespace kosnn_support;
  std::vector<Panel> panels;
  for (auto const& sweep : sweeps) {
    std::vector<double> x, all, delivery;
    double most = 0;
    for (auto const& p : sweep) {
      x.push_back(std::log10(p.value));
      all.push_back(p.ns);
      delivery.push_back(p.ns_without_update);
      most = std::max(most, p.ns);
    }
    panels.emplace_back("ns an event by log10 of " + sweep.front().sweep +
                        "; orange: without updates");
    panels.back().line(x, delivery, colours::orange).line(x, all).y_range(0, 1.1 * most);
  }
  PlotOptions how;
  how.height = 200;
  kosnn::write_png(path, plot(panels, how));
}

nlohmann::ordered_json to_json(Sweeps const& sweeps) {
  auto out = nlohmann::ordered_json::array();
  for (auto const& sweep : sweeps)
    for (auto const& p : sweep)
      out.push_back({{"sweep", p.sweep},
                     {"value", p.value},
                     {"ns_per_event", p.ns},
                     {"ratio", p.ratio},
                     {"ns_without_update", p.ns_without_update},
                     {"build_s", p.build_s},
                     {"bytes", p.bytes}});
  return {{"points", out}};
}

void work(kosnn_support::App const& app, Options const& options) {
  kosnn::KokkosScope const kokkos(app.threads);
  auto sweeps = sweeps_of(options);
  kosnn_support::Report report;
  std::printf("%-20s %8s %10s %6s %16s %8s %8s\n", "sweep", "value", "ns/event", "ratio",
              "without updates", "build s", "MB");
  for (auto& sweep : sweeps) {
    report.add(measure(sweep, options, app.seed));
    for (auto const& p : sweep)
      std::printf("%-20s %8g %10.3g %6.3g %16.3g %8.3g %8.4g\n", p.sweep.c_str(), p.value, p.ns,
                  p.ratio, p.ns_without_update, p.build_s, static_cast<double>(p.bytes) / 1e6);
  }
  report.result = to_json(sweeps);
  if (!app.json.empty()) report.write(app.json);
  if (!options.png.empty()) draw(options.png, sweeps);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  kosnn_support::App app("kosnn_bench_scaling",
                         "What a synaptic event costs by size of the network, rate and delay.");
  app.whole("--neurons", options.neurons, 3, 1000000, "of the base, from which the rest differs");
  app.whole("--most-neurons", options.most_neurons, 3, 10000000, "of the largest network");
  app.whole("--in-degree", options.in_degree, 1, 100000, "synapses of each neuron");
  app.number("--rate", options.rate, 0.1, 1000, "of the base, Hz");
  app.number("--delay", options.delay, 0.1, 100, "of the base, ms");
  app.number("--events", options.events, 1, 1e12, "about so many in each run");
  app.whole("--runs", options.runs, 1, 1000, "of each point of a sweep, in turns");
  app.choice("--sweep", options.sweep, {"all", "neurons", "rate", "delay", "delays"},
             "which to measure");
  app.output("--png", options.png, "picture of the costs");
  return app.run(argc, argv, [&] { work(app, options); });
}

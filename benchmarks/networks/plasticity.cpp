// kosnn_bench_plasticity: what an arrival at a plastic sparse synapse costs, by rate and in-degree:
// without a rule, with pair STDP whose postsynaptic half replays the spikes of the target when the
// row is walked, and with one that walks the column of the target at each of its spikes. Neurons
// fire as Poisson processes of one rate; synapses are too weak to change that.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <kosnn/kosnn.hpp>
#include <string>
#include <vector>

#include "support/app.hpp"
#include "support/simulation.hpp"

namespace {

using namespace kosnn;
using Device = Kokkos::DefaultHostExecutionSpace;

struct Cells {};

struct Options {
  int neurons = 10000, most_in_degree = 10000, runs = 5;
  double events = 2e7;
};

constexpr double dt = 0.1, delay = 1.5, weight = 1e-9;

PairStdp<> stdp() {
  return PairStdp<>{}.a_plus(0.02 * weight).a_minus(0.021 * weight).clamp(0, 2 * weight);
}

enum class Form { fixed, replay, columns };

/// Neurons that fire with each event of their Poisson input. A relaxation of its own for each
/// neuron, all of them equal, is what makes a rule walk columns.
auto cells(Options const& options, double hz, Form form) {
  auto made =
      population(Cells{}, IF<>{}.gain(1).threshold(1), Shape{options.neurons}).poisson_input(hz, 1);
  Trace const trace = stdp().pre_trace();
  if (form == Form::columns)
    made.trace(trace, std::vector<Relaxation>(static_cast<std::size_t>(options.neurons),
                                              trace.relaxation));
  return made;
}

struct Cost {
  double ns, bytes;  // per arrival; per synapse
};

/// Median over runs in turn with silent ones, whose time is taken off.
template <class... Rule>
Cost measure(Options const& options, int in_degree, double hz, std::uint64_t seed,
             kosnn_support::Report& report, Form form, Rule const&... rule) {
  double const start = kosnn_support::seconds();
  auto net = make_network<Device>(
      Config{}.dt(dt).seed(seed), cells(options, hz, form),
      project(Cells{}, Cells{}, sparse::in_degree(in_degree), weights::uniform(0, 2 * weight),
              delays::constant(delay), rule...));
  double const per_ms = options.neurons * (hz / 1000) * in_degree;
  double const ms = std::clamp(std::round(options.events / per_ms), 20.0, 20000.0);
  double const built = kosnn_support::seconds();
  std::vector<double> each;
  auto const timed = [&](double event) {
    net.get(Cells{}).set_poisson_input(hz, event);
    net.run(20);
    double const begin = kosnn_support::seconds();
    net.run(ms);
    return kosnn_support::seconds() - begin;
  };
  for (int k = 0; k < options.runs; ++k) {
    double const silent = timed(weight), all = timed(1);
    each.push_back(1e9 * (all - silent) / (per_ms * ms));
  }
  auto part_of_all = kosnn_support::report_of<Device>(net, net.time());
  part_of_all.build_s = built - start;
  part_of_all.run_s = kosnn_support::seconds() - built;
  report.add(part_of_all);
  std::sort(each.begin(), each.end());
  double bytes = 0;
  for (auto const& part : net.memory().parts())
    if (part.name.rfind("projection", 0) == 0) bytes += static_cast<double>(part.bytes);
  return {each[each.size() / 2],
          bytes / static_cast<double>(net.projection(Cells{}, Cells{}).synapses())};
}

void work(kosnn_support::App const& app, Options const& options) {
  KokkosScope const kokkos(app.threads);
  kosnn_support::Report report;
  auto points = nlohmann::ordered_json::array();
  std::printf("ns an arrival without rule, with replay, with columns; bytes a synapse\n");
  for (int in_degree = std::min(100, options.most_in_degree); in_degree <= options.most_in_degree;
       in_degree *= 10)
    for (double const hz : {1.0, 5.0, 10.0, 20.0, 50.0}) {
      Cost const fixed = measure(options, in_degree, hz, app.seed, report, Form::fixed),
                 replay = measure(options, in_degree, hz, app.seed, report, Form::replay, stdp()),
                 columns = measure(options, in_degree, hz, app.seed, report, Form::columns, stdp());
      std::printf(
          "in-degree %5d, %2g Hz:  %6.2f  %6.2f (%.1f)  %6.2f (%.1f)   %5.2f  %5.2f  %5.2f\n",
          in_degree, hz, fixed.ns, replay.ns, replay.ns / fixed.ns, columns.ns,
          columns.ns / fixed.ns, fixed.bytes, replay.bytes, columns.bytes);
      std::fflush(stdout);
      points.push_back({{"in_degree", in_degree},
                        {"rate_hz", hz},
                        {"static_ns", fixed.ns},
                        {"replay_ns", replay.ns},
                        {"columns_ns", columns.ns},
                        {"static_bytes", fixed.bytes},
                        {"replay_bytes", replay.bytes},
                        {"columns_bytes", columns.bytes}});
    }
  report.result = {{"points", points}};
  if (!app.json.empty()) report.write(app.json);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  kosnn_support::App app(
      "kosnn_bench_plasticity",
      "What an arrival at a plastic sparse synapse costs by rate and in-degree.");
  app.whole("--neurons", options.neurons, 16, 1000000, "neurons");
  app.whole("--most-in-degree", options.most_in_degree, 1, 100000,
            "in-degrees go from 100 to this by factors of 10");
  app.whole("--runs", options.runs, 1, 100, "runs of each, whose median is taken");
  app.number("--events", options.events, 1, 1e12, "arrivals in a run");
  return app.run(argc, argv, [&] { work(app, options); });
}

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
  int neurons = 10000, least_in_degree = 100, most_in_degree = 10000, runs = 5;
  double hz = 0, events = 2e7;
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

double bytes_per_synapse(MemoryReport const& memory, std::size_t synapses) {
  std::size_t bytes = 0;
  for (auto const& part : memory.parts())
    if (part.name.rfind("projection", 0) == 0) bytes += part.bytes;
  return static_cast<double>(bytes) / static_cast<double>(synapses);
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

/// What an arrival costs in each form of the projection, in turns, each with a silent run whose
/// time is taken off.
struct Costs {
  std::vector<double> ns[3];
  double bytes[3] = {};

  double median_ns(int form) const { return median(ns[form]); }
  double ratio(int form) const {
    std::vector<double> each;
    for (std::size_t k = 0; k < ns[form].size(); ++k) each.push_back(ns[form][k] / ns[0][k]);
    return median(each);
  }
};

Costs measure(Options const& options, int in_degree, double hz, std::uint64_t seed,
              kosnn_support::Report& report) {
  double const start = kosnn_support::seconds();
  auto const network = [&](Form form, auto const&... rule) {
    return make_network<Device>(
        Config{}.dt(dt).seed(seed), cells(options, hz, form),
        project(Cells{}, Cells{}, sparse::in_degree(in_degree), weights::uniform(0, 2 * weight),
                delays::constant(delay), rule...));
  };
  auto fixed = network(Form::fixed);
  auto replay = network(Form::replay, stdp()), columns = network(Form::columns, stdp());
  double const per_ms = options.neurons * (hz / 1000) * in_degree;
  double const ms = std::clamp(std::round(options.events / per_ms), 20.0, 20000.0);
  double const built = kosnn_support::seconds();
  Costs costs;
  auto const timed = [&](auto& net, double event) {
    net.get(Cells{}).set_poisson_input(hz, event);
    net.run(20);
    double const begin = kosnn_support::seconds();
    net.run(ms);
    return kosnn_support::seconds() - begin;
  };
  auto const take = [&](auto& net, int form) {
    double const silent = timed(net, weight), all = timed(net, 1);
    costs.ns[form].push_back(1e9 * (all - silent) / (per_ms * ms));
  };
  for (int k = 0; k < options.runs; ++k) {
    take(fixed, 0);
    take(replay, 1);
    take(columns, 2);
  }
  auto const enter = [&](auto& net, int form) {
    costs.bytes[form] =
        bytes_per_synapse(net.memory(), net.projection(Cells{}, Cells{}).synapses());
    report.add(kosnn_support::report_of<Device>(net, net.time()));
  };
  enter(fixed, 0);
  enter(replay, 1);
  enter(columns, 2);
  report.build_s += built - start;
  report.run_s += kosnn_support::seconds() - built;
  return costs;
}

void work(kosnn_support::App const& app, Options const& options) {
  KokkosScope const kokkos(app.threads);
  kosnn_support::Report report;
  auto points = nlohmann::ordered_json::array();
  auto const rates =
      options.hz > 0 ? std::vector<double>{options.hz} : std::vector<double>{1, 5, 10, 20, 50};
  std::printf("ns an arrival without rule, with replay, with columns; bytes a synapse\n");
  for (int in_degree = std::min(options.least_in_degree, options.most_in_degree);
       in_degree <= options.most_in_degree; in_degree *= 10)
    for (double const hz : rates) {
      Costs const c = measure(options, in_degree, hz, app.seed, report);
      std::printf(
          "in-degree %5d, %2g Hz:  %6.2f  %6.2f (%.1f)  %6.2f (%.1f)   %5.2f  %5.2f  %5.2f\n",
          in_degree, hz, c.median_ns(0), c.median_ns(1), c.ratio(1), c.median_ns(2), c.ratio(2),
          c.bytes[0], c.bytes[1], c.bytes[2]);
      std::fflush(stdout);
      points.push_back({{"in_degree", in_degree},
                        {"rate_hz", hz},
                        {"static_ns", c.ns[0]},
                        {"replay_ns", c.ns[1]},
                        {"columns_ns", c.ns[2]},
                        {"static_bytes", c.bytes[0]},
                        {"replay_bytes", c.bytes[1]},
                        {"columns_bytes", c.bytes[2]}});
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
  app.whole("--least-in-degree", options.least_in_degree, 1, 100000, "the first in-degree");
  app.whole("--most-in-degree", options.most_in_degree, 1, 100000,
            "which grows by factors of 10 up to this");
  app.number("--hz", options.hz, 0, 1000, "the only rate; 0: 1, 5, 10, 20 and 50 Hz");
  app.whole("--runs", options.runs, 1, 100, "runs of each in turns, whose median is taken");
  app.number("--events", options.events, 1, 1e12, "arrivals in a run");
  return app.run(argc, argv, [&] { work(app, options); });
}

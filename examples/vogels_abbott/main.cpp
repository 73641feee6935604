// kosnn_vogels_abbott: sparse networks that keep themselves active, with synapses as currents or as
// conductances.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <kosnn/io/png.hpp>
#include <kosnn/kosnn.hpp>
#include <optional>
#include <string>
#include <vector>

#include "support/app.hpp"
#include "support/network_picture.hpp"
#include "support/progress.hpp"
#include "support/simulation.hpp"
#include "vogels_abbott/network.hpp"

namespace {

using Device = Kokkos::DefaultExecutionSpace;
using vogels_abbott::Cells;

struct Options {
  vogels_abbott::Parameters network;
  std::string model = "cuba", variant = "nest";
  double drop = 100, time = 1900;
  bool count = false;
  std::string png;

  void check() const {
    kosnn::require<kosnn_support::UsageError>(
        drop + time >= 60,
        "--drop and --time: together at least 60 ms, of which a stimulus takes "
        "51, got ",
        drop + time);
    for (double const ms : {drop, time})
      kosnn::require<kosnn_support::UsageError>(
          ms == static_cast<double>(static_cast<std::int64_t>(ms)),
          "--drop and --time: must be whole numbers of ms, got ", ms);
    kosnn::require<kosnn_support::UsageError>(
        !count || network.random_start || drop >= 60,
        "--count: begins after the stimulus, so --drop must be at least 60 ms, "
        "got ",
        drop);
  }
};

/// What neurons have done after `Options::drop`.
struct Activity {
  double counted_ms, excitatory_hz, inhibitory_hz;
  std::optional<double> cv, inhibitory_cv, synchrony;  // unless spikes are only counted

  Activity(kosnn::SpikeAnalysis const& exc, kosnn::SpikeAnalysis const& inh)
      : counted_ms(exc.ms()),
        excitatory_hz(exc.rate_hz()),
        inhibitory_hz(inh.rate_hz()),
        cv(exc.cv().value_or(0)),
        inhibitory_cv(inh.cv().value_or(0)),
        synchrony(exc.synchrony().value_or(0)) {}
  /// From the mean number of spikes of the neurons of each part in `ms`.
  Activity(std::vector<double> const& spikes, double ms)
      : counted_ms(ms),
        excitatory_hz(spikes[0] / ms * 1000),
        inhibitory_hz(spikes[1] / ms * 1000) {}
};

void draw(std::string const& path, kosnn::SpikeTrains const& trains, Options const& options) {
  using namespace kosnn_support;
  Stretch const when{options.drop, std::min(500.0, options.time)};
  auto const cells = options.network.cells();
  auto const activity = [&](Colour colour, kosnn::Slice const& part, int shown) {
    return part_activity(colour, trains, part.begin, part.end, shown, when);
  };
  kosnn::write_png(path, network_picture("excitatory (blue), inhibitory (orange)",
                                         {activity(colours::blue, cells["E"], 80),
                                          activity(colours::orange, cells["I"], 20)},
                                         when));
}

nlohmann::ordered_json to_json(Options const& options, Activity const& activity) {
  nlohmann::ordered_json json = {{"model", options.model},
                                 {"variant", options.variant},
                                 {"neurons", options.network.cells().size()},
                                 {"delay_ms", options.network.delay},
                                 {"counted_ms", activity.counted_ms},
                                 {"excitatory_hz", activity.excitatory_hz},
                                 {"inhibitory_hz", activity.inhibitory_hz}};
  if (activity.cv) {
    json["cv"] = *activity.cv;
    json["inhibitory_cv"] = *activity.inhibitory_cv;
    json["synchrony"] = *activity.synchrony;
  }
  return json;
}

template <class Neuron>
void simulate(kosnn_support::App const& app, Options const& options, Neuron const& neuron,
              vogels_abbott::Weights const& weights) {
  double const start = kosnn_support::seconds();
  auto net = vogels_abbott::make<Device>(options.network, neuron, weights, app.seed);
  auto const cells = options.network.cells();
  auto const analysed = [&](char const* part) -> kosnn::SpikeAnalysis const* {
    auto const what = kosnn::SpikeStatistics{}.from(options.drop).neurons(cells[part]);
    return options.count ? nullptr : &net.record(Cells{}, what);
  };
  auto const *const exc = analysed("E"), *const inh = analysed("I");
  auto* const counter = options.count ? &net.record(Cells{}, kosnn::SpikeCounts{}) : nullptr;
  auto const* spikes = options.png.empty() ? nullptr : &net.record(Cells{}, kosnn::Spikes{});
  double const built = kosnn_support::seconds(), all = options.drop + options.time;
  if (!options.network.random_start) vogels_abbott::stimulate(net, weights.exc);
  kosnn_support::Progress progress("simulate", static_cast<std::size_t>(all), "ms");
  progress.advance(static_cast<std::size_t>(net.time()));
  if (counter != nullptr) {
    kosnn_support::run_in_pieces(net, options.drop - net.time(), 1000, progress);
    counter->clear();
  }
  kosnn_support::run_in_pieces(net, all - net.time(), 1000, progress);

  auto report = kosnn_support::report_of<Device>(net, all);
  report.build_s = built - start;
  report.run_s = kosnn_support::seconds() - built;
  Activity const activity = counter != nullptr
                                ? Activity(cells.means(counter->counts()), options.time)
                                : Activity(*exc, *inh);
  report.rate_hz = {{"Exc", activity.excitatory_hz}, {"Inh", activity.inhibitory_hz}};
  report.result = to_json(options, activity);
  std::printf("%s of %d neurons, as in %s\n", options.model.c_str(), cells.size(),
              options.variant.c_str());
  std::printf("rate  %.2f Hz excitatory, %.2f Hz inhibitory\n", activity.excitatory_hz,
              activity.inhibitory_hz);
  if (activity.cv)
    std::printf("CV of interspike intervals  %.3f excitatory, %.3f inhibitory\n", *activity.cv,
                *activity.inhibitory_cv);
  std::printf("%.3g s for %g ms, built in %.3g s\n", report.run_s, all, report.build_s);
  if (!app.json.empty()) report.write(app.json);
  if (spikes != nullptr) draw(options.png, kosnn::SpikeTrains(*spikes), options);
}

void work(kosnn_support::App const& app, Options options) {
  using namespace vogels_abbott;
  bool const brian = options.variant == "brian", coba = options.model == "coba";
  options.network.random_degrees = brian;
  options.network.random_start = brian || coba;
  options.check();
  kosnn::KokkosScope const kokkos(app.threads);
  if (coba)
    simulate(app, options, coba_neuron(), conductances);
  else if (brian)
    simulate(app, options, cuba_neuron(brian_capacitance), brian_weights);
  else
    simulate(app, options, cuba_neuron(nest_capacitance), nest_weights);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  kosnn_support::App app("kosnn_vogels_abbott",
                         "A sparse random network that keeps itself active (Vogels & Abbott 2005, "
                         "doi 10.1523/JNEUROSCI.3508-05.2005).");
  app.choice("--model", options.model, {"cuba", "coba"},
             "synapses are currents or, with a current of 200 pA into each neuron, conductances");
  app.choice(
      "--variant", options.variant, {"nest", "brian"},
      "equal in-degrees, cuba from rest with the weights of NEST's benchmark; or independent "
      "pairs, random start, the paper's weights");
  app.whole("--scale", options.network.scale, 1, 100000,
            "times 4000 neurons, each with 80 synapses");
  app.number("--delay", options.network.delay, 0.1, 1000, "of all synapses in ms");
  app.number("--drop", options.drop, 0, 1e7, "ms before activity is counted");
  app.number("--time", options.time, 1, 1e7, "ms in which it is");
  app.flag("--count", options.count,
           "spikes only, for the rates alone: no intervals, no synchrony");
  app.output("--png", options.png, "picture of spikes and rates");
  return app.run(argc, argv, [&] { work(app, options); });
}

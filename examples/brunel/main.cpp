// kosnn_brunel: the random network of excitatory and inhibitory neurons whose balance decides
// between synchronous and asynchronous, regular and irregular activity.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <kosnn/kosnn.hpp>
#include <string>

#include "brunel/activity.hpp"
#include "brunel/network.hpp"
#include "support/app.hpp"
#include "support/progress.hpp"
#include "support/simulation.hpp"

namespace {

using Device = Kokkos::DefaultExecutionSpace;
using brunel::Exc;
using brunel::Inh;

struct Options {
  brunel::Parameters network;
  double drop = 500, time = 1000;
  std::string png;

  void check() const {
    using kosnn_support::UsageError;
    kosnn::require<UsageError>(network.excitatory % 40 == 0,
                               "--excitatory: must be a multiple of 40, so that in-degrees are "
                               "whole numbers, got ",
                               network.excitatory);
    for (double const ms : {drop, time})
      kosnn::require<UsageError>(ms == static_cast<double>(static_cast<std::int64_t>(ms)),
                                 "--drop and --time: must be whole numbers of ms, got ", ms);
  }
};

/// Runs for `ms`, of which the progress bar shows a tenth at a time.
template <class Net>
void run(Net& net, double ms, kosnn_support::Progress& progress) {
  for (double done = 0; done < ms;) {
    double const part = std::min(100.0, ms - done);
    net.run(part);
    done += part;
    progress.advance(static_cast<std::size_t>(part));
  }
}

nlohmann::ordered_json to_json(brunel::Activity const& exc, brunel::Activity const& inh,
                               Options const& options) {
  return {{"g", options.network.g},
          {"eta", options.network.eta},
          {"excitatory", options.network.excitatory},
          {"counted_ms", options.time},
          {"excitatory_hz", exc.rate_hz},
          {"inhibitory_hz", inh.rate_hz},
          {"cv", exc.cv},
          {"synchrony", exc.synchrony}};
}

void work(kosnn_support::App const& app, Options const& options) {
  options.check();
  kosnn::KokkosScope const kokkos(app.threads);
  double const start = kosnn_support::seconds();
  auto net = brunel::make<Device>(options.network, app.seed);
  double const built = kosnn_support::seconds();
  auto const& exc_spikes = net.record(Exc{}, kosnn::Spikes{});
  auto const& inh_spikes = net.record(Inh{}, kosnn::Spikes{});
  double const all = options.drop + options.time;
  kosnn_support::Progress progress("simulate", static_cast<std::size_t>(all), "ms");
  run(net, all, progress);
  double const ran = kosnn_support::seconds();

  kosnn::SpikeTrains const trains(exc_spikes);
  auto const exc = brunel::activity_of(trains, options.drop, all);
  auto const inh = brunel::activity_of(kosnn::SpikeTrains(inh_spikes), options.drop, all);
  std::printf("%d excitatory and %d inhibitory neurons, g %g, eta %g\n", options.network.excitatory,
              options.network.inhibitory(), options.network.g, options.network.eta);
  std::printf("rate  %.2f Hz excitatory, %.2f Hz inhibitory\n", exc.rate_hz, inh.rate_hz);
  std::printf("CV of interspike intervals  %.3f\n", exc.cv);
  std::printf("synchrony (variance over mean of spikes in 1 ms)  %.2f\n", exc.synchrony);

  auto report = kosnn_support::report_of<Device>(net, all);
  report.build_s = built - start;
  report.run_s = ran - built;
  report.rate_hz = {{"Exc", exc.rate_hz}, {"Inh", inh.rate_hz}};
  report.result = to_json(exc, inh, options);
  std::printf("%.3g s for %g ms, built in %.3g s: %.3g million synaptic events a second\n",
              report.run_s, all, report.build_s,
              static_cast<double>(report.synaptic_events) / report.run_s / 1e6);
  if (!app.json.empty()) report.write(app.json);
  if (!options.png.empty()) brunel::draw(options.png, trains, exc, inh, options.drop);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  kosnn_support::App app("kosnn_brunel",
                         "A sparse random network of excitatory and inhibitory neurons (Brunel "
                         "2000, doi 10.1023/A:1008925309027, model A), with Poisson input from "
                         "outside.");
  app.whole("--excitatory", options.network.excitatory, 40, 1000000,
            "excitatory neurons, a multiple of 40; each neuron receives from a tenth of them");
  app.number("--g", options.network.g, 0, 1000, "inhibitory over excitatory weight");
  app.number("--eta", options.network.eta, 0, 1000,
             "external rate over the one that takes the mean potential to the threshold");
  app.number("--drop", options.drop, 0, 1e6, "ms before activity is counted");
  app.number("--time", options.time, 1, 1e6, "ms in which it is");
  app.output("--png", options.png, "picture of spikes and rates");
  return app.run(argc, argv, [&] { work(app, options); });
}

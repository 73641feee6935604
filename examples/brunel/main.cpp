// kosnn_brunel: the random network of excitatory and inhibitory neurons whose balance decides
// between synchronous and asynchronous, regular and irregular activity.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <kosnn/io/png.hpp>
#include <kosnn/kosnn.hpp>
#include <numeric>
#include <string>

#include "brunel/network.hpp"
#include "brunel/regime.hpp"
#include "support/app.hpp"
#include "support/network_picture.hpp"
#include "support/progress.hpp"
#include "support/simulation.hpp"

namespace {

using Device = Kokkos::DefaultExecutionSpace;
using brunel::Exc;
using brunel::Inh;

struct Options {
  brunel::Parameters network;
  double drop = 500, time = 1000, scale = 1;
  bool plastic = false;
  std::string png;

  /// Throws where options do not go together.
  void check() {
    using kosnn_support::UsageError;
    kosnn::require<UsageError>(plastic || !network.dendritic,
                               "--dendritic: only synapses that learn (--plastic) tell where their "
                               "delay is");
    brunel::Parameters const published;
    kosnn::require<UsageError>(scale == 1 || network.excitatory == published.excitatory,
                               "--scale and --excitatory: one of them only");
    if (scale != 1)
      network.excitatory =
          40 * std::max(1, static_cast<int>(std::lround(scale * published.excitatory / 40)));
    kosnn::require<UsageError>(network.excitatory % 40 == 0,
                               "--excitatory: must be a multiple of 40, so that in-degrees are "
                               "whole numbers, got ",
                               network.excitatory);
    for (double const ms : {drop, time})
      kosnn::require<UsageError>(ms == static_cast<double>(static_cast<std::int64_t>(ms)),
                                 "--drop and --time: must be whole numbers of ms, got ", ms);
  }
};

/// What the network did.
struct Activity {
  double exc_hz, inh_hz, synchrony, peak_power;
  brunel::Signs signs;
  std::string regime;
};

Activity activity_of(kosnn::SpikeAnalysis const& exc, kosnn::SpikeAnalysis const& inh,
                     int excitatory) {
  Activity out{exc.rate_hz(), inh.rate_hz(), exc.synchrony().value_or(0), 0, {}, "silent"};
  if (exc.spikes() == 0) return out;
  auto const spectrum = exc.spectrum().value();
  std::size_t const peak = spectrum.peak(10);
  out.peak_power = spectrum.power[peak];
  out.signs.cv = exc.cv().value_or(0);
  out.signs.variation =
      brunel::variation_of(out.synchrony, excitatory * out.exc_hz * brunel::bin_ms / 1000);
  out.signs.peak_hz = spectrum.frequency(peak);
  out.regime = brunel::regime_of(out.signs);
  return out;
}

nlohmann::ordered_json to_json(Activity const& activity, Options const& options) {
  return {{"g", options.network.g},
          {"eta", options.network.eta},
          {"excitatory", options.network.excitatory},
          {"counted_ms", options.time},
          {"excitatory_hz", activity.exc_hz},
          {"inhibitory_hz", activity.inh_hz},
          {"cv", activity.signs.cv},
          {"synchrony", activity.synchrony},
          {"rate_variation", activity.signs.variation},
          {"peak_hz", activity.signs.peak_hz},
          {"peak_power_hz", activity.peak_power},
          {"regime", activity.regime}};
}

void print(Activity const& activity, Options const& options) {
  std::printf("%d excitatory and %d inhibitory neurons, g %g, eta %g\n", options.network.excitatory,
              options.network.inhibitory(), options.network.g, options.network.eta);
  std::printf("rate  %.2f Hz excitatory, %.2f Hz inhibitory\n", activity.exc_hz, activity.inh_hz);
  std::printf("CV of interspike intervals  %.3f\n", activity.signs.cv);
  std::printf("synchrony (variance over mean of spikes in %g ms)  %.2f\n", brunel::bin_ms,
              activity.synchrony);
  std::printf("variation of the population's rate  %.2f\n", activity.signs.variation);
  std::printf("peak of its spectrum  %g Hz, %.3g Hz high\n", activity.signs.peak_hz,
              activity.peak_power);
  std::printf("regime  %s\n", activity.regime.c_str());
}

void draw(Options const& options, kosnn::SpikeTrains const& exc, kosnn::SpikeTrains const& inh) {
  using namespace kosnn_support;
  Stretch const when{options.drop, std::min(200.0, options.time), brunel::bin_ms};
  kosnn::write_png(options.png,
                   network_picture("excitatory (blue), inhibitory (orange)",
                                   {part_activity(colours::orange, inh, 0, inh.neurons(), 10, when),
                                    part_activity(colours::blue, exc, 0, exc.neurons(), 40, when)},
                                   when));
}

/// With or without a rule for the synapses between excitatory neurons.
template <class... Rule>
void simulate(kosnn_support::App const& app, Options const& options, Rule const&... rule) {
  double const start = kosnn_support::seconds();
  auto net = brunel::make<Device>(options.network, app.seed, rule...);
  double const built = kosnn_support::seconds();
  auto const what = kosnn::SpikeStatistics{}
                        .from(options.drop)
                        .bin(brunel::bin_ms)
                        .spectrum(std::min(200.0, options.time), brunel::bin_ms);
  auto const& exc = net.record(Exc{}, what);
  auto const& inh = net.record(Inh{}, what);
  bool const drawn = !options.png.empty();
  auto const* const exc_spikes = drawn ? &net.record(Exc{}, kosnn::Spikes{}) : nullptr;
  auto const* const inh_spikes = drawn ? &net.record(Inh{}, kosnn::Spikes{}) : nullptr;
  double const all = options.drop + options.time;
  kosnn_support::Progress progress("simulate", static_cast<std::size_t>(all), "ms");
  kosnn_support::run_in_pieces(net, all, 100, progress);
  double const ran = kosnn_support::seconds();

  auto const activity = activity_of(exc, inh, options.network.excitatory);
  print(activity, options);

  auto report = kosnn_support::report_of<Device>(net, all);
  report.build_s = built - start;
  report.run_s = ran - built;
  report.rate_hz = {{"Exc", activity.exc_hz}, {"Inh", activity.inh_hz}};
  report.result = to_json(activity, options);
  if (options.plastic) {
    auto const weights = net.projection(Exc{}, Exc{}).weights();
    double const mean =
        std::accumulate(weights.begin(), weights.end(), 0.0) / static_cast<double>(weights.size());
    std::printf("mean weight between excitatory neurons  %.4f mV\n", mean);
    report.result["mean_weight_mv"] = mean;
  }
  std::printf("%.3g s for %g ms, built in %.3g s: %.3g million synaptic events a second\n",
              report.run_s, all, report.build_s,
              static_cast<double>(report.synaptic_events) / report.run_s / 1e6);
  if (!app.json.empty()) report.write(app.json);
  if (drawn) draw(options, kosnn::SpikeTrains(*exc_spikes), kosnn::SpikeTrains(*inh_spikes));
}

void work(kosnn_support::App const& app, Options& options) {
  options.check();
  kosnn::KokkosScope const kokkos(app.threads);
  if (options.plastic)
    simulate(app, options, brunel::additive_stdp());
  else
    simulate(app, options);
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
  app.number("--scale", options.scale, 1e-3, 100,
             "the same as a part of the published 10000, to the nearest multiple of 40: in-degrees "
             "scale with it, weights do not");
  app.number("--g", options.network.g, 0, 1000, "inhibitory over excitatory weight");
  app.number("--eta", options.network.eta, 0, 1000,
             "external rate over the one that takes the mean potential to the threshold");
  app.flag("--plastic", options.plastic,
           "additive pair STDP at the synapses between excitatory neurons");
  app.flag("--dendritic", options.network.dendritic,
           "with --plastic: their delays are dendritic, as in NEST, not axonal");
  app.number("--drop", options.drop, 0, 1e6, "ms before activity is counted");
  app.number("--time", options.time, 100, 1e6, "ms in which it is");
  app.output("--png", options.png, "picture of spikes and rates");
  return app.run(argc, argv, [&] { work(app, options); });
}

// kosnn_polychrony: spikes that travel for up to 20 ms and synapses that learn from their timing.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <kosnn/kosnn.hpp>
#include <string>
#include <vector>

#include "polychrony/activity.hpp"
#include "polychrony/network.hpp"
#include "support/app.hpp"
#include "support/progress.hpp"
#include "support/simulation.hpp"

namespace {

using Device = Kokkos::DefaultExecutionSpace;
using polychrony::Exc;
using polychrony::Inh;
using polychrony::Parameters;

struct Options {
  int scale = 1, seconds = 60;
  std::string png;

  Parameters network() const {
    Parameters p;
    p.excitatory *= scale;
    p.inhibitory *= scale;
    return p;
  }
};

/// Rate in Hz of the spikes of a population since they were counted last.
template <class Population>
double rate_since(Population const& population, std::uint64_t& counted) {
  auto const before = counted;
  counted = population.spikes();
  return static_cast<double>(counted - before) / population.size() /
         (Parameters::learn_every / 1000);
}

/// Weights of all synapses that learn.
template <class Network>
std::vector<float> learned_weights(Network& net) {
  auto weights = net.projection(Exc{}, Exc{}).weights();
  auto const more = net.projection(Exc{}, Inh{}).weights();
  weights.insert(weights.end(), more.begin(), more.end());
  return weights;
}

nlohmann::ordered_json to_json(Options const& options, polychrony::Rates const& rates,
                               polychrony::WeightHistogram const& weights) {
  return {{"neurons", options.network().neurons()},
          {"seconds", options.seconds},
          {"excitatory_hz", polychrony::mean_of_last(rates.exc, 10)},
          {"inhibitory_hz", polychrony::mean_of_last(rates.inh, 10)},
          {"first_excitatory_hz", rates.exc.front()},
          {"mean_weight", weights.mean},
          {"weights_at_low", weights.at_low},
          {"weights_at_high", weights.at_high},
          {"excitatory_hz_by_second", rates.exc},
          {"inhibitory_hz_by_second", rates.inh},
          {"weight_shares", weights.share}};
}

void work(kosnn_support::App const& app, Options const& options) {
  kosnn::KokkosScope const kokkos(app.threads);
  double const start = kosnn_support::seconds();
  auto net = polychrony::make<Device>(options.network(), app.seed);
  double const built = kosnn_support::seconds();
  auto& exc_spikes = net.record(Exc{}, kosnn::Spikes{});
  auto& inh_spikes = net.record(Inh{}, kosnn::Spikes{});
  polychrony::Rates rates;
  std::uint64_t exc_counted = 0, inh_counted = 0;
  kosnn_support::Progress progress("simulate", static_cast<std::size_t>(options.seconds), "s");
  for (int second = 0; second < options.seconds; ++second) {
    exc_spikes.clear();
    inh_spikes.clear();
    polychrony::run_and_learn(net);
    rates.exc.push_back(rate_since(net.get(Exc{}), exc_counted));
    rates.inh.push_back(rate_since(net.get(Inh{}), inh_counted));
    progress.advance();
  }
  double const ran = kosnn_support::seconds();

  double const ms = options.seconds * Parameters::learn_every;
  auto const weights = polychrony::histogram_of(learned_weights(net), Parameters::strongest);
  std::printf("%d neurons, %d s\n", options.network().neurons(), options.seconds);
  std::printf("rate, last 10 s  %.2f Hz excitatory, %.2f Hz inhibitory\n",
              polychrony::mean_of_last(rates.exc, 10), polychrony::mean_of_last(rates.inh, 10));
  std::printf("weights  mean %.2f; %.1f %% in the lowest twentieth, %.1f %% in the highest\n",
              weights.mean, 100 * weights.at_low, 100 * weights.at_high);

  auto report = kosnn_support::report_of<Device>(net, ms);
  report.build_s = built - start;
  report.run_s = ran - built;
  report.rate_hz = {{"Exc", kosnn_support::rate_hz(net.get(Exc{}), ms)},
                    {"Inh", kosnn_support::rate_hz(net.get(Inh{}), ms)}};
  report.result = to_json(options, rates, weights);
  std::printf("%.3g s for %d s\n", report.run_s, options.seconds);
  if (!app.json.empty()) report.write(app.json);
  if (!options.png.empty())
    polychrony::draw(options.png, kosnn::SpikeTrains(exc_spikes), kosnn::SpikeTrains(inh_spikes),
                     ms - Parameters::learn_every, rates, weights);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  kosnn_support::App app("kosnn_polychrony",
                         "Polychronization (Izhikevich 2006, doi 10.1162/089976606775093882): "
                         "cortical neurons, delays of up to 20 ms and STDP.");
  app.whole("--scale", options.scale, 1, 1000, "times 1000 neurons, each with 100 synapses");
  app.whole("--seconds", options.seconds, 1, 1000000, "to simulate");
  app.output("--png", options.png, "picture of spikes, rates and weights");
  return app.run(argc, argv, [&] { work(app, options); });
}

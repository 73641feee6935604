// kosnn_microcircuit: a model of 1 mm^2 of cortex, 77,169 neurons and 0.3 billion synapses.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <kosnn/io/png.hpp>
#include <kosnn/kosnn.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "microcircuit/distributions.hpp"
#include "microcircuit/network.hpp"
#include "support/app.hpp"
#include "support/network_picture.hpp"
#include "support/progress.hpp"
#include "support/simulation.hpp"

namespace {

using Device = Kokkos::DefaultExecutionSpace;
using microcircuit::Cells;
using microcircuit::Distances;
using microcircuit::Distributions;
using microcircuit::names;
using microcircuit::parts;

struct Options {
  double scale = 1, drop = 500, time = 10000;
  std::string png, out, reference;

  void check() const {
    using kosnn_support::UsageError;
    kosnn::require<UsageError>(drop == static_cast<double>(static_cast<std::int64_t>(drop)),
                               "--drop: must be a whole number of ms, got ", drop);
    kosnn::require<UsageError>(time == 2 * static_cast<double>(static_cast<std::int64_t>(time / 2)),
                               "--time: must be an even number of ms, got ", time);
  }
};

/// Recorders of one kind, one for each part.
template <class Recorder>
using Recorders = std::vector<Recorder*>;

template <class Net>
auto record(Net& net, kosnn::Slices const& cells, double from) {
  using Recorder = std::decay_t<decltype(net.record(Cells{}, kosnn::SpikeStatistics{}))>;
  Recorders<Recorder> all;
  for (auto const& part : cells)
    all.push_back(&net.record(Cells{}, kosnn::SpikeStatistics{}.neurons(part).from(from).correlated(
                                           std::min(200, part.size()))));
  return all;
}

template <class Recorder>
Distributions distributions_of(Recorders<Recorder> const& recorders) {
  Distributions all;
  for (std::size_t k = 0; k < parts; ++k)
    all[k] = {recorders[k]->rates_hz(), recorders[k]->cvs(), recorders[k]->correlations()};
  return all;
}

/// What came out of a run.
struct Result {
  Distributions whole;
  Distances halves;                    ///< between the first and the second half
  std::optional<Distances> reference;  ///< to the file that was given
  microcircuit::PerPart<double> synchrony;
};

double mean(std::vector<double> const& values) {
  double sum = 0;
  for (double const v : values) sum += v;
  return values.empty() ? 0 : sum / static_cast<double>(values.size());
}

nlohmann::ordered_json by_part(microcircuit::PerPart<std::optional<double>> const& values) {
  nlohmann::ordered_json out;
  for (std::size_t k = 0; k < parts; ++k)
    out[names[k]] = values[k] ? nlohmann::ordered_json(*values[k]) : nlohmann::ordered_json();
  return out;
}

void add(nlohmann::ordered_json& out, std::string const& name, Distances const& d) {
  out[name + "_largest_of_rates"] = Distances::largest(d.rates);
  out[name + "_largest_of_cvs"] = Distances::largest(d.cvs);
  out[name + "_largest_of_correlations"] = Distances::largest(d.correlations);
  out[name] = {{"rates", by_part(d.rates)},
               {"cvs", by_part(d.cvs)},
               {"correlations", by_part(d.correlations)}};
}

/// Rates are named by their part alone.
nlohmann::ordered_json to_json(Options const& options, microcircuit::Parameters const& p,
                               Result const& result) {
  nlohmann::ordered_json out = {{"scale", options.scale},
                                {"neurons", p.cells().size()},
                                {"synapses", p.synapses()},
                                {"counted_ms", options.time}};
  for (std::size_t k = 0; k < parts; ++k) {
    std::string const name = names[k];
    out[name] = mean(result.whole[k].rates_hz);
    out[name + "_cv"] = mean(result.whole[k].cvs);
    out[name + "_correlation"] = mean(result.whole[k].correlations);
    out[name + "_synchrony"] = result.synchrony[k];
  }
  add(out, "ks_of_halves", result.halves);
  if (result.reference) add(out, "ks_to_reference", *result.reference);
  return out;
}

std::string cell(std::optional<double> const& value) {
  char text[16] = "-";
  if (value) std::snprintf(text, sizeof text, "%.3f", *value);
  return text;
}

void print(Result const& result) {
  std::printf("        rate    CV  correlation   KS of halves: rates    CVs  correlations\n");
  for (std::size_t k = 0; k < parts; ++k) {
    auto const& s = result.whole[k];
    std::printf("%5s  %5.2f  %.3f  %11.4f  %20s  %5s  %12s\n", names[k], mean(s.rates_hz),
                mean(s.cvs), mean(s.correlations), cell(result.halves.rates[k]).c_str(),
                cell(result.halves.cvs[k]).c_str(), cell(result.halves.correlations[k]).c_str());
  }
  if (!result.reference) return;
  std::printf("KS distance to the reference: rates    CVs  correlations\n");
  for (std::size_t k = 0; k < parts; ++k)
    std::printf("%5s  %27s  %5s  %12s\n", names[k], cell(result.reference->rates[k]).c_str(),
                cell(result.reference->cvs[k]).c_str(),
                cell(result.reference->correlations[k]).c_str());
}

/// Runs the network; both halves of the time that is counted are also looked at by themselves.
template <class Net>
Result simulate(Net& net, kosnn::Slices const& cells, Options const& options) {
  auto const whole = record(net, cells, options.drop), half = record(net, cells, options.drop);
  kosnn_support::Progress progress("simulate",
                                   static_cast<std::size_t>(options.drop + options.time), "ms");
  kosnn_support::run_in_pieces(net, options.drop + options.time / 2, 50, progress);
  auto const first = distributions_of(half);
  for (auto* const part : half) part->clear();
  kosnn_support::run_in_pieces(net, options.time / 2, 50, progress);
  Result result{
      distributions_of(whole), microcircuit::distances(first, distributions_of(half)), {}, {}};
  for (std::size_t k = 0; k < parts; ++k) result.synchrony[k] = whole[k]->synchrony().value_or(0);
  return result;
}

void draw(Options const& options, kosnn::Slices const& cells, kosnn::SpikeTrains const& trains) {
  using namespace kosnn_support;
  Stretch const when{options.drop, std::min(400.0, options.time)};
  std::vector<PartActivity> activity;
  for (std::size_t k = 0; k < parts; ++k)
    activity.push_back(part_activity(
        microcircuit::is_excitatory(k) ? colours::blue : colours::orange, trains, cells[k].begin,
        cells[k].end, std::max(4, 1000 * cells[k].size() / cells.size()), when));
  kosnn::write_png(options.png,
                   network_picture("L23E, L23I, ... L6I from the top", activity, when));
}

void work(kosnn_support::App const& app, Options const& options) {
  options.check();
  std::optional<Distributions> reference;
  if (!options.reference.empty()) reference = microcircuit::read(options.reference);
  kosnn::KokkosScope const kokkos(app.threads);
  microcircuit::Parameters const parameters(options.scale);
  kosnn::Slices const cells = parameters.cells();
  double const start = kosnn_support::seconds();
  auto net = microcircuit::make<Device>(parameters, app.seed);
  double const built = kosnn_support::seconds(), all = options.drop + options.time;
  std::printf("%d neurons, %lld synapses, built in %.3g s\n", cells.size(), parameters.synapses(),
              built - start);
  auto const& counts = net.record(Cells{}, kosnn::SpikeCounts{});
  auto const* spikes = options.png.empty() ? nullptr : &net.record(Cells{}, kosnn::Spikes{});
  Result result = simulate(net, cells, options);
  if (reference) result.reference = microcircuit::distances(result.whole, *reference);

  auto report = kosnn_support::report_of<Device>(net, all);
  report.build_s = built - start;
  report.run_s = kosnn_support::seconds() - built;
  // Parts with many synapses fire at other rates than parts with few.
  report.synaptic_events =
      kosnn_support::synaptic_events(counts.counts(),
                                     net.template projection<0>(Cells{}, Cells{}).out_degrees()) +
      kosnn_support::synaptic_events(counts.counts(),
                                     net.template projection<1>(Cells{}, Cells{}).out_degrees());
  for (std::size_t k = 0; k < parts; ++k) report.rate_hz[names[k]] = mean(result.whole[k].rates_hz);
  report.result = to_json(options, parameters, result);
  print(result);
  std::printf("%.3g s for %g ms: %.3g million synaptic events a second\n", report.run_s, all,
              static_cast<double>(report.synaptic_events) / report.run_s / 1e6);
  if (!app.json.empty()) report.write(app.json);
  if (!options.out.empty()) microcircuit::write(options.out, result.whole);
  if (spikes != nullptr) draw(options, cells, kosnn::SpikeTrains(*spikes));
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  kosnn_support::App app("kosnn_microcircuit",
                         "1 mm^2 of early sensory cortex (Potjans & Diesmann 2014, doi "
                         "10.1093/cercor/bhs358): four layers of excitatory and inhibitory "
                         "neurons, Poisson input from outside.");
  app.number("--scale", options.scale, 0.01, 1,
             "of neurons and of synapses onto each; larger weights and other rates from outside "
             "make up for it");
  app.number("--drop", options.drop, 0, 1e7, "ms before activity is counted");
  app.number("--time", options.time, 2, 1e7, "ms in which it is");
  app.text("--reference", options.reference, "FILE",
           "what --out of another run wrote, to compare distributions with");
  app.output("--out", options.out, "HDF5 file of rates, CVs and correlations");
  app.output("--png", options.png, "picture of spikes and rates");
  return app.run(argc, argv, [&] { work(app, options); });
}

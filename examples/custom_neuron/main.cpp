// kosnn_custom_neuron: a network of a neuron model that the library does not have, adaptive
// exponential integrate-and-fire neurons: 800 that excite and 200 that inhibit, all connected to
// all, each driven by a current of its own and noise.

#include <algorithm>
#include <cstdio>
#include <kosnn/io/png.hpp>
#include <kosnn/kosnn.hpp>
#include <string>
#include <vector>

#include "custom_neuron/adex.hpp"
#include "support/app.hpp"
#include "support/plot.hpp"
#include "support/simulation.hpp"

namespace {

using Device = Kokkos::DefaultExecutionSpace;

struct Exc {};
struct Inh {};

auto make_cortex(std::uint64_t seed) {
  using namespace kosnn;
  auto const cell = [](float b) {
    return per_neuron([b](Neuron n) {
      AdEx model;
      model.b = b;
      model.noise = 1000;
      model.current = static_cast<float>(n.uniform(500, 700));
      return model;
    });
  };
  auto const delay = delays::constant(1.5);
  return make_network<Device>(Config{}.dt(0.1).seed(seed),                 //
                              population(Exc{}, cell(80.5F), Shape{800}),  //
                              population(Inh{}, cell(0), Shape{200}),      // does not tire
                              project(Exc{}, Exc{}, Dense{}, weights::uniform(0, 0.05), delay),
                              project(Exc{}, Inh{}, Dense{}, weights::uniform(0, 0.05), delay),
                              project(Inh{}, Exc{}, Dense{}, weights::uniform(-0.25, 0), delay),
                              project(Inh{}, Inh{}, Dense{}, weights::uniform(-0.25, 0), delay));
}

struct Options {
  double ms = 1000;
  std::string png;
};

/// Spikes over time in ms: excitatory neurons (black) below inhibitory ones (red).
template <class Excited, class Inhibited>
void draw(std::string const& path, Excited const& exc, Inhibited const& inh) {
  kosnn_support::Panel panel("spikes over time in ms; excitatory black, inhibitory red");
  panel.raster(exc.times(), {exc.neurons().begin(), exc.neurons().end()});
  std::vector<double> above;
  for (auto const neuron : inh.neurons()) above.push_back(800.0 + neuron);
  panel.raster(inh.times(), above, kosnn_support::colours::red);
  kosnn_support::PlotOptions how;
  how.height = 480;
  kosnn::write_png(path, kosnn_support::plot({panel}, how));
}

void work(kosnn_support::App const& app, Options const& options) {
  double const ms = options.ms;
  kosnn::KokkosScope const kokkos(app.threads);
  double const start = kosnn_support::seconds();
  auto net = make_cortex(app.seed);
  double const built = kosnn_support::seconds();
  // The last 200 ms are drawn.
  double const drawn = options.png.empty() ? 0 : std::min(ms, 200.0);
  net.run(ms - drawn);
  auto& exc = net.record(Exc{}, kosnn::Spikes{});
  auto& inh = net.record(Inh{}, kosnn::Spikes{});
  net.run(drawn);
  double const ran = kosnn_support::seconds();

  auto report = kosnn_support::report_of<Device>(net, ms);
  report.build_s = built - start;
  report.run_s = ran - built;
  report.rate_hz = {{"Exc", kosnn_support::rate_hz(net.get(Exc{}), ms)},
                    {"Inh", kosnn_support::rate_hz(net.get(Inh{}), ms)}};
  std::printf("%g ms of 800 excitatory and 200 inhibitory neurons on %s, %d threads\n", ms,
              Device::name(), report.threads);
  std::printf("rates: Exc %.1f Hz, Inh %.1f Hz\n", report.rate_hz["Exc"], report.rate_hz["Inh"]);
  std::printf("%.3g s: %.3g million synaptic events a second\n", report.run_s,
              static_cast<double>(report.synaptic_events) / report.run_s / 1e6);
  report.result = {{"model", "Brette & Gerstner 2005"}};
  if (!app.json.empty()) report.write(app.json);
  if (!options.png.empty()) draw(options.png, exc, inh);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  kosnn_support::App app("kosnn_custom_neuron",
                         "A neuron model from outside the library: adaptive exponential "
                         "integrate-and-fire (Brette & Gerstner 2005, doi "
                         "10.1152/jn.00686.2005).");
  app.number("--time", options.ms, 1, 1e6, "simulated time in ms, a whole number");
  app.output("--png", options.png, "picture of the spikes of the last 200 ms");
  return app.run(argc, argv, [&] { work(app, options); });
}

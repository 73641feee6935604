// kosnn_custom_neuron: a network of a neuron model that the library does not have. It is the one of
// Izhikevich's paper, with cells of one kind each: 800 that excite and 200 that inhibit, all
// connected to all, driven by noise.

#include <cstdio>
#include <kosnn/kosnn.hpp>

#include "custom_neuron/izhikevich.hpp"
#include "support/app.hpp"
#include "support/simulation.hpp"

namespace {

using Device = Kokkos::DefaultExecutionSpace;

struct Exc {};
struct Inh {};

auto make_cortex(std::uint64_t seed) {
  using namespace kosnn;
  Izhikevich regular, fast;
  regular.noise = 5;
  fast.a = 0.1F;
  fast.d = 2;
  fast.noise = 2;
  auto const next_step = delays::constant(1);
  return make_network<Device>(Config{}.seed(seed),                     //
                              population(Exc{}, regular, Shape{800}),  //
                              population(Inh{}, fast, Shape{200}),     //
                              project(Exc{}, Exc{}, Dense{}, weights::uniform(0, 0.5), next_step),
                              project(Exc{}, Inh{}, Dense{}, weights::uniform(0, 0.5), next_step),
                              project(Inh{}, Exc{}, Dense{}, weights::uniform(-1, 0), next_step),
                              project(Inh{}, Inh{}, Dense{}, weights::uniform(-1, 0), next_step));
}

void work(kosnn_support::App const& app, double ms) {
  kosnn::KokkosScope const kokkos(app.threads);
  double const start = kosnn_support::seconds();
  auto net = make_cortex(app.seed);
  double const built = kosnn_support::seconds();
  net.run(ms);
  double const ran = kosnn_support::seconds();

  auto report = kosnn_support::report_of<Device>(net, ms);
  report.build_s = built - start;
  report.run_s = ran - built;
  report.rate_hz = {{"Exc", kosnn_support::rate_hz(net.get(Exc{}), ms)},
                    {"Inh", kosnn_support::rate_hz(net.get(Inh{}), ms)}};
  std::printf("%g ms of 800 regularly and 200 fast spiking neurons on %s, %d threads\n", ms,
              Device::name(), report.threads);
  std::printf("rates: Exc %.1f Hz, Inh %.1f Hz\n", report.rate_hz["Exc"], report.rate_hz["Inh"]);
  std::printf("%.3g s: %.3g million synaptic events a second\n", report.run_s,
              static_cast<double>(report.synaptic_events) / report.run_s / 1e6);
  report.result = {{"model", "Izhikevich 2003"}};
  if (!app.json.empty()) report.write(app.json);
}

}  // namespace

int main(int argc, char** argv) {
  double ms = 1000;
  kosnn_support::App app("kosnn_custom_neuron",
                         "A neuron model from outside the library: Izhikevich's, in the network "
                         "of his paper (2003, doi 10.1109/TNN.2003.820440).");
  app.number("--time", ms, 1, 1e6, "simulated time in ms, a whole number");
  return app.run(argc, argv, [&] { work(app, ms); });
}

// kosnn_custom_rule: a plasticity rule that the library does not have. Neurons that are driven too
// hard learn from an inhibitory rule to fire at a rate that is asked for.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <kosnn/io/png.hpp>
#include <kosnn/kosnn.hpp>
#include <string>
#include <vector>

#include "custom_rule/vogels.hpp"
#include "support/app.hpp"
#include "support/plot.hpp"
#include "support/simulation.hpp"

namespace {

using Device = Kokkos::DefaultExecutionSpace;

struct Exc {};
struct Inh {};
struct Cell {};

auto make_balance(std::uint64_t seed, double target_hz) {
  using namespace kosnn;
  Vogels rule;
  rule.eta = 0.003F;
  rule.target_hz = target_hz;
  auto net = make_network<Device>(Config{}.seed(seed),                                   //
                                  population(Exc{}, PoissonSource{}, Shape{80}),         //
                                  population(Inh{}, PoissonSource{}, Shape{20}),         //
                                  population(Cell{}, LIF<>{}.refractory(2), Shape{50}),  //
                                  project(Exc{}, Cell{}, Dense{}, weights::uniform(0, 0.2)),
                                  project(Inh{}, Cell{}, Dense{}, weights::constant(0), rule));
  net.get(Exc{}).set_rates(std::vector<double>(80, 10));
  net.get(Inh{}).set_rates(std::vector<double>(20, 20));
  return net;
}

struct Options {
  double target_hz = 5, ms = 20000;
  std::string png;
};

/// Rates in the parts of the simulated time (blue) and the one that was wanted (orange).
void draw(Options const& options, std::vector<double> const& rates) {
  std::vector<double> seconds;
  for (std::size_t k = 0; k < rates.size(); ++k)
    seconds.push_back(options.ms / 1000 * (static_cast<double>(k) + 1) /
                      static_cast<double>(rates.size()));
  kosnn_support::Panel panel("mean rate in Hz, by time in s; orange: wanted");
  panel.line({0, seconds.back()}, {options.target_hz, options.target_hz},
             kosnn_support::colours::orange);
  panel.line(seconds, rates);
  panel.y_range(0,
                1.1 * std::max(options.target_hz, *std::max_element(rates.begin(), rates.end())));
  kosnn::write_png(options.png, kosnn_support::plot({panel}));
}

void work(kosnn_support::App const& app, Options const& options) {
  double const target_hz = options.target_hz, ms = options.ms;
  kosnn::KokkosScope const kokkos(app.threads);
  double const start = kosnn_support::seconds();
  auto net = make_balance(app.seed, target_hz);
  double const built = kosnn_support::seconds();
  auto const& cells = net.get(Cell{});
  std::printf("wanted: %g Hz\n", target_hz);
  std::vector<double> rates;
  constexpr int parts = 10;
  for (int k = 0; k < parts; ++k) {
    std::uint64_t const before = cells.spikes();
    net.run(ms / parts);
    rates.push_back(static_cast<double>(cells.spikes() - before) / cells.size() /
                    (ms / parts / 1000));
    std::printf("%8.0f ms: %5.1f Hz\n", net.time(), rates.back());
  }
  double const ran = kosnn_support::seconds();

  double weight = 0;
  auto const learned = net.projection(Inh{}, Cell{}).weights();
  for (float const w : learned)
    weight += static_cast<double>(w) / static_cast<double>(learned.size());
  std::printf("mean inhibitory weight: %.3f (0 at first)\n", weight);

  auto report = kosnn_support::report_of<Device>(net, ms);
  report.build_s = built - start;
  report.run_s = ran - built;
  report.rate_hz = {{"Exc", kosnn_support::rate_hz(net.get(Exc{}), ms)},
                    {"Inh", kosnn_support::rate_hz(net.get(Inh{}), ms)},
                    {"Cell", kosnn_support::rate_hz(cells, ms)}};
  double const last = rates.back();
  report.result = {{"target_hz", target_hz},
                   {"rates_hz", rates},
                   {"nearness", std::min(last, target_hz) / std::max(last, target_hz)},
                   {"mean_weight", weight}};
  if (!app.json.empty()) report.write(app.json);
  if (!options.png.empty()) draw(options, rates);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  kosnn_support::App app("kosnn_custom_rule",
                         "A plasticity rule from outside the library: inhibitory plasticity that "
                         "brings neurons to a given rate (Vogels et al. 2011, doi "
                         "10.1126/science.1211095).");
  app.number("--target", options.target_hz, 0.1, 50, "rate in Hz that the neurons are to reach");
  app.number("--time", options.ms, 10, 1e7, "simulated time in ms, a multiple of 10");
  app.output("--png", options.png, "picture of the rate while it learns");
  return app.run(argc, argv, [&] { work(app, options); });
}

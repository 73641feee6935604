// kosnn_inhibitory: a recurrent network whose inhibitory synapses begin at nothing and learn until
// excitatory neurons fire irregularly at a rate that is asked for.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <kosnn/io/png.hpp>
#include <kosnn/kosnn.hpp>
#include <numeric>
#include <string>
#include <vector>

#include "support/app.hpp"
#include "support/plot.hpp"
#include "support/progress.hpp"
#include "support/simulation.hpp"
#include "vogels_abbott/network.hpp"

namespace {

using Device = Kokkos::DefaultExecutionSpace;
using namespace kosnn;
struct Exc {};
struct Inh {};

struct Options {
  int excitatory = 8000, seconds = 10;
  double target_hz = 3;
  std::string png;
};

/// As published: neurons with conductances and 200 pA, pairs connected with probability .02,
/// weights of .3 nS from excitatory neurons, 3 nS between inhibitory ones, and plastic ones from
/// these to excitatory neurons, which change by .01 nS.
auto make(Options const& options, std::uint64_t seed) {
  using P = vogels_abbott::Parameters;
  auto const neuron = vogels_abbott::coba_neuron();
  auto const pairs = sparse::bernoulli(0.02 * 8000 / options.excitatory);
  auto const delay = delays::constant(P{}.delay);
  auto const rule =
      SymmetricStdp<>{}.rate(0.01).tau(20).target_hz(options.target_hz).clamp(-100, 0);
  auto net = make_network<Device>(Config{}.dt(P::dt).seed(seed),
                                  population(Exc{}, neuron, Shape{options.excitatory}),
                                  population(Inh{}, neuron, Shape{options.excitatory / 4}),
                                  project(Exc{}, Exc{}, pairs, weights::constant(0.3), delay),
                                  project(Exc{}, Inh{}, pairs, weights::constant(0.3), delay),
                                  project(Inh{}, Exc{}, pairs, weights::constant(0), delay, rule),
                                  project(Inh{}, Inh{}, pairs, weights::constant(-3), delay));
  vogels_abbott::scatter_potentials(net.get(Exc{}), RandomStream(seed, 0x65786373));
  vogels_abbott::scatter_potentials(net.get(Inh{}), RandomStream(seed, 0x696e6873));
  return net;
}

/// Rates of excitatory neurons in each second (blue) and the one that was asked for (orange).
void draw(Options const& options, std::vector<double> const& rates) {
  using namespace kosnn_support;
  std::vector<double> at(rates.size());
  std::iota(at.begin(), at.end(), 1.0);
  Panel panel("rate of excitatory neurons in Hz, by time in s; orange: wanted");
  panel.line({0, at.back()}, {options.target_hz, options.target_hz}, colours::orange);
  panel.line(at, rates).y_range(0, 1.1 * *std::max_element(rates.begin(), rates.end()));
  kosnn::write_png(options.png, plot({panel}));
}

void work(kosnn_support::App const& app, Options const& options) {
  KokkosScope const kokkos(app.threads);
  double const start = kosnn_support::seconds();
  auto net = make(options, app.seed);
  double const built = kosnn_support::seconds(), all = 1000.0 * options.seconds;
  auto const& late = net.record(Exc{}, SpikeStatistics{}.from(0.8 * all));
  kosnn_support::Progress progress("learn", static_cast<std::size_t>(options.seconds), "s");
  auto const& exc = net.get(Exc{});
  std::vector<double> rates;
  for (int second = 1; second <= options.seconds; ++second) {
    std::uint64_t const before = exc.spikes();
    net.run(1000);
    rates.push_back(static_cast<double>(exc.spikes() - before) / exc.size());
    progress.advance(1);
  }
  double const ran = kosnn_support::seconds();
  auto const learned = net.projection(Inh{}, Exc{}).weights();
  double const mean =
      std::accumulate(learned.begin(), learned.end(), 0.0) / static_cast<double>(learned.size());
  std::printf("excitatory neurons, Hz in each second, %g wanted:", options.target_hz);
  for (double const hz : rates) std::printf(" %.1f", hz);
  std::printf("\nCV of interspike intervals in the last fifth  %.2f\n", late.cv().value_or(0));
  std::printf("mean inhibitory weight  %.2f nS (0 at first)\n", mean);
  std::printf("%.3g s for %d s, built in %.3g s\n", ran - built, options.seconds, built - start);

  auto report = kosnn_support::report_of<Device>(net, all);
  report.build_s = built - start;
  report.run_s = ran - built;
  report.rate_hz = {{"Exc", kosnn_support::rate_hz(exc, all)},
                    {"Inh", kosnn_support::rate_hz(net.get(Inh{}), all)}};
  report.result = {{"target_hz", options.target_hz},
                   {"rates_hz", rates},
                   {"late_hz", rates.back()},
                   {"cv", late.cv().value_or(0)},
                   {"mean_weight_ns", mean}};
  if (!app.json.empty()) report.write(app.json);
  if (!options.png.empty()) draw(options, rates);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  kosnn_support::App app("kosnn_inhibitory",
                         "Inhibitory plasticity that balances a recurrent network (Vogels et al. "
                         "2011, doi 10.1126/science.1211095).");
  app.whole("--excitatory", options.excitatory, 160, 1000000,
            "excitatory neurons, each of which receives from 160 of them and 40 inhibitory ones");
  app.whole("--time", options.seconds, 1, 1000000, "simulated time, s");
  app.number("--target", options.target_hz, 0.1, 100, "rate that inhibition is to lead to, Hz");
  app.output("--png", options.png, "picture of the rate while it learns");
  return app.run(argc, argv, [&] { work(app, options); });
}

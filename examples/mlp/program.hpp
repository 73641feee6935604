#ifndef KOSNN_EXAMPLES_MLP_PROGRAM_HPP
#define KOSNN_EXAMPLES_MLP_PROGRAM_HPP

#include <string>
#include <vector>

#include "mlp/trial.hpp"
#include "support/app.hpp"
#include "support/simulation.hpp"

// What kosnn_mlp and kosnn_mlp_cyclic share but for the network.

namespace mlp {

struct Options {
  std::string task = "xor", rule = "mstdpet", png;
  int epochs = 100, trials = 1;

  void add_to(kosnn_support::App& app);
};

/// A table of the rates of one trial.
void print(Trial const& trial, Task const& task);
/// How many trials separated the classes, and the rates of each.
nlohmann::ordered_json result(std::vector<Trial> const& trials, Options const& options);
/// Rates while learning, spikes after it, and weights before and after.
void draw(std::string const& path, Trial const& trial, Options const& options);

/// Adds what a further trial has done to the report.
void add(kosnn_support::Report& sum, kosnn_support::Report const& one);

/// Lets as many networks learn as there are trials, with seeds one after another;
/// `make(seed)` makes one.
template <class Device, class Make>
void run_trials(kosnn_support::App const& app, Options const& options, Make const& make) {
  using kosnn_support::rate_hz;
  using kosnn_support::seconds;
  Task const task(options.task);
  std::vector<Trial> trials;
  kosnn_support::Report report;
  for (int k = 0; k < options.trials; ++k) {
    double const start = seconds();
    auto net = make(app.seed + static_cast<std::uint64_t>(k));
    double const built = seconds();
    trials.push_back(run_trial(net, task, options.epochs));
    double const ran = seconds();
    print(trials.back(), task);

    double const ms = (options.epochs + 2 * test_times + 1.0) * presentation;
    auto one = kosnn_support::report_of<Device>(net, ms);
    one.build_s = built - start;
    one.run_s = ran - built;
    one.rate_hz = {{"Exc", rate_hz(net.get(Exc{}), ms)},
                   {"Inh", rate_hz(net.get(Inh{}), ms)},
                   {"Hidden", rate_hz(net.get(Hidden{}), ms)},
                   {"Output", rate_hz(net.get(Output{}), ms)}};
    if (k == 0)
      report = one;
    else
      add(report, one);
  }
  report.result = result(trials, options);
  if (!app.json.empty()) report.write(app.json);
  if (!options.png.empty()) draw(options.png, trials.front(), options);
}

/// The same with the rule that the command line asks for; `make(rule, seed)` makes a network.
template <class Device, class Make>
void work(kosnn_support::App const& app, Options const& options, Make const& make) {
  kosnn::KokkosScope const kokkos(app.threads);
  auto const with = [&](auto rule) {
    run_trials<Device>(app, options, [&](std::uint64_t seed) { return make(rule, seed); });
  };
  if (options.rule == "mstdp")
    with(kosnn::Mstdp<>{});
  else
    with(kosnn::Mstdpet<>{});
}

}  // namespace mlp

#endif

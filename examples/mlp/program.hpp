#ifndef KOSNN_EXAMPLES_MLP_PROGRAM_HPP
#define KOSNN_EXAMPLES_MLP_PROGRAM_HPP

#include <kosnn/kosnn.hpp>
#include <string>
#include <vector>

#include "mlp/trial.hpp"
#include "support/app.hpp"
#include "support/simulation.hpp"

// What kosnn_mlp and kosnn_mlp_cyclic share: all but the network.

namespace mlp {

using Device = Kokkos::DefaultExecutionSpace;

struct Options {
  std::string task = "xor", rule = "mstdpet", png;
  int epochs = 100, trials = 1;

  void add_to(kosnn_support::App& app);
};

/// A table of the rates of one trial.
void print(Trial const& trial, Task const& task);
/// How many trials separated the classes, how many learned to, and the rates of each.
nlohmann::ordered_json result(std::vector<Trial> const& trials, Options const& options);
/// Rates while learning, spikes after it, and weights before and after.
void draw(std::string const& path, Trial const& trial, Options const& options);

/// Lets as many networks learn as there are trials, with seeds one after another;
/// `make(rule, seed)` makes one.
template <class Rule, class Make>
void run_trials(kosnn_support::App const& app, Options const& options, Make const& make) {
  using kosnn_support::rate_hz;
  using kosnn_support::seconds;
  Task const task(options.task);
  std::vector<Trial> trials;
  kosnn_support::Report report;
  for (int k = 0; k < options.trials; ++k) {
    double const start = seconds();
    auto net = make(Rule{}, app.seed + static_cast<std::uint64_t>(k));
    double const built = seconds();
    trials.push_back(run_trial(net, task, options.epochs));
    double const ran = seconds();
    print(trials.back(), task);

    auto one = kosnn_support::report_of<Device>(
        net, (options.epochs + 2 * test_times + 1.0) * presentation);
    one.build_s = built - start;
    one.run_s = ran - built;
    one.rate_hz = {{"Exc", rate_hz(net.get(Exc{}), one.biological_ms)},
                   {"Inh", rate_hz(net.get(Inh{}), one.biological_ms)},
                   {"Hidden", rate_hz(net.get(Hidden{}), one.biological_ms)},
                   {"Output", rate_hz(net.get(Output{}), one.biological_ms)}};
    report.add(one);
  }
  report.result = result(trials, options);
  if (!app.json.empty()) report.write(app.json);
  if (!options.png.empty()) draw(options.png, trials.front(), options);
}

/// The whole program; `make(rule, seed)` makes a network of a Mstdp<> or Mstdpet<>.
template <class Make>
int run_program(int argc, char** argv, char const* name, char const* description,
                Make const& make) {
  Options options;
  kosnn_support::App app(name, description);
  options.add_to(app);
  return app.run(argc, argv, [&] {
    kosnn::KokkosScope const kokkos(app.threads);
    if (options.rule == "mstdp")
      run_trials<kosnn::Mstdp<>>(app, options, make);
    else
      run_trials<kosnn::Mstdpet<>>(app, options, make);
  });
}

}  // namespace mlp

#endif

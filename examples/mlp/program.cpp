#include "mlp/program.hpp"

#include <cstdio>

#include "support/plot.hpp"

namespace mlp {
namespace {

constexpr char const* names[patterns] = {"00", "10", "01", "11"};

}  // namespace

void Options::add_to(kosnn_support::App& app) {
  app.choice("--task", task, {"and", "or", "xor"}, "for which truth values the output is to fire");
  app.choice("--rule", rule, {"mstdp", "mstdpet"}, "without or with an eligibility trace");
  app.whole("--epochs", epochs, 0, 100000, "how often the patterns are learned from, 500 ms each");
  app.whole("--trials", trials, 1, 1000, "networks that learn, with this seed and the next ones");
  app.output("--png", png, "picture of what the first network learns");
}

void print(Trial const& trial, Task const& task) {
  std::printf("seed %llu\n  pattern   wanted   before     after\n",
              static_cast<unsigned long long>(trial.seed));
  for (std::size_t k = 0; k < patterns; ++k)
    std::printf("  %7s   %6s   %6.1f Hz %6.1f Hz\n", names[k], task.wanted(k) ? "spikes" : "none",
                trial.before[k], trial.after[k]);
  double const margin = task.margin(trial.after);
  std::printf("  %s, margin %.2f\n", margin > 0 ? "learned" : "not learned", margin);
}

nlohmann::ordered_json result(std::vector<Trial> const& trials, Options const& options) {
  Task const task(options.task);
  int separated = 0, separated_before = 0;
  auto list = nlohmann::ordered_json::array();
  for (Trial const& trial : trials) {
    double const before = task.margin(trial.before), after = task.margin(trial.after);
    if (before > 0) ++separated_before;
    if (after > 0) ++separated;
    list.push_back({{"seed", trial.seed},
                    {"rates_before_hz", trial.before},
                    {"rates_hz", trial.after},
                    {"margin_before", before},
                    {"margin", after}});
  }
  return {{"task", options.task},
          {"rule", options.rule},
          {"epochs", options.epochs},
          {"patterns", names},
          {"separated_before", separated_before},
          {"separated", separated},
          {"trials", list}};
}

void add(kosnn_support::Report& sum, kosnn_support::Report const& one) {
  double const before = sum.biological_ms, all = before + one.biological_ms;
  for (auto& [name, hz] : sum.rate_hz)
    hz = (before * hz + one.biological_ms * one.rate_hz.at(name)) / all;
  sum.biological_ms = all;
  sum.build_s += one.build_s;
  sum.run_s += one.run_s;
  sum.spikes += one.spikes;
  sum.synaptic_events += one.synaptic_events;
}

void draw(std::string const& path, Trial const& trial, Options const& options) {
  namespace colours = kosnn_support::colours;
  using kosnn_support::Panel;
  kosnn_support::Colour const of_pattern[patterns] = {colours::grey, colours::blue, colours::green,
                                                      colours::red};
  Panel rates("output rate in Hz: 00 grey, 10 blue, 01 green, 11 red; by epoch");
  for (std::size_t k = 0; k < patterns; ++k) {
    std::vector<double> hz;
    for (Rates const& epoch : trial.course) hz.push_back(epoch[k]);
    rates.values(hz, of_pattern[k]);
  }
  Panel spikes("after learning " + options.task + ": hidden (black), output (red); 00 10 01 11");
  spikes.raster(trial.hidden.times, trial.hidden.neurons);
  for (int const row : {-2, -3, -4, -5})  // as high as four neurons, to be seen
    spikes.raster(trial.output.times, std::vector<double>(trial.output.times.size(), row),
                  colours::red);
  spikes.x_range(0, patterns * presentation).y_range(-6, hidden_neurons);
  constexpr std::size_t inputs = std::size_t{2} * copies;
  Panel before("weights from excitatory inputs (down) to hidden neurons, before");
  before.heat(trial.weights_before, inputs, hidden_neurons);
  Panel after("the same after learning");
  after.heat(trial.weights_after, inputs, hidden_neurons);
  kosnn_support::PlotOptions how;
  how.columns = 2;
  how.height = 240;
  kosnn::write_png(path, plot({rates, spikes, before, after}, how));
}

}  // namespace mlp

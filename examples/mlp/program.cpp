#include "mlp/program.hpp"

#include <algorithm>
#include <cstdio>

#include "support/plot.hpp"

namespace mlp {
namespace {

constexpr char const* names[patterns] = {"00", "10", "01", "11"};

char const* verdict(double before, double after) {
  if (Task::learned(before, after)) return "learned";
  if (after <= 0) return "not learned, not separated";
  return before > 0.95 ? "separated without learning" : "separated, not learned";
}

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
  double const before = task.margin(trial.before), after = task.margin(trial.after);
  std::printf("  %s: margin %.2f, before %.2f\n", verdict(before, after), after, before);
}

nlohmann::ordered_json result(std::vector<Trial> const& trials, Options const& options) {
  Task const task(options.task);
  int separated = 0, separated_before = 0, learned = 0;
  double least_margin = 1, least_wanted = task.least_wanted(trials.front().after);
  auto list = nlohmann::ordered_json::array();
  for (Trial const& trial : trials) {
    double const before = task.margin(trial.before), after = task.margin(trial.after);
    if (before > 0) ++separated_before;
    if (after > 0) ++separated;
    if (Task::learned(before, after)) ++learned;
    least_margin = std::min(least_margin, after);
    least_wanted = std::min(least_wanted, task.least_wanted(trial.after));
    list.push_back({{"seed", trial.seed},
                    {"rates_before_hz", trial.before},
                    {"rates_hz", trial.after},
                    {"margin_before", before},
                    {"margin_after", after},
                    {"learned", Task::learned(before, after)}});
  }
  return {{"task", options.task},
          {"rule", options.rule},
          {"epochs", options.epochs},
          {"patterns", names},
          {"separated_before", separated_before},
          {"separated", separated},
          {"learned", learned},
          {"least_margin", least_margin},
          {"least_wanted_hz", least_wanted},
          {"trials", list}};
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

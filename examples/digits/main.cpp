// kosnn_digits: learns handwritten digits with spikes and STDP, without labels, then tells how well
// its neurons distinguish them.

#include <algorithm>
#include <cmath>
#include <kosnn/datasets/samples.hpp>
#include <kosnn/kosnn.hpp>
#include <string>
#include <vector>

#include "digits/dataset.hpp"
#include "digits/learner.hpp"
#include "digits/output.hpp"
#include "support/app.hpp"
#include "support/progress.hpp"
#include "support/simulation.hpp"

namespace {

using Device = Kokkos::DefaultExecutionSpace;
using Learner = digits::Learner<Device>;

struct Options {
  digits::Settings settings;
  int epochs = 0;
  std::size_t samples = 0;
  std::string data, out, png, learning = "all";
};

using kosnn_support::rate_hz;
using kosnn_support::seconds;

void train(Learner& learner, digits::Dataset const& data, Options const& options,
           digits::Outcome& outcome) {
  std::size_t const n = data.train.images.count;
  outcome.trained = static_cast<std::size_t>(options.epochs) * n;
  double const begin = seconds();
  kosnn_support::Progress progress("train", outcome.trained);
  for (int epoch = 0; epoch < options.epochs; ++epoch)
    learner.train(data.train.images, kosnn::shuffled(n, options.settings.seed, epoch),
                  [&](std::size_t k) { progress.advance(k); });
  outcome.train_s = seconds() - begin;
}

kosnn::Votes label(Learner& learner, digits::Dataset const& data, Options const& options) {
  auto const some = kosnn::in_order(std::min<std::size_t>(data.train.images.count, 10000));
  kosnn_support::Progress progress("label", some.size());
  auto const responses =
      learner.responses(data.train.images, some, [&](std::size_t k) { progress.advance(k); });
  auto const end = data.train.labels.begin() + static_cast<std::ptrdiff_t>(some.size());
  return {responses, {data.train.labels.begin(), end}, options.settings.neurons};
}

/// Classifies the held-out part; its spikes are kept where a file is to hold them.
void classify(Learner& learner, digits::Dataset const& data, Options const& options,
              kosnn::Votes const& votes, digits::Outcome& outcome) {
  auto const all = kosnn::in_order(data.test.images.count);
  kosnn_support::Progress progress("test", all.size());
  auto* const spikes =
      options.out.empty() ? nullptr : &learner.network().record(digits::Exc{}, kosnn::Spikes{});
  std::size_t shown = 0;
  auto const counts = learner.responses(data.test.images, all, [&](std::size_t k) {
    if (spikes != nullptr) {
      outcome.spikes.append(*spikes, shown, options.settings.presentation);
      spikes->clear();
    }
    shown += k;
    progress.advance(k);
  });
  outcome.predictions = votes.classify(counts);
}

/// Times of the network that have to be whole steps.
void require_whole(digits::Settings const& s) {
  auto const whole = [&](double ms) { return std::fabs(ms / s.dt - std::round(ms / s.dt)) < 1e-9; };
  kosnn::require<kosnn_support::UsageError>(whole(digits::refractory), "--dt: ", s.dt,
                                            " ms does not divide the refractory time of ",
                                            digits::refractory, " ms");
  kosnn::require<kosnn_support::UsageError>(whole(s.presentation),
                                            "--presentation: ", s.presentation,
                                            " ms is not a whole number of steps of ", s.dt, " ms");
}

void work(kosnn_support::App const& app, Options options) {
  kosnn::KokkosScope const kokkos(app.threads);
  digits::Settings& settings = options.settings;
  settings.seed = app.seed;
  settings.stdp = options.learning == "all";
  settings.adaptation = options.learning != "nothing";
  if (options.epochs == 0) options.epochs = options.data.empty() ? 6 : 1;

  require_whole(options.settings);
  double const start = seconds();
  digits::Dataset data =
      options.data.empty() ? digits::embedded_dataset() : digits::folder_dataset(options.data);
  digits::shorten(data, options.samples);
  auto const rows = static_cast<int>(data.train.images.rows);
  auto const cols = static_cast<int>(data.train.images.cols);
  Learner learner(settings, rows, cols);

  digits::Outcome outcome;
  double const begin = seconds();
  train(learner, data, options, outcome);
  kosnn::Votes const votes = label(learner, data, options);
  classify(learner, data, options, votes, outcome);
  double const end = seconds();

  auto& net = learner.network();
  auto& report = outcome.report = kosnn_support::report_of<Device>(net, 0);
  report.build_s = begin - start;
  report.run_s = end - begin;
  report.biological_ms = learner.biological_ms();
  report.rate_hz = {{"Image", rate_hz(net.get(digits::Image{}), report.biological_ms)},
                    {"Exc", rate_hz(net.get(digits::Exc{}), report.biological_ms)}};
  outcome.memory = net.memory();
  outcome.weights = learner.weights().weights();
  outcome.thresholds = learner.thresholds();
  outcome.thresholds.resize(static_cast<std::size_t>(settings.neurons));

  digits::print(outcome, data, votes);
  if (!app.json.empty())
    digits::write_report(app.json, settings, options.epochs, outcome, data, votes);
  if (!options.out.empty()) digits::write_results(options.out, settings, outcome, data, votes);
  if (!options.png.empty()) digits::draw_fields(options.png, settings, outcome, data);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  kosnn_support::App app("kosnn_digits",
                         "Learns handwritten digits with spikes and STDP (Diehl & Cook 2015): "
                         "unsupervised, then labels its neurons and classifies a held-out part.");
  app.text("--data", options.data, "DIR",
           "a folder of the MNIST family (IDX, gzipped or not); default: embedded digits");
  app.whole("--neurons", options.settings.neurons, 1, 1 << 20, "excitatory neurons");
  app.whole("--epochs", options.epochs, 0, 10000,
            "how often the training part is shown; 0: 6 times the embedded digits, once a folder");
  app.whole("--samples", options.samples, 0, 1 << 30,
            "learn from the first samples of the training part only; 0: all");
  app.whole("--batch", options.settings.batch, 1, 4096, "images shown at a time");
  app.number("--dt", options.settings.dt, 0.01, 5, "time step in ms");
  app.number("--presentation", options.settings.presentation, 1, 10000,
             "how long an image is shown, in ms");
  app.choice("--learning", options.learning, {"all", "thresholds", "nothing"},
             "what changes during training");
  app.output("--out", options.out, "HDF5 file for weights, thresholds, labels and spikes");
  app.output("--png", options.png, "picture of the receptive fields");
  return app.run(argc, argv, [&] { work(app, options); });
}

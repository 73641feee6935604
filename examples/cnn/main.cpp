// kosnn_cnn: a convolutional layer learns from the events of a camera, without labels, by STDP;
// then tells how much its features help a linear classifier, compared with random ones.

#include <algorithm>
#include <array>
#include <cstdio>
#include <kosnn/datasets/samples.hpp>
#include <kosnn/io/png.hpp>
#include <kosnn/kosnn.hpp>
#include <string>
#include <vector>

#include "cnn/learner.hpp"
#include "cnn/readout.hpp"
#include "cnn/recordings.hpp"
#include "support/app.hpp"
#include "support/progress.hpp"
#include "support/simulation.hpp"

namespace {

using Device = Kokkos::DefaultExecutionSpace;
using Learner = cnn::Learner<Device>;
using kosnn_support::rate_hz;
using kosnn_support::seconds;

struct Options {
  cnn::Settings settings;
  int epochs = 1;
  std::size_t samples = 0;
  std::string png;
};

constexpr std::array<std::size_t, 2> grids{2, 5};  ///< parts of a map along each side

/// Part of the held-out recordings that is classified rightly, for each of `grids`.
using Accuracies = std::array<double, grids.size()>;

struct Outcome {
  Accuracies events, random, learned;
  std::vector<float> weights;     ///< learned, (maps, polarities, kernel, kernel)
  std::vector<float> thresholds;  ///< learned
};

Accuracies read_out(std::vector<std::uint32_t> const& train, std::vector<std::uint32_t> const& test,
                    std::size_t maps, std::size_t size, cnn::Dataset const& data) {
  Accuracies found{};
  for (std::size_t g = 0; g < grids.size(); ++g) {
    auto const readout =
        cnn::Readout::chosen(cnn::pooled(train, maps, size, grids[g]), cnn::labels_of(data.train));
    found[g] = readout.accuracy(cnn::pooled(test, maps, size, grids[g]), cnn::labels_of(data.test));
  }
  return found;
}

/// Shows the training part `epochs` times, then reads out what the network makes of all recordings.
Accuracies train_and_read_out(Learner& learner, cnn::Dataset const& data, Options const& options,
                              bool stdp) {
  std::size_t const n = data.train.size();
  std::string const kernels = stdp ? "learned" : "random";
  kosnn_support::Progress progress(
      kernels, n * static_cast<std::size_t>(options.epochs) + n + data.test.size(), "recordings");
  auto const done = [&](std::size_t k) { progress.advance(k); };
  for (int epoch = 0; epoch < options.epochs; ++epoch)
    learner.train(data.train, kosnn::shuffled(n, options.settings.seed, epoch), stdp, done);
  return read_out(learner.responses(data.train, done), learner.responses(data.test, done),
                  static_cast<std::size_t>(options.settings.maps), cnn::map_size, data);
}

/// The same weights, the elements of each kernel shuffled.
std::vector<float> shuffled_kernels(std::vector<float> const& weights, std::uint64_t seed) {
  std::vector<float> out;
  for (std::size_t first = 0; first < weights.size(); first += cnn::kernel_elements)
    for (std::size_t const k : kosnn::shuffled(cnn::kernel_elements, seed,
                                               static_cast<int>(first / cnn::kernel_elements)))
      out.push_back(weights[first + k]);
  return out;
}

/// Learned kernels, then random ones to which thresholds adapt in the same way.
Outcome compare(Learner& learner, cnn::Dataset const& data, Options const& options) {
  Outcome out;
  out.events = read_out(cnn::spike_counts(data.train), cnn::spike_counts(data.test),
                        cnn::polarities, cnn::pixels, data);
  out.learned = train_and_read_out(learner, data, options, true);
  out.weights = learner.weights().weights();
  out.thresholds = learner.thresholds();

  learner.weights().set_weights(shuffled_kernels(out.weights, options.settings.seed));
  learner.forget_thresholds();
  out.random = train_and_read_out(learner, data, options, false);
  return out;
}

void print(Outcome const& outcome, cnn::Dataset const& data) {
  std::printf("%s as events: %zu recordings to learn from, %zu held out\n", data.name.c_str(),
              data.train.size(), data.test.size());
  std::printf("held-out digits that a linear readout of spike counts classifies\n");
  std::printf("  %-38s", "parts of a map whose spikes are counted");
  for (std::size_t const g : grids) std::printf("  %zu x %zu   ", g, g);
  std::printf("\n");
  auto const row = [](char const* name, Accuracies const& found) {
    std::printf("  %-38s ", name);
    for (double const part : found) std::printf(" %6.2f %% ", 100 * part);
    std::printf("\n");
  };
  row("events themselves", outcome.events);
  row("random kernels", outcome.random);
  row("learned kernels", outcome.learned);
}

/// The kernels, each as two images: OFF on the left, ON on the right.
void draw(std::string const& path, std::vector<float> const& weights) {
  constexpr std::size_t k = cnn::kernel, area = k * k;
  std::vector<float> tiles;
  std::size_t const maps = weights.size() / cnn::kernel_elements;
  for (std::size_t m = 0; m < maps; ++m)
    for (std::size_t y = 0; y < k; ++y)
      for (std::size_t x = 0; x < 2 * k; ++x)
        tiles.push_back(weights[(2 * m + x / k) * area + y * k + x % k]);
  kosnn::TileOptions how;
  how.columns = std::min<std::size_t>(maps, 4);
  how.scale = 8;
  kosnn::write_png(path, kosnn::tile(tiles, maps, k, 2 * k, how));
}

nlohmann::ordered_json result(Outcome const& outcome, cnn::Dataset const& data,
                              Options const& options) {
  nlohmann::ordered_json accuracy;
  std::array<double, grids.size()> margins{};
  for (std::size_t g = 0; g < grids.size(); ++g) {
    margins[g] = outcome.learned[g] - outcome.random[g];
    accuracy[std::to_string(grids[g]) + "x" + std::to_string(grids[g])] = {
        {"events", outcome.events[g]},
        {"random", outcome.random[g]},
        {"learned", outcome.learned[g]}};
  }
  return {{"data", data.name},
          {"train_recordings", data.train.size()},
          {"test_recordings", data.test.size()},
          {"maps", options.settings.maps},
          {"epochs", options.epochs},
          {"batch", options.settings.batch},
          {"accuracy", accuracy},
          {"margin_2x2", margins[0]},
          {"margin_5x5", margins[1]},
          {"least_margin", *std::min_element(margins.begin(), margins.end())},
          {"thresholds", outcome.thresholds}};
}

void work(kosnn_support::App const& app, Options options) {
  kosnn::KokkosScope const kokkos(app.threads);
  options.settings.seed = app.seed;
  double const start = seconds();
  kosnn_support::Progress recording("record", cnn::recorded_digits_count(options.samples),
                                    "recordings");
  auto const data =
      cnn::recorded_digits(options.samples, [&](std::size_t k) { recording.advance(k); });
  Learner learner(options.settings);
  double const built = seconds();
  auto const outcome = compare(learner, data, options);
  double const end = seconds();

  auto& net = learner.network();
  print(outcome, data);
  auto report = kosnn_support::report_of<Device>(net, 0);
  report.build_s = built - start;
  report.run_s = end - built;
  report.biological_ms = learner.biological_ms();
  report.rate_hz = {{"Events", rate_hz(net.get(cnn::Events{}), report.biological_ms)},
                    {"Maps", rate_hz(net.get(cnn::Maps{}), report.biological_ms)}};
  std::printf("recorded in %.1f s, then %.0f recordings/s\n", report.build_s,
              report.biological_ms / cnn::duration / report.run_s);
  for (auto const& [name, hz] : report.rate_hz)
    std::printf("rate %-8s %6.2f Hz\n", name.c_str(), hz);
  std::printf("\n%s", net.memory().table().c_str());
  report.result = result(outcome, data, options);
  if (!app.json.empty()) report.write(app.json);
  if (!options.png.empty()) draw(options.png, outcome.weights);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  kosnn_support::App app("kosnn_cnn",
                         "A convolutional layer that learns from the events of a camera by STDP, "
                         "without labels, and what its features are worth to a linear classifier "
                         "compared with random ones.");
  app.whole("--maps", options.settings.maps, 1, 1024, "kernels");
  app.whole("--epochs", options.epochs, 0, 10000, "how often the training part is shown");
  app.whole("--samples", options.samples, 0, 1 << 30,
            "use the first recordings of the training part only, and half as many held-out ones; "
            "0: all");
  app.whole("--batch", options.settings.batch, 1, 4096, "recordings shown at a time");
  app.output("--png", options.png, "picture of the learned kernels");
  return app.run(argc, argv, [&] { work(app, options); });
}

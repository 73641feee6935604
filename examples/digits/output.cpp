#include "digits/output.hpp"

#include <cstdio>
#include <kosnn/io/hdf5.hpp>
#include <kosnn/io/png.hpp>

namespace digits {
namespace {

kosnn::Confusion confusion(Outcome const& outcome, Dataset const& data, kosnn::Votes const& votes) {
  int classes = votes.classes();
  for (int const label : data.test.labels) classes = std::max(classes, label + 1);
  return {classes, data.test.labels, outcome.predictions};
}

void print_confusion(kosnn::Confusion const& table) {
  std::printf("\n  label \\ taken for");
  for (int c = 0; c < table.classes; ++c) std::printf("%6d", c);
  for (int label = 0; label < table.classes; ++label) {
    std::printf("\n  %17d", label);
    for (int c = 0; c < table.classes; ++c) std::printf("%6u", table.at(label, c));
  }
  std::printf("\n\n");
}

}  // namespace

void print(Outcome const& outcome, Dataset const& data, kosnn::Votes const& votes) {
  kosnn::Confusion const table = confusion(outcome, data, votes);
  std::printf("%s: %zu images to learn from, %zu held out\n", data.name.c_str(),
              data.train.images.count, data.test.images.count);
  print_confusion(table);
  std::printf("accuracy             %8.2f %%\n", 100 * table.accuracy());
  std::printf("training             %8.0f samples/s (%.1f s)\n",
              static_cast<double>(outcome.trained) / outcome.train_s, outcome.train_s);
  std::printf("spikes               %8.3g /s\n",
              static_cast<double>(outcome.report.spikes) / outcome.report.run_s);
  std::printf("synaptic events      %8.3g /s\n",
              static_cast<double>(outcome.report.synaptic_events) / outcome.report.run_s);
  for (auto const& [name, hz] : outcome.report.rate_hz)
    std::printf("rate %-15s %8.2f Hz\n", name.c_str(), hz);
  std::printf("\n%s", outcome.memory.table().c_str());
}

void write_report(std::string const& path, Settings const& settings, int epochs,
                  Outcome const& outcome, Dataset const& data, kosnn::Votes const& votes) {
  kosnn::Confusion const table = confusion(outcome, data, votes);
  kosnn_support::Report report = outcome.report;
  auto rows = nlohmann::ordered_json::array();
  for (int label = 0; label < table.classes; ++label) {
    auto row = nlohmann::ordered_json::array();
    for (int c = 0; c < table.classes; ++c) row.push_back(table.at(label, c));
    rows.push_back(row);
  }
  report.result = {{"accuracy", table.accuracy()},
                   {"confusion", rows},
                   {"data", data.name},
                   {"train_images", data.train.images.count},
                   {"test_images", data.test.images.count},
                   {"neurons", settings.neurons},
                   {"epochs", epochs},
                   {"batch", settings.batch},
                   {"dt_ms", settings.dt},
                   {"presentation_ms", settings.presentation},
                   {"stdp", settings.stdp},
                   {"adaptation", settings.adaptation},
                   {"train_s", outcome.train_s},
                   {"train_samples_per_s", static_cast<double>(outcome.trained) / outcome.train_s},
                   {"spikes_per_s", static_cast<double>(report.spikes) / report.run_s}};
  report.write(path);
}

void write_results(std::string const& path, Settings const& settings, Outcome const& outcome,
                   Dataset const& data, kosnn::Votes const& votes) {
  kosnn::Hdf5Writer file(path);
  auto const neurons = static_cast<std::size_t>(settings.neurons);
  auto const& images = data.train.images;
  file.write("/weights", outcome.weights, {images.rows, images.cols, neurons}, "mV");
  file.write("/thresholds", outcome.thresholds, {neurons}, "mV");
  file.write("/neuron_labels", votes.labels(), {neurons});
  file.write("/mean_responses", votes.mean_responses(),
             {static_cast<std::size_t>(votes.classes()), neurons}, "spikes");
  file.write("/test/labels", data.test.labels, {data.test.labels.size()});
  file.write("/test/predictions", outcome.predictions, {outcome.predictions.size()});
  file.write_spikes("Exc", outcome.spikes.times, outcome.spikes.neurons);
  file.attribute("/test", "presentation_ms", settings.presentation);
  file.attribute("/", "data", data.name);
  file.attribute("/", "seed", static_cast<std::int64_t>(settings.seed));
  file.commit();
}

void draw_fields(std::string const& path, Settings const& settings, Outcome const& outcome,
                 Dataset const& data) {
  constexpr std::size_t most = 100;
  auto const neurons = static_cast<std::size_t>(settings.neurons);
  std::size_t const shown = std::min(neurons, most);
  auto const& images = data.train.images;
  std::vector<float> fields;
  for (std::size_t n = 0; n < shown; ++n)
    for (std::size_t k = 0; k < images.size(); ++k)
      fields.push_back(outcome.weights[k * neurons + n]);
  kosnn::TileOptions how;
  how.columns = (shown + 4) / 5 < 20 ? (shown + 4) / 5 : 20;
  how.scale = images.rows <= 16 ? 6 : 2;
  kosnn::write_png(path, kosnn::tile(fields, shown, images.rows, images.cols, how));
}

}  // namespace digits

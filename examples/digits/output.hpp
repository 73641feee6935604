#ifndef KOSNN_EXAMPLES_DIGITS_OUTPUT_HPP
#define KOSNN_EXAMPLES_DIGITS_OUTPUT_HPP

#include <cstdint>
#include <kosnn/core/memory.hpp>
#include <string>
#include <vector>

#include "digits/dataset.hpp"
#include "digits/learner.hpp"
#include "support/report.hpp"

namespace digits {

/// Spikes of the excitatory neurons while the held-out images were shown one after another.
struct TestSpikes {
  std::vector<double> times;  ///< ms
  std::vector<std::uint64_t> neurons;

  /// Adds what was recorded while images number `first`, `first` + 1, ... were shown as a batch.
  template <class Recorder>
  void append(Recorder const& recorder, std::size_t first, double presentation) {
    auto const ms = recorder.times();
    for (std::size_t k = 0; k < ms.size(); ++k) {
      times.push_back(ms[k] + presentation * static_cast<double>(first + recorder.elements()[k]));
      neurons.push_back(recorder.neurons()[k]);
    }
  }
};

/// All that is reported of one experiment.
struct Outcome {
  std::vector<std::uint8_t> predictions;  ///< of the held-out images
  TestSpikes spikes;
  std::size_t trained = 0;  ///< images shown during training
  double train_s = 0;
  kosnn_support::Report report;  ///< what all examples tell
  kosnn::MemoryReport memory;
  std::vector<float> weights;     ///< (pixels, neurons)
  std::vector<float> thresholds;  ///< (neurons)
};

/// Accuracy, confusion matrix, speed and memory, for a reader.
void print(Outcome const& outcome, Dataset const& data, kosnn::Votes const& votes);
/// The same as JSON.
void write_report(std::string const& path, Settings const& settings, int epochs,
                  Outcome const& outcome, Dataset const& data, kosnn::Votes const& votes);
/// Weights, thresholds, labels and spikes as HDF5.
void write_results(std::string const& path, Settings const& settings, Outcome const& outcome,
                   Dataset const& data, kosnn::Votes const& votes);
/// The weights onto each of the first neurons as an image of the shape of the input.
void draw_fields(std::string const& path, Settings const& settings, Outcome const& outcome,
                 Dataset const& data);

}  // namespace digits

#endif

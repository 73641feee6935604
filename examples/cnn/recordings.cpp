#include "cnn/recordings.hpp"

#include <algorithm>
#include <cmath>
#include <kosnn/core/shape.hpp>
#include <kosnn/datasets/event_bins.hpp>
#include <kosnn/datasets/scenes.hpp>

#include "digits/dataset.hpp"

namespace cnn {
namespace {

/// How many of `all` are used where at most `samples` are asked for (0: all).
std::size_t at_most(std::size_t samples, std::size_t all) {
  return samples == 0 ? all : std::min(samples, all);
}

std::size_t held_out(std::size_t samples) { return samples == 0 ? 0 : (samples + 1) / 2; }

std::vector<Recording> recorded(kosnn::LabelledImages const& digits, std::size_t samples,
                                std::function<void(std::size_t)> const& done) {
  auto settings = kosnn::saccade_settings(16);
  settings.frame_ms = 4;  // the fastest saccade moves by 0.27 pixels in it
  std::vector<Recording> all;
  for (std::size_t k = 0; k < at_most(samples, digits.images.count); ++k) {
    all.push_back(
        recording_of(kosnn::saccade_events(digits.images, k, settings), digits.labels[k]));
    done(1);
  }
  return all;
}

}  // namespace

Recording recording_of(kosnn::EventStream const& stream, int label) {
  kosnn::EventBinning binning;
  binning.shape = kosnn::Shape{polarities, pixels, pixels};
  binning.dt_ms = dt;
  binning.duration_ms = duration;
  auto const bins = kosnn::bin_events(stream, binning);
  Recording recording;
  recording.label = static_cast<std::uint8_t>(label);
  for (std::size_t k = 0; k < bins.neurons.size(); ++k)
    recording.spikes.push_back({static_cast<std::uint16_t>(bins.neurons[k]),
                                static_cast<std::uint16_t>(std::lround(bins.times[k] / dt))});
  return recording;
}

Dataset recorded_digits(std::size_t samples, std::function<void(std::size_t)> const& done) {
  auto const data = digits::embedded_dataset();
  return {data.name, recorded(data.train, samples, done),
          recorded(data.test, held_out(samples), done)};
}

std::size_t recorded_digits_count(std::size_t samples) {
  auto const data = digits::embedded_dataset();
  return at_most(samples, data.train.images.count) +
         at_most(held_out(samples), data.test.images.count);
}

std::vector<std::uint32_t> spike_counts(std::vector<Recording> const& recordings) {
  constexpr std::size_t neurons = std::size_t{polarities} * pixels * pixels;
  std::vector<std::uint32_t> counts(recordings.size() * neurons);
  for (std::size_t k = 0; k < recordings.size(); ++k)
    for (Spike const& spike : recordings[k].spikes) ++counts[k * neurons + spike.neuron];
  return counts;
}

std::vector<std::uint8_t> labels_of(std::vector<Recording> const& recordings) {
  std::vector<std::uint8_t> labels;
  labels.reserve(recordings.size());
  for (Recording const& recording : recordings) labels.push_back(recording.label);
  return labels;
}

}  // namespace cnn

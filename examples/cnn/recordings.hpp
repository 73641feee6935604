#ifndef KOSNN_EXAMPLES_CNN_RECORDINGS_HPP
#define KOSNN_EXAMPLES_CNN_RECORDINGS_HPP

#include <cstddef>
#include <cstdint>
#include <functional>
#include <kosnn/io/events.hpp>
#include <string>
#include <vector>

namespace cnn {

constexpr int polarities = 2, pixels = 34;  ///< of N-MNIST's camera
constexpr double duration = 300;            ///< of a recording, ms
constexpr double dt = 5;                    ///< length of a time step, ms

/// A neuron of {polarities, pixels, pixels} in a time step.
struct Spike {
  std::uint16_t neuron;
  std::uint16_t step;
};

/// What a camera saw of one digit.
struct Recording {
  std::vector<Spike> spikes;  ///< several events of a pixel in one step are one spike
  std::uint8_t label = 0;
};

/// Events of a camera of pixels x pixels, from 0 to `duration`.
Recording recording_of(kosnn::EventStream const& stream, int label);

/// The part to learn from and the part that is held out until the end.
struct Dataset {
  std::string name;
  std::vector<Recording> train;
  std::vector<Recording> test;
};

/// The embedded digits in front of a synthetic event camera that moves as N-MNIST's did, every
/// third digit held out; `done(1)` is called after each. At most `samples` to learn from and half
/// as many held out, the first ones; 0: all.
Dataset recorded_digits(std::size_t samples, std::function<void(std::size_t)> const& done);
/// How many recordings `recorded_digits` makes.
std::size_t recorded_digits_count(std::size_t samples);

/// Numbers of spikes of all neurons, (recordings, polarities, pixels, pixels).
std::vector<std::uint32_t> spike_counts(std::vector<Recording> const& recordings);

std::vector<std::uint8_t> labels_of(std::vector<Recording> const& recordings);

}  // namespace cnn

#endif

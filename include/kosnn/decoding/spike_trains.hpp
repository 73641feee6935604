#ifndef KOSNN_DECODING_SPIKE_TRAINS_HPP
#define KOSNN_DECODING_SPIKE_TRAINS_HPP

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kosnn/core/error.hpp"
#include "kosnn/recording/recorders.hpp"

namespace kosnn {

/// Recorded spikes sorted by neuron: what decoders read.
class SpikeTrains {
 public:
  /// What a SpikeRecorder holds, which must be of one time: it has to be cleared at reset_state().
  template <class Population>
  explicit SpikeTrains(SpikeRecorder<Population> const& spikes)
      : SpikeTrains(spikes.size(), spikes.batch(), spikes.dt(), spikes.steps(), spikes.neurons(),
                    spikes.elements()) {}

  /// Spikes in order of time: number k is one of neuron ids[k] of batch element elements[k], in
  /// step steps[k] of `dt` ms.
  SpikeTrains(int neurons, int batch, double dt, std::vector<std::int64_t> const& steps,
              std::vector<std::uint32_t> const& ids, std::vector<std::uint32_t> const& elements)
      : neurons_(neurons), batch_(batch), dt_(dt) {
    require(neurons >= 1 && batch >= 1 && dt > 0,
            "SpikeTrains: neurons, batch and dt must be positive, got ", neurons, ", ", batch,
            " and ", dt);
    require(ids.size() == steps.size() && elements.size() == steps.size(),
            "SpikeTrains: as many neurons (", ids.size(), ") and batch elements (", elements.size(),
            ") as steps (", steps.size(), ") are needed");
    trains_.resize(static_cast<std::size_t>(neurons) * static_cast<std::size_t>(batch));
    for (std::size_t k = 0; k < steps.size(); ++k) {
      require(ids[k] < static_cast<std::uint32_t>(neurons) &&
                  elements[k] < static_cast<std::uint32_t>(batch),
              "SpikeTrains: spike ", k, ": no neuron ", ids[k], " of batch element ", elements[k]);
      require(k == 0 || steps[k] >= steps[k - 1], "SpikeTrains: spike ", k, " in step ", steps[k],
              " comes after one in step ", steps[k == 0 ? 0 : k - 1],
              "; a recorder has to be cleared at reset_state()");
      trains_[index(ids[k], elements[k])].push_back(steps[k]);
    }
  }

  int neurons() const { return neurons_; }
  int batch() const { return batch_; }
  double dt() const { return dt_; }

  /// Of neuron n of batch element b as number b * neurons() + n, in steps.
  std::vector<std::vector<std::int64_t>> const& steps() const { return trains_; }
  /// Of one neuron, in ms.
  std::vector<double> times(int neuron, int element = 0) const {
    require(neuron >= 0 && neuron < neurons_ && element >= 0 && element < batch_,
            "SpikeTrains: no neuron ", neuron, " of batch element ", element);
    std::vector<double> ms;
    for (std::int64_t const step :
         trains_[index(static_cast<std::uint32_t>(neuron), static_cast<std::uint32_t>(element))])
      ms.push_back(static_cast<double>(step) * dt_);
    return ms;
  }

 private:
  std::size_t index(std::uint32_t neuron, std::uint32_t element) const {
    return static_cast<std::size_t>(element) * static_cast<std::size_t>(neurons_) + neuron;
  }

  int neurons_, batch_;
  double dt_;
  std::vector<std::vector<std::int64_t>> trains_;
};

}  // namespace kosnn

#endif

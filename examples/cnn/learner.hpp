#ifndef KOSNN_EXAMPLES_CNN_LEARNER_HPP
#define KOSNN_EXAMPLES_CNN_LEARNER_HPP

#include <algorithm>
#include <cstdint>
#include <functional>
#include <kosnn/datasets/samples.hpp>
#include <kosnn/kosnn.hpp>
#include <utility>
#include <vector>

#include "cnn/recordings.hpp"

namespace cnn {

constexpr int kernel = 7;             ///< rows and columns of a kernel
constexpr int stride = 3;             ///< from kernel to kernel
constexpr int map_size = 10;          ///< rows and columns of a map
constexpr double weight_sum = 16;     ///< of a kernel
constexpr double threshold = 6;       ///< of a neuron at first
constexpr double inhibition = 6;      ///< of a spike onto the other maps
constexpr double spikes_wanted = 40;  ///< of each map in a recording

/// Elements of one kernel: both polarities.
constexpr std::size_t kernel_elements = std::size_t{polarities} * kernel * kernel;
constexpr std::size_t positions = std::size_t{map_size} * map_size;

/// Parameters of the network.
struct Settings {
  int maps = 16;
  int batch = 16;
  std::uint64_t seed = 1;
};

struct Events {};
struct Maps {};

/// Kernels of one element by which each map inhibits all others at a position.
inline std::vector<double> competition(int maps) {
  std::vector<double> weights;
  for (int post = 0; post < maps; ++post)
    for (int pre = 0; pre < maps; ++pre) weights.push_back(pre == post ? 0 : -inhibition);
  return weights;
}

/// One convolutional layer on events. A spike strengthens the synapses whose sources have fired in
/// this step or the one before, and weakens all others, the same for a map's neurons at all
/// positions. Maps differ because they inhibit each other (as in Kheradpisheh et al. 2018, doi
/// 10.1016/j.neunet.2017.12.005) and because the threshold of each, which its neurons share, lets
/// all fire about as often.
template <class Device>
auto make_network(Settings const& s) {
  using namespace kosnn;
  auto const neuron =
      AdaptiveLIF<>{}.membrane(exact(20)).threshold(threshold).adaptation(exact(1e6, 0));
  auto const stdp =
      PairStdp<>{}.a_plus(3e-4).a_minus(0).offset(0.4).pre_trace(nearest(exact(10))).clamp(0, 1);
  return kosnn::make_network<Device>(
      Config{}.dt(dt).batch(s.batch).seed(s.seed).batch_update(BatchUpdate::sum),
      population(Events{}, SpikeArraySource{}, Shape{polarities, pixels, pixels}),
      population(Maps{}, neuron, Shape{s.maps, map_size, map_size})
          .template keep<&AdaptiveLIF<>::State::threshold>(),
      project(Events{}, Maps{}, Conv2d{kernel}.stride(stride), weights::uniform(0, 1), stdp)
          .sum_over_positions(),
      project(Maps{}, Maps{}, Conv2d{1}, weights::array(competition(s.maps)),
              delays::constant(dt)));
}

/// Shows recordings to the network, with and without learning.
template <class Device>
class Learner {
 public:
  using Network = decltype(make_network<Device>(Settings{}));
  using Done = std::function<void(std::size_t)>;

  explicit Learner(Settings const& settings)
      : settings_(settings),
        net_(make_network<Device>(settings)),
        counter_(net_.record(Maps{}, kosnn::SpikeCounts{})) {
    weights().normalise(weight_sum);
    forget_thresholds();
  }

  /// Learns from the recordings `order` names, in that order: thresholds and, with `stdp`, kernels;
  /// `done(n)` is called after every batch of n.
  void train(std::vector<Recording> const& recordings, std::vector<std::size_t> const& order,
             bool stdp, Done const& done) {
    weights().learning(stdp);
    each_batch(recordings, order, [&](std::size_t n) {
      if (stdp) weights().normalise(weight_sum);
      balance(n);
      done(n);
    });
  }

  /// Spikes of all neurons for all recordings: (recordings, maps, rows, columns). Nothing changes.
  std::vector<std::uint32_t> responses(std::vector<Recording> const& recordings, Done const& done) {
    std::vector<std::uint32_t> all;
    weights().learning(false);
    each_batch(recordings, kosnn::in_order(recordings.size()), [&](std::size_t n) {
      auto const counts = counter_.counts();
      all.insert(all.end(), counts.begin(),
                 counts.begin() + static_cast<std::ptrdiff_t>(n * maps() * positions));
      done(n);
    });
    return all;
  }

  /// Gives all maps the threshold that they had at first.
  void forget_thresholds() {
    thresholds_.assign(maps(), static_cast<float>(threshold));
    set_thresholds();
  }

  Network& network() { return net_; }
  auto& weights() { return net_.projection(Events{}, Maps{}); }
  /// Of each map.
  std::vector<float> const& thresholds() const { return thresholds_; }
  /// Simulated time of all recordings so far.
  double biological_ms() const { return static_cast<double>(shown_) * duration; }

 private:
  std::size_t maps() const { return static_cast<std::size_t>(settings_.maps); }

  /// Shows the recordings in batches; the last may be smaller and is filled up with silence.
  template <class After>
  void each_batch(std::vector<Recording> const& recordings, std::vector<std::size_t> const& order,
                  After const& after) {
    auto const batch = static_cast<std::size_t>(settings_.batch);
    for (std::size_t first = 0; first < order.size(); first += batch) {
      std::size_t const n = std::min(batch, order.size() - first);
      std::vector<int> neurons, elements;
      std::vector<double> times;
      for (std::size_t b = 0; b < n; ++b)
        for (Spike const& spike : recordings[order[first + b]].spikes) {
          neurons.push_back(spike.neuron);
          times.push_back(spike.step * dt);
          elements.push_back(static_cast<int>(b));
        }
      counter_.clear();
      net_.reset_state();
      net_.get(Events{}).set_spikes(neurons, times, elements);
      net_.run(duration);
      shown_ += n;
      after(n);
    }
  }

  /// Raises the thresholds of maps that fired too often in the n recordings shown last, lowers the
  /// others.
  void balance(std::size_t n) {
    auto const counts = counter_.counts();
    for (std::size_t m = 0; m < maps(); ++m) {
      std::uint32_t spikes = 0;
      for (std::size_t b = 0; b < n; ++b)
        for (std::size_t p = 0; p < positions; ++p)
          spikes += counts[(b * maps() + m) * positions + p];
      double const surplus = spikes / static_cast<double>(n) / spikes_wanted - 1;
      thresholds_[m] *= static_cast<float>(1 + 0.1 * std::min(surplus, 1.0));
    }
    set_thresholds();
  }
  void set_thresholds() {
    std::vector<float> of_neurons;
    for (float const t : thresholds_) of_neurons.insert(of_neurons.end(), positions, t);
    net_.get(Maps{}).template set_field<&kosnn::AdaptiveLIF<>::State::threshold>(of_neurons);
  }

  Settings settings_;
  Network net_;
  kosnn::SpikeCounter<std::decay_t<decltype(std::declval<Network&>().get(Maps{}))>>& counter_;
  std::vector<float> thresholds_;
  std::size_t shown_ = 0;
};

}  // namespace cnn

#endif

#ifndef KOSNN_EXAMPLES_DIGITS_LEARNER_HPP
#define KOSNN_EXAMPLES_DIGITS_LEARNER_HPP

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <kosnn/io/idx.hpp>
#include <kosnn/kosnn.hpp>
#include <vector>

namespace digits {

constexpr double threshold = 13;  ///< of a neuron that has not fired yet, mV
constexpr double refractory = 5;  ///< ms

/// The sum to which the weights onto one neuron are normalised, mV.
inline double weight_sum(std::size_t pixels) { return static_cast<double>(pixels) / 16; }

/// Parameters of the network and of its training; times in ms, potentials in mV.
struct Settings {
  int neurons = 400;
  int batch = 1;
  double dt = 1;
  double presentation = 150;  ///< how long one image is shown
  double total_rate = 8000;   ///< spikes/s of all pixels of an image together
  std::uint64_t seed = 1;
  int neurons_per_thread = 2048;  ///< see kosnn::Config
  bool stdp = true;               ///< whether weights change
  bool adaptation = true;         ///< whether thresholds change
};

struct Image {};
struct Exc {};

/// The network of Diehl & Cook 2015 (doi 10.3389/fncom.2015.00099): Bernoulli spikes at rates that
/// follow the pixels, excitatory neurons that compete through lateral inhibition and adaptive
/// thresholds, STDP on the synapses between. Inhibition acts directly instead of through one
/// inhibitory neuron for each excitatory one.
template <class Device>
auto make_digit_network(Settings const& s, int rows, int cols) {
  using namespace kosnn;
  int const pixels = rows * cols;
  auto const exc = AdaptiveLIF<>{}
                       .membrane(exact(100))
                       .threshold(threshold)
                       .refractory(refractory)
                       .adaptation(exact(1e6, s.adaptation ? 0.0015 * s.neurons : 0));
  auto const stdp =
      PairStdp<>{}.a_plus(0.005 / std::sqrt(s.batch)).a_minus(0).tau_plus(20).clamp(0, 1);
  auto const config = Config{}
                          .dt(s.dt)
                          .batch(s.batch)
                          .seed(s.seed)
                          .neurons_per_thread(s.neurons_per_thread)
                          .batch_update(BatchUpdate::sum);

  auto net = make_network<Device>(
      config,                                                     //
      population(Image{}, BernoulliSource{}, Shape{rows, cols}),  //
      population(Exc{}, exc, Shape{s.neurons}).template keep<&AdaptiveLIF<>::State::threshold>(),
      project(Image{}, Exc{}, Dense{}, weights::uniform(0, 1), stdp),
      project(Exc{}, Exc{}, AllButOne{}, weights::constant(-17), delays::constant(s.dt)));
  net.projection(Image{}, Exc{}).normalise(weight_sum(static_cast<std::size_t>(pixels)));
  net.projection(Image{}, Exc{}).learning(s.stdp);
  return net;
}

/// Shows images to the network, with and without learning.
template <class Device>
class Learner {
 public:
  using Network = decltype(make_digit_network<Device>(Settings{}, 1, 1));
  using State = kosnn::AdaptiveLIF<>::State;

  Learner(Settings const& settings, int rows, int cols)
      : settings_(settings),
        pixels_(static_cast<std::size_t>(rows) * static_cast<std::size_t>(cols)),
        net_(make_digit_network<Device>(settings, rows, cols)),
        counter_(net_.record(Exc{}, kosnn::SpikeCounts{})),
        rates_(pixels_ * batch()) {}

  /// Learns from the images `order` names, in that order; `done(n)` is called after every batch of
  /// n.
  void train(kosnn::Images const& images, std::vector<std::size_t> const& order,
             std::function<void(std::size_t)> const& done) {
    each_batch(images, order, [&](std::size_t, std::size_t n) {
      if (settings_.adaptation) add_up_thresholds();
      if (settings_.stdp) weights().normalise(weight_sum(pixels_));
      done(n);
    });
  }

  /// Spike counts of the excitatory neurons for the images that `order` names, (images, neurons).
  /// Neither weights nor thresholds change.
  std::vector<std::uint32_t> responses(kosnn::Images const& images,
                                       std::vector<std::size_t> const& order,
                                       std::function<void(std::size_t)> const& done) {
    std::vector<std::uint32_t> all;
    auto const before = thresholds();
    weights().learning(false);
    each_batch(images, order, [&](std::size_t, std::size_t n) {
      auto const counts = counter_.counts();
      all.insert(all.end(), counts.begin(),
                 counts.begin() + static_cast<std::ptrdiff_t>(n * neurons()));
      net_.get(Exc{}).template set_field<&State::threshold>(before);
      done(n);
    });
    weights().learning(settings_.stdp);
    return all;
  }

  Network& network() { return net_; }
  auto& weights() { return net_.projection(Image{}, Exc{}); }
  /// Thresholds of the excitatory neurons in mV, (batch, neurons).
  std::vector<float> thresholds() { return net_.get(Exc{}).template field<&State::threshold>(); }
  /// Images shown so far, times how long each was shown.
  double biological_ms() const { return static_cast<double>(shown_) * settings_.presentation; }

 private:
  std::size_t batch() const { return static_cast<std::size_t>(settings_.batch); }
  std::size_t neurons() const { return static_cast<std::size_t>(settings_.neurons); }

  /// Shows the images in batches; the last may be smaller and is filled up with darkness.
  template <class After>
  void each_batch(kosnn::Images const& images, std::vector<std::size_t> const& order,
                  After const& after) {
    for (std::size_t first = 0; first < order.size(); first += batch()) {
      std::size_t const n = std::min(batch(), order.size() - first);
      for (std::size_t b = 0; b < batch(); ++b)
        set_rates(b, b < n ? images.image(order[first + b]) : nullptr);
      counter_.clear();
      net_.reset_state();
      net_.get(Image{}).set_rates(rates_);
      net_.run(settings_.presentation);
      shown_ += n;
      after(first, n);
    }
  }

  /// Rates proportional to the pixels, the same sum for each image, at most one spike a step.
  void set_rates(std::size_t b, std::uint8_t const* pixels) {
    double sum = 0;
    for (std::size_t k = 0; pixels != nullptr && k < pixels_; ++k) sum += pixels[k];
    double const scale = sum > 0 ? settings_.total_rate / sum : 0;
    for (std::size_t k = 0; k < pixels_; ++k)
      rates_[b * pixels_ + k] = scale == 0 ? 0 : std::min(scale * pixels[k], 1000 / settings_.dt);
  }

  /// Each batch element has raised the thresholds of its own; from now on all have all of it.
  void add_up_thresholds() {
    if (batch() == 1) return;
    auto after = thresholds();
    if (common_.empty()) common_.assign(neurons(), static_cast<float>(threshold));
    for (std::size_t n = 0; n < neurons(); ++n) {
      float sum = 0;
      for (std::size_t b = 0; b < batch(); ++b) sum += after[b * neurons() + n] - common_[n];
      common_[n] += sum;
    }
    net_.get(Exc{}).template set_field<&State::threshold>(common_);
  }

  Settings settings_;
  std::size_t pixels_;
  Network net_;
  kosnn::SpikeCounter<std::decay_t<decltype(std::declval<Network&>().get(Exc{}))>>& counter_;
  std::vector<double> rates_;
  std::vector<float> common_;
  std::size_t shown_ = 0;
};

}  // namespace digits

#endif

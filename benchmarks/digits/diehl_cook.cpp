#include <algorithm>
#include <kosnn/kosnn.hpp>
#include <random>
#include <vector>

#include "digits/benchmarks.hpp"
#include "support/limits.hpp"

namespace kosnn_bench {
namespace {

struct Image {};
struct Exc {};
struct Inh {};

constexpr int neurons = 400;
constexpr double presentation = 350, brightest_hz = 128, weight_sum = 78.4;
constexpr float base_threshold = -52, threshold_spread = 40;
using State = kosnn::AdaptiveLIF<>::State;

/// The network of BindsNET 0.3.4's DiehlAndCook2015 (after Diehl & Cook 2015,
/// doi 10.3389/fncom.2015.00099) with its constants, inhibition of 120 and PostPre as its rule.
/// There, every spike arrives a step later. There also at most one neuron fires in a step, drawn
/// from those above threshold; here, thresholds that differ from the start keep the neurons apart,
/// and about as many fire.
auto make_diehl_cook(int batch) {
  using namespace kosnn;
  auto const exc = AdaptiveLIF<>{}
                       .membrane(exact(100))
                       .rest(-65)
                       .reset(-60)
                       .threshold(base_threshold)
                       .refractory(5)
                       .adaptation(exact(1e7, 0.05));
  auto const inh = LIF<>{}.membrane(exact(10)).rest(-60).reset(-45).threshold(-40).refractory(2);
  auto const rule =
      PairStdp<>{}.a_plus(1e-2).a_minus(1e-4).pairing(Trace::Spikes::nearest).clamp(0, 1);
  auto const step = delays::constant(1);
  auto net = make_network<Device>(
      Config{}.batch(batch).batch_update(BatchUpdate::sum),
      population(Image{}, BernoulliSource{}, Shape{28, 28}),
      population(Exc{}, exc, Shape{neurons}).template keep<&State::threshold>(),
      population(Inh{}, inh, Shape{neurons}),
      project(Image{}, Exc{}, Dense{}, weights::uniform(0, 0.3), step, rule),
      project(Exc{}, Inh{}, OneToOne{}, weights::constant(22.5), step),
      project(Inh{}, Exc{}, AllButOne{}, weights::constant(-120), step));
  net.projection(Image{}, Exc{}).normalise(weight_sum);
  return net;
}

class DiehlCook {
 public:
  DiehlCook(kosnn::Images const& images, int batch)
      : images_(images),
        brightest_(*std::max_element(images.pixels.begin(), images.pixels.end())),
        batch_(static_cast<std::size_t>(batch)),
        net_(make_diehl_cook(batch)),
        rates_(batch_ * images.size()),
        thresholds_(neurons) {
    std::mt19937 random(1);
    std::uniform_real_distribution<float> uniform(base_threshold,
                                                  base_threshold + threshold_spread);
    std::generate(thresholds_.begin(), thresholds_.end(), [&] { return uniform(random); });
    net_.get(Exc{}).template set_field<&State::threshold>(thresholds_);
  }

  /// Learns from `batch` images, of which `first` is the first.
  void learn(std::size_t first) {
    std::uint8_t const* const pixels = images_.image(first);
    for (std::size_t k = 0; k < rates_.size(); ++k)
      rates_[k] = brightest_hz * pixels[k] / brightest_;
    net_.reset_state();
    net_.get(Image{}).set_rates(rates_);
    net_.run(presentation);
    net_.projection(Image{}, Exc{}).normalise(weight_sum);
    if (batch_ > 1) add_up_thresholds();
  }
  auto& network() { return net_; }
  template <class Tag>
  double spikes(Tag tag) {
    return static_cast<double>(net_.get(tag).spikes());
  }

 private:
  /// The elements of a batch share their thresholds from one batch to the next.
  void add_up_thresholds() {
    auto const after = net_.get(Exc{}).template field<&State::threshold>();
    auto const before = thresholds_;
    for (std::size_t k = 0; k < after.size(); ++k)
      thresholds_[k % neurons] += after[k] - before[k % neurons];
    net_.get(Exc{}).template set_field<&State::threshold>(thresholds_);
  }

  kosnn::Images const& images_;
  double brightest_;
  std::size_t batch_;
  decltype(make_diehl_cook(1)) net_;
  std::vector<double> rates_;
  std::vector<float> thresholds_;
};

void diehl_cook(benchmark::State& state, kosnn::Images const& images) {
  int const batch = static_cast<int>(state.range(0));
  double events = 0, exc = 0, image = 0;
  while (state.KeepRunning()) {
    state.PauseTiming();
    DiehlCook model(images, batch);
    state.ResumeTiming();
    for (std::size_t k = 0; k < samples_per_run; k += static_cast<std::size_t>(batch))
      model.learn(k);
    events += static_cast<double>(model.network().synaptic_events());
    exc = model.spikes(Exc{}) / samples_per_run;
    image = model.spikes(Image{}) / samples_per_run;
  }
  count_samples(state, samples_per_run, presentation, events);
  state.counters["exc_spikes_per_sample"] = exc;
  state.counters["input_spikes_per_sample"] = image;
}

}  // namespace

void add_diehl_cook(kosnn::Images const& images) {
  benchmark::RegisterBenchmark("diehl_cook",
                               [&](benchmark::State& state) { diehl_cook(state, images); })
      ->ArgName("batch")
      ->Arg(1)
      ->Arg(32)
      ->UseRealTime()
      ->Unit(benchmark::kMillisecond);
}

}  // namespace kosnn_bench

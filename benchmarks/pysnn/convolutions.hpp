#ifndef KOSNN_BENCHMARKS_PYSNN_CONVOLUTIONS_HPP
#define KOSNN_BENCHMARKS_PYSNN_CONVOLUTIONS_HPP

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "pysnn/workloads.hpp"

namespace kosnn_bench {

/// The layers of PySNN's CNN example: 2 -> 4 -> 8 -> 1 channels.
struct Events {};
struct Maps4 {};
struct Maps8 {};
struct Map {};

constexpr double conv_tau = 5, conv_threshold = 0.8;
constexpr int warm_up = 20;  // steps until all layers are active; not measured, nothing is learned

/// Kernels of a layer in [low, high).
struct Kernels {
  float low, high;
  kosnn::Weights operator()(std::uint64_t layer, std::size_t count) const {
    auto const values = uniform(count, layer << 32, low, high);
    return kosnn::weights::array({values.begin(), values.end()});
  }
};

/// Their network; `rule` may be kosnn::Static. Where the batch is summed over, so are positions.
template <class Cell, class Rule>
auto make_convolutions(kosnn::Config const& config, Cell const& cell, Kernels const& kernels,
                       double delay, Rule const& rule) {
  using namespace kosnn;
  auto const wait = delays::constant(delay);
  bool const sum = config.batch_update() == BatchUpdate::sum;
  auto const as_peers = [sum](auto projection) {
    constexpr bool learns = !std::is_same_v<Rule, Static>;
    if constexpr (learns)
      if (sum) projection.sum_over_positions();
    if constexpr (learns || std::is_same_v<Cell, Fede<>>) projection.immediate_trace();
    return projection;
  };
  return make_network<Device>(
      config, population(Events{}, SpikeArraySource{}, Shape{2, 34, 34}),
      population(Maps4{}, cell, Shape{4, 32, 32}), population(Maps8{}, cell, Shape{8, 15, 15}),
      population(Map{}, cell, Shape{1, 13, 13}),
      as_peers(
          project(Events{}, Maps4{}, Conv2d{5}.padding(1), kernels(0, 4 * 2 * 25), wait, rule)),
      as_peers(project(Maps4{}, Maps8{}, Conv2d{5}.stride(2).padding(1), kernels(1, 8 * 4 * 25),
                       wait, rule)),
      as_peers(project(Maps8{}, Map{}, Conv2d{3}, kernels(2, 8 * 9), wait, rule)));
}

template <class Net>
std::uint64_t layer_spikes(Net& net) {
  return net.get(Maps4{}).spikes() + net.get(Maps8{}).spikes() + net.get(Map{}).spikes();
}

/// Runs a network of `make()`.
template <bool Learns, class Make>
kosnn_support::Report measure_convolutions(Workload const& work, Make const& make) {
  double const base = kosnn_support::peak_rss_mb();
  double const start = kosnn_support::seconds();
  auto net = make();
  double const built = kosnn_support::seconds();
  auto const learning = [&](bool on) {
    if constexpr (Learns) {
      net.projection(Events{}, Maps4{}).learning(on);
      net.projection(Maps4{}, Maps8{}).learning(on);
      net.projection(Maps8{}, Map{}).learning(on);
    }
  };
  EventInput input(work.batch);
  auto& events = net.get(Events{});
  auto const advance = [&](int steps) { net.run(steps); };
  learning(false);
  run_timed(events, input, warm_up, advance);
  learning(true);
  std::uint64_t const before = layer_spikes(net);
  double const run_s = run_timed(events, input, work.steps, advance);
  double const ms = work.steps + warm_up;
  events.set_spikes({}, {});  // what was given is none of the network's memory
  auto report = kosnn_support::report_of<Device>(net, ms);
  report.build_s = built - start;
  report.run_s = run_s;
  report.spikes = layer_spikes(net) - before;
  report.rate_hz = {{"Events", kosnn_support::rate_hz(events, ms)},
                    {"Maps4", kosnn_support::rate_hz(net.get(Maps4{}), ms)},
                    {"Maps8", kosnn_support::rate_hz(net.get(Maps8{}), ms)},
                    {"Map", kosnn_support::rate_hz(net.get(Map{}), ms)}};
  report.result = {{"step_ms", 1000 * run_s / work.steps},
                   {"rss_base_mb", base},
                   {"mean_weight", mean(net.projection(Events{}, Maps4{}).weights())}};
  return report;
}

}  // namespace kosnn_bench

#endif

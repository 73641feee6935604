#include <type_traits>
#include <vector>

#include "pysnn/workloads.hpp"

namespace kosnn_bench {
namespace {

struct Inputs {};
struct Cells {};

constexpr double tau = 20, mean_drive = 1.56;

std::vector<float> weights_of(int neurons) {
  auto const n = static_cast<std::size_t>(neurons);
  return uniform(n * n, 0, 0, static_cast<float>(2 * mean_drive / (0.05 * neurons)));
}

/// PySNN's MSTDPET with a_pre = a_post = 1.
auto mstdpet(int neurons) {
  auto const trace = kosnn::all_to_all(kosnn::euler(tau));
  return kosnn::Mstdpet<>{}
      .rate(1.0 / neurons)
      .pre_trace(trace)
      .post_trace(trace)
      .eligibility(kosnn::factor(0.95));
}

template <class Rule>
auto make(Workload const& work, Rule const& rule) {
  using namespace kosnn;
  auto synapses = project(Inputs{}, Cells{}, Dense{}, weights::uniform(0, 1),
                          delays::constant(work.delay), rule);
  if constexpr (!std::is_same_v<Rule, Static>) synapses.immediate_trace();
  auto net = make_network<Device>(
      Config{}.batch(work.batch), population(Inputs{}, SpikeArraySource{}, Shape{work.neurons}),
      population(Cells{}, LIF<>{}.membrane(euler(tau)), Shape{work.neurons}), synapses);
  net.projection(Inputs{}, Cells{}).set_weights(weights_of(work.neurons));
  return net;
}

/// Rewards of +1 and -1 in turns of 50 steps, one after each step.
template <class Net>
void learn(Net& net, int steps) {
  auto& synapses = net.projection(Inputs{}, Cells{});
  for (int k = 0; k < steps; ++k) {
    bool const good = static_cast<int>(net.time()) / 50 % 2 == 0;
    net.step();
    synapses.reward(good ? 1 : -1);
  }
}

template <class Rule, class Advance>
kosnn_support::Report measure(Workload const& work, Rule const& rule, Advance const& advance) {
  double const base = kosnn_support::peak_rss_mb();
  double const start = kosnn_support::seconds();
  auto net = make(work, rule);
  double const built = kosnn_support::seconds();
  DenseInput input(work.neurons, work.batch);
  double const run_s =
      run_timed(net.get(Inputs{}), input, work.steps, [&](int n) { advance(net, n); });
  net.get(Inputs{}).set_spikes({}, {});  // what was given is none of the network's memory
  auto report = kosnn_support::report_of<Device>(net, work.steps);
  report.build_s = built - start;
  report.run_s = run_s;
  report.spikes = net.get(Cells{}).spikes();
  report.rate_hz = {{"Inputs", kosnn_support::rate_hz(net.get(Inputs{}), work.steps)},
                    {"Cells", kosnn_support::rate_hz(net.get(Cells{}), work.steps)}};
  report.result = {{"step_ms", 1000 * run_s / work.steps},
                   {"rss_base_mb", base},
                   {"mean_weight", mean(net.projection(Inputs{}, Cells{}).weights())}};
  return report;
}

}  // namespace

kosnn_support::Report dense(Workload const& work) {
  if (work.learn)
    return measure(work, mstdpet(work.neurons), [](auto& net, int n) { learn(net, n); });
  return measure(work, kosnn::Static{}, [](auto& net, int n) { net.run(n); });
}

}  // namespace kosnn_bench

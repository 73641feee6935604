#include <vector>

#include "pysnn/workloads.hpp"

namespace kosnn_bench {
namespace {

struct Inputs {};
struct Cells {};

constexpr double tau = 20, mean_drive = 1.56;

std::vector<double> weights_of(int neurons) {
  auto const n = static_cast<std::size_t>(neurons);
  return uniform(n * n, 0, 0, static_cast<float>(2 * mean_drive / (0.05 * neurons)));
}

auto make_static(Workload const& work) {
  using namespace kosnn;
  return make_network<Device>(
      Config{}.batch(work.batch), population(Inputs{}, SpikeArraySource{}, Shape{work.neurons}),
      population(Cells{}, LIF<>{}.membrane(euler(tau)), Shape{work.neurons}),
      project(Inputs{}, Cells{}, Dense{}, weights::array(weights_of(work.neurons)),
              delays::constant(work.delay)));
}

template <class Make, class Advance>
kosnn_support::Report measure(Workload const& work, Make const& make, Advance const& advance) {
  double const base = kosnn_support::peak_rss_mb();
  double const start = kosnn_support::seconds();
  auto net = make(work);
  double const built = kosnn_support::seconds();
  DenseInput input(work.neurons, work.batch);
  double const run_s = run_timed(
      net.get(Inputs{}), work.steps, [&](int n) { return input.next(n); },
      [&](int n) { advance(net, n); });
  auto report = kosnn_support::report_of<Device>(net, work.steps);
  report.build_s = built - start;
  report.run_s = run_s;
  report.spikes = net.get(Cells{}).spikes();
  report.rate_hz = {{"Inputs", kosnn_support::rate_hz(net.get(Inputs{}), work.steps)},
                    {"Cells", kosnn_support::rate_hz(net.get(Cells{}), work.steps)}};
  report.result = {{"step_ms", 1000 * run_s / work.steps}, {"rss_base_mb", base}};
  return report;
}

}  // namespace

kosnn_support::Report dense(Workload const& work) {
  return measure(work, make_static, [](auto& net, int steps) { net.run(steps); });
}

}  // namespace kosnn_bench

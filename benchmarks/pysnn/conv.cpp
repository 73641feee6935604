#include "pysnn/convolutions.hpp"

namespace kosnn_bench {
namespace {

/// SpikingJelly's STDPLearner: traces that keep 1 - 1/tau of themselves in a step, changes summed
/// over batch and positions.
auto stdp() {
  constexpr double rate = 1e-6;
  auto const trace = kosnn::all_to_all(kosnn::factor(1 - 1 / conv_tau));
  return kosnn::PairStdp<>{}.a_plus(rate).a_minus(rate).pre_trace(trace).post_trace(trace).clamp(
      -100, 100);
}

template <class Rule>
kosnn_support::Report measure(Workload const& work, Rule const& rule) {
  return measure_convolutions<!std::is_same_v<Rule, kosnn::Static>>(work, [&] {
    return make_convolutions(
        kosnn::Config{}.batch(work.batch).batch_update(kosnn::BatchUpdate::sum),
        kosnn::LIF<>{}.membrane(kosnn::euler(conv_tau)).threshold(conv_threshold), Kernels{0, 1}, 0,
        rule);
  });
}

}  // namespace

kosnn_support::Report conv(Workload const& work) {
  return work.learn ? measure(work, stdp()) : measure(work, kosnn::Static{});
}

}  // namespace kosnn_bench

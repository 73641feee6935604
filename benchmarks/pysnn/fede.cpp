#include "pysnn/convolutions.hpp"

namespace kosnn_bench {
namespace {

constexpr double delay = 3;

template <class Rule>
kosnn_support::Report measure(Workload const& work, Rule const& rule) {
  using namespace kosnn;
  auto const cell = Fede<>{}
                        .membrane(euler(conv_tau, 0.2))
                        .presynaptic(all_to_all(euler(conv_tau)))
                        .threshold(conv_threshold)
                        .refractory(3);
  return measure_convolutions<!std::is_same_v<Rule, Static>>(work, [&] {
    return make_convolutions(Config{}.batch(work.batch), cell, Kernels{1, 5}, delay, rule);
  });
}

}  // namespace

kosnn_support::Report fede(Workload const& work) {
  if (!work.learn) return measure(work, kosnn::Static{});
  return measure(work, kosnn::FedeStdpEveryStep<>{}.rate(1e-4).w_init(0.5).a(0.5).pre_trace(
                           kosnn::all_to_all(kosnn::euler(conv_tau))));
}

}  // namespace kosnn_bench

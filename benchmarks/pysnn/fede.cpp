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

kosnn_support::Report fede(Workload const& work) { return measure(work, kosnn::Static{}); }

}  // namespace kosnn_bench

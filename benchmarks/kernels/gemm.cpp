// Dense delivery against Kokkos-Kernels' matrix products, whose work does not depend on how many
// neurons fire: inputs += spikes * weights.

#include <KokkosBlas2_gemv.hpp>
#include <KokkosBlas3_gemm.hpp>

#include "kernels/delivery.hpp"

namespace kosnn_bench {
namespace {

using Matrix = Kokkos::View<float**, Kokkos::LayoutRight, Device>;
using Vector = Kokkos::View<float*, Device>;

/// Arguments: sources, targets, batch, spikes per 1000 sources and step. `of_limit` is above 1
/// where delivery beats the matrix product.
void dense_delivery_gemm(benchmark::State& state) {
  int const pre = static_cast<int>(state.range(0)), post = static_cast<int>(state.range(1));
  int const batch = static_cast<int>(state.range(2));
  Delivery delivery(pre, post, batch, state.range(3), kosnn::delays::constant(8));
  auto const& history = delivery.history();
  Matrix const spikes("spikes", batch, pre), weights("weights", pre, post);
  Matrix const inputs("inputs", batch, post);
  Vector const one_spikes(spikes.data(), pre), one_inputs(inputs.data(), post);
  delivery.for_each_list(0, [&](std::uint32_t const* entries, std::uint32_t n) {
    for (std::uint32_t k = 0; k < n; ++k)
      spikes(history.element(entries[k]), history.neuron(entries[k])) = 1;
  });
  Kokkos::deep_copy(weights, 0.5F);
  auto const product = [&](int times) {
    for (int k = 0; k < times; ++k)
      if (batch == 1)
        KokkosBlas::gemv("T", 1.0F, weights, one_spikes, 1.0F, one_inputs);
      else
        KokkosBlas::gemm("N", "N", 1.0F, spikes, weights, 1.0F, inputs);
    Device().fence();
  };
  double const events = delivery.events();
  take_turns(
      state, events, [&](int times) { delivery.ours(times); }, events / delivery.steps(), product);
}

void sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgNames({"pre", "post", "batch", "permille"});
  for (int const batch : {1, 32})
    for (auto const& [pre, post] : {std::pair{784, 400}, {1000, 1000}})
      for (int const permille : {10, 100, 300, 1000}) benchmark->Args({pre, post, batch, permille});
}
BENCHMARK(dense_delivery_gemm)
    ->Apply(sizes)
    ->Iterations(turns)
    ->UseManualTime()
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace kosnn_bench

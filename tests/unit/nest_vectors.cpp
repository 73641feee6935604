// Spike for spike and by their potentials as NEST 3.10: see tests/golden/nest.

#include "nest_vectors.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <utility>
#include <vector>

#include "testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::NestEdges;
using kosnn_test::NestNetwork;

struct In {};
struct Cells {};

auto edges(NestEdges const& e) { return sparse::edges(e.sources, e.targets); }
auto weights_of(NestEdges const& e) { return weights::array(e.weights); }
auto delays_of(NestEdges const& e) { return delays::array(e.delays); }

/// Steps and neurons of all spikes, in order.
template <class Steps, class Neurons>
auto sorted(Steps const& steps, Neurons const& neurons) {
  std::vector<std::pair<std::int64_t, int>> all;
  for (std::size_t k = 0; k < steps.size(); ++k)
    all.emplace_back(static_cast<std::int64_t>(steps[k]), static_cast<int>(neurons[k]));
  std::sort(all.begin(), all.end());
  return all;
}

template <class Space, class Model>
void expect_spikes_of_nest(NestNetwork const& nest, Model const& model) {
  auto const& [in_ex, in_in] = nest.from_sources;
  auto const& [ex, in] = nest.between_neurons;
  auto net = make_network<Space, double>(
      kosnn_test::config().dt(kosnn_test::nest_dt),
      population(In{}, SpikeArraySource{}, Shape{NestNetwork::sources}),
      population(Cells{}, model, Shape{NestNetwork::neurons}),
      project(In{}, Cells{}, edges(in_ex), weights_of(in_ex), delays_of(in_ex)),
      project(In{}, Cells{}, edges(in_in), weights_of(in_in), delays_of(in_in)),
      project(Cells{}, Cells{}, edges(ex), weights_of(ex), delays_of(ex)),
      project(Cells{}, Cells{}, edges(in), weights_of(in), delays_of(in)));
  std::vector<double> times;
  for (auto const step : nest.input.steps)
    times.push_back(static_cast<double>(step) * kosnn_test::nest_dt);
  net.get(In{}).set_spikes(nest.input.neurons, times);
  auto const& spikes = net.record(Cells{}, Spikes{});
  net.run(NestNetwork::steps * kosnn_test::nest_dt);
  auto const expected = sorted(nest.fired.steps, nest.fired.neurons);
  EXPECT_GT(expected.size(), 3000);
  EXPECT_EQ(sorted(spikes.steps(), spikes.neurons()), expected);
}

template <class Real>
LIF<Real> delta(double i_e, double tau_m, double c_m, double v_reset) {
  return iaf_psc_delta<Real>().reset(v_reset).bias(i_e * tau_m / c_m);
}

template <class Device>
class NestVectors : public ::testing::Test {};
TYPED_TEST_SUITE(NestVectors, kosnn_test::Devices);

TYPED_TEST(NestVectors, NetworkOfIafPscDelta) {
  NestNetwork const nest("iaf_psc_delta");
  expect_spikes_of_nest<TypeParam>(
      nest, delta<double>(nest["I_e"], nest["tau_m"], nest["C_m"], nest["V_reset"]));
}

}  // namespace

// Spike for spike and by their potentials as NEST 3.10: see tests/golden/nest.

#include "nest_vectors.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "kosnn/neurons/aeif.hpp"
#include "kosnn/neurons/hodgkin_huxley.hpp"
#include "kosnn/neurons/iaf_cond.hpp"
#include "testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::NestEdges;
using kosnn_test::NestNetwork;
using kosnn_test::NestNeuron;

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
  auto const& [ex, in] = nest.between_neurons;  // excitatory and inhibitory synapses
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
  auto const got = sorted(spikes.steps(), spikes.neurons());
  EXPECT_EQ(got.size(), expected.size());
  auto const [g, e] = std::mismatch(got.begin(), got.end(), expected.begin(), expected.end());
  if (g != got.end() && e != expected.end())
    ADD_FAILURE() << "step and neuron of spike " << g - got.begin() << ": " << g->first << " "
                  << g->second << ", NEST " << e->first << " " << e->second;
}

/// A model with the parameters that the network's cells have.
template <class Model>
Model with_currents(NestNetwork const& nest, Model model) {
  return model.v_reset(nest["V_reset"])
      .i_e(nest["I_e"])
      .tau_syn_ex(nest["tau_syn_ex"])
      .tau_syn_in(nest["tau_syn_in"]);
}

template <class Device>
class NestVectors : public ::testing::Test {};
TYPED_TEST_SUITE(NestVectors, kosnn_test::Devices);

TYPED_TEST(NestVectors, NetworkOfIafPscDelta) {
  NestNetwork const nest("iaf_psc_delta");
  expect_spikes_of_nest<TypeParam>(nest, iaf_psc_delta<double>()
                                             .reset(nest["V_reset"])
                                             .bias(nest["I_e"] * nest["tau_m"] / nest["C_m"]));
}

TEST(NestVectorsOfCurrents, NetworkOfIafPscExp) {
  NestNetwork const nest("iaf_psc_exp");
  expect_spikes_of_nest<Kokkos::DefaultExecutionSpace>(nest,
                                                       with_currents(nest, iaf_psc_exp<double>()));
}

TEST(NestVectorsOfCurrents, NetworkOfIafPscAlpha) {
  NestNetwork const nest("iaf_psc_alpha");
  expect_spikes_of_nest<Kokkos::DefaultExecutionSpace>(
      nest, with_currents(nest, iaf_psc_alpha<double>()));
}

/// Potentials to `tolerance` mV, and the spikes, of a neuron with its default parameters.
template <class Model>
void expect_traces_of_nest(std::string const& name, Model model, double tolerance) {
  NestNeuron const nest(name);
  model.prepare(kosnn_test::nest_dt);
  auto state = model.initial();
  std::vector<std::int64_t> fired;
  auto sample = nest.v.begin();
  double farthest = 0;
  for (std::size_t t = 0; t < NestNeuron::steps; ++t) {
    Inputs<double> const in{nest.excitatory[t], nest.inhibitory[t], nest.current[t]};
    if (model.step(state, in)) fired.push_back(static_cast<std::int64_t>(t));
    if (sample == nest.v.end() || sample->first != static_cast<int>(t)) continue;
    farthest = std::max(farthest, std::fabs(state.v - sample->second));
    ++sample;
  }
  EXPECT_LE(farthest, tolerance) << name;
  EXPECT_EQ(sample, nest.v.end());
  EXPECT_GT(nest.v.size(), 100);
  EXPECT_EQ(fired, nest.fired) << name;
}

TEST(NestVectorsOfNeurons, ThatAreIntegratedExactly) {
  expect_traces_of_nest("iaf_psc_exp", iaf_psc_exp<double>(), 1e-9);
  expect_traces_of_nest("iaf_psc_alpha", iaf_psc_alpha<double>(), 1e-9);
  expect_traces_of_nest("mat2_psc_exp", mat2_psc_exp<double>(), 1e-9);
}

// The first two in steps of 0.1 ms, half a time constant of their synapses; aeif_cond_exp in steps
// of 1e-4 ms at least, which is how well it knows when it is reset. The last is more accurate than
// NEST (the README there).
TEST(NestVectorsOfNeurons, ThatAreIntegratedNumerically) {
  expect_traces_of_nest("iaf_cond_exp", iaf_cond_exp<double>(), 1e-3);
  expect_traces_of_nest("iaf_cond_alpha", iaf_cond_alpha<double>(), 1e-3);
  expect_traces_of_nest("aeif_cond_exp", aeif_cond_exp<double>(), 5e-3);
  expect_traces_of_nest("hh_psc_alpha", hh_psc_alpha<double>().tolerance(1e-7), 5e-3);
}

}  // namespace

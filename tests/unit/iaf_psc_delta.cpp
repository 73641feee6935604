// LIF as NEST's iaf_psc_delta, against that model's equations with NEST's names and defaults.

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "testing.hpp"

namespace {

using namespace kosnn;

struct In {};
struct Cells {};

/// Potentials and spikes by step of a neuron that receives `jumps` in mV and a current of `i_e` pA.
struct Reference {
  std::vector<double> v;
  std::vector<std::int64_t> spikes;

  Reference(std::vector<double> const& jumps, double h, double i_e) {
    double const e_l = -70, c_m = 250, tau_m = 10, t_ref = 2, v_th = -55, v_reset = -70;
    double const p33 = std::exp(-h / tau_m), p30 = tau_m / c_m * (1 - p33);
    long blocked = 0;
    double u = 0;  // above E_L
    for (std::size_t t = 0; t < jumps.size(); ++t) {
      if (blocked == 0)
        u = p30 * i_e + p33 * u + jumps[t];
      else
        --blocked;  // what arrives is lost
      if (u >= v_th - e_l) {
        blocked = std::lround(t_ref / h);
        u = v_reset - e_l;
        spikes.push_back(static_cast<std::int64_t>(t));
      }
      v.push_back(u + e_l);
    }
  }
};

TEST(IafPscDelta, DoesWhatNestsEquationsSay) {
  constexpr int steps = 4000, sources = 30;
  constexpr double h = 0.1, weight = 1.7, i_e = 200;
  for (double const jump : {weight, 40.0, -weight}) {
    auto net = make_network<Kokkos::DefaultHostExecutionSpace, double>(
        Config{}.dt(h), population(In{}, SpikeArraySource{}, Shape{sources}),
        population(Cells{}, iaf_psc_delta<double>().bias(i_e * 10 / 250), Shape{1}),
        project(In{}, Cells{}, Dense{}, weights::constant(jump), delays::constant(1.5)));
    auto const list = kosnn_test::random_spikes(sources, 1, steps, h, 0.004, 3);
    net.get(In{}).set_spikes(list.neurons, list.times, list.elements);
    auto const& v = net.record(Cells{}, Field<&LIF<double>::State::v>{});
    auto const& spikes = net.record(Cells{}, Spikes{});
    net.run(steps * h);
    std::vector<double> jumps(steps + 15);
    for (double const ms : list.times)
      jumps[static_cast<std::size_t>(std::lround(ms / h) + 15)] += jump;
    jumps.resize(steps);
    Reference const reference(jumps, h, i_e);
    EXPECT_EQ(spikes.steps(), reference.spikes);
    ASSERT_EQ(v.values().size(), reference.v.size());
    for (std::size_t t = 0; t < steps; ++t) ASSERT_NEAR(v.values()[t], reference.v[t], 1e-9) << t;
    EXPECT_EQ(spikes.count() > 10, jump > 0);
  }
}

}  // namespace

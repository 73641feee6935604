// iaf_psc_exp and iaf_psc_alpha: closed forms, and the equations and the order of events of NEST's
// documentation, with its names.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "neuron_courses.hpp"
#include "testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::Course;

std::vector<Inputs<double>> one_spike(std::size_t steps, double weight) {
  std::vector<Inputs<double>> inputs(steps);
  (weight > 0 ? inputs[0].excitatory : inputs[0].inhibitory) = weight;
  return inputs;
}

// A current w e^(-t/tau_s) drives V' = -V/tau_m + I/C.
TEST(IafPscExp, FollowsThePotentialOfOneSpike) {
  constexpr double h = 0.1, w = 87.8, tau_m = 10, c_m = 250;
  for (double const tau : {0.5, 2.0, 10.0, 10.0001}) {
    auto const model = iaf_psc_exp<double>().c_m(c_m).tau_m(tau_m).tau_syn_ex(tau).tau_syn_in(tau);
    auto const up = Course(model, h, one_spike(1000, w)).v;
    auto const down = Course(model, h, one_spike(1000, -w)).v;
    for (std::size_t t = 0; t < up.size(); ++t) {
      double const ms = static_cast<double>(t) * h;  // since it has arrived
      double const expected = std::fabs(tau - tau_m) < 1e-6
                                  ? w / c_m * ms * std::exp(-ms / tau_m)
                                  : w / c_m * tau * tau_m / (tau_m - tau) *
                                        (std::exp(-ms / tau_m) - std::exp(-ms / tau));
      ASSERT_NEAR(up[t] + 70, expected, 2e-9) << tau << " " << t;
      ASSERT_NEAR(down[t] + 70, -expected, 2e-9) << tau << " " << t;
    }
    // Potjans & Diesmann 2014: 0.15 mV.
    if (tau == 0.5) {
      EXPECT_NEAR(*std::max_element(up.begin(), up.end()) + 70, 0.15, 1e-3);
    }
  }
}

TEST(IafPscAlpha, FollowsThePotentialOfOneSpike) {
  constexpr double h = 0.1, w = 50, tau_m = 10, c_m = 250;
  for (double const tau : {0.3258, 2.0, 9.99, 10.0}) {
    auto const model =
        iaf_psc_alpha<double>().c_m(c_m).tau_m(tau_m).tau_syn_ex(tau).tau_syn_in(tau);
    auto const up = Course(model, h, one_spike(600, w)).v;
    auto const down = Course(model, h, one_spike(600, -w)).v;
    // V = e^(-t/tau_m) / C * integral of I(s) e^(s/tau_m), by Simpson's rule.
    auto const integrand = [&](double s) {
      return w * std::exp(1.0) * s / tau * std::exp(-s / tau + s / tau_m) / c_m;
    };
    double integral = 0;
    for (std::size_t t = 1; t < up.size(); ++t) {
      constexpr int parts = 40;
      double const begin = static_cast<double>(t - 1) * h, d = h / parts;
      for (int k = 0; k < parts; ++k)
        integral += d / 6 *
                    (integrand(begin + k * d) + 4 * integrand(begin + (k + 0.5) * d) +
                     integrand(begin + (k + 1) * d));
      double const expected = integral * std::exp(-static_cast<double>(t) * h / tau_m);
      ASSERT_NEAR(up[t] + 70, expected, 1e-9) << tau << " " << t;
      ASSERT_NEAR(down[t] + 70, -expected, 1e-9) << tau << " " << t;
    }
  }
}

// f = 1 / (t_ref + tau ln((mu - V_r) / (mu - theta))), to the grid.
template <class Model>
void expect_rates(Model const& model) {
  constexpr double h = 0.1;
  for (double const pA : {374.0, 376.0, 450.0, 900.0}) {
    double const mu = pA * 10 / 250;  // above rest
    double const interval = mu > 15 ? 2 + std::ceil(10 * std::log(mu / (mu - 15)) / h) * h : 0;
    for (bool const injected : {true, false}) {
      std::vector<Inputs<double>> inputs(20000);
      if (injected)
        for (auto& in : inputs) in.current = pA;
      auto const spikes = Course(injected ? model : Model(model).i_e(pA), h, inputs).spikes;
      if (mu < 15) {
        EXPECT_TRUE(spikes.empty());
        continue;
      }
      for (std::size_t k = 1; k < spikes.size(); ++k)
        ASSERT_EQ(spikes[k] - spikes[k - 1], static_cast<std::size_t>(std::lround(interval / h)));
      EXPECT_GT(spikes.size(), 20U);
    }
  }
}
TEST(IafPsc, FiresAsOftenAsTheCurrentSays) {
  expect_rates(iaf_psc_exp<double>());
  expect_rates(iaf_psc_alpha<double>());
}

TEST(IafPsc, CurrentsGoOnWhileRefractory) {
  std::vector<Inputs<double>> inputs(400);
  inputs[0].excitatory = 60000;  // a spike, and the next as soon as may be
  inputs[10].excitatory = 5000;  // while refractory for 5 ms
  auto const model = iaf_psc_exp<double>().t_ref(5).tau_syn_ex(20);
  auto const course = Course(model, 0.1, inputs);
  ASSERT_GE(course.spikes.size(), 2U);
  EXPECT_EQ(course.spikes[1] - course.spikes[0], 51U);
  for (std::size_t t = course.spikes[0]; t < course.spikes[0] + 50; ++t)
    EXPECT_EQ(course.v[t], -70);
}

TEST(IafPsc, RefusesWhatHasNoMeaning) {
  auto const refused = [](auto model) { EXPECT_THROW(model.prepare(0.1), Error); };
  refused(iaf_psc_exp<>().tau_m(0));
  refused(iaf_psc_exp<>().tau_syn_ex(-1));
  refused(iaf_psc_alpha<>().tau_syn_in(NAN));
  refused(iaf_psc_alpha<>().c_m(0));
  refused(iaf_psc_exp<>().t_ref(0.05));
  refused(iaf_psc_exp<>().t_ref(-1));
  refused(iaf_psc_exp<>().v_reset(-50));
  refused(iaf_psc_exp<>().e_l(INFINITY));
  refused(iaf_psc_exp<>().i_e(1e300));
}

struct Drive {};
struct Cells {};

template <class Device>
class IafPscNetwork : public ::testing::Test {};
TYPED_TEST_SUITE(IafPscNetwork, kosnn_test::Devices);

// A neuron of a network is stepped as one alone; parameters of its own included.
TYPED_TEST(IafPscNetwork, StepsTheModel) {
  constexpr int size = 37, steps = 600, sources = 20;
  constexpr double h = 0.1;
  auto const model_of = [](int n) { return iaf_psc_exp<double>().tau_m(8 + 0.1 * n); };
  auto net = make_network<TypeParam, double>(
      kosnn_test::config().dt(h), population(Drive{}, SpikeArraySource{}, Shape{sources}),
      population(Cells{}, per_neuron([&](Neuron& n) { return model_of(n.index()); }), Shape{size}),
      project(Drive{}, Cells{}, Dense{}, weights::uniform(100, 300), delays::constant(0.5)),
      project(Drive{}, Cells{}, Dense{}, weights::uniform(-150, -50), delays::constant(1)));
  auto const list = kosnn_test::random_spikes(sources, 1, steps, h, 0.02, 7);
  net.get(Drive{}).set_spikes(list.neurons, list.times, list.elements);
  auto const& v = net.record(Cells{}, Field<&IafPscExp<double>::State::v>{});
  auto const& spikes = net.record(Cells{}, Spikes{});
  net.run(steps * h);
  auto const excite = net.projection(Drive{}, Cells{}).weights();
  auto const inhibit = net.template projection<1>(Drive{}, Cells{}).weights();
  EXPECT_GT(spikes.count(), 100U);
  for (int n = 0; n < size; ++n) {
    std::vector<Inputs<double>> inputs(steps + 10);
    for (std::size_t k = 0; k < list.times.size(); ++k) {
      auto const t = static_cast<std::size_t>(std::lround(list.times[k] / h));
      auto const synapse = static_cast<std::size_t>(list.neurons[k] * size + n);
      inputs[t + 5].excitatory += excite[synapse];
      inputs[t + 10].inhibitory += inhibit[synapse];
    }
    inputs.resize(steps);
    auto const alone = Course(model_of(n), h, inputs);
    for (std::size_t t = 0; t < steps; ++t)
      ASSERT_NEAR(v.values()[t * size + static_cast<std::size_t>(n)], alone.v[t], 1e-9);
  }
}

}  // namespace

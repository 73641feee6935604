// iaf_cond_exp and iaf_cond_alpha: NEST's equations and order of events, integrated with many
// substeps of the classical Runge-Kutta method of Boost.odeint in double.

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <random>
#include <vector>

#include "neuron_courses.hpp"
#include "testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::Course;
using kosnn_test::integrate_closely;
using kosnn_test::irregular;

constexpr double h = 0.1;

/// Defaults of NEST, and one neuron of its equations. With a single rise of the conductances
/// (`alpha`) they are y = V, g_ex, g_in, dg_ex, dg_in.
struct Reference {
  bool alpha = false;
  double v_th = -55, v_reset = -60, t_ref = 2, g_l = 16.6667, c_m = 250, e_ex = 0, e_in = -85,
         e_l = -70, tau_ex = 0.2, tau_in = 2, i_e = 0;
  std::vector<double> v = {}, g_ex = {}, g_in = {};
  std::vector<std::size_t> spikes = {};

  void run(std::vector<Inputs<double>> const& inputs, double dt = h, int substeps = 50) {
    std::array<double, 5> y = {e_l, 0, 0, 0, 0};
    long blocked = 0;
    for (std::size_t t = 0; t < inputs.size(); ++t) {
      auto const slopes = [&](std::array<double, 5> const& at) {
        double const leak = g_l * (at[0] - e_l), ex = at[1] * (at[0] - e_ex),
                     in = at[2] * (at[0] - e_in);
        double const membrane = (-leak - ex - in + i_e + inputs[t].current) / c_m;
        return std::array<double, 5>{blocked > 0 ? 0 : membrane, at[3] - at[1] / tau_ex,
                                     at[4] - at[2] / tau_in, -at[3] / tau_ex, -at[4] / tau_in};
      };
      integrate_closely(slopes, dt, substeps, y);
      double const peak = std::exp(1.0);
      y[alpha ? 3 : 1] += inputs[t].excitatory * (alpha ? peak / tau_ex : 1);
      y[alpha ? 4 : 2] -= inputs[t].inhibitory * (alpha ? peak / tau_in : 1);
      if (blocked > 0) {
        --blocked;
      } else if (y[0] >= v_th) {
        blocked = std::lround(t_ref / dt);
        y[0] = v_reset;
        spikes.push_back(t);
      }
      v.push_back(y[0]);
      g_ex.push_back(y[1]);
      g_in.push_back(y[2]);
    }
  }
};

/// 200 ms of irregular input for which the neuron fires now and then.
std::vector<Inputs<double>> drive(bool alpha) { return irregular(2000, alpha ? 60 : 120, 9, 250); }

/// Largest difference of the potentials before the first step in which the spikes differ.
template <class Real, class Model>
double difference(Model const& model, bool alpha) {
  auto const inputs = drive(alpha);
  Reference reference{alpha};
  reference.run(inputs);
  Course<Model> const course(model, h, inputs);
  EXPECT_EQ(course.spikes, reference.spikes);
  EXPECT_GT(reference.spikes.size(), 5U);
  double largest = 0;
  for (std::size_t t = 0; t < inputs.size(); ++t) {
    largest = std::fmax(largest, std::fabs(course.v[t] - reference.v[t]));
    EXPECT_NEAR(static_cast<double>(course.states[t].g_ex), reference.g_ex[t], 3e-4);
    EXPECT_NEAR(static_cast<double>(course.states[t].g_in), reference.g_in[t], 3e-4);
  }
  return largest;
}

// Time constants of a large network, .1 ms: the midpoint rule misses a threshold by microvolts.
TEST(IafCond, OfSecondOrderFollowsTheEquations) {
  auto const compare = [&](auto const& model, bool alpha) {
    auto const inputs = irregular(2000, alpha ? 3 : 6, 5, 250);
    Reference reference{alpha};
    reference.tau_ex = 5;
    reference.tau_in = 10;
    reference.run(inputs);
    Course const course(model, h, inputs);
    EXPECT_EQ(course.spikes, reference.spikes);
    EXPECT_GT(reference.spikes.size(), 5U);
    for (std::size_t t = 0; t < inputs.size(); ++t)
      EXPECT_NEAR(course.v[t], reference.v[t], 2e-3) << t;
  };
  compare(iaf_cond_exp<double, 2>().tau_syn_ex(5).tau_syn_in(10), false);
  compare(iaf_cond_alpha<double, 2>().tau_syn_ex(5).tau_syn_in(10), true);
}

TEST(IafCond, FollowsTheEquations) {
  EXPECT_LT(difference<double>(iaf_cond_exp<double>(), false), 1e-3);
  EXPECT_LT(difference<float>(iaf_cond_exp<float>(), false), 1e-3);
  EXPECT_LT(difference<double>(iaf_cond_alpha<double>(), true), 1e-3);
  EXPECT_LT(difference<float>(iaf_cond_alpha<float>(), true), 1e-3);
}

/// Errors of the potential with steps of .4, .2 and .1 ms.
template <int Order>
std::array<double, 3> errors_by_step() {
  std::array<double, 3> errors{};
  for (std::size_t k = 0; k < 3; ++k) {
    double const dt = 0.4 / (1 << k);
    std::size_t const steps = std::size_t(20) << k;
    std::vector<Inputs<double>> inputs(steps);
    inputs[0] = {200, -400, 0};
    // The conductances begin at the end of the first step, 2 ms after which they are compared.
    auto const model = iaf_cond_exp<double, Order>().v_th(1e6).tau_syn_ex(0.8).g_l(30);
    Reference reference;
    reference.v_th = 1e6;
    reference.tau_ex = 0.8;
    reference.g_l = 30;
    reference.run(inputs, dt, 200);
    Course<IafCondExp<double, Order>> const course(model, dt, inputs);
    errors[k] = std::fabs(course.v[steps / 4] - reference.v[steps / 4]);
  }
  return errors;
}

// Of fourth or second order: half the step, a sixteenth or a quarter of the error.
template <int Order>
void expect_order() {
  auto const errors = errors_by_step<Order>();
  EXPECT_NEAR(std::log2(errors[0] / errors[1]), Order, 0.4) << errors[0] << " " << errors[1];
  EXPECT_NEAR(std::log2(errors[1] / errors[2]), Order, 0.4) << errors[1] << " " << errors[2];
}

TEST(IafCond, IsOfItsOrder) {
  expect_order<4>();
  expect_order<2>();
}

// The potential of one spike, in the range in which it moves towards e_ex or e_in.
TEST(IafCond, FollowsThePotentialOfOneSpike) {
  for (double const weight : {2.0, -5.0, 40.0})
    for (bool const alpha : {false, true}) {
      std::vector<Inputs<double>> inputs(500);
      (weight > 0 ? inputs[3].excitatory : inputs[3].inhibitory) = weight;
      Reference reference{alpha};
      reference.run(inputs);
      auto const v = alpha ? Course(iaf_cond_alpha<double>(), h, inputs).v
                           : Course(iaf_cond_exp<double>(), h, inputs).v;
      double size = 0;
      for (double const one : reference.v) size = std::fmax(size, std::fabs(one + 70));
      for (std::size_t t = 0; t < v.size(); ++t)
        ASSERT_NEAR(v[t], reference.v[t], 7e-5 * size) << weight << " " << alpha << " " << t;
      EXPECT_GT(size, 0.01);
      EXPECT_EQ(v[3], -70);  // arrived at its end
      EXPECT_NE(v[4], -70);
    }
}

// While refractory the potential stays, and conductances go on.
TEST(IafCond, IsClampedWhileRefractory) {
  std::vector<Inputs<double>> inputs(100);
  inputs[0].excitatory = 5000;
  inputs[5].excitatory = 100;
  auto const model = iaf_cond_exp<double>().tau_syn_ex(5).t_ref(3);
  Course<IafCondExp<double>> const course(model, h, inputs);
  ASSERT_GE(course.spikes.size(), 2U);
  EXPECT_EQ(course.spikes[0], 1U);
  EXPECT_EQ(course.spikes[1], 32U);
  for (std::size_t t = 1; t < 32; ++t) EXPECT_EQ(course.v[t], -60);
  EXPECT_NEAR(course.states[5].g_ex, 5000 * std::exp(-0.5 / 5) + 100, 1e-9);
}

// Whatever the conductance, the potential stays between the reversal potentials.
TEST(IafCond, IsStableForAllConductances) {
  for (float const size : {1e3F, 1e5F, 1e8F, 1e12F}) {
    std::vector<Inputs<double>> inputs(300);
    for (std::size_t t = 0; t < inputs.size(); t += 7)
      (t % 2 == 0 ? inputs[t].inhibitory : inputs[t].excitatory) = t % 2 == 0 ? -size : size;
    Course<IafCondExp<float>> const course(iaf_cond_exp<float>(), h, inputs);
    for (double const v : course.v) ASSERT_TRUE(v > -90 && v < 1) << size << " " << v;
  }
}

TEST(IafCond, SaysWhatIsWrong) {
  auto const refuses = [](auto model, double dt, std::string const& expected) {
    EXPECT_EQ(kosnn_test::error_of([&] { model.prepare(dt); }), expected);
  };
  double const nan = std::numeric_limits<double>::quiet_NaN();
  refuses(iaf_cond_exp<>().c_m(0), h, "c_m must be positive, got 0");
  refuses(iaf_cond_exp<>().g_l(-1), h, "g_l must not be negative, got -1");
  refuses(iaf_cond_exp<>().e_ex(nan), h, "e_ex must be finite, got nan");
  refuses(iaf_cond_exp<>().tau_syn_in(-2), h, "tau_syn_in must be positive, got -2");
  refuses(iaf_cond_exp<>(), 0.25, "tau_syn_ex of 0.2 ms is shorter than the step of 0.25 ms");
  refuses(iaf_cond_alpha<>().v_reset(-50), h, "v_reset of -50 mV must be below v_th of -55 mV");
  refuses(iaf_cond_alpha<>().t_ref(0.15), h,
          "t_ref of 0.15 ms is not a whole number of steps of dt = 0.1 ms");
}

}  // namespace

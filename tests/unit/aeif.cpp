// aeif_cond_exp: NEST's equations and order of events, integrated with many substeps of the
// classical Runge-Kutta method of Boost.odeint in double; firing patterns of Naud et al. 2008.

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include "neuron_courses.hpp"
#include "testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::Course;
using kosnn_test::integrate_closely;
using kosnn_test::irregular;

constexpr double h = 0.1;

/// Parameters by NEST's names and with its defaults, and a neuron of its equations.
struct Reference {
  double c_m = 281, g_l = 30, e_l = -70.6, v_th = -50.4, delta_t = 2, tau_w = 144, a = 4, b = 80.5,
         v_reset = -60, v_peak = 0, t_ref = 0, e_ex = 0, e_in = -85, tau_ex = 0.2, tau_in = 2,
         i_e = 0;
  std::vector<double> v = {}, w = {};
  std::vector<std::size_t> spikes = {};

  template <class Real>
  AeifCondExp<Real> model() const {
    return AeifCondExp<Real>{}
        .c_m(c_m)
        .g_l(g_l)
        .e_l(e_l)
        .v_th(v_th)
        .delta_t(delta_t)
        .tau_w(tau_w)
        .a(a)
        .b(b)
        .v_reset(v_reset)
        .v_peak(v_peak)
        .t_ref(t_ref)
        .i_e(i_e);
  }
  void run(std::vector<Inputs<double>> const& inputs, int substeps = 250) {
    std::array<double, 4> y = {e_l, 0, 0, 0};
    long blocked = 0;
    double const fires = delta_t > 0 ? v_peak : v_th;
    for (std::size_t t = 0; t < inputs.size(); ++t) {
      bool spike = false, clamped = blocked > 0;
      auto const slopes = [&](std::array<double, 4> const& at) {
        double const u = clamped ? v_reset : std::fmin(at[0], v_peak);
        double const rise = delta_t > 0 ? g_l * delta_t * std::exp((u - v_th) / delta_t) : 0;
        double const sum = -g_l * (u - e_l) + rise - at[2] * (u - e_ex) - at[3] * (u - e_in) -
                           at[1] + i_e + inputs[t].current;
        return std::array<double, 4>{clamped ? 0 : sum / c_m, (a * (u - e_l) - at[1]) / tau_w,
                                     -at[2] / tau_ex, -at[3] / tau_in};
      };
      integrate_closely(slopes, h, substeps, y, [&](std::array<double, 4>& at) {
        if (clamped || at[0] < fires) return;
        at[0] = v_reset;
        at[1] += b;
        spike = true;
        clamped = t_ref > 0;
      });
      if (spike) {
        blocked = std::lround(t_ref / h);
        spikes.push_back(t);
      } else if (blocked > 0) {
        --blocked;
      }
      y[2] += inputs[t].excitatory;
      y[3] -= inputs[t].inhibitory;
      v.push_back(y[0]);
      w.push_back(y[1]);
    }
  }
};

/// A spike may fall into the step beside.
void expect_close(std::vector<std::size_t> const& spikes,
                  std::vector<std::size_t> const& expected) {
  ASSERT_EQ(spikes.size(), expected.size());
  for (std::size_t k = 0; k < spikes.size(); ++k)
    EXPECT_LE(std::abs(static_cast<long>(spikes[k]) - static_cast<long>(expected[k])), 1L) << k;
}

/// Largest difference of potentials more than half a millisecond from a spike.
template <class Real>
double difference(Reference const& reference, std::vector<Inputs<double>> const& inputs,
                  double error_of_w = 0.05) {
  auto const model = reference.model<Real>();
  Course<AeifCondExp<Real>> const course(model, h, inputs);
  expect_close(course.spikes, reference.spikes);
  EXPECT_GT(reference.spikes.size(), 5U);
  double largest = 0;
  std::size_t next = 0;
  for (std::size_t t = 0; t < inputs.size(); ++t) {
    while (next < reference.spikes.size() && reference.spikes[next] + 5 < t) ++next;
    bool const beside = next < reference.spikes.size() && reference.spikes[next] < t + 10;
    if (!beside) largest = std::fmax(largest, std::fabs(course.v[t] - reference.v[t]));
    EXPECT_NEAR(static_cast<double>(course.states[t].w), reference.w[t], beside ? 100 : error_of_w);
  }
  return largest;
}

TEST(AeifCondExp, FollowsTheEquations) {
  auto const inputs = irregular(2000, 60, 6, 900);
  for (double const t_ref : {0.0, 2.0}) {
    Reference reference;
    reference.t_ref = t_ref;
    reference.run(inputs);
    double const in_double = difference<double>(reference, inputs);
    double const in_float = difference<float>(reference, inputs);
    EXPECT_LT(in_double, 1e-2);
    EXPECT_LT(in_float, 1e-2);
  }
}

// Nothing shortens the substeps at a sharp threshold: a spike is up to a step late, and its neuron
// with it.
TEST(AeifCondExp, FollowsTheEquationsWithASharpThreshold) {
  auto const inputs = irregular(2000, 60, 6, 900);
  Reference reference;
  reference.delta_t = 0;
  reference.t_ref = 1;
  reference.run(inputs);
  double const in_double = difference<double>(reference, inputs, 1);
  EXPECT_LT(in_double, 0.5);
}

/// Of the table of Naud et al. 2008 (doi 10.1007/s00422-008-0264-7), currents in pA; as Brian2's
/// example of that paper has them, adapted by P. Mueller to match its figures.
Reference pattern(double c_m, double g_l, double e_l, double v_th, double delta_t, double a,
                  double tau_w, double b, double v_reset, double current) {
  Reference r;
  r.c_m = c_m;
  r.g_l = g_l;
  r.e_l = e_l;
  r.v_th = v_th;
  r.delta_t = delta_t;
  r.a = a;
  r.tau_w = tau_w;
  r.b = b;
  r.v_reset = v_reset;
  r.i_e = current;
  return r;
}

std::vector<std::size_t> intervals(std::vector<std::size_t> const& spikes) {
  std::vector<std::size_t> out;
  for (std::size_t k = 1; k < spikes.size(); ++k) out.push_back(spikes[k] - spikes[k - 1]);
  return out;
}

/// Spikes in 400 ms, as many and where the reference has them.
std::vector<std::size_t> fired(Reference reference) {
  std::vector<Inputs<double>> const inputs(4000);
  Course<AeifCondExp<float>> const course(reference.model<float>(), h, inputs);
  reference.run(inputs, 60);
  EXPECT_EQ(course.spikes.size(), reference.spikes.size());
  for (std::size_t k = 0; k < std::min(course.spikes.size(), reference.spikes.size()); ++k)
    EXPECT_NEAR(static_cast<double>(course.spikes[k]), static_cast<double>(reference.spikes[k]), 2)
        << k;
  return reference.spikes;
}

TEST(AeifCondExp, FiresInTheKnownPatterns) {
  auto const tonic = intervals(fired(pattern(200, 10, -70, -50, 2, 2, 30, 0, -58, 500)));
  ASSERT_GT(tonic.size(), 10U);
  for (std::size_t k = tonic.size() / 2; k < tonic.size(); ++k)
    EXPECT_NEAR(static_cast<double>(tonic[k]), static_cast<double>(tonic.back()), 1);

  auto const adapting = intervals(fired(pattern(200, 12, -70, -50, 2, 2, 300, 60, -58, 500)));
  ASSERT_GT(adapting.size(), 4U);
  EXPECT_GT(adapting.back(), 2 * adapting.front());

  auto const initial_burst = intervals(fired(pattern(130, 18, -58, -50, 2, 4, 150, 120, -50, 400)));
  ASSERT_GT(initial_burst.size(), 4U);
  EXPECT_LT(initial_burst[0] * 4, initial_burst.back());

  auto const bursting = intervals(fired(pattern(200, 10, -58, -50, 2, 2, 120, 100, -46, 210)));
  ASSERT_GE(bursting.size(), 5U);
  int longer = 0;  // pauses between bursts
  for (std::size_t k = 1; k < bursting.size(); ++k)
    longer += static_cast<int>(bursting[k] > 3 * bursting[k - 1]);
  EXPECT_GE(longer, 2);
}

TEST(AeifCondExp, FiresInThePatternsOfNegativeAndStrongAdaptation) {
  auto const accelerating = fired(pattern(200, 12, -70, -50, 2, -10, 300, 0, -58, 300));
  auto const shrinking = intervals(accelerating);
  ASSERT_GT(shrinking.size(), 4U);
  EXPECT_GT(accelerating.front(), shrinking.front());
  for (std::size_t k = 1; k < shrinking.size(); ++k)
    EXPECT_LE(shrinking[k], shrinking[k - 1] + 1) << k;
  EXPECT_GT(2 * shrinking.front(), 3 * shrinking.back());

  auto const transient = fired(pattern(100, 10, -65, -50, 2, 10, 90, 100, -47, 180));
  ASSERT_GE(transient.size(), 1U);
  EXPECT_LT(transient.back(), 1000U);

  auto const delayed = fired(pattern(100, 10, -65, -50, 2, -10, 90, 30, -47, 110));
  ASSERT_GT(delayed.size(), 5U);
  EXPECT_GT(delayed.front(), 200U);
}

// Above v_peak the slope is bounded; what no substep resolves stays finite.
TEST(AeifCondExp, StaysFinite) {
  for (float const size : {1e3F, 1e4F, 1e6F}) {
    std::vector<Inputs<double>> inputs(200);
    for (std::size_t t = 0; t < inputs.size(); t += 9) {
      inputs[t].current = t % 2 == 0 ? static_cast<double>(size) * 100 : 0;
      (t % 2 == 0 ? inputs[t].excitatory : inputs[t].inhibitory) =
          static_cast<double>(t % 2 == 0 ? size : -size);
    }
    Course<AeifCondExp<float>> const course(aeif_cond_exp<float>(), h, inputs);
    EXPECT_FALSE(course.spikes.empty());
    for (double const v : course.v) ASSERT_TRUE(v > -90 && v < 0) << size << " " << v;
    for (auto const& s : course.states) ASSERT_TRUE(std::isfinite(s.w) && std::isfinite(s.g_ex));
  }
}

TEST(AeifCondExp, ForcedSpikesAdaptToo) {
  auto model = aeif_cond_exp<double>().t_ref(1);
  model.prepare(h);
  auto s = model.initial();
  model.fire(s);
  EXPECT_EQ(s.v, -60);
  EXPECT_EQ(s.w, 80.5);
  EXPECT_EQ(s.refractory, 10);
}

TEST(AeifCondExp, SaysWhatIsWrong) {
  auto const refuses = [](AeifCondExp<float> model, std::string const& expected) {
    EXPECT_EQ(kosnn_test::error_of([&] { model.prepare(h); }), expected);
  };
  refuses(aeif_cond_exp<>().delta_t(-1), "delta_t must not be negative, got -1");
  refuses(aeif_cond_exp<>().tau_w(0), "tau_w must be positive, got 0");
  refuses(aeif_cond_exp<>().gsl_error_tol(0), "gsl_error_tol must be positive, got 0");
  refuses(aeif_cond_exp<>().v_peak(-60), "v_peak of -60 mV must not be below v_th of -50.4 mV");
  refuses(aeif_cond_exp<>().v_reset(5), "v_reset of 5 mV must be below v_peak of 0 mV");
  refuses(aeif_cond_exp<>().delta_t(0).v_reset(-50),
          "v_reset of -50 mV must be below v_th of -50.4 mV");
  refuses(aeif_cond_exp<>().delta_t(0.5),
          "e^((v_peak - v_th) / delta_t) overflows for v_peak = 0, v_th = -50.4, delta_t = 0.5 mV: "
          "raise delta_t or lower v_peak");
  refuses(aeif_cond_exp<>().c_m(1e-3),
          "g_l / c_m, a / c_m and 1 / tau_w must be at most 10240 per ms, got g_l = 30, a = 4, "
          "c_m = 0.001, tau_w = 144");
}

}  // namespace

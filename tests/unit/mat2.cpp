// mat2_psc_exp: closed forms, and the equations and order of events of NEST's documentation.

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <random>
#include <vector>

#include "neuron_courses.hpp"
#include "testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::Course;

constexpr double h = 0.1;

/// The threshold above omega.
double above_omega(Mat2PscExp<double>::State const& s) { return s.v_th_1 + s.v_th_2; }

/// NEST's equations, with its names and defaults; potentials relative to E_L.
struct Reference {
  std::vector<double> v, threshold;
  std::vector<std::size_t> spikes;

  explicit Reference(std::vector<Inputs<double>> const& inputs) {
    double const e_l = -70, c_m = 100, tau_m = 5, t_ref = 2, tau_ex = 1, tau_in = 3, omega = -51;
    double const alpha_1 = 37, alpha_2 = 2, tau_1 = 10, tau_2 = 200;
    auto const propagator = [=](double tau) {
      return tau * tau_m / (c_m * (tau_m - tau)) * (std::exp(-h / tau_m) - std::exp(-h / tau));
    };
    double u = 0, i_ex = 0, i_in = 0, first = 0, second = 0;
    long blocked = 0;
    for (std::size_t t = 0; t < inputs.size(); ++t) {
      u = std::exp(-h / tau_m) * u + propagator(tau_ex) * i_ex + propagator(tau_in) * i_in +
          tau_m / c_m * (1 - std::exp(-h / tau_m)) * inputs[t].current;
      first *= std::exp(-h / tau_1);
      second *= std::exp(-h / tau_2);
      i_ex = std::exp(-h / tau_ex) * i_ex + inputs[t].excitatory;
      i_in = std::exp(-h / tau_in) * i_in + inputs[t].inhibitory;
      if (blocked > 0) {
        --blocked;
      } else if (u >= omega - e_l + first + second) {
        blocked = std::lround(t_ref / h);
        first += alpha_1;
        second += alpha_2;
        spikes.push_back(t);
      }
      v.push_back(u + e_l);
      threshold.push_back(first + second);
    }
  }
};

TEST(Mat2PscExp, DoesWhatNestsEquationsSay) {
  std::mt19937 random(3);
  std::poisson_distribution<int> excite(1.0), inhibit(0.3);
  std::size_t most = 0;
  for (double const current : {-50.0, 0.0, 300.0, 900.0}) {
    std::vector<Inputs<double>> inputs(20000);
    for (auto& in : inputs) in = {60.0 * excite(random), -40.0 * inhibit(random), current};
    Reference const reference(inputs);
    Course const course(mat2_psc_exp<double>(), h, inputs);
    EXPECT_EQ(course.spikes, reference.spikes);
    for (std::size_t t = 0; t < inputs.size(); ++t) {
      ASSERT_NEAR(course.v[t], reference.v[t], 1e-9) << t;
      ASSERT_NEAR(above_omega(course.states[t]), reference.threshold[t], 1e-9) << t;
    }
    most = std::max(most, course.spikes.size());
  }
  EXPECT_GT(most, 50U);
  EXPECT_TRUE(Course(mat2_psc_exp<double>(), h, std::vector<Inputs<double>>(1000)).spikes.empty());
}

// Every t_ref + dt, where the threshold is always below.
TEST(Mat2PscExp, FiresWheneverItMayWhereTheDriveIsStrong) {
  std::vector<Inputs<double>> inputs(2000);
  for (auto& in : inputs) in.current = 1e6;
  auto const course = Course(mat2_psc_exp<double>(), h, inputs);
  ASSERT_GT(course.spikes.size(), 90U);
  for (std::size_t k = 1; k < course.spikes.size(); ++k)
    ASSERT_EQ(course.spikes[k] - course.spikes[k - 1], 21U);
}

// A spike leaves the potential alone: v = E_L + I tau_m / C (1 - e^(-t/tau_m)); afterwards the
// threshold is alpha_1 e^(-t/tau_1) + alpha_2 e^(-t/tau_2) above omega.
TEST(Mat2PscExp, IsNotReset) {
  std::vector<Inputs<double>> inputs(400);
  for (auto& in : inputs) in.current = 400;  // to 20 mV above rest, 1 above omega
  auto const course = Course(mat2_psc_exp<double>(), h, inputs);
  ASSERT_EQ(course.spikes.size(), 1U);
  for (std::size_t t = 0; t < inputs.size(); ++t) {
    double const ms = h * static_cast<double>(t + 1);
    ASSERT_NEAR(course.v[t], -70 + 20 * (1 - std::exp(-ms / 5)), 1e-9);
    if (t < course.spikes[0]) continue;
    double const since = h * static_cast<double>(t - course.spikes[0]);
    ASSERT_NEAR(above_omega(course.states[t]),
                37 * std::exp(-since / 10) + 2 * std::exp(-since / 200), 1e-9);
  }
}

TEST(Mat2PscExp, RefusesWhatHasNoMeaning) {
  auto const refused = [](auto model, char const* word) {
    kosnn_test::expect_error([&] { model.prepare(0.1); }, {word});
  };
  refused(mat2_psc_exp<>().tau_1(0), "tau_1");
  refused(mat2_psc_exp<>().tau_2(-3), "tau_2");
  refused(mat2_psc_exp<>().omega(NAN), "omega");
  refused(mat2_psc_exp<>().alpha_1(INFINITY), "alpha_1");
  refused(mat2_psc_exp<>().alpha_2(1e300), "alpha_2");
  refused(mat2_psc_exp<>().t_ref(0.05), "t_ref");
  refused(mat2_psc_exp<>().tau_syn_in(0), "tau_syn_in");
}

}  // namespace

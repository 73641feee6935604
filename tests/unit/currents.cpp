// Current sources against closed forms; random ones to 4.5 standard errors.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::expect_error;

struct Cells {};

/// Keeps the current that it is given.
struct Meter {
  struct State {
    double current;
  };
  using real = double;
  using fields = Fields<&State::current>;
  KOKKOS_FUNCTION State initial() const { return {0}; }
  KOKKOS_FUNCTION bool step(State& s, Inputs<double> const& in) const {
    s.current = in.current;
    return false;
  }
};
/// The same of one that has a single input.
struct Adder {
  struct State {
    double current;
  };
  using real = double;
  using fields = Fields<&State::current>;
  KOKKOS_FUNCTION State initial() const { return {0}; }
  KOKKOS_FUNCTION bool step(State& s, double input) const {
    s.current = input;
    return false;
  }
};

constexpr int size = 53, batch = 3;
constexpr double h = 0.5;

template <class Device, class Model>
auto make(std::vector<Current> const& currents, std::uint64_t seed = 1) {
  auto cells = population(Cells{}, Model{}, Shape{size});
  for (Current const& c : currents) cells.current(c);
  return make_network<Device, double>(kosnn_test::config().batch(batch).dt(h).seed(seed), cells);
}
/// What the neurons receive, (steps, batch, neurons).
template <class Model, class Net>
std::vector<double> run(Net& net, int steps) {
  auto const& recorded = net.record(Cells{}, Field<&Model::State::current>{});
  net.run(steps * h);
  return recorded.values();
}
/// The same in steps, batch and neurons: all must be the same in a step.
std::vector<double> by_step(std::vector<double> const& values) {
  std::vector<double> steps;
  for (std::size_t k = 0; k < values.size(); ++k) {
    if (k % (size * batch) == 0) steps.push_back(values[k]);
    EXPECT_EQ(values[k], steps.back()) << k;
  }
  return steps;
}

template <class Device>
class Currents : public ::testing::Test {};
TYPED_TEST_SUITE(Currents, kosnn_test::Devices);

TYPED_TEST(Currents, FollowTheirForms) {
  constexpr int steps = 200;
  std::vector<Current> const all{currents::dc(7),
                                 currents::dc(-3).start(10).stop(20),
                                 currents::ac(5, 37, 2, 30).start(1.5),
                                 currents::ac(4, 1000).stop(50),
                                 currents::steps({0.5, 10, 60}, {1, -20, 4}),
                                 currents::steps({0}, {100}).start(5).stop(5.5)};
  auto const expected = [](int k) {
    double const t = k * h, pi = std::acos(-1.0);
    double sum = 7;
    if (t >= 10 && t < 20) sum -= 3;
    if (t >= 1.5) sum += 2 + 5 * std::sin(2 * pi * 37 * t / 1000 + pi / 6);
    if (t < 50) sum += 4 * std::sin(2 * pi * t);
    if (t >= 0.5) sum += t >= 60 ? 4 : (t >= 10 ? -20 : 1);
    if (t == 5) sum += 100;
    return sum;
  };
  auto const check = [&](std::vector<double> const& got, int first) {
    ASSERT_EQ(got.size(), static_cast<std::size_t>(steps));
    for (int k = 0; k < steps; ++k)
      ASSERT_NEAR(got[static_cast<std::size_t>(k)], expected(first + k), 1e-9) << k;
  };
  auto two = make<TypeParam, Meter>(all);
  check(by_step(run<Meter>(two, steps)), 0);
  auto one = make<TypeParam, Adder>(all);
  check(by_step(run<Adder>(one, steps)), 0);
  check(by_step(run<Adder>(one, steps)), steps);
  one.reset_state();
  check(by_step(run<Adder>(one, steps)), 0);
}

TYPED_TEST(Currents, AddToWhatIsSet) {
  std::vector<double> given(size);
  for (int n = 0; n < size; ++n) given[static_cast<std::size_t>(n)] = n - 20;
  auto const check = [&](auto&& values, std::vector<double> const& common) {
    for (std::size_t k = 0; k < values.size(); ++k)
      ASSERT_NEAR(values[k], given[k % size] + common[k / (size * batch)], 1e-12) << k;
  };
  std::vector<Current> const all{currents::dc(2).start(1), currents::noise(5, 0)};
  auto two = make<TypeParam, Meter>(all);
  two.get(Cells{}).set_input(given);
  check(run<Meter>(two, 4), {5, 5, 7, 7});
  std::transform(given.begin(), given.end(), given.begin(), [](double x) { return 3 * x; });
  two.get(Cells{}).set_input(given);  // in the middle of what a noise holds
  two.run(h);
  check(two.get(Cells{}).template field<&Meter::State::current>(), std::vector<double>(batch, 7));
  auto one = make<TypeParam, Adder>(all);
  one.get(Cells{}).set_input(given);
  check(run<Adder>(one, 4), {5, 5, 7, 7});
  one.get(Cells{}).set_currents({});
  one.run(h);
  check(one.get(Cells{}).template field<&Adder::State::current>(), std::vector<double>(batch, 0));
}

/// Mean, variance and correlation with what comes `distance` values later.
void expect_normal(std::vector<double> const& x, double mean, double sd) {
  auto const n = static_cast<double>(x.size());
  double sum = 0, squares = 0, fourth = 0;
  for (double const v : x) {
    double const z = (v - mean) / sd;
    sum += z;
    squares += z * z;
    fourth += z * z * z * z;
  }
  EXPECT_LE(std::fabs(sum), 4.5 * std::sqrt(n));
  EXPECT_LE(std::fabs(squares - n), 4.5 * std::sqrt(2 * n));
  EXPECT_LE(std::fabs(fourth - 3 * n), 4.5 * std::sqrt(96 * n));
  for (std::size_t const distance : {1, 4, 16, size, size * batch}) {
    double product = 0;
    for (std::size_t k = 0; k + distance < x.size(); ++k)
      product += (x[k] - mean) * (x[k + distance] - mean) / (sd * sd);
    EXPECT_LE(std::fabs(product), 4.5 * std::sqrt(n)) << distance;
  }
}

TYPED_TEST(Currents, NoiseIsNormalAndHeld) {
  constexpr int steps = 600;
  constexpr auto row = static_cast<std::size_t>(size) * batch;
  auto net = make<TypeParam, Meter>({currents::noise(10, 3, 1.5).start(2).stop(250)});
  auto const x = run<Meter>(net, steps);
  std::vector<double> drawn;
  for (std::size_t t = 0; t < steps; ++t)
    for (std::size_t k = 0; k < row; ++k) {
      double const now = x[t * row + k];
      if (t < 4 || t >= 500)
        ASSERT_EQ(now, 0) << t;
      else if ((t - 4) % 3 == 0)
        drawn.push_back(now);
      else
        ASSERT_EQ(now, x[(t - 1) * row + k]) << t;
    }
  expect_normal(drawn, 10, 3);
  net.reset_state();  // goes on with other numbers
  auto const y = run<Meter>(net, 40);
  EXPECT_TRUE(std::all_of(y.begin(), y.begin() + 4 * row, [](double v) { return v == 0; }));
  EXPECT_NE(std::vector<double>(y.begin() + 4 * row, y.end()),
            std::vector<double>(x.begin() + 4 * row, x.begin() + 40 * row));
}

TYPED_TEST(Currents, NoisesAddUpAndDependOnTheSeedAlone) {
  std::vector<Current> const both{currents::noise(0, 3, 1).start(0.5), currents::noise(1, 4, 1.5)};
  auto net = make<TypeParam, Adder>(both);
  auto const sum = run<Adder>(net, 300);
  auto serial = make<Kokkos::Serial, Adder>(both);
  EXPECT_EQ(sum, run<Adder>(serial, 300));
  auto meter = make<TypeParam, Meter>(both);
  EXPECT_EQ(sum, run<Meter>(meter, 300));
  auto other = make<TypeParam, Adder>(both, 2);
  EXPECT_NE(sum, run<Adder>(other, 300));
  std::vector<double> renewed;  // every third ms both are
  for (std::size_t t = 6; t < 300; t += 6)
    renewed.insert(renewed.end(), sum.begin() + static_cast<std::ptrdiff_t>(t * size * batch),
                   sum.begin() + static_cast<std::ptrdiff_t>((t + 1) * size * batch));
  expect_normal(renewed, 1, 5);
}

TEST(Currents, CanBeChangedBetweenRuns) {
  using Device = Kokkos::DefaultHostExecutionSpace;
  auto net = make<Device, Meter>({});
  auto& cells = net.get(Cells{});
  auto const now = [&] {
    net.run(h);
    return cells.field<&Meter::State::current>()[7];
  };
  std::size_t const bytes = net.memory().total();
  EXPECT_EQ(now(), 0);
  cells.set_currents({currents::dc(4), currents::noise(0, 1, 100)});
  EXPECT_GT(net.memory().total(), bytes);
  double const first = now();
  EXPECT_NE(first, 4);
  EXPECT_EQ(now(), first);
  cells.set_currents({currents::steps({1, 2}, {3, 8})});
  EXPECT_EQ(now(), 3);  // at 1.5 ms
  EXPECT_EQ(now(), 8);
  cells.set_currents({});
  EXPECT_EQ(net.memory().total(), bytes);
  EXPECT_EQ(now(), 0);
}

TEST(Currents, WrongOnesAreErrors) {
  using Device = Kokkos::DefaultHostExecutionSpace;
  double const nan = std::numeric_limits<double>::quiet_NaN();
  auto const refused = [](Current const& current, std::vector<std::string> words) {
    words.emplace_back("population Cells");
    words.emplace_back("current 1");
    expect_error([&] { make<Device, Meter>({currents::dc(0), current}); }, words);
  };
  refused(currents::dc(nan), {"amplitude", "nan"});
  refused(currents::dc(1).start(0.3), {"start", "0.3"});
  refused(currents::dc(1).start(-1), {"start", "-1"});
  refused(currents::dc(1).stop(0.7), {"stop", "0.7"});
  refused(currents::dc(1).start(5).stop(5), {"stop", "5"});
  refused(currents::dc(1).stop(nan), {"stop", "nan"});
  refused(currents::ac(1, -2), {"frequency", "-2"});
  refused(currents::ac(1, 1001), {"frequency", "1000", "1001"});
  refused(currents::ac(1, nan), {"frequency", "nan"});
  refused(currents::ac(1, 1, nan), {"offset", "nan"});
  refused(currents::ac(1, 1, 0, nan), {"phase", "nan"});
  refused(currents::steps({1, 2}, {1}), {"2 times", "1 amplitudes"});
  refused(currents::steps({}, {}), {"at least one time"});
  refused(currents::steps({2, 1}, {1, 1}), {"ascend", "2", "1"});
  refused(currents::steps({0.2}, {1}), {"time 0", "0.2"});
  refused(currents::steps({1}, {nan}), {"amplitude 0", "nan"});
  refused(currents::noise(0, -1), {"deviation", "-1"});
  refused(currents::noise(nan, 1), {"mean", "nan"});
  refused(currents::noise(0, 1, 0), {"hold", "0"});
  refused(currents::noise(0, 1, 0.7), {"hold", "0.7"});
  expect_error(
      [] {
        make<Device, Meter>({currents::dc(1.7e308), currents::dc(1.7e308)});
      },
      {"population Cells", "sum of all currents"});
  auto net = make<Device, Meter>({currents::dc(1)});
  expect_error([&] { net.get(Cells{}).set_currents({currents::dc(nan)}); }, {"Cells", "nan"});
}

}  // namespace

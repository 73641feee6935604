// The pole on the cart against its mechanics, and what reward does to the network that balances it;
// that the network learns is checked by running the example.

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <vector>

#include "cartpole/agent.hpp"
#include "cartpole/environment.hpp"
#include "cartpole/episode.hpp"
#include "cartpole/learning_curve.hpp"
#include "devices.hpp"

namespace {

using cartpole::State;

std::vector<State> some_states() {
  return {{0, 0, 0, 0}, {1.2, -0.7, 0.13, 0.9}, {-2, 3, -0.2, -2.5}, {0.1, 0.2, 1.1, 4}};
}

// Pushed from rest, the first step works out to whole fractions.
TEST(CartPole, FirstStepFromRestAsWorkedOutByHand) {
  State s = cartpole::advance({0, 0, 0, 0}, 10);
  EXPECT_EQ(s.x, 0);
  EXPECT_EQ(s.angle, 0);
  EXPECT_NEAR(s.velocity, 8.0 / 41, 1e-15);
  EXPECT_NEAR(s.spin, -12.0 / 41, 1e-15);
  s = cartpole::advance(s, -10);
  EXPECT_NEAR(s.x, 0.02 * 8 / 41, 1e-15);
  EXPECT_NEAR(s.angle, -0.02 * 12 / 41, 1e-15);
  EXPECT_NEAR(s.velocity, 0, 1e-15);
  EXPECT_NEAR(s.spin, 0, 1e-15);
}

// Lagrange's equations of a cart of mass M and a rod of mass m, centre of mass at l:
// (M + m) x'' + m l (angle'' cos - spin^2 sin) = F, 4/3 m l^2 angle'' + m l x'' cos = m g l sin.
TEST(CartPole, AccelerationsSolveLagrangesEquations) {
  double const cart = 1, rod = 0.1, l = 0.5, g = 9.8;
  for (State const& s : some_states())
    for (double const newtons : {-10.0, 0.0, 10.0}) {
      auto const a = cartpole::accelerations(s, newtons);
      double const sine = std::sin(s.angle), cosine = std::cos(s.angle);
      EXPECT_NEAR((cart + rod) * a.x + rod * l * (a.angle * cosine - s.spin * s.spin * sine),
                  newtons, 1e-12);
      EXPECT_NEAR(4.0 / 3 * rod * l * l * a.angle + rod * l * a.x * cosine, rod * g * l * sine,
                  1e-12);
    }
}

double energy(State const& s) {
  double const along = s.velocity * s.spin * std::cos(s.angle);
  return 0.5 * 1.1 * s.velocity * s.velocity + 0.05 * along + 0.5 * s.spin * s.spin / 30 +
         0.49 * std::cos(s.angle);
}

// Left alone, nothing is gained or lost; integrated by the midpoint rule in steps of 10 us.
TEST(CartPole, EnergyIsKeptWithoutForce) {
  State s{0.3, -0.4, 0.1, 0.8};
  double const before = energy(s), h = 1e-5;
  auto const moved = [](State const& from, State const& at, double dt) {
    auto const a = cartpole::accelerations(at, 0);
    return State{from.x + dt * at.velocity, from.velocity + dt * a.x, from.angle + dt * at.spin,
                 from.spin + dt * a.angle};
  };
  for (int k = 0; k < 100000; ++k) s = moved(s, moved(s, s, h / 2), h);
  EXPECT_GT(std::fabs(s.angle), 1);  // it has fallen
  EXPECT_NEAR(energy(s), before, 1e-8);
}

TEST(CartPole, FailsBeyondTheTrackOrTwelveDegrees) {
  double const degree = cartpole::pi / 180;
  EXPECT_FALSE(cartpole::failed({2.4, 0, 0, 0}));
  EXPECT_FALSE(cartpole::failed({-2.399, 99, -11.999 * degree, -99}));
  EXPECT_TRUE(cartpole::failed({2.401, 0, 0, 0}));
  EXPECT_TRUE(cartpole::failed({-2.401, 0, 0, 0}));
  EXPECT_TRUE(cartpole::failed({0, 0, 12.001 * degree, 0}));
  EXPECT_TRUE(cartpole::failed({0, 0, -12.001 * degree, 0}));
}

TEST(CartPole, BoxesDivideAllStates) {
  double const degree = cartpole::pi / 180;
  std::set<int> seen;
  for (double const x : {-2.0, 0.0, 2.0})
    for (double const velocity : {-9.0, 0.4, 0.6})
      for (double const angle : {-9.0, -5.0, -0.5, 0.5, 5.0, 7.0})
        for (double const spin : {-51.0, 49.0, 51.0})
          seen.insert(cartpole::box({x, velocity, angle * degree, spin * degree}));
  EXPECT_EQ(seen.size(), 162U);
  EXPECT_EQ(*seen.begin(), 0);
  EXPECT_EQ(*seen.rbegin(), 161);
  EXPECT_EQ(cartpole::box({0, 0, 0, 0}), ((1 * 3 + 1) * 6 + 3) * 3 + 1);
}

TEST(CartPole, EpisodesBeginDifferentlyAndNearTheMiddle) {
  kosnn::RandomStream const random(3, 1), other(4, 1);
  double sum = 0, squares = 0;
  for (std::uint64_t k = 0; k < 1000; ++k) {
    State const s = cartpole::start(random, k);
    for (double const value : {s.x, s.velocity, s.angle, s.spin}) {
      ASSERT_LE(std::fabs(value), 0.05);
      sum += value;
      squares += value * value;
    }
    ASSERT_NE(s.x, s.velocity);
    ASSERT_NE(s.x, cartpole::start(random, k + 1).x);
    ASSERT_NE(s.x, cartpole::start(other, k).x);
    ASSERT_EQ(s.x, cartpole::start(random, k).x);
  }
  EXPECT_NEAR(sum / 4000, 0, 0.002);  // 4 standard errors
  EXPECT_NEAR(squares / 4000, 0.05 * 0.05 / 3, 0.00005);
}

/// Does the same in every step.
struct Stubborn {
  int direction, begun = 0, failed = 0;
  void begin() { ++begun; }
  int act(State const&) const { return direction; }
  void fail() { ++failed; }
};

/// Pushes against the fall.
struct Balancer {
  int failed = 0;
  void begin() {}
  static int act(State const& s) {
    return 10 * s.angle + 3 * s.spin + 0.5 * s.x + s.velocity > 0 ? 1 : -1;
  }
  void fail() { ++failed; }
};

TEST(CartPole, EpisodesEndWithTheFallOrAtTheCap) {
  for (int const direction : {-1, 1}) {
    Stubborn agent{direction};
    int const steps = cartpole::play(agent, {0, 0, 0, 0});
    EXPECT_EQ(agent.begun, 1);
    EXPECT_EQ(agent.failed, 1);
    State s{0, 0, 0, 0};
    for (int k = 1; k < steps; ++k) s = cartpole::advance(s, 10 * direction);
    EXPECT_FALSE(cartpole::failed(s));
    EXPECT_TRUE(cartpole::failed(cartpole::advance(s, 10 * direction)));
  }
  Balancer agent;
  EXPECT_EQ(cartpole::play(agent, {0.01, 0, 0.01, 0}), 500);
  EXPECT_EQ(agent.failed, 0);
}

TEST(CartPole, CurvesAreSummedUpOverTheLastHundredEpisodes) {
  cartpole::Curve curve;
  curve.untrained = {10, 20, 30};
  curve.learning = {7, 9};
  EXPECT_DOUBLE_EQ(curve.final_mean(), 8);
  curve.learning.insert(curve.learning.end(), 50, 100);
  curve.learning.insert(curve.learning.end(), 50, 300);
  EXPECT_DOUBLE_EQ(curve.untrained_mean(), 20);
  EXPECT_DOUBLE_EQ(curve.final_mean(), 200);
  EXPECT_DOUBLE_EQ(curve.ratio(), 10);
}

template <class Device>
class CartPoleAgent : public ::testing::Test {};
TYPED_TEST_SUITE(CartPoleAgent, kosnn_test::Devices, );

// A failure that was not expected weakens the synapses of the box in which it happened, onto
// neurons that fired, and no others.
TYPED_TEST(CartPoleAgent, FailureWeakensWhatLedToIt) {
  cartpole::Agent<TypeParam> agent(5);
  State const state{0, 0, 0.02, 0};
  auto weights = [&] {
    auto all = agent.network().projection(cartpole::Box{}, cartpole::Actor{}).weights();
    auto const critic = agent.network().projection(cartpole::Box{}, cartpole::Critic{}).weights();
    all.insert(all.end(), critic.begin(), critic.end());
    return all;
  };
  auto const before = weights();
  agent.learning(false);
  agent.begin();
  agent.act(state);
  agent.fail();
  EXPECT_EQ(weights(), before);

  agent.learning(true);
  agent.begin();
  int const direction = agent.act(state);
  EXPECT_EQ(weights(), before);  // nothing to compare with yet
  agent.fail();
  auto const after = weights();
  std::size_t const actors = cartpole::actors, onto_actors = cartpole::boxes * actors;
  auto const shown = static_cast<std::size_t>(cartpole::box(state));
  double weakened[2] = {0, 0};
  for (std::size_t k = 0; k < before.size(); ++k) {
    bool const critic = k >= onto_actors;
    std::size_t const row = critic ? (k - onto_actors) / cartpole::critics : k / actors;
    if (row != shown) {
      ASSERT_EQ(after[k], before[k]) << k;
    } else if (critic) {
      EXPECT_LT(after[k], before[k]) << k;
    } else {
      EXPECT_LE(after[k], before[k]) << k;
      weakened[2 * (k % actors) / actors] += static_cast<double>(before[k] - after[k]);
    }
  }
  EXPECT_GT(weakened[direction > 0 ? 1 : 0], weakened[direction > 0 ? 0 : 1]);
}

// The same seed does the same whatever came before on this machine, another seed something else.
TYPED_TEST(CartPoleAgent, SeedDecidesEverything) {
  auto const lengths = [](std::uint64_t seed) {
    cartpole::Agent<TypeParam> agent(seed);
    kosnn::RandomStream const starts(seed, 9);
    std::vector<int> all;
    for (std::uint64_t k = 0; k < 20; ++k)
      all.push_back(cartpole::play(agent, cartpole::start(starts, k)));
    return all;
  };
  EXPECT_EQ(lengths(1), lengths(1));
  EXPECT_NE(lengths(1), lengths(2));
}

}  // namespace

#include "cartpole/environment.hpp"

#include <cmath>
#include <initializer_list>

namespace cartpole {
namespace {

/// How many of the ascending borders lie at or below a value.
int interval(double value, std::initializer_list<double> borders) {
  int k = 0;
  for (double const border : borders) k += value >= border ? 1 : 0;
  return k;
}

}  // namespace

Accelerations accelerations(State const& state, double newtons) {
  double const mass = mass_cart + mass_pole, moment = mass_pole * half_length;
  double const sine = std::sin(state.angle), cosine = std::cos(state.angle);
  double const pushed = (newtons + moment * state.spin * state.spin * sine) / mass;
  double const angle = (gravity * sine - cosine * pushed) /
                       (half_length * (4.0 / 3 - mass_pole * cosine * cosine / mass));
  return {pushed - moment * angle * cosine / mass, angle};
}

State advance(State const& state, double newtons) {
  Accelerations const a = accelerations(state, newtons);
  return {state.x + tau * state.velocity, state.velocity + tau * a.x,
          state.angle + tau * state.spin, state.spin + tau * a.angle};
}

bool failed(State const& state) {
  return std::fabs(state.x) > track || std::fabs(state.angle) > tilt;
}

int box(State const& state) {
  constexpr double degree = pi / 180;
  int const x = interval(state.x, {-0.8, 0.8});
  int const velocity = interval(state.velocity, {-0.5, 0.5});
  int const angle = interval(state.angle, {-6 * degree, -degree, 0, degree, 6 * degree});
  int const spin = interval(state.spin, {-50 * degree, 50 * degree});
  return ((x * 3 + velocity) * 6 + angle) * 3 + spin;
}

}  // namespace cartpole

#ifndef KOSNN_EXAMPLES_CARTPOLE_ENVIRONMENT_HPP
#define KOSNN_EXAMPLES_CARTPOLE_ENVIRONMENT_HPP

namespace cartpole {

// A pole hinged on a cart that is pushed left or right along a track: the frictionless equations
// of Barto, Sutton & Anderson (1983, doi 10.1109/TSMC.1983.6313077) and the constants of
// CartPole-v1. SI units; angles in rad from upright, positive to the right like positions.
constexpr double pi = 3.14159265358979323846;
constexpr double gravity = 9.8;         ///< m/s^2
constexpr double mass_cart = 1;         ///< kg
constexpr double mass_pole = 0.1;       ///< kg
constexpr double half_length = 0.5;     ///< m, from the hinge to the pole's centre of mass
constexpr double force = 10;            ///< N, to the left or to the right
constexpr double tau = 0.02;            ///< s, one step of control
constexpr double track = 2.4;           ///< m, the farthest position on either side
constexpr double tilt = 12 * pi / 180;  ///< rad, the largest angle on either side
constexpr double start_range = 0.05;    ///< each variable starts within +- this
constexpr int episode_cap = 500;        ///< steps

struct State {
  double x, velocity, angle, spin;  ///< m, m/s, rad, rad/s
};

/// Second derivatives of position and angle.
struct Accelerations {
  double x, angle;
};
Accelerations accelerations(State const& state, double newtons);

/// The state one step later (Euler: positions move with the velocities before the step).
State advance(State const& state, double newtons);

/// Whether the cart has left the track or the pole has fallen.
bool failed(State const& state);

constexpr int boxes = 162;
/// The box, 0 to 161, of the paper's partition: 3 intervals of position, 3 of velocity, 6 of angle
/// and 3 of angular velocity. States beyond the limits belong to the outermost intervals.
int box(State const& state);

}  // namespace cartpole

#endif

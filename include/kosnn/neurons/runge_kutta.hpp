#ifndef KOSNN_NEURONS_RUNGE_KUTTA_HPP
#define KOSNN_NEURONS_RUNGE_KUTTA_HPP

#include <Kokkos_Core.hpp>

#include <cmath>

// Integration of neurons' equations over one step of the network, on the device.

namespace kosnn {
namespace detail {

/// The change of x over a step in which x' = drive - rate x, rate >= 0, by the implicit method
/// Lobatto IIIA of order 4 (Hairer & Wanner, Solving Ordinary Differential Equations II, IV.5),
/// with the rate bounded: x comes no nearer to where it tends to than with rate times step = 2,
/// which leaves 1/7 of the distance. Without branches. Given at the beginning, middle and end of
/// the step, times its length: the slope that x had if it stayed as at the beginning, and the rate.
template <class Real>
KOKKOS_FUNCTION Real lobatto_change(Real const (&slope)[3], Real const (&rate)[3]) {
  // 2 over the larger of rate and 2; compilers make a branch of what selects it.
  Real const part = 4 / (rate[1] + 2 + std::fabs(rate[1] - 2));
  Real const middle =
      part * (slope[0] * Real(5. / 24) + slope[1] * Real(1. / 3) - slope[2] * Real(1. / 24));
  Real const end =
      part * (slope[0] * Real(1. / 6) + slope[1] * Real(2. / 3) + slope[2] * Real(1. / 6));
  Real const by_middle = part * rate[1] * Real(1. / 3), by_end = part * rate[2] * Real(1. / 6);
  Real const determinant = (1 + by_middle) * (1 + by_end) + by_middle * by_end * Real(0.5);
  return ((1 + by_middle) * end - 2 * by_middle * middle) / determinant;
}

/// One step of Runge, Kutta and Fehlberg (NASA TR R-315, 1969) from `y` to `next`, of order 5, with
/// its difference from the embedded one of order 4. `system.slopes(y, out)` writes dy/dt.
template <int N, class System, class Real>
KOKKOS_FUNCTION void fehlberg_step(System const& system, Real h, Real const (&y)[N],
                                   Real const (&first)[N], Real (&next)[N], Real (&error)[N]) {
  Real const a2 = Real(1. / 4);
  Real const a3[] = {Real(3. / 32), Real(9. / 32)};
  Real const a4[] = {Real(1932. / 2197), Real(-7200. / 2197), Real(7296. / 2197)};
  Real const a5[] = {Real(439. / 216), Real(-8), Real(3680. / 513), Real(-845. / 4104)};
  Real const a6[] = {Real(-8. / 27), Real(2), Real(-3544. / 2565), Real(1859. / 4104),
                     Real(-11. / 40)};
  Real const b[] = {Real(16. / 135), Real(6656. / 12825), Real(28561. / 56430), Real(-9. / 50),
                    Real(2. / 55)};
  Real const e[] = {Real(1. / 360), Real(-128. / 4275), Real(-2197. / 75240), Real(1. / 50),
                    Real(2. / 55)};
  Real at[N], k2[N], k3[N], k4[N], k5[N], k6[N];
  for (int i = 0; i < N; ++i) at[i] = y[i] + h * (a2 * first[i]);
  system.slopes(at, k2);
  for (int i = 0; i < N; ++i) at[i] = y[i] + h * (a3[0] * first[i] + a3[1] * k2[i]);
  system.slopes(at, k3);
  for (int i = 0; i < N; ++i) at[i] = y[i] + h * (a4[0] * first[i] + a4[1] * k2[i] + a4[2] * k3[i]);
  system.slopes(at, k4);
  for (int i = 0; i < N; ++i)
    at[i] = y[i] + h * (a5[0] * first[i] + a5[1] * k2[i] + a5[2] * k3[i] + a5[3] * k4[i]);
  system.slopes(at, k5);
  for (int i = 0; i < N; ++i)
    at[i] = y[i] +
            h * (a6[0] * first[i] + a6[1] * k2[i] + a6[2] * k3[i] + a6[3] * k4[i] + a6[4] * k5[i]);
  system.slopes(at, k6);
  for (int i = 0; i < N; ++i) {
    next[i] =
        y[i] + h * (b[0] * first[i] + b[1] * k3[i] + b[2] * k4[i] + b[3] * k5[i] + b[4] * k6[i]);
    error[i] = h * (e[0] * first[i] + e[1] * k3[i] + e[2] * k4[i] + e[3] * k5[i] + e[4] * k6[i]);
  }
}

/// The largest error in units of what is allowed, tolerance (1 + |change|).
template <int N, class Real>
KOKKOS_FUNCTION Real relative_error(Real tolerance, Real const (&y)[N], Real const (&next)[N],
                                    Real const (&error)[N]) {
  Real largest = 0;
  for (int i = 0; i < N; ++i) {
    Real const part = std::fabs(error[i]) / (tolerance * (1 + std::fabs(next[i] - y[i])));
    if (part > largest || part != part) largest = part;  // once not a number, so to the end
  }
  return largest;
}

/// How often a step may be halved.
constexpr int halvings = 10;

/// Integrates y' = f(y) over `dt` in substeps of dt / 2^k, k = 0 ... 10, each by fehlberg_step.
/// They are halved until the error is within relative_error's, and doubled where it is far below;
/// what does not meet it in the shortest substep is moved on by Euler's method, which cannot
/// overshoot where the slope grows. Calls `system.accept(y)` after each substep, which may change
/// y.
template <int N, class System, class Real>
KOKKOS_FUNCTION void integrate(System& system, Real dt, Real tolerance, Real (&y)[N]) {
  constexpr int whole = 1 << halvings;
  int left = whole, size = whole;
  while (left > 0) {
    Real first[N];
    system.slopes(y, first);
    while (size > left) size /= 2;
    Real excess, next[N], error[N];
    while (true) {
      Real const h = dt * (static_cast<Real>(size) / whole);
      fehlberg_step(system, h, y, first, next, error);
      excess = relative_error(tolerance, y, next, error);
      if (excess <= 1) break;
      if (size == 1) {
        for (int i = 0; i < N; ++i) next[i] = y[i] + h * first[i];
        break;
      }
      do {
        size /= 2;
        excess /= 32;  // the error is of order 5
      } while (excess > 1 && size > 1);
    }
    for (int i = 0; i < N; ++i) y[i] = next[i];
    left -= size;
    system.accept(y);
    if (excess < Real(1. / 64)) size *= 2;
  }
}

}  // namespace detail
}  // namespace kosnn

#endif

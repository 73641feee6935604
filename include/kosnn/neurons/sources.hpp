#ifndef KOSNN_NEURONS_SOURCES_HPP
#define KOSNN_NEURONS_SOURCES_HPP

#include <cmath>
#include <type_traits>

#include "kosnn/core/config.hpp"
#include "kosnn/core/error.hpp"

// Populations without input, which bring spikes into a network: what they emit is set between runs
// by the setters of Population, for (batch, neurons) or for (neurons) that hold for all elements.

namespace kosnn {

/// A Poisson process seen through time steps: a neuron fires with probability
/// 1 - exp(-rate * dt) in each step, independently; several events within one step are one spike.
/// Rates in Hz, set by `set_rates`, any finite rate of at least 0; 0 at start.
struct PoissonSource {};

/// Fires with probability rate * dt in each step, independently (a Bernoulli process; interspike CV
/// sqrt(1 - rate * dt)). Rates in Hz up to one spike a step, set by `set_rates`; 0 at start.
struct BernoulliSource {};

/// PySNN's Poisson encoder: the intervals between spikes are Poisson distributed with mean
/// 1 / (rate * dt) steps, an interval of 0 becomes 1. Far more regular than a Poisson process
/// (interspike CV .22 at 50 Hz in steps of 1 ms), and at high rates slower than asked for: 468 Hz
/// for 500. Rates in Hz, set by `set_rates`, any finite rate of at least 0; 0 at start. Intervals
/// begin anew at set_rates and reset_state.
struct PoissonIntervalSource {};

/// Emits given spikes: `set_spikes(neurons, times)`, times in ms from construction or the last
/// reset_state(); none at start.
struct SpikeArraySource {};

/// PySNN's Input: emits the values given by `set_values` in every step until they are changed. A
/// value of 0 is silence, 1 a spike; any other value is an analog one: it is multiplied by the
/// weights and added to the trace as it is.
struct Input {};

/// What LatencySource and RankOrderSource share; `Derived` is what the setters return.
template <class Derived>
class OneSpikeSource {
 public:
  /// Neurons whose intensity is not above it stay silent, in [0, 1) (default 0).
  Derived& threshold(double intensity) { return set(threshold_, intensity); }
  /// All spikes come again after this time in ms, a whole number of steps (default: never).
  Derived& period(double ms) {
    repeats_ = true;
    return set(period_, ms);
  }

  double threshold() const { return threshold_; }
  /// In steps, 0 where nothing is repeated.
  long long period_steps() const { return period_steps_; }

 protected:
  void prepare_common(double dt) {
    require(threshold_ >= 0 && threshold_ < 1, "threshold must be in [0, 1), got ", threshold_);
    if (!repeats_) return;
    period_steps_ = whole_steps_above_zero(period_, dt, "period");
  }
  static long long whole_steps_above_zero(double ms, double dt, char const* what) {
    long long const steps = detail::whole_steps(ms, dt, what);
    require(steps >= 1 && steps < 1LL << 31, what, " must be from 1 to 2^31 steps of ", dt,
            " ms, got ", ms, " ms");
    return steps;
  }
  template <class T>
  Derived& set(T& member, T value) {
    member = value;
    return static_cast<Derived&>(*this);
  }

 private:
  double threshold_ = 0, period_ = 0;
  bool repeats_ = false;
  long long period_steps_ = 0;
};

/// One spike for each neuron, the earlier the higher its intensity in [0, 1], which is set by
/// `set_intensities`; all 0 at start. Times are rounded to steps and count from set_intensities or
/// the last reset_state, whichever came later.
class LatencySource : public OneSpikeSource<LatencySource> {
 public:
  /// t = latest (1 - intensity) / (1 - threshold), in ms (default: latest = 100).
  LatencySource& linear(double latest_ms) {
    logarithmic_ = false;
    return set(scale_, latest_ms);
  }
  /// t = tau ln(intensity / (intensity - threshold)), in ms: when a leaky integrator that is driven
  /// by `intensity` reaches the threshold, which must be above 0. A latency of a period or more
  /// does not come about.
  LatencySource& logarithmic(double tau_ms) {
    logarithmic_ = true;
    return set(scale_, tau_ms);
  }

  void prepare(double dt) {
    prepare_common(dt);
    require(std::isfinite(scale_) && scale_ > 0, logarithmic_ ? "tau" : "the latest latency",
            " must be a positive time in ms, got ", scale_);
    require(!logarithmic_ || threshold() > 0, "the logarithmic latency needs a threshold above 0");
    require(logarithmic_ || period_steps() == 0 ||
                std::round(scale_ / dt) < static_cast<double>(period_steps()),
            "the latest latency of ", scale_, " ms must be less than the period of ",
            static_cast<double>(period_steps()) * dt, " ms");
  }
  /// When a neuron with an intensity above the threshold fires, in ms.
  double latency(double intensity) const {
    if (logarithmic_) return scale_ * std::log(intensity / (intensity - threshold()));
    return scale_ * (1 - intensity) / (1 - threshold());
  }

 private:
  double scale_ = 100;
  bool logarithmic_ = false;
};

/// Neurons fire one after another in order of their intensities in [0, 1], the highest first, those
/// with equal intensities in order of their numbers (rank order code; Thorpe & Gautrais 1998, doi
/// 10.1007/978-1-4615-4831-7_19). Intensities are set by `set_intensities`, all 0 at start; times
/// count from there or the last reset_state, whichever came later.
class RankOrderSource : public OneSpikeSource<RankOrderSource> {
 public:
  /// Time in ms between one rank and the next, a whole number of steps (default: one step).
  RankOrderSource& interval(double ms) {
    one_step_ = false;
    return set(interval_, ms);
  }

  void prepare(double dt) {
    prepare_common(dt);
    if (!one_step_) interval_steps_ = whole_steps_above_zero(interval_, dt, "interval");
  }
  long long interval_steps() const { return interval_steps_; }

 private:
  double interval_ = 0;
  bool one_step_ = true;
  long long interval_steps_ = 1;
};

/// Spikes where a signal has changed, as a silicon retina or cochlea does (delta modulation;
/// Corradi & Indiveri 2015, doi 10.1109/TBCAS.2015.2479256). Shape{2, channels...}: for each
/// channel an ON neuron, which fires when the signal is a threshold or more above its reference,
/// and an OFF neuron, when it is as much below; the reference then moves by one threshold. At most
/// one spike a step; what is left of a larger change fires in the steps after. The reference begins
/// as the signal's value in the first step after construction or reset_state. The signal is set by
/// `set_values` or `set_signal`; 0 at start.
class DeltaSource {
 public:
  /// In units of the signal (default 0.1).
  DeltaSource& threshold(double change) {
    threshold_ = change;
    return *this;
  }
  void prepare(double) {
    require(std::isfinite(threshold_) && threshold_ > 0, "threshold must be positive, got ",
            threshold_);
  }
  double threshold() const { return threshold_; }

 private:
  double threshold_ = 0.1;
};

namespace detail {

template <class Model, class... Models>
constexpr bool is_one_of = (std::is_same_v<Model, Models> || ...);

template <class Model>
constexpr bool has_rates = is_one_of<Model, PoissonSource, BernoulliSource, PoissonIntervalSource>;
template <class Model>
constexpr bool has_intensities = is_one_of<Model, LatencySource, RankOrderSource>;
template <class Model>
constexpr bool is_source = has_rates<Model> || has_intensities<Model> ||
                           is_one_of<Model, SpikeArraySource, Input, DeltaSource>;

}  // namespace detail
}  // namespace kosnn

#endif

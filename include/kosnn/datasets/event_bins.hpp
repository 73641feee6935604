#ifndef KOSNN_DATASETS_EVENT_BINS_HPP
#define KOSNN_DATASETS_EVENT_BINS_HPP

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kosnn/core/shape.hpp"
#include "kosnn/io/events.hpp"

namespace kosnn {

/// What becomes of several events of one neuron in one step.
enum class SameBin {
  merge,  ///< one entry with count 1: a neuron that fires or does not
  count,  ///< one entry with their number
  list    ///< an entry with count 1 for each
};

/// What becomes of events that belong to no neuron or no step.
enum class Outside {
  refuse,  ///< an Error that names the event
  drop     ///< they are left out and counted
};

/// Events by neuron and step. Entry k: neuron `neurons[k]` of batch element `elements[k]` has
/// `counts[k]` events in the step that begins at `times[k]` ms; sorted by element, time, neuron.
/// Neurons, times and elements are what `Population::set_spikes` takes (of SameBin::merge or
/// SameBin::count; with SameBin::list a neuron may come twice in a step, which it refuses).
/// `elements` may be empty: all of batch element 0.
struct BinnedEvents {
  std::vector<int> neurons;
  std::vector<double> times;
  std::vector<int> elements;
  std::vector<int> counts;
  std::size_t dropped = 0;  ///< events left out with Outside::drop

  /// Puts the entries of another sample behind these, as batch element `element`. Throws where the
  /// vectors of either are of different lengths, or for a negative element.
  void append(BinnedEvents const& sample, int element);
};

/// How events become spikes of a population.
struct EventBinning {
  Shape shape{2, 34, 34};    ///< polarities, height, width: neuron (p * height + y) * width + x
  double dt_ms = 1;          ///< length of a step, whole microseconds
  double duration_ms = 300;  ///< whole steps
  SameBin same_bin = SameBin::merge;
  Outside outside = Outside::refuse;

  /// Number of steps.
  std::int64_t steps() const;
};

/// Sorts events, in any order, into steps: step k holds those with k * dt <= t < (k + 1) * dt. (The
/// time is rounded down to a whole step, never to the nearest: no event comes early.) Throws Error
/// for a shape without three extents, a dt or duration that is not as said above, more than
/// 2^31 - 1 events in a bin, and with Outside::refuse for an event outside of the shape or of
/// 0 <= t < duration.
BinnedEvents bin_events(EventStream const& stream, EventBinning const& binning);

/// Counts of one step of one batch element as values of all neurons, (polarities, height, width):
/// what `Population::set_values` of an Input takes, step by step. `times` must be sorted as
/// bin_events leaves them; takes time of the order of the neurons. Throws Error for vectors of
/// different lengths and for steps and neurons that are none of the binning's.
std::vector<float> frame_of(BinnedEvents const& events, EventBinning const& binning,
                            std::int64_t step, int element = 0);

}  // namespace kosnn

#endif

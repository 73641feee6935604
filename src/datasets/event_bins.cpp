#include "kosnn/datasets/event_bins.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "kosnn/core/config.hpp"
#include "kosnn/core/error.hpp"
#include "microseconds.hpp"

namespace kosnn {
namespace {

using Entry = std::pair<std::int64_t, int>;  // step and neuron

void check_shape(Shape const& shape) {
  require(shape.rank() == 3, "bin_events: shape must be {polarities, height, width}, got ",
          shape.text());
  shape.size();  // throws for what is no size
}

/// Steps and neurons of the events that have one, sorted, and how many have none.
std::pair<std::vector<Entry>, std::size_t> entries_of(EventStream const& stream,
                                                      EventBinning const& binning) {
  Shape const& shape = binning.shape;
  check_shape(shape);
  std::int64_t const steps = binning.steps();
  std::int64_t const dt = detail::microseconds(binning.dt_ms, "bin_events: dt");
  std::vector<Entry> entries;
  entries.reserve(stream.events.size());
  for (std::size_t k = 0; k < stream.events.size(); ++k) {
    Event const& e = stream.events[k];
    bool const inside = e.p >= 0 && e.p < shape.extent(0) && e.y >= 0 && e.y < shape.extent(1) &&
                        e.x >= 0 && e.x < shape.extent(2) && e.t >= 0 && e.t / dt < steps;
    require(inside || binning.outside == Outside::drop, "bin_events: event ", k, " (p ", e.p,
            ", y ", e.y, ", x ", e.x, ", t ", e.t, " us) is outside of ", shape.text(),
            " and 0 <= t < ", binning.duration_ms, " ms");
    if (inside)
      entries.emplace_back(e.t / dt, (e.p * shape.extent(1) + e.y) * shape.extent(2) + e.x);
  }
  std::sort(entries.begin(), entries.end());
  return {std::move(entries), stream.events.size() - entries.size()};
}

/// Throws unless all entries are whole.
void check_sizes(BinnedEvents const& events, char const* what) {
  std::size_t const n = events.neurons.size();
  bool const whole = events.times.size() == n && events.counts.size() == n &&
                     (events.elements.empty() || events.elements.size() == n);
  require(whole, what, ": as many neurons (", n, ") as times (", events.times.size(), "), counts (",
          events.counts.size(), ") and batch elements (", events.elements.size(),
          ", or none) are needed");
}

}  // namespace

std::int64_t EventBinning::steps() const {
  std::int64_t const dt = detail::microseconds(dt_ms, "bin_events: dt");
  require(dt > 0, "bin_events: dt must be positive, got ", dt_ms, " ms");
  std::int64_t const steps = detail::whole_steps(duration_ms, dt_ms, "bin_events: duration");
  require(steps > 0, "bin_events: duration must be positive, got ", duration_ms, " ms");
  return steps;
}

void BinnedEvents::append(BinnedEvents const& sample, int element) {
  require(element >= 0, "BinnedEvents: a batch element is at least 0, got ", element);
  check_sizes(*this, "BinnedEvents");
  check_sizes(sample, "BinnedEvents: sample");
  elements.resize(neurons.size());  // of element 0 where they were left out
  auto const add = [](auto& to, auto const& from) {
    to.insert(to.end(), from.begin(), from.end());
  };
  elements.insert(elements.end(), sample.neurons.size(), element);
  add(neurons, sample.neurons);
  add(times, sample.times);
  add(counts, sample.counts);
  dropped += sample.dropped;
}

BinnedEvents bin_events(EventStream const& stream, EventBinning const& binning) {
  auto const [entries, dropped] = entries_of(stream, binning);
  BinnedEvents out;
  out.dropped = dropped;
  for (std::size_t k = 0; k < entries.size();) {
    std::size_t next = k + 1;
    if (binning.same_bin != SameBin::list)
      while (next < entries.size() && entries[next] == entries[k]) ++next;
    require(next - k <= static_cast<std::size_t>(std::numeric_limits<int>::max()),
            "bin_events: more than 2147483647 events of neuron ", entries[k].second, " in step ",
            entries[k].first);
    out.neurons.push_back(entries[k].second);
    out.times.push_back(static_cast<double>(entries[k].first) * binning.dt_ms);
    out.elements.push_back(0);
    out.counts.push_back(binning.same_bin == SameBin::count ? static_cast<int>(next - k) : 1);
    k = next;
  }
  return out;
}

std::vector<float> frame_of(BinnedEvents const& events, EventBinning const& binning,
                            std::int64_t step, int element) {
  check_shape(binning.shape);
  check_sizes(events, "frame_of");
  require(step >= 0 && step < binning.steps(), "frame_of: step ", step, " is not one of the ",
          binning.steps());
  std::vector<float> values(static_cast<std::size_t>(binning.shape.size()));
  auto const place = [&](std::size_t k) {
    return std::pair<int, double>{events.elements.empty() ? 0 : events.elements[k],
                                  events.times[k]};
  };
  std::pair<int, double> const wanted{element, static_cast<double>(step) * binning.dt_ms};
  std::size_t first = 0;  // of the entries that are not before the wanted step
  for (std::size_t count = events.neurons.size(); count > 0;) {
    std::size_t const half = count / 2;
    bool const right = place(first + half) < wanted;
    first = right ? first + half + 1 : first;
    count = right ? count - half - 1 : half;
  }
  for (std::size_t k = first; k < events.neurons.size() && place(k) == wanted; ++k) {
    auto const neuron = static_cast<std::size_t>(events.neurons[k]);
    require(neuron < values.size(), "frame_of: neuron ", neuron, " is outside of ",
            binning.shape.text());
    values[neuron] += static_cast<float>(events.counts[k]);
  }
  return values;
}

}  // namespace kosnn

#ifndef KOSNN_RECORDING_RECORDERS_HPP
#define KOSNN_RECORDING_RECORDERS_HPP

#include <Kokkos_Core.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "kosnn/core/memory.hpp"
#include "kosnn/decoding/spike_statistics.hpp"
#include "kosnn/network/detail/host_copy.hpp"
#include "kosnn/network/detail/population_data.hpp"
#include "kosnn/network/detail/spike_history.hpp"
#include "kosnn/traces/trace.hpp"

// What Network::record takes: which quantity of a population is recorded. The device keeps a chunk
// of it, which is fetched when it is full and at the end of each run.

namespace kosnn {

/// Every spike.
struct Spikes {};
/// The number of spikes of each neuron.
struct SpikeCounts {};
/// A field of the model's State, as in Field<&LIF<>::State::v>{}.
template <auto Member>
struct Field {};

/// What all recorders have in common. The network owns them; they live as long as it does.
class Recorder {
 public:
  virtual ~Recorder() = default;
  /// Takes over steps [from, to), which are the last that were run.
  virtual void fetch(std::int64_t from, std::int64_t to) = 0;
  /// How many steps may pass between two calls of `fetch`.
  virtual std::int64_t room() const { return INT64_MAX; }
  /// The step after which a run has to pause for `fetch`, at or after `step`.
  virtual std::int64_t next_stop(std::int64_t) const { return INT64_MAX; }
};

namespace detail {

/// Calls f(step, neuron, element) for each spike in steps [from, to), which a population's history
/// still holds, in order of time, then neuron, then element. Most lists hold few spikes: these are
/// copied one list after the other, as many whatever their number, so that no loop depends on it.
template <class History, class F>
void for_each_spike(History const& history, std::int64_t from, std::int64_t to, F const& f) {
  constexpr std::uint32_t few = SpikeHead::room, most_waiting = 512;
  auto const on_host = history.mirror();
  std::uint32_t entries[most_waiting + few], since[most_waiting + few];  // that wait; from `from`
  std::uint32_t n = 0;
  auto const call = [&](std::int64_t step, std::uint32_t entry) {
    f(step, history.neuron(entry), history.element(entry));
  };
  auto const call_waiting = [&] {
    for (std::uint32_t k = 0; k < n; ++k) call(from + since[k], entries[k]);
    n = 0;
  };
  std::vector<std::uint32_t> sorted;
  for (std::int64_t step = from; step < to; ++step) {
    int const slot = history.slot(step);
    for (int worker = 0; worker < history.workers; ++worker) {
      SpikeList list = on_host.list(slot, worker);
      if (list.count <= few && !history.by_element && on_host.can_read(list, few)) {
        std::memcpy(entries + n, list.entries, sizeof(std::uint32_t) * few);
        std::fill_n(since + n, few, static_cast<std::uint32_t>(step - from));
        n += list.count;
        if (n >= most_waiting) call_waiting();
        continue;
      }
      call_waiting();
      if (history.by_element) {
        sorted.assign(list.entries, list.entries + list.count);
        std::sort(sorted.begin(), sorted.end());
        list.entries = sorted.data();
      }
      for (std::uint32_t k = 0; k < list.count; ++k) call(step, list.entries[k]);
    }
  }
  call_waiting();
}

}  // namespace detail

/// Spikes in order of time, then neuron, then batch element. Times are in ms since construction or
/// the last reset_state(), so that they begin anew after it: read and clear in between.
template <class Population>
class SpikeRecorder : public Recorder {
 public:
  SpikeRecorder(Population const& population, double dt) : population_(population), dt_(dt) {}

  std::size_t count() const { return steps_.size(); }
  /// Neurons and batch elements of the population that is recorded; length of a step in ms.
  int size() const { return population_.size(); }
  int batch() const { return population_.batch(); }
  double dt() const { return dt_; }
  std::vector<double> times() const {
    std::vector<double> ms;
    ms.reserve(steps_.size());
    for (std::int64_t const s : steps_) ms.push_back(static_cast<double>(s) * dt_);
    return ms;
  }
  std::vector<std::int64_t> const& steps() const { return steps_; }
  std::vector<std::uint32_t> const& neurons() const { return neurons_; }
  std::vector<std::uint32_t> const& elements() const { return elements_; }
  void clear() {
    steps_.clear();
    neurons_.clear();
    elements_.clear();
  }

  std::int64_t room() const override { return population_.data().history.depth; }
  void fetch(std::int64_t from, std::int64_t to) override {
    detail::for_each_spike(population_.data().history, from, to,
                           [&](std::int64_t step, int neuron, int element) {
                             steps_.push_back(step);
                             neurons_.push_back(static_cast<std::uint32_t>(neuron));
                             elements_.push_back(static_cast<std::uint32_t>(element));
                           });
  }

 private:
  Population const& population_;
  double dt_;
  std::vector<std::int64_t> steps_;
  std::vector<std::uint32_t> neurons_, elements_;
};

/// Feeds a population's spikes to SpikeStatistics.
template <class Population>
class StatisticsRecorder : public Recorder {
 public:
  StatisticsRecorder(Population const& population, SpikeStatistics const& what, double dt)
      : population_(population), analysis_(what, population.size(), population.batch(), dt) {}

  SpikeAnalysis& analysis() { return analysis_; }
  std::int64_t room() const override { return population_.data().history.depth; }
  void fetch(std::int64_t from, std::int64_t to) override {
    if (from != next_) analysis_.restart(from);
    next_ = to;
    detail::for_each_spike(population_.data().history, from, to,
                           [&](std::int64_t step, int neuron, int element) {
                             analysis_.spike(step, neuron, element);
                           });
    analysis_.pass(to);
  }

 private:
  Population const& population_;
  SpikeAnalysis analysis_;
  std::int64_t next_ = 0;
};

/// How often each neuron has fired since the last `clear`, (batch, neurons). Counted on the device,
/// once for each population (Population::count_spikes): recorders of the same one share their
/// counts.
template <class Population>
class SpikeCounter : public Recorder {
 public:
  explicit SpikeCounter(Population& population) : population_(population) {}
  std::vector<std::uint32_t> counts() const { return detail::to_host(population_.data().counts); }
  void clear() { detail::clear(population_.data().counts); }
  void fetch(std::int64_t, std::int64_t) override {}

 private:
  Population& population_;
};

/// A state variable or trace at every `every`-th step: (samples, batch, neurons), after the update
/// of the step that begins at the sample's time.
template <class Population>
class StateRecorder : public Recorder {
 public:
  using Real = typename Population::Data::real;

  /// `probe` is the position of its probe in the population.
  StateRecorder(Population const& population, int probe, double dt)
      : population_(population), probe_(probe), dt_(dt) {}

  std::size_t samples() const { return steps_.size(); }
  std::vector<double> times() const {
    std::vector<double> ms;
    for (std::int64_t const s : steps_) ms.push_back(static_cast<double>(s) * dt_);
    return ms;
  }
  std::vector<Real> const& values() const { return values_; }
  void clear() {
    steps_.clear();
    values_.clear();
  }

  std::int64_t room() const override { return probe().room * probe().every; }
  void fetch(std::int64_t from, std::int64_t to) override {
    auto const buffer = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), probe().buffer);
    std::size_t const n = population_.data().history.capacity();
    std::int64_t const every = probe().every;
    for (std::int64_t step = (from + every - 1) / every * every; step < to; step += every) {
      Real const* const begin =
          buffer.data() + static_cast<std::size_t>(step / every % probe().room) * n;
      steps_.push_back(step);
      values_.insert(values_.end(), begin, begin + n);
    }
  }

 private:
  auto const& probe() const { return population_.data().probes[probe_]; }

  Population const& population_;
  int probe_;
  double dt_;
  std::vector<std::int64_t> steps_;
  std::vector<Real> values_;
};

/// What `Look` sees of a projection's weights after every `every`-th step: (samples, values).
template <class Projection, class Look>
class WeightRecorder : public Recorder {
 public:
  using Values = decltype(std::declval<Look const&>()(std::declval<Projection const&>()));

  WeightRecorder(Projection const& projection, Look look, std::int64_t every, double dt)
      : projection_(projection), look_(std::move(look)), every_(every), dt_(dt) {}

  std::size_t samples() const { return times_.size(); }
  /// Times in ms at which the steps before a sample have ended.
  std::vector<double> const& times() const { return times_; }
  Values const& values() const { return values_; }
  void clear() {
    times_.clear();
    values_.clear();
  }

  std::int64_t next_stop(std::int64_t step) const override { return (step / every_ + 1) * every_; }
  void fetch(std::int64_t, std::int64_t to) override {
    if (to % every_ != 0) return;
    times_.push_back(static_cast<double>(to) * dt_);
    auto const seen = look_(projection_);
    values_.insert(values_.end(), seen.begin(), seen.end());
  }

 private:
  Projection const& projection_;
  Look look_;
  std::int64_t every_;
  double dt_;
  std::vector<double> times_;
  Values values_;
};

}  // namespace kosnn

#endif

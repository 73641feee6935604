#ifndef KOSNN_NETWORK_SOURCE_SETTERS_HPP
#define KOSNN_NETWORK_SOURCE_SETTERS_HPP

#include <Kokkos_Core.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <type_traits>
#include <utility>
#include <vector>

#include "kosnn/core/config.hpp"
#include "kosnn/core/error.hpp"
#include "kosnn/core/random.hpp"
#include "kosnn/core/shape.hpp"
#include "kosnn/network/detail/host_copy.hpp"
#include "kosnn/network/detail/source_cells.hpp"
#include "kosnn/neurons/sources.hpp"

namespace kosnn {

/// What the sources of a network are given between runs; part of every Population, of which each
/// function names the models it is for. Arrays are of shape (batch, neurons), or (neurons) that
/// hold for all batch elements.
template <class Population, class Device, class Real>
class SourceSetters {
 public:
  /// PoissonSource, BernoulliSource, PoissonIntervalSource: rates in Hz. Throws where a rate is
  /// negative or not finite, or, for a BernoulliSource, above one spike a step.
  void set_rates(std::vector<double> const& hz) {
    using Model = typename Population::Model;
    static_assert(detail::has_rates<Model>,
                  "koSNN: set_rates is for a PoissonSource, BernoulliSource or "
                  "PoissonIntervalSource");
    self().check_size(hz.size(), "set_rates");
    auto& cell = self().data_.cell;
    if constexpr (std::is_same_v<Model, PoissonIntervalSource>) {
      std::vector<double> intervals(hz.size());
      for (std::size_t k = 0; k < hz.size(); ++k) intervals[k] = mean_interval(hz[k], k);
      detail::to_device(self().for_all_elements(intervals, "set_rates"), cell.mean);
      Kokkos::deep_copy(cell.next, cell.undrawn);
    } else {
      bounds_.resize(self().data_.history.capacity());
      for (std::size_t k = 0; k < hz.size(); ++k)
        bounds_[k] = static_cast<std::uint32_t>(std::llround(probability(hz[k], k) * 0x1p31));
      for (std::size_t k = hz.size(); k < bounds_.size(); ++k)
        bounds_[k] = bounds_[k - self().neurons()];
      detail::to_device(bounds_, cell.bound);
    }
  }

  /// SpikeArraySource: neuron `neurons[k]` (of batch element `elements[k]`, 0 where left out) fires
  /// at `times[k]` ms after the last reset_state(), in any order. Times must be whole steps.
  /// Replaces the spikes given before; those whose time has passed wait for the next reset_state().
  void set_spikes(std::vector<int> const& neurons, std::vector<double> const& times,
                  std::vector<int> const& elements = {}) {
    static_assert(std::is_same_v<typename Population::Model, SpikeArraySource>,
                  "koSNN: set_spikes is for a SpikeArraySource");
    auto const& name = self().name();
    require(neurons.size() == times.size() && (elements.empty() || elements.size() == times.size()),
            name, ": set_spikes needs as many neurons (", neurons.size(), ") as times (",
            times.size(), ") and batch elements (", elements.size(), ", or none)");
    std::vector<std::pair<std::int64_t, std::size_t>> spikes(times.size());
    for (std::size_t k = 0; k < times.size(); ++k) {
      int const b = elements.empty() ? 0 : elements[k];
      bool const exists =
          neurons[k] >= 0 && neurons[k] < self().size() && b >= 0 && b < self().batch();
      require(exists, name, ": spike ", k, ": no neuron ", neurons[k], " of batch element ", b);
      spikes[k] = {detail::whole_steps(times[k], dt(), name, ": spike ", k, ": time"),
                   self().data_.row(b) + static_cast<std::size_t>(neurons[k])};
    }
    std::sort(spikes.begin(), spikes.end());
    auto const twin = std::adjacent_find(spikes.begin(), spikes.end());
    require(twin == spikes.end(), name, ": a neuron fires at most once a step, neuron ",
            twin == spikes.end() ? 0 : twin->second % self().neurons(), " is given two spikes at ",
            twin == spikes.end() ? 0 : static_cast<double>(twin->first) * dt(), " ms");
    store_spikes(spikes);
  }

  /// Input: values that are emitted in every step from now on. DeltaSource: the signal from now on,
  /// (batch, channels) or (channels).
  void set_values(std::vector<Real> const& values) {
    using Model = typename Population::Model;
    static_assert(detail::is_one_of<Model, Input, DeltaSource>,
                  "koSNN: set_values is for an Input or a DeltaSource");
    if constexpr (std::is_same_v<Model, DeltaSource>) {
      store_signal(values, 1, "set_values");
    } else {
      for (std::size_t k = 0; k < values.size(); ++k)
        require(std::isfinite(values[k]), self().name(), ": the value of neuron ",
                k % self().neurons(), " is not finite");
      detail::to_device(self().for_all_elements(values, "set_values"), self().data_.cell.values);
    }
  }

  /// DeltaSource: the signal of the next `steps` steps, (steps, batch, channels) or (steps,
  /// channels) for all batch elements; then its last value stays. Plays again from its beginning
  /// after reset_state().
  void set_signal(std::vector<Real> const& values, int steps) {
    static_assert(std::is_same_v<typename Population::Model, DeltaSource>,
                  "koSNN: set_signal is for a DeltaSource");
    store_signal(values, steps, "set_signal");
  }

  /// LatencySource, RankOrderSource: intensities in [0, 1]. Spikes come as from now on, once or in
  /// every period; after reset_state() as from there.
  void set_intensities(std::vector<double> const& intensities) {
    using Model = typename Population::Model;
    static_assert(detail::has_intensities<Model>,
                  "koSNN: set_intensities is for a LatencySource or RankOrderSource");
    self().check_size(intensities.size(), "set_intensities");
    for (std::size_t k = 0; k < intensities.size(); ++k)
      require(intensities[k] >= 0 && intensities[k] <= 1, self().name(),
              ": the intensity of neuron ", k % self().neurons(), " must be in [0, 1], got ",
              intensities[k]);
    auto& cell = self().data_.cell;
    std::vector<std::uint32_t> steps;
    if constexpr (std::is_same_v<Model, LatencySource>)
      steps = latencies(intensities);
    else
      for (std::size_t k = 0; k < intensities.size(); k += self().neurons())
        append_ranks(intensities.data() + k, steps);
    detail::to_device(self().for_all_elements(std::move(steps), "set_intensities"), cell.at);
    cell.onset = self().step_;
  }

 protected:
  /// Checks the model's parameters.
  template <class Model>
  void prepare_source(Model model, RandomStream const& random) {
    auto& cell = self().data_.cell;
    if constexpr (detail::has_rates<Model>) cell.random = random;
    if constexpr (detail::has_intensities<Model>) {
      model.prepare(dt());
      cell.model = model;
      cell.period = model.period_steps();
    }
    if constexpr (std::is_same_v<Model, DeltaSource>) {
      model.prepare(dt());
      Shape const& shape = self().shape();
      require(shape.rank() >= 2 && shape.extent(0) == 2,
              "a DeltaSource is of Shape{2, channels}: ON and OFF, got Shape", shape.text());
      cell.threshold = Real(model.threshold());
      require(std::isfinite(cell.threshold) && cell.threshold > 0, "threshold of ",
              model.threshold(), " does not fit the network's precision");
      cell.channels = self().size() / 2;
      cell.batch = self().batch();
    }
  }
  /// After the arrays have been made.
  void initialise_source() {
    using Model = typename Population::Model;
    if constexpr (detail::has_intensities<Model>)
      Kokkos::deep_copy(self().data_.cell.at, self().data_.cell.never);
  }
  void reset_source() {
    using Model = typename Population::Model;
    if constexpr (detail::has_intensities<Model> || std::is_same_v<Model, DeltaSource>)
      self().data_.cell.onset = 0;
  }

 private:
  Population& self() { return static_cast<Population&>(*this); }
  Population const& self() const { return static_cast<Population const&>(*this); }
  double dt() const { return self().dt_; }

  /// That a neuron fires in one step.
  double probability(double hz, std::size_t k) const {
    bool const finite = std::isfinite(hz) && hz >= 0;
    if constexpr (std::is_same_v<typename Population::Model, BernoulliSource>) {
      double const p = hz * dt() / 1000;
      require(finite && p <= 1, self().name(), ": the rate of neuron ", k % self().neurons(),
              " must be from 0 to ", 1000 / dt(), " Hz (one spike a step), got ", hz);
      return p;
    } else {
      require_rate(finite, hz, k);
      return -std::expm1(-hz * dt() / 1000);
    }
  }
  /// In steps; 0, which means no spikes, also for more steps than can be counted.
  double mean_interval(double hz, std::size_t k) const {
    require_rate(std::isfinite(hz) && hz >= 0, hz, k);
    double const steps = 1000 / hz / dt();
    return steps < 1e18 ? std::max(steps, 1e-300) : 0;
  }
  void require_rate(bool ok, double hz, std::size_t k) const {
    require(ok, self().name(), ": the rate of neuron ", k % self().neurons(),
            " must be a finite rate of at least 0 Hz, got ", hz);
  }

  /// Steps after the onset at which neurons of a LatencySource fire.
  std::vector<std::uint32_t> latencies(std::vector<double> const& intensities) const {
    auto const& cell = self().data_.cell;
    auto const end = static_cast<double>(cell.period > 0 ? cell.period : cell.latest);
    std::vector<std::uint32_t> steps(intensities.size(), cell.never);
    for (std::size_t k = 0; k < steps.size(); ++k) {
      if (intensities[k] <= cell.model.threshold()) continue;
      double const step = std::round(cell.model.latency(intensities[k]) / dt());
      if (step < end) steps[k] = static_cast<std::uint32_t>(step);
    }
    return steps;
  }

  /// Appends the steps after the onset at which the neurons of one batch element fire in turn.
  void append_ranks(double const* intensities, std::vector<std::uint32_t>& steps) const {
    auto const& cell = self().data_.cell;
    std::vector<std::uint32_t> order;
    for (std::uint32_t n = 0; n < self().neurons(); ++n)
      if (intensities[n] > cell.model.threshold()) order.push_back(n);
    std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
      return intensities[a] > intensities[b];
    });
    std::size_t const begin = steps.size();
    steps.resize(begin + self().neurons(), cell.never);
    for (std::size_t rank = 0; rank < order.size(); ++rank) {
      auto const step = static_cast<std::int64_t>(rank) * cell.model.interval_steps();
      require(step <= std::int64_t(cell.latest), self().name(), ": rank ", rank, " of neuron ",
              order[rank], " comes later than 2^31 steps after the first");
      require(cell.period == 0 || step < cell.period, self().name(), ": rank ", rank, " of neuron ",
              order[rank], " comes after ", static_cast<double>(step) * dt(),
              " ms, not within the period of ", static_cast<double>(cell.period) * dt(), " ms");
      steps[begin + order[rank]] = static_cast<std::uint32_t>(step);
    }
  }

  void store_signal(std::vector<Real> const& values, int steps, char const* what) {
    auto const& name = self().name();
    auto& cell = self().data_.cell;
    auto const channels = static_cast<std::size_t>(cell.channels);
    auto const batch = static_cast<std::size_t>(cell.batch);
    require(steps >= 1, name, ": ", what, " needs at least one step, got ", steps);
    auto const length = static_cast<std::size_t>(steps);
    bool const same = values.size() == length * channels;
    require(same || values.size() == length * batch * channels, name, ": ", what, " takes ", length,
            " x ", channels, " values (or ", length, " x ", batch, " x ", channels,
            " with the batch), got ", values.size());
    for (std::size_t k = 0; k < values.size(); ++k)
      require(std::isfinite(values[k]), name, ": the value of channel ", k % channels, " in step ",
              k / (same ? channels : batch * channels), " of the signal is not finite");
    std::vector<Real> all;
    all.reserve(length * batch * channels);
    for (std::size_t row = 0; row < length * batch; ++row) {
      auto const begin =
          values.begin() + static_cast<std::ptrdiff_t>((same ? row / batch : row) * channels);
      all.insert(all.end(), begin, begin + static_cast<std::ptrdiff_t>(channels));
    }
    store(all, cell.signal, "signal");
    cell.steps = steps;
    cell.onset = self().step_;
  }

  /// Lays (step, position in (batch, neurons)) pairs out, which are sorted.
  void store_spikes(std::vector<std::pair<std::int64_t, std::size_t>> const& given) {
    auto& cell = self().data_.cell;
    auto const& name = self().name();
    require(given.size() < 1ull << 32, name, ": more than 2^32 spikes");
    std::vector<std::int64_t> steps;
    std::vector<std::uint32_t> begin, spikes;
    spikes.reserve(given.size());
    for (auto const& [step, position] : given) {
      if (steps.empty() || steps.back() != step) {
        steps.push_back(step);
        begin.push_back(static_cast<std::uint32_t>(spikes.size()));
      }
      spikes.push_back(static_cast<std::uint32_t>(position));
    }
    begin.push_back(static_cast<std::uint32_t>(spikes.size()));
    self().room_->require_bytes(name, steps.size() * sizeof(std::int64_t) +
                                          (begin.size() + spikes.size()) * sizeof(std::uint32_t));
    store(steps, cell.steps, "steps");
    store(begin, cell.begin, "step_begin");
    store(spikes, cell.spikes, "spikes");
  }
  template <class T, class View>
  void store(std::vector<T> const& values, View& view, char const* what) {
    if (values.size() != view.extent(0))
      self().room_->make(view, self().name(), what, values.size());
    detail::to_device(values, view);
  }

  std::vector<std::uint32_t> bounds_;  // kept, so that setting rates anew does not allocate
};

}  // namespace kosnn

#endif

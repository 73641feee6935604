#ifndef KOSNN_DECODING_SPIKE_STATISTICS_HPP
#define KOSNN_DECODING_SPIKE_STATISTICS_HPP

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "kosnn/core/config.hpp"
#include "kosnn/core/error.hpp"
#include "kosnn/core/slices.hpp"
#include "kosnn/decoding/moments.hpp"
#include "kosnn/decoding/pair_correlations.hpp"
#include "kosnn/decoding/power_spectrum.hpp"

namespace kosnn {

/// Which statistics of a population's spikes are kept, for Network::record or `analyse`:
/// `SpikeStatistics{}.from(500).correlated(200).spectrum(500)`. Rates, interspike intervals and
/// synchrony always are. Times are in ms and whole numbers of steps.
class SpikeStatistics {
 public:
  /// Of one part of a population only, as in `.neurons(slices["L4E"])`.
  SpikeStatistics& neurons(Slice const& part) { return neurons(part.begin, part.end); }
  /// Of the neurons with numbers from `begin` to before `end` only (default: all).
  SpikeStatistics& neurons(int begin, int end) {
    require(begin >= 0 && end > begin,
            "SpikeStatistics: neurons must be from a number of at least ",
            "0 to a greater one, got ", begin, " to ", end);
    begin_ = begin;
    end_ = end;
    return *this;
  }
  /// Drops what is before this time since construction or the last reset_state() (default 0).
  SpikeStatistics& from(double ms) {
    from_ = ms;
    return *this;
  }
  /// Length of the bins in which spikes are counted for correlation and synchrony (default 2 ms).
  SpikeStatistics& bin(double ms) {
    bin_ = ms;
    return *this;
  }
  /// Correlates all pairs of so many neurons, evenly spread over the population (default: none).
  SpikeStatistics& correlated(int neurons) {
    require(neurons >= 2, "SpikeStatistics: correlated needs at least 2 neurons, got ", neurons);
    correlated_ = neurons;
    return *this;
  }
  /// Keeps the power spectrum, from segments of `segment` ms: its resolution is 1000 / segment Hz.
  /// Spikes are counted in bins of `bin` ms for it, so that it reaches up to 500 / bin Hz.
  SpikeStatistics& spectrum(double segment, double bin = 0.5) {
    require(std::isfinite(segment) && segment > 0,
            "SpikeStatistics: segments of the spectrum must be a positive time in ms, got ",
            segment);
    segment_ = segment;
    spectrum_bin_ = bin;
    return *this;
  }
  /// Keeps the population's rate in each bin; the only statistic that grows with time.
  SpikeStatistics& course() {
    course_ = true;
    return *this;
  }

 private:
  friend class SpikeAnalysis;
  int begin_ = 0, end_ = 0;  // end 0: all
  double from_ = 0, bin_ = 2, segment_ = 0, spectrum_bin_ = 0.5;
  int correlated_ = 0;
  bool course_ = false;
};

/// Statistics of spikes, which are seen once, in order of time, and not kept. Memory depends on the
/// number of neurons (some 70 bytes each) and of correlated pairs (8 bytes each), not on time, and
/// no result depends on the pieces in which time passes. Batch elements are samples of their own:
/// each adds its neurons and pairs; synchrony, coherence and spectrum are means over elements.
///
/// Bins begin at SpikeStatistics::from; those that are not complete do not count, here and where
/// reset_state() ends one. Intervals across a reset_state() do not count either.
class SpikeAnalysis {
 public:
  /// `what` of a population of so many neurons in steps of `dt` ms. Throws for times that are not
  /// whole steps and neurons that there are not.
  SpikeAnalysis(SpikeStatistics const& what, int neurons, int batch, double dt);

  /// Time that has been counted, in ms of each batch element.
  double ms() const { return static_cast<double>(steps_) * dt_; }
  /// Spikes in that time, of all batch elements.
  std::uint64_t spikes() const;
  /// Mean rate of each neuron, (batch, neurons) in Hz. Throws as long as no time is counted.
  std::vector<double> rates_hz() const;
  /// Their mean.
  double rate_hz() const;
  /// CV of the interspike intervals of each neuron that has two or more (interval_statistics).
  std::vector<double> cvs() const;
  /// Their mean; nothing where there is none.
  std::optional<double> cv() const { return detail::mean_of(cvs()); }
  /// Correlation coefficients of the pairs of which both neurons' counts vary, by batch element.
  std::vector<double> correlations() const;
  /// Their mean; nothing where there is none.
  std::optional<double> correlation() const { return detail::mean_of(correlations()); }
  /// Variance over mean of the population's spike count in bins: 1 for independent Poisson
  /// neurons; for synchronous ones it grows with their number. Nothing without spikes.
  std::optional<double> synchrony() const;
  /// Golomb's chi of the spike counts in bins (Golomb & Rinzel 1994, doi
  /// 10.1016/0167-2789(94)90214-3): square root of the variance of the population's mean over the
  /// neurons' mean variance; 1 where all do the same, 1 / sqrt(neurons) where they are independent.
  /// Nothing where no count varies.
  std::optional<double> coherence() const;
  /// Power spectrum of the population's summed spike train over the number of neurons, in Hz:
  /// independent Poisson neurons have their rate r at all frequencies; N that are modulated by
  /// 1 + m cos have N r^2 m^2 / 6 times the segment's length in s more at the frequency of the
  /// cosine, where its periods fit into the segment. Nothing before a segment is complete.
  std::optional<Spectrum> spectrum() const;
  /// Rate of the population in each bin, (bins, batch) in Hz; see SpikeStatistics::course.
  std::vector<double> course_hz() const;

  /// Forgets all that was counted; bins begin anew at the step of the last `pass`.
  void clear();

  // How spikes come in.
  /// One in `step`, which is not over yet; other neurons than those asked for are passed over.
  void spike(std::int64_t step, int neuron, int element) {
    int const n = neuron - begin_;
    if (step < from_ || n < 0 || n >= size_) return;
    if (step >= next_end_) pass(step);
    enter(step, static_cast<std::size_t>(n), elements_[static_cast<std::size_t>(element)]);
  }
  /// All steps before `step`, which is never less than before, are over. Results are those of the
  /// time up to then.
  void pass(std::int64_t step);
  /// Time has been set to `step`, as by reset_state().
  void restart(std::int64_t step);

 private:
  struct Cell {
    std::int64_t last = -1;  // step of its last spike
    std::uint64_t spikes = 0;
    Moments intervals;
    std::uint64_t in_bins = 0, squares = 0;  // spikes in complete bins, sum of their counts squared
    std::uint32_t in_bin = 0;                // spikes in the present bin
  };
  struct Element {
    std::vector<Cell> cells;
    std::vector<std::uint32_t> active;  // those that have fired in the present bin
    std::uint64_t in_bin = 0, in_spectrum_bin = 0;
    Moments counts;
    PairCorrelations pairs;
    std::optional<WelchSpectrum> spectrum;
  };

  std::int64_t steps_of(double ms, char const* what) const;
  Element fresh_element() const;
  void enter(std::int64_t step, std::size_t n, Element& element);
  void begin_bins();
  void close_bin(Element& element);
  void drop_bins();

  SpikeStatistics what_;
  double dt_;
  int begin_, size_;
  std::int64_t from_, bin_, spectrum_bin_ = 1;
  std::size_t segment_ = 0, stride_ = 1;  // samples; of the neurons that are correlated
  std::vector<Element> elements_;
  std::vector<std::uint64_t> course_;
  std::int64_t step_ = 0, steps_ = 0;                // present time, counted time
  std::int64_t bin_end_ = 0, spectrum_bin_end_ = 0;  // of the present bins,
  std::int64_t next_end_ = 0;                        // and of that which is over first
};

inline SpikeAnalysis::SpikeAnalysis(SpikeStatistics const& what, int neurons, int batch, double dt)
    : what_(what), dt_(dt), begin_(what.begin_), size_(neurons - what.begin_) {
  require(neurons >= 1 && batch >= 1 && dt > 0,
          "SpikeStatistics: neurons, batch and dt must be positive, got ", neurons, ", ", batch,
          " and ", dt);
  require(what.end_ <= neurons, "SpikeStatistics: neurons to ", what.end_, " of a population of ",
          neurons);
  if (what.end_ > 0) size_ = what.end_ - begin_;
  require(what.correlated_ <= size_, "SpikeStatistics: correlated: ", what.correlated_, " of ",
          size_, " neurons");
  from_ = detail::whole_steps(what.from_, dt, "SpikeStatistics: from");
  bin_ = steps_of(what.bin_, "bin");
  if (what.segment_ > 0) {
    spectrum_bin_ = steps_of(what.spectrum_bin_, "bin of the spectrum");
    segment_ = static_cast<std::size_t>(
        detail::whole_steps(what.segment_, static_cast<double>(spectrum_bin_) * dt,
                            "SpikeStatistics: segment (a step is the spectrum's bin)"));
  }
  if (what.correlated_ > 0) stride_ = static_cast<std::size_t>(size_ / what.correlated_);
  elements_.assign(static_cast<std::size_t>(batch), fresh_element());
  begin_bins();
}

inline std::int64_t SpikeAnalysis::steps_of(double ms, char const* what) const {
  std::int64_t const steps = detail::whole_steps(ms, dt_, "SpikeStatistics: ", what);
  require(steps >= 1, "SpikeStatistics: ", what, " must be at least one step, got ", ms, " ms");
  return steps;
}

inline SpikeAnalysis::Element SpikeAnalysis::fresh_element() const {
  Element element{{}, {}, 0, 0, {}, PairCorrelations(static_cast<std::size_t>(what_.correlated_)),
                  {}};
  element.cells.resize(static_cast<std::size_t>(size_));
  element.active.reserve(element.cells.size());
  if (segment_ > 0) element.spectrum.emplace(segment_);
  return element;
}

inline void SpikeAnalysis::enter(std::int64_t step, std::size_t n, Element& element) {
  Cell& cell = element.cells[n];
  if (cell.last >= 0) cell.intervals.add(static_cast<double>(step - cell.last));
  cell.last = step;
  ++cell.spikes;
  if (cell.in_bin++ == 0) element.active.push_back(static_cast<std::uint32_t>(n));
  ++element.in_bin;
  ++element.in_spectrum_bin;
}

inline void SpikeAnalysis::pass(std::int64_t step) {
  for (; next_end_ <= step; next_end_ = std::min(bin_end_, spectrum_bin_end_)) {
    if (bin_end_ == next_end_) {
      for (Element& e : elements_) close_bin(e);
      bin_end_ += bin_;
    } else {
      for (Element& e : elements_) {
        e.spectrum->add(static_cast<double>(e.in_spectrum_bin));
        e.in_spectrum_bin = 0;
      }
      spectrum_bin_end_ += spectrum_bin_;
    }
  }
  steps_ += std::max(step, from_) - std::max(step_, from_);
  step_ = step;
}

inline void SpikeAnalysis::begin_bins() {
  std::int64_t const begin = std::max(step_, from_);
  bin_end_ = begin + bin_;
  spectrum_bin_end_ =
      segment_ > 0 ? begin + spectrum_bin_ : std::numeric_limits<std::int64_t>::max();
  next_end_ = std::min(bin_end_, spectrum_bin_end_);
}

inline void SpikeAnalysis::close_bin(Element& element) {
  std::vector<PairCorrelations::Count> correlated;
  for (std::uint32_t const n : element.active) {
    Cell& cell = element.cells[n];
    std::uint64_t const count = cell.in_bin;
    cell.in_bins += count;
    cell.squares += count * count;
    cell.in_bin = 0;
    if (what_.correlated_ > 0 && n % stride_ == 0 &&
        n / stride_ < static_cast<std::size_t>(what_.correlated_))
      correlated.push_back({n / stride_, count});
  }
  element.pairs.add_bin(correlated);
  element.counts.add(static_cast<double>(element.in_bin));
  if (what_.course_) course_.push_back(element.in_bin);
  element.active.clear();
  element.in_bin = 0;
}

inline void SpikeAnalysis::drop_bins() {
  for (Element& e : elements_) {
    for (std::uint32_t const n : e.active) e.cells[n].in_bin = 0;
    e.active.clear();
    e.in_bin = e.in_spectrum_bin = 0;
    if (e.spectrum) e.spectrum->interrupt();
  }
}

inline void SpikeAnalysis::restart(std::int64_t step) {
  drop_bins();
  for (Element& e : elements_)
    for (Cell& cell : e.cells) cell.last = -1;
  step_ = step;
  begin_bins();
}

inline void SpikeAnalysis::clear() {
  for (Element& e : elements_) e = fresh_element();
  course_.clear();
  steps_ = 0;
  begin_bins();
}

inline std::uint64_t SpikeAnalysis::spikes() const {
  std::uint64_t sum = 0;
  for (Element const& e : elements_)
    for (Cell const& cell : e.cells) sum += cell.spikes;
  return sum;
}

inline std::vector<double> SpikeAnalysis::rates_hz() const {
  require(steps_ > 0, "SpikeAnalysis: no time has been counted, which begins at ", what_.from_,
          " ms");
  std::vector<double> rates;
  for (Element const& e : elements_)
    for (Cell const& cell : e.cells)
      rates.push_back(static_cast<double>(cell.spikes) / ms() * 1000);
  return rates;
}

inline double SpikeAnalysis::rate_hz() const { return *detail::mean_of(rates_hz()); }

inline std::vector<double> SpikeAnalysis::cvs() const {
  std::vector<double> cvs;
  for (Element const& e : elements_)
    for (Cell const& cell : e.cells)
      if (auto const cv = cell.intervals.cv()) cvs.push_back(*cv);
  return cvs;
}

inline std::vector<double> SpikeAnalysis::correlations() const {
  std::vector<double> all;
  for (Element const& e : elements_) {
    auto const of_element = e.pairs.values();
    all.insert(all.end(), of_element.begin(), of_element.end());
  }
  return all;
}

inline std::optional<double> SpikeAnalysis::synchrony() const {
  std::vector<double> of_elements;
  for (Element const& e : elements_)
    if (e.counts.mean() > 0) of_elements.push_back(e.counts.variance() / e.counts.mean());
  return detail::mean_of(of_elements);
}

inline std::optional<double> SpikeAnalysis::coherence() const {
  std::vector<double> of_elements;
  for (Element const& e : elements_) {
    double const bins = static_cast<double>(e.counts.count());
    double single = 0;  // sum of the neurons' variances times bins squared
    for (Cell const& cell : e.cells)
      single += bins * static_cast<double>(cell.squares) -
                static_cast<double>(cell.in_bins) * static_cast<double>(cell.in_bins);
    if (single > 0) of_elements.push_back(bins * std::sqrt(e.counts.variance() / (size_ * single)));
  }
  return detail::mean_of(of_elements);
}

inline std::optional<Spectrum> SpikeAnalysis::spectrum() const {
  require(segment_ > 0, "SpikeAnalysis: the spectrum has to be asked for: ",
          "SpikeStatistics{}.spectrum(segment in ms)");
  if (elements_.front().spectrum->segments() == 0) return {};
  Spectrum out{1000 / what_.segment_, std::vector<double>(segment_ / 2)};
  double const scale = static_cast<double>(elements_.size()) * size_ *
                       static_cast<double>(spectrum_bin_) * dt_ / 1000;
  for (Element const& e : elements_) {
    auto const power = e.spectrum->power();
    for (std::size_t k = 0; k < power.size(); ++k) out.power[k] += power[k] / scale;
  }
  return out;
}

inline std::vector<double> SpikeAnalysis::course_hz() const {
  require(what_.course_, "SpikeAnalysis: the course of the rate has to be asked for: ",
          "SpikeStatistics{}.course()");
  std::vector<double> rates;
  double const bin_ms = static_cast<double>(bin_) * dt_;
  for (std::uint64_t const count : course_)
    rates.push_back(static_cast<double>(count) / size_ / bin_ms * 1000);
  return rates;
}

}  // namespace kosnn

#endif

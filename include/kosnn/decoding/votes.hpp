#ifndef KOSNN_DECODING_VOTES_HPP
#define KOSNN_DECODING_VOTES_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "kosnn/core/error.hpp"

namespace kosnn {

/// Reads classes out of spike counts by votes of labelled neurons (after Diehl & Cook 2015, doi
/// 10.3389/fncom.2015.00099). Labels are used here only, never for learning.
class Votes {
 public:
  /// From responses (samples, neurons) to samples of known class.
  Votes(std::vector<std::uint32_t> const& responses, std::vector<std::uint8_t> const& labels,
        int neurons)
      : neurons_(static_cast<std::size_t>(neurons)) {
    require(neurons >= 1, "Votes: at least one neuron is needed, got ", neurons);
    require(!labels.empty() && responses.size() == labels.size() * neurons_, "Votes: expected ",
            std::max<std::size_t>(labels.size(), 1) * neurons_, " responses, got ",
            responses.size());
    classes_ = *std::max_element(labels.begin(), labels.end()) + 1;
    std::vector<double> samples(static_cast<std::size_t>(classes_));
    mean_.assign(samples.size() * neurons_, 0);
    for (std::size_t k = 0; k < labels.size(); ++k) {
      ++samples[labels[k]];
      for (std::size_t n = 0; n < neurons_; ++n)
        mean_[labels[k] * neurons_ + n] += responses[k * neurons_ + n];
    }
    share_ = mean_;
    for (std::size_t n = 0; n < neurons_; ++n) {
      double sum = 0;
      for (std::size_t c = 0; c < samples.size(); ++c) {
        if (samples[c] > 0) mean_[c * neurons_ + n] /= samples[c];
        sum += mean_[c * neurons_ + n];
      }
      for (std::size_t c = 0; c < samples.size(); ++c)
        share_[c * neurons_ + n] = sum > 0 ? mean_[c * neurons_ + n] / sum : 0;
    }
  }

  int classes() const { return classes_; }
  /// Mean response of each neuron to each class, (classes, neurons).
  std::vector<double> const& mean_responses() const { return mean_; }
  /// The class that each neuron responds to most.
  std::vector<std::uint8_t> labels() const {
    std::vector<std::uint8_t> best(neurons_, 0);
    for (std::size_t n = 0; n < neurons_; ++n)
      for (std::size_t c = 1; c < static_cast<std::size_t>(classes_); ++c)
        if (mean_[c * neurons_ + n] > mean_[best[n] * neurons_ + n])
          best[n] = static_cast<std::uint8_t>(c);
    return best;
  }

  /// The class with most votes for each sample, from responses (samples, neurons). A neuron's
  /// spikes are votes for all classes, in proportion to its mean responses to them. Among equals,
  /// silence included, the lowest class.
  std::vector<std::uint8_t> classify(std::vector<std::uint32_t> const& responses) const {
    require(responses.size() % neurons_ == 0, "Votes: the number of responses must be a multiple ",
            "of the ", neurons_, " neurons, got ", responses.size());
    std::vector<std::uint8_t> predictions;
    for (std::size_t k = 0; k < responses.size(); k += neurons_)
      predictions.push_back(winner(responses.data() + k));
    return predictions;
  }

 private:
  std::uint8_t winner(std::uint32_t const* counts) const {
    std::size_t best = 0;
    double most = -1;
    for (std::size_t c = 0; c < static_cast<std::size_t>(classes_); ++c) {
      double votes = 0;
      for (std::size_t n = 0; n < neurons_; ++n) votes += counts[n] * share_[c * neurons_ + n];
      if (votes > most) {
        most = votes;
        best = c;
      }
    }
    return static_cast<std::uint8_t>(best);
  }

  std::size_t neurons_;
  int classes_ = 0;
  std::vector<double> mean_, share_;
};

/// How often samples of one class (row) were taken for another (column).
struct Confusion {
  int classes;
  std::vector<std::uint32_t> counts;  ///< (classes, classes)

  Confusion(int n, std::vector<std::uint8_t> const& labels,
            std::vector<std::uint8_t> const& predictions)
      : classes(n) {
    require(n >= 1, "Confusion: at least one class is needed, got ", n);
    require(labels.size() == predictions.size(), "Confusion: as many predictions (",
            predictions.size(), ") as labels (", labels.size(), ") are needed");
    auto const size = static_cast<std::size_t>(n);
    counts.resize(size * size);
    for (std::size_t k = 0; k < labels.size(); ++k) {
      require(labels[k] < n && predictions[k] < n, "Confusion: sample ", k, ": label ",
              int(labels[k]), " and prediction ", int(predictions[k]), " must be below ", n);
      ++counts[labels[k] * size + predictions[k]];
    }
  }
  std::uint32_t at(int label, int prediction) const {
    return counts[static_cast<std::size_t>(label) * static_cast<std::size_t>(classes) +
                  static_cast<std::size_t>(prediction)];
  }
  /// Part of the samples on the diagonal; 0 without samples.
  double accuracy() const {
    std::uint64_t right = 0, all = 0;
    for (int c = 0; c < classes; ++c)
      for (int d = 0; d < classes; ++d) {
        all += at(c, d);
        right += c == d ? at(c, d) : 0;
      }
    return all == 0 ? 0 : static_cast<double>(right) / static_cast<double>(all);
  }
};

}  // namespace kosnn

#endif

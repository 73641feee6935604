#include "digits/votes.hpp"

#include <algorithm>

#include "kosnn/core/error.hpp"

namespace digits {

Votes::Votes(std::vector<std::uint32_t> const& responses, std::vector<std::uint8_t> const& labels,
             int neurons)
    : neurons_(static_cast<std::size_t>(neurons)), classes_(0) {
  kosnn::require(!labels.empty() && responses.size() == labels.size() * neurons_,
                 "votes: expected ", labels.size() * neurons_, " responses, got ",
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

std::vector<std::uint8_t> Votes::labels() const {
  std::vector<std::uint8_t> best(neurons_, 0);
  for (std::size_t n = 0; n < neurons_; ++n)
    for (std::size_t c = 1; c < static_cast<std::size_t>(classes_); ++c)
      if (mean_[c * neurons_ + n] > mean_[best[n] * neurons_ + n])
        best[n] = static_cast<std::uint8_t>(c);
  return best;
}

std::uint8_t Votes::classify(std::uint32_t const* counts) const {
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

Confusion::Confusion(int n, std::vector<std::uint8_t> const& labels,
                     std::vector<std::uint8_t> const& predictions)
    : classes(n), counts(static_cast<std::size_t>(n) * static_cast<std::size_t>(n)) {
  for (std::size_t k = 0; k < labels.size(); ++k)
    ++counts[static_cast<std::size_t>(labels[k]) * static_cast<std::size_t>(classes) +
             predictions[k]];
}

double Confusion::accuracy() const {
  std::uint64_t right = 0, all = 0;
  for (int c = 0; c < classes; ++c)
    for (int d = 0; d < classes; ++d) {
      all += at(c, d);
      right += c == d ? at(c, d) : 0;
    }
  return all == 0 ? 0 : static_cast<double>(right) / static_cast<double>(all);
}

}  // namespace digits

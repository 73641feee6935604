#ifndef KOSNN_DECODING_PAIR_CORRELATIONS_HPP
#define KOSNN_DECODING_PAIR_CORRELATIONS_HPP

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace kosnn {

/// Pearson's correlation coefficients of the spike counts of all pairs of some neurons, from one
/// bin of time after the other. Sums are whole numbers, so exact; work goes with the neurons that
/// fire in a bin.
class PairCorrelations {
 public:
  struct Count {
    std::size_t neuron;
    std::uint64_t spikes;
  };

  explicit PairCorrelations(std::size_t neurons)
      : sums_(neurons),
        squares_(neurons),
        products_(neurons * (neurons == 0 ? 0 : neurons - 1) / 2) {}

  /// The spikes of one bin; each neuron at most once, those that are silent not at all.
  void add_bin(std::vector<Count> const& counts) {
    ++bins_;
    for (std::size_t a = 0; a < counts.size(); ++a) {
      sums_[counts[a].neuron] += counts[a].spikes;
      squares_[counts[a].neuron] += counts[a].spikes * counts[a].spikes;
      for (std::size_t b = 0; b < a; ++b)
        products_[pair(counts[a].neuron, counts[b].neuron)] += counts[a].spikes * counts[b].spikes;
    }
  }

  /// Of the pairs (1, 0), (2, 0), (2, 1), (3, 0), ... but for those of a neuron whose count is
  /// always the same, which have none.
  std::vector<double> values() const {
    std::vector<double> coefficients;
    for (std::size_t i = 0; i < sums_.size(); ++i)
      for (std::size_t j = 0; j < i; ++j) {
        double const scale =
            std::sqrt(covariance(squares_[i], i, i) * covariance(squares_[j], j, j));
        if (scale > 0) coefficients.push_back(covariance(products_[pair(i, j)], i, j) / scale);
      }
    return coefficients;
  }

 private:
  static std::size_t pair(std::size_t a, std::size_t b) {
    std::size_t const high = std::max(a, b);
    return high * (high - 1) / 2 + std::min(a, b);
  }
  /// Times bins squared. A difference of whole numbers: exactly 0 where counts never change.
  double covariance(std::uint64_t products, std::size_t i, std::size_t j) const {
    return static_cast<double>(products) * static_cast<double>(bins_) -
           static_cast<double>(sums_[i]) * static_cast<double>(sums_[j]);
  }

  std::vector<std::uint64_t> sums_, squares_, products_;
  std::uint64_t bins_ = 0;
};

}  // namespace kosnn

#endif

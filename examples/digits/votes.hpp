#ifndef KOSNN_EXAMPLES_DIGITS_VOTES_HPP
#define KOSNN_EXAMPLES_DIGITS_VOTES_HPP

#include <cstddef>
#include <cstdint>
#include <vector>

namespace digits {

/// Reads classes out of spike counts. Labels are used here only, never for learning.
class Votes {
 public:
  /// From responses (samples, neurons) to samples of known class.
  Votes(std::vector<std::uint32_t> const& responses, std::vector<std::uint8_t> const& labels,
        int neurons);

  int classes() const { return classes_; }
  /// Mean response of each neuron to each class, (classes, neurons).
  std::vector<double> const& mean_responses() const { return mean_; }
  /// The class that each neuron responds to most.
  std::vector<std::uint8_t> labels() const;

  /// The class with most votes. A neuron's spikes are votes for all classes, in proportion to its
  /// mean responses to them.
  std::uint8_t classify(std::uint32_t const* counts) const;

 private:
  std::size_t neurons_;
  int classes_;
  std::vector<double> mean_, share_;
};

/// How often samples of one class (row) were taken for another (column).
struct Confusion {
  int classes;
  std::vector<std::uint32_t> counts;  ///< (classes, classes)

  Confusion(int n, std::vector<std::uint8_t> const& labels,
            std::vector<std::uint8_t> const& predictions);
  std::uint32_t at(int label, int prediction) const {
    return counts[static_cast<std::size_t>(label) * static_cast<std::size_t>(classes) +
                  static_cast<std::size_t>(prediction)];
  }
  double accuracy() const;
};

}  // namespace digits

#endif

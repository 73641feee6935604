#ifndef KOSNN_EXAMPLES_MICROCIRCUIT_DISTRIBUTIONS_HPP
#define KOSNN_EXAMPLES_MICROCIRCUIT_DISTRIBUTIONS_HPP

#include <optional>
#include <string>
#include <vector>

#include "microcircuit/parameters.hpp"

namespace microcircuit {

/// How the neurons of one part fire: a value of each neuron, or of each pair.
struct Statistics {
  std::vector<double> rates_hz;
  std::vector<double> cvs;           ///< of interspike intervals, of neurons with two or more
  std::vector<double> correlations;  ///< of spike counts in bins of 2 ms
};
using Distributions = PerPart<Statistics>;

/// Kolmogorov-Smirnov distances of two activities, the measure by which implementations of this
/// network are compared; nothing where a distribution is empty.
struct Distances {
  PerPart<std::optional<double>> rates, cvs, correlations;
  /// The largest of those that there are, 0 where there are none.
  static double largest(PerPart<std::optional<double>> const& of_parts);
};
Distances distances(Distributions const& a, Distributions const& b);

/// As an HDF5 file with datasets such as /L4E/rates_hz.
void write(std::string const& path, Distributions const& all);
/// Throws kosnn::FileError where it can't be read.
Distributions read(std::string const& path);

}  // namespace microcircuit

#endif

#include "microcircuit/parameters.hpp"

#include <cmath>
#include <kosnn/core/error.hpp>

namespace microcircuit {
namespace {

// Table 5 of the paper.
constexpr PerPart<int> sizes{20683, 5834, 21915, 5479, 4850, 1065, 14395, 2948};
constexpr PerPart<int> outer_synapses{1600, 1500, 2100, 1900, 2000, 1900, 2900, 2100};
// Probability that two neurons are connected: by target, then source.
constexpr PerPart<PerPart<double>> probability{
    {{0.1009, 0.1689, 0.0437, 0.0818, 0.0323, 0, 0.0076, 0},
     {0.1346, 0.1371, 0.0316, 0.0515, 0.0755, 0, 0.0042, 0},
     {0.0077, 0.0059, 0.0497, 0.1350, 0.0067, 0.0003, 0.0453, 0},
     {0.0691, 0.0029, 0.0794, 0.1597, 0.0033, 0, 0.1057, 0},
     {0.1004, 0.0622, 0.0505, 0.0057, 0.0831, 0.3726, 0.0204, 0},
     {0.0548, 0.0269, 0.0257, 0.0022, 0.0600, 0.3158, 0.0086, 0},
     {0.0156, 0.0066, 0.0211, 0.0166, 0.0572, 0.0197, 0.0396, 0.2252},
     {0.0364, 0.0010, 0.0034, 0.0005, 0.0277, 0.0080, 0.0658, 0.1443}}};
// Of the stationary state (PyNEST's implementation), so that it begins without a burst.
constexpr PerPart<double> start_means{-68.28, -63.16, -63.33, -63.45,
                                      -63.11, -61.66, -66.72, -61.43};
constexpr PerPart<double> start_spreads{5.36, 4.57, 4.74, 4.94, 4.94, 4.55, 5.46, 4.48};

/// Synapses between parts of full size such that pairs are connected with that probability when
/// each synapse is drawn by itself.
double full_synapses(std::size_t source, std::size_t target) {
  double const pairs = static_cast<double>(sizes[source]) * sizes[target];
  return std::log(1 - probability[target][source]) / std::log(1 - 1 / pairs);
}

}  // namespace

PerPart<char const*> const names{"L23E", "L23I", "L4E", "L4I", "L5E", "L5I", "L6E", "L6I"};
PerPart<double> const full_rates{0.903, 2.965, 4.414, 5.876, 7.569, 8.633, 1.105, 7.829};

Parameters::Parameters(double scale) : scale_(scale) {
  kosnn::require(scale >= 0.01 && scale <= 1, "the scale must be from 0.01 to 1, got ", scale);
}

kosnn::Slices Parameters::cells() const {
  std::vector<kosnn::Slices::Part> all;
  for (std::size_t p = 0; p < parts; ++p)
    all.push_back({names[p], std::llround(scale_ * sizes[p])});
  return kosnn::Slices(all);
}

long long Parameters::synapses(std::size_t source, std::size_t target) const {
  return std::llround(scale_ * scale_ * full_synapses(source, target));
}

long long Parameters::synapses() const {
  long long sum = 0;
  for (std::size_t source = 0; source < parts; ++source)
    for (std::size_t target = 0; target < parts; ++target) sum += synapses(source, target);
  return sum;
}

double Parameters::mean_weight(std::size_t source, std::size_t target) const {
  bool const doubled = source == 2 && target == 0;  // L4E to L23E
  double const full = is_excitatory(source) ? (doubled ? 2 * weight : weight) : inhibition * weight;
  return full / std::sqrt(scale_);
}

/// The mean input from outside over that at full size: below 1, as more inhibition is lost than
/// excitation.
double Parameters::outer_growth(std::size_t target) const {
  double recurrent = 0;  // mean at full size, in events of one weight a second
  for (std::size_t source = 0; source < parts; ++source)
    recurrent += full_synapses(source, target) / sizes[target] * full_rates[source] *
                 mean_weight(source, target) * std::sqrt(scale_) / weight;
  return 1 + (1 - std::sqrt(scale_)) * recurrent / (outer_synapses[target] * outer_rate);
}

double Parameters::outer_hz(std::size_t target) const {
  double const growth = outer_growth(target);
  return outer_synapses[target] * outer_rate * growth * growth;
}

double Parameters::outer_weight(std::size_t target) const { return weight / outer_growth(target); }

double Parameters::start_mean(std::size_t part) const { return start_means[part]; }
double Parameters::start_spread(std::size_t part) const { return start_spreads[part]; }

}  // namespace microcircuit

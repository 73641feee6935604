#ifndef KOSNN_TESTS_UNIT_CONV2D_RULES_TESTING_HPP
#define KOSNN_TESTS_UNIT_CONV2D_RULES_TESTING_HPP

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "conv2d_testing.hpp"
#include "kosnn/kosnn.hpp"
#include "testing.hpp"

// What shared weights are to become, by definition: naive loops over batch, positions and synapses.

namespace kosnn_test {

/// A convolution that learns, and how.
struct Case {
  Geometry g;
  Delaying how = Delaying::none;
  int batch = 1;
  double probability = 0.2;
  bool immediate = false, dendritic = false, sums = false, masked = false, per_element = false,
       soft = false;
  kosnn::BatchUpdate update = kosnn::BatchUpdate::mean;

  std::size_t positions() const { return std::size_t(g.out_height() * g.out_width()); }
  /// So that weights move by about as much, whether positions are summed or averaged.
  double rate(double of_means) const {
    double const elements = update == kosnn::BatchUpdate::sum ? batch : 1;
    return of_means / (sums ? double(positions()) : 1) / elements;
  }
  double scale() const {
    return (update == kosnn::BatchUpdate::mean ? 1.0 / batch : 1) /
           (sums ? 1 : double(positions()));
  }
  std::vector<int> delays() const {
    std::vector<int> all(g.weights(), how == Delaying::constant ? 2 : 0);
    if (how == Delaying::each)
      for (std::size_t k = 0; k < all.size(); ++k) all[k] = int(k * 5 % 4);
    return all;
  }
  /// A projection of this kind, of weights `w`, with delays of steps of `dt`.
  template <class Pre, class Post, class Rule>
  auto projection(Pre pre, Post post, std::vector<double> const& w, std::vector<double> const& mask,
                  double dt, Rule const& rule) const {
    std::vector<double> ms;
    for (int const d : delays()) ms.push_back(d * dt);
    auto spec =
        project(pre, post, g.topology(), kosnn::weights::array(w), kosnn::delays::array(ms), rule);
    if (masked) spec.mask(mask);
    if (immediate) spec.immediate_trace();
    if (sums) spec.sum_over_positions();
    return spec;
  }
  /// Factors of changes, some 0.
  std::vector<double> mask() const {
    auto all = random_values(g.weights(), 0, 1, 17);
    for (std::size_t k = 0; k < all.size(); k += 3) all[k] = 0;
    return all;
  }
  /// Calls f(weight, batch element, index of source, of target) for all synapses.
  template <class F>
  void for_all(F const& f) const {
    std::size_t const m = std::size_t(g.pre().size()), n = std::size_t(g.post().size());
    for (std::size_t b = 0; b < std::size_t(batch); ++b)
      g.for_each([&](std::size_t k, int i, int j) {
        f(k, int(b), b * m + std::size_t(i), b * n + std::size_t(j));
      });
  }
};

/// The kernels of one projection.
class Kernels {
 public:
  Kernels(Case const& c, std::vector<double> w, kosnn::Bounds const& bounds)
      : c_(c),
        w_(std::move(w)),
        mask_(c.masked ? c.mask() : std::vector<double>(w_.size(), 1)),
        bounds_(bounds) {}

  std::vector<double> const& weights() const { return w_; }
  /// One half of a rule: changes each weight by f(w, weight's number, source, target) of all its
  /// synapses.
  template <class F>
  void change(F const& f) {
    std::vector<double> sums(w_.size());
    c_.for_all(
        [&](std::size_t k, int, std::size_t i, std::size_t j) { sums[k] += f(w_[k], k, i, j); });
    change_by(sums);
  }
  void change_by(std::vector<double> const& sums) {
    auto const [low, high, soft] = bounds_;
    for (std::size_t k = 0; k < w_.size(); ++k) {
      double change = c_.scale() * mask_[k] * sums[k];
      if (soft) change *= (change > 0 ? high - w_[k] : w_[k] - low) / (high - low);
      if (mask_[k] != 0) w_[k] = std::clamp(w_[k] + change, low, high);
    }
  }

 private:
  Case const& c_;
  std::vector<double> w_, mask_;
  kosnn::Bounds bounds_;
};

template <class Values>
void expect_near(Values const& got, std::vector<double> const& expected, double tolerance) {
  ASSERT_EQ(got.size(), expected.size());
  for (std::size_t k = 0; k < got.size(); ++k)
    ASSERT_NEAR(double(got[k]), expected[k], tolerance) << "number " << k;
}
inline double largest_difference(std::vector<double> const& a, std::vector<double> const& b) {
  double largest = 0;
  for (std::size_t k = 0; k < a.size(); ++k) largest = std::max(largest, std::abs(a[k] - b[k]));
  return largest;
}

}  // namespace kosnn_test

#endif

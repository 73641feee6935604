#ifndef KOSNN_NETWORK_DETAIL_DRAW_BY_DISTANCE_HPP
#define KOSNN_NETWORK_DETAIL_DRAW_BY_DISTANCE_HPP

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "kosnn/connections/positions.hpp"
#include "kosnn/network/detail/random_sequence.hpp"

namespace kosnn::detail {

/// Draws synapses whose probability depends on distance, each pair independently and exactly: the
/// targets lie in boxes of few neighbours; of each box, candidates are drawn with the probability
/// at its nearest point, and each is kept with what its own is of that. Most are kept for what it
/// is at least in their box, so that their distance need not be known.
class DistanceDraw {
 public:
  DistanceDraw(std::shared_ptr<Distances const> distances, DistanceKernel const& kernel)
      : distances_(std::move(distances)), kernel_(kernel) {
    sort_into_boxes();
  }

  double distance(std::uint32_t i, std::uint32_t j) const {
    return distances_->between(static_cast<int>(i), static_cast<int>(j));
  }
  /// Calls f(target) for each target of source `i`, in no order.
  template <class F>
  void for_each(std::uint32_t i, RandomSequence random, F const& f) const {
    for (Box const& box : boxes_) {
      double const near = nearest(static_cast<int>(i), box), bound = kernel_(near);
      if (bound <= 0) continue;
      double const per_log = 1 / std::log1p(-bound), n = box.end - box.begin;
      auto const skipped = [&] { return std::floor(std::log(random.uniform()) * per_log); };
      double k = skipped();
      if (k >= n) continue;
      double const least = kernel_((near + box.diagonal) * (1 + 1e-9));
      while (k < n) {
        std::uint32_t const j = targets_[box.begin + static_cast<std::uint32_t>(k)];
        double const drawn = random.uniform() * bound;
        if (drawn < least || drawn < kernel_(distance(i, j))) f(j);
        k += 1 + skipped();
      }
    }
  }

 private:
  static constexpr double targets_in_box = 32;
  struct Box {
    std::uint32_t begin = 0, end = 0;  // among targets_
    double low[3], high[3], diagonal = 0;
  };

  /// Cells of a regular grid around all targets, each shrunk to the targets that lie in it.
  void sort_into_boxes() {
    Positions const& post = distances_->post;
    int const dimensions = post.dimensions();
    auto const per_side =
        static_cast<int>(std::ceil(std::pow(post.size() / targets_in_box, 1.0 / dimensions)));
    double low[3], high[3];
    for (int d = 0; d < dimensions; ++d) {
      low[d] = high[d] = post.at(0, d);
      for (int n = 0; n < post.size(); ++n) {
        low[d] = std::fmin(low[d], post.at(n, d));
        high[d] = std::fmax(high[d], post.at(n, d));
      }
    }
    std::vector<std::pair<std::size_t, std::uint32_t>> cells;  // and their targets
    for (int n = 0; n < post.size(); ++n) {
      std::size_t cell = 0;
      for (int d = 0; d < dimensions; ++d) {
        double const x = (post.at(n, d) - low[d]) / (high[d] - low[d]) * per_side;
        int const at = x >= 0 ? std::min(static_cast<int>(x), per_side - 1) : 0;  // NaN: no width
        cell = cell * static_cast<std::size_t>(per_side) + static_cast<std::size_t>(at);
      }
      cells.emplace_back(cell, static_cast<std::uint32_t>(n));
    }
    std::sort(cells.begin(), cells.end());
    for (std::size_t k = 0; k < cells.size(); ++k) {
      if (k == 0 || cells[k].first != cells[k - 1].first) open_box();
      enter(static_cast<int>(cells[k].second));
    }
    for (Box& box : boxes_) box.diagonal = length_of_diagonal(box, dimensions);
  }
  void open_box() {
    Box box;
    box.begin = box.end = static_cast<std::uint32_t>(targets_.size());
    std::fill_n(box.low, 3, std::numeric_limits<double>::max());
    std::fill_n(box.high, 3, std::numeric_limits<double>::lowest());
    boxes_.push_back(box);
  }
  void enter(int target) {
    Box& box = boxes_.back();
    for (int d = 0; d < distances_->post.dimensions(); ++d) {
      box.low[d] = std::fmin(box.low[d], distances_->post.at(target, d));
      box.high[d] = std::fmax(box.high[d], distances_->post.at(target, d));
    }
    targets_.push_back(static_cast<std::uint32_t>(target));
    ++box.end;
  }
  static double length_of_diagonal(Box const& box, int dimensions) {
    double sum = 0;
    for (int d = 0; d < dimensions; ++d)
      sum += (box.high[d] - box.low[d]) * (box.high[d] - box.low[d]);
    return std::sqrt(sum);
  }
  /// A distance of source `i` that no target in `box` undercuts.
  double nearest(int i, Box const& box) const {
    double sum = 0;
    for (int d = 0; d < distances_->pre.dimensions(); ++d) {
      double const x = distances_->pre.at(i, d);
      double gap = std::fmax(0.0, std::fmax(box.low[d] - x, x - box.high[d]));
      if (!distances_->periods.empty() && gap > 0) {
        double const around = x < box.low[d] ? x - box.high[d] : box.low[d] - x;
        gap = std::fmin(gap, std::fmax(0.0, around + distances_->period(d)));
      }
      sum += gap * gap;
    }
    return std::sqrt(sum) * (1 - 1e-12);
  }

  std::shared_ptr<Distances const> distances_;
  DistanceKernel kernel_;
  std::vector<Box> boxes_;
  std::vector<std::uint32_t> targets_;  // box by box
};

}  // namespace kosnn::detail

#endif

#ifndef KOSNN_NETWORK_DETAIL_DRAW_SYNAPSES_HPP
#define KOSNN_NETWORK_DETAIL_DRAW_SYNAPSES_HPP

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include "kosnn/connections/sparse.hpp"
#include "kosnn/core/error.hpp"
#include "kosnn/core/random.hpp"

// What the rules of Sparse draw. Each source or target has random numbers of its own, so that rows
// can be drawn in any order.

namespace kosnn::detail {

/// The synapses of a sparse projection in canonical order: by source, then target.
struct SynapseLists {
  static constexpr bool shares_weights = false;

  std::vector<std::size_t> begin;  // sources + 1
  std::vector<std::uint32_t> targets;

  // As topologies have it.
  int rows() const { return static_cast<int>(begin.size()) - 1; }
  int row_length(int r) const { return static_cast<int>(row(r + 1) - row(r)); }
  std::size_t index(int r, int k) const { return row(r) + static_cast<std::size_t>(k); }
  int target(int r, int k) const { return static_cast<int>(targets[index(r, k)]); }

  /// From the number of synapses of each source in `begin`, shifted by one.
  void add_up() {
    std::partial_sum(begin.begin(), begin.end(), begin.begin());
    targets.resize(begin.back());
  }

 private:
  std::size_t row(int r) const { return begin[static_cast<std::size_t>(r)]; }
};

/// Independent random numbers, one sequence for each entity.
class RandomSequence {
 public:
  RandomSequence(RandomStream const& random, std::uint32_t entity)
      : random_(random), entity_(entity) {}

  /// Of [0, n), each equally likely to 64 bits.
  std::uint32_t below(std::uint32_t n) {
    std::uint32_t const* const w = next();
    std::uint64_t const lower = static_cast<std::uint64_t>(w[1]) * n;
    std::uint64_t const upper = static_cast<std::uint64_t>(w[0]) * n;
    return static_cast<std::uint32_t>((upper + (lower >> 32)) >> 32);
  }
  /// In (0, 1), 52 bits.
  double uniform() {
    std::uint32_t const* const w = next();
    std::uint64_t const bits = static_cast<std::uint64_t>(w[0]) << 20 | w[1] >> 12;
    return (static_cast<double>(bits) + 0.5) * 0x1p-52;
  }

 private:
  std::uint32_t const* next() {
    if (used_ % 2 == 0) random_.words(entity_, used_ / 2, 0, words_);
    return words_ + 2 * (used_++ % 2);
  }

  RandomStream random_;
  std::uint32_t entity_;
  std::uint64_t used_ = 0;
  std::uint32_t words_[4] = {};
};

/// Draws `count` of the numbers [0, n), any or all different.
class Sample {
 public:
  Sample(std::uint32_t n, bool repeats) : n_(n), repeats_(repeats), drawn_in_(repeats ? 0 : n, 0) {}

  template <class F>
  void draw(RandomSequence random, std::uint32_t count, F const& f) {
    if (repeats_) {
      for (std::uint32_t k = 0; k < count; ++k) f(random.below(n_));
      return;
    }
    ++round_;
    for (std::uint32_t j = n_ - count; j < n_; ++j) {  // Floyd's algorithm
      std::uint32_t const candidate = random.below(j + 1);
      std::uint32_t const chosen = drawn_in_[candidate] == round_ ? j : candidate;
      drawn_in_[chosen] = round_;
      f(chosen);
    }
  }

 private:
  std::uint32_t n_;
  bool repeats_;
  std::vector<std::uint32_t> drawn_in_;  // the last round in which a number was drawn
  std::uint32_t round_ = 0;
};

/// Checks what Sparse asks for between two populations and draws it.
class SynapseDraw {
 public:
  /// `recurrent`: the two are one population.
  SynapseDraw(Sparse const& rule, int pre, int post, bool recurrent, RandomStream const& random)
      : rule_(rule),
        random_(random),
        pre_(static_cast<std::uint32_t>(pre)),
        post_(static_cast<std::uint32_t>(post)),
        skips_self_(recurrent && !rule.has_autapses()) {
    synapses_ = checked();
    require(synapses_ < 1ull << 32, "more than 2^32 - 1 synapses in one projection: ", synapses_);
  }

  std::uint64_t synapses() const { return synapses_; }
  /// Of edges that were listed: which of them comes at each place of the canonical order.
  std::vector<std::size_t> const& order() const { return order_; }

  SynapseLists lists() const {
    switch (rule_.rule()) {
      case Sparse::Rule::bernoulli:
        return by_source([this](std::uint32_t i, auto const& f) { for_each_success(i, f); });
      case Sparse::Rule::out_degree:
        return of_out_degree();
      case Sparse::Rule::in_degree:
        return of_in_degree();
      case Sparse::Rule::total:
        return of_total();
      default:
        return of_edges();
    }
  }

 private:
  std::uint64_t number() const { return static_cast<std::uint64_t>(rule_.number()); }
  std::uint32_t sources_of_one() const { return skips_self_ ? pre_ - 1 : pre_; }
  std::uint32_t targets_of_one() const { return skips_self_ ? post_ - 1 : post_; }
  /// A number among all others than `self`.
  std::uint32_t other_than(std::uint32_t self, std::uint32_t k) const {
    return skips_self_ && k >= self ? k + 1 : k;
  }

  /// The number of synapses; throws unless what is asked for can be.
  std::uint64_t checked() {
    using Rule = Sparse::Rule;
    if (rule_.rule() == Rule::bernoulli) return checked_bernoulli();
    if (rule_.rule() == Rule::edges) return checked_edges();
    require(rule_.number() >= 0, name(), ": must be at least 0, got ", rule_.number());
    if (rule_.rule() == Rule::in_degree) {
      check_degree(sources_of_one(), "sources for each target");
      return number() * post_;
    }
    if (rule_.rule() == Rule::out_degree) {
      check_degree(targets_of_one(), "targets for each source");
      return number() * pre_;
    }
    std::uint64_t const pairs = std::uint64_t(pre_) * targets_of_one();
    require(rule_.has_multapses() ? number() == 0 || pairs > 0 : number() <= pairs, name(), ": ",
            number(), " synapses between different pairs are asked for, of ", pairs,
            " that there are");
    return number();
  }
  char const* name() const {
    char const* const names[] = {"sparse::bernoulli", "sparse::in_degree", "sparse::out_degree",
                                 "sparse::total", "sparse::edges"};
    return names[static_cast<int>(rule_.rule())];
  }
  void check_degree(std::uint32_t candidates, char const* what) const {
    require(number() < 1ull << 31, name(), ": ", number(), " is more than 2^31 - 1");
    require(rule_.has_multapses() ? number() == 0 || candidates > 0 : number() <= candidates,
            name(), ": ", number(), " different ", what, " are asked for, of ", candidates,
            " that there are; allow multapses or ask for fewer");
  }
  std::uint64_t checked_bernoulli() const {
    double const p = rule_.probability();
    require(p >= 0 && p <= 1, name(), ": probability must be in [0, 1], got ", p);
    std::uint64_t sum = 0;
    for (std::uint32_t i = 0; i < pre_; ++i) for_each_success(i, [&](std::uint32_t) { ++sum; });
    return sum;
  }

  /// Calls f(target) for each target of source `i`, from one success to the next.
  template <class F>
  void for_each_success(std::uint32_t i, F const& f) const {
    double const p = rule_.probability(), n = targets_of_one();
    if (p <= 0) return;
    double const per_log = 1 / std::log1p(-p);  // -0 where p is 1
    RandomSequence random(random_, i);
    auto const skipped = [&] { return std::floor(std::log(random.uniform()) * per_log); };
    double k = skipped();
    while (k < n) {
      f(other_than(i, static_cast<std::uint32_t>(k)));
      k += 1 + skipped();
    }
  }
  /// Lists the targets for which `each(source, f)` calls f, in ascending order for each source.
  template <class Each>
  SynapseLists by_source(Each const& each) const {
    SynapseLists lists;
    lists.begin.assign(std::size_t(pre_) + 1, 0);
    lists.targets.reserve(synapses_);
    for (std::uint32_t i = 0; i < pre_; ++i) {
      each(i, [&](std::uint32_t j) { lists.targets.push_back(j); });
      lists.begin[i + 1] = lists.targets.size();
    }
    return lists;
  }
  SynapseLists of_out_degree() const {
    Sample sample(targets_of_one(), rule_.has_multapses());
    std::vector<std::uint32_t> row;
    return by_source([&](std::uint32_t i, auto const& f) {
      row.clear();
      sample.draw(RandomSequence(random_, i), static_cast<std::uint32_t>(number()),
                  [&](std::uint32_t k) { row.push_back(other_than(i, k)); });
      std::sort(row.begin(), row.end());
      for (std::uint32_t const j : row) f(j);
    });
  }
  /// Targets come in ascending order, so that they do in each row.
  SynapseLists of_in_degree() const {
    SynapseLists lists;
    lists.begin.assign(std::size_t(pre_) + 1, 0);
    for_each_source([&](std::uint32_t i, std::uint32_t) { ++lists.begin[i + 1]; });
    lists.add_up();
    std::vector<std::size_t> next(lists.begin.begin(), lists.begin.end() - 1);
    for_each_source([&](std::uint32_t i, std::uint32_t j) { lists.targets[next[i]++] = j; });
    return lists;
  }
  template <class F>
  void for_each_source(F const& f) const {
    Sample sample(sources_of_one(), rule_.has_multapses());
    for (std::uint32_t j = 0; j < post_; ++j)
      sample.draw(RandomSequence(random_, j), static_cast<std::uint32_t>(number()),
                  [&](std::uint32_t k) { f(other_than(j, k), j); });
  }

  /// Pairs as numbers, (source, k-th of its targets) row-major.
  SynapseLists of_total() const {
    std::uint64_t const width = targets_of_one(), pairs = pre_ * width;
    bool const leaves_out = !rule_.has_multapses() && synapses_ > pairs / 2;
    auto const chosen = draw_pairs(leaves_out ? pairs - synapses_ : synapses_);
    SynapseLists lists;
    lists.begin.assign(std::size_t(pre_) + 1, 0);
    lists.targets.reserve(synapses_);
    auto const enter = [&](std::uint64_t pair) {
      auto const i = static_cast<std::uint32_t>(pair / width);
      lists.targets.push_back(other_than(i, static_cast<std::uint32_t>(pair % width)));
      ++lists.begin[i + 1];
    };
    if (leaves_out) {
      auto next = chosen.begin();
      for (std::uint64_t pair = 0; pair < pairs; ++pair)
        if (next != chosen.end() && *next == pair)
          ++next;
        else
          enter(pair);
    } else {
      for (std::uint64_t const pair : chosen) enter(pair);
    }
    std::partial_sum(lists.begin.begin(), lists.begin.end(), lists.begin.begin());
    return lists;
  }
  /// Ascending; without multapses those that come a second time are drawn anew.
  std::vector<std::uint64_t> draw_pairs(std::uint64_t count) const {
    std::vector<std::uint64_t> drawn;
    drawn.reserve(count);
    RandomSequence sources(random_, 0), targets(random_, 1);
    while (drawn.size() < count) {
      while (drawn.size() < count)
        drawn.push_back(std::uint64_t(sources.below(pre_)) * targets_of_one() +
                        targets.below(targets_of_one()));
      std::sort(drawn.begin(), drawn.end());
      if (!rule_.has_multapses()) drawn.erase(std::unique(drawn.begin(), drawn.end()), drawn.end());
    }
    return drawn;
  }

  std::uint64_t checked_edges() {
    auto const& [sources, targets] = rule_.edges();
    require(sources.size() == targets.size(), name(), ": ", sources.size(), " sources but ",
            targets.size(), " targets");
    for (std::size_t k = 0; k < sources.size(); ++k) {
      check_end("source", sources[k], pre_, k);
      check_end("target", targets[k], post_, k);
      require(!skips_self_ || sources[k] != targets[k], name(), ": edge ", k, " connects neuron ",
              sources[k], " to itself; allow autapses or leave it out");
    }
    sort_edges();
    return sources.size();
  }
  void check_end(char const* what, int neuron, std::uint32_t size, std::size_t k) const {
    require(neuron >= 0 && static_cast<std::uint32_t>(neuron) < size, name(), ": ", what,
            " of edge ", k, " must be a neuron from 0 to ", size - 1, ", got ", neuron);
  }
  void sort_edges() {
    auto const& [sources, targets] = rule_.edges();
    order_.resize(sources.size());
    std::iota(order_.begin(), order_.end(), std::size_t(0));
    auto const pair = [&s = sources, &t = targets](std::size_t k) {
      return std::make_pair(s[k], t[k]);
    };
    std::stable_sort(order_.begin(), order_.end(),
                     [&](std::size_t a, std::size_t b) { return pair(a) < pair(b); });
    for (std::size_t k = 1; k < order_.size() && !rule_.has_multapses(); ++k)
      require(pair(order_[k - 1]) != pair(order_[k]), name(), ": edges ", order_[k - 1], " and ",
              order_[k], " connect the same pair, ", sources[order_[k]], " to ", targets[order_[k]],
              "; allow multapses or leave one out");
  }
  SynapseLists of_edges() const {
    SynapseLists lists;
    lists.begin.assign(std::size_t(pre_) + 1, 0);
    lists.targets.reserve(order_.size());
    for (std::size_t const k : order_) {
      ++lists.begin[static_cast<std::size_t>(rule_.edges().sources[k]) + 1];
      lists.targets.push_back(static_cast<std::uint32_t>(rule_.edges().targets[k]));
    }
    std::partial_sum(lists.begin.begin(), lists.begin.end(), lists.begin.begin());
    return lists;
  }

  Sparse rule_;
  RandomStream random_;
  std::uint32_t pre_, post_;
  bool skips_self_;
  std::uint64_t synapses_ = 0;
  std::vector<std::size_t> order_;
};

}  // namespace kosnn::detail

#endif

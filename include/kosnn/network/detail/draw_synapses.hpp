#ifndef KOSNN_NETWORK_DETAIL_DRAW_SYNAPSES_HPP
#define KOSNN_NETWORK_DETAIL_DRAW_SYNAPSES_HPP

#include <Kokkos_Core.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "kosnn/connections/sparse.hpp"
#include "kosnn/core/error.hpp"
#include "kosnn/core/random.hpp"
#include "kosnn/network/detail/draw_by_distance.hpp"
#include "kosnn/network/detail/host_threads.hpp"
#include "kosnn/network/detail/random_sequence.hpp"

// What the rules of Sparse draw. Each source or target has random numbers of its own, so that rows
// can be drawn in any order.

namespace kosnn::detail {

/// Draws numbers of [0, n) that are all different.
class Sample {
 public:
  template <class F>
  void draw(RandomSequence random, std::uint32_t n, std::uint32_t count, F const& f) {
    if (drawn_in_.size() < n) drawn_in_.resize(n, 0);
    ++round_;
    for (std::uint32_t j = n - count; j < n; ++j) {  // Floyd's algorithm
      std::uint32_t const candidate = random.below(j + 1);
      std::uint32_t const chosen = drawn_in_[candidate] == round_ ? j : candidate;
      drawn_in_[chosen] = round_;
      f(chosen);
    }
  }

 private:
  std::vector<std::uint32_t> drawn_in_;  // the last round in which a number was drawn
  std::uint32_t round_ = 0;
};

/// Puts values into the order of 8 bits from `shift` on; equal ones stay in theirs.
template <class T>
void sort_by_byte(std::vector<T>& values, std::vector<T>& sorted, int shift) {
  std::uint32_t begin[257] = {};
  for (T const v : values) ++begin[(v >> shift & 0xffu) + 1];
  for (int byte = 0; byte < 256; ++byte) begin[byte + 1] += begin[byte];
  sorted.resize(values.size());
  for (T const v : values) sorted[begin[v >> shift & 0xffu]++] = v;
  values.swap(sorted);
}

/// What one thread needs to draw the targets of sources, one after the other.
struct RowScratch {
  std::vector<std::uint32_t> targets;  // of the present source
  std::vector<std::uint32_t> sorted;
  Sample sample;

  /// Puts the targets into ascending order, all of them below `size`.
  void sort(std::uint32_t size) {
    if (std::is_sorted(targets.begin(), targets.end())) return;
    if (targets.size() < 64) return std::sort(targets.begin(), targets.end());
    for (int shift = 0; shift < 32 && (size - 1) >> shift > 0; shift += 8)
      sort_by_byte(targets, sorted, shift);
  }
};

/// Checks what Sparse asks for between two populations, or parts of them, and draws it source by
/// source. Synapses are numbered by source, then target.
class SynapseDraw {
 public:
  /// `recurrent`: the two are the same neurons.
  SynapseDraw(Sparse const& rule, int pre, int post, bool recurrent, RandomStream const& random,
              HostThreads const& threads = HostThreads())
      : rule_(rule),
        random_(random),
        threads_(threads),
        pre_(static_cast<std::uint32_t>(pre)),
        post_(static_cast<std::uint32_t>(post)),
        skips_self_(recurrent && !rule.has_autapses()) {
    synapses_ = checked();
    require(synapses_ < 1ull << 32, "more than 2^32 - 1 synapses in one projection: ", synapses_);
    if (rule.rule() == Sparse::Rule::edges) sort_edges();
  }

  std::uint64_t synapses() const { return synapses_; }
  /// Of edges that were listed: which of them comes at each place of the canonical order.
  std::vector<std::size_t> const& order() const { return order_; }
  /// Memory that `draw` will take.
  std::size_t bytes() const {
    if (rule_.rule() != Sparse::Rule::in_degree && rule_.rule() != Sparse::Rule::total) return 0;
    bool const pairs = rule_.rule() == Sparse::Rule::total && !rule_.has_multapses();
    std::size_t const counts = pre_ * std::size_t(threads_.count());
    return sizeof(std::uint32_t) * (synapses_ + counts + (pairs ? 2 * drawn_pairs() : 0));
  }

  /// The most synapses of one source; more than that are most improbable where `draw` draws them.
  std::uint64_t longest_row() const {
    if (!begin_.empty()) return *std::max_element(begin_.begin(), begin_.end());
    bool const draws =
        rule_.rule() == Sparse::Rule::in_degree || rule_.rule() == Sparse::Rule::total;
    double const mean = static_cast<double>(synapses_) / pre_;
    if (!draws) return static_cast<std::uint64_t>(std::ceil(mean));
    auto const most = static_cast<std::uint64_t>(mean + 10 * std::sqrt(mean) + 50);
    return rule_.has_multapses() ? most : std::min<std::uint64_t>(most, targets_of_one());
  }
  /// Draws what can't be drawn source by source. To be called once, before the following.
  void draw() {
    switch (rule_.rule()) {
      case Sparse::Rule::in_degree:
        return list(synapses_,
                    [this](int part, int parts, auto const& f) { draw_sources(part, parts, f); });
      case Sparse::Rule::total:
        if (!rule_.has_multapses()) return list_pairs();
        return list(synapses_, [this](int part, int parts, auto const& f) {
          draw_pairs(part, parts, synapses_,
                     [&](std::uint32_t i, std::uint32_t k) { f(i, other_than(i, k)); });
        });
      default:
        if (begin_.empty()) begin_.assign(std::size_t(pre_) + 1, synapses_ / pre_);
        begin_[0] = 0;
        std::partial_sum(begin_.begin(), begin_.end(), begin_.begin());
    }
  }
  /// Number of the first synapse of source `i`; of as many as there are sources: of all.
  std::uint64_t begin(std::uint32_t i) const { return begin_[i]; }
  /// Of rules that look at positions.
  double distance(std::uint32_t i, std::uint32_t j) const { return near_->distance(i, j); }
  /// Puts the targets of source `i` into `scratch`, ascending.
  void row(std::uint32_t i, RowScratch& scratch) const {
    auto& targets = scratch.targets;
    targets.clear();
    switch (rule_.rule()) {
      case Sparse::Rule::bernoulli:
        for_each_success(i, [&](std::uint32_t j) { targets.push_back(j); });
        break;
      case Sparse::Rule::out_degree:
        draw_targets(i, scratch);
        break;
      case Sparse::Rule::one_to_one:
        if (!skips_self_) targets.push_back(i);
        break;
      case Sparse::Rule::all_to_all:
        for (std::uint32_t k = 0; k < targets_of_one(); ++k) targets.push_back(other_than(i, k));
        break;
      case Sparse::Rule::distance:
        draw_near(i, [&](std::uint32_t j) { targets.push_back(j); });
        break;
      default:
        targets.assign(listed_.data() + begin_[i], listed_.data() + begin_[i + 1]);
    }
    scratch.sort(post_);
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
    if (rule_.rule() == Rule::distance) return checked_distance();
    if (rule_.rule() == Rule::all_to_all) return pairs();
    if (rule_.rule() == Rule::one_to_one) {
      require(pre_ == post_, name(), ": needs as many sources as targets, got ", pre_, " and ",
              post_);
      return skips_self_ ? 0 : pre_;
    }
    require(rule_.number() >= 0, name(), ": must be at least 0, got ", rule_.number());
    if (rule_.rule() == Rule::in_degree) {
      check_degree(sources_of_one(), "sources for each target");
      return number() * post_;
    }
    if (rule_.rule() == Rule::out_degree) {
      check_degree(targets_of_one(), "targets for each source");
      return number() * pre_;
    }
    require(rule_.has_multapses() ? number() == 0 || pairs() > 0 : number() <= pairs(), name(),
            ": ", number(), " synapses between different pairs are asked for, of ", pairs(),
            " that there are");
    return number();
  }
  char const* name() const {
    char const* const names[] = {"sparse::bernoulli",  "sparse::in_degree", "sparse::out_degree",
                                 "sparse::total",      "sparse::edges",     "sparse::one_to_one",
                                 "sparse::all_to_all", "sparse::distance"};
    return names[static_cast<int>(rule_.rule())];
  }
  void check_degree(std::uint32_t candidates, char const* what) const {
    require(number() < 1ull << 31, name(), ": ", number(), " is more than 2^31 - 1");
    require(rule_.has_multapses() ? number() == 0 || candidates > 0 : number() <= candidates,
            name(), ": ", number(), " different ", what, " are asked for, of ", candidates,
            " that there are; allow multapses or ask for fewer");
  }
  /// Also counts those of each source.
  std::uint64_t checked_bernoulli() {
    double const p = rule_.probability();
    require(p >= 0 && p <= 1, name(), ": probability must be in [0, 1], got ", p);
    return count([this](std::uint32_t i, auto const& f) { for_each_success(i, f); });
  }
  std::uint64_t checked_distance() {
    auto const& kernel = rule_.kernel();
    auto distances = std::make_shared<Distances const>(rule_.distances());
    auto const sizes = [&](char const* what, int given, std::uint32_t size) {
      require(given == static_cast<int>(size), name(), ": ", given, " positions for ", size, " ",
              what);
    };
    sizes("sources", distances->pre.size(), pre_);
    sizes("targets", distances->post.size(), post_);
    distances->check();
    require(kernel.peak >= 0 && kernel.peak <= 1, name(),
            ": the kernel's peak must be a probability in [0, 1], got ", kernel.peak);
    require(std::isfinite(kernel.length) && kernel.length > 0, name(),
            ": the kernel's length must be positive, got ", kernel.length);
    near_.emplace(std::move(distances), kernel);
    return count([this](std::uint32_t i, auto const& f) { draw_near(i, f); });
  }
  template <class F>
  void draw_near(std::uint32_t i, F const& f) const {
    near_->for_each(i, RandomSequence(random_, i), [&](std::uint32_t j) {
      if (!skips_self_ || j != i) f(j);
    });
  }
  /// Enters into begin_ for how many targets `each(source, f)` calls f; returns their number.
  template <class Each>
  std::uint64_t count(Each const& each) {
    begin_.assign(std::size_t(pre_) + 1, 0);
    threads_.for_each_stretch(pre_, 256, [&](std::size_t from, std::size_t to) {
      for (std::size_t i = from; i < to; ++i) {
        std::uint64_t n = 0;
        each(static_cast<std::uint32_t>(i), [&](std::uint32_t) { ++n; });
        begin_[i + 1] = n;
      }
    });
    return std::accumulate(begin_.begin(), begin_.end(), std::uint64_t(0));
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
  void draw_targets(std::uint32_t i, RowScratch& scratch) const {
    RandomSequence random(random_, i);
    auto const enter = [&](std::uint32_t k) { scratch.targets.push_back(other_than(i, k)); };
    auto const n = static_cast<std::uint32_t>(number());
    if (!rule_.has_multapses()) return scratch.sample.draw(random, targets_of_one(), n, enter);
    for (std::uint32_t k = 0; k < n; ++k) enter(random.below(targets_of_one()));
  }

  /// Lists by source the `count` synapses for which `each(part, parts, f)` calls f(source, target),
  /// those of a source in the order of the parts; each part is drawn twice, once to count.
  template <class Each>
  void list(std::uint64_t count, Each const& each) {
    int const parts = count < worth_sharing ? 1 : threads_.count();
    std::vector<std::vector<std::uint32_t>> next(static_cast<std::size_t>(parts));
    threads_.for_each(parts, [&](int part) {
      std::vector<std::uint32_t> counts(pre_);
      each(part, parts, [&](std::uint32_t i, std::uint32_t) { ++counts[i]; });
      next[static_cast<std::size_t>(part)] = std::move(counts);
    });
    begin_.resize(std::size_t(pre_) + 1);
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < pre_; ++i) {
      begin_[i] = sum;
      for (auto& of_part : next) {
        std::uint32_t const n = of_part[i];
        of_part[i] = static_cast<std::uint32_t>(sum);
        sum += n;
      }
    }
    begin_[pre_] = sum;
    make_list(count);
    threads_.for_each(parts, [&](int part) {
      std::uint32_t* const at = next[static_cast<std::size_t>(part)].data();
      std::uint32_t* const listed = listed_.data();
      each(part, parts, [=](std::uint32_t i, std::uint32_t j) { listed[at[i]++] = j; });
    });
  }
  void make_list(std::uint64_t count) {
    listed_ = List(Kokkos::view_alloc("kosnn::listed", Kokkos::WithoutInitializing), count);
  }
  /// Where a share of `count` begins.
  static std::uint64_t share(int part, int parts, std::uint64_t count) {
    auto const n = static_cast<std::uint64_t>(parts), p = static_cast<std::uint64_t>(part);
    return part == parts ? count : count / n * p;
  }
  /// The synapses onto a share of all targets, for `list`.
  template <class F>
  void draw_sources(int part, int parts, F const& f) const {
    auto const edge = [&](int p) {
      return static_cast<std::uint32_t>(static_cast<std::uint64_t>(post_) *
                                        static_cast<std::uint64_t>(p) /
                                        static_cast<std::uint64_t>(parts));
    };
    auto const n = static_cast<std::uint32_t>(number());
    Sample sample;
    for (std::uint32_t j = edge(part); j < edge(part + 1); ++j) {
      RandomSequence random(random_, j);
      auto const enter = [&](std::uint32_t k) { f(other_than(j, k), j); };
      if (rule_.has_multapses())
        for (std::uint32_t k = 0; k < n; ++k) enter(random.below(sources_of_one()));
      else
        sample.draw(random, sources_of_one(), n, enter);
    }
  }
  /// A share of `count` pairs for `list`, the second of each as the number of a target.
  template <class F>
  void draw_pairs(int part, int parts, std::uint64_t count, F const& f) const {
    auto const first = share(part, parts, count), end = share(part + 1, parts, count);
    RandomSequence sources(random_, 0, first), targets(random_, 1, first);
    for (std::uint64_t k = first; k < end; ++k) {
      std::uint32_t const i = sources.below(pre_);
      f(i, targets.below(targets_of_one()));
    }
  }

  /// Where more than half of all pairs are chosen, those that are not are drawn.
  bool leaves_out() const { return synapses_ > pairs() / 2; }
  std::uint64_t pairs() const { return std::uint64_t(pre_) * targets_of_one(); }
  std::uint64_t drawn_pairs() const { return leaves_out() ? pairs() - synapses_ : synapses_; }
  /// Different pairs: the first so many that are drawn.
  void list_pairs() {
    std::uint64_t const count = drawn_pairs(), width = targets_of_one();
    list(count, [&](int part, int parts, auto const& f) { draw_pairs(part, parts, count, f); });
    List const drawn = listed_;
    std::vector<std::uint64_t> const first(begin_);
    auto end = sort_rows();  // of the different targets of each source
    std::uint64_t found = 0;
    for (std::size_t i = 0; i < pre_; ++i) found += end[i] - first[i];
    auto const later = draw_later(count, count - found, [&](std::uint32_t i, std::uint32_t k) {
      return std::binary_search(drawn.data() + first[i], drawn.data() + end[i], k);
    });
    auto const later_of = [&](std::size_t i) {
      return std::lower_bound(later.begin(), later.end(), i * width);
    };
    begin_[0] = 0;
    for (std::size_t i = 0; i < pre_; ++i) {
      auto const n = end[i] - first[i] + static_cast<std::uint64_t>(later_of(i + 1) - later_of(i));
      begin_[i + 1] = begin_[i] + (leaves_out() ? width - n : n);
    }
    make_list(synapses_);
    threads_.for_each_stretch(pre_, 256, [&](std::size_t from, std::size_t to) {
      std::vector<std::uint32_t> chosen;
      for (std::size_t i = from; i < to; ++i) {
        chosen.assign(drawn.data() + first[i], drawn.data() + end[i]);
        for (auto k = later_of(i); k != later_of(i + 1); ++k)
          chosen.push_back(static_cast<std::uint32_t>(*k - i * width));
        std::inplace_merge(chosen.begin(), chosen.begin() + std::ptrdiff_t(end[i] - first[i]),
                           chosen.end());
        enter_row(static_cast<std::uint32_t>(i), chosen);
      }
    });
  }
  /// Lists the targets of source `i` that have these numbers or, where they are left out, all
  /// others.
  void enter_row(std::uint32_t i, std::vector<std::uint32_t> const& chosen) {
    std::uint32_t* out = listed_.data() + begin_[i];
    if (!leaves_out()) {
      for (std::uint32_t const k : chosen) *out++ = other_than(i, k);
      return;
    }
    auto next = chosen.begin();
    for (std::uint32_t k = 0; k < targets_of_one(); ++k)
      if (next != chosen.end() && *next == k)
        ++next;
      else
        *out++ = other_than(i, k);
  }
  /// Sorts what is listed for each source and leaves out repetitions; returns where each ends then.
  std::vector<std::uint64_t> sort_rows() {
    std::vector<std::uint64_t> end(pre_);
    threads_.for_each_stretch(pre_, 256, [&](std::size_t from, std::size_t to) {
      RowScratch row;
      for (std::size_t i = from; i < to; ++i) {
        std::uint32_t* const listed = listed_.data() + begin_[i];
        row.targets.assign(listed, listed_.data() + begin_[i + 1]);
        row.sort(targets_of_one());
        auto const last = std::unique_copy(row.targets.begin(), row.targets.end(), listed);
        end[i] = static_cast<std::uint64_t>(last - listed_.data());
      }
    });
    return end;
  }
  /// The next `missing` different pairs after `count` draws that are not `known`, as numbers
  /// (source, k-th of its targets) row-major and ascending.
  template <class Known>
  std::vector<std::uint64_t> draw_later(std::uint64_t count, std::uint64_t missing,
                                        Known const& known) const {
    std::vector<std::uint64_t> later;
    RandomSequence sources(random_, 0, count), targets(random_, 1, count);
    while (later.size() < missing) {
      auto const sorted = static_cast<std::ptrdiff_t>(later.size());
      for (std::uint64_t draws = missing - later.size(); draws > 0; --draws) {
        std::uint32_t const i = sources.below(pre_), k = targets.below(targets_of_one());
        if (!known(i, k)) later.push_back(std::uint64_t(i) * targets_of_one() + k);
      }
      std::sort(later.begin() + sorted, later.end());
      std::inplace_merge(later.begin(), later.begin() + sorted, later.end());
      later.erase(std::unique(later.begin(), later.end()), later.end());
    }
    return later;
  }

  std::uint64_t checked_edges() {
    auto const& [sources, targets] = rule_.edges();
    require(sources.size() == targets.size(), name(), ": ", sources.size(), " sources but ",
            targets.size(), " targets");
    threads_.for_each_stretch(sources.size(), 1 << 16, [&](std::size_t from, std::size_t to) {
      for (std::size_t k = from; k < to; ++k) {
        check_end("source", rule_.edges().sources[k], pre_, k);
        check_end("target", rule_.edges().targets[k], post_, k);
        require(!skips_self_ || rule_.edges().sources[k] != rule_.edges().targets[k], name(),
                ": edge ", k, " connects neuron ", rule_.edges().sources[k],
                " to itself; allow autapses or leave it out");
      }
    });
    return sources.size();
  }
  void check_end(char const* what, int neuron, std::uint32_t size, std::size_t k) const {
    require(neuron >= 0 && static_cast<std::uint32_t>(neuron) < size, name(), ": ", what,
            " of edge ", k, " must be a neuron from 0 to ", size - 1, ", got ", neuron);
  }
  /// Lists them and finds their order.
  void sort_edges() {
    int const* const sources = rule_.edges().sources.data();
    int const* const targets = rule_.edges().targets.data();
    list(synapses_, [&](int part, int parts, auto const& f) {
      auto const end = share(part + 1, parts, synapses_);
      for (auto k = share(part, parts, synapses_); k < end; ++k)
        f(static_cast<std::uint32_t>(sources[k]), static_cast<std::uint32_t>(k));
    });
    order_.resize(synapses_);
    threads_.for_each_stretch(pre_, 256, [&](std::size_t from, std::size_t to) {
      std::vector<std::uint64_t> row, sorted;  // targets, and below them the edges
      for (std::size_t i = from; i < to; ++i) {
        row.clear();
        for (std::uint64_t at = begin_[i]; at < begin_[i + 1]; ++at)
          row.push_back(static_cast<std::uint64_t>(targets[listed_(at)]) << 32 | listed_(at));
        sort_row(row, sorted);
        for (std::size_t k = 0; k < row.size(); ++k) {
          order_[begin_[i] + k] = row[k] & 0xffffffffu;
          listed_(begin_[i] + k) = static_cast<std::uint32_t>(row[k] >> 32);
        }
        if (!rule_.has_multapses()) check_different(begin_[i], begin_[i + 1]);
      }
    });
    std::adjacent_difference(begin_.begin(), begin_.end(), begin_.begin());
  }
  void sort_row(std::vector<std::uint64_t>& row, std::vector<std::uint64_t>& sorted) const {
    if (row.size() < 64) return std::sort(row.begin(), row.end());
    for (int shift = 0; shift < 32 && (post_ - 1) >> shift > 0; shift += 8)
      sort_by_byte(row, sorted, 32 + shift);
  }
  /// Of the edges from one source.
  void check_different(std::uint64_t begin, std::uint64_t end) const {
    for (std::uint64_t k = begin + 1; k < end; ++k)
      require(listed_(k - 1) != listed_(k), name(), ": edges ", order_[k - 1], " and ", order_[k],
              " connect the same pair, ", rule_.edges().sources[order_[k]], " to ", listed_(k),
              "; allow multapses or leave one out");
  }
  static constexpr std::uint64_t worth_sharing = 1 << 14;
  using List = Kokkos::View<std::uint32_t*, Kokkos::HostSpace>;

  Sparse rule_;
  RandomStream random_;
  HostThreads threads_;
  std::uint32_t pre_, post_;
  bool skips_self_;
  std::uint64_t synapses_ = 0;
  std::vector<std::size_t> order_;
  std::vector<std::uint64_t> begin_;  // at first the number of synapses of each source, one later
  std::optional<DistanceDraw> near_;
  List listed_;  // targets by source, of rules that draw all together
};

}  // namespace kosnn::detail

#endif

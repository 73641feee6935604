#ifndef KOSNN_NETWORK_DETAIL_SYNAPSE_BLOCKS_HPP
#define KOSNN_NETWORK_DETAIL_SYNAPSE_BLOCKS_HPP

#include <Kokkos_Core.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "kosnn/connections/blocks.hpp"
#include "kosnn/connections/sparse.hpp"
#include "kosnn/network/detail/delay_steps.hpp"
#include "kosnn/network/detail/draw_synapses.hpp"
#include "kosnn/network/detail/host_copy.hpp"
#include "kosnn/network/detail/host_threads.hpp"
#include "kosnn/network/detail/initial_weights.hpp"
#include "kosnn/network/detail/range.hpp"
#include "kosnn/network/detail/row_index.hpp"

// A sparse projection while it is made: its blocks are drawn and merged row by row, straight into
// the arrays of the projection.

namespace kosnn::detail {

/// The targets of one source while they are put in order: what one thread needs.
template <class Real>
struct MergedRow {
  RowScratch drawn;
  std::vector<std::uint32_t> targets, keys, order, next;
  std::vector<int> steps;
  std::vector<Real> weights;

  std::size_t size() const { return targets.size(); }
  void clear() { targets.clear(); }
  /// Makes room for `n` synapses more; returns where they begin.
  std::size_t add(std::size_t n) {
    std::size_t const first = size();
    targets.resize(first + n);
    steps.resize(first + n);
    weights.resize(first + n);
    return first;
  }
  /// By target; synapses of one pair stay in their order.
  void sort() {
    if (std::is_sorted(targets.begin(), targets.end())) return;
    order.resize(size());
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(),
                     [this](std::uint32_t a, std::uint32_t b) { return targets[a] < targets[b]; });
    permute(targets);
    permute(steps);
    permute(weights);
  }

 private:
  template <class T>
  void permute(std::vector<T>& values) {
    std::vector<T> moved(order.size());
    for (std::size_t k = 0; k < moved.size(); ++k) moved[k] = values[order[k]];
    values.swap(moved);
  }
};

/// One block: what is drawn between neurons from pre_begin and post_begin on.
template <class Real>
class SynapseBlock {
 public:
  SynapseBlock(Blocks::Block const& given, int pre_size, int post_size, bool recurrent,
               RandomStream const& random, double dt)
      : name_(given.pre.name.empty() ? "" : "block " + given.pre.name + " -> " + given.post.name),
        pre_begin_(given.pre.begin),
        pre_end_(given.pre.end),
        post_begin_(static_cast<std::uint32_t>(given.post.begin)),
        draw_(checked(given, pre_size, post_size, recurrent), given.pre.size(), given.post.size(),
              recurrent && given.pre.begin == given.post.begin && given.pre.end == given.post.end,
              RandomStream(random.seed(), random.stream() + (1u << 25)).part(random.part())),
        weights_(given.weights, random) {
    topology_.set(given.pre.size(), given.post.size(), draw_.synapses());
    weights_.check(synapses());
    if (given.delays.ms_per_distance == 0) {
      delays_ = DelaySteps(given.delays.values, topology_, dt);
    } else {
      base_steps_ = given.delays.values.first() / dt;
      steps_per_distance_ = given.delays.ms_per_distance / dt;
      require(given.rule.rule() == Sparse::Rule::distance,
              "delays::by_distance needs sparse::distance");
      delays_ = DelaySteps::by_distance(given.delays.values.first(), given.delays.ms_per_distance,
                                        reach(given.rule), dt);
    }
    if (given.weights.values.is_array()) weights_.reorder(draw_.order());
    if (given.delays.values.is_array()) delays_.reorder(draw_.order());
  }

  std::string const& name() const { return name_; }
  std::size_t synapses() const { return draw_.synapses(); }
  std::size_t bytes() const { return draw_.bytes(); }
  DelaySteps const& delays() const { return delays_; }
  InitialWeights<Real> const& weights() const { return weights_; }
  std::size_t longest_row() const { return draw_.longest_row(); }
  int pre_begin() const { return pre_begin_; }
  int pre_end() const { return pre_end_; }
  int post_begin() const { return static_cast<int>(post_begin_); }

  void draw() {
    draw_.draw();
    weights_.prepare(topology_);
  }
  /// Number of synapses of neuron `i` of the population.
  std::size_t row_length(int i) const {
    if (i < pre_begin_ || i >= pre_end_) return 0;
    auto const row = static_cast<std::uint32_t>(i - pre_begin_);
    return draw_.begin(row + 1) - draw_.begin(row);
  }
  /// Adds the synapses of neuron `i`; their weights unless they are `constant`.
  template <class Data>
  void append(int i, Data const& data, WeightSign<Real> const& sign, MergedRow<Real>& out) const {
    std::size_t const n = row_length(i);
    if (n == 0) return;
    auto const row = static_cast<std::uint32_t>(i - pre_begin_);
    std::size_t const at = out.add(n), first = draw_.begin(row);
    draw_.row(row, out.drawn);
    for (std::size_t k = 0; k < n; ++k) out.targets[at + k] = post_begin_ + out.drawn.targets[k];
    if (steps_per_distance_ == 0)
      delays_.fill(DelaySteps::stream(weights_.random()), first, n, out.steps.data() + at);
    else
      for (std::size_t k = 0; k < n; ++k)
        out.steps[at + k] = static_cast<int>(std::lround(
            base_steps_ + steps_per_distance_ * draw_.distance(row, out.drawn.targets[k])));
    if (!data.constant) weights_.fill(first, n, topology_, data, sign, out.weights.data() + at);
  }

 private:
  /// The rule; throws unless the block lies within the populations.
  static Sparse const& checked(Blocks::Block const& given, int pre_size, int post_size,
                               bool recurrent) {
    auto const within = [](Slice const& part, int size, char const* what) {
      require(part.begin >= 0 && part.begin < part.end && part.end <= size, "its ", what,
              "s are neurons ", part.begin, " to ", part.end - 1, " of a population of ", size);
    };
    within(given.pre, pre_size, "source");
    within(given.post, post_size, "target");
    bool const same = given.pre.begin == given.post.begin && given.pre.end == given.post.end;
    bool const apart = given.pre.end <= given.post.begin || given.post.end <= given.pre.begin;
    require(given.rule.has_autapses() || !recurrent || same || apart,
            "autapses(false) needs parts that are the same or have no neuron in common");
    require(given.rule.rule() == Sparse::Rule::edges ||
                !(given.weights.values.is_array() || given.delays.values.is_array()),
            "weights and delays: an array needs sparse::edges; which synapses a rule draws is not "
            "known before");
    return given.rule;
  }

  /// No synapse is longer.
  static double reach(Sparse const& rule) {
    double const largest = rule.distances().largest();
    bool const ends = rule.kernel().kind == DistanceKernel::Kind::disc;
    return ends ? std::min(largest, rule.kernel().length) : largest;
  }

  std::string name_;
  double base_steps_ = 0, steps_per_distance_ = 0;
  int pre_begin_, pre_end_;
  std::uint32_t post_begin_;
  SparseTopology topology_;
  SynapseDraw draw_;
  InitialWeights<Real> weights_;
  DelaySteps delays_;
};

/// All blocks of a projection.
template <class Real>
class SynapseBlocks {
 public:
  /// `recurrent`: from a population to itself.
  SynapseBlocks(std::vector<Blocks::Block> const& given, int pre_size, int post_size,
                bool recurrent, RandomStream const& random, double dt)
      : pre_size_(pre_size) {
    require(given.size() <= 1 << 16, "more than 65536 blocks in one projection");
    for (std::size_t b = 0; b < given.size(); ++b) {
      auto const& [pre, post, rule, weights, delays] = given[b];
      naming_block("block " + pre.name + " -> " + post.name, pre.name.empty(), [&] {
        blocks_.emplace_back(given[b], pre_size, post_size, recurrent,
                             random.part(static_cast<std::uint32_t>(b)), dt);
      });
      synapses_ += blocks_.back().synapses();
    }
    require(synapses_ < 1ull << 32, "more than 2^32 - 1 synapses in one projection: ", synapses_);
    std::stable_sort(blocks_.begin(), blocks_.end(),
                     [](auto const& a, auto const& b) { return a.post_begin() < b.post_begin(); });
  }

  std::size_t synapses() const { return synapses_; }
  /// From the first source of all blocks to the last.
  Range sources() const {
    Range all{pre_size_, 0};
    for (auto const& block : blocks_) {
      all.begin = std::min(all.begin, block.pre_begin());
      all.end = std::max(all.end, block.pre_end());
    }
    return all;
  }
  /// Memory that drawing takes beside the projection's arrays.
  std::size_t bytes() const {
    return std::accumulate(blocks_.begin(), blocks_.end(), std::size_t(0),
                           [](std::size_t sum, auto const& b) { return sum + b.bytes(); });
  }
  /// Those of all blocks.
  DelaySteps delays() const {
    std::vector<DelaySteps const*> all;
    for (auto const& block : blocks_)
      if (block.synapses() > 0 || blocks_.size() == 1) all.push_back(&block.delays());
    return DelaySteps::merged(all);
  }
  /// Whether all synapses have one constant weight.
  bool has_one_weight() const {
    return std::all_of(blocks_.begin(), blocks_.end(), [this](auto const& b) {
      return b.weights().is_constant() && constant(b) == constant(blocks_.front());
    });
  }
  /// That weight.
  Real weight() const {
    if (blocks_.empty()) return 0;
    return blocks_.front().weights().constant({1, 1});
  }

  /// Draws all and fills the arrays of `data`: rows, targets and, unless they are constant,
  /// weights.
  template <class Data>
  void store(Data& data, WeightSign<Real> const& sign, DelaySteps const& delays) {
    for (auto& block : blocks_)
      naming_block(block.name(), block.name().empty(), [&] { block.draw(); });
    auto const begin = row_begins();
    data.index.make_room(longest_of(begin));
    auto const rows = data.index.mirror();
    auto const weights = Kokkos::create_mirror_view(data.weights);
    auto const store_all = [&](auto const& view) {
      auto const targets = Kokkos::create_mirror_view(view);
      store_rows(data, sign, delays, begin, rows, targets.data(), weights.data());
      Kokkos::deep_copy(view, targets);
    };
    if (data.has_short_targets)
      store_all(data.short_targets);
    else
      store_all(data.targets);
    data.index.take(rows, static_cast<std::uint32_t>(synapses_));
    if (!data.constant) Kokkos::deep_copy(data.weights, weights);
  }

  /// The most synapses of one source, as far as is known before they are drawn.
  std::size_t longest_row() const {
    std::vector<double> change(static_cast<std::size_t>(pre_size_) + 1);
    for (auto const& block : blocks_) {
      auto const most = static_cast<double>(block.longest_row());
      change[static_cast<std::size_t>(block.pre_begin())] += most;
      change[static_cast<std::size_t>(block.pre_end())] -= most;
    }
    double longest = 0, here = 0;
    for (double const more : change) longest = std::max(longest, here += more);
    return static_cast<std::size_t>(longest);
  }

 private:
  /// Number of the first synapse of each source, and of all.
  std::vector<std::size_t> row_begins() const {
    std::vector<std::size_t> begin{0};
    for (int i = 0; i < pre_size_; ++i) {
      begin.push_back(begin.back());
      for (auto const& block : blocks_) begin.back() += block.row_length(i);
    }
    return begin;
  }
  static std::size_t longest_of(std::vector<std::size_t> const& begin) {
    std::size_t longest = 0;
    for (std::size_t i = 1; i < begin.size(); ++i)
      longest = std::max(longest, begin[i] - begin[i - 1]);
    return longest;
  }
  /// Puts the name of a block in front of errors.
  template <class F>
  static void naming_block(std::string const& name, bool whole, F const& f) {
    if (whole)
      f();
    else
      naming(name, f);
  }
  static double constant(SynapseBlock<Real> const& block) {
    return block.weights().constant({1, 1});
  }

  template <class Data, class Target>
  void store_rows(Data const& data, WeightSign<Real> const& sign, DelaySteps const& delays,
                  std::vector<std::size_t> const& begin, RowIndex<Kokkos::HostSpace> const& rows,
                  Target* targets, Real* weights) const {
    std::size_t const keys =
        static_cast<std::size_t>(data.groups) * static_cast<std::size_t>(data.slices);
    auto const first_key = first_keys(data, delays);
    auto const slices = slices_of(data);
    std::size_t const some = 32;
    HostThreads().for_each_stretch(begin.size() - 1, some, [&](std::size_t from, std::size_t to) {
      MergedRow<Real> row;
      for (std::size_t i = from; i < to; ++i) {
        row.clear();
        for (auto const& block : blocks_)
          naming_block(block.name(), block.name().empty(),
                       [&] { block.append(static_cast<int>(i), data, sign, row); });
        row.sort();
        find_keys(row, keys, first_key, delays.least(), slices);
        std::size_t sum = begin[i];
        for (std::size_t k = 0; k < keys; ++k) {
          std::size_t const n = row.next[k];
          row.next[k] = static_cast<std::uint32_t>(sum);
          sum += n;
        }
        rows.enter(i, row.next.data(), static_cast<std::uint32_t>(sum));
        for (std::size_t k = 0; k < row.size(); ++k) {
          std::uint32_t const at = row.next[row.keys[k]]++;
          targets[at] = static_cast<Target>(row.targets[k]);
          if (!data.constant) weights[at] = row.weights[k];
        }
      }
    });
  }
  /// Of each delay, counted from the least: the first of the keys of its group, of which there is
  /// one for each slice.
  template <class Data>
  static std::vector<std::uint32_t> first_keys(Data const& data, DelaySteps const& delays) {
    std::vector<std::uint32_t> keys(static_cast<std::size_t>(delays.most() - delays.least() + 1));
    std::uint32_t key = 0;
    for (int const d : delays.distinct()) {
      keys[static_cast<std::size_t>(d - delays.least())] = key;
      key += static_cast<std::uint32_t>(data.slices);
    }
    return keys;
  }
  /// What targets are counted from in a slice, and the first beyond it.
  struct Edges {
    std::uint32_t first, end;
  };
  template <class Data>
  static std::vector<Edges> slices_of(Data const& data) {
    std::vector<Edges> edges;
    for (int s = 0; s < data.slices; ++s) {
      Range const slice = data.slice(s);
      edges.push_back({static_cast<std::uint32_t>(data.first_target(slice)),
                       static_cast<std::uint32_t>(slice.end)});
    }
    return edges;
  }
  /// The key of each synapse, by which rows are sorted, and how many there are of each; targets
  /// become what is stored.
  static void find_keys(MergedRow<Real>& row, std::size_t keys,
                        std::vector<std::uint32_t> const& first_key, int least,
                        std::vector<Edges> const& slices) {
    row.keys.resize(row.size());
    row.next.assign(keys, 0);
    std::uint32_t slice = 0;
    for (std::size_t k = 0; k < row.size(); ++k) {
      while (row.targets[k] >= slices[slice].end) ++slice;
      row.targets[k] -= slices[slice].first;
      std::uint32_t const key = first_key[static_cast<std::size_t>(row.steps[k] - least)] + slice;
      row.keys[k] = key;
      ++row.next[key];
    }
  }

  int pre_size_;
  std::size_t synapses_ = 0;
  std::vector<SynapseBlock<Real>> blocks_;
};

/// What `project` was given, as blocks.
template <class Spec>
std::vector<Blocks::Block> blocks_of(Spec const& spec, int pre_size, int post_size) {
  if constexpr (std::is_same_v<typename Spec::Topology, Blocks>)
    return spec.topology().all();
  else
    return {
        {{"", 0, pre_size}, {"", 0, post_size}, spec.topology(), spec.weights(), spec.delays()}};
}

}  // namespace kosnn::detail

#endif

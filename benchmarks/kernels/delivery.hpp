#ifndef KOSNN_BENCHMARKS_KERNELS_DELIVERY_HPP
#define KOSNN_BENCHMARKS_KERNELS_DELIVERY_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <kosnn/kosnn.hpp>
#include <utility>
#include <vector>

#include "kernels/spikes.hpp"

namespace kosnn_bench {

inline auto make_delivery_network(int pre, int post, int batch, kosnn::Delays const& delays) {
  using namespace kosnn;
  return make_network<Device>(Config{}.neurons_per_thread(1).batch(batch),
                              population(Pre{}, SpikeArraySource{}, Shape{pre}),
                              population(Post{}, LIF<>{}, Shape{post}),
                              project(Pre{}, Post{}, Dense{}, weights::uniform(0, 1), delays));
}

/// A network from `pre` to `post` neurons, and the spikes that its delivery is to work through.
class Delivery {
 public:
  auto const& history() const { return pre_.data().history; }
  int depth() const { return history().depth; }

  /// `permille`: how many of 1000 sources fire in a step.
  Delivery(int pre, int post, int batch, std::int64_t permille, kosnn::Delays const& delays)
      : net_(make_delivery_network(pre, post, batch, delays)),
        pre_(net_.get(Pre{})),
        post_(net_.get(Post{})),
        projection_(net_.projection(Pre{}, Post{})) {
    double const all = fill_spikes(pre_, static_cast<double>(permille) / 1000);
    double const in_a_step = all / depth() * post;
    steps_ = static_cast<int>(std::clamp(2e7 / std::max(in_a_step, 1.0), 1.0, 1.0 * depth()));
  }

  /// Synaptic events in `steps()` steps.
  double events() const {
    double spikes = 0;
    for (int step = 0; step < steps_; ++step)
      for_each_list(step, [&](std::uint32_t const*, std::uint32_t n) { spikes += n; });
    return spikes * post_.size();
  }
  int steps() const { return steps_; }
  auto& pre() { return pre_; }
  auto& post() { return post_; }
  auto& projection() { return projection_; }

  /// Calls f(entries, count) for the spikes that arrive in `step` where the delay is one of slots.
  template <class F>
  void for_each_list(int step, F const& f) const {
    auto const& h = history();
    h.for_each_list(h.slot(step - projection_.data().delay),
                    [&](auto const& spikes) { f(spikes.entries, spikes.count); });
  }

  /// koSNN's kernel on every thread.
  void ours(int times) {
    on_each_worker([&](int worker) {
      auto const range = range_of(post_, worker);
      for (int k = 0; k < times; ++k)
        for (int step = 0; step < steps_; ++step)
          kosnn::detail::deliver(projection_.data(), pre_.data(), post_.data(), step, range);
    });
  }

  /// Plain loops: for each spike of the same lists, add its row of weights to the inputs.
  void rows(int times) {
    auto const& h = history();
    float const* const weights = projection_.data().weights.data();
    auto const size = static_cast<std::size_t>(post_.size());
    on_each_worker([&](int worker) {
      auto const range = range_of(post_, worker);
      float* const inputs = post_.data().input_row(range, 0);
      auto const stride = post_.data().history.own_rows(range).stride;
      for (int k = 0; k < times; ++k)
        for (int step = 0; step < steps_; ++step)
          for_each_list(step, [&](std::uint32_t const* entries, std::uint32_t n) {
            for (std::uint32_t e = 0; e < n; ++e) {
              float const* const w =
                  weights + size * static_cast<std::size_t>(h.neuron(entries[e]));
              float* const in = inputs + h.element(entries[e]) * stride;
              KOSNN_INDEPENDENT_ITERATIONS
              for (int x = range.begin; x < range.end; ++x) in[x] += w[x];
            }
          });
    });
  }

 private:
  using Net = decltype(make_delivery_network(1, 1, 1, kosnn::delays::none()));
  Net net_;
  std::decay_t<decltype(std::declval<Net&>().get(Pre{}))>& pre_;
  std::decay_t<decltype(std::declval<Net&>().get(Post{}))>& post_;
  std::decay_t<decltype(std::declval<Net&>().projection(Pre{}, Post{}))>& projection_;
  int steps_ = 1;
};

}  // namespace kosnn_bench

#endif

// Pair STDP and normalisation against plain loops over the same synapses.

#include <algorithm>
#include <kosnn/kosnn.hpp>

#include "kernels/spikes.hpp"

namespace kosnn_bench {
namespace {

constexpr int delay = 8;

auto make_plastic_network(int pre, int post, int batch) {
  using namespace kosnn;
  // The projection of the targets to themselves makes their spike ring as deep as the sources'.
  return make_network<Device>(
      Config{}.neurons_per_thread(1).batch(batch).batch_update(BatchUpdate::sum),
      population(Pre{}, SpikeArraySource{}, Shape{pre}), population(Post{}, LIF<>{}, Shape{post}),
      project(Pre{}, Post{}, Dense{}, weights::uniform(0, 1), delays::constant(delay),
              PairStdp<>{}.a_plus(1e-4).a_minus(1e-4)),
      project(Post{}, Post{}, OneToOne{}, weights::constant(0), delays::constant(delay)));
}

struct PlasticNetwork {
  decltype(make_plastic_network(1, 1, 1)) net;
  double pre_spikes = 0, post_spikes = 0;

  PlasticNetwork(int pre, int post, int batch, std::int64_t permille)
      : net(make_plastic_network(pre, post, batch)) {
    pre_spikes = fill_spikes(net.get(Pre{}), static_cast<double>(permille) / 1000);
    post_spikes = fill_spikes(net.get(Post{}), static_cast<double>(permille) / 1000);
    fill_traces(net.get(Pre{}));
    fill_traces(net.get(Post{}));
  }
};

float changed(float w, float change) { return std::min(std::max(w + change, 0.0F), 1.0F); }

/// The presynaptic half: rows. Arguments: sources, targets, batch, spikes per 1000 and step.
void stdp_rows(benchmark::State& state) {
  PlasticNetwork plastic(static_cast<int>(state.range(0)), static_cast<int>(state.range(1)),
                         static_cast<int>(state.range(2)), state.range(3));
  auto& net = plastic.net;
  auto& j = net.projection(Pre{}, Post{}).data();
  auto& pre = net.get(Pre{}).data();
  auto& post = net.get(Post{}).data();
  auto const ours = [&](int times) {
    on_each_worker([&](int worker) {
      for (int k = 0; k < times; ++k)
        for (int step = 0; step < pre.history.depth; ++step)
          kosnn::detail::learn_from_arrivals(j, pre, post, step, range_of(net.get(Post{}), worker));
    });
  };
  auto const loop = [&](int times) {
    on_each_worker([&](int worker) {
      auto const range = range_of(net.get(Post{}), worker);
      auto const& h = pre.history;
      for (int k = 0; k < times; ++k)
        for (int slot = 0; slot < h.depth; ++slot)
          h.for_each_list(slot, [&](auto const& spikes) {
            for (std::uint32_t e = 0; e < spikes.count; ++e) {
              std::uint32_t const entry = spikes.entries[e];
              float* const w = j.weights.data() + static_cast<std::size_t>(h.neuron(entry)) *
                                                      static_cast<std::size_t>(j.post_size);
              float const* const z = post.trace_at(j.post_trace, slot, h.element(entry));
              KOSNN_INDEPENDENT_ITERATIONS
              for (int x = range.begin; x < range.end; ++x) w[x] = changed(w[x], -1e-4F * z[x]);
            }
          });
    });
  };
  double const synapses = plastic.pre_spikes * j.post_size;
  take_turns(state, synapses, ours, synapses, loop);
}

/// The postsynaptic half: columns.
void stdp_columns(benchmark::State& state) {
  PlasticNetwork plastic(static_cast<int>(state.range(0)), static_cast<int>(state.range(1)),
                         static_cast<int>(state.range(2)), state.range(3));
  auto& net = plastic.net;
  auto& j = net.projection(Pre{}, Post{}).data();
  auto& pre = net.get(Pre{}).data();
  auto& post = net.get(Post{}).data();
  auto const& h = post.history;
  auto const ours = [&](int times) {
    on_each_worker([&](int worker) {
      for (int k = 0; k < times; ++k)
        for (int step = 0; step < h.depth; ++step)
          kosnn::detail::learn_from_spikes<kosnn::detail::learn_tile>(
              j, pre, post, kosnn::detail::MetSpikes{step, step}, h.begin(step, worker),
              h.count(step, worker), 0, 1);
    });
  };
  auto const loop = [&](int times) {
    on_each_worker([&](int worker) {
      auto const stride = static_cast<std::size_t>(j.post_size);
      for (int k = 0; k < times; ++k)
        for (int step = 0; step < h.depth; ++step)
          for (std::uint32_t e = 0; e < h.count(step, worker); ++e) {
            std::uint32_t const entry = h.entries(h.begin(step, worker) + e);
            float* const w = j.weights.data() + h.neuron(entry);
            float const* const z = pre.trace_at(j.pre_trace, step - delay, h.element(entry));
            KOSNN_INDEPENDENT_ITERATIONS
            for (int i = 0; i < j.pre_size; ++i) {
              std::size_t const at = static_cast<std::size_t>(i) * stride;
              w[at] = changed(w[at], 1e-4F * z[i]);
            }
          }
    });
  };
  double const synapses = plastic.post_spikes * j.pre_size;
  take_turns(state, synapses, ours, synapses, loop);
}

void sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgNames({"pre", "post", "batch", "permille"});
  for (int const batch : {1, 32})
    for (auto const& [pre, post] : {std::pair{784, 400}, {10000, 1000}})
      for (int const permille : {1, 10, 100})
        if (batch == 1 || pre == 784) benchmark->Args({pre, post, batch, permille});
}
BENCHMARK(stdp_rows)->Apply(sizes)->Iterations(turns)->UseManualTime()->Unit(
    benchmark::kMicrosecond);
BENCHMARK(stdp_columns)
    ->Apply(sizes)
    ->Iterations(turns)
    ->UseManualTime()
    ->Unit(benchmark::kMicrosecond);

/// Two passes over all weights: 12 bytes a synapse, as many as the triad moves an element.
void normalise(benchmark::State& state) {
  int const pre = static_cast<int>(state.range(0)), post = static_cast<int>(state.range(1));
  auto net = make_plastic_network(pre, post, 1);
  auto& projection = net.projection(Pre{}, Post{});
  double const synapses = 1.0 * pre * post;
  Triad triad(static_cast<std::size_t>(4 * synapses));
  take_turns(
      state, 12 * synapses,
      [&](int times) {
        for (int k = 0; k < times; ++k) projection.normalise(0.1 * pre);
      },
      triad.bytes(), [&](int times) { triad.run(times); });
}
BENCHMARK(normalise)
    ->ArgNames({"pre", "post"})
    ->Args({784, 400})
    ->Args({10000, 1000})
    ->Iterations(turns)
    ->UseManualTime()
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace kosnn_bench

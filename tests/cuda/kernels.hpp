#ifndef KOSNN_TESTS_CUDA_KERNELS_HPP
#define KOSNN_TESTS_CUDA_KERNELS_HPP

#include <cstdio>
#include <kosnn/kosnn.hpp>
#include <numeric>
#include <vector>

#include "custom_neuron/adex.hpp"
#include "custom_rule/vogels.hpp"

namespace cuda_check {

using namespace kosnn;

struct Noise {};
struct Given {};
struct Analog {};
struct Integrate {};
struct Leaky {};
struct Adaptive {};
struct Custom {};
struct Random {};
struct Subtracting {};
struct Recovering {};
struct Read {};
struct Coin {};
struct Regular {};
struct Early {};
struct Ranked {};
struct Change {};
struct Exponential {};
struct Alpha {};

/// Each kind of population, topology and delay, static and plastic.
template <class Device, class Real>
auto make(int batch) {
  using AdaptiveModel = AdaptiveLIF<Real>;
  auto const nearest_stdp =
      PairStdp<Real, Multiplicative>{}.clamp(0, 1).pairing(Trace::Spikes::nearest);
  return make_network<Device, Real>(
      Config{}.batch(batch).check_finite(true),  //
      population(Noise{}, PoissonSource{}, Shape{7, 11}),
      population(Given{}, SpikeArraySource{}, Shape{33}), population(Analog{}, Input{}, Shape{33}),
      population(Integrate{}, IF<Real>{}.threshold(3), Shape{33}),
      population(Leaky{}, LIF<Real>{}.refractory(2), Shape{33}).trace(nearest(exact(10))),
      population(Adaptive{}, AdaptiveModel{}, Shape{33})
          .template keep<&AdaptiveModel::State::threshold>(),
      project(Noise{}, Leaky{}, Dense{}, weights::uniform(0, 0.4), PairStdp<Real>{}),
      project(Given{}, Integrate{}, OneToOne{}, weights::constant(1)),
      project(Given{}, Adaptive{}, OneToOne{}, weights::uniform(0, 1), delays::constant(2),
              nearest_stdp),
      project(Analog{}, Adaptive{}, Dense{}, weights::normal(0.1, 0.1), PairStdp<Real>{}),
      project(Leaky{}, Leaky{}, AllButOne{}, weights::constant(-0.1), delays::constant(1)),
      project(Leaky{}, Adaptive{}, AllButOne{}, weights::uniform(0, 0.2), delays::uniform(1, 5),
              nearest_stdp),
      project(Adaptive{}, Leaky{}, Dense{}, weights::uniform(0, 0.1), delays::uniform(1, 3)),
      project(Analog{}, Leaky{}, Dense{}, weights::uniform(0, 0.1), delays::uniform(0, 3),
              PairStdp<Real>{})
          .immediate_trace());
}

template <class Device, class Real>
void show(int batch) {
  auto net = make<Device, Real>(batch);
  net.get(Noise{}).set_rates(std::vector<double>(77, 40));
  net.get(Given{}).set_spikes({3, 4, 5, 3}, {1, 1, 2, 9});
  net.get(Analog{}).set_values(std::vector<Real>(33, Real(0.3)));
  net.projection(Noise{}, Leaky{}).set_mask(std::vector<double>(77 * 33, 0.5));
  auto const& spikes = net.record(Leaky{}, Spikes{});
  auto const& counts = net.record(Adaptive{}, SpikeCounts{});
  auto const& potential = net.record(Leaky{}, Field<&LIF<Real>::State::v>{}, 10);
  auto const& trace = net.record(Leaky{}, nearest(exact(10)));
  auto const& weights = net.record_weights(Noise{}, Leaky{}, 50);
  net.run(100);
  net.projection(Noise{}, Leaky{}).normalise(10);
  net.projection(Analog{}, Leaky{}).normalise(1);
  net.reset_state();
  net.get(Leaky{}).template set_field<&LIF<Real>::State::v>(std::vector<Real>(33, Real(0.5)));
  net.run(100);
  auto const count = counts.counts();
  auto const sum = std::accumulate(count.begin(), count.end(), 0U);
  std::printf("%-8s batch %d: %zu and %u of %llu spikes, %zu + %zu + %zu samples\n", Device::name(),
              batch, spikes.count(), sum, static_cast<unsigned long long>(net.spikes()),
              potential.samples(), trace.samples(), weights.samples());
}

/// A model and a rule from outside the library.
template <class Device>
void show_custom() {
  AdEx model;
  model.noise = 300;
  auto net = make_network<Device>(
      Config{}.dt(0.1), population(Noise{}, PoissonSource{}, Shape{77}),
      population(Custom{}, model, Shape{33}),
      project(Noise{}, Custom{}, Dense{}, weights::uniform(-0.5, 0), Vogels{}));
  net.get(Noise{}).set_rates(std::vector<double>(77, 40));
  net.run(200);
  auto const v = net.get(Custom{}).template field<&AdEx::State::v>();
  std::printf("%-8s custom: %llu spikes, v[0] = %g mV\n", Device::name(),
              static_cast<unsigned long long>(net.spikes()), static_cast<double>(v[0]));
}

/// The other models of the library, with parameters and traces of each neuron, forced and driven.
template <class Device, class Real>
void show_models(int batch) {
  using Escape = ExponentialEscape<Real>;
  auto const leaky = per_neuron([](Neuron n) {
    return AdaptiveLIF<Real>{}.threshold(n.normal(1, 0.1)).refractory(n.index() % 3);
  });
  auto const random = per_neuron(
      [](Neuron n) { return StochasticLIF<Real, Escape>(Escape(n.uniform(5, 10), 1, 0.5)); });
  auto const trace = all_to_all(exact(10));
  auto net = make_network<Device, Real>(
      Config{}.batch(batch).check_finite(true),
      population(Adaptive{}, leaky, Shape{33}).trace(trace, std::vector<Relaxation>(33, exact(5))),
      population(Random{}, random, Shape{33}),
      population(Leaky{}, StochasticLIF<Real>{}, Shape{33}),
      population(Subtracting{}, Fede<Real>{}.presynaptic(trace), Shape{33}),
      population(Recovering{}, Izhikevich<Real>::chattering(), Shape{33}),
      population(Read{}, Readout<Real>{}, Shape{33}),
      project(Adaptive{}, Read{}, Dense{}, weights::constant(1)),
      project(Adaptive{}, Subtracting{}, Dense{}, weights::uniform(0, 1), delays::uniform(1, 3)));
  net.get(Adaptive{}).set_input(std::vector<Real>(33, Real(0.2)));
  net.get(Recovering{}).set_input(std::vector<Real>(33, Real(10)));
  net.get(Random{}).force(std::vector<Forcing>(33, Forcing::spike));
  net.get(Leaky{}).force(std::vector<Forcing>(33, Forcing::silence));
  net.run(100);
  net.reset_state();
  net.get(Random{}).release();
  net.run(100);
  auto const v = net.get(Read{}).template field<&Readout<Real>::State::v>();
  std::printf("%-8s models: %llu spikes, v[0] = %g\n", Device::name(),
              static_cast<unsigned long long>(net.spikes()), static_cast<double>(v[0]));
}

/// Every kind of source that encodes something.
template <class Device, class Real>
void show_encoders(int batch) {
  auto net = make_network<Device, Real>(
      Config{}.batch(batch), population(Noise{}, PoissonSource{}, Shape{77}),
      population(Coin{}, BernoulliSource{}, Shape{77}),
      population(Regular{}, PoissonIntervalSource{}, Shape{77}),
      population(Early{}, LatencySource{}.logarithmic(20).threshold(0.1).period(50), Shape{77}),
      population(Ranked{}, RankOrderSource{}, Shape{77}),
      population(Change{}, DeltaSource{}, Shape{2, 33}));
  net.get(Noise{}).set_rates(std::vector<double>(77, 40));
  net.get(Coin{}).set_rates(std::vector<double>(77, 40));
  net.get(Regular{}).set_rates(std::vector<double>(77, 40));
  net.get(Early{}).set_intensities(std::vector<double>(77, 0.5));
  net.get(Ranked{}).set_intensities(std::vector<double>(77, 0.5));
  std::vector<Real> signal;
  for (int k = 0; k < 100 * 33; ++k) signal.push_back(static_cast<Real>(k / 33 * (k % 33 - 16)));
  net.get(Change{}).set_signal(signal, 100);
  net.run(200);
  net.reset_state();
  net.run(200);
  std::printf("%-8s encoders, batch %d: %llu spikes\n", Device::name(), batch,
              static_cast<unsigned long long>(net.spikes()));
}

/// Each rule that learns by reward or acts on all synapses.
template <class Device, class Real>
void show_rewarded(int batch) {
  auto const soft = Mstdpet<Real>{}.soft_bounds(0, 1);
  auto net = make_network<Device, Real>(
      Config{}.batch(batch).check_finite(true), population(Noise{}, PoissonSource{}, Shape{33}),
      population(Leaky{}, LIF<Real>{}, Shape{33}),
      project(Noise{}, Leaky{}, Dense{}, weights::uniform(0, 0.4), soft),
      project(Noise{}, Leaky{}, Dense{}, weights::uniform(0, 0.4), delays::uniform(1, 4), soft)
          .reward_per_element(),
      project(Noise{}, Leaky{}, OneToOne{}, weights::constant(0.1), Mstdp<Real>{}),
      project(Leaky{}, Leaky{}, AllButOne{}, weights::constant(0.1), delays::constant(1),
              FedeStdp<Real>{}),
      project(Noise{}, Leaky{}, Dense{}, weights::uniform(0, 0.1), delays::uniform(1, 4),
              FedeStdpEveryStep<Real>{}),
      project(Noise{}, Leaky{}, Dense{}, weights::uniform(0, 0.1), AdditiveRstdp<Real>{}),
      project(Noise{}, Leaky{}, Dense{}, weights::uniform(0, 1),
              PairStdp<Real, PowerLaw>{}.dependence({0.3})),
      project(Noise{}, Leaky{}, Dense{}, weights::uniform(0, 1),
              PairStdp<Real, PowerPotentiation>{}),
      project(Noise{}, Leaky{}, Dense{}, weights::uniform(0, 1), PairStdp<Real, VanRossum>{}),
      project(Noise{}, Leaky{}, Dense{}, weights::uniform(0, 1), delays::constant(2),
              TripletStdp<Real>{})
          .learn_before_delivery()
          .ignore_coincidences());
  net.get(Noise{}).set_rates(std::vector<double>(33, 40));
  net.run(50);
  net.reward(0.5);
  net.template projection<1>(Noise{}, Leaky{})
      .reward(std::vector<double>(static_cast<std::size_t>(batch), -0.1));
  auto& rewarded = net.projection(Noise{}, Leaky{});
  auto faster = rewarded.rule();
  rewarded.set_rule(faster.rate(0.02));
  rewarded.reward(Slice{"some", 3, 17}, 0.1);
  net.template projection<4>(Noise{}, Leaky{}).reward(Slice{"some", 3, 17}, 0.1);
  net.run(50);
  net.reset_state();
  auto const w = rewarded.weights();
  std::printf("%-8s rewarded, batch %d: %llu spikes, w[0] = %g\n", Device::name(), batch,
              static_cast<unsigned long long>(net.spikes()), static_cast<double>(w[0]));
}

/// Rules on synapses that share weights.
template <class Device, class Real>
void show_shared(int batch) {
  auto net = make_network<Device, Real>(
      Config{}.batch(batch).check_finite(true),
      population(Noise{}, PoissonSource{}, Shape{2, 7, 6}),
      population(Leaky{}, LIF<Real>{}, Shape{3, 5, 4}),
      project(Noise{}, Leaky{}, Conv2d{3}, weights::uniform(0, 0.4), Mstdpet<Real>{}),
      project(Noise{}, Leaky{}, Conv2d{3}, weights::uniform(0, 0.4), delays::uniform(1, 4),
              PairStdp<Real>{}),
      project(Noise{}, Leaky{}, Conv2d{3}, weights::uniform(0, 0.4), FedeStdp<Real>{}),
      project(Noise{}, Leaky{}, Conv2d{3}, weights::uniform(0, 0.4), delays::uniform(1, 4),
              FedeStdpEveryStep<Real>{}),
      project(Noise{}, Leaky{}, Conv2d{3}, weights::uniform(0, 0.4), AdditiveRstdp<Real>{}));
  net.get(Noise{}).set_rates(std::vector<double>(84, 40));
  net.run(50);
  net.reward(0.5);
  net.run(50);
  std::printf("%-8s shared weights, batch %d: %llu spikes\n", Device::name(), batch,
              static_cast<unsigned long long>(net.spikes()));
}

/// Sparse projections, static and plastic, and Poisson input.
template <class Device, class Real>
void show_sparse(int batch) {
  auto net = make_network<Device, Real>(
      Config{}.batch(batch).check_finite(true), population(Noise{}, PoissonSource{}, Shape{77}),
      population(Leaky{}, LIF<Real>{}, Shape{33}).poisson_input(200, 0.1),
      population(Integrate{}, IF<Real>{}.threshold(3), Shape{33}),
      project(Noise{}, Leaky{}, sparse::in_degree(9), weights::constant(0.2)),
      project(Noise{}, Integrate{}, sparse::bernoulli(0.1), weights::lognormal(-2, 0.5),
              delays::clipped_normal(3, 1, 1, 5)),
      project(Leaky{}, Leaky{}, sparse::out_degree(4).autapses(false), weights::uniform(0, 0.2),
              delays::uniform(1, 4), PairStdp<Real>{}),
      project(Integrate{}, Leaky{}, sparse::total(99).multapses(false), weights::uniform(0, 0.2),
              delays::constant(1), Mstdpet<Real>{}),
      project(Integrate{}, Leaky{}, sparse::total(99), weights::uniform(0, 0.2),
              delays::uniform(1, 3), TripletStdp<Real>{})
          .short_term(TsodyksMarkram{}),
      project(Integrate{}, Leaky{}, sparse::total(99), weights::uniform(0, 0.2),
              delays::uniform(1, 3))
          .short_term_of_synapses(TsodyksMarkram{}),
      project(Integrate{}, Leaky{}, sparse::total(99), weights::uniform(-0.2, 0),
              delays::constant(1), SymmetricStdp<Real>{}.target_hz(5)));
  net.get(Noise{}).set_rates(std::vector<double>(77, 40));
  net.run(50);
  net.reward(0.5);
  net.projection(Leaky{}, Leaky{}).normalise(0.3);
  net.get(Integrate{}).set_poisson_input(50, 0.2);
  net.run(50);
  std::printf("%-8s sparse, batch %d: %llu spikes\n", Device::name(), batch,
              static_cast<unsigned long long>(net.spikes()));
}

/// Traces of synapses, rewards by spikes, and what changes and shows weights between runs.
template <class Device, class Real>
void show_regulated() {
  auto net = make_network<Device, Real>(
      Config{}.check_finite(true), population(Noise{}, PoissonSource{}, Shape{1, 1, 77}),
      population(Leaky{}, LIF<Real>{}, Shape{33, 1, 1}),
      population(Integrate{}, IF<Real>{}, Shape{5}),
      project(Noise{}, Leaky{}, Dense{}, weights::uniform(0, 0.2), delays::constant(1),
              PreCentredStdp<Real>{}),
      project(Noise{}, Leaky{}, sparse::in_degree(9), weights::uniform(0, 0.2),
              delays::uniform(1, 4), PostCentredStdp<Real>{})
          .learn_before_delivery(),
      project(Noise{}, Leaky{}, sparse::in_degree(9), weights::uniform(0, 0.2), delays::constant(1),
              ReducedStdp<Real>{}),
      project(Noise{}, Leaky{}, sparse::in_degree(9), weights::uniform(0, 0.2), delays::constant(1),
              Mstdpet<Real>{})
          .rewarded_by(Integrate{}, Neuromodulator{}),
      project(Noise{}, Leaky{}, sparse::in_degree(9), weights::uniform(0, 0.2), delays::constant(1),
              ClopathStdp<Real>{}.theta_plus(0.1).theta_minus(0)),
      project(Noise{}, Leaky{}, Conv2d{1, 77}, weights::uniform(0, 0.2), Bcm<Real>{}),
      project(Noise{}, Leaky{}, Dense{}, weights::uniform(0, 0.2), Oja<Real>{}),
      project(Noise{}, Integrate{}, Dense{}, weights::uniform(0, 0.1)));
  net.get(Noise{}).set_rates(std::vector<double>(77, 40));
  auto& regulated = net.template projection<2>(Noise{}, Leaky{});
  auto const& counted = net.template record_weights<2>(Noise{}, Leaky{}, 50, Bins{5, 0, 1});
  auto const& sampled =
      net.template record_weights<1>(Noise{}, Leaky{}, 50, std::vector<std::size_t>{3, 1});
  net.run(50);
  regulated.normalise_outputs(0.3);
  regulated.scale_inputs(SynapticScaling(10, 0.1).factors(std::vector<double>(33, 12), 50));
  auto const fresh = regulated.rewire(Rewiring{}.below(0.05).weight(0.1));
  net.run(50);
  std::printf("%-8s regulated: %llu spikes, %zu new synapses, %zu counts, %zu sampled\n",
              Device::name(), static_cast<unsigned long long>(net.spikes()), fresh,
              counted.values().size(), sampled.values().size());
}

/// Models with two kinds of synapses, reached in every way, and current sources.
template <class Device, class Real>
void show_currents(int batch) {
  std::vector<Current> const all{currents::dc(100), currents::ac(50, 20),
                                 currents::steps({1, 20}, {30, -10}), currents::noise(0, 20)};
  auto net = make_network<Device, Real>(
      Config{}.dt(0.5).batch(batch).check_finite(true),
      population(Noise{}, PoissonSource{}, Shape{2, 7, 6}),
      population(Exponential{}, iaf_psc_exp<Real>(), Shape{3, 5, 4})
          .poisson_input(2000, -20)
          .current(currents::dc(400).start(5).stop(60)),
      population(Alpha{}, iaf_psc_alpha<Real>(), Shape{33}).current(currents::noise(300, 50)),
      population(Adaptive{}, per_neuron([](Neuron n) {
                   return mat2_psc_exp<Real>().omega(n.uniform(-52, -50));
                 }),
                 Shape{33}),
      population(Leaky{}, LIF<Real>{}, Shape{33}).current(currents::noise(0.1, 0.1)),
      project(Noise{}, Exponential{}, Conv2d{3}, weights::uniform(0, 100)),
      project(Noise{}, Exponential{}, Conv2d{3}, weights::uniform(-50, 0), delays::uniform(1, 3)),
      project(Noise{}, Alpha{}, Dense{}, weights::uniform(0, 1),
              PairStdp<Real>{}.a_plus(0.1).clamp(0, 100)),
      project(Alpha{}, Adaptive{}, sparse::in_degree(9), weights::constant(-10),
              delays::uniform(1, 4)),
      project(Noise{}, Adaptive{}, sparse::in_degree(9), weights::uniform(0, 50)));
  net.get(Noise{}).set_rates(std::vector<double>(84, 40));
  net.get(Exponential{}).set_input(std::vector<Real>(60, Real(50)));
  net.run(50);
  net.reset_state();
  net.get(Adaptive{}).set_currents(all);
  net.get(Leaky{}).set_currents(all);
  net.run(50);
  auto const v = net.get(Alpha{}).template field<&IafPscAlpha<Real>::State::v>();
  std::printf("%-8s currents, batch %d: %llu spikes, v[0] = %g\n", Device::name(), batch,
              static_cast<unsigned long long>(net.spikes()), static_cast<double>(v[0]));
}

/// Each network in one precision: the kernels are the same code in both, and nvcc takes minutes for
/// each.
template <class Device>
void show_in_float() {
  for (int const batch : {1, 3}) {
    show_currents<Device, float>(batch);
    show_sparse<Device, float>(batch);
    show_shared<Device, float>(batch);
  }
  show_regulated<Device, float>();
  show_custom<Device>();
}
template <class Device>
void show_in_double() {
  for (int const batch : {1, 3}) {
    show_rewarded<Device, double>(batch);
    show_encoders<Device, double>(batch);
    show_models<Device, double>(batch);
    show<Device, double>(batch);
  }
}

}  // namespace cuda_check

#endif

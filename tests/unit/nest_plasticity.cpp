// Weights that plastic synapses deliver, spike for spike, as in NEST 3.10: see tests/golden/nest.
// There delays are dendritic, a target's spike that meets an arrival is treated first and makes no
// pair with it, and what an arrival changes is delivered.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "nest_vectors.hpp"
#include "testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::nest_dt;
using kosnn_test::next;

struct Pre {};
struct Driver {};
struct Post {};
struct Dopamine {};

/// A file of nest_plasticity.py.
struct NestSynapses {
  std::map<std::string, double> parameters;
  std::vector<int> delays;  // steps
  kosnn_test::Trains pre, post, reward;
  std::vector<std::vector<double>> weights;

  explicit NestSynapses(std::string const& name) {
    kosnn_test::read_nest_file(name + ".txt", [&](std::string const& word, std::istream& in) {
      if (word == "parameter") {
        auto const key = next<std::string>(in);
        parameters[key] = next<double>(in);
        return;
      }
      if (word == "pre") return pre.read(in);
      if (word == "post") return post.read(in);
      if (word == "reward") return reward.read(in);
      next<int>(in);
      if (word == "delay") return delays.push_back(next<int>(in));
      weights.emplace_back();
      for (double w = 0; in >> w;) weights.back().push_back(w);
    });
  }
  double operator[](char const* key) const { return parameters.at(key); }

  /// The same synapses with axonal delays of a step, on which all spikes meet as they do now, a
  /// step later.
  NestSynapses axonal() const {
    NestSynapses same = *this;
    for (std::size_t s = 0; s < post.steps.size(); ++s)
      same.post.steps[s] += delays[static_cast<std::size_t>(post.neurons[s])] + 1;
    same.delays.assign(delays.size(), 1);
    return same;
  }
};

/// `declare(topology, weights, delays)` gives the projection of the synapses.
template <class Device, class Declare>
void expect_delivery_of_nest(NestSynapses const& nest, Declare const& declare) {
  int const n = static_cast<int>(nest.delays.size());
  ASSERT_GT(n, 2);
  std::vector<int> each;
  std::vector<double> delays_ms;
  for (int k = 0; k < n; ++k) {
    each.push_back(k);
    delays_ms.push_back(nest.delays[static_cast<std::size_t>(k)] * nest_dt);
  }
  auto net = make_network<Device, double>(
      kosnn_test::config().dt(nest_dt), population(Pre{}, SpikeArraySource{}, Shape{n}),
      population(Driver{}, SpikeArraySource{}, Shape{n}),
      population(Dopamine{}, SpikeArraySource{}, Shape{1}),
      population(Post{}, kosnn_test::Puppet<double>{}, Shape{n}),
      declare(sparse::edges(each, each), weights::constant(nest["weight"]),
              delays::array(delays_ms)),
      project(Driver{}, Post{}, OneToOne{}, weights::constant(1000)));
  auto const play = [&](auto& source, kosnn_test::Trains const& trains) {
    std::vector<double> times;
    for (auto const step : trains.steps) times.push_back(static_cast<double>(step) * nest_dt);
    source.set_spikes(trains.neurons, times);
  };
  play(net.get(Pre{}), nest.pre);
  play(net.get(Driver{}), nest.post);
  play(net.get(Dopamine{}), nest.reward);
  auto const& input =
      net.record(Post{}, Field<&kosnn_test::Puppet<double>::State::input>{}, nest_dt);
  net.run(2000);
  std::vector<std::size_t> seen(static_cast<std::size_t>(n));
  for (std::size_t s = 0; s < nest.pre.steps.size(); ++s) {
    auto const k = static_cast<std::size_t>(nest.pre.neurons[s]);
    auto const step = static_cast<std::size_t>(nest.pre.steps[s] + nest.delays[k]);
    double const all = input.values()[step * static_cast<std::size_t>(n) + k];
    double const delivered = all >= 100 ? all - 1000 : all, expected = nest.weights[k][seen[k]++];
    ASSERT_NEAR(delivered, expected, 1e-9 * (expected + 1e-3))
        << "synapse " << k << ", step " << step;
  }
  for (std::size_t k = 0; k < seen.size(); ++k) {
    EXPECT_EQ(seen[k], nest.weights[k].size());
    EXPECT_GT(seen[k], 40U);
  }
}

template <class Device, class Rule>
void expect_weights_of_nest(NestSynapses const& nest, Rule const& rule) {
  expect_delivery_of_nest<Device>(nest, [&](auto const&... synapses) {
    return project(Pre{}, Post{}, synapses..., rule)
        .dendritic()
        .learn_before_delivery()
        .ignore_coincidences();
  });
}

template <class Device>
class NestPlasticity : public ::testing::Test {};
TYPED_TEST_SUITE(NestPlasticity, kosnn_test::Devices);

template <class Rule>
Rule pairs(NestSynapses const& nest, double unit) {
  Rule rule;
  rule.a_plus(nest["lambda"] * unit)
      .a_minus(nest["alpha"] * nest["lambda"] * unit)
      .tau_plus(nest["tau_plus"])
      .tau_minus(nest["tau_minus"])
      .clamp(0, nest["Wmax"]);
  return rule;
}

TYPED_TEST(NestPlasticity, AdditiveStdp) {
  NestSynapses const nest("stdp_additive");
  expect_weights_of_nest<TypeParam>(nest, pairs<PairStdp<double>>(nest, nest["Wmax"]));
}
TYPED_TEST(NestPlasticity, MultiplicativeStdp) {
  NestSynapses const nest("stdp_multiplicative");
  expect_weights_of_nest<TypeParam>(nest, pairs<PairStdp<double, Multiplicative>>(nest, 1));
}
TYPED_TEST(NestPlasticity, PowerLawStdp) {
  NestSynapses const nest("stdp_power");
  double const unit = std::pow(nest["Wmax"], 1 - nest["mu_plus"]);  // NEST takes powers of w / Wmax
  auto rule = pairs<PairStdp<double, PowerLaw>>(nest, unit);
  expect_weights_of_nest<TypeParam>(nest, rule.dependence({nest["mu_plus"]}));
}
TYPED_TEST(NestPlasticity, TripletStdp) {
  NestSynapses const nest("stdp_triplet");
  expect_weights_of_nest<TypeParam>(nest, kosnn::TripletStdp<double>{}
                                              .a2_plus(nest["Aplus"])
                                              .a3_plus(nest["Aplus_triplet"])
                                              .a2_minus(nest["Aminus"])
                                              .a3_minus(nest["Aminus_triplet"])
                                              .tau_plus(nest["tau_plus"])
                                              .tau_x(nest["tau_plus_triplet"])
                                              .tau_minus(nest["tau_minus"])
                                              .tau_y(nest["tau_minus_triplet"])
                                              .clamp(0, nest["Wmax"]));
}
TYPED_TEST(NestPlasticity, SymmetricStdp) {
  NestSynapses const nest("vogels_sprekeler");
  expect_weights_of_nest<TypeParam>(nest, kosnn::SymmetricStdp<double>{}
                                              .rate(nest["eta"])
                                              .alpha(nest["alpha"])
                                              .tau(nest["tau"])
                                              .clamp(0, nest["Wmax"]));
}
TYPED_TEST(NestPlasticity, NearestNeighbours) {
  NestSynapses const nest("stdp_nn_symm");
  auto rule = pairs<PairStdp<double>>(nest, nest["Wmax"]);
  expect_weights_of_nest<TypeParam>(nest, rule.pairing(Trace::Spikes::nearest));
}
TYPED_TEST(NestPlasticity, PreCentredStdp) {
  NestSynapses const nest("stdp_nn_pre_centered");
  expect_weights_of_nest<TypeParam>(nest, pairs<kosnn::PreCentredStdp<double>>(nest, nest["Wmax"]));
}
TYPED_TEST(NestPlasticity, ReducedStdp) {
  NestSynapses const nest("stdp_nn_restr");
  expect_weights_of_nest<TypeParam>(nest, pairs<kosnn::ReducedStdp<double>>(nest, nest["Wmax"]));
}

TYPED_TEST(NestPlasticity, TsodyksMarkram) {
  NestSynapses const nest("tsodyks2");
  expect_delivery_of_nest<TypeParam>(nest, [&](auto const&... synapses) {
    return project(Pre{}, Post{}, synapses...)
        .short_term(
            kosnn::TsodyksMarkram{}.u(nest["U"]).tau_rec(nest["tau_rec"]).tau_fac(nest["tau_fac"]));
  });
}

/// The last weight after each protocol, which comes of changes of some .03 up and down. NEST
/// filters the potential within its steps of .02 ms, here it is filtered from step to step; with
/// steps of .1 ms the two differ five times as much.
TYPED_TEST(NestPlasticity, ClopathStdp) {
  NestSynapses const nest("clopath");
  int const n = static_cast<int>(nest.delays.size());
  std::vector<int> each;
  for (int k = 0; k < n; ++k) each.push_back(k);
  double const dt = nest["dt"], delay = nest.delays[0] * dt;
  auto net = make_network<TypeParam, double>(
      Config{}.dt(dt), population(Pre{}, SpikeArraySource{}, Shape{n}),
      population(Driver{}, SpikeArraySource{}, Shape{n}),
      population(Post{}, hh_psc_alpha<double>(), Shape{n}),
      project(Pre{}, Post{}, sparse::edges(each, each), weights::constant(nest["weight"]),
              delays::constant(delay),
              kosnn::ClopathStdp<double>{}
                  .a_ltd(nest["A_LTD"])
                  .a_ltp(nest["A_LTP"])
                  .theta_plus(nest["theta_plus"])
                  .theta_minus(nest["theta_minus"])
                  .tau_plus(nest["tau_u_bar_plus"])
                  .tau_minus(nest["tau_u_bar_minus"])
                  .delay_u_bars(nest["delay_u_bars"]))
          .dendritic(),
      project(Driver{}, Post{}, OneToOne{}, weights::constant(nest["drive"]),
              delays::constant(delay)));
  auto const play = [dt](auto& source, kosnn_test::Trains const& trains) {
    std::vector<double> times;
    for (auto const step : trains.steps) times.push_back(static_cast<double>(step) * dt);
    source.set_spikes(trains.neurons, times);
  };
  play(net.get(Pre{}), nest.pre);
  play(net.get(Driver{}), nest.post);
  std::int64_t last = 0;
  for (auto const step : nest.pre.steps) last = std::max<std::int64_t>(last, step);
  net.run(static_cast<double>(last + 100) * dt);
  auto const w = net.projection(Pre{}, Post{}).weights();
  for (std::size_t k = 0; k < w.size(); ++k) {
    EXPECT_NEAR(w[k], nest.weights[k].back(), 5e-5) << "protocol " << k;
    EXPECT_GT(std::fabs(w[k] - nest["weight"]), 1e-3);
  }
}

TYPED_TEST(NestPlasticity, DopamineStdp) {
  NestSynapses const nest = NestSynapses("stdp_dopamine").axonal();
  auto const rule = Mstdpet<double>{}
                        .rate(1)
                        .a_plus(nest["A_plus"])
                        .a_minus(nest["A_minus"])
                        .tau_plus(nest["tau_plus"])
                        .tau_minus(nest["tau_minus"])
                        .eligibility(exact(nest["tau_c"]))
                        .clamp(nest["Wmin"], nest["Wmax"]);
  // Here a spike of the reward is a step older: it takes one to the volume transmitter.
  auto const dopamine = Neuromodulator{}
                            .tau(nest["tau_n"])
                            .per_spike(1 / nest["tau_n"])
                            .baseline(nest["b"])
                            .delay(2 * nest_dt);
  expect_delivery_of_nest<TypeParam>(nest, [&](auto const&... synapses) {
    return project(Pre{}, Post{}, synapses..., rule)
        .ignore_coincidences()
        .rewarded_by(Dopamine{}, dopamine);
  });
}

}  // namespace

// The polychronous network, spike for spike against a naive loop in double; its wiring.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

#include "polychrony/network.hpp"
#include "testing.hpp"

namespace {

using polychrony::Edges;
using polychrony::Exc;
using polychrony::Inh;
using polychrony::Parameters;

/// The network as Izhikevich's program runs it, with one loop after another: a spike is noticed at
/// the begin of the next ms, when the neuron is reset and its synapses are strengthened; then what
/// arrives is added up, each arrival weakens its synapse, and the potentials advance. Only sums are
/// in the order of the library's, by projection, delay and source.
class Naive {
 public:
  Naive(Parameters const& p, std::uint64_t seed)
      : p_(p),
        outside_(polychrony::outside_of(p, seed)),
        v_(count(p.neurons()), -65),
        u_(v_.size(), 0.2 * -65),
        depression_(v_.size()),
        fired_(1, std::vector<char>(v_.size())),
        potentiation_(1, std::vector<double>(v_.size())) {
    auto const w = polychrony::draw_wiring(p.excitatory, p.inhibitory, p.synapses, p.longest, seed);
    add(w.exc_to_exc, 0, 0, 6, true);
    add(w.exc_to_inh, 0, p.excitatory, 6, true);
    add(w.inh_to_exc, p.excitatory, 0, -5, false);
  }

  /// One ms.
  void step() {
    std::size_t const t = fired_.size() - 1;  // the steps before have been noticed
    std::vector<double> input(v_.size());
    for (Synapse& s : synapses_) {
      if (!arrives(s, t)) continue;
      input[s.target] += s.weight;
      if (s.learns) s.derivative -= depression_[s.target];
    }
    for (int k = 0; k < outside_.per_step(); ++k) input[count(outside_.chosen(t, k))] += 20;
    std::vector<char> fires(v_.size());
    for (std::size_t n = 0; n < v_.size(); ++n) {
      bool const exc = n < count(p_.excitatory);
      for (int half = 0; half < 2; ++half)
        v_[n] += 1.0 / 2 * (0.04 * v_[n] * v_[n] + 5 * v_[n] + 140 - u_[n] + input[n]);
      u_[n] += (exc ? 0.02 : 0.1) * (0.2 * v_[n] - u_[n]);
      fires[n] = v_[n] >= 30;
      depression_[n] *= 0.95;
    }
    fired_.push_back(fires);
    notice();
  }
  void learn() {
    for (Synapse& s : synapses_) {
      if (!s.learns) continue;
      s.weight = std::min(10.0, std::max(0.0, s.weight + (0.01 + s.derivative)));
      s.derivative *= 0.9;
    }
  }

  /// Whether each neuron fired in a step.
  std::vector<char> const& fired(std::size_t t) const { return fired_[t + 1]; }
  /// Of projection number `k`, by source, then target.
  std::vector<double> weights(int k) const {
    std::vector<Synapse> own;
    for (Synapse const& s : synapses_)
      if (s.projection == k) own.push_back(s);
    std::sort(own.begin(), own.end(), [](Synapse const& a, Synapse const& b) {
      return a.source != b.source ? a.source < b.source : a.target < b.target;
    });
    std::vector<double> values;
    for (Synapse const& s : own) values.push_back(s.weight);
    return values;
  }

 private:
  struct Synapse {
    std::size_t source, target, delay;
    double weight, derivative;
    bool learns;
    int projection;
  };
  static std::size_t count(int n) { return static_cast<std::size_t>(n); }

  void add(Edges const& edges, int first_source, int first_target, double weight, bool learns) {
    auto const begin = static_cast<std::ptrdiff_t>(synapses_.size());
    for (std::size_t k = 0; k < edges.sources.size(); ++k)
      synapses_.push_back(
          {count(first_source + edges.sources[k]), count(first_target + edges.targets[k]),
           static_cast<std::size_t>(edges.delays[k]), weight, 0, learns, projections_});
    std::stable_sort(synapses_.begin() + begin, synapses_.end(),
                     [](Synapse const& a, Synapse const& b) { return a.delay < b.delay; });
    ++projections_;
  }
  /// Element t of fired_ is the step before number t.
  bool arrives(Synapse const& s, std::size_t t) const {
    return t + 1 >= s.delay && fired_[t + 1 - s.delay][s.source] != 0;
  }
  /// The spikes of the step that has just been made: they find the traces of their sources as these
  /// were when the spikes left that could have arrived by now.
  void notice() {
    std::size_t const now = fired_.size() - 1;
    std::vector<double> next(v_.size());
    for (std::size_t n = 0; n < v_.size(); ++n)
      next[n] = fired_[now][n] != 0 ? 0.1 : 0.95 * potentiation_.back()[n];
    potentiation_.push_back(next);
    for (Synapse& s : synapses_)
      if (s.learns && fired_[now][s.target] != 0 && now >= s.delay)
        s.derivative += potentiation_[now - s.delay][s.source];
    for (std::size_t n = 0; n < v_.size(); ++n) {
      if (fired_[now][n] == 0) continue;
      v_[n] = -65;
      u_[n] += n < count(p_.excitatory) ? 8 : 2;
      depression_[n] = 0.12;
    }
  }

  Parameters p_;
  polychrony::Outside outside_;
  std::vector<Synapse> synapses_;
  int projections_ = 0;
  std::vector<double> v_, u_, depression_;
  std::vector<std::vector<char>> fired_;
  std::vector<std::vector<double>> potentiation_;
};

template <class Device>
class Polychrony : public ::testing::Test {};
TYPED_TEST_SUITE(Polychrony, kosnn_test::Devices);

Parameters small() {
  Parameters p;
  p.excitatory = 241;
  p.inhibitory = 60;
  p.synapses = 60;
  return p;
}

TYPED_TEST(Polychrony, SpikesAndLearnsAsANaiveLoop) {
  auto const p = small();
  for (std::uint64_t const seed : {1U, 2U}) {
    auto net = polychrony::make<TypeParam, double>(p, seed);
    auto const& exc = net.record(Exc{}, kosnn::Spikes{});
    auto const& inh = net.record(Inh{}, kosnn::Spikes{});
    Naive naive(p, seed);
    constexpr int steps = 900, period = 150;
    for (int t = 0; t < steps; t += period) {
      polychrony::run_and_learn(net, period);
      for (int k = 0; k < period; ++k) naive.step();
      naive.learn();
    }
    auto const got_exc = kosnn_test::raster(exc, steps, 1, p.excitatory);
    auto const got_inh = kosnn_test::raster(inh, steps, 1, p.inhibitory);
    ASSERT_GT(exc.count(), 1000U);
    ASSERT_GT(inh.count(), 200U);
    auto const e = static_cast<std::size_t>(p.excitatory);
    auto const i = static_cast<std::size_t>(p.inhibitory);
    for (std::size_t t = 0; t < steps; ++t)
      for (std::size_t n = 0; n < e + i; ++n) {
        int const got = n < e ? got_exc[t * e + n] : got_inh[t * i + n - e];
        ASSERT_EQ(got, int(naive.fired(t)[n])) << "step " << t << " neuron " << n;
      }
    // To rounding: powers of a trace's decay here, products of many steps there.
    auto const expect_same = [](std::vector<double> const& a, std::vector<double> const& b) {
      ASSERT_EQ(a.size(), b.size());
      for (std::size_t k = 0; k < a.size(); ++k) ASSERT_NEAR(a[k], b[k], 1e-13 * b[k]) << k;
    };
    expect_same(net.projection(Exc{}, Exc{}).weights(), naive.weights(0));
    expect_same(net.projection(Exc{}, Inh{}).weights(), naive.weights(1));
    auto const w = net.projection(Exc{}, Exc{}).weights();
    EXPECT_GT(*std::max_element(w.begin(), w.end()), 6.3);
    EXPECT_LT(*std::min_element(w.begin(), w.end()), 5.7);
  }
}

TEST(PolychronyWiring, AsPublished) {
  auto const w = polychrony::draw_wiring(800, 200, 100, 20, 3);
  ASSERT_EQ(w.exc_to_exc.sources.size() + w.exc_to_inh.sources.size(), 80000U);
  ASSERT_EQ(w.inh_to_exc.sources.size(), 20000U);
  std::set<std::pair<int, int>> pairs;
  std::vector<int> of_delay(21);
  for (auto const* edges : {&w.exc_to_exc, &w.exc_to_inh})
    for (std::size_t k = 0; k < edges->sources.size(); ++k) {
      int const first = edges == &w.exc_to_inh ? 800 : 0;
      EXPECT_NE(edges->sources[k], first + edges->targets[k]);
      pairs.insert({edges->sources[k], first + edges->targets[k]});
      ++of_delay[static_cast<std::size_t>(edges->delays[k])];
    }
  EXPECT_EQ(pairs.size(), 80000U);
  for (std::size_t ms = 1; ms <= 20; ++ms) EXPECT_EQ(of_delay[ms], 4000) << ms;
  for (int const target : w.inh_to_exc.targets) EXPECT_LT(target, 800);
  EXPECT_NE(w.exc_to_exc.targets, polychrony::draw_wiring(800, 200, 100, 20, 4).exc_to_exc.targets);
}

TEST(PolychronyWiring, Errors) {
  kosnn_test::expect_error([] { polychrony::draw_wiring(50, 10, 50, 5, 1); },
                           {"1 to 49 synapses", "50"});
  kosnn_test::expect_error([] { polychrony::draw_wiring(50, 10, 22, 20, 1); },
                           {"22", "multiple of the longest delay", "20"});
}

}  // namespace

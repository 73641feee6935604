// Delivery against a naive reference: every spike adds its weight to its target after its delay.

#include <cstdint>
#include <vector>

#include "testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::Chatter;
using kosnn_test::config;

struct A {};
struct B {};
struct C {};
struct D {};

template <class Device>
class Delivery : public ::testing::Test {};
TYPED_TEST_SUITE(Delivery, kosnn_test::Devices);

/// What the neurons of one population have received: (steps, batch, neurons), added up.
class Received {
 public:
  Received(int steps, int batch, int size)
      : steps_(steps),
        batch_(static_cast<std::size_t>(batch)),
        size_(static_cast<std::size_t>(size)),
        sum_(static_cast<std::size_t>(steps) * batch_ * size_) {}

  /// A spike that arrives at `step`.
  void add(std::int64_t step, std::size_t element, int target, double weight) {
    if (step < steps_)
      sum_[(static_cast<std::size_t>(step) * batch_ + element) * size_ +
           static_cast<std::size_t>(target)] += weight;
  }
  /// Everything that the recorded spikes of the source send over a projection.
  template <class Topology, class Projection, class Recorder>
  void add_all(Projection const& projection, Recorder const& spikes, int pre, double dt) {
    auto const weights = projection.weights();
    auto const delays = projection.delays();
    std::vector<std::vector<kosnn_test::Synapse>> rows(static_cast<std::size_t>(pre));
    for (auto const& s : kosnn_test::synapses<Topology>(pre, static_cast<int>(size_)))
      rows[static_cast<std::size_t>(s.source)].push_back(s);
    for (std::size_t k = 0; k < spikes.count(); ++k)
      for (auto const& s : rows[spikes.neurons()[k]])
        add(spikes.steps()[k] + std::llround(delays[s.index] / dt), spikes.elements()[k], s.target,
            static_cast<double>(weights[s.index]));
  }
  /// Compares with the recorded sums, step by step.
  template <class Real>
  void expect(std::vector<Real> const& recorded, double tolerance) const {
    ASSERT_EQ(recorded.size(), sum_.size());
    std::vector<double> total(batch_ * size_);
    for (std::size_t k = 0; k < sum_.size(); ++k) {
      std::size_t const n = k % total.size();
      total[n] += sum_[k];
      ASSERT_NEAR(static_cast<double>(recorded[k]), total[n], tolerance)
          << "step " << k / total.size() << ", element " << n / size_ << ", neuron " << n % size_;
    }
  }

 private:
  std::int64_t steps_;
  std::size_t batch_, size_;
  std::vector<double> sum_;
};

/// Multiples of 1/64: sums of some thousands are exact in float.
std::vector<double> exact_values(std::size_t n, unsigned seed) {
  auto values = kosnn_test::random_values(n, -1, 1, seed);
  for (double& v : values) v = std::round(v * 64) / 64;
  return values;
}

struct Case {
  Weights weights;
  Delays delays;
  int pre, post, batch;
  double probability;
  double tolerance = 0;
};

template <class Device, class Real, class Topology>
void expect_delivery(Case const& k) {
  constexpr int steps = 60;
  constexpr double dt = 0.5;
  auto net = make_network<Device, Real>(config().dt(dt).batch(k.batch),
                                        population(A{}, SpikeArraySource{}, Shape{k.pre}),
                                        population(B{}, Chatter<Real>{0}, Shape{k.post}),
                                        project(A{}, B{}, Topology{}, k.weights, k.delays));
  auto const given = kosnn_test::random_spikes(k.pre, k.batch, steps, dt, k.probability, 5);
  net.get(A{}).set_spikes(given.neurons, given.times, given.elements);
  auto& spikes = net.record(A{}, Spikes{});
  auto& sums = net.record(B{}, Field<&Chatter<Real>::State::sum>{});
  net.run(7 * dt);  // in uneven pieces
  net.run((steps - 7) * dt);
  ASSERT_EQ(spikes.times(), given.times);
  for (std::size_t s = 0; s < given.times.size(); ++s) {
    ASSERT_EQ(spikes.neurons()[s], static_cast<std::uint32_t>(given.neurons[s]));
    ASSERT_EQ(spikes.elements()[s], static_cast<std::uint32_t>(given.elements[s]));
  }
  Received expected(steps, k.batch, k.post);
  expected.add_all<Topology>(net.projection(A{}, B{}), spikes, k.pre, dt);
  expected.expect(sums.values(), k.tolerance);
}

/// All delays x weights of one topology.
template <class Device, class Real, class Topology>
void expect_all(int pre, int post, int batch) {
  std::size_t const n = kosnn_test::storage<Topology>(pre, post);
  std::vector<double> own_delays = kosnn_test::random_values(n, 0, 9, 3);
  for (double& d : own_delays) d = std::round(d * 2) / 2;
  double const tolerance = std::is_same_v<Real, float> ? 1e-4 : 1e-11;
  auto own_weights = exact_values(n, 4);
  if (std::is_same_v<Topology, AllButOne>)
    for (std::size_t i = 0; i < n; i += static_cast<std::size_t>(post) + 1) own_weights[i] = 0;
  for (auto const& d :
       {delays::none(), delays::constant(0.5), delays::constant(4), delays::constant(20),
        delays::uniform(0.5, 10), delays::uniform(0, 3), delays::array(own_delays)}) {
    SCOPED_TRACE("delays of kind " + std::to_string(static_cast<int>(d.values.kind())) + " from " +
                 std::to_string(d.values.first()));
    expect_delivery<Device, Real, Topology>(
        {weights::array(own_weights), d, pre, post, batch, 0.1});
    if (d.values.kind() == Values::Kind::uniform || d.values.first() == 0)
      expect_delivery<Device, Real, Topology>({weights::constant(1), d, pre, post, batch, 0.1});
  }
  for (auto const& d : {delays::constant(1.5), delays::uniform(0.5, 6)}) {
    for (auto const& w : {weights::uniform(-1, 1), weights::normal(0, 1)})
      expect_delivery<Device, Real, Topology>({w, d, pre, post, batch, 0.1, tolerance});
    for (double const p : {0.0, 1.0})
      expect_delivery<Device, Real, Topology>(
          {weights::array(own_weights), d, pre, post, batch, p});
  }
}

TYPED_TEST(Delivery, Dense) {
  expect_all<TypeParam, float, Dense>(37, 131, 1);
  expect_all<TypeParam, float, Dense>(53, 29, 3);
  expect_all<TypeParam, double, Dense>(37, 131, 3);
  expect_all<TypeParam, double, Dense>(1, 1, 1);
}
TYPED_TEST(Delivery, DenseWithALargeBatch) { expect_all<TypeParam, float, Dense>(19, 35, 70); }
TYPED_TEST(Delivery, OneToOne) {
  expect_all<TypeParam, float, OneToOne>(131, 131, 1);
  expect_all<TypeParam, double, OneToOne>(37, 37, 3);
  expect_all<TypeParam, float, OneToOne>(37, 37, 70);
}
TYPED_TEST(Delivery, AllButOne) {
  expect_all<TypeParam, float, AllButOne>(37, 37, 1);
  expect_all<TypeParam, double, AllButOne>(71, 71, 3);
  expect_all<TypeParam, float, AllButOne>(1, 1, 1);
  expect_all<TypeParam, float, AllButOne>(2, 2, 70);
}

TYPED_TEST(Delivery, GradedInput) {
  constexpr int pre = 37, post = 53, batch = 3, steps = 40;
  auto const weights = exact_values(pre * post, 6);
  auto net = make_network<TypeParam, double>(
      config().batch(batch), population(A{}, Input{}, Shape{pre}),
      population(B{}, Chatter<double>{0}, Shape{post}),
      project(A{}, B{}, Dense{}, weights::array(weights)),
      project(A{}, B{}, Dense{}, weights::constant(0.25), delays::uniform(1, 12)));
  auto& sums = net.record(B{}, Field<&Chatter<double>::State::sum>{});
  Received expected(steps, batch, post);
  auto const own_delays = net.template projection<1>(A{}, B{}).delays();
  for (int t = 0; t < steps; ++t) {
    auto values = exact_values(batch * pre, static_cast<unsigned>(t));
    for (std::size_t k = 0; k < values.size(); k += 3) values[k] = 0;
    net.get(A{}).set_values(values);
    net.step();
    for (std::size_t k = 0; k < values.size(); ++k)
      for (std::size_t j = 0; j < post; ++j) {
        std::size_t const at = k % pre * post + j;
        expected.add(t, k / pre, static_cast<int>(j), values[k] * weights[at]);
        expected.add(t + std::llround(own_delays[at]), k / pre, static_cast<int>(j),
                     values[k] * 0.25);
      }
  }
  expected.expect(sums.values(), 1e-10);
}

/// Feedback, self-projections, several projections between one pair; no shortest delay above 1.
template <class Device, class Real>
void expect_recurrent(int batch, int steps) {
  constexpr int a = 37, b = 131;
  Chatter<Real> const quiet{0.03};
  auto net = make_network<Device, Real>(
      config().dt(0.1).batch(batch), population(A{}, quiet, Shape{a}),
      population(B{}, quiet, Shape{b}),
      project(A{}, B{}, Dense{}, weights::array(exact_values(a * b, 1))),
      project(A{}, B{}, Dense{}, weights::array(exact_values(a * b, 2)), delays::uniform(0.1, 3)),
      project(B{}, A{}, Dense{}, weights::array(exact_values(a * b, 3)), delays::constant(0.7)),
      project(A{}, A{}, AllButOne{}, weights::constant(-0.5), delays::uniform(0.2, 1)),
      project(B{}, B{}, Dense{}, weights::array(exact_values(b * b, 4)), delays::constant(0.1)),
      project(B{}, B{}, OneToOne{}, weights::constant(0.75), delays::constant(2)));
  auto& sa = net.record(A{}, Spikes{});
  auto& sb = net.record(B{}, Spikes{});
  auto& ra = net.record(A{}, Field<&Chatter<Real>::State::sum>{});
  auto& rb = net.record(B{}, Field<&Chatter<Real>::State::sum>{});
  net.run(steps * 0.1);
  Received to_a(steps, batch, a), to_b(steps, batch, b);
  to_b.add_all<Dense>(net.projection(A{}, B{}), sa, a, 0.1);
  to_b.add_all<Dense>(net.template projection<1>(A{}, B{}), sa, a, 0.1);
  to_a.add_all<Dense>(net.projection(B{}, A{}), sb, b, 0.1);
  to_a.add_all<AllButOne>(net.projection(A{}, A{}), sa, a, 0.1);
  to_b.add_all<Dense>(net.projection(B{}, B{}), sb, b, 0.1);
  to_b.add_all<OneToOne>(net.template projection<1>(B{}, B{}), sb, b, 0.1);
  to_a.expect(ra.values(), 0);
  to_b.expect(rb.values(), 0);
  EXPECT_GT(sa.count(), 0u);
  EXPECT_EQ(net.spikes(), sa.count() + sb.count());
  EXPECT_EQ(net.synaptic_events(), sa.count() * (b + b + a - 1) + sb.count() * (a + b + 1));
}

TYPED_TEST(Delivery, RecurrentNetwork) {
  expect_recurrent<TypeParam, float>(1, 300);
  expect_recurrent<TypeParam, double>(3, 150);
}
TYPED_TEST(Delivery, RecurrentNetworkWithALargeBatch) {
  expect_recurrent<TypeParam, float>(70, 40);
}

// All delays are long, so that workers run ahead of each other by up to seven steps.
TYPED_TEST(Delivery, LoopsOfLongDelays) {
  constexpr int a = 131, b = 77, steps = 400;
  Chatter<float> const quiet{0.05};
  auto net = make_network<TypeParam>(
      config(), population(A{}, quiet, Shape{a}), population(B{}, quiet, Shape{b}),
      project(A{}, B{}, Dense{}, weights::array(exact_values(a * b, 2)), delays::uniform(7, 31)),
      project(B{}, A{}, Dense{}, weights::constant(0.5), delays::constant(7)),
      project(A{}, A{}, AllButOne{}, weights::constant(-0.25), delays::constant(11)));
  auto& sa = net.record(A{}, Spikes{});
  auto& sb = net.record(B{}, Spikes{});
  auto& ra = net.record(A{}, Field<&Chatter<float>::State::sum>{});
  auto& rb = net.record(B{}, Field<&Chatter<float>::State::sum>{});
  for (int pieces = 0; pieces < 40; ++pieces) net.run(10);
  Received to_a(steps, 1, a), to_b(steps, 1, b);
  to_b.add_all<Dense>(net.projection(A{}, B{}), sa, a, 1);
  to_a.add_all<Dense>(net.projection(B{}, A{}), sb, b, 1);
  to_a.add_all<AllButOne>(net.projection(A{}, A{}), sa, a, 1);
  to_a.expect(ra.values(), 0);
  to_b.expect(rb.values(), 0);
}

// Spikes without delay pass through a chain in one step, whatever the order of the projections.
TYPED_TEST(Delivery, ChainWithoutDelaysInAnyOrderOfDeclaration) {
  constexpr int n = 37, steps = 60;
  kosnn_test::Puppet<float> const relay;
  auto net = make_network<TypeParam>(
      config(), population(A{}, SpikeArraySource{}, Shape{n}), population(B{}, relay, Shape{n}),
      population(C{}, relay, Shape{n}), population(D{}, relay, Shape{n}),
      project(C{}, D{}, OneToOne{}, weights::constant(100)),
      project(A{}, B{}, OneToOne{}, weights::constant(100)),
      project(B{}, C{}, OneToOne{}, weights::constant(100)));
  auto const given = kosnn_test::random_spikes(n, 1, steps, 1, 0.2, 8);
  net.get(A{}).set_spikes(given.neurons, given.times);
  auto& first = net.record(A{}, Spikes{});
  auto& last = net.record(D{}, Spikes{});
  net.run(steps);
  EXPECT_EQ(last.times(), given.times);
  EXPECT_EQ(last.neurons(), first.neurons());
}

}  // namespace

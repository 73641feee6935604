// Fede's neuron in a network: each synapse subtracts the trace of its source in every step.

#include <cmath>
#include <vector>

#include "testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::config;

struct In {};
struct Out {};

template <class Device>
class FedeNetwork : public ::testing::Test {};
TYPED_TEST_SUITE(FedeNetwork, kosnn_test::Devices);

// PySNN: two synapses whose potentials are 1.5 and 1 and whose traces are .5 and .25 in every step.
TYPED_TEST(FedeNetwork, FollowsPySnn) {
  auto const in = all_to_all(factor(0, 0.5)), out = all_to_all(euler(2));
  auto const neuron = Fede<>{}.membrane(euler(2)).threshold(0.8).refractory(1).presynaptic(in);
  std::vector<double> w(2 * 37, 1.5);
  std::fill(w.begin() + 37, w.end(), 2);
  auto net =
      make_network<TypeParam>(config().batch(2), population(In{}, Input{}, Shape{2}),
                              population(Out{}, neuron, Shape{37}).trace(out),
                              project(In{}, Out{}, Dense{}, weights::array(w)).immediate_trace());
  net.get(In{}).set_values({1, 0.5F});
  auto& spikes = net.record(Out{}, Spikes{});
  auto& z = net.record(Out{}, out);
  net.run(10);
  std::vector<std::int64_t> steps;
  for (std::size_t k = 0; k < spikes.count(); k += 2 * 37) steps.push_back(spikes.steps()[k]);
  EXPECT_EQ(steps, (std::vector<std::int64_t>{0, 2, 4, 6, 8}));
  double const expected[] = {.5,      .25,     .625,    .3125,   .65625,
                             .328125, .664062, .332031, .666016, .333008};
  ASSERT_EQ(z.values().size(), std::size_t(10) * 2 * 37);
  for (std::size_t k = 0; k < z.values().size(); ++k)
    EXPECT_NEAR(z.values()[k], expected[k / (2 * 37)], 1e-6);
}

constexpr int sources = 21, targets = 37, steps = 80;

/// A network of Fede's neurons, delayed by `delay` steps, beside a naive loop in double precision.
template <class Device>
void compare(int batch, int delay, bool immediate) {
  auto const trace = all_to_all(exact(7, 0.2));
  auto const neuron =
      Fede<double>{}.membrane(exact(9, 0.6)).threshold(0.7).refractory(1).presynaptic(trace);
  auto const w = kosnn_test::random_values(sources * targets, 0.2, 1, 4);
  auto projection = project(In{}, Out{}, Dense{}, weights::array(w), delays::constant(delay));
  if (immediate) projection.immediate_trace();
  auto net = make_network<Device, double>(config().batch(batch),
                                          population(In{}, SpikeArraySource{}, Shape{sources}),
                                          population(Out{}, neuron, Shape{targets}), projection);
  auto const list = kosnn_test::random_spikes(sources, batch, steps, 1, 0.2, 6);
  net.get(In{}).set_spikes(list.neurons, list.times, list.elements);

  auto const rows = static_cast<std::size_t>(batch);
  using Rows = std::vector<std::vector<double>>;
  Rows z(rows, std::vector<double>(sources)), v(rows, std::vector<double>(targets)), left = v;
  std::vector<Rows> fired(steps, z), traces;
  for (std::size_t k = 0; k < list.times.size(); ++k)
    fired[static_cast<std::size_t>(list.times[k])][static_cast<std::size_t>(list.elements[k])]
         [static_cast<std::size_t>(list.neurons[k])] = 1;
  double const decay = std::exp(-1.0 / 7), leak = std::exp(-1.0 / 9);
  std::uint64_t spikes = 0;
  for (int t = 0; t < steps; ++t) {
    net.step();
    for (std::size_t b = 0; b < rows; ++b)
      for (std::size_t i = 0; i < sources; ++i)
        z[b][i] = decay * z[b][i] + 0.2 * fired[static_cast<std::size_t>(t)][b][i];
    traces.push_back(z);
    auto const got = net.get(Out{}).template field<&Fede<double>::State::v>();
    for (std::size_t b = 0; b < rows; ++b)
      for (std::size_t n = 0; n < targets; ++n) {
        double input = 0;
        for (std::size_t i = 0; i < sources; ++i) {
          auto const then = static_cast<std::size_t>(t - delay);
          if (t >= delay)
            input += w[i * targets + n] * fired[then][b][i] - (immediate ? 0 : traces[then][b][i]);
          if (immediate) input -= z[b][i];
        }
        if (left[b][n] > 0) {
          --left[b][n];
        } else {
          v[b][n] = leak * v[b][n] + 0.6 * input;
          if (v[b][n] >= 0.7) {
            v[b][n] = 0;
            left[b][n] = 1;
            ++spikes;
          }
        }
        ASSERT_NEAR(got[b * targets + n], v[b][n], 1e-12) << "neuron " << n << ", step " << t;
      }
  }
  EXPECT_GT(spikes, 20U);
  EXPECT_EQ(net.get(Out{}).spikes(), spikes);
}

TYPED_TEST(FedeNetwork, DoesWhatANaiveLoopDoes) {
  compare<TypeParam>(1, 0, false);
  compare<TypeParam>(3, 2, false);
  compare<TypeParam>(3, 2, true);
}

}  // namespace

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

struct Link {
  std::size_t source, target;
  double weight;
  int delay;
};

/// A network of Fede's neurons beside a naive loop over the synapses in `links`, in double
/// precision.
template <class Device, class Topology>
void compare(Shape const& pre, Shape const& post, Topology const& topology, Weights const& w,
             Delays const& delays, std::vector<Link> const& links, int batch, bool immediate) {
  constexpr int steps = 60;
  std::size_t const sources = std::size_t(pre.size()), targets = std::size_t(post.size());
  auto const trace = all_to_all(exact(7, 0.05));
  auto const neuron =
      Fede<double>{}.membrane(exact(9, 0.6)).threshold(0.7).refractory(1).presynaptic(trace);
  auto projection = project(In{}, Out{}, topology, w, delays);
  if (immediate) projection.immediate_trace();
  auto net =
      make_network<Device, double>(config().batch(batch), population(In{}, SpikeArraySource{}, pre),
                                   population(Out{}, neuron, post), projection);
  auto const list = kosnn_test::random_spikes(pre.size(), batch, steps, 1, 0.2, 6);
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
        z[b][i] = decay * z[b][i] + 0.05 * fired[static_cast<std::size_t>(t)][b][i];
    traces.push_back(z);
    auto const got = net.get(Out{}).template field<&Fede<double>::State::v>();
    for (std::size_t b = 0; b < rows; ++b) {
      std::vector<double> input(targets);
      for (Link const& s : links) {
        auto const then = static_cast<std::size_t>(t - s.delay);
        if (t >= s.delay)
          input[s.target] +=
              s.weight * fired[then][b][s.source] - (immediate ? 0 : traces[then][b][s.source]);
        if (immediate) input[s.target] -= z[b][s.source];
      }
      for (std::size_t n = 0; n < targets; ++n) {
        if (left[b][n] > 0) {
          --left[b][n];
        } else {
          v[b][n] = leak * v[b][n] + 0.6 * input[n];
          if (v[b][n] >= 0.7) {
            v[b][n] = 0;
            left[b][n] = 1;
            ++spikes;
          }
        }
        ASSERT_NEAR(got[b * targets + n], v[b][n], 1e-12) << "neuron " << n << ", step " << t;
      }
    }
  }
  EXPECT_GT(spikes, 20U);
  EXPECT_EQ(net.get(Out{}).spikes(), spikes);
}

enum class Delaying { none, constant, each };

std::vector<double> delays_of(std::size_t n, Delaying how) {
  std::vector<double> ms(n, how == Delaying::constant ? 2 : 0);
  if (how == Delaying::each)
    for (std::size_t k = 0; k < n; ++k) ms[k] = double(k * 5 % 3 + 1);
  return ms;
}

template <class Device, class Topology>
void compare_own(int pre, int post, int batch, Delaying how, bool immediate) {
  std::size_t const n = kosnn_test::storage<Topology>(pre, post);
  auto w = kosnn_test::random_values(n, 0.1, 0.9, 4);
  auto const ms = delays_of(n, how);
  std::vector<Link> links;
  std::vector<bool> exists(n);
  for (auto const& s : kosnn_test::synapses<Topology>(pre, post)) {
    links.push_back({std::size_t(s.source), std::size_t(s.target), w[s.index], int(ms[s.index])});
    exists[s.index] = true;
  }
  for (std::size_t k = 0; k < n; ++k)
    if (!exists[k]) w[k] = 0;
  compare<Device>(Shape{pre}, Shape{post}, Topology{}, weights::array(w), delays::array(ms), links,
                  batch, immediate);
}

TYPED_TEST(FedeNetwork, DoesWhatANaiveLoopDoes) {
  compare_own<TypeParam, Dense>(21, 37, 1, Delaying::none, false);
  compare_own<TypeParam, Dense>(21, 37, 3, Delaying::constant, false);
  compare_own<TypeParam, Dense>(21, 37, 3, Delaying::constant, true);
  compare_own<TypeParam, Dense>(21, 37, 2, Delaying::each, false);
  compare_own<TypeParam, AllButOne>(19, 19, 2, Delaying::constant, false);
}

/// 3 x 2 kernels over images of 5 x 6 with a border of one row, two groups of channels.
template <class Device>
void compare_windows(int batch, Delaying how, bool immediate) {
  constexpr int cin = 2, cout = 3, groups = 2, ky = 3, kx = 2, height = 5, width = 6, ox = 5;
  std::size_t const n = groups * cout * cin * ky * kx;
  auto const w = kosnn_test::random_values(n, 0.1, 0.9, 4);
  auto const ms = delays_of(n, how);
  std::vector<Link> links;
  for (int o = 0; o < groups * cout; ++o)
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < ox; ++x)
        for (int c = 0; c < cin; ++c)
          for (int a = 0; a < ky; ++a)
            for (int b = 0; b < kx; ++b) {
              int const iy = y - 1 + a;
              if (iy < 0 || iy >= height) continue;
              auto const k = std::size_t(((o * cin + c) * ky + a) * kx + b);
              links.push_back({std::size_t(((o / cout * cin + c) * height + iy) * width + x + b),
                               std::size_t((o * height + y) * ox + x), w[k], int(ms[k])});
            }
  compare<Device>(Shape{groups * cin, height, width}, Shape{groups * cout, height, ox},
                  Conv2d{ky, kx}.padding({1, 0}).groups(groups), weights::array(w),
                  delays::array(ms), links, batch, immediate);
}

TYPED_TEST(FedeNetwork, SeesTheTracesInItsWindow) {
  compare_windows<TypeParam>(1, Delaying::none, false);
  compare_windows<TypeParam>(3, Delaying::constant, true);
  compare_windows<TypeParam>(2, Delaying::each, false);
}

}  // namespace

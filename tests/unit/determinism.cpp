// The same seed gives the same network, bit for bit, whatever shares the work.

#include <tuple>
#include <vector>

#include "testing.hpp"

namespace {

using namespace kosnn;

struct Image {};
struct Exc {};
struct Inh {};

template <class Real>
struct Outcome {
  std::vector<Real> weights, lateral, v, threshold, trace;
  std::vector<std::uint32_t> neurons, elements;
  std::vector<std::int64_t> steps;
  std::uint64_t events = 0;
};

template <class Real>
void expect_same(Outcome<Real> const& a, Outcome<Real> const& b) {
  EXPECT_EQ(a.weights, b.weights);
  EXPECT_EQ(a.lateral, b.lateral);
  EXPECT_EQ(a.v, b.v);
  EXPECT_EQ(a.threshold, b.threshold);
  EXPECT_EQ(a.trace, b.trace);
  EXPECT_EQ(a.steps, b.steps);
  EXPECT_EQ(a.neurons, b.neurons);
  EXPECT_EQ(a.elements, b.elements);
  EXPECT_EQ(a.events, b.events);
}

/// A plastic network of uneven sizes, driven at random, after some 200 steps in uneven pieces.
template <class Device, class Real>
Outcome<Real> simulate(Config const& settings, Delays const& delays) {
  using Cells = AdaptiveLIF<Real>;
  auto const trace = all_to_all(exact(15));
  constexpr int inputs = 211, cells = 131;
  auto net = make_network<Device, Real>(
      settings, population(Image{}, PoissonSource{}, Shape{inputs}),
      population(Exc{}, Cells{}.membrane(exact(30)).refractory(2), Shape{cells}).trace(trace),
      population(Inh{}, LIF<Real>{}.threshold(0.7), Shape{cells}),
      project(Image{}, Exc{}, Dense{}, weights::uniform(0, 0.1), delays,
              PairStdp<Real>{}.clamp(0, 0.2)),
      project(Exc{}, Inh{}, OneToOne{}, weights::constant(0.8)),
      project(Inh{}, Exc{}, AllButOne{}, weights::normal(-0.02, 0.005), delays::constant(1),
              PairStdp<Real, Multiplicative>{}.clamp(-0.1, 0)));
  std::vector<double> rates(inputs);
  for (std::size_t k = 0; k < rates.size(); ++k) rates[k] = static_cast<double>(k % 64);
  net.get(Image{}).set_rates(rates);
  auto& spikes = net.record(Exc{}, Spikes{});
  net.run(37);
  net.run(162.5);
  net.projection(Image{}, Exc{}).normalise(9);
  net.run(0.5);
  EXPECT_GT(spikes.count(), 100u);
  auto& exc = net.get(Exc{});
  return {net.projection(Image{}, Exc{}).weights(),
          net.projection(Inh{}, Exc{}).weights(),
          exc.template field<&Cells::State::v>(),
          exc.template field<&Cells::State::threshold>(),
          exc.trace(trace),
          spikes.neurons(),
          spikes.elements(),
          spikes.steps(),
          net.synaptic_events()};
}

template <class Real>
class Determinism : public ::testing::Test {
 protected:
  static Config settings(int batch) {
    return Config{}.dt(0.5).seed(7).batch(batch).neurons_per_thread(1);
  }
};
using Precisions = ::testing::Types<float, double>;
TYPED_TEST_SUITE(Determinism, Precisions);

#ifdef KOKKOS_ENABLE_OPENMP
TYPED_TEST(Determinism, SerialAndOpenMp) {
  for (int const batch : {1, 3})
    for (auto const& d : {delays::none(), delays::constant(2), delays::uniform(0.5, 6)}) {
      auto const serial = simulate<Kokkos::Serial, TypeParam>(this->settings(batch), d);
      auto const shared = simulate<Kokkos::OpenMP, TypeParam>(this->settings(batch), d);
      expect_same(serial, shared);
    }
}

TYPED_TEST(Determinism, AnyNumberOfWorkers) {
  auto const all = simulate<Kokkos::OpenMP, TypeParam>(this->settings(3), delays::uniform(0.5, 6));
  auto const one = simulate<Kokkos::OpenMP, TypeParam>(
      this->settings(3).neurons_per_thread(1 << 20), delays::uniform(0.5, 6));
  expect_same(all, one);
}
#endif

TYPED_TEST(Determinism, TheSeedDecides) {
  auto const a = simulate<Kokkos::Serial, TypeParam>(this->settings(1), delays::none());
  auto const b = simulate<Kokkos::Serial, TypeParam>(this->settings(1), delays::none());
  auto const c = simulate<Kokkos::Serial, TypeParam>(this->settings(1).seed(8), delays::none());
  expect_same(a, b);
  EXPECT_NE(a.weights, c.weights);
  EXPECT_NE(a.steps, c.steps);
}

}  // namespace

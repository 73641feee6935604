// A network of convolutions that learn gives the same bits whatever shares the work.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "testing.hpp"

namespace {

using namespace kosnn;

struct Image {};
struct Maps {};
struct Features {};

struct Outcome {
  std::vector<float> mstdpet, fede, every_step, additive, eligibility, v;
  std::vector<std::uint32_t> neurons, elements;
  std::vector<std::int64_t> steps;
};

void expect_same(Outcome const& a, Outcome const& b) {
  EXPECT_EQ(a.mstdpet, b.mstdpet);
  EXPECT_EQ(a.fede, b.fede);
  EXPECT_EQ(a.every_step, b.every_step);
  EXPECT_EQ(a.additive, b.additive);
  EXPECT_EQ(a.eligibility, b.eligibility);
  EXPECT_EQ(a.v, b.v);
  EXPECT_EQ(a.steps, b.steps);
  EXPECT_EQ(a.neurons, b.neurons);
  EXPECT_EQ(a.elements, b.elements);
}

/// Two layers of uneven sizes with a way back; every rule that is used acts on what fires next.
template <class Device>
Outcome simulate(Config settings, Delays const& delays) {
  using Cells = LIF<float>;
  auto net = make_network<Device>(
      settings.dt(0.5).seed(7), population(Image{}, PoissonSource{}, Shape{2, 11, 9}),
      population(Maps{}, Cells{}.membrane(exact(20)).threshold(1).refractory(1), Shape{5, 6, 9}),
      population(Features{}, Cells{}.membrane(exact(10)).threshold(0.7), Shape{3, 4, 5}),
      project(Image{}, Maps{}, Conv2d{5, 3}.stride({2, 1}).padding({2, 1}),
              weights::uniform(0, 0.5), delays, Mstdpet<>{}.rate(0.02).clamp(0, 0.6))
          .reward_per_element(),
      project(Maps{}, Features{}, Conv2d{3, 5}.stride({1, 2}).padding({0, 2}),
              weights::kaiming_uniform(), delays,
              FedeStdp<>{}.rate(0.05).w_init(0.1).soft_bounds(-1, 1)),
      project(Image{}, Features{}, Conv2d{5, 3}.stride({2, 2}).padding({0, 1}),
              weights::xavier_normal(), FedeStdpEveryStep<>{}.rate(0.01).w_init(0.1)),
      project(Features{}, Maps{}, Conv2d{3, 5}.padding({2, 4}), weights::constant(0.05),
              delays::constant(0.5), AdditiveRstdp<>{}.rate(0.01).clamp(-0.1, 0.1)));
  std::vector<double> rates(2 * 11 * 9);
  for (std::size_t k = 0; k < rates.size(); ++k) rates[k] = double(k % 64);
  net.get(Image{}).set_rates(rates);
  auto& spikes = net.record(Maps{}, Spikes{});
  for (int k = 0; k < 9; ++k) {
    net.run(4.5 + k);
    std::vector<double> rewards;
    for (int b = 0; b < settings.batch(); ++b) rewards.push_back(0.7 * b - 0.5 + k % 2);
    net.reward(rewards);
  }
  EXPECT_GT(spikes.count(), 100u);
  return {net.projection(Image{}, Maps{}).weights(),
          net.projection(Maps{}, Features{}).weights(),
          net.projection(Image{}, Features{}).weights(),
          net.projection(Features{}, Maps{}).weights(),
          net.projection(Image{}, Maps{}).eligibility(),
          net.get(Features{}).template field<&Cells::State::v>(),
          spikes.neurons(),
          spikes.elements(),
          spikes.steps()};
}

#ifdef KOKKOS_ENABLE_OPENMP
TEST(ConvDeterminism, AnyNumberOfWorkers) {
  for (int const batch : {1, 3})
    for (auto const& d : {delays::none(), delays::uniform(0.5, 3)}) {
      auto const settings = kosnn_test::config().batch(batch);
      auto const all = simulate<Kokkos::OpenMP>(settings, d);
      auto const one = simulate<Kokkos::OpenMP>(Config(settings).neurons_per_thread(1 << 20), d);
      expect_same(all, one);
    }
}
TEST(ConvDeterminism, SerialAndOpenMp) {
  auto const settings = kosnn_test::config().batch(3);
  auto const d = delays::uniform(0.5, 3);
  expect_same(simulate<Kokkos::Serial>(settings, d), simulate<Kokkos::OpenMP>(settings, d));
}
#endif

TEST(ConvDeterminism, AllRulesLearn) {
  auto const a = simulate<Kokkos::Serial>(kosnn_test::config(), delays::none());
  auto const b = simulate<Kokkos::Serial>(kosnn_test::config().batch(2), delays::none());
  EXPECT_NE(a.mstdpet, b.mstdpet);
  EXPECT_NE(a.fede, b.fede);
  EXPECT_NE(a.every_step, b.every_step);
  EXPECT_NE(a.additive, b.additive);
  EXPECT_NE(*std::max_element(a.additive.begin(), a.additive.end()), 0.05F);
}

}  // namespace

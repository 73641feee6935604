// Memory: what a network takes is what it says, and a run takes none.

#include "allocations.hpp"

#include <string>
#include <vector>

#include "testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::config;
using kosnn_test::DeviceAllocations;
using kosnn_test::host_allocations;

struct Image {};
struct Given {};
struct Exc {};
struct Inh {};

template <class Device>
class Allocations : public ::testing::Test {};
TYPED_TEST_SUITE(Allocations, kosnn_test::Devices);

template <class Device>
auto network(Config const& settings) {
  return make_network<Device>(
      settings, population(Image{}, PoissonSource{}, Shape{37}),
      population(Given{}, SpikeArraySource{}, Shape{5}),
      population(Exc{}, AdaptiveLIF<>{}.refractory(2), Shape{131}).trace(all_to_all(exact(3))),
      population(Inh{}, LIF<>{}.threshold(0.5), Shape{131}),
      project(Image{}, Exc{}, Dense{}, weights::uniform(0, 0.5), delays::uniform(1, 9),
              PairStdp<>{}),
      project(Given{}, Exc{}, Dense{}, weights::normal(0.5, 0.1)),
      project(Exc{}, Inh{}, OneToOne{}, weights::constant(1), delays::none(), PairStdp<>{}),
      project(Inh{}, Exc{}, AllButOne{}, weights::constant(-0.1), delays::constant(1)));
}

TYPED_TEST(Allocations, ARunAllocatesNothing) {
  auto net = network<TypeParam>(config().batch(3));
  net.get(Image{}).set_rates(std::vector<double>(37, 100));
  net.get(Given{}).set_spikes({0, 1, 2}, {1, 5, 60});
  net.get(Inh{}).set_currents({currents::noise(0.01, 0.01, 3), currents::ac(0.1, 20)});
  DeviceAllocations const device;
  std::size_t const before = host_allocations();
  net.run(50);
  net.step();
  net.reset_state();
  net.run(50);
  EXPECT_EQ(host_allocations() - before, 0u);
  EXPECT_EQ(device.count(), 0u);
  EXPECT_GT(net.spikes(), 0u);
}

TYPED_TEST(Allocations, TheReportIsWhatIsHeld) {
  DeviceAllocations const device;
  auto net = network<TypeParam>(config().batch(3));
  auto const expect_same = [&](char const* when) {
    std::size_t const told = net.memory().total(), held = device.bytes();
    EXPECT_LE(told, held) << when << '\n' << net.memory().table();
    EXPECT_LT(held, told + 8 * device.arrays()) << when << '\n' << net.memory().table();
  };
  expect_same("made");
  net.get(Given{}).set_spikes({0, 1, 2, 2}, {1, 5, 60, 61});
  expect_same("with spikes");
  net.get(Inh{}).set_currents({currents::noise(0.01, 0.01, 3), currents::steps({4}, {0.1})});
  expect_same("with currents");
  net.record(Exc{}, Spikes{});
  net.record(Exc{}, SpikeCounts{});
  net.record(Inh{}, Field<&LIF<>::State::v>{}, 5);
  net.record(Exc{}, all_to_all(exact(3)));
  net.record_weights(Image{}, Exc{}, 10);
  expect_same("with recorders");
  net.projection(Image{}, Exc{}).set_mask(std::vector<double>(37 * 131, 0.5));
  expect_same("with a mask");
  net.run(100);
  expect_same("after a run");
  std::size_t parts = 0;
  for (auto const& part : net.memory().parts()) parts += part.bytes;
  EXPECT_EQ(parts, net.memory().total());
}

TYPED_TEST(Allocations, TooLargeANetworkIsRefusedBeforeItIsMade) {
  std::size_t const needed = network<TypeParam>(config()).memory().total();
  EXPECT_NO_THROW(network<TypeParam>(config().memory_limit(needed)));
  DeviceAllocations const device;
  try {
    network<TypeParam>(config().memory_limit(needed - 1));
    FAIL() << "no MemoryError";
  } catch (MemoryError const& error) {
    std::string const text = error.what();
    for (auto const& word :
         {std::to_string(needed), std::to_string(needed - 1), std::string("population Image"),
          std::string("projection Image -> Exc"), std::string("total")})
      EXPECT_NE(text.find(word), std::string::npos) << text;
  }
  EXPECT_EQ(device.count(), 0u);
  // More than any machine has: refused by the default limit.
  EXPECT_THROW(make_network<TypeParam>(
                   config(), population(Exc{}, LIF<>{}, Shape{1 << 30}),
                   project(Exc{}, Exc{}, Dense{}, weights::uniform(0, 1), delays::constant(1))),
               MemoryError);
  EXPECT_EQ(device.count(), 0u);
}

}  // namespace

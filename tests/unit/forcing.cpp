// Forced spikes and silence, and direct input of single neurons.

#include <limits>
#include <string>
#include <vector>

#include "testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::config;

struct In {};
struct Out {};
struct Next {};

template <class Device>
class ForcedNeurons : public ::testing::Test {};
TYPED_TEST_SUITE(ForcedNeurons, kosnn_test::Devices);

constexpr int size = 37;
constexpr auto none = Forcing::none, spike = Forcing::spike, silence = Forcing::silence;

std::size_t position(int b, int n) {
  return static_cast<std::size_t>(b) * size + static_cast<std::size_t>(n);
}

/// Every kind of forcing for every kind of input: below (.25) and above (2) the threshold.
Forcing forcing_of(int b, int n) { return static_cast<Forcing>((n + b) % 3); }
float input_of(int n) { return n % 2 == 0 ? 0.25F : 2; }

template <class Device>
void compare(int batch) {
  using Model = AdaptiveLIF<>;
  auto const trace = all_to_all(factor(0.5));
  auto const model =
      Model{}.membrane(factor(0.5)).reset(-1).refractory(2).adaptation(factor(0.5, 0.25));
  auto net = make_network<Device>(
      config().batch(batch), population(Out{}, model, Shape{size}).trace(trace),
      population(Next{}, kosnn_test::Puppet<float>{}, Shape{size}),
      project(Out{}, Next{}, OneToOne{}, weights::constant(1), delays::constant(1)));
  std::vector<float> input(size);
  for (int n = 0; n < size; ++n) input[position(0, n)] = input_of(n);
  net.get(Out{}).set_input(input);
  std::vector<Forcing> forcing(static_cast<std::size_t>(batch) * size);
  for (int b = 0; b < batch; ++b)
    for (int n = 0; n < size; ++n) forcing[position(b, n)] = forcing_of(b, n);

  struct Cell {
    double v = 0, threshold = 1, z = 0;
    int left = 0;
    bool fired = false, before = false;
  };
  std::vector<Cell> cells(forcing.size());
  auto const step = [&](bool forced) {
    net.step();
    auto const v = net.get(Out{}).template field<&Model::State::v>();
    auto const threshold = net.get(Out{}).template field<&Model::State::threshold>();
    auto const left = net.get(Out{}).template field<&Model::State::refractory>();
    auto const received =
        net.get(Next{}).template field<&kosnn_test::Puppet<float>::State::input>();
    auto const z = net.get(Out{}).trace(trace);
    for (int b = 0; b < batch; ++b)
      for (int n = 0; n < size; ++n) {
        auto const i = position(b, n);
        Cell& c = cells[i];
        Forcing const how = forced ? forcing_of(b, n) : none;
        bool const active = c.left == 0;
        if (active) c.v = 0.5 * c.v + double(input_of(n));
        bool const own = active && c.v >= c.threshold;
        bool const reset = own || how == spike;
        c.threshold = 1 + 0.5 * (c.threshold - 1) + (reset ? 0.25 : 0);
        if (!active) --c.left;
        if (reset) {
          c.v = -1;
          c.left = 2;
        }
        c.before = c.fired;
        c.fired = how == spike || (own && how != silence);
        c.z = 0.5 * c.z + c.fired;
        ASSERT_NEAR(v[i], c.v, 1e-5) << "neuron " << n;
        ASSERT_NEAR(threshold[i], c.threshold, 1e-5) << "neuron " << n;
        ASSERT_EQ(left[i], c.left) << "neuron " << n;
        ASSERT_EQ(received[i], c.before ? 1 : 0) << "neuron " << n;
        ASSERT_NEAR(z[i], c.z, 1e-5) << "neuron " << n;
      }
  };
  for (int t = 0; t < 3; ++t) step(false);
  net.get(Out{}).force(forcing);
  for (int t = 0; t < 9; ++t) step(true);
  net.get(Out{}).release();
  for (int t = 0; t < 9; ++t) step(false);
}

TYPED_TEST(ForcedNeurons, DoWhatTheyAreTold) {
  compare<TypeParam>(1);
  compare<TypeParam>(3);
}

TYPED_TEST(ForcedNeurons, AllOrNone) {
  auto net = make_network<TypeParam>(config().batch(2),
                                     population(Out{}, LIF<>{}.refractory(3), Shape{size}));
  std::vector<float> const strong(size, 5);
  net.get(Out{}).set_input(strong);
  net.get(Out{}).force(std::vector<Forcing>(size, spike));
  net.run(7);
  EXPECT_EQ(net.get(Out{}).spikes(), 2U * size * 7);  // refractory or not
  net.reset_state();                                  // does not end it, nor the input
  net.get(Out{}).force(std::vector<Forcing>(size, silence));
  net.run(8);
  EXPECT_EQ(net.get(Out{}).spikes(), 2U * size * 7);
  net.reset_state();
  net.get(Out{}).force(std::vector<Forcing>(size, none));
  net.run(5);
  EXPECT_EQ(net.get(Out{}).spikes(), 2U * size * (7 + 2));
}

// A model without `fire`: only the spike.
TYPED_TEST(ForcedNeurons, OfAModelThatDoesNotSayWhatASpikeDoes) {
  using Model = kosnn_test::Puppet<float>;
  auto net = make_network<TypeParam>(config(), population(Out{}, Model{}, Shape{size}));
  net.get(Out{}).set_input(std::vector<float>(size, 0.75F));
  std::vector<Forcing> every_second(size, none);
  for (int n = 0; n < size; n += 2) every_second[position(0, n)] = spike;
  net.get(Out{}).force(every_second);
  net.run(3);
  EXPECT_EQ(net.get(Out{}).spikes(), 3U * (size + 1) / 2);
  for (float const x : net.get(Out{}).template field<&Model::State::input>()) EXPECT_EQ(x, 0.75F);
}

TYPED_TEST(ForcedNeurons, EachWithParametersOfItsOwn) {
  auto const resets =
      per_neuron([](Neuron const& n) { return LIF<>{}.reset(-n.index()).refractory(n.index()); });
  auto net = make_network<TypeParam>(config().batch(2), population(Out{}, resets, Shape{size}));
  net.get(Out{}).force(std::vector<Forcing>(size, spike));
  net.step();
  auto const v = net.get(Out{}).template field<&LIF<>::State::v>();
  auto const left = net.get(Out{}).template field<&LIF<>::State::refractory>();
  for (int b = 0; b < 2; ++b)
    for (int n = 0; n < size; ++n) {
      EXPECT_EQ(v[position(b, n)], static_cast<float>(-n));
      EXPECT_EQ(left[position(b, n)], n);
    }
}

template <class Device>
class DirectInput : public ::testing::Test {};
TYPED_TEST_SUITE(DirectInput, kosnn_test::Devices);

// PySNN adds up what it is given for different cells; here each has its own.
TYPED_TEST(DirectInput, IsThatOfEachCell) {
  auto net = make_network<TypeParam>(
      config().batch(2), population(In{}, SpikeArraySource{}, Shape{size}),
      population(Out{}, kosnn_test::Puppet<float>{}, Shape{size}),
      project(In{}, Out{}, OneToOne{}, weights::constant(0.5), delays::constant(2)));
  using State = kosnn_test::Puppet<float>::State;
  net.get(In{}).set_spikes({3, 4}, {0, 1}, {0, 1});
  std::vector<float> own(size), other(2 * size);
  for (std::size_t n = 0; n < own.size(); ++n) own[n] = static_cast<float>(n);
  for (std::size_t i = 0; i < other.size(); ++i) other[i] = -static_cast<float>(i);
  auto const expect = [&](auto const& direct, int step) {
    auto const input = net.get(Out{}).template field<&State::input>();
    for (int b = 0; b < 2; ++b)
      for (int n = 0; n < size; ++n) {
        bool const arrives = (step == 2 && b == 0 && n == 3) || (step == 3 && b == 1 && n == 4);
        ASSERT_EQ(input[position(b, n)], direct(b, n) + (arrives ? 0.5F : 0)) << "step " << step;
      }
  };
  auto const none_at_all = [](int, int) { return 0.F; };
  auto const of_own = [&](int, int n) { return own[position(0, n)]; };
  auto const of_other = [&](int b, int n) { return other[position(b, n)]; };
  net.step();
  expect(none_at_all, 0);
  net.get(Out{}).set_input(own);
  for (int t = 1; t < 3; ++t) {
    net.step();
    expect(of_own, t);
  }
  net.get(Out{}).set_input(other);
  for (int t = 3; t < 5; ++t) {
    net.step();
    expect(of_other, t);
  }
  net.reset_state();
  for (int t = 0; t < 4; ++t) {
    net.step();
    expect(of_other, t);
  }
  net.get(Out{}).set_input(std::vector<float>(size, 0));
  net.step();
  expect(none_at_all, 4);
}

using Device = Kokkos::DefaultHostExecutionSpace;

TEST(ForcingMemory, IsCountedOnlyWhereUsed) {
  auto net = make_network<Device>(Config{}.batch(3), population(Out{}, LIF<>{}, Shape{size}));
  auto const before = net.memory().total();
  net.get(Out{}).force(std::vector<Forcing>(size, none));
  EXPECT_EQ(net.memory().total() - before, 3U * size);
  net.get(Out{}).set_input(std::vector<float>(size, 1));
  EXPECT_EQ(net.memory().total() - before, 3U * size * 5);
  net.get(Out{}).release();
  EXPECT_EQ(net.memory().total() - before, 3U * size * 4);
}

TEST(ForcingErrors, NameWhatIsWrong) {
  auto net = make_network<Device>(Config{}.batch(2), population(Out{}, LIF<>{}, Shape{3}));
  auto& out = net.get(Out{});
  auto const force = [&](std::vector<Forcing> const& f) {
    return kosnn_test::error_of([&] { out.force(f); });
  };
  EXPECT_EQ(force({none, spike}),
            "population Out: force takes 3 values (or 2 x 3 with the batch), got 2");
  EXPECT_EQ(force({none, spike, static_cast<Forcing>(7)}),
            "population Out: force: neuron 2 needs one of Forcing's values, got 7");
  auto const set_input = [&](std::vector<float> const& x) {
    return kosnn_test::error_of([&] { out.set_input(x); });
  };
  EXPECT_EQ(set_input({1}),
            "population Out: set_input takes 3 values (or 2 x 3 with the batch), got 1");
  EXPECT_EQ(set_input({1, std::numeric_limits<float>::infinity(), 2}),
            "population Out: set_input: the value of neuron 1 is not finite");
  net.run(1);
}

}  // namespace

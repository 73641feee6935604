// Parameters and traces that differ between neurons, against naive loops in double precision.

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::config;

struct In {};
struct Out {};
struct Others {};

template <class Device>
class PerNeuronParameters : public ::testing::Test {};
TYPED_TEST_SUITE(PerNeuronParameters, kosnn_test::Devices);

constexpr int size = 37, steps = 60;

std::size_t position(int b, int n) {
  return static_cast<std::size_t>(b) * size + static_cast<std::size_t>(n);
}

// What the neurons of the test are like, by number.
double decay_of(int n) { return 0.5 + 0.01 * n; }
double gain_of(int n) { return 1 + 0.1 * (n % 4); }
double rest_of(int n) { return -0.1 * (n % 3); }
double threshold_of(int n) { return 1 + 0.02 * n; }
int blocked_of(int n) { return n % 4; }

template <class Neuron>
Neuron with_parameters(Neuron neuron, int n, double dt) {
  return neuron.membrane(factor(decay_of(n), gain_of(n)))
      .rest(rest_of(n))
      .reset(rest_of(n) - 0.25)
      .threshold(threshold_of(n))
      .bias(0.1 * (n % 5))
      .refractory(blocked_of(n) * dt);
}

/// One such neuron, as the equations say.
struct Reference {
  int n;
  double adapt, fade;  // 0, 0: a threshold that stays
  double v = rest_of(n), threshold = threshold_of(n);
  int left = 0;

  bool step(double input) {
    bool spike = false;
    if (left > 0) {
      --left;
    } else {
      v = rest_of(n) + decay_of(n) * (v - rest_of(n)) + gain_of(n) * input +
          (1 - decay_of(n)) * 0.1 * (n % 5);
      spike = v >= threshold;
    }
    threshold = threshold_of(n) + fade * (threshold - threshold_of(n)) + (spike ? adapt : 0);
    if (spike) {
      v = rest_of(n) - 0.25;
      left = blocked_of(n);
    }
    return spike;
  }
};

/// Analog inputs that change in each step; in the batch no two elements are alike.
double input_of(int t, int b, int n) { return 0.5 + 0.4 * std::sin(0.7 * t + 0.3 * n + 1.9 * b); }

template <class Net>
void set_inputs(Net& net, int t, int batch) {
  std::vector<double> values(static_cast<std::size_t>(batch) * size);
  for (int b = 0; b < batch; ++b)
    for (int n = 0; n < size; ++n) values[position(b, n)] = input_of(t, b, n);
  net.get(In{}).set_values(values);
}

/// Steps a network of adaptive neurons, each one different, beside the naive loop.
template <class Device>
void compare_adaptive(int batch) {
  using Model = AdaptiveLIF<double>;
  auto const fade_of = [](int n) { return 0.9 - 0.01 * n; };
  auto const adapt_of = [](int n) { return 0.05 * (n % 6); };
  auto const model = per_neuron([&](Neuron const& one) {
    int const n = one.index();
    return with_parameters(Model{}, n, 0.5).adaptation(factor(fade_of(n), adapt_of(n)));
  });
  auto net = make_network<Device, double>(config().dt(0.5).batch(batch),
                                          population(In{}, Input{}, Shape{size}),
                                          population(Out{}, model, Shape{size}),
                                          project(In{}, Out{}, OneToOne{}, weights::constant(1)));
  std::vector<Reference> cells;
  for (int b = 0; b < batch; ++b)
    for (int n = 0; n < size; ++n) cells.push_back({n, adapt_of(n), fade_of(n)});
  std::uint64_t spikes = 0;
  for (int t = 0; t < steps; ++t) {
    set_inputs(net, t, batch);
    net.step();
    auto const v = net.get(Out{}).template field<&Model::State::v>();
    auto const threshold = net.get(Out{}).template field<&Model::State::threshold>();
    auto const left = net.get(Out{}).template field<&Model::State::refractory>();
    for (int b = 0; b < batch; ++b)
      for (int n = 0; n < size; ++n) {
        std::size_t const i = position(b, n);
        spikes += cells[i].step(input_of(t, b, n));
        ASSERT_NEAR(v[i], cells[i].v, 1e-12) << "neuron " << n << ", step " << t;
        ASSERT_NEAR(threshold[i], cells[i].threshold, 1e-12) << "neuron " << n << ", step " << t;
        ASSERT_EQ(left[i], cells[i].left) << "neuron " << n << ", step " << t;
      }
  }
  EXPECT_GT(spikes, 200U);
  EXPECT_EQ(net.get(Out{}).spikes(), spikes);
}

TYPED_TEST(PerNeuronParameters, OfAdaptiveNeurons) {
  compare_adaptive<TypeParam>(1);
  compare_adaptive<TypeParam>(3);
}

/// From outside the library. `step` reads `peak` too, which is left out of the list on purpose.
struct Quadratic {
  struct State {
    float v;
  };
  using fields = Fields<&State::v>;
  float gain = 0.1F, start = 0, peak = 5;
  bool clipped = false;
  using parameters = Fields<&Quadratic::gain, &Quadratic::start, &Quadratic::clipped>;
  void prepare(double) { require(gain > 0, "gain must be positive, got ", gain); }
  KOKKOS_FUNCTION State initial() const { return {start}; }
  KOKKOS_FUNCTION bool step(State& s, float input) const {
    s.v += gain * s.v * (s.v - 1) + input;
    if (clipped && s.v > 2) s.v = 2;
    if (s.v < peak) return false;
    s.v = start;
    return true;
  }
};

TYPED_TEST(PerNeuronParameters, OfModelsFromOutside) {
  auto const make = [](int n) {
    Quadratic model;
    model.gain = 0.05F + 0.01F * static_cast<float>(n);
    model.start = -0.1F * static_cast<float>(n);
    model.clipped = n % 3 == 0;
    return model;
  };
  int calls = 0;
  auto net =
      make_network<TypeParam>(config().batch(2), population(Out{}, per_neuron([&](Neuron const& n) {
                                                              EXPECT_EQ(n.index(), calls++);
                                                              return make(n.index());
                                                            }),
                                                            Shape{size}));
  EXPECT_EQ(calls, size);  // once for each
  std::vector<float> input(size);
  for (int n = 0; n < size; ++n) input[position(0, n)] = 0.3F + 0.02F * static_cast<float>(n);
  net.get(Out{}).set_input(input);
  std::vector<Quadratic::State> cells;
  for (int n = 0; n < size; ++n) cells.push_back(make(n).initial());
  std::uint64_t spikes = 0;
  auto const initial = net.get(Out{}).template field<&Quadratic::State::v>();
  for (int n = 0; n < size; ++n) EXPECT_EQ(initial[position(1, n)], cells[position(0, n)].v);
  for (int t = 0; t < steps; ++t) {
    net.step();
    auto const v = net.get(Out{}).template field<&Quadratic::State::v>();
    for (int n = 0; n < size; ++n) {
      auto const i = position(0, n);
      spikes += make(n).step(cells[i], input[i]);
      for (int b = 0; b < 2; ++b) ASSERT_NEAR(v[position(b, n)], cells[i].v, 1e-4) << "step " << t;
    }
  }
  EXPECT_GT(spikes, 50U);
  EXPECT_EQ(net.get(Out{}).spikes(), 2 * spikes);
}

TYPED_TEST(PerNeuronParameters, CanBeDrawn) {
  constexpr int many = 20000;
  auto const potentials = [](std::uint64_t seed, bool others) {
    auto const rests = per_neuron([](Neuron n) {
      double const first = n.normal(-60, 2);
      return LIF<double>{}.rest(first).threshold(n.uniform(-50, -40));
    });
    auto const make = [&](auto const&... parts) {
      auto net = make_network<TypeParam, double>(config().seed(seed),
                                                 population(Out{}, rests, Shape{many}), parts...);
      return net.get(Out{}).template field<&LIF<double>::State::v>();
    };
    return others ? make(population(Others{}, rests, Shape{7})) : make();
  };
  auto const v = potentials(3, false);
  double mean = 0, square = 0;
  for (double const x : v) {
    mean += x / many;
    square += x * x / many;
  }
  EXPECT_NEAR(mean, -60, 4 * 2 / std::sqrt(many));
  EXPECT_NEAR(square - mean * mean, 4, 0.2);
  EXPECT_EQ(std::set<double>(v.begin(), v.end()).size(), v.size());
  EXPECT_EQ(potentials(3, true), v);  // whatever else there is
  EXPECT_NE(potentials(4, false), v);
}

TEST(NeuronDraws, AreIndependentOfEachOther) {
  RandomStream const stream(5, 1);
  std::vector<double> draws;
  for (int n = 0; n < 1000; ++n) {
    Neuron one(n, stream), same(n, stream);
    for (int k = 0; k < 3; ++k) {
      draws.push_back(one.uniform(2, 3));
      EXPECT_EQ(same.uniform(2, 3), draws.back());
      EXPECT_GE(draws.back(), 2);
      EXPECT_LT(draws.back(), 3);
    }
  }
  double sum = 0, product = 0;
  for (std::size_t k = 0; k + 1 < draws.size(); ++k) {
    sum += draws[k] - 2.5;
    product += (draws[k] - 2.5) * (draws[k + 1] - 2.5);
  }
  EXPECT_NEAR(sum / 3000, 0, 4 * std::sqrt(1. / 12 / 3000));
  EXPECT_NEAR(product / 3000, 0, 4 * std::sqrt(1. / 144 / 3000));
}

TYPED_TEST(PerNeuronParameters, OfTraces) {
  auto const decay = [](int n) { return 0.5 + 0.01 * n; };
  auto const gain = [](int n) { return 1 + n % 3; };
  std::vector<Relaxation> each;
  for (int n = 0; n < size; ++n) each.push_back(factor(decay(n), gain(n)));
  auto const all = all_to_all(factor(0.5)), last = nearest(factor(0.5)),
             same = all_to_all(exact(9));
  auto net = make_network<TypeParam>(
      config().batch(2),
      population(In{}, SpikeArraySource{}, Shape{size})
          .trace(all, each)
          .trace(last, each)
          .trace(same),
      population(Out{}, Input{}, Shape{size}).trace(last, each).trace(all, each));
  auto const list = kosnn_test::random_spikes(size, 2, steps, 1, 0.3, 5);
  net.get(In{}).set_spikes(list.neurons, list.times, list.elements);
  std::vector<float> analog(2 * size);
  for (std::size_t k = 0; k < analog.size(); ++k) analog[k] = 0.25F * static_cast<float>(k % 4);
  net.get(Out{}).set_values(analog);
  std::vector<double> z(2 * size), nearest_z(2 * size), graded(2 * size), graded_last(2 * size);
  for (int t = 0; t < steps; ++t) {
    net.step();
    std::vector<bool> fired(2 * size);
    for (std::size_t k = 0; k < list.times.size(); ++k)
      if (list.times[k] == t) fired[position(list.elements[k], list.neurons[k])] = true;
    for (int b = 0; b < 2; ++b)
      for (int n = 0; n < size; ++n) {
        auto const i = position(b, n);
        z[i] = decay(n) * z[i] + gain(n) * fired[i];
        nearest_z[i] = fired[i] ? gain(n) : decay(n) * nearest_z[i];
        graded[i] = decay(n) * graded[i] + gain(n) * double(analog[i]);
        graded_last[i] = analog[i] != 0 ? gain(n) * double(analog[i]) : decay(n) * graded_last[i];
      }
    auto const expect = [&](std::vector<float> const& got, std::vector<double> const& expected) {
      for (std::size_t i = 0; i < got.size(); ++i)
        ASSERT_NEAR(got[i], expected[i], 1e-5 * (1 + expected[i])) << "of " << i << " in " << t;
    };
    expect(net.get(In{}).trace(all), z);
    expect(net.get(In{}).trace(last), nearest_z);
    expect(net.get(Out{}).trace(all), graded);
    expect(net.get(Out{}).trace(last), graded_last);
  }
}

using Device = Kokkos::DefaultHostExecutionSpace;

template <class F>
std::string error_of_neurons(F const& f) {
  return kosnn_test::error_of(
      [&] { make_network<Device>(Config{}, population(Out{}, per_neuron(f), Shape{5})); });
}

TEST(PerNeuronErrors, NameTheNeuron) {
  EXPECT_EQ(
      error_of_neurons([](Neuron const& n) { return LIF<>{}.membrane(exact(3 - n.index())); }),
      "population Out: neuron 3: membrane: tau must be a positive time in ms, got 0");
  EXPECT_EQ(error_of_neurons([](Neuron const& n) { return LIF<>{}.refractory(-n.index()); }),
            "population Out: neuron 1: refractory time must be a time of at least 0 ms, got -1");
  EXPECT_EQ(error_of_neurons([](Neuron n) { return LIF<>{}.rest(n.uniform(2, 1)); }),
            "population Out: neuron 0: uniform needs finite low <= high, got 2 and 1");
  EXPECT_EQ(error_of_neurons([](Neuron n) { return LIF<>{}.rest(n.normal(2, -1)); }),
            "population Out: neuron 0: normal needs a finite mean and sd >= 0, got 2 and -1");
  EXPECT_EQ(error_of_neurons([](Neuron const& n) {
              Quadratic model;
              model.gain = static_cast<float>(4 - n.index());
              return model;
            }),
            "population Out: neuron 4: gain must be positive, got 0");
}

TEST(PerNeuronErrors, OfTraces) {
  auto const error = [](std::vector<Relaxation> const& each) {
    return kosnn_test::error_of([&] {
      make_network<Device>(Config{},
                           population(Out{}, LIF<>{}, Shape{3}).trace(all_to_all(exact(5)), each));
    });
  };
  EXPECT_EQ(error({}), "population Out: trace: 0 relaxations for 3 neurons");
  EXPECT_EQ(error({exact(1), exact(2)}), "population Out: trace: 2 relaxations for 3 neurons");
  EXPECT_EQ(error({exact(1), exact(2), exact(-2)}),
            "population Out: trace of neuron 2: tau must be a positive time in ms, got -2");
}

TEST(PerNeuronErrors, OfTracesGivenTwice) {
  auto const trace = all_to_all(exact(5));
  std::vector<Relaxation> const each(3, exact(4));
  auto const error = kosnn_test::error_of([&] {
    make_network<Device>(
        Config{}, population(Out{}, LIF<>{}, Shape{3}).trace(trace, each).trace(trace, each));
  });
  EXPECT_EQ(error, "population Out: trace: relaxations of each neuron are given twice");
}

// Not one neuron but the first is drawn before the network is known to fit into memory.
TEST(PerNeuronErrors, OfMemoryComeFirst) {
  int calls = 0;
  auto const counted = per_neuron([&](Neuron const&) {
    ++calls;
    return LIF<>{};
  });
  EXPECT_THROW(
      make_network<Device>(Config{}.memory_limit(1000), population(Out{}, counted, Shape{1000})),
      MemoryError);
  EXPECT_EQ(calls, 1);
}

TEST(PerNeuronMemory, IsThatOfTheListedMembers) {
  auto const bytes = [](auto const& part) {
    return make_network<Device>(Config{}.batch(3), part).memory().total();
  };
  auto const plain = bytes(population(Out{}, LIF<>{}, Shape{1000}));
  auto const varied =
      bytes(population(Out{}, per_neuron([](Neuron const&) { return LIF<>{}; }), Shape{1000}));
  EXPECT_EQ(varied - plain, std::size_t(1000) * 7 * 4);
  auto const trace = all_to_all(exact(5));
  auto const shared = bytes(population(Out{}, LIF<>{}, Shape{1000}).trace(trace));
  auto const own = bytes(population(Out{}, LIF<>{}, Shape{1000})
                             .trace(trace, std::vector<Relaxation>(1000, exact(5))));
  EXPECT_EQ(own - shared, std::size_t(1000) * 2 * 4);
}

}  // namespace

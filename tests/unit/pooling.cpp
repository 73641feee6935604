// Pooling against naive loops over windows: spikes, values and the traces of the winners.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::config;
using kosnn_test::error_of;

struct In {};
struct Pooled {};
struct Twice {};

template <class Device>
class Pooling : public ::testing::Test {};
TYPED_TEST_SUITE(Pooling, kosnn_test::Devices);

/// Windows of one axis as lists of the inputs that each output sees.
using Windows = std::vector<std::vector<int>>;

Windows sliding(int in, int out, int kernel, int stride, int padding, int dilation) {
  Windows all(static_cast<std::size_t>(out));
  for (int o = 0; o < out; ++o)
    for (int k = 0; k < kernel; ++k) {
      int const i = o * stride - padding + k * dilation;
      if (i >= 0 && i < in) all[static_cast<std::size_t>(o)].push_back(i);
    }
  return all;
}
Windows adaptive(int in, int out) {
  Windows all(static_cast<std::size_t>(out));
  for (int o = 0; o < out; ++o)
    for (int i = 0; i < in; ++i)
      if (i >= std::floor(double(o) * in / out) && i < std::ceil(double(o + 1) * in / out))
        all[static_cast<std::size_t>(o)].push_back(i);
  return all;
}

struct Image {
  int channels, height, width;
  std::size_t size() const { return std::size_t(channels * height * width); }
};

/// Calls f(target, sources in row-major order) for every window of every channel.
template <class F>
void for_each_window(Image const& in, Windows const& y, Windows const& x, F const& f) {
  std::size_t target = 0;
  for (int c = 0; c < in.channels; ++c)
    for (auto const& rows : y)
      for (auto const& columns : x) {
        std::vector<std::size_t> sources;
        for (int const row : rows)
          for (int const column : columns)
            sources.push_back(std::size_t((c * in.height + row) * in.width + column));
        f(target++, sources);
      }
}

std::vector<double> sparse_values(std::size_t n, double probability, unsigned seed) {
  auto values = kosnn_test::random_values(n, 0, 1, seed);
  for (double& v : values) v = v < probability ? v / probability + 0.5 : 0;
  return values;
}

/// Max pooling of `in` with windows `y`, `x`, and again of the result with `twice`.
template <class Device, class Topology>
void expect_maxima(Image const& in, Topology const& topology, Windows const& y, Windows const& x,
                   bool spikes, double probability) {
  constexpr std::size_t batch = 3;
  Image const out{in.channels, int(y.size()), int(x.size())};
  int const half = (out.height + 1) / 2;
  auto const trace = all_to_all(factor(0.7, 0.9));
  auto net = make_network<Device, double>(
      config().batch(int(batch)),
      population(In{}, Input{}, Shape{in.channels, in.height, in.width}).trace(trace),
      population(Pooled{}, Relay<double>{}, Shape{out.channels, out.height, out.width})
          .trace(trace),
      population(Twice{}, Relay<double>{}, Shape{out.channels, half, 1}).trace(trace),
      pool(In{}, Pooled{}, topology), pool(Pooled{}, Twice{}, AdaptiveMaxPool2d{}));
  auto const n = in.size(), m = out.size();
  std::vector<double> z(n * batch);
  for (unsigned t = 0; t < 6; ++t) {
    auto values = sparse_values(n * batch, probability, t + 1);
    if (spikes)
      for (double& v : values) v = v != 0;
    net.get(In{}).set_values(values);
    net.step();
    for (std::size_t k = 0; k < z.size(); ++k) z[k] = 0.7 * z[k] + 0.9 * values[k];
    auto const got = net.get(Pooled{}).template field<&Relay<double>::State::v>();
    auto const got_z = net.get(Pooled{}).trace(trace);
    auto const got_twice = net.get(Twice{}).trace(trace);
    for (std::size_t b = 0; b < batch; ++b) {
      std::vector<double> maximum(m), winner_z(m);
      for_each_window(in, y, x, [&](std::size_t target, std::vector<std::size_t> const& sources) {
        std::size_t winner = sources.front();
        for (std::size_t const s : sources)
          if (values[b * n + s] > values[b * n + winner]) winner = s;
        maximum[target] = values[b * n + winner];
        winner_z[target] = z[b * n + winner];
        ASSERT_EQ(got[b * m + target], maximum[target]) << "step " << t << " target " << target;
        ASSERT_NEAR(got_z[b * m + target], winner_z[target], 1e-12) << "target " << target;
      });
      auto const rows = adaptive(out.height, half), columns = adaptive(out.width, 1);
      for_each_window(out, rows, columns,
                      [&](std::size_t target, std::vector<std::size_t> const& sources) {
                        std::size_t winner = sources.front();
                        for (std::size_t const s : sources)
                          if (maximum[s] > maximum[winner]) winner = s;
                        std::size_t const size = std::size_t(out.channels * half);
                        ASSERT_NEAR(got_twice[b * size + target], winner_z[winner], 1e-12);
                      });
    }
  }
}

TYPED_TEST(Pooling, MaximaCarryTheTracesOfTheirWinners) {
  for (bool const spikes : {true, false})
    for (double const probability : {0.0, 0.2, 1.0}) {
      expect_maxima<TypeParam>({2, 7, 9}, MaxPool2d{2}, sliding(7, 3, 2, 2, 0, 1),
                               sliding(9, 4, 2, 2, 0, 1), spikes, probability);
      expect_maxima<TypeParam>({3, 8, 5}, MaxPool2d{{3, 2}}.stride({2, 1}).padding(1),
                               sliding(8, 4, 3, 2, 1, 1), sliding(5, 6, 2, 1, 1, 1), spikes,
                               probability);
      expect_maxima<TypeParam>({1, 10, 9}, MaxPool2d{3}.stride(2).dilation(2).ceil_mode(),
                               sliding(10, 4, 3, 2, 0, 2), sliding(9, 3, 3, 2, 0, 2), spikes,
                               probability);
      expect_maxima<TypeParam>({2, 7, 10}, AdaptiveMaxPool2d{}, adaptive(7, 3), adaptive(10, 4),
                               spikes, probability);
    }
}

/// PySNN gives every plane the traces of the first one: 0, 2, 8, 14.
TYPED_TEST(Pooling, EveryPlaneHasItsOwnTraces) {
  auto const trace = all_to_all(factor(1));
  auto net = make_network<TypeParam>(config().batch(2),
                                     population(In{}, Input{}, Shape{2, 4, 4}).trace(trace),
                                     population(Pooled{}, Relay<>{}, Shape{2, 2, 2}).trace(trace),
                                     pool(In{}, Pooled{}, MaxPool2d{2}));
  std::vector<float> values(64);
  for (std::size_t k = 0; k < 64; ++k) values[k] = float(k);
  net.get(In{}).set_values(values);
  net.step();
  net.get(In{}).set_values(std::vector<float>(64, 0));
  net.step();  // no window holds a spike: the first neuron's trace
  auto const z = net.get(Pooled{}).trace(trace);
  EXPECT_EQ(std::vector<float>(z.begin() + 12, z.end()), (std::vector<float>{48, 50, 56, 58}));
}

/// Also a window without any silent neuron.
TYPED_TEST(Pooling, NothingBelowZeroIsAMaximum) {
  auto net = make_network<TypeParam>(config(), population(In{}, Input{}, Shape{2, 4}),
                                     population(Pooled{}, Relay<>{}, Shape{1, 2}),
                                     pool(In{}, Pooled{}, MaxPool2d{2}));
  auto& spikes = net.record(Pooled{}, Spikes{});
  net.get(In{}).set_values({-3, -1, -2, 0, -2, -4, 0.5F, 0});
  net.step();
  EXPECT_EQ(net.get(Pooled{}).template field<&Relay<>::State::v>(), (std::vector<float>{0, 0.5F}));
  EXPECT_EQ(spikes.neurons(), (std::vector<std::uint32_t>{1}));
}

/// Windows of sums and means over an image, and the size of the output.
struct Sums {
  Image in;
  Pair kernel, stride, padding, dilation;
  bool ceil;
  int height, width;

  template <class Topology>
  Topology topology() const {
    auto all = Topology{kernel}.stride(stride).padding(padding).dilation(dilation);
    return ceil ? all.ceil_mode() : all;
  }
  Windows y() const {
    return sliding(in.height, height, kernel.y, stride.y, padding.y, dilation.y);
  }
  Windows x() const { return sliding(in.width, width, kernel.x, stride.x, padding.x, dilation.x); }
};

struct Events {};
struct ValueSum {};
struct ValueMean {};
struct EventSum {};
struct EventMean {};

/// Sums and means of values and of spikes, each times 1.5.
template <class Device>
auto sums_and_means(Sums const& p, int batch, double delay) {
  Shape const from{p.in.channels, p.in.height, p.in.width}, to{p.in.channels, p.height, p.width};
  Relay<double> const relay;
  auto const weight = weights::constant(1.5);
  auto const late = delays::constant(delay);
  auto const sum = p.topology<SumPool2d>();
  auto const mean = p.topology<AvgPool2d>();
  return make_network<Device, double>(
      config().batch(batch), population(In{}, Input{}, from),
      population(Events{}, SpikeArraySource{}, from), population(ValueSum{}, relay, to),
      population(ValueMean{}, relay, to), population(EventSum{}, relay, to),
      population(EventMean{}, relay, to), project(In{}, ValueSum{}, sum, weight, late),
      project(In{}, ValueMean{}, mean, weight, late),
      project(Events{}, EventSum{}, sum, weight, late),
      project(Events{}, EventMean{}, mean, weight, late));
}

/// The neurons of a population hold `share` of the sums of their windows.
template <class Population>
void expect_sums(Population const& pooled, Sums const& p, double share,
                 std::vector<double> const& values) {
  auto const got = pooled.template field<&Relay<double>::State::v>();
  std::size_t const n = p.in.size(), m = std::size_t(pooled.size());
  for (std::size_t b = 0; b < got.size() / m; ++b)
    for_each_window(p.in, p.y(), p.x(),
                    [&](std::size_t target, std::vector<std::size_t> const& sources) {
                      double sum = 0;
                      for (std::size_t const s : sources) sum += values[b * n + s];
                      ASSERT_NEAR(got[b * m + target], 1.5 * share * sum, 1e-12) << target;
                    });
}

template <class Device>
void expect_sums_and_means(Sums const& p, int batch, int delay, double probability) {
  constexpr int steps = 6;
  auto net = sums_and_means<Device>(p, batch, delay);
  std::size_t const n = p.in.size() * std::size_t(batch);
  auto const list = kosnn_test::random_spikes(int(p.in.size()), batch, steps, 1, probability, 5);
  net.get(Events{}).set_spikes(list.neurons, list.times, list.elements);
  kosnn_test::Activity const events(list, int(p.in.size()), batch, steps, 1, 0);
  double const area = double(p.kernel.y) * p.kernel.x;
  std::vector<std::vector<double>> values(static_cast<std::size_t>(delay), std::vector<double>(n));
  for (int t = 0; t < steps; ++t) {
    values.push_back(sparse_values(n, probability, unsigned(t) + 1));
    net.get(In{}).set_values(values.back());
    net.step();
    auto const& arriving = values[std::size_t(t)];
    std::vector<double> spikes(n);
    for (std::size_t k = 0; k < n; ++k) spikes[k] = events.fires(t - delay, k);
    SCOPED_TRACE("step " + std::to_string(t));
    expect_sums(net.get(ValueSum{}), p, 1, arriving);
    expect_sums(net.get(ValueMean{}), p, 1 / area, arriving);
    expect_sums(net.get(EventSum{}), p, 1, spikes);
    expect_sums(net.get(EventMean{}), p, 1 / area, spikes);
  }
  EXPECT_EQ(net.get(ValueSum{}).spikes() > 0, probability > 0);
  EXPECT_EQ(net.get(EventMean{}).spikes(), net.get(EventSum{}).spikes());
  if (probability == 1) {  // no window sees nothing but padding
    EXPECT_EQ(net.get(EventSum{}).spikes(), net.get(EventSum{}).size() * batch * (steps - delay));
  }
}

TYPED_TEST(Pooling, SumsAndMeans) {
  Sums const all[] = {{{2, 7, 9}, {3, 2}, 2, 0, 1, false, 3, 4},
                      {{3, 8, 6}, {4, 2}, {4, 2}, 1, 1, true, 3, 4},
                      {{1, 10, 9}, 3, 2, 0, 2, true, 4, 3},
                      {{2, 11, 8}, {2, 3}, {1, 2}, 1, {3, 2}, false, 10, 3},
                      {{5, 5, 6}, 2, 1, 1, 1, false, 6, 7}};
  int delay = 0;
  for (auto const& p : all)
    for (double const probability : {0.3, 0.0, 1.0})
      for (int const batch : {1, 3}) {
        SCOPED_TRACE(std::to_string(p.height) + " x " + std::to_string(p.width) + ", batch " +
                     std::to_string(batch) + ", probability " + std::to_string(probability));
        expect_sums_and_means<TypeParam>(p, batch, delay++ % 3, probability);
      }
}

TEST(PoolingShapes, OfTheOutput) {
  EXPECT_EQ(MaxPool2d{2}.output(Shape{3, 7, 8}).text(), "{3, 3, 4}");
  EXPECT_EQ(AvgPool2d{2}.ceil_mode().output(Shape{3, 7, 8}).text(), "{3, 4, 4}");
  EXPECT_EQ((SumPool2d{{3, 2}}.stride(1).padding({1, 0}).output(Shape{5, 6}).text()), "{1, 5, 5}");
  EXPECT_NE(error_of([] {
              MaxPool2d{9}.output(Shape{3, 7, 8});
            }).find("a window of 9"),
            std::string::npos);
}

TEST(PoolingErrors, SayWhatDoesNotFit) {
  auto const connect = [](auto pooling, Shape const& pre, Shape const& post) {
    return error_of([&] { pooling.connect(pre, post); });
  };
  EXPECT_NE(connect(MaxPool2d{2}, Shape{2, 8, 8}, Shape{2, 4, 5}).find("{2, 4, 4}, got {2, 4, 5}"),
            std::string::npos);
  EXPECT_NE(
      connect(SumPool2d{2}.padding(2), Shape{2, 8, 8}, Shape{2, 4, 5}).find("half the kernel"),
      std::string::npos);
  EXPECT_NE(connect(AdaptiveMaxPool2d{}, Shape{2, 8, 8}, Shape{2, 9, 4}).find("from 1 to 8"),
            std::string::npos);
  EXPECT_NE(connect(AdaptiveMaxPool2d{}, Shape{2, 8, 8}, Shape{3, 4, 4}).find("{2, 4, 4}"),
            std::string::npos);
  EXPECT_EQ(connect(AvgPool2d{2}, Shape{2, 8, 8}, Shape{2, 4, 4}), "");
  using Host = Kokkos::DefaultHostExecutionSpace;
  auto const own_delays = error_of([] {
    make_network<Host>(config(), population(In{}, Input{}, Shape{4, 4}),
                       population(Pooled{}, Relay<>{}, Shape{2, 2}),
                       project(In{}, Pooled{}, SumPool2d{2}, weights::uniform(0, 1)));
  });
  EXPECT_NE(own_delays.find("pooling has one constant weight"), std::string::npos) << own_delays;
}

TEST(PoolingErrors, OfWhatMaximaDecide) {
  auto const trace = all_to_all(exact(20));
  auto const make = [&](bool own) {
    auto pooled = population(Pooled{}, Relay<>{}, Shape{2, 2});
    if (own) pooled.trace(trace, {exact(1), exact(2), exact(3), exact(4)});
    return make_network<Kokkos::DefaultHostExecutionSpace>(
        config(), population(In{}, Input{}, Shape{4, 4}), pooled,
        pool(In{}, Pooled{}, MaxPool2d{2}));
  };
  auto net = make(false);
  auto& pooled = net.get(Pooled{});
  kosnn_test::expect_error([&] { pooled.force(std::vector<Forcing>(4, Forcing::spike)); },
                           {"population Pooled", "force", "max pooling"});
  kosnn_test::expect_error(
      [&] {
        pooled.set_input({1, 2, 3, 4});
      },
      {"population Pooled", "set_input", "max pooling"});
  kosnn_test::expect_error([&] { make(true); }, {"projection In -> Pooled", "population Pooled",
                                                 "relaxations of each neuron", "source"});
}

TEST(PoolingErrors, NameWindowsOfPaddingAlone) {
  auto const error = [](auto pooling, Shape const& pre, Shape const& post) {
    return error_of([&] { pooling.connect(pre, post); });
  };
  EXPECT_EQ(error(MaxPool2d{2}.padding(1).dilation(3), Shape{2, 2}, Shape{1, 1}),
            "MaxPool2d: output pixel (0, 0) sees nothing but padding");
  EXPECT_EQ(error(MaxPool2d{2}.padding({0, 1}).stride(1).dilation({1, 3}), Shape{5, 3, 4},
                  Shape{5, 2, 3}),
            "");
  EXPECT_EQ(error(MaxPool2d{2}.padding({0, 1}).stride(1).dilation({1, 4}), Shape{5, 3, 3},
                  Shape{5, 2, 1}),
            "MaxPool2d: output pixel (0, 0) sees nothing but padding");
  // A sum over nothing is 0.
  EXPECT_EQ(error(SumPool2d{2}.padding(1).dilation(3), Shape{2, 2}, Shape{1, 1}), "");
}

/// Every source would send its spikes once for each delay.
TEST(PoolingErrors, RefuseDelaysThatDiffer) {
  auto const of = [](auto const& topology) {
    kosnn_test::expect_error(
        [&] {
          make_network<Kokkos::DefaultHostExecutionSpace>(
              config(), population(In{}, Input{}, Shape{4, 4}),
              population(Pooled{}, Relay<>{}, Shape{2, 2}),
              project(In{}, Pooled{}, topology, weights::constant(1), delays::uniform(1, 3)));
        },
        {"projection In -> Pooled", "delays", "pooling takes one", "1 to 3 ms"});
  };
  of(SumPool2d{2});
  of(AvgPool2d{2});
  of(MaxPool2d{2});
}

}  // namespace

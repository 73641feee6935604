// Statistics of spikes against naive computations on all of them and against closed forms. Bounds
// of random results are 4.5 standard errors.

#include "kosnn/decoding/spike_statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <random>
#include <vector>

#include "testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::expect_error;

double const pi = std::acos(-1.0);

/// Which neurons fire: fired[step][element * size + neuron].
struct Raster {
  int size, batch;
  std::vector<std::vector<char>> fired;

  Raster(int n, int b, int steps)
      : size(n),
        batch(b),
        fired(static_cast<std::size_t>(steps), std::vector<char>(static_cast<std::size_t>(n * b))) {
  }
  /// fires(step, neuron, element) decides.
  template <class F>
  Raster& fill(F const& fires) {
    for (std::size_t t = 0; t < fired.size(); ++t)
      for (int b = 0; b < batch; ++b)
        for (int n = 0; n < size; ++n) at(t, n, b) = fires(static_cast<int>(t), n, b) ? 1 : 0;
    return *this;
  }
  /// At random; neurons have different rates, elements too, one neuron is silent.
  Raster& scatter(unsigned seed) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> uniform;
    return fill([&](int t, int n, int b) {
      double const p = n == 2 ? 0 : 0.02 * (1 + n % 5) * (1 + b) * (t % 7 < 3 ? 1 : 0.5);
      return uniform(random) < p;
    });
  }
  char& at(std::size_t t, int n, int b) { return fired[t][static_cast<std::size_t>(b * size + n)]; }
  bool at(std::size_t t, int n, int b) const {
    return fired[t][static_cast<std::size_t>(b * size + n)] != 0;
  }
  /// From step `begin` on, in pieces of a few steps.
  void feed(SpikeAnalysis& analysis, std::int64_t begin = 0) const {
    for (std::size_t t = 0; t < fired.size(); ++t) {
      std::int64_t const step = begin + static_cast<std::int64_t>(t);
      if (t % 5 == 0 || t % 5 == 3) analysis.pass(step);
      for (int n = 0; n < size; ++n)
        for (int b = 0; b < batch; ++b)
          if (at(t, n, b)) analysis.spike(step, n, b);
    }
    analysis.pass(begin + static_cast<std::int64_t>(fired.size()));
  }
  SpikeAnalysis analyse(SpikeStatistics const& what, double dt = 1) const {
    SpikeAnalysis analysis(what, size, batch, dt);
    feed(analysis);
    return analysis;
  }
  /// Spikes of a neuron in bins of `bin` steps from step `from` on.
  std::vector<double> counts(int n, int b, std::size_t from, std::size_t bin) const {
    std::vector<double> out;
    for (; from + bin <= fired.size(); from += bin) {
      out.push_back(0);
      for (std::size_t t = from; t < from + bin; ++t) out.back() += at(t, n, b) ? 1 : 0;
    }
    return out;
  }
};

double mean(std::vector<double> const& x) { return kosnn_test::Moments(x).mean; }
double variance(std::vector<double> const& x) { return kosnn_test::Moments(x).variance; }
double covariance(std::vector<double> const& x, std::vector<double> const& y) {
  double sum = 0, mx = mean(x), my = mean(y);
  for (std::size_t k = 0; k < x.size(); ++k) sum += (x[k] - mx) * (y[k] - my);
  return sum / static_cast<double>(x.size());
}
void expect_near(std::vector<double> const& a, std::vector<double> const& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t k = 0; k < a.size(); ++k)
    ASSERT_NEAR(a[k], b[k], 1e-12 * (1 + std::fabs(b[k]))) << k;
}

/// What each element adds, by the definitions.
struct Naive {
  std::vector<double> rates, cvs, correlations, synchrony, coherence;

  Naive(Raster const& raster, int begin, int end, std::size_t from, std::size_t bin, int correlated,
        double dt) {
    double const ms = static_cast<double>(raster.fired.size() - from) * dt;
    for (int b = 0; b < raster.batch; ++b) {
      std::vector<double> all;
      double single = 0;
      for (int n = begin; n < end; ++n) {
        std::vector<double> times;
        for (std::size_t t = from; t < raster.fired.size(); ++t)
          if (raster.at(t, n, b)) times.push_back(static_cast<double>(t) * dt);
        rates.push_back(static_cast<double>(times.size()) / ms * 1000);
        std::vector<double> intervals;
        for (std::size_t k = 1; k < times.size(); ++k) intervals.push_back(times[k] - times[k - 1]);
        if (intervals.size() >= 2) cvs.push_back(std::sqrt(variance(intervals)) / mean(intervals));
        auto const counts = raster.counts(n, b, from, bin);
        all.resize(counts.size());
        for (std::size_t k = 0; k < counts.size(); ++k) all[k] += counts[k];
        single += variance(counts);
      }
      int const stride = (end - begin) / correlated;
      for (int i = 0; i < correlated; ++i)
        for (int j = 0; j < i; ++j) {
          auto const x = raster.counts(begin + i * stride, b, from, bin);
          auto const y = raster.counts(begin + j * stride, b, from, bin);
          double const scale = std::sqrt(variance(x) * variance(y));
          if (scale > 0) correlations.push_back(covariance(x, y) / scale);
        }
      synchrony.push_back(variance(all) / mean(all));
      coherence.push_back(std::sqrt(variance(all) / ((end - begin) * single)));
    }
  }
};

TEST(SpikeStatistics, AgreeWithAllSpikes) {
  double const dt = 0.5;
  auto const raster = Raster(13, 3, 1003).scatter(3);
  struct Part {
    int begin, end;
  };
  for (auto const [begin, end] : {Part{0, 13}, Part{1, 9}, Part{12, 13}}) {
    int const correlated = std::min(end - begin, 5);
    auto what = SpikeStatistics{}.neurons(begin, end).from(20).bin(3.5);
    if (correlated >= 2) what.correlated(correlated);
    auto const found = raster.analyse(what, dt);
    Naive const naive(raster, begin, end, 40, 7, correlated, dt);
    EXPECT_DOUBLE_EQ(found.ms(), 481.5);
    expect_near(found.rates_hz(), naive.rates);
    EXPECT_NEAR(found.rate_hz(), mean(naive.rates), 1e-12 * found.rate_hz());
    expect_near(found.cvs(), naive.cvs);
    EXPECT_NEAR(*found.cv(), mean(naive.cvs), 1e-12);
    expect_near(found.correlations(), naive.correlations);
    EXPECT_EQ(found.correlation().has_value(), correlated >= 2);
    EXPECT_NEAR(*found.synchrony(), mean(naive.synchrony), 1e-12);
    EXPECT_NEAR(*found.coherence(), mean(naive.coherence), 1e-12);
  }
}

TEST(SpikeStatistics, CourseIsTheRateInEachBin) {
  auto const raster = Raster(11, 2, 100).scatter(4);
  auto const course = raster.analyse(SpikeStatistics{}.from(4).bin(7).course()).course_hz();
  ASSERT_EQ(course.size(), 13U * 2);
  for (int b = 0; b < 2; ++b)
    for (std::size_t k = 0; k < 13; ++k) {
      double sum = 0;
      for (int n = 0; n < 11; ++n) sum += raster.counts(n, b, 4, 7)[k];
      EXPECT_DOUBLE_EQ(course[2 * k + static_cast<std::size_t>(b)], sum / 11 / 0.007);
    }
}

// In each step a neuron fires with probability p, independently: a CV of sqrt(1 - p), a variance of
// counts of 1 - p times their mean.
TEST(SpikeStatistics, OfIndependentNeurons) {
  int const size = 120, steps = 20000;
  double const p = 0.02;
  std::mt19937 random(5);
  std::bernoulli_distribution fires(p);
  auto const raster = Raster(size, 1, steps).fill([&](int, int, int) { return fires(random); });
  auto const found = raster.analyse(SpikeStatistics{}.correlated(60).spectrum(100, 1));
  double const n = size, bins = steps / 2.0, spikes = n * steps * p;
  EXPECT_NEAR(found.rate_hz(), 1000 * p, 4.5 * 1000 * p / std::sqrt(spikes));
  EXPECT_NEAR(*found.cv(), std::sqrt(1 - p), 4.5 / std::sqrt(spikes) + 1 / (p * steps));
  EXPECT_EQ(found.correlations().size(), 60U * 59 / 2);
  EXPECT_NEAR(*found.correlation(), 0, 4.5 / std::sqrt(bins * 60 * 59 / 2));
  EXPECT_NEAR(std::sqrt(variance(found.correlations())), 1 / std::sqrt(bins),
              0.05 / std::sqrt(bins));
  EXPECT_NEAR(*found.synchrony(), 1 - p, 4.5 * std::sqrt(2 / bins));
  EXPECT_NEAR(*found.coherence(), 1 / std::sqrt(n), 4.5 * std::sqrt(1 / (2 * bins * n)));
  auto const spectrum = *found.spectrum();
  ASSERT_EQ(spectrum.power.size(), 50U);
  EXPECT_EQ(spectrum.resolution_hz, 10);
  // Some 400 segments, which overlap by half.
  for (std::size_t k = 0; k + 1 < 50; ++k)
    EXPECT_NEAR(spectrum.power[k], 1000 * p * (1 - p), 4.5 * 1000 * p / std::sqrt(300)) << k;
  EXPECT_NEAR(mean(spectrum.power), 1000 * p * (1 - p), 4.5 * 1000 * p / std::sqrt(300 * 50 / 2.0));
}

// N neurons of rate r (1 + m cos): N r^2 m^2 T / 6 above the floor of r, at the frequency of the
// cosine alone (and half, hence a quarter of the power, beside it under a Hann window).
TEST(SpikeStatistics, SpectrumOfAModulatedPopulation) {
  int const size = 150, batch = 2, steps = 20000;
  double const dt = 0.5, p = 0.02, m = 0.5, hz = 60;
  std::mt19937 random(6);
  std::uniform_real_distribution<double> uniform;
  auto const raster = Raster(size, batch, steps).fill([&](int t, int, int) {
    return uniform(random) < p * (1 + m * std::cos(2 * pi * hz * t * dt / 1000));
  });
  auto const spectrum = *raster.analyse(SpikeStatistics{}.spectrum(250, 1), dt).spectrum();
  std::size_t const at = spectrum.peak();
  EXPECT_EQ(spectrum.frequency(at), hz);
  double const rate = p / dt * 1000;
  double const line = size * rate * rate * m * m * 0.25 / 6;
  // What the bins of 1 ms take off, sinc^2, is 1.2 %.
  EXPECT_NEAR(spectrum.power[at] - rate, line, 0.05 * line);
  EXPECT_NEAR(spectrum.power[at - 1] - rate, line / 4, 0.1 * line);
  EXPECT_NEAR(spectrum.power[at + 1] - rate, line / 4, 0.1 * line);
  double floor = 0;
  for (std::size_t k = at + 4; k + 1 < spectrum.power.size(); ++k)
    floor += spectrum.power[k] / static_cast<double>(spectrum.power.size() - at - 5);
  EXPECT_NEAR(floor, rate * (1 - p), 0.03 * rate);
}

TEST(SpikeStatistics, OfRegularAndSynchronousNeurons) {
  auto const all = SpikeStatistics{}.bin(3).correlated(4).spectrum(20, 1);
  // All fire in every tenth step: two counts, 0 and 4.
  auto const together =
      Raster(4, 1, 3000).fill([](int t, int, int) { return t % 10 == 0; }).analyse(all);
  EXPECT_DOUBLE_EQ(together.rate_hz(), 100);
  EXPECT_EQ(together.cv(), 0.0);
  EXPECT_EQ(together.correlations(), std::vector<double>(6, 1.0));
  EXPECT_NEAR(*together.coherence(), 1, 1e-12);
  double const hit = 0.3;  // part of the bins with spikes
  EXPECT_NEAR(*together.synchrony(), 16 * hit * (1 - hit) / (4 * hit), 1e-12);
  EXPECT_EQ(together.spectrum()->frequency(together.spectrum()->peak()), 100);
  // In turns, so that each bin of 4 steps holds one of each: regular and asynchronous.
  auto const in_turns = Raster(4, 1, 400)
                            .fill([](int t, int n, int) { return t % 4 == n; })
                            .analyse(SpikeStatistics{}.bin(4).correlated(4));
  EXPECT_EQ(in_turns.cv(), 0.0);
  EXPECT_EQ(in_turns.synchrony(), 0.0);
  EXPECT_FALSE(in_turns.correlation() || in_turns.coherence());
  // Two halves that alternate.
  auto const halves = Raster(4, 1, 400)
                          .fill([](int t, int n, int) { return t % 2 == n % 2; })
                          .analyse(SpikeStatistics{}.bin(1).correlated(4));
  EXPECT_EQ(halves.correlations(), (std::vector<double>{-1, 1, -1, -1, 1, -1}));
  EXPECT_EQ(halves.coherence(), 0.0);
}

TEST(SpikeStatistics, OfSilenceAndOfSpikesInEachStep) {
  auto const all = SpikeStatistics{}.correlated(3).spectrum(10, 0.5).course();
  auto const silent = Raster(5, 2, 101).analyse(all, 0.5);
  EXPECT_EQ(silent.spikes(), 0U);
  EXPECT_EQ(silent.rate_hz(), 0);
  EXPECT_EQ(silent.course_hz(), std::vector<double>(2 * 25));
  EXPECT_EQ(silent.spectrum()->power, std::vector<double>(10));
  auto const busy = Raster(5, 2, 101).fill([](int, int, int) { return true; }).analyse(all, 0.5);
  EXPECT_EQ(busy.spikes(), 1010U);
  EXPECT_EQ(busy.rates_hz(), std::vector<double>(10, 2000));
  EXPECT_EQ(busy.cvs(), std::vector<double>(10));
  EXPECT_EQ(busy.synchrony(), 0.0);
  EXPECT_EQ(busy.spectrum()->power, std::vector<double>(10));
  EXPECT_FALSE(silent.cv() || silent.synchrony());
  for (auto const* const found : {&silent, &busy})
    EXPECT_FALSE(found->correlation() || found->coherence());
}

TEST(SpikeStatistics, OfOneNeuron) {
  auto const one = Raster(1, 1, 100)
                       .fill([](int t, int, int) { return t == 10 || t == 11 || t == 14; })
                       .analyse(SpikeStatistics{}.bin(5));
  EXPECT_EQ(one.rates_hz(), std::vector<double>{30});
  EXPECT_DOUBLE_EQ(*one.cv(), 0.5);  // intervals of 1 and 3
  EXPECT_DOUBLE_EQ(*one.coherence(), 1);
  EXPECT_EQ(one.spikes(), 3U);
}

TEST(SpikeStatistics, BeginAnewWhereTimeDoes) {
  auto const raster = Raster(6, 2, 57).scatter(8);
  auto const what = SpikeStatistics{}.from(3).bin(5).correlated(3).spectrum(8, 1).course();
  auto const once = raster.analyse(what);
  SpikeAnalysis twice(what, 6, 2, 1);
  raster.feed(twice);
  twice.restart(0);
  raster.feed(twice);
  EXPECT_EQ(twice.spikes(), 2 * once.spikes());
  EXPECT_DOUBLE_EQ(twice.ms(), 108);
  expect_near(twice.rates_hz(), once.rates_hz());
  expect_near(twice.correlations(), once.correlations());
  EXPECT_NEAR(*twice.synchrony(), *once.synchrony(), 1e-12);
  expect_near(twice.spectrum()->power, once.spectrum()->power);
  EXPECT_EQ(twice.course_hz().size(), 2 * 2 * 10U);
  twice.clear();
  EXPECT_EQ(twice.spikes(), 0U);
  EXPECT_EQ(twice.ms(), 0);
  EXPECT_FALSE(twice.cv() || twice.correlation() || twice.synchrony() || twice.spectrum());
  raster.feed(twice, 57);  // goes on behind `from`, in the middle of a bin
  EXPECT_DOUBLE_EQ(twice.ms(), 57);
  auto const course = twice.course_hz();
  ASSERT_EQ(course.size(), 2 * 11U);
  for (int b = 0; b < 2; ++b)
    for (std::size_t k = 0; k < 11; ++k) {
      double sum = 0;
      for (int n = 0; n < 6; ++n) sum += raster.counts(n, b, 0, 5)[k];
      EXPECT_DOUBLE_EQ(course[2 * k + static_cast<std::size_t>(b)], sum / 6 / 0.005);
    }
}

void expect_same(SpikeAnalysis const& a, SpikeAnalysis const& b) {
  EXPECT_EQ(a.ms(), b.ms());
  EXPECT_GT(a.spikes(), 100U);
  EXPECT_EQ(a.rates_hz(), b.rates_hz());
  EXPECT_EQ(a.cvs(), b.cvs());
  EXPECT_EQ(a.correlations(), b.correlations());
  EXPECT_EQ(a.synchrony(), b.synchrony());
  EXPECT_EQ(a.coherence(), b.coherence());
  EXPECT_EQ(a.spectrum()->power, b.spectrum()->power);
  EXPECT_EQ(a.course_hz(), b.course_hz());
}

// Time that goes on at spikes alone, over many bins of both kinds at once where there are none, and
// step by step; pieces end before, at and behind `from`.
TEST(SpikeStatistics, DoNotDependOnThePiecesOfTime) {
  int const steps = 3000;
  auto raster = Raster(9, 2, steps).scatter(12);
  for (std::size_t t = 0; t < steps; ++t)
    if (t % 500 < 400) raster.fired[t].assign(raster.fired[t].size(), 0);
  auto const what = SpikeStatistics{}.from(410).bin(4).correlated(5).spectrum(24, 6).course();
  std::vector<SpikeAnalysis> fed;
  for (int const piece : {1, 5, 41, 500, steps}) {
    fed.emplace_back(what, 9, 2, 1);
    for (int t = 0; t < steps; ++t) {
      for (int n = 0; n < 9; ++n)
        for (int b = 0; b < 2; ++b)
          if (raster.at(static_cast<std::size_t>(t), n, b)) fed.back().spike(t, n, b);
      if ((t + 1) % piece == 0) fed.back().pass(t + 1);
    }
    fed.back().pass(steps);
    expect_same(fed.back(), fed.front());
  }
  EXPECT_EQ(fed.front().ms(), steps - 410);
  EXPECT_EQ(fed.front().course_hz().size(), 2 * 647U);
}

TEST(SpikeStatistics, HaveNoIntervalsAcrossAReset) {
  auto const trial =
      Raster(1, 1, 100).fill([](int t, int, int) { return t == 10 || t == 11 || t == 14; });
  SpikeAnalysis analysis({}, 1, 1, 1);
  for (int k = 0; k < 3; ++k) {
    trial.feed(analysis);
    analysis.restart(0);
  }
  EXPECT_EQ(analysis.spikes(), 9U);
  EXPECT_DOUBLE_EQ(*analysis.cv(), 0.5);  // intervals of 1, 3, 1, 3, 1, 3
}

TEST(SpikeStatistics, RefuseWhatDoesNotFit) {
  double const nan = std::numeric_limits<double>::quiet_NaN();
  auto const make = [](SpikeStatistics const& what) { return SpikeAnalysis(what, 5, 1, 0.1); };
  expect_error([&] { make(SpikeStatistics{}.from(0.25)); }, {"from", "0.25", "dt = 0.1"});
  expect_error([&] { make(SpikeStatistics{}.from(-1)); }, {"from", "-1"});
  expect_error([&] { make(SpikeStatistics{}.bin(0)); }, {"bin", "at least one step", "0"});
  expect_error([&] { make(SpikeStatistics{}.bin(nan)); }, {"bin", "nan"});
  expect_error([] { SpikeStatistics{}.neurons(3, 3); }, {"neurons", "3 to 3"});
  expect_error([] { SpikeStatistics{}.neurons(-1, 3); }, {"neurons", "-1"});
  expect_error([&] { make(SpikeStatistics{}.neurons(3, 6)); }, {"neurons to 6", "5"});
  expect_error([] { SpikeStatistics{}.correlated(1); }, {"correlated", "at least 2", "1"});
  expect_error([&] { make(SpikeStatistics{}.neurons(1, 4).correlated(4)); }, {"4 of 3"});
  expect_error([] { SpikeStatistics{}.spectrum(0); }, {"spectrum", "positive", "0"});
  expect_error([&] { make(SpikeStatistics{}.spectrum(100, 0)); }, {"bin of the spectrum"});
  expect_error([&] { make(SpikeStatistics{}.spectrum(10.2, 0.5)); }, {"segment", "10.2"});
  expect_error([&] { make(SpikeStatistics{}.spectrum(2.5, 0.5)); }, {"segment", "even", "5"});
  expect_error([&] { make({}).spectrum(); }, {"spectrum", "asked"});
  expect_error([&] { make({}).course_hz(); }, {"course", "asked"});
  expect_error([&] { make(SpikeStatistics{}.from(7)).rate_hz(); }, {"no time", "7 ms"});
  expect_error([] { SpikeAnalysis({}, 0, 1, 0.1); }, {"neurons", "0"});
}

TEST(Moments, AgreeWithTwoPasses) {
  auto const values = kosnn_test::random_values(1000, 1e6, 1e6 + 1, 9);
  Moments moments;
  for (double const v : values) moments.add(v);
  EXPECT_EQ(moments.count(), 1000U);
  EXPECT_NEAR(moments.mean(), mean(values), 1e-6);
  EXPECT_NEAR(moments.variance(), variance(values), 1e-8);
  EXPECT_FALSE(Moments{}.cv());
}

TEST(WelchSpectrum, OfASineAndOfNoise) {
  std::size_t const n = 64;
  WelchSpectrum sine(n), noise(n);
  for (std::size_t t = 0; t < 10 * n; ++t)
    sine.add(7 + 3 * std::sin(2 * pi * 5 * static_cast<double>(t) / n + 0.3));
  EXPECT_EQ(sine.segments(), 19U);
  auto const power = sine.power();
  ASSERT_EQ(power.size(), n / 2);
  for (std::size_t k = 1; k <= n / 2; ++k) {
    double const expected = k == 5 ? 9 * n / 6.0 : k == 4 || k == 6 ? 9 * n / 24.0 : 0;
    EXPECT_NEAR(power[k - 1], expected, 1e-10) << k;
  }
  for (double const v : kosnn_test::random_values(2000 * n, -1, 1, 10)) noise.add(v);
  EXPECT_NEAR(mean(noise.power()), 1.0 / 3, 0.01);
}

TEST(WelchSpectrum, DropsASegmentThatIsInterrupted) {
  WelchSpectrum whole(8), broken(8);
  auto const values = kosnn_test::random_values(8, 0, 1, 11);
  for (double const v : values) whole.add(v);
  for (std::size_t k = 0; k < 7; ++k) broken.add(values[7 - k]);
  EXPECT_EQ(broken.power(), std::vector<double>(4));
  broken.interrupt();
  for (double const v : values) broken.add(v);
  EXPECT_EQ(broken.segments(), 1U);
  EXPECT_EQ(broken.power(), whole.power());
  expect_error([] { WelchSpectrum(2); }, {"at least 4", "2"});
  expect_error([] { WelchSpectrum(7); }, {"even", "7"});
}

TEST(Spectrum, PeakFromAFrequencyOn) {
  Spectrum const spectrum{10, {5, 1, 3, 3}};
  EXPECT_EQ(spectrum.peak(), 0U);
  EXPECT_EQ(spectrum.peak(10), 0U);
  EXPECT_EQ(spectrum.peak(10.5), 2U);
  EXPECT_EQ(spectrum.frequency(2), 30);
  EXPECT_EQ(spectrum.peak(40), 3U);
  expect_error([&] { spectrum.peak(41); }, {"41", "to 40"});
}

TEST(KolmogorovSmirnov, ClosedForms) {
  EXPECT_EQ(kolmogorov_smirnov({3, 1, 2}, {2, 3, 1}), 0);
  EXPECT_EQ(kolmogorov_smirnov({1, 2}, {3, 4, 5}), 1);
  EXPECT_EQ(kolmogorov_smirnov({1, 2, 3, 4}, {3, 4, 5, 6}), 0.5);
  EXPECT_EQ(kolmogorov_smirnov({1, 1, 1, 2}, {1, 2, 2, 2}), 0.5);
  EXPECT_DOUBLE_EQ(kolmogorov_smirnov({0}, {-1, 0, 1}), 1.0 / 3);
  // Exponential distributions of rates a and b: the difference is greatest at log(b / a) / (b - a).
  double const a = 1, b = 2, x = std::log(b / a) / (b - a);
  std::vector<double> left, right;
  for (double u = 0.0005; u < 1; u += 0.001) {
    left.push_back(-std::log(u) / a);
    right.push_back(-std::log(u) / b);
  }
  EXPECT_NEAR(kolmogorov_smirnov(left, right), std::exp(-a * x) - std::exp(-b * x), 0.002);
  EXPECT_EQ(kolmogorov_smirnov(left, right), kolmogorov_smirnov(right, left));
  expect_error([] { kolmogorov_smirnov({}, {1}); }, {"at least one"});
  expect_error([] { kolmogorov_smirnov({1}, {0, std::nan("")}); }, {"value 1", "nan"});
}

struct Given {};

template <class Device>
class Statistics : public ::testing::Test {};
TYPED_TEST_SUITE(Statistics, kosnn_test::Devices);

// Of a network that runs in uneven pieces, against the same from its recorded spikes; by parts.
TYPED_TEST(Statistics, OnTheRunAreThoseOfTheRecordedSpikes) {
  constexpr int size = 41, batch = 3, steps = 403;
  constexpr double dt = 0.5;
  auto net = make_network<TypeParam>(kosnn_test::config().dt(dt).batch(batch),
                                     population(Given{}, SpikeArraySource{}, Shape{size}));
  auto const given = kosnn_test::random_spikes(size, batch, steps, dt, 0.08, 7);
  net.get(Given{}).set_spikes(given.neurons, given.times, given.elements);
  auto what = SpikeStatistics{}.from(10).bin(1.5).correlated(7).spectrum(20).course();
  auto part = what;
  part.neurons(Slices{{"A", 5}, {"B", 17}, {"C", 19}}["B"]);
  auto const& all_on_run = net.record(Given{}, what);
  auto const& part_on_run = net.record(Given{}, part);
  auto& spikes = net.record(Given{}, Spikes{});
  for (int done = 0, piece = 1; done < steps; done += piece, piece = 3 * piece + 1) {
    piece = std::min(piece, steps - done);
    net.run(piece * dt);
  }
  SpikeTrains const trains(spikes);
  expect_same(all_on_run, analyse(trains, what, steps * dt));
  expect_same(part_on_run, analyse(trains, part, steps * dt));
  EXPECT_EQ(part_on_run.rates_hz().size(), 17U * batch);
  // What comes after a reset, and in the middle of a run.
  auto& late = net.record(Given{}, what);
  net.reset_state();
  net.run(5);
  late.clear();
  net.run(5);
  EXPECT_EQ(late.ms(), 0);  // drops what is before 10 ms
  net.run(20);
  EXPECT_DOUBLE_EQ(late.ms(), 20);
  EXPECT_DOUBLE_EQ(all_on_run.ms(), steps * dt - 10 + 20);
  expect_error([&] { net.record(Given{}, SpikeStatistics{}.bin(0.7)); }, {"Given", "bin", "0.7"});
}

}  // namespace

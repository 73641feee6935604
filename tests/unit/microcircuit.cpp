// The model of cortex: numbers of its parts and synapses as published, the input from outside that
// makes up for what is lost on a smaller scale, and distances of distributions.

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "microcircuit/distributions.hpp"
#include "microcircuit/network.hpp"
#include "testing.hpp"

namespace {

using kosnn_test::expect_error;
using microcircuit::Cells;
using microcircuit::Parameters;
using microcircuit::parts;

TEST(Microcircuit, HasThePublishedSize) {
  Parameters const p;
  EXPECT_EQ(p.cells().size(), 77169);
  EXPECT_EQ(p.cells()["L5I"].size(), 1065);
  EXPECT_NEAR(double(p.synapses()), 298.88e6, 0.01e6);
  // A pair is connected with the published probability: by 1 - (1 - 1/pairs)^synapses.
  double const pairs = 21915.0 * 20683;
  EXPECT_NEAR(1 - std::pow(1 - 1 / pairs, double(p.synapses(2, 0))), 0.0437, 1e-7);
  EXPECT_EQ(p.synapses(7, 0), 0);
  EXPECT_DOUBLE_EQ(p.mean_weight(0, 5), 87.8);
  EXPECT_DOUBLE_EQ(p.mean_weight(2, 0), 2 * 87.8);
  EXPECT_DOUBLE_EQ(p.mean_weight(3, 0), -4 * 87.8);
  for (std::size_t part = 0; part < parts; ++part)
    EXPECT_DOUBLE_EQ(p.outer_weight(part), 87.8) << part;
  EXPECT_DOUBLE_EQ(p.outer_hz(0), 12800);
  EXPECT_DOUBLE_EQ(p.outer_hz(6), 23200);
}

/// Mean and variance of the input of a neuron at the rates of full size.
struct Drive {
  double mean = 0, variance = 0;
  Drive(Parameters const& p, std::size_t target)
      : mean(p.outer_hz(target) * p.outer_weight(target)), variance(mean * p.outer_weight(target)) {
    for (std::size_t source = 0; source < parts; ++source) {
      double const hz = static_cast<double>(p.synapses(source, target)) / p.cells()[target].size() *
                        microcircuit::full_rates[source];
      double const w = p.mean_weight(source, target);
      mean += hz * w;
      variance += hz * w * w;
    }
  }
};

TEST(Microcircuit, KeepsTheDriveWhenScaledDown) {
  for (double const scale : {0.5, 0.1, 0.03})
    for (std::size_t part = 0; part < parts; ++part) {
      Drive const full(Parameters{}, part), scaled(Parameters(scale), part);
      // But for whole numbers of neurons and synapses.
      EXPECT_NEAR(scaled.mean, full.mean, 0.02 * full.mean) << part;
      EXPECT_NEAR(scaled.variance, full.variance, 0.02 * full.variance) << part;
    }
  EXPECT_NEAR(double(Parameters(0.1).synapses()), 298.88e6 / 100, 1000);
  EXPECT_EQ(Parameters(0.1).cells().size(), 7718);
  expect_error([] { Parameters(1.01); }, {"scale", "0.01 to 1", "1.01"});
  expect_error([] { Parameters(std::nan("")); }, {"scale", "nan"});
}

/// What make_network has drawn, at a small scale.
TEST(Microcircuit, DrawsWeightsAndDelays) {
  Parameters const p(0.03);
  auto net = microcircuit::make<Kokkos::DefaultHostExecutionSpace>(p, 5);
  auto const cells = p.cells();
  auto const& exc = net.projection<0>(Cells{}, Cells{});
  auto const& inh = net.projection<1>(Cells{}, Cells{});
  EXPECT_EQ(static_cast<long long>(exc.synapses() + inh.synapses()), p.synapses());
  for (auto const* kind : {"exc", "inh"}) {
    bool const excitatory = std::string(kind) == "exc";
    auto const sources = excitatory ? exc.sources() : inh.sources();
    auto const targets = excitatory ? exc.targets() : inh.targets();
    auto const weights = excitatory ? exc.weights() : inh.weights();
    auto const delays = excitatory ? exc.delays() : inh.delays();
    std::vector<double> relative;  // weight over the mean of its block
    for (std::size_t k = 0; k < sources.size(); ++k) {
      auto const source = cells.part_of(sources[k]);
      ASSERT_EQ(microcircuit::is_excitatory(source), excitatory);
      relative.push_back(weights[k] / p.mean_weight(source, cells.part_of(targets[k])));
    }
    kosnn_test::Moments const w(relative), d(delays);
    double const n = static_cast<double>(sources.size());
    EXPECT_NEAR(w.mean, 1, 4.5 * 0.1 / std::sqrt(n));
    EXPECT_NEAR(std::sqrt(w.variance), 0.1, 4.5 * 0.1 / std::sqrt(2 * n));
    double const delay = excitatory ? 1.5 : 0.75;
    // Short ones are drawn again, which the mean of a normal distribution above -1.87 sd shows.
    EXPECT_NEAR(d.mean, delay * 1.031, 0.02 * delay);
    EXPECT_GE(*std::min_element(delays.begin(), delays.end()), 0.0999);
  }
}

TEST(Microcircuit, ComparesDistributions) {
  microcircuit::Distributions a, b;
  a[2] = {{1, 2, 3, 4}, {0.5}, {}};
  b[2] = {{3, 4, 5, 6}, {0.5}, {0.1}};
  auto const d = microcircuit::distances(a, b);
  EXPECT_DOUBLE_EQ(*d.rates[2], 0.5);
  EXPECT_DOUBLE_EQ(*d.cvs[2], 0);
  EXPECT_FALSE(d.correlations[2]);
  EXPECT_FALSE(d.rates[1]);
  EXPECT_DOUBLE_EQ(microcircuit::Distances::largest(d.rates), 0.5);
  std::string const path = ::testing::TempDir() + "microcircuit_distributions.h5";
  microcircuit::write(path, a);
  auto const again = microcircuit::read(path);
  for (std::size_t part = 0; part < parts; ++part) {
    EXPECT_EQ(again[part].rates_hz, a[part].rates_hz);
    EXPECT_EQ(again[part].cvs, a[part].cvs);
    EXPECT_EQ(again[part].correlations, a[part].correlations);
  }
  EXPECT_THROW(microcircuit::read(path + ".none"), kosnn::FileError);
}

}  // namespace

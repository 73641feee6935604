// Spikes that carry values through convolutions: what arrives, what a rewarded rule learns from it,
// and masks that are set between runs, against naive loops in double.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "conv2d_testing.hpp"
#include "testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::config;
using kosnn_test::Delaying;
using kosnn_test::geometries;
using kosnn_test::Geometry;
using kosnn_test::Puppet;
using kosnn_test::random_values;

struct In {};
struct Driver {};
struct Maps {};

template <class Device>
class GradedConvolution : public ::testing::Test {};
TYPED_TEST_SUITE(GradedConvolution, kosnn_test::Devices);

constexpr int steps = 20;
constexpr double a_plus = 0.8, a_minus = 0.6, rate = 0.2, low = -0.5, high = 0.6, drive = 1e4;
constexpr double pre_decay = 0.8, post_decay = 0.7, e_decay = 0.5, e_gain = 0.7;

struct Case {
  Geometry g;
  Delaying how;
  int batch;
  double probability;  // of a spike, in each step
};

/// Values of (batch, neurons), of both signs; 0 for those that do not fire.
std::vector<double> values_at(std::size_t size, double probability, unsigned seed) {
  auto const chance = random_values(size, 0, 1, seed);
  auto values = random_values(size, -0.5, 1.5, seed + 1000);
  for (std::size_t k = 0; k < size; ++k)
    if (chance[k] >= probability) values[k] = 0;
  return values;
}

/// The mask from step `t` on, which changes twice.
std::vector<double> mask_at(std::size_t size, int t) {
  if (t < 7) return std::vector<double>(size, 1);
  auto mask = random_values(size, 0, 1, t < 14 ? 17 : 18);
  for (std::size_t k = t < 14 ? 0 : 1; k < size; k += 3) mask[k] = 0;
  return mask;
}

/// One network beside the naive loop over batch elements and synapses.
class Naive {
 public:
  std::vector<double> w, input;

  Naive(Case const& c, std::vector<double> const& weights, std::vector<int> const& delays)
      : w(weights),
        c_(c),
        delays_(delays),
        m_(std::size_t(c.g.pre().size())),
        n_(std::size_t(c.g.post().size())),
        x_(1, std::vector<double>(m_ * std::size_t(c.batch))),
        y_(n_ * std::size_t(c.batch)),
        e_(w.size()) {}

  /// What arrives with the values and driven spikes of all steps so far.
  void step(std::vector<double> const& values, std::vector<double> const& driven) {
    values_.push_back(values);
    x_.push_back(x_.back());
    for (std::size_t k = 0; k < values.size(); ++k)
      x_.back()[k] = pre_decay * x_.back()[k] + values[k];
    input.assign(y_.size(), 0);
    for_all([&](std::size_t k, std::size_t i, std::size_t j) {
      input[j] += w[k] * (t_ >= delays_[k] ? values_[std::size_t(t_ - delays_[k])][i] : 0);
    });
    for (std::size_t j = 0; j < y_.size(); ++j) {
      input[j] += drive * driven[j];
      y_[j] = post_decay * y_[j] + driven[j];
    }
    std::vector<double> changes(w.size());
    for_all([&](std::size_t k, std::size_t i, std::size_t j) {
      if (t_ < delays_[k]) return;
      auto const then = std::size_t(t_ - delays_[k]);
      changes[k] -= a_minus * values_[then][i] * y_[j];
      if (driven[j] != 0) changes[k] += a_plus * x_[then + 1][i];
    });
    double const scale = 1.0 / c_.batch / (c_.g.out_height() * c_.g.out_width());
    for (std::size_t k = 0; k < w.size(); ++k)
      e_[k] = e_decay * e_[k] + e_gain * scale * changes[k];
    ++t_;
  }
  void reward(double r, std::vector<double> const& mask) {
    for (std::size_t k = 0; k < w.size(); ++k)
      if (mask[k] != 0) w[k] = std::clamp(w[k] + rate * r * mask[k] * e_[k], low, high);
  }

 private:
  /// Calls f(weight, index of source, of target) for all synapses of all elements.
  template <class F>
  void for_all(F const& f) const {
    for (std::size_t b = 0; b < std::size_t(c_.batch); ++b)
      c_.g.for_each([&](std::size_t k, int i, int j) {
        f(k, b * m_ + std::size_t(i), b * n_ + std::size_t(j));
      });
  }

  Case const& c_;
  std::vector<int> delays_;
  std::size_t m_, n_;
  int t_ = 0;
  std::vector<std::vector<double>> values_, x_;  // of each step; traces begin at 0 before the first
  std::vector<double> y_, e_;
};

template <class Device>
void expect_graded(Case const& c) {
  Geometry const& g = c.g;
  auto const batch = std::size_t(c.batch);
  std::vector<int> delays(g.weights(), c.how == Delaying::constant ? 2 : 0);
  if (c.how == Delaying::each)
    for (std::size_t k = 0; k < delays.size(); ++k) delays[k] = int(k * 5 % 4);
  auto const w = random_values(g.weights(), -0.4, 0.5, 3);
  auto rule = Mstdpet<double>{}.a_plus(a_plus).a_minus(a_minus).rate(rate).clamp(low, high);
  rule.eligibility(factor(e_decay, e_gain));
  rule.pre_trace(all_to_all(factor(pre_decay))).post_trace(all_to_all(factor(post_decay)));
  auto plastic = project(In{}, Maps{}, g.topology(), weights::array(w),
                         delays::array({delays.begin(), delays.end()}), rule);
  plastic.mask(mask_at(w.size(), 0));
  auto net = make_network<Device, double>(
      config().batch(c.batch), population(In{}, Input{}, g.pre()),
      population(Driver{}, Input{}, g.post()), population(Maps{}, Puppet<double>{}, g.post()),
      plastic, project(Driver{}, Maps{}, OneToOne{}, weights::constant(drive)));
  auto& projection = net.projection(In{}, Maps{});
  Naive naive(c, w, delays);
  for (int t = 0; t < steps; ++t) {
    if (t == 7 || t == 14) projection.set_mask(mask_at(w.size(), t));
    auto const seed = unsigned(2 * t);
    auto const values = values_at(std::size_t(g.pre().size()) * batch, c.probability, seed);
    auto driven = values_at(std::size_t(g.post().size()) * batch, c.probability, seed + 1);
    for (double& spike : driven) spike = spike != 0;
    net.get(In{}).set_values(values);
    net.get(Driver{}).set_values(driven);
    net.step();
    naive.step(values, driven);
    auto const input = net.get(Maps{}).template field<&Puppet<double>::State::input>();
    for (std::size_t k = 0; k < input.size(); ++k)
      ASSERT_NEAR(input[k], naive.input[k], 1e-10) << "step " << t << " target " << k;
    double const reward = t % 3 == 1 ? 0 : std::sin(1.7 * t);
    net.reward(reward);
    naive.reward(reward, mask_at(w.size(), t));
    auto const got = projection.weights();
    for (std::size_t k = 0; k < got.size(); ++k)
      ASSERT_NEAR(got[k], naive.w[k], 1e-12) << "step " << t << " weight " << k;
  }
  double largest = 0;
  for (std::size_t k = 0; k < w.size(); ++k)
    largest = std::max(largest, std::fabs(naive.w[k] - w[k]));
  EXPECT_EQ(largest > 0.01, c.probability > 0) << largest;
}

TYPED_TEST(GradedConvolution, ArrivesAndTeachesAsMuchAsItsValue) {
  for (std::size_t k = 0; k < geometries.size(); ++k)
    for (int const batch : {1, 3}) {
      SCOPED_TRACE("geometry " + std::to_string(k) + ", batch " + std::to_string(batch));
      expect_graded<TypeParam>(
          {geometries[k], static_cast<Delaying>((k + std::size_t(batch)) % 3), batch, 0.2});
    }
}
TYPED_TEST(GradedConvolution, FromSilenceToEveryStep) {
  for (double const probability : {0.0, 1.0})
    for (int const batch : {1, 3})
      expect_graded<TypeParam>({geometries[2], Delaying::none, batch, probability});
}

}  // namespace

// How weights begin, on full and on shared ones: distributions with the fans of the topology, a
// given sum, Dale's principle; and normalisation where weights are shared.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "conv2d_testing.hpp"
#include "testing.hpp"

namespace {

using namespace kosnn;
using kosnn_test::Chatter;
using kosnn_test::config;
using kosnn_test::expect_error;
using kosnn_test::Moments;
using kosnn_test::random_values;

struct A {};
struct B {};

template <class Device>
class Initialisers : public ::testing::Test {};
TYPED_TEST_SUITE(Initialisers, kosnn_test::Devices);

constexpr double infinity = std::numeric_limits<double>::infinity();

/// 12 x 6 x 5 neurons onto 40 x 2 x 2, in two groups: no two of the fans are equal.
constexpr int in = 12, out = 40, height = 6, width = 5, ky = 5, kx = 4, groups = 2;
constexpr double dense_in = in * height * width, dense_out = out * 2 * 2;
constexpr double conv_in = in / groups * ky * kx, conv_out = out / groups * ky * kx;
constexpr std::size_t kernels = out * (in / groups) * ky * kx, matrix = 360 * 160;

PairStdp<double> unbounded() { return PairStdp<double>{}.clamp(-infinity, infinity); }

/// A full projection (0) and a convolution (1) between the same populations; `change` is applied to
/// the declarations of both.
template <class Device, class Change>
auto network(Weights const& full, Weights const& shared, PairStdp<double> const& rule,
             Change const& change) {
  auto dense = project(A{}, B{}, Dense{}, full, rule);
  auto conv = project(A{}, B{}, Conv2d{ky, kx}.groups(groups), shared, rule);
  change(dense);
  change(conv);
  return make_network<Device, double>(
      config(), population(A{}, Chatter<double>{0.2}, Shape{in, height, width}),
      population(B{}, Chatter<double>{0.2}, Shape{out, 2, 2}), dense, conv);
}
template <class Device>
auto network(Weights const& w, PairStdp<double> const& rule = unbounded()) {
  return network<Device>(w, w, rule, [](auto&) {});
}
template <std::size_t Nth, class Net>
auto& part(Net& net) {
  return net.template projection<Nth>(A{}, B{});
}

/// Within 4.5 standard errors; `kurtosis` is the fourth moment over the squared variance and
/// `eighth` the eighth over its fourth power.
void expect_moments(std::vector<double> const& w, double mean, double sd, double kurtosis,
                    double eighth) {
  Moments const m(w);
  double const n = double(w.size()), v = sd * sd;
  EXPECT_NEAR(m.mean, mean, 4.5 * sd / std::sqrt(n));
  EXPECT_NEAR(m.variance, v, 4.5 * v * std::sqrt((kurtosis - 1) / n));
  EXPECT_NEAR(m.fourth, kurtosis * v * v,
              4.5 * v * v * std::sqrt((eighth - kurtosis * kurtosis) / n));
}
void expect_uniform(std::vector<double> const& w, double low, double high) {
  double const span = high - low;
  expect_moments(w, (low + high) / 2, span / std::sqrt(12), 9.0 / 5, 9);
  double const near = 12 / double(w.size()) * span;  // missed with a probability of exp(-12)
  auto const [least, most] = std::minmax_element(w.begin(), w.end());
  EXPECT_GE(*least, low);
  EXPECT_LT(*most, high);
  EXPECT_LT(*least, low + near);
  EXPECT_GE(*most, high - near);
}
void expect_normal(std::vector<double> const& w, double mean, double sd) {
  expect_moments(w, mean, sd, 3, 105);
  EXPECT_GT(*std::max_element(w.begin(), w.end()), mean + 3 * sd);
  EXPECT_LT(*std::min_element(w.begin(), w.end()), mean - 3 * sd);
}

template <class Device, class Expect>
void expect_drawn(Weights const& given, Expect const& expect) {
  auto net = network<Device>(given);
  auto const full = part<0>(net).weights(), shared = part<1>(net).weights();
  ASSERT_EQ(full.size(), matrix);
  ASSERT_EQ(shared.size(), kernels);
  expect(full, dense_in, dense_out);
  expect(shared, conv_in, conv_out);
}

TYPED_TEST(Initialisers, HaveTheirDistributions) {
  using List = std::vector<double>;
  expect_drawn<TypeParam>(weights::uniform(-0.25, 1.5),
                          [](List const& w, double, double) { expect_uniform(w, -0.25, 1.5); });
  expect_drawn<TypeParam>(weights::normal(-1, 0.3),
                          [](List const& w, double, double) { expect_normal(w, -1, 0.3); });
  expect_drawn<TypeParam>(weights::neuron_scaled_uniform(-0.5, 2),
                          [](List const& w, double fan_in, double) {
                            expect_uniform(w, -0.5 / std::sqrt(fan_in), 2 / std::sqrt(fan_in));
                          });
  expect_drawn<TypeParam>(
      weights::neuron_scaled_normal(1.7),
      [](List const& w, double fan_in, double) { expect_normal(w, 0, 1.7 / std::sqrt(fan_in)); });
  expect_drawn<TypeParam>(weights::xavier_uniform(1.3),
                          [](List const& w, double fan_in, double fan_out) {
                            double const c = 1.3 * std::sqrt(6 / (fan_in + fan_out));
                            expect_uniform(w, -c, c);
                          });
  expect_drawn<TypeParam>(weights::xavier_normal(0.6),
                          [](List const& w, double fan_in, double fan_out) {
                            expect_normal(w, 0, 0.6 * std::sqrt(2 / (fan_in + fan_out)));
                          });
  expect_drawn<TypeParam>(weights::kaiming_uniform(), [](List const& w, double fan_in, double) {
    expect_uniform(w, -std::sqrt(6 / fan_in), std::sqrt(6 / fan_in));
  });
  expect_drawn<TypeParam>(weights::kaiming_normal(), [](List const& w, double fan_in, double) {
    expect_normal(w, 0, std::sqrt(2 / fan_in));
  });
}

TYPED_TEST(Initialisers, NormalisedUniformAddsUp) {
  for (double const total : {78.4, -3.0})
    expect_drawn<TypeParam>(weights::normalised_uniform(0.5, 2, total),
                            [&](std::vector<double> const& w, double, double) {
                              double const sum = std::accumulate(w.begin(), w.end(), 0.0);
                              EXPECT_NEAR(sum, total, 1e-10 * std::abs(total));
                              double const mean = total / double(w.size());
                              expect_moments(w, mean, std::abs(mean) / 1.25 * 1.5 / std::sqrt(12),
                                             9.0 / 5, 9);
                            });
  // What is drawn may lie outside the clamp; what it is scaled to may not.
  auto net = network<TypeParam>(weights::normalised_uniform(0, 300, 5), PairStdp<double>{});
  auto const w = part<1>(net).weights();
  EXPECT_NEAR(std::accumulate(w.begin(), w.end(), 0.0), 5, 1e-10);
  auto const of = [](Weights const& given) {
    return [given] { network<TypeParam>(given, PairStdp<double>{}); };
  };
  expect_error(of(weights::normalised_uniform(0, 1, 1e6)),
               {"projection A -> B: weight", "outside the clamp [0, 1]"});
  expect_error(of(weights::normalised_uniform(0, 0, 1)),
               {"projection A -> B: weights: they add up to 0"});
  expect_error(of(weights::normalised_uniform(0, 1, 0)),
               {"projection A -> B: weights: the sum must be finite and not 0, got 0"});
  expect_error(of(weights::normalised_uniform(0, 1, std::nan(""))),
               {"projection A -> B: weights: the sum must be finite and not 0, got nan"});
}

TYPED_TEST(Initialisers, UnusableParametersAreErrors) {
  auto const of = [](Weights const& given) { return [given] { network<TypeParam>(given); }; };
  expect_error(of(weights::xavier_normal(-1)),
               {"projection A -> B: weights: normal needs sd >= 0"});
  expect_error(of(weights::xavier_uniform(-1)), {"projection A -> B: weights: uniform needs low"});
  expect_error(of(weights::neuron_scaled_uniform(2, 1)), {"weights: uniform needs low <= high"});
  expect_error(of(weights::neuron_scaled_normal(infinity)), {"weights: parameters must be finite"});
}

// ---- Dale's principle

template <class Device>
auto signed_network(Weights const& full, Weights const& shared, int sign,
                    PairStdp<double> const& rule = unbounded()) {
  return network<Device>(full, shared, rule, [sign](auto& spec) {
    if (sign > 0)
      spec.excitatory();
    else
      spec.inhibitory();
  });
}

TYPED_TEST(Initialisers, OfTheWrongSignAreErrors) {
  for (int const sign : {1, -1}) {
    char const* const word = sign > 0 ? "excitatory" : "inhibitory";
    auto const good = weights::constant(sign * 0.5);
    auto one_bad = random_values(kernels, 0.1, 1, 3);
    for (double& w : one_bad) w *= sign;
    one_bad[77] *= -1;
    auto const with = [&](Weights const& full, Weights const& shared) {
      return [=] { signed_network<TypeParam>(full, shared, sign); };
    };
    expect_error(with(good, weights::array(one_bad)),
                 {"projection A -> B (number 1): weight 77 is ", "outside", word});
    expect_error(with(weights::uniform(-1, 1), good), {"projection A -> B: weight", word});
    expect_error(with(weights::constant(-sign), good), {"projection A -> B: weight 0 is", word});
    expect_error(with(weights::normalised_uniform(0.1, 1, -sign * 3), good),
                 {"projection A -> B: weight 0 is", word});

    auto net = signed_network<TypeParam>(good, good, sign);
    auto& conv = part<1>(net);
    auto const before = conv.weights();
    expect_error([&] { conv.set_weights(one_bad); },
                 {"projection A -> B (number 1): weight 77 is ", word});
    EXPECT_EQ(conv.weights(), before);
    one_bad[77] *= -1;
    conv.set_weights(one_bad);
    EXPECT_EQ(conv.weights(), one_bad);
  }
  expect_error(
      [] {
        signed_network<TypeParam>(weights::constant(0.3), weights::constant(0.3), -1,
                                  PairStdp<double>{}.clamp(0.25, 1));
      },
      {"projection A -> B: the clamp [0.25, 1] leaves inhibitory synapses no weight below 0"});
}

TYPED_TEST(Initialisers, NormalOnesAreCutAtZero) {
  auto const w = weights::normal(0.2, 0.3);
  auto net = signed_network<TypeParam>(w, w, 1);
  auto opposite = signed_network<TypeParam>(w, w, -1);
  auto free = network<TypeParam>(w);
  auto const drawn = part<1>(free).weights(), positive = part<1>(net).weights(),
             negative = part<1>(opposite).weights();
  for (std::size_t k = 0; k < drawn.size(); ++k) {
    ASSERT_EQ(positive[k], std::max(drawn[k], 0.0));
    ASSERT_EQ(negative[k], std::min(drawn[k], 0.0));
  }
}

/// Weights of both projections, which have to be of one sign, with some at 0.
template <class Net>
void expect_sign(Net& net, int sign) {
  for (auto const& w : {part<0>(net).weights(), part<1>(net).weights()}) {
    auto const [least, most] = std::minmax_element(w.begin(), w.end());
    EXPECT_EQ(sign > 0 ? *least : *most, 0);
    EXPECT_GT(sign > 0 ? *most : -*least, 0.3);
  }
}

// Learning in both directions, far beyond 0 were it not for the sign.
TYPED_TEST(Initialisers, LearningKeepsTheSign) {
  for (int const sign : {1, -1}) {
    auto const rule = PairStdp<double>{}.a_plus(0.5).a_minus(0.5).clamp(-5, 5);
    auto const w = sign > 0 ? weights::uniform(0, 1) : weights::uniform(-1, 0);
    auto net = signed_network<TypeParam>(w, w, sign, rule);
    net.run(20);
    expect_sign(net, sign);
    part<0>(net).set_rule(PairStdp<double>(rule).clamp(-7, 7));
    part<1>(net).set_rule(PairStdp<double>(rule).clamp(-7, 7));
    net.run(20);
    expect_sign(net, sign);
    expect_error([&] { part<1>(net).set_rule(PairStdp<double>(rule).clamp(0.5, 7)); },
                 {"projection A -> B (number 1): "});
    part<1>(net).normalise(sign * 90);
    expect_error([&] { part<1>(net).normalise(-sign * 9); },
                 {"projection A -> B (number 1): normalise: weights in [", "can't add up to "});
    expect_sign(net, sign);
  }
}

// Soft bounds slow down before 0 as before any other bound.
TYPED_TEST(Initialisers, SoftBoundsBeginAtZero) {
  auto const rule = PairStdp<double>{}.a_plus(0.2).a_minus(0.3);
  auto const learned = [](auto net) {
    net.run(20);
    return std::make_pair(part<0>(net).weights(), part<1>(net).weights());
  };
  auto const w = weights::uniform(0.1, 0.9);
  auto const soft = [&](double low, double high) {
    return PairStdp<double>(rule).soft_bounds(low, high);
  };
  EXPECT_EQ(learned(signed_network<TypeParam>(w, w, 1, soft(-1, 1))),
            learned(network<TypeParam>(w, soft(0, 1))));
  auto net = signed_network<TypeParam>(w, w, 1, soft(0, 1));
  part<0>(net).set_rule(soft(-3, 1));
  part<1>(net).set_rule(soft(-3, 1));
  EXPECT_EQ(learned(std::move(net)), learned(network<TypeParam>(w, soft(0, 1))));
  expect_error(
      [&] {
        signed_network<TypeParam>(weights::constant(0), weights::constant(0), 1, soft(-1, 0));
      },
      {"projection A -> B: ", "clamp [-1, 0]", "no weight above 0"});
}

// Constant weights are kept as one number, without a rule.
TEST(Dale, HoldsForOneConstantToo) {
  auto const make = [](double w, int sign) {
    auto spec = project(A{}, B{}, Dense{}, weights::constant(w));
    if (sign > 0)
      spec.excitatory();
    else
      spec.inhibitory();
    auto net = make_network<Kokkos::Serial>(config(), population(A{}, Input{}, Shape{3}),
                                            population(B{}, Chatter<float>{}, Shape{2}), spec);
    return net.projection(A{}, B{}).weights();
  };
  EXPECT_EQ(make(2, 1), std::vector<float>(6, 2));
  EXPECT_EQ(make(0, 1), std::vector<float>(6, 0));
  EXPECT_EQ(make(-2, -1), std::vector<float>(6, -2));
  expect_error([&] { make(-2, 1); }, {"projection A -> B: weight 0 is -2", "excitatory"});
  expect_error([&] { make(2, -1); }, {"projection A -> B: weight 0 is 2", "inhibitory"});
}

// ---- normalisation

/// Each output channel's kernel adds up to the total, in the proportions it had, then is clamped.
template <class Net>
void expect_normalised(Net& net, std::vector<double> const& before, double total, double low,
                       double high) {
  constexpr std::size_t elements = kernels / out;
  part<1>(net).normalise(total);
  auto const after = part<1>(net).weights();
  for (std::size_t c = 0; c < out; ++c) {
    double sum = 0;
    for (std::size_t e = 0; e < elements; ++e) sum += before[c * elements + e];
    for (std::size_t e = 0; e < elements; ++e) {
      double const w = before[c * elements + e];
      double const expected = sum == 0 ? w : std::clamp(w * total / sum, low, high);
      ASSERT_NEAR(after[c * elements + e], expected, 1e-13 * (1 + std::abs(expected)))
          << "channel " << c;
    }
  }
}

TYPED_TEST(Initialisers, ConvolutionsAreNormalisedPerOutputChannel) {
  auto w = random_values(kernels, 0, 1, 5);
  std::fill(w.begin() + kernels / out * 7, w.begin() + kernels / out * 8, 0);  // stays as it is
  auto net = network<TypeParam>(weights::constant(0), weights::array(w), unbounded(), [](auto&) {});
  expect_normalised(net, w, 78.4, -infinity, infinity);
  auto bounded =
      network<TypeParam>(weights::constant(0), weights::array(w), PairStdp<double>{}, [](auto&) {});
  expect_normalised(bounded, w, 90, 0, 1);
  auto const again = part<1>(bounded).weights();
  EXPECT_EQ(*std::max_element(again.begin(), again.end()), 1);
}

}  // namespace

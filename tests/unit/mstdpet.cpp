// The one-synapse example against the values that PySNN's own code gave.

#include "mstdpet/synapse.hpp"

#include <cmath>
#include <vector>

#include "testing.hpp"

namespace {

template <class Device>
class MstdpetExample : public ::testing::Test {};
TYPED_TEST_SUITE(MstdpetExample, kosnn_test::Devices);

struct Row {
  std::size_t step;
  double pre_spike, post_spike, pre_trace, post_trace, eligibility, weight;
};

void expect_rows(mstdpet::Course const& course, std::vector<Row> const& rows) {
  for (Row const& row : rows) {
    SCOPED_TRACE(row.step);
    EXPECT_EQ(course.pre_spike[row.step], row.pre_spike);
    EXPECT_EQ(course.post_spike[row.step], row.post_spike);
    EXPECT_NEAR(course.pre_trace[row.step], row.pre_trace, 1e-6);
    if (row.post_trace >= 0) {
      EXPECT_NEAR(course.post_trace[row.step], row.post_trace, 1e-6);
    }
    EXPECT_NEAR(course.eligibility[row.step], row.eligibility, 1e-6);
    EXPECT_NEAR(course.weight[row.step], row.weight, 1.5e-6);
  }
}

TYPED_TEST(MstdpetExample, WithoutDelay) {
  auto net = mstdpet::make_synapse<TypeParam>(0);
  auto const course = mstdpet::run(net, mstdpet::Protocol::regular(24));
  expect_rows(course, {{1, 1, 0, 1, 0, 0, 3},
                       {6, 1, 1, 1.32768, 1, .32768, 3.032768},
                       {7, 0, 0, 1.062144, .8, .262144, 3.058982},
                       {8, 0, 0, .849715, .64, .209715, 3.079954},
                       {11, 1, 0, 1.435054, .32768, -.220306, 3.088122},
                       {12, 0, 0, 1.148043, .262144, -.176245, 3.105747},
                       {13, 0, 0, .918435, .209715, -.140996, 3.119846},
                       {16, 1, 1, 1.470239, 1.107374, .290675, 3.111082},
                       {18, 0, 0, .940953, .708719, .186032, 3.069225},
                       {21, 1, 0, 1.481768, .362864, -.267616, 3.069198},
                       {23, 0, 0, .948331, .232233, -.171274, 3.107735}});
  double const potentials[] = {.9, .72, .576, .4608, .36864};
  for (std::size_t k = 0; k < 5; ++k) EXPECT_NEAR(course.potential[k + 1], potentials[k], 1e-6);
}

TYPED_TEST(MstdpetExample, WithADelayOfTwoSteps) {
  constexpr double any = -1;
  auto net = mstdpet::make_synapse<TypeParam>(2);
  auto const course = mstdpet::run(net, mstdpet::Protocol::regular(24));
  expect_rows(course, {{1, 1, 0, 1, any, 0, 3},
                       {6, 1, 0, 1.32768, any, 0, 3},
                       {7, 0, 0, 1.062144, any, 0, 3},
                       {8, 0, 1, .849715, any, -.150285, 2.984972},
                       {11, 1, 0, 1.435054, any, -.076946, 2.955636},
                       {12, 0, 0, 1.148043, any, -.061557, 2.961792},
                       {13, 0, 0, .918435, any, -.376925, 2.999484},
                       {16, 1, 0, 1.470239, any, -.192986, 3.07306},
                       {18, 0, 1, .940953, any, -.289932, 3.117492},
                       {21, 1, 0, 1.481768, any, -.148445, 3.174087},
                       {23, 0, 0, .948331, any, -.457869, 3.231749}});
}

TYPED_TEST(MstdpetExample, RandomCurrents) {
  auto const protocol = mstdpet::Protocol::random(2000, 4);
  double sum = 0;
  for (float const x : protocol.current) sum += static_cast<double>(x);
  EXPECT_NEAR(sum / 2000, 0.6, 4 * std::sqrt(0.24 / 2000));
  EXPECT_NE(protocol.current, mstdpet::Protocol::random(2000, 5).current);

  // The course again, from the spikes alone.
  auto net = mstdpet::make_synapse<TypeParam>(0);
  auto const course = mstdpet::run(net, protocol);
  double x = 0, y = 0, e = 0, w = 3;
  for (std::size_t k = 0; k < 2000; ++k) {
    x = 0.8 * x + course.pre_spike[k];
    y = 0.8 * y + course.post_spike[k];
    e = 0.8 * e + x * course.post_spike[k] - y * course.pre_spike[k];
    w += 0.1 * protocol.reward[k] * e;
    ASSERT_NEAR(course.eligibility[k], e, 1e-5) << k;
    ASSERT_NEAR(course.weight[k], w, 2e-4) << k;
  }
}

}  // namespace

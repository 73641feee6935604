#include "digits/data.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace {

TEST(EmbeddedDigits, AreTheDigitsOfUci) {
  kosnn::LabelledImages const data = digits::embedded_digits();
  EXPECT_EQ(data.images.count, 1797U);
  EXPECT_EQ(data.images.rows, 8U);
  EXPECT_EQ(data.images.cols, 8U);
  ASSERT_EQ(data.labels.size(), 1797U);
  ASSERT_EQ(data.images.pixels.size(), std::size_t{1797} * 64);

  auto const [least, most] =
      std::minmax_element(data.images.pixels.begin(), data.images.pixels.end());
  EXPECT_EQ(*least, 0);
  EXPECT_EQ(*most, 16);

  std::array<int, 10> counts{};
  for (std::uint8_t const label : data.labels) {
    ASSERT_LT(label, 10);
    ++counts[label];
  }
  EXPECT_EQ(counts, (std::array<int, 10>{178, 182, 177, 183, 181, 182, 181, 179, 174, 180}));
}

}  // namespace

#include "kosnn/version.hpp"

#include <gtest/gtest.h>

#include <string>

TEST(Version, NumberAndTextAgree) {
  std::string const text = std::to_string(KOSNN_VERSION / 10000) + "." +
                           std::to_string(KOSNN_VERSION / 100 % 100) + "." +
                           std::to_string(KOSNN_VERSION % 100);
  EXPECT_EQ(text, kosnn::version);
}

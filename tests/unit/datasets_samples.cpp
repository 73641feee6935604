#include "kosnn/datasets/samples.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "io_testing.hpp"

namespace {

using kosnn::Error;
using kosnn_test::expect_error;
using Numbers = std::vector<std::size_t>;

TEST(Samples, EpochsAreDifferentPermutations) {
  EXPECT_EQ(kosnn::in_order(4), (Numbers{0, 1, 2, 3}));
  EXPECT_TRUE(kosnn::in_order(0).empty());
  auto const a = kosnn::shuffled(100, 1, 0), b = kosnn::shuffled(100, 1, 1);
  EXPECT_NE(a, b);
  EXPECT_NE(a, kosnn::shuffled(100, 2, 0));
  EXPECT_EQ(a, kosnn::shuffled(100, 1, 0));
  auto sorted = a;
  std::sort(sorted.begin(), sorted.end());
  EXPECT_EQ(sorted, kosnn::in_order(100));
  EXPECT_EQ(kosnn::shuffled(1, 3, 0), Numbers{0});
  EXPECT_TRUE(kosnn::shuffled(0, 3, 0).empty());
  expect_error<Error>([] { kosnn::shuffled(3, 1, -1); }, {"epoch", "-1"});
}

TEST(Samples, EveryPlaceIsEquallyLikely) {
  std::vector<int> counts(5 * 5);
  for (int epoch = 0; epoch < 5000; ++epoch) {
    auto const order = kosnn::shuffled(5, 11, epoch);
    for (std::size_t k = 0; k < 5; ++k) ++counts[5 * k + order[k]];
  }
  for (int const count : counts) EXPECT_NEAR(count, 1000, 6 * std::sqrt(800.0));
}

TEST(Samples, RandomSplitKeepsTheSharesOfClasses) {
  // 50 of class 0, 21 of class 3, 2 of class 1, 1 of class 7, mixed.
  std::vector<int> labels;
  for (int k = 0; k < 74; ++k) labels.push_back(k < 50 ? 0 : k < 71 ? 3 : k < 73 ? 1 : 7);
  std::vector<int> mixed;
  for (std::size_t const k : kosnn::shuffled(74, 5, 0)) mixed.push_back(labels[k]);

  kosnn::Split const split = kosnn::random_split(mixed, 0.8, 42);
  auto const count = [&](Numbers const& part, int label) {
    return std::count_if(part.begin(), part.end(),
                         [&](std::size_t k) { return mixed[k] == label; });
  };
  EXPECT_EQ(count(split.train, 0), 40);
  EXPECT_EQ(count(split.test, 0), 10);
  EXPECT_EQ(count(split.train, 3), 17);  // 16.8
  EXPECT_EQ(count(split.test, 3), 4);
  EXPECT_EQ(count(split.train, 1), 1);  // 1.6, but one is left to test
  EXPECT_EQ(count(split.test, 1), 1);
  EXPECT_EQ(count(split.train, 7), 1);
  EXPECT_TRUE(std::is_sorted(split.train.begin(), split.train.end()));
  EXPECT_TRUE(std::is_sorted(split.test.begin(), split.test.end()));
  Numbers all = split.train;
  all.insert(all.end(), split.test.begin(), split.test.end());
  std::sort(all.begin(), all.end());
  EXPECT_EQ(all, kosnn::in_order(74));

  EXPECT_EQ(kosnn::random_split(mixed, 0.8, 42).train, split.train);
  EXPECT_NE(kosnn::random_split(mixed, 0.8, 43).train, split.train);
  EXPECT_EQ(kosnn::random_split(mixed, 0.001, 42).train.size(), 4U);  // one of each class
}

TEST(Samples, RandomSplitTakesEachSampleEquallyOften) {
  std::vector<int> chosen(10);
  for (std::uint64_t seed = 0; seed < 3000; ++seed)
    for (std::size_t const k : kosnn::random_split(std::vector<int>(10, 2), 0.3, seed).train)
      ++chosen[k];
  EXPECT_EQ(std::accumulate(chosen.begin(), chosen.end(), 0), 9000);
  for (int const count : chosen) EXPECT_NEAR(count, 900, 6 * std::sqrt(630.0));
}

TEST(Samples, RandomSplitErrors) {
  for (double const fraction : {0.0, 1.0, -0.5, std::nan("")})
    expect_error<Error>(
        [&] {
          kosnn::random_split({0, 1}, fraction, 1);
        },
        {"train_fraction", "between 0 and 1"});
  expect_error<Error>([] { kosnn::random_split({0, -2}, 0.5, 1); }, {"label 1", "-2"});
}

TEST(Samples, SubsetCopiesWhatIsNamed) {
  kosnn::LabelledImages from;
  from.images = {4, 2, 3, std::vector<std::uint8_t>(24)};
  std::iota(from.images.pixels.begin(), from.images.pixels.end(), std::uint8_t{0});
  from.labels = {9, 8, 7, 6};
  kosnn::LabelledImages const part = kosnn::subset(from, {3, 0, 3});
  EXPECT_EQ(part.images.count, 3U);
  EXPECT_EQ(part.images.rows, 2U);
  EXPECT_EQ(part.images.cols, 3U);
  EXPECT_EQ(part.labels, (std::vector<std::uint8_t>{6, 9, 6}));
  EXPECT_EQ(part.images.pixels, (std::vector<std::uint8_t>{18, 19, 20, 21, 22, 23, 0, 1, 2, 3, 4, 5,
                                                           18, 19, 20, 21, 22, 23}));
  EXPECT_EQ(kosnn::subset(from, {}).images.count, 0U);
  expect_error<Error>([&] { kosnn::subset(from, {0, 4}); }, {"sample 4", "4 images"});
  from.labels.pop_back();
  expect_error<Error>([&] { kosnn::subset(from, {0}); }, {"4 images", "3 labels"});
}

}  // namespace

// The tasks of the mlp examples and what they count as learned; that networks learn them is
// checked by running the examples.

#include <gtest/gtest.h>

#include <cstddef>

#include "mlp/task.hpp"

namespace {

using mlp::Task;

TEST(Mlp, TruthTables) {
  struct Table {
    char const* task;
    bool wanted[4];  // for 00, 10, 01, 11
  };
  for (auto const& table :
       {Table{"and", {false, false, false, true}}, Table{"or", {false, true, true, true}},
        Table{"xor", {false, true, true, false}}}) {
    Task const task(table.task);
    for (std::size_t k = 0; k < mlp::patterns; ++k) {
      EXPECT_EQ(task.wanted(k), table.wanted[k]) << table.task << k;
      EXPECT_EQ(task.reward(k, 0), table.wanted[k] ? 1 : -0.8) << table.task << k;
    }
  }
  EXPECT_THROW(Task("nand"), kosnn::Error);
}

TEST(Mlp, RewardIsWhatIsMissing) {
  Task const task("and");
  EXPECT_DOUBLE_EQ(task.reward(3, 25), 0.75);
  EXPECT_DOUBLE_EQ(task.reward(3, 100), 0);
  EXPECT_DOUBLE_EQ(task.reward(3, 150), -0.5);
  EXPECT_DOUBLE_EQ(task.reward(3, 1000), -1);
  EXPECT_DOUBLE_EQ(task.reward(1, 1000), -0.8);
}

TEST(Mlp, InputsSayWhichPatternIsShown) {
  auto const hz = Task("xor").input_rates();
  ASSERT_EQ(hz.size(), 4 * 2 * 15);
  for (int k = 0; k < 4; ++k)
    for (int i = 0; i < 30; ++i) {
      bool const value = i < 15 ? k % 2 == 1 : k >= 2;
      EXPECT_EQ(hz[static_cast<std::size_t>(30 * k + i)], value ? 40 : 0) << k << ", " << i;
    }
}

TEST(Mlp, MarginTellsHowFarTheClassesAreApart) {
  Task const xor_task("xor"), or_task("or");
  EXPECT_DOUBLE_EQ(xor_task.margin({0, 100, 80, 20}), 0.75);
  EXPECT_DOUBLE_EQ(xor_task.margin({0, 100, 20, 80}), -0.75);
  EXPECT_DOUBLE_EQ(xor_task.margin({50, 100, 80, 20}), 0.375);
  EXPECT_DOUBLE_EQ(xor_task.margin({0, 100, 0, 0}), 0);  // one that should fire does not
  EXPECT_DOUBLE_EQ(xor_task.margin({0, 0, 0, 0}), 0);
  EXPECT_DOUBLE_EQ(or_task.margin({0, 5, 6, 7}), 1);
  EXPECT_DOUBLE_EQ(or_task.margin({0, 0, 6, 7}), 0);
  EXPECT_DOUBLE_EQ(or_task.least_wanted({0, 8, 6, 7}), 6);
  EXPECT_DOUBLE_EQ(xor_task.least_wanted({0, 8, 9, 7}), 8);
}

TEST(Mlp, LearnedIsMoreThanSeparated) {
  EXPECT_TRUE(Task::learned(0.4, 0.7));
  EXPECT_FALSE(Task::learned(0.4, 0.69));  // less than half of the way
  EXPECT_TRUE(Task::learned(-0.5, 0.25));
  EXPECT_FALSE(Task::learned(-1, 0));
  EXPECT_FALSE(Task::learned(1, 1));  // without learning
}

}  // namespace

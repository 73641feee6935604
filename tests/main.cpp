#include "kosnn/kokkos/compat.hpp"

#include <gtest/gtest.h>

// Kokkos lives as long as the tests run; the number of threads comes from OMP_NUM_THREADS.
int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  kosnn::KokkosScope const kokkos;
  return RUN_ALL_TESTS();
}

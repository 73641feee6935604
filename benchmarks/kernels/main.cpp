// kosnn_bench_kernels: the kernels one by one, each next to what the machine allows.

#include <kosnn/kokkos/compat.hpp>

#include "support/limits.hpp"

int main(int argc, char** argv) {
  kosnn::KokkosScope const kokkos;
  return kosnn_bench::run_benchmarks(argc, argv);
}

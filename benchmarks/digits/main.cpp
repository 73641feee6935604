// kosnn_bench_digits [--data DIR] [options of Google Benchmark]: training of the digit networks.
// --data: a folder of the MNIST family instead of the embedded digits.

#include <cstdio>
#include <kosnn/core/error.hpp>
#include <kosnn/kokkos/compat.hpp>
#include <string>
#include <vector>

#include "digits/benchmarks.hpp"
#include "support/limits.hpp"

int main(int argc, char** argv) {
  std::vector<char*> rest;
  std::string folder;
  for (int k = 0; k < argc; ++k)
    if (k + 1 < argc && std::string(argv[k]) == "--data")
      folder = argv[++k];
    else
      rest.push_back(argv[k]);
  try {
    kosnn::Images const images = kosnn_bench::images28(folder);
    kosnn::require(images.count >= kosnn_bench::samples_per_run, folder, ": needs at least ",
                   kosnn_bench::samples_per_run, " images, got ", images.count);
    kosnn::KokkosScope const kokkos;
    kosnn_bench::add_example(images);
    kosnn_bench::add_diehl_cook(images);
    return kosnn_bench::run_benchmarks(static_cast<int>(rest.size()), rest.data());
  } catch (kosnn::Error const& error) {
    std::fprintf(stderr, "kosnn_bench_digits: %s\n", error.what());
    return 1;
  }
}

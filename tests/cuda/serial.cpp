#include "cuda/kernels.hpp"

void show_serial() {
  cuda_check::show_in_float<Kokkos::Serial>();
  cuda_check::show_in_double<Kokkos::Serial>();
}

#include "cuda/kernels.hpp"

void show_serial() {
  cuda_check::show_all<Kokkos::Serial, float>();
  cuda_check::show_all<Kokkos::Serial, double>();
}

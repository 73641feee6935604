#include "cuda/kernels.hpp"

void show_double() { cuda_check::show_in_double<Kokkos::Cuda>(); }

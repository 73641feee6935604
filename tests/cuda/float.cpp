#include "cuda/kernels.hpp"

void show_float() { cuda_check::show_in_float<Kokkos::Cuda>(); }

#include "cuda/kernels.hpp"

void show_float() { cuda_check::show_all<Kokkos::Cuda, float>(); }

#include "cuda/kernels.hpp"

void show_double() { cuda_check::show_all<Kokkos::Cuda, double>(); }

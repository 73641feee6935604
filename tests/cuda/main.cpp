// Every kernel of the library for CUDA: made and linked wherever Kokkos has CUDA. Run on a machine
// with a GPU, it tells how the same networks behave there and on the host.

#include <Kokkos_Core.hpp>
#include <kosnn/kokkos/compat.hpp>

void show_serial();
void show_float();
void show_double();

int main() {
  kosnn::KokkosScope const kokkos;
  show_serial();
  show_float();
  show_double();
}

#include "kosnn/core/error.hpp"
#include "kosnn/kokkos/compat.hpp"
#include "kosnn/version.hpp"

#include <iostream>

int main() {
  kosnn::KokkosScope const kokkos;
  try {
    kosnn::require(false, "koSNN ", kosnn::version);
  } catch (kosnn::Error const& error) {
    std::cout << error.what() << '\n';
    return 0;
  }
  return 1;
}

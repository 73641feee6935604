#include <array>

#include "kosnn/kosnn.hpp"

struct Exc {};

struct Rule {
  kosnn::Trace pre_trace() const { return kosnn::all_to_all(kosnn::exact(20)); }
  std::array<kosnn::Trace, 1> drive_traces() const { return {kosnn::potential(kosnn::exact(20))}; }
  KOKKOS_FUNCTION float drive(float potential, bool) const { return potential; }
  KOKKOS_FUNCTION float on_post(float, float pre, float drive) const { return pre * drive; }
};

void make() {
  using namespace kosnn;
  make_network<Kokkos::Serial>(
      Config{}, population(Exc{}, LIF<>{}, Shape{4}),
      project(Exc{}, Exc{}, Dense{}, weights::constant(1), delays::constant(1), Rule{}));
}

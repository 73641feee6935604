#include "kosnn/kosnn.hpp"

struct Exc {};
struct Rule {
  kosnn::Trace pre_trace() const { return kosnn::all_to_all(kosnn::exact(20)); }
  KOKKOS_FUNCTION kosnn::Terms<float, 2> pre_terms(float z) const { return {{z, z * z}}; }
  KOKKOS_FUNCTION float on_step(float, kosnn::Terms<float, 1> const& pre) const { return pre[0]; }
};

void make() {
  using namespace kosnn;
  auto net = make_network<Kokkos::Serial>(
      Config{}, population(Exc{}, LIF<>{}, Shape{4}),
      project(Exc{}, Exc{}, Dense{}, weights::constant(1), delays::constant(1), Rule{}));
  net.run(1);
}

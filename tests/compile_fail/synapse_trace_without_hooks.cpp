#include "kosnn/kosnn.hpp"

struct Exc {};
struct Rule {
  kosnn::Trace pre_trace() const { return kosnn::all_to_all(kosnn::exact(20)); }
  kosnn::Relaxation synapse_trace() const { return kosnn::exact(20); }
  KOKKOS_FUNCTION float on_post(float, float pre_trace) const { return pre_trace; }
};

void make() {
  using namespace kosnn;
  auto net = make_network<Kokkos::Serial>(
      Config{}, population(Exc{}, LIF<>{}, Shape{4}),
      project(Exc{}, Exc{}, Dense{}, weights::constant(1), delays::constant(1), Rule{}));
  net.run(1);
}

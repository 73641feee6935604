// kosnn_mlp_cyclic: kosnn_mlp with feedback from the output and among the hidden neurons.

#include <kosnn/kosnn.hpp>

#include "mlp/program.hpp"

int main(int argc, char** argv) {
  using Device = Kokkos::DefaultExecutionSpace;
  mlp::Options options;
  kosnn_support::App app("kosnn_mlp_cyclic",
                         "A network with cycles learns AND, OR or XOR by reward-modulated STDP: "
                         "that of kosnn_mlp with feedback from the output to the hidden neurons "
                         "and connections among them, all of which learn.");
  options.add_to(app);
  return app.run(argc, argv, [&] {
    mlp::work<Device>(app, options, [](auto rule, std::uint64_t seed) {
      return mlp::make_cyclic_mlp<Device, decltype(rule)>(seed);
    });
  });
}

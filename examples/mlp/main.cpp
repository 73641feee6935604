// kosnn_mlp: a network with a hidden layer learns AND, OR or XOR from rewards for its output's
// spikes.

#include <kosnn/kosnn.hpp>

#include "mlp/program.hpp"

int main(int argc, char** argv) {
  using Device = Kokkos::DefaultExecutionSpace;
  mlp::Options options;
  kosnn_support::App app("kosnn_mlp",
                         "A network with a hidden layer learns AND, OR or XOR by reward-modulated "
                         "STDP: each spike of its output is rewarded or punished (Florian 2007, "
                         "doi 10.1162/neco.2007.19.6.1468).");
  options.add_to(app);
  return app.run(argc, argv, [&] {
    mlp::work<Device>(app, options, [](auto rule, std::uint64_t seed) {
      return mlp::make_mlp<Device, decltype(rule)>(seed);
    });
  });
}

// kosnn_mlp: a network with a hidden layer learns AND, OR or XOR from rewards for its output's
// spikes.

#include "mlp/program.hpp"

int main(int argc, char** argv) {
  return mlp::run_program(argc, argv, "kosnn_mlp",
                          "A network with a hidden layer learns AND, OR or XOR by reward-modulated "
                          "STDP: each spike of its output is rewarded or punished (Florian 2007, "
                          "doi 10.1162/neco.2007.19.6.1468).",
                          [](auto rule, std::uint64_t seed) {
                            return mlp::make_mlp<mlp::Device, decltype(rule)>(seed);
                          });
}

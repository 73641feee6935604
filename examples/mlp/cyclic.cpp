// kosnn_mlp_cyclic: kosnn_mlp with feedback from the output and among the hidden neurons.

#include "mlp/program.hpp"

int main(int argc, char** argv) {
  return mlp::run_program(
      argc, argv, "kosnn_mlp_cyclic",
      "A network with cycles learns AND, OR or XOR by reward-modulated STDP: that "
      "of kosnn_mlp with feedback from the output to the hidden neurons and "
      "connections among them, all of which learn.",
      [](auto rule, std::uint64_t seed) {
        return mlp::make_cyclic_mlp<mlp::Device, decltype(rule)>(seed);
      });
}

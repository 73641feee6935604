// kosnn_bench_pysnn: koSNN's part of the comparison with PySNN, Norse and SpikingJelly. Prints one
// line of JSON, as its peers do.

#include <cstdio>
#include <kosnn/kokkos/compat.hpp>

#include "pysnn/workloads.hpp"
#include "support/app.hpp"

namespace {

kosnn_support::Report run(kosnn_bench::Workload const& work) {
  if (work.name == "conv") return kosnn_bench::conv(work);
  if (work.name == "fede") return kosnn_bench::fede(work);
  return kosnn_bench::dense(work);
}

void work(kosnn_support::App const& app, kosnn_bench::Workload const& workload) {
  kosnn::KokkosScope const kokkos(app.threads);
  auto const report = run(workload);
  std::printf("%s\n", report.to_json().dump().c_str());
  if (!app.json.empty()) report.write(app.json);
}

}  // namespace

int main(int argc, char** argv) {
  kosnn_bench::Workload workload;
  kosnn_support::App app("kosnn_bench_pysnn",
                         "The workloads that PySNN, Norse and SpikingJelly are measured with.");
  app.choice("--workload", workload.name, {"dense", "conv", "fede"},
             "a dense layer, or three convolutions of LIF neurons or of FedeNeurons");
  app.whole("--neurons", workload.neurons, 1, 1 << 16, "inputs and neurons (dense)");
  app.whole("--batch", workload.batch, 1, 65536, "elements of the batch");
  app.whole("--delay", workload.delay, 0, 1000, "of the synapses in steps (dense)");
  app.flag("--learn", workload.learn, "with the plasticity rule of the peer");
  app.whole("--steps", workload.steps, 1, 1 << 30, "time steps of 1 ms");
  return app.run(argc, argv, [&] { work(app, workload); });
}

// One of the networks of networks.py in Auryn; prints a line of JSON, as its fellows in Python do.
//
//     auryn_networks brunel|stdp|cuba|coba [DROP_MS TIME_MS SEED]       mpirun -n 2 for two ranks
//
// Auryn is built by hand from its repository (github.com/fzenke/auryn, with Boost and MPI) with
// -O3 -march=native -ffast-math; this program is compiled with the same flags and linked to it:
// auryn, boost_mpi, boost_serialization, mpi_cxx, mpi. Auryn's least delay is 0.8 ms, which cuba
// and coba have here. Weights are stored for each synapse.

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "auryn.h"

namespace {

constexpr double dt = 1e-4;

double seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

class Counter : public auryn::Device {
 public:
  explicit Counter(auryn::SpikingGroup* group) : group_(group) {
    auryn::sys->register_device(this);
  }
  void execute() override { spikes += group_->get_spikes_immediate()->size(); }
  unsigned long spikes = 0;

 private:
  auryn::SpikingGroup* group_;
};

/// Neurons of the Vogels-Abbott networks, which Auryn lacks with these time constants: potentials
/// in mV; what arrives is a current, in mV, or a conductance relative to the leak.
class Cells : public auryn::NeuronGroup {
 public:
  Cells(auryn::NeuronID size, bool conductance, unsigned seed)
      : NeuronGroup(size), conductance_(conductance), refractory_(get_rank_size()) {
    auryn::sys->register_spiking_group(this);
    std::mt19937 random(seed + auryn::sys->mpi_rank());
    std::uniform_real_distribution<float> uniform(-60, -50);
    for (auryn::NeuronID i = 0; i < get_rank_size(); ++i) mem->set(i, uniform(random));
  }
  void clear() override { clear_spikes(); }
  void evolve() override {
    float const decay_ex = std::exp(-0.1F / 5), decay_in = std::exp(-0.1F / 10);
    float* const v = mem->data;
    float* const ex = g_ampa->data;
    float* const in = g_gaba->data;
    auto const n = get_rank_size();
    for (auryn::NeuronID i = 0; i < n; ++i) {
      float const drive = conductance_ ? -60 - v[i] + 20 - ex[i] * v[i] - in[i] * (80 + v[i])
                                       : -49 - v[i] + ex[i] + in[i];
      v[i] = refractory_[i] > 0 ? -60.0F : v[i] + 0.1F / 20 * drive;
      refractory_[i] -= refractory_[i] > 0;
      ex[i] *= decay_ex;
      in[i] *= decay_in;
    }
    for (auryn::NeuronID i = 0; i < n; ++i) {
      if (v[i] < -50) continue;
      push_spike(i);
      v[i] = -60;
      refractory_[i] = 50;
    }
  }

 private:
  bool conductance_;
  std::vector<int> refractory_;
};

struct Network {
  auryn::NeuronID exc, inh;
  int in_exc, in_inh;
  float w_ex, w_in;
  auryn::NeuronGroup *cells_exc, *cells_inh;
};

/// `number` synapses onto each target, their sources drawn at random.
void connect(auryn::NeuronGroup* from, auryn::NeuronGroup* to, int number, float weight,
             auryn::TransmitterType type, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_int_distribution<auryn::NeuronID> draw(0, from->get_size() - 1);
  std::vector<std::vector<auryn::NeuronID>> rows(from->get_size());
  for (auryn::NeuronID j = 0; j < to->get_size(); ++j)
    for (int k = 0; k < number; ++k) rows[draw(random)].push_back(j);
  auto* const made = new auryn::SparseConnection(from, to, type);
  made->allocate_manually(auryn::AurynLong(number) * to->get_size());
  for (auryn::NeuronID i = 0; i < from->get_size(); ++i)
    for (auto const j : rows[i]) made->push_back(i, j, weight);
  made->finalize();
}

/// Excitatory neurons to themselves with additive STDP, by .01 and .0105 of the largest weight,
/// twice that of the others. Auryn draws these pairs itself, each with the same probability.
void connect_plastic(Network const& n) {
  float const largest = 2 * n.w_ex, step = 0.01F * largest;
  auto* const made =
      new auryn::STDPConnection(n.cells_exc, n.cells_exc, n.w_ex, float(n.in_exc) / float(n.exc),
                                step, 20e-3F, 20e-3F, largest, auryn::MEM);
  made->A = -1.05F * step;
}

Network brunel(unsigned seed) {
  Network made{8000, 2000, 800, 200, 0.1e-3F, -0.5e-3F, nullptr, nullptr};
  std::mt19937 random(seed + auryn::sys->mpi_rank());
  std::uniform_real_distribution<float> uniform(0, 20e-3F);
  auto const group = [&](auryn::NeuronID size) {
    auto* const cells = new auryn::IafPscDeltaGroup(size);
    cells->set_tau_mem(20e-3);
    cells->set_tau_ref(2e-3);
    cells->e_rest = 0;
    cells->e_reset = 10e-3;
    cells->thr = 20e-3;
    cells->clear();
    cells->set_delay(15);
    for (auryn::NeuronID i = 0; i < cells->get_rank_size(); ++i)
      cells->mem->set(i, uniform(random));
    new auryn::PoissonStimulator(cells, 20e3, made.w_ex);
    return cells;
  };
  made.cells_exc = group(made.exc);
  made.cells_inh = group(made.inh);
  return made;
}

Network vogels_abbott(bool conductance, unsigned seed) {
  return {3200,
          800,
          64,
          16,
          conductance ? 0.6F : 1.62F,
          conductance ? 6.7F : -13.95F,
          new Cells(3200, conductance, seed),
          new Cells(800, conductance, seed + 100)};
}

}  // namespace

int main(int argc, char** argv) {
  std::string const name = argc > 1 ? argv[1] : "brunel";
  auto const option = [&](int k, double value) { return argc > k ? std::atof(argv[k]) : value; };
  double const drop = option(2, 100), time = option(3, 1000), start = seconds();
  auto const seed = unsigned(option(4, 1));
  auryn::auryn_init(1, argv, ".", "networks", "", auryn::NONE, auryn::NONE);
  auryn::sys->quiet = true;
  bool const learns = name == "stdp", jumps = learns || name == "brunel";
  Network const n = jumps ? brunel(seed) : vogels_abbott(name == "coba", seed);
  auto const excite = jumps ? auryn::MEM : auryn::GLUT;
  auto const inhibit = jumps ? auryn::MEM : auryn::GABA;
  auryn::NeuronGroup* const groups[] = {n.cells_exc, n.cells_inh};
  for (unsigned k = 0; k < 2; ++k) {
    if (learns && k == 0)
      connect_plastic(n);
    else
      connect(n.cells_exc, groups[k], n.in_exc, n.w_ex, excite, 10 * seed + k);
    connect(n.cells_inh, groups[k], n.in_inh, n.w_in, inhibit, 10 * seed + 2 + k);
  }
  auto* const exc = new Counter(n.cells_exc);  // Auryn deletes what is registered with it
  auto* const inh = new Counter(n.cells_inh);
  double const built = seconds();
  auryn::sys->run(drop / 1000, false);
  double const before[] = {double(exc->spikes), double(inh->spikes)};
  double const begin = seconds();
  auryn::sys->run(time / 1000, false);
  double const end = seconds();

  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  double own[] = {exc->spikes - before[0], inh->spikes - before[1], used.ru_maxrss * 1024 / 1e6};
  double all[3];
  MPI_Reduce(own, all, 3, MPI_DOUBLE, MPI_SUM, 0, MPI_COMM_WORLD);
  if (auryn::sys->mpi_rank() == 0)
    std::printf(
        "{\"system\": \"Auryn 0.8.4\", \"threads\": %u, \"build_s\": %.4g, \"run_s\": %.4g, "
        "\"biological_ms\": %g, \"rate_hz\": {\"Exc\": %.4g, \"Inh\": %.4g}, "
        "\"synapses\": %.0f, \"peak_rss_mb\": %.4g}\n",
        unsigned(auryn::sys->mpi_size()), built - start, end - begin, time,
        all[0] / n.exc / time * 1000, all[1] / n.inh / time * 1000,
        double(n.exc + n.inh) * (n.in_exc + n.in_inh), all[2]);
  auryn::auryn_free();
}

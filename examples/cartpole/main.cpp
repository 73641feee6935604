// kosnn_cartpole: balances a pole on a cart. Spiking neurons try, and STDP that is modulated by
// reward makes what turned out better than expected more likely.

#include <cstdint>
#include <kosnn/kosnn.hpp>
#include <string>
#include <vector>

#include "cartpole/agent.hpp"
#include "cartpole/episode.hpp"
#include "cartpole/learning_curve.hpp"
#include "support/app.hpp"
#include "support/progress.hpp"
#include "support/simulation.hpp"

namespace {

using Device = Kokkos::DefaultExecutionSpace;
using cartpole::Curve;
using kosnn_support::rate_hz;

struct Options {
  std::uint64_t episodes = 500, untrained = 100, trials = 1;
  std::string png;
};

/// Lengths of the episodes with the numbers from `first` to `end` (exclusive).
std::vector<int> play(cartpole::Agent<Device>& agent, kosnn::RandomStream const& starts,
                      std::uint64_t first, std::uint64_t end, kosnn_support::Progress& progress) {
  std::vector<int> lengths;
  for (std::uint64_t k = first; k < end; ++k) {
    lengths.push_back(cartpole::play(agent, cartpole::start(starts, k)));
    progress.advance(1, std::to_string(lengths.back()) + " steps");
  }
  return lengths;
}

/// What one network does before it learns and while it learns; adds to the report.
Curve learn(std::uint64_t seed, Options const& options, kosnn_support::Report& report) {
  std::uint64_t const all = options.untrained + options.episodes;
  kosnn_support::Progress progress("seed " + std::to_string(seed), all, "episodes");
  double const start = kosnn_support::seconds();
  cartpole::Agent<Device> agent(seed);
  kosnn::RandomStream const starts(seed, 0x73746172);
  double const built = kosnn_support::seconds();
  Curve curve{seed, {}, {}, 0};
  agent.learning(false);
  curve.untrained = play(agent, starts, 0, options.untrained, progress);
  agent.learning(true);
  curve.learning = play(agent, starts, options.untrained, all, progress);
  curve.seconds = kosnn_support::seconds() - built;

  auto& net = agent.network();
  double const ms = agent.biological_ms();
  auto one = kosnn_support::report_of<Device>(net, ms);
  one.build_s = built - start;
  one.run_s = curve.seconds;
  one.rate_hz = {{"Box", rate_hz(net.get(cartpole::Box{}), ms)},
                 {"Noise", rate_hz(net.get(cartpole::Noise{}), ms)},
                 {"Actor", rate_hz(net.get(cartpole::Actor{}), ms)},
                 {"Critic", rate_hz(net.get(cartpole::Critic{}), ms)}};
  report.add(one);
  return curve;
}

void work(kosnn_support::App const& app, Options const& options) {
  kosnn::KokkosScope const kokkos(app.threads);
  kosnn_support::Report report;
  std::vector<Curve> curves;
  curves.reserve(options.trials);
  for (std::uint64_t trial = 0; trial < options.trials; ++trial)
    curves.push_back(learn(app.seed + trial, options, report));

  cartpole::print(curves);
  report.result = cartpole::to_json(curves);
  if (!app.json.empty()) report.write(app.json);
  if (!options.png.empty()) cartpole::draw(options.png, curves);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  kosnn_support::App app("kosnn_cartpole",
                         "Balances a pole on a cart (Barto, Sutton & Anderson 1983, doi "
                         "10.1109/TSMC.1983.6313077; constants of CartPole-v1) with spiking "
                         "neurons that learn by reward-modulated STDP.");
  app.whole("--episodes", options.episodes, 2, 1000000, "episodes to learn from");
  app.whole("--untrained", options.untrained, 1, 1000000,
            "episodes before that without learning, to compare with");
  app.whole("--trials", options.trials, 1, 1000,
            "networks that learn, with this seed and the next ones");
  app.output("--png", options.png, "picture of the learning curves");
  return app.run(argc, argv, [&] { work(app, options); });
}

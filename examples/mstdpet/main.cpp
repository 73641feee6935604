// kosnn_mstdpet: one synapse that learns by reward, step by step (PySNN's mstdpet example).

#include <cstdio>
#include <kosnn/kosnn.hpp>
#include <string>
#include <vector>

#include "mstdpet/synapse.hpp"
#include "support/app.hpp"
#include "support/plot.hpp"
#include "support/simulation.hpp"

namespace {

using Device = Kokkos::DefaultExecutionSpace;

struct Options {
  std::string current = "random", png;
  int delay = 0;
  std::size_t steps = 100;
};

void print(mstdpet::Protocol const& p, mstdpet::Course const& c) {
  std::printf("step  current  pre  post     z_pre    z_post  reward         e         w\n");
  for (std::size_t k = 0; k < p.current.size(); ++k)
    std::printf("%4zu  %7g  %3g  %4g  %8.6f  %8.6f  %6g  %8.6f  %8.6f\n", k,
                static_cast<double>(p.current[k]), c.pre_spike[k], c.post_spike[k], c.pre_trace[k],
                c.post_trace[k], p.reward[k], c.eligibility[k], c.weight[k]);
}

/// Times of the spikes of one neuron, to be drawn in a row of their own.
std::vector<double> times(std::vector<double> const& spikes) {
  std::vector<double> at;
  for (std::size_t k = 0; k < spikes.size(); ++k)
    if (spikes[k] != 0) at.push_back(static_cast<double>(k));
  return at;
}

void draw(std::string const& path, mstdpet::Protocol const& p, mstdpet::Course const& c) {
  namespace colours = kosnn_support::colours;
  using kosnn_support::Panel;
  auto const pre = times(c.pre_spike), post = times(c.post_spike);
  std::vector<Panel> panels = {
      Panel("current into the source").values({p.current.begin(), p.current.end()}),
      Panel("spikes: source (0, blue), target (1, red)")
          .raster(pre, std::vector<double>(pre.size(), 0), colours::blue)
          .raster(post, std::vector<double>(post.size(), 1), colours::red)
          .y_range(-0.5, 1.5),
      Panel("traces: source (blue), target (red)")
          .values(c.pre_trace)
          .values(c.post_trace, colours::red),
      Panel("eligibility").values(c.eligibility, colours::green),
      Panel("reward").values(p.reward, colours::black).y_range(-1.2, 1.2),
      Panel("weight").values(c.weight, colours::purple)};
  for (auto& panel : panels) panel.x_range(0, static_cast<double>(p.current.size()));
  kosnn_support::PlotOptions how;
  how.height = 120;
  kosnn::write_png(path, plot(panels, how));
}

void work(kosnn_support::App const& app, Options const& options) {
  kosnn::KokkosScope const kokkos(app.threads);
  auto const protocol = options.current == "random"
                            ? mstdpet::Protocol::random(options.steps, app.seed)
                            : mstdpet::Protocol::regular(options.steps);
  double const start = kosnn_support::seconds();
  auto net = mstdpet::make_synapse<Device>(options.delay);
  double const built = kosnn_support::seconds();
  auto const course = mstdpet::run(net, protocol);
  double const ran = kosnn_support::seconds();
  print(protocol, course);

  double const ms = net.time();
  auto report = kosnn_support::report_of<Device>(net, ms);
  report.seed = app.seed;
  report.build_s = built - start;
  report.run_s = ran - built;
  report.rate_hz = {{"Pre", kosnn_support::rate_hz(net.get(mstdpet::Pre{}), ms)},
                    {"Post", kosnn_support::rate_hz(net.get(mstdpet::Post{}), ms)}};
  report.result = {{"current", options.current},      {"delay_ms", options.delay},
                   {"reward", protocol.reward},       {"pre_spike", course.pre_spike},
                   {"post_spike", course.post_spike}, {"pre_trace", course.pre_trace},
                   {"post_trace", course.post_trace}, {"eligibility", course.eligibility},
                   {"weight", course.weight}};
  if (!app.json.empty()) report.write(app.json);
  if (!options.png.empty()) draw(options.png, protocol, course);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  kosnn_support::App app("kosnn_mstdpet",
                         "One synapse that learns by reward, step by step (MSTDPET; Florian 2007, "
                         "doi 10.1162/neco.2007.19.6.1468): PySNN's example of that name.");
  app.choice("--current", options.current, {"random", "regular"},
             "current into the source: at random or four steps of five; the reward turns from 1 to "
             "-1 in the middle or after 12 steps");
  app.whole("--delay", options.delay, 0, 1000, "delay of the synapse in steps of 1 ms");
  app.whole("--steps", options.steps, 1, 100000, "steps of 1 ms");
  app.output("--png", options.png, "picture of all that is printed");
  return app.run(argc, argv, [&] { work(app, options); });
}

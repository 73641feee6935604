// The network of kosnn_brunel as a plain serial program, for a limit measured in the same run: what
// this machine needs where nothing is general. 8,000 + 2,000 neurons with 800 + 200 synapses each,
// 16-bit targets, Philox and a table for the Poisson input. Prints a line of JSON with the seconds
// of one biological second, after 100 ms, and of its three parts.

#include <Random123/philox.h>

#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <random>
#include <vector>

namespace {

constexpr int excitatory = 8000, neurons = 10000, in_exc = 800, in_inh = 200;
constexpr int delay = 15, slots = 16, refractory_steps = 20, dropped = 1000, counted = 10000;
constexpr float weight = 0.1F, inhibition = -0.5F, threshold = 20, reset = 10;
constexpr double input_per_step = 2;  // external spikes of a neuron, 20 kHz

/// Targets of each neuron, one row after another.
struct Rows {
  std::vector<std::uint16_t> targets;
  std::vector<std::size_t> begin{0};
};

Rows draw_rows(std::mt19937& random) {
  std::vector<std::vector<std::uint16_t>> rows(neurons);
  std::uniform_int_distribution<std::size_t> exc(0, excitatory - 1), inh(excitatory, neurons - 1);
  for (int target = 0; target < neurons; ++target) {
    for (int k = 0; k < in_exc; ++k) rows[exc(random)].push_back(std::uint16_t(target));
    for (int k = 0; k < in_inh; ++k) rows[inh(random)].push_back(std::uint16_t(target));
  }
  Rows out;
  for (auto const& row : rows) {
    out.targets.insert(out.targets.end(), row.begin(), row.end());
    out.begin.push_back(out.targets.size());
  }
  return out;
}

/// Poisson counts from 32 random bits: a table of the first twelve gives where to search on.
class Poisson {
 public:
  explicit Poisson(double mean) {
    double p = std::exp(-mean), sum = 0;
    for (std::uint32_t k = 0; k < bounds_.size(); ++k, p *= mean / k) {
      sum += p;
      bounds_[k] = static_cast<std::uint32_t>(std::fmin(sum * 0x1p32, 0x1p32 - 1));
    }
    bounds_.back() = ~std::uint32_t{0};
    for (std::uint32_t i = 0; i < first_.size(); ++i) first_[i] = search(i << 20, 0);
  }
  std::uint8_t operator()(std::uint32_t bits) const { return search(bits, first_[bits >> 20]); }

 private:
  std::uint8_t search(std::uint32_t bits, std::uint8_t k) const {
    while (bits > bounds_[k]) ++k;
    return k;
  }
  std::array<std::uint32_t, 24> bounds_{};
  std::array<std::uint8_t, 4096> first_{};
};

double seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

int main() {
  std::mt19937 random(1);
  double const start = seconds();
  Rows const rows = draw_rows(random);
  double const build_s = seconds() - start;
  Poisson const poisson(input_per_step);
  std::vector<float> v(neurons), inputs(std::size_t{slots} * neurons);
  std::uniform_real_distribution<float> uniform(0, threshold);
  for (float& x : v) x = uniform(random);
  std::vector<std::int16_t> refractory(neurons);
  std::vector<std::uint8_t> external(neurons);
  std::vector<int> spikes;
  float const decay = std::exp(-0.1F / 20);
  std::array<double, 3> parts{};
  std::uint64_t fired = 0, events = 0;
  for (std::uint32_t step = 0; step < dropped + counted; ++step) {
    if (step == dropped) {
      parts = {};
      fired = events = 0;
    }
    double const t0 = seconds();
    r123::Philox4x32 philox;
    for (std::uint32_t n = 0; n < neurons; n += 4) {
      auto const bits = philox({{n, step, 0, 0}}, {{1, 2}});
      for (std::uint32_t k = 0; k < 4; ++k) external[n + k] = poisson(bits[k]);
    }
    double const t1 = seconds();
    float* const in = inputs.data() + std::size_t{step % slots} * neurons;
    spikes.clear();
    for (int n = 0; n < neurons; ++n) {
      float const next = v[n] * decay + in[n] + weight * external[n];
      bool const active = refractory[n] == 0, spike = active & (next >= threshold);
      in[n] = 0;
      v[n] = active & !spike ? next : reset;
      refractory[n] = spike ? refractory_steps : refractory[n] - !active;
      if (spike) spikes.push_back(n);
    }
    double const t2 = seconds();
    float* const out = inputs.data() + std::size_t{(step + delay) % slots} * neurons;
    for (int const n : spikes) {
      float const w = n < excitatory ? weight : inhibition;
      for (std::size_t s = rows.begin[n]; s < rows.begin[n + 1]; ++s) out[rows.targets[s]] += w;
      events += rows.begin[n + 1] - rows.begin[n];
    }
    fired += spikes.size();
    double const t3 = seconds();
    parts = {parts[0] + t1 - t0, parts[1] + t2 - t1, parts[2] + t3 - t2};
  }
  double const all = parts[0] + parts[1] + parts[2], biological_s = counted * 1e-4;
  std::printf(
      "{\"system\": \"plain program\", \"threads\": 1, \"build_s\": %.4g, \"run_s\": %.4g, "
      "\"biological_ms\": %g, \"rate_hz\": {\"all\": %.4g}, \"poisson_s\": %.4g, \"update_s\": "
      "%.4g, "
      "\"delivery_s\": %.4g, \"delivered_per_s\": %.4g}\n",
      build_s, all, 1000 * biological_s, static_cast<double>(fired) / neurons / biological_s,
      parts[0], parts[1], parts[2], static_cast<double>(events) / parts[2]);
}

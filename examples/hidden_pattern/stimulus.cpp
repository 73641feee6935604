#include "hidden_pattern/stimulus.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <random>

namespace hidden_pattern {
namespace {

/// The spike train of one afferent, ms by ms: its rate changes with a speed that changes by up to
/// 360 Hz/s in each ms, within +- 1800 Hz/s.
class Afferent {
 public:
  explicit Afferent(std::mt19937_64& random) : random_(random) {
    rate_ = 90 * unit();
    speed_ = 1800 * (2 * unit() - 1);
    for (int t = 0; t < 1000; ++t) step();  // has no memory of its beginning
  }
  /// Whether it fires in this ms.
  bool step() {
    speed_ = std::clamp(speed_ + 360 * (2 * unit() - 1), -1800.0, 1800.0);
    rate_ = std::clamp(rate_ + speed_ / 1000, 0.0, 90.0);
    silent_ = unit() < rate_ / 1000 || silent_ + 1 >= Stimulus::pattern_ms ? 0 : silent_ + 1;
    return silent_ == 0;
  }

 private:
  double unit() { return static_cast<double>(random_() >> 11) * 0x1p-53; }

  std::mt19937_64& random_;
  double rate_, speed_;
  int silent_ = 0;  // ms
};

/// Which sections are the pattern: the first, which it is taken from, and each of those that follow
/// another with the same probability.
std::vector<char> choose_sections(int sections, double frequency, std::mt19937_64& random) {
  std::bernoulli_distribution begins(frequency / (1 - frequency));
  std::vector<char> chosen(static_cast<std::size_t>(sections));
  chosen[0] = 1;
  for (std::size_t k = 1; k < chosen.size(); ++k) chosen[k] = chosen[k - 1] == 0 && begins(random);
  return chosen;
}

}  // namespace

Stimulus make_stimulus(StimulusSettings const& s, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  Stimulus out;
  int const section = Stimulus::pattern_ms, ms = 1000 * s.seconds;
  auto const chosen = choose_sections(ms / section, s.frequency, random);
  for (std::size_t k = 0; k < chosen.size(); ++k)
    if (chosen[k] != 0) out.pattern_starts.push_back(section * static_cast<double>(k));
  std::vector<int> order(static_cast<std::size_t>(s.afferents));
  std::iota(order.begin(), order.end(), 0);
  std::shuffle(order.begin(), order.end(), random);
  out.in_pattern.assign(order.size(), 0);
  for (int k = 0; k < s.involved; ++k)
    out.in_pattern[static_cast<std::size_t>(order[static_cast<std::size_t>(k)])] = 1;

  auto const steps = static_cast<std::int64_t>(std::llround(ms / s.dt));
  std::vector<std::vector<int>> firing(static_cast<std::size_t>(steps));
  std::uniform_real_distribution<double> within(0, 1);
  std::normal_distribution<double> jitter(0, s.jitter_ms);
  std::exponential_distribution<double> gap(s.noise_hz / 1000);
  auto const fire = [&](int n, double at) {
    auto const step = static_cast<std::int64_t>(std::floor(at / s.dt));
    if (step < 0 || step >= steps) return;
    auto& all = firing[static_cast<std::size_t>(step)];
    if (all.empty() || all.back() != n) all.push_back(n);  // neurons come one after the other
  };
  for (int n = 0; n < s.afferents; ++n) {
    Afferent afferent(random);
    bool const involved = out.in_pattern[static_cast<std::size_t>(n)] != 0;
    std::vector<double> pattern;  // what the first section holds
    for (int t = 0; t < ms; ++t) {
      if (!afferent.step()) continue;
      double const at = t + within(random);
      if (t < section) pattern.push_back(at);
      if (!involved || chosen[static_cast<std::size_t>(t / section)] == 0) fire(n, at);
    }
    if (involved)
      for (double const start : out.pattern_starts)
        for (double const at : pattern) fire(n, start + at + jitter(random));
    if (s.noise_hz > 0)
      for (double at = gap(random); at < ms; at += gap(random)) fire(n, at);
  }
  for (std::size_t step = 0; step < firing.size(); ++step)
    for (int const n : firing[step]) {
      out.neurons.push_back(n);
      out.times.push_back(s.dt * static_cast<double>(step));
    }
  return out;
}

}  // namespace hidden_pattern

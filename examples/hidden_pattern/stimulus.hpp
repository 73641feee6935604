#ifndef KOSNN_EXAMPLES_HIDDEN_PATTERN_STIMULUS_HPP
#define KOSNN_EXAMPLES_HIDDEN_PATTERN_STIMULUS_HPP

#include <cstdint>
#include <vector>

namespace hidden_pattern {

/// Parameters of the stimulus (Masquelier, Guyonneau & Thorpe 2008).
struct StimulusSettings {
  int afferents = 2000, involved = 1000;  ///< in the pattern
  int seconds = 150;
  double dt = 0.5;          ///< ms
  double noise_hz = 10;     ///< added to all afferents everywhere
  double jitter_ms = 1;     ///< deviation of the pattern's spikes
  double frequency = 0.25;  ///< share of time that the pattern takes
};

/// Spikes of all afferents, among which one pattern of 50 ms comes again and again.
struct Stimulus {
  static constexpr int pattern_ms = 50;
  std::vector<int> neurons;
  std::vector<double> times;           ///< ms, on the grid, ascending
  std::vector<double> pattern_starts;  ///< ms, ascending
  std::vector<char> in_pattern;        ///< whether an afferent is involved
};

/// Each afferent fires at a rate that wanders between 0 and 90 Hz, at least once in 50 ms. Time is
/// cut into sections of 50 ms; some, of which no two follow each other, are replaced by the
/// pattern, which is one of them, for the afferents that are involved. The rates alone tell nothing
/// of where it is.
Stimulus make_stimulus(StimulusSettings const& settings, std::uint64_t seed);

}  // namespace hidden_pattern

#endif

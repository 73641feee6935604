#ifndef KOSNN_EXAMPLES_BRUNEL_REGIME_HPP
#define KOSNN_EXAMPLES_BRUNEL_REGIME_HPP

#include <string>

namespace brunel {

/// Bins in which spikes of the population are counted: some narrower than its fastest oscillation,
/// of 667 Hz in SR.
constexpr double bin_ms = 0.5;

/// By what the regimes are told apart.
struct Signs {
  double cv;         ///< of interspike intervals, mean over neurons
  double variation;  ///< of the population's rate in 0.5 ms over its mean: see variation_of
  double peak_hz;    ///< of the population rate's power spectrum
};

/// Standard deviation over mean of the population's spike count in a bin, less what independent
/// neurons would show; `synchrony` is variance over mean, `count` the mean.
double variation_of(double synchrony, double count);

/// The state of the network in Brunel's terms (2000, section 4): "SR" synchronous regular, "AR"
/// asynchronous regular, "SI fast" and "SI slow" synchronous irregular, "AI" asynchronous
/// irregular. The limits lie between what his four examples give here with 8,000 and 10,000
/// excitatory neurons (three seeds each; g, eta: SR 3, 2; SI fast 6, 4; AI 5, 2; SI slow 4.5,
/// 0.9):
///  - regular below a CV of 0.2 (SR at most 0.07; the others 0.31 to 0.83);
///  - synchronous from a variation of 0.68 on (AI 0.50 to 0.57; SI fast 0.79 to 0.93, SR 1.0 to
///    1.4, SI slow 1.6 to 2.0). In theory AI has a steady rate, but finite networks ring;
///  - fast from 90 Hz on, between what the delay D sustains, about 1 / 4 D = 167 Hz, and the
///    membrane, 1 / tau = 50 Hz (SI fast 175 to 190 Hz, SI slow 20 to 25 Hz).
std::string regime_of(Signs const& signs);

}  // namespace brunel

#endif

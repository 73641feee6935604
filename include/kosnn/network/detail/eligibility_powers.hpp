#ifndef KOSNN_NETWORK_DETAIL_ELIGIBILITY_POWERS_HPP
#define KOSNN_NETWORK_DETAIL_ELIGIBILITY_POWERS_HPP

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "kosnn/core/relaxation.hpp"

namespace kosnn::detail {

/// The powers of the decay of an eligibility, by which the stored values are multiplied; see
/// Eligibility.
template <class Real>
class EligibilityPowers {
 public:
  /// Powers go on until they would fall below `smallest`, or exceed this number.
  static constexpr int max_period = 1024;
  static constexpr double smallest = 1e-12;

  EligibilityPowers() = default;
  EligibilityPowers(Relaxation const& relaxation, double dt) {
    relaxation.template check<Real>(dt, "eligibility");
    gain_ = Real(relaxation.gain(dt));
    double const decay = relaxation.decay(dt);
    forgets_ = decay == 0;
    while (period_ < max_period && std::pow(decay, period_ + 1) >= smallest) ++period_;
    powers_.resize(max_period + 1);
    for (int k = 0; k <= period_; ++k)
      powers_[static_cast<std::size_t>(k)] = Real(std::pow(decay, k));
  }

  std::vector<Real> const& powers() const { return powers_; }
  /// What stored values are to be multiplied by after the last step before `step`.
  Real before(std::int64_t step) const {
    return powers_[static_cast<std::size_t>(step == 0 ? 0 : (step - 1) % period_)];
  }
  template <class Eligibility>
  void enter(Eligibility& e) const {
    e.gain = gain_;
    e.forgets = forgets_;
    e.period = period_;
  }

 private:
  std::vector<Real> powers_;
  Real gain_ = 1;
  int period_ = 1;
  bool forgets_ = false;
};

}  // namespace kosnn::detail

#endif

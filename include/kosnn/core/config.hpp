#ifndef KOSNN_CORE_CONFIG_HPP
#define KOSNN_CORE_CONFIG_HPP

#include <cmath>
#include <cstddef>
#include <cstdint>

#include "kosnn/core/error.hpp"

namespace kosnn {

/// How the weight changes of the elements of a batch combine into one.
enum class BatchUpdate { mean, sum };

/// Settings of a whole network. Each setter returns the object, so that they can be chained.
class Config {
 public:
  /// Length of a time step in ms (default 1).
  Config& dt(double ms) {
    require(std::isfinite(ms) && ms > 0, "Config: dt must be a positive time in ms, got ", ms);
    dt_ = ms;
    return *this;
  }
  /// Number of independent samples that share the weights (default 1).
  Config& batch(int elements) {
    require(elements >= 1 && elements <= 65536, "Config: batch must be from 1 to 65536, got ",
            elements);
    batch_ = elements;
    return *this;
  }
  Config& seed(std::uint64_t value) {
    seed_ = value;
    return *this;
  }
  /// Whether learning averages (default) or sums over the batch.
  Config& batch_update(BatchUpdate how) {
    batch_update_ = how;
    return *this;
  }
  /// How many neurons a thread of a CPU must have to itself at least (default 1536): waiting for
  /// each other in every step costs more than smaller networks gain. Results do not depend on it.
  Config& neurons_per_thread(int neurons) {
    require(neurons >= 1, "Config: neurons_per_thread must be at least 1, got ", neurons);
    neurons_per_thread_ = neurons;
    return *this;
  }
  /// Construction fails, with a table, where more than this would be needed. The default is the
  /// machine's memory.
  Config& memory_limit(std::size_t bytes) {
    memory_limit_ = bytes;
    return *this;
  }
  /// Looks for NaN and infinities in every state variable after every step (slow, to find faults).
  Config& check_finite(bool on) {
    check_finite_ = on;
    return *this;
  }

  double dt() const { return dt_; }
  int batch() const { return batch_; }
  std::uint64_t seed() const { return seed_; }
  BatchUpdate batch_update() const { return batch_update_; }
  int neurons_per_thread() const { return neurons_per_thread_; }
  std::size_t memory_limit() const { return memory_limit_; }
  bool check_finite() const { return check_finite_; }

 private:
  double dt_ = 1;
  int batch_ = 1;
  std::uint64_t seed_ = 1;
  BatchUpdate batch_update_ = BatchUpdate::mean;
  int neurons_per_thread_ = 1536;
  std::size_t memory_limit_ = 0;  // 0: what the machine has
  bool check_finite_ = false;
};

namespace detail {

/// `ms` in steps of `dt`; throws unless that is a whole number (within 1e-9 relative) of at least
/// 0.
template <class... What>
long long whole_steps(double ms, double dt, What const&... what) {
  require(std::isfinite(ms) && ms >= 0, what..., " must be a time of at least 0 ms, got ", ms);
  double const steps = std::round(ms / dt);
  require(std::fabs(ms - steps * dt) <= 1e-9 * ms, what..., " of ", ms,
          " ms is not a whole number of steps of dt = ", dt, " ms");
  require(steps < 9e15, what..., " of ", ms, " ms is too long");
  return static_cast<long long>(steps);
}

}  // namespace detail
}  // namespace kosnn

#endif

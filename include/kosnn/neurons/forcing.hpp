#ifndef KOSNN_NEURONS_FORCING_HPP
#define KOSNN_NEURONS_FORCING_HPP

#include <cstdint>

namespace kosnn {

/// What Population::force makes a neuron do in every step, whatever its potential.
enum class Forcing : std::uint8_t {
  none,    ///< as its model says
  spike,   ///< fires
  silence  ///< does not fire
};

}  // namespace kosnn

#endif

#ifndef KOSNN_KOSNN_HPP
#define KOSNN_KOSNN_HPP

// Everything but files (kosnn/io).

#include "kosnn/connections/conv2d.hpp"
#include "kosnn/connections/pool2d.hpp"
#include "kosnn/connections/topology.hpp"
#include "kosnn/connections/weights.hpp"
#include "kosnn/core/config.hpp"
#include "kosnn/core/error.hpp"
#include "kosnn/core/shape.hpp"
#include "kosnn/decoding/first_spike.hpp"
#include "kosnn/decoding/intervals.hpp"
#include "kosnn/decoding/rates.hpp"
#include "kosnn/decoding/spike_trains.hpp"
#include "kosnn/decoding/votes.hpp"
#include "kosnn/encoding/receptive_fields.hpp"
#include "kosnn/kokkos/compat.hpp"
#include "kosnn/learning/concept.hpp"
#include "kosnn/learning/mstdpet.hpp"
#include "kosnn/learning/pair_stdp.hpp"
#include "kosnn/network/network.hpp"
#include "kosnn/neurons/concept.hpp"
#include "kosnn/neurons/fede.hpp"
#include "kosnn/neurons/forcing.hpp"
#include "kosnn/neurons/izhikevich.hpp"
#include "kosnn/neurons/lif.hpp"
#include "kosnn/neurons/per_neuron.hpp"
#include "kosnn/neurons/readout.hpp"
#include "kosnn/neurons/relay.hpp"
#include "kosnn/neurons/sources.hpp"
#include "kosnn/neurons/stochastic.hpp"
#include "kosnn/recording/recorders.hpp"
#include "kosnn/traces/trace.hpp"
#include "kosnn/version.hpp"

#endif

#ifndef KOSNN_KOSNN_HPP
#define KOSNN_KOSNN_HPP

// Everything but files (kosnn/io).

#include "kosnn/connections/topology.hpp"
#include "kosnn/connections/weights.hpp"
#include "kosnn/core/config.hpp"
#include "kosnn/core/error.hpp"
#include "kosnn/core/shape.hpp"
#include "kosnn/kokkos/compat.hpp"
#include "kosnn/learning/additive_rstdp.hpp"
#include "kosnn/learning/concept.hpp"
#include "kosnn/learning/fede_stdp.hpp"
#include "kosnn/learning/mstdpet.hpp"
#include "kosnn/learning/pair_stdp.hpp"
#include "kosnn/network/network.hpp"
#include "kosnn/neurons/concept.hpp"
#include "kosnn/neurons/lif.hpp"
#include "kosnn/neurons/sources.hpp"
#include "kosnn/recording/recorders.hpp"
#include "kosnn/traces/trace.hpp"
#include "kosnn/version.hpp"

#endif

#ifndef KOSNN_CONNECTIONS_TSODYKS_MARKRAM_HPP
#define KOSNN_CONNECTIONS_TSODYKS_MARKRAM_HPP

#include "kosnn/core/error.hpp"

namespace kosnn {

/// Short-term plasticity of all synapses of a source (Tsodyks, Pawelzik & Markram 1998,
/// doi 10.1162/089976698300017502; NEST's tsodyks2_synapse, with its defaults). A spike delivers
/// u x times the weight: x is the part of the resources that is there, u how much of them a spike
/// uses. At each spike, after h ms,
///   u <- U + u (1 - U) exp(-h / tau_fac),  x <- 1 - (1 - x + u x) exp(-h / tau_rec),
/// with u and x of the spike before on the right; at the first one u = U and x = 1. Times in ms;
/// tau_fac = 0: no facilitation.
class TsodyksMarkram {
 public:
  TsodyksMarkram& u(double part) { return set(u_, part); }
  TsodyksMarkram& tau_rec(double ms) { return set(tau_rec_, ms); }
  TsodyksMarkram& tau_fac(double ms) { return set(tau_fac_, ms); }

  double u() const { return u_; }
  double tau_rec() const { return tau_rec_; }
  double tau_fac() const { return tau_fac_; }

  /// Throws unless the parameters make sense; `what` names whose they are.
  template <class... What>
  void check(What const&... what) const {
    require(u_ >= 0 && u_ <= 1, what..., "u must be in [0, 1], got ", u_);
    require(tau_rec_ > 0, what..., "tau_rec must be a positive time in ms, got ", tau_rec_);
    require(tau_fac_ >= 0, what..., "tau_fac must be a time of at least 0 ms, got ", tau_fac_);
  }

 private:
  TsodyksMarkram& set(double& member, double value) {
    member = value;
    return *this;
  }

  double u_ = 0.5, tau_rec_ = 800, tau_fac_ = 0;
};

}  // namespace kosnn

#endif

#ifndef KOSNN_EXAMPLES_CARTPOLE_EPISODE_HPP
#define KOSNN_EXAMPLES_CARTPOLE_EPISODE_HPP

#include <cstdint>
#include <kosnn/core/random.hpp>
#include <vector>

#include "cartpole/environment.hpp"

namespace cartpole {

/// How each episode begins: every variable uniform in [-0.05, 0.05].
inline State start(kosnn::RandomStream const& random, std::uint64_t episode) {
  auto const draw = [&](std::uint32_t variable) {
    return start_range * (2 * random.uniform(variable, episode) - 1);
  };
  return {draw(0), draw(1), draw(2), draw(3)};
}

/// One episode; returns its length in steps, which is its reward too.
template <class Agent>
int play(Agent& agent, State state) {
  agent.begin();
  for (int step = 1; step <= episode_cap; ++step) {
    state = advance(state, force * agent.act(state));
    if (failed(state)) {
      agent.fail();
      return step;
    }
  }
  return episode_cap;
}

}  // namespace cartpole

#endif

#ifndef KOSNN_TESTS_UNIT_TESTING_HPP
#define KOSNN_TESTS_UNIT_TESTING_HPP

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "devices.hpp"
#include "kosnn/kosnn.hpp"

// Models and helpers that several tests share.

namespace kosnn_test {

/// Settings of a network that all threads share, however small it is.
inline kosnn::Config config() {
  kosnn::Config shared;
  shared.neurons_per_thread(1);
  return shared;
}

/// Fires at random whatever it receives, and adds up what it receives: delivery can be checked
/// against its recorded spikes.
template <class Real>
struct Chatter {
  struct State {
    Real sum;
  };
  using real = Real;
  using fields = kosnn::Fields<&State::sum>;
  double probability = 0.1;
  KOKKOS_FUNCTION State initial() const { return {0}; }
  KOKKOS_FUNCTION bool step(State& s, Real input, kosnn::Site const& site) const {
    s.sum += input;
    return site.uniform() < probability;
  }
};

/// Fires in the steps in which it receives 100 or more, so that its spikes can be dictated.
template <class Real>
struct Puppet {
  struct State {
    Real input;
  };
  using real = Real;
  using fields = kosnn::Fields<&State::input>;
  KOKKOS_FUNCTION State initial() const { return {0}; }
  KOKKOS_FUNCTION bool step(State& s, Real input) const {
    s.input = input;
    return input >= 100;
  }
};

/// A potential that walks at random, whatever comes in, and fires where it is high.
template <class Real>
struct Walker {
  struct State {
    Real v;
  };
  using real = Real;
  using fields = kosnn::Fields<&State::v>;
  double threshold = 1;
  KOKKOS_FUNCTION State initial() const { return {Real(-0.5)}; }
  KOKKOS_FUNCTION bool step(State& s, Real /*input*/, kosnn::Site const& site) const {
    s.v = Real(0.7) * s.v + Real(2) * (Real(site.uniform()) - Real(0.5));
    return s.v > threshold;
  }
};

/// Spikes in the form that SpikeArraySource takes.
struct SpikeList {
  std::vector<int> neurons;
  std::vector<double> times;
  std::vector<int> elements;
};

/// Each neuron of each element fires in each step with `probability`.
inline SpikeList random_spikes(int size, int batch, int steps, double dt, double probability,
                               unsigned seed) {
  std::mt19937 random(seed);
  std::bernoulli_distribution fires(probability);
  SpikeList list;
  for (int t = 0; t < steps; ++t)
    for (int n = 0; n < size; ++n)
      for (int b = 0; b < batch; ++b)
        if (fires(random)) {
          list.neurons.push_back(n);
          list.times.push_back(t * dt);
          list.elements.push_back(b);
        }
  return list;
}

/// Steps in which each neuron fires, of one batch element.
inline std::vector<std::vector<int>> trains_of(SpikeList const& list, int size, double dt) {
  std::vector<std::vector<int>> trains(static_cast<std::size_t>(size));
  for (std::size_t k = 0; k < list.times.size(); ++k)
    trains[static_cast<std::size_t>(list.neurons[k])].push_back(
        static_cast<int>(std::lround(list.times[k] / dt)));
  return trains;
}

/// Spikes of a population and their trace, step by step: (element * size + neuron) values.
struct Activity {
  std::vector<std::vector<char>> fired;
  std::vector<std::vector<double>> z;

  /// The trace is z <- decay z + 1 at a spike; begins at 1 anew with each where `nearest`.
  Activity(SpikeList const& list, int size, int batch, int steps, double dt, double decay,
           bool nearest = false)
      : fired(static_cast<std::size_t>(steps),
              std::vector<char>(static_cast<std::size_t>(size) * static_cast<std::size_t>(batch))) {
    for (std::size_t k = 0; k < list.times.size(); ++k)
      fired[static_cast<std::size_t>(std::lround(list.times[k] / dt))]
           [static_cast<std::size_t>(list.elements[k] * size + list.neurons[k])] = 1;
    std::vector<double> now(fired[0].size());
    for (auto const& step : fired) {
      for (std::size_t n = 0; n < now.size(); ++n)
        now[n] = (nearest && step[n] != 0 ? 0 : decay * now[n]) + step[n];
      z.push_back(now);
    }
  }
  /// Both are 0 before the first step.
  bool fires(int t, std::size_t n) const {
    return t >= 0 && fired[static_cast<std::size_t>(t)][n] != 0;
  }
  double trace(int t, std::size_t n) const { return t < 0 ? 0 : z[static_cast<std::size_t>(t)][n]; }
};

/// Mean, variance and fourth central moment.
struct Moments {
  double mean = 0, variance = 0, fourth = 0;
  explicit Moments(std::vector<double> const& values) {
    double const n = static_cast<double>(values.size());
    for (double const v : values) mean += v / n;
    for (double const v : values) {
      double const d = (v - mean) * (v - mean);
      variance += d / n;
      fourth += d * d / n;
    }
  }
};

inline std::vector<double> random_values(std::size_t n, double low, double high, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> uniform(low, high);
  std::vector<double> values(n);
  for (double& v : values) v = uniform(random);
  return values;
}

/// Length of arrays over the synapses between two populations.
template <class Topology>
std::size_t storage(int pre, int post) {
  Topology topology;
  topology.connect(kosnn::Shape{pre}, kosnn::Shape{post});
  return topology.storage();
}

struct Synapse {
  int source, target;
  std::size_t index;  // in the order of weights::array
};

/// The synapses of a topology, as its documentation says.
template <class Topology>
std::vector<Synapse> synapses(int pre, int post) {
  std::vector<Synapse> all;
  for (int i = 0; i < pre; ++i)
    for (int j = 0; j < post; ++j) {
      bool const one_to_one = std::is_same_v<Topology, kosnn::OneToOne>;
      if (one_to_one && i != j) continue;
      if (std::is_same_v<Topology, kosnn::AllButOne> && i == j) continue;
      all.push_back({i, j,
                     one_to_one ? static_cast<std::size_t>(i)
                                : static_cast<std::size_t>(i) * static_cast<std::size_t>(post) +
                                      static_cast<std::size_t>(j)});
    }
  return all;
}

/// The message of the kosnn::Error that `f` throws; empty where it throws none.
template <class F>
std::string error_of(F&& f) {
  try {
    f();
  } catch (kosnn::Error const& error) {
    return error.what();
  }
  return "";
}

/// `f` throws a kosnn::Error whose message contains all `words`.
template <class F>
void expect_error(F&& f, std::vector<std::string> const& words) {
  std::string const message = error_of(f);
  EXPECT_NE(message, "") << "no Error that tells of " << words[0];
  for (auto const& word : words)
    EXPECT_NE(message.find(word), std::string::npos)
        << "\"" << message << "\" does not tell of \"" << word << "\"";
}

/// Spikes in (steps, batch, neurons), as 0 or 1.
template <class Recorder>
std::vector<int> raster(Recorder const& spikes, std::int64_t steps, int batch, int size) {
  auto const width = static_cast<std::size_t>(batch) * static_cast<std::size_t>(size);
  std::vector<int> out(static_cast<std::size_t>(steps) * width);
  for (std::size_t k = 0; k < spikes.count(); ++k)
    ++out[static_cast<std::size_t>(spikes.steps()[k]) * width +
          spikes.elements()[k] * static_cast<std::size_t>(size) + spikes.neurons()[k]];
  return out;
}

}  // namespace kosnn_test

#endif

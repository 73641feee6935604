#ifndef KOSNN_TESTS_UNIT_NEST_VECTORS_HPP
#define KOSNN_TESTS_UNIT_NEST_VECTORS_HPP

#include <cstdint>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

// The files in tests/golden/nest; its README has their formats.

namespace kosnn_test {

constexpr double nest_dt = 0.1;

/// Calls f(word, rest) for each line of a file there, the rest as a stream.
template <class F>
void read_nest_file(std::string const& name, F const& f) {
  std::ifstream in(std::string(KOSNN_GOLDEN "/nest/") + name);
  if (!in) throw std::runtime_error("cannot read " + name);
  for (std::string line; std::getline(in, line);) {
    std::istringstream rest(line);
    std::string word;
    rest >> word;
    if (word != "#") f(word, rest);
  }
}

template <class T>
T next(std::istream& in) {
  T value{};
  if (!(in >> value)) throw std::runtime_error("a line ends early");
  return value;
}

/// Lists of steps by neuron or source, as two arrays.
struct Trains {
  std::vector<int> neurons;
  std::vector<std::int64_t> steps;
  void read(std::istream& in) {
    int const neuron = next<int>(in);
    for (std::int64_t step = 0; in >> step;) {
      neurons.push_back(neuron);
      steps.push_back(step);
    }
  }
};

/// Synapses of one sign.
struct NestEdges {
  std::vector<int> sources, targets;
  std::vector<double> weights, delays;  // delays in ms
};

struct NestNetwork {
  static constexpr int neurons = 200, sources = 50, steps = 10000;
  std::map<std::string, double> parameters;
  NestEdges from_sources[2], between_neurons[2];  // excitatory, inhibitory
  Trains input, fired;

  explicit NestNetwork(std::string const& model) {
    double unit = 0;
    read_nest_file("network_" + model + ".txt", [&](std::string const& word, std::istream& in) {
      if (word == "f") return fired.read(in);
      auto& value = word == "unit" ? unit : parameters[next<std::string>(in)];
      value = next<double>(in);
    });
    read_nest_file("network.txt", [&](std::string const& word, std::istream& in) {
      if (word == "s") return input.read(in);
      auto const source = next<int>(in), target = next<int>(in);
      auto const weight = next<double>(in) * unit;
      auto& edges = (word == "i" ? from_sources : between_neurons)[weight < 0 ? 1 : 0];
      edges.sources.push_back(source);
      edges.targets.push_back(target);
      edges.weights.push_back(weight);
      edges.delays.push_back(next<int>(in) * nest_dt);
    });
  }
  double operator[](std::string const& name) const { return parameters.at(name); }
};

/// A single neuron: what it is given and what it does, by step.
struct NestNeuron {
  static constexpr int steps = 2000;
  std::map<std::string, double> parameters, initial;
  std::vector<double> excitatory, inhibitory, current;  // in each step
  std::vector<std::int64_t> fired;
  std::vector<std::pair<int, double>> v;  // after some steps

  explicit NestNeuron(std::string const& model)
      : excitatory(steps), inhibitory(steps), current(steps) {
    read_nest_file(model + ".txt", [&](std::string const& word, std::istream& in) {
      if (word == "parameter" || word == "initial") {
        auto& values = word == "initial" ? initial : parameters;
        auto& value = values[next<std::string>(in)];
        value = next<double>(in);
      } else {
        auto const step = next<std::size_t>(in);
        if (word == "fired") return fired.push_back(static_cast<std::int64_t>(step));
        auto const value = next<double>(in);
        if (word == "v") v.emplace_back(static_cast<int>(step), value);
        if (word == "input") (value < 0 ? inhibitory : excitatory)[step] += value;
        if (word == "current")
          for (std::size_t s = step; s < current.size(); ++s) current[s] = value;
      }
    });
  }
};

}  // namespace kosnn_test

#endif

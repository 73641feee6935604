#ifndef KOSNN_IO_SYNAPSES_HPP
#define KOSNN_IO_SYNAPSES_HPP

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "kosnn/io/hdf5.hpp"

namespace kosnn {

/// Writes the synapses of a Sparse projection as a SONATA edge population (Dai et al. 2020, doi
/// 10.1371/journal.pcbi.1007696): /edges/<name>/source_node_id, target_node_id, edge_type_id and
/// 0/syn_weight, 0/delay (ms), one element a synapse in the order of Projection::weights(). Several
/// snapshots of one projection go into one file under names of their own.
template <class Projection>
void write_synapses(Hdf5Writer& file, std::string const& name, Projection const& projection) {
  auto const ids = [](std::vector<int> const& neurons) {
    return std::vector<std::uint64_t>(neurons.begin(), neurons.end());
  };
  std::string const group = "/edges/" + name;
  std::size_t const n = projection.synapses();
  file.write(group + "/source_node_id", ids(projection.sources()), {n});
  file.write(group + "/target_node_id", ids(projection.targets()), {n});
  file.write(group + "/edge_type_id", std::vector<std::uint64_t>(n), {n});
  file.write(group + "/0/syn_weight", projection.weights(), {n});
  file.write(group + "/0/delay", projection.delays(), {n}, "ms");
}

/// The weights of such a snapshot, for Projection::set_weights of a projection with the same
/// synapses. Throws FileError where it has others.
template <class Real, class Projection>
std::vector<Real> read_weights(Hdf5Reader const& file, std::string const& name,
                               Projection const& projection) {
  std::string const group = "/edges/" + name;
  auto const same = [&](char const* what, std::vector<int> const& neurons) {
    auto const stored = file.read<std::uint64_t>(group + what).values;
    require<FileError>(stored == std::vector<std::uint64_t>(neurons.begin(), neurons.end()), "'",
                       group, "' holds the weights of other synapses than ", projection.name());
  };
  same("/source_node_id", projection.sources());
  same("/target_node_id", projection.targets());
  return file.read<Real>(group + "/0/syn_weight").values;
}

}  // namespace kosnn

#endif

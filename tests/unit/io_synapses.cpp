// Snapshots of synapses in files.

#include <gtest/gtest.h>

#include <kosnn/io/synapses.hpp>
#include <string>
#include <vector>

namespace {

/// What a Sparse projection tells of its synapses.
struct Synapses {
  std::vector<int> from{0, 0, 2}, to{1, 3, 0};
  std::vector<float> w{0.5F, -1, 3};
  std::string name() const { return "projection A -> B"; }
  std::size_t synapses() const { return from.size(); }
  std::vector<int> const& sources() const { return from; }
  std::vector<int> const& targets() const { return to; }
  std::vector<float> const& weights() const { return w; }
  std::vector<double> delays() const { return {1, 1.5, 2}; }
};

TEST(IoSynapses, Snapshots) {
  Synapses synapses;
  std::string const path = "io_synapses.h5";
  kosnn::Hdf5Writer file(path);
  kosnn::write_synapses(file, "first", synapses);
  synapses.w = {1, 2, 4};
  kosnn::write_synapses(file, "second", synapses);
  file.commit();

  kosnn::Hdf5Reader const read(path);
  EXPECT_EQ(kosnn::read_weights<float>(read, "first", synapses), (std::vector<float>{0.5F, -1, 3}));
  EXPECT_EQ(kosnn::read_weights<float>(read, "second", synapses), synapses.w);
  EXPECT_EQ(read.read<std::uint64_t>("/edges/first/source_node_id").values,
            (std::vector<std::uint64_t>{0, 0, 2}));
  EXPECT_EQ(read.read<double>("/edges/second/0/delay").values, synapses.delays());

  synapses.to[1] = 2;
  try {
    kosnn::read_weights<float>(read, "first", synapses);
    FAIL();
  } catch (kosnn::FileError const& error) {
    EXPECT_NE(std::string(error.what())
                  .find("'/edges/first' holds the weights of other synapses "
                        "than projection A -> B"),
              std::string::npos);
  }
}

}  // namespace

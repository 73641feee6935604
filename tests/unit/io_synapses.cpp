// Snapshots of synapses in files.

#include <gtest/gtest.h>

#include <cstdint>
#include <kosnn/io/synapses.hpp>
#include <string>
#include <vector>

#include "testing.hpp"

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

struct Pre {};
struct Post {};
template <class Device>
class IoLearnedSynapses : public ::testing::Test {};
TYPED_TEST_SUITE(IoLearnedSynapses, kosnn_test::Devices);

constexpr int sources = 53, targets = 37;

template <class Device>
auto make_net(kosnn::Sparse const& topology, kosnn::Weights const& w, kosnn::Delays const& delays) {
  using namespace kosnn;
  return make_network<Device>(kosnn_test::config(),
                              population(Pre{}, SpikeArraySource{}, Shape{sources}),
                              population(Post{}, LIF<>{}.membrane(exact(20)), Shape{targets}),
                              project(Pre{}, Post{}, topology, w, delays, PairStdp<>{}));
}

/// What has learned goes on in the same way, from the same spikes, in a network with the same
/// synapses, and in one that is made from the file alone.
TYPED_TEST(IoLearnedSynapses, GoOn) {
  auto const drawn = kosnn::sparse::bernoulli(0.3);
  auto const delays = kosnn::delays::uniform(1, 6);
  auto learned = make_net<TypeParam>(drawn, kosnn::weights::uniform(0.2, 0.8), delays),
       other = make_net<TypeParam>(drawn, kosnn::weights::constant(0.1), delays);
  auto const play = [](auto& net, unsigned seed) {
    net.reset_state();
    auto const list = kosnn_test::random_spikes(sources, 1, 300, 1, 0.05, seed);
    net.get(Pre{}).set_spikes(list.neurons, list.times);
    net.run(300);
  };
  auto& a = learned.projection(Pre{}, Post{});
  auto const before = a.weights();
  play(learned, 1);
  auto const snapshot = a.weights();
  EXPECT_NE(snapshot, before);
  std::string const path = "io_synapses_learned.h5";
  kosnn::Hdf5Writer file(path);
  kosnn::write_synapses(file, "learned", a);
  file.commit();

  kosnn::Hdf5Reader const read(path);
  auto& b = other.projection(Pre{}, Post{});
  b.set_weights(kosnn::read_weights<float>(read, "learned", b));
  auto const ends = [&](char const* which) {
    auto const ids = read.read<std::uint64_t>("/edges/learned/" + std::string(which)).values;
    return std::vector<int>(ids.begin(), ids.end());
  };
  auto const stored = read.read<float>("/edges/learned/0/syn_weight").values;
  auto made =
      make_net<TypeParam>(kosnn::sparse::edges(ends("source_node_id"), ends("target_node_id")),
                          kosnn::weights::array({stored.begin(), stored.end()}),
                          kosnn::delays::array(read.read<double>("/edges/learned/0/delay").values));
  auto& c = made.projection(Pre{}, Post{});
  EXPECT_EQ(b.weights(), snapshot);
  EXPECT_EQ(c.weights(), snapshot);
  EXPECT_EQ(c.sources(), a.sources());
  EXPECT_EQ(c.targets(), a.targets());
  EXPECT_EQ(c.delays(), a.delays());

  auto& spikes = learned.record(Post{}, kosnn::Spikes{});
  play(learned, 2);
  EXPECT_NE(a.weights(), snapshot);
  EXPECT_GT(spikes.count(), 100U);
  for (auto* net : {&other, &made}) {
    auto& again = net->record(Post{}, kosnn::Spikes{});
    play(*net, 2);
    EXPECT_EQ(net->projection(Pre{}, Post{}).weights(), a.weights());
    EXPECT_EQ(again.steps(), spikes.steps());
    EXPECT_EQ(again.neurons(), spikes.neurons());
  }
}

}  // namespace

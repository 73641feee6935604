// Writes files to start from: for each fuzzer a folder in the one named on the command line.
#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "event_files.hpp"

namespace {

using namespace kosnn_test;

void write(std::filesystem::path const& folder, std::vector<std::string> const& seeds) {
  std::filesystem::create_directories(folder);
  for (std::size_t k = 0; k < seeds.size(); ++k) {
    std::ofstream(folder / ("seed-" + std::to_string(k)), std::ios::binary) << seeds[k];
  }
}

std::string gzip(std::string const& data) {
  z_stream stream = {};
  deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, data.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));
  stream.avail_in = static_cast<uInt>(data.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

std::vector<std::string> aedat4_seeds() {
  std::vector<std::string> seeds;
  for (Packing const packing :
       {Packing::none, Packing::lz4, Packing::lz4_high, Packing::zstd, Packing::zstd_high}) {
    seeds.push_back(aedat4_example(packing));
  }
  std::string const streams = aedat4_stream(0, "FRME", "") + aedat4_stream(1, "EVTS", "");
  std::string const packets = aedat4_packet(0, "a frame") + aedat4_packet(1, aedat4_events({}));
  seeds.push_back(aedat4(aedat4_xml(streams), packets, Packing::none, false));
  return seeds;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: kosnn_fuzz_seeds FOLDER\n";
    return 2;
  }
  std::filesystem::path const folder = argv[1];
  std::string const images =
      big(0x803, 4) + big(2, 4) + big(3, 4) + big(4, 4) + std::string(24, 'x');
  std::string const labels = big(0x801, 4) + big(5, 4) + "labels";
  write(folder / "idx_images", {images, gzip(images)});
  write(folder / "idx_labels", {labels.substr(0, 13), gzip(labels.substr(0, 13))});
  write(folder / "spikes_1d", {"", spikes_1d(pattern(20))});
  write(folder / "spikes_2d", {"", spikes_2d(pattern(20)) + big(0, 1) + big(240, 1) + big(0, 3)});
  write(folder / "spikes_3d", {"", spikes_3d(pattern(20))});
  write(folder / "spike_counts", {"", spike_counts({{1, 2, 3, 4}, {5, 6, 7, 8}})});
  write(folder / "ncars_dat", {dat(pattern(20)), dat(pattern(3), "%\n")});
  write(folder / "aedat31",
        {aedat31_text() + aedat31_packet(pattern(20)) + aedat31_header(0, 8, 0, 1, 1) + "specials" +
         aedat31_packet(pattern(3), 1)});
  write(folder / "aedat4", aedat4_seeds());
  return 0;
}

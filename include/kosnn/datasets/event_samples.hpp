#ifndef KOSNN_DATASETS_EVENT_SAMPLES_HPP
#define KOSNN_DATASETS_EVENT_SAMPLES_HPP

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "kosnn/datasets/class_folders.hpp"
#include "kosnn/io/events.hpp"

namespace kosnn {

/// What the recordings of a data set have in common.
struct EventRecordings {
  EventFormat format = EventFormat::spikes_2d;
  int width = 0;           ///< of the sensor, pixels
  int height = 0;          ///< of the sensor, pixels
  double duration_ms = 0;  ///< of a sample
};

/// Recordings that are read when they are asked for. Nothing is kept between two reads, so a sample
/// holds its own events alone, whatever was read before it, by however many threads.
class EventSamples {
 public:
  /// Throws Error unless sizes and duration are positive (whole microseconds).
  EventSamples(std::vector<ClassFile> files, EventRecordings const& recordings);

  EventRecordings const& recordings() const { return recordings_; }
  std::size_t size() const { return files_.size(); }
  int label(std::size_t k) const { return file(k).label; }
  std::string const& path(std::size_t k) const { return file(k).path; }

  /// Events of sample k with 0 <= t < duration, in the order of the file; later ones are left out.
  /// `read_events` gives a whole file. Throws FileError for a file that can't be read, or that
  /// holds an event outside of the sensor, before time 0, or with a polarity other than 0 and 1.
  EventStream read(std::size_t k) const;

 private:
  ClassFile const& file(std::size_t k) const;

  std::vector<ClassFile> files_;
  EventRecordings recordings_;
};

/// An event data set in two parts.
struct EventDataset {
  std::vector<std::string> classes;  ///< label k is classes[k]
  EventSamples train;
  EventSamples test;
};

/// N-MNIST (Orchard et al. 2015, doi 10.3389/fnins.2015.00437): root/Train/0..9/*.bin and
/// root/Test/0..9/*.bin; 34 x 34 pixels, the first 300 ms. Throws FileError for a folder that can't
/// be read and Error for other classes.
EventDataset nmnist(std::string const& root);

/// N-Caltech101 (Orchard et al. 2015): root/CLASS/*.bin, split at random, class by class. The
/// recordings differ in size, as the pictures do, up to 240 x 180 pixels, and start at the upper
/// left corner; all samples are given the size 240 x 180 (`crop` makes them smaller). The first
/// 300 ms. Throws like random_split and ClassFolders.
EventDataset ncaltech101(std::string const& root, double train_fraction = 0.8,
                         std::uint64_t seed = 42);

/// N-Cars (Sironi et al. 2018, doi 10.1109/CVPR.2018.00186): root/train/CLASS/*.dat and
/// root/test/CLASS/*.dat with two classes; 120 x 100 pixels, 100 ms. Throws like nmnist.
EventDataset ncars(std::string const& root);

}  // namespace kosnn

#endif

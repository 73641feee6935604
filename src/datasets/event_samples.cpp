#include "kosnn/datasets/event_samples.hpp"

#include <filesystem>
#include <utility>

#include "kosnn/core/error.hpp"
#include "kosnn/datasets/event_transforms.hpp"
#include "microseconds.hpp"

namespace kosnn {
namespace {

std::string in(std::string const& folder, char const* name) {
  return (std::filesystem::path(folder) / name).string();
}

ClassSplit two_parts(std::string const& root, char const* train, char const* test,
                     std::string const& extension) {
  ClassFolders const to_learn(in(root, train), {extension});
  return fixed_split(to_learn, ClassFolders(in(root, test), {extension}));
}

EventDataset dataset(ClassSplit split, EventRecordings const& recordings) {
  return {std::move(split.classes), EventSamples(std::move(split.train), recordings),
          EventSamples(std::move(split.test), recordings)};
}

}  // namespace

EventSamples::EventSamples(std::vector<ClassFile> files, EventRecordings const& recordings)
    : files_(std::move(files)), recordings_(recordings) {
  require(recordings.width > 0 && recordings.height > 0,
          "EventSamples: the sensor must have at least 1 x 1 pixels, got ", recordings.width, " x ",
          recordings.height);
  auto const end = detail::microseconds(recordings.duration_ms, "EventSamples: duration_ms");
  require(end > 0, "EventSamples: duration_ms must be positive, got ", recordings.duration_ms);
}

ClassFile const& EventSamples::file(std::size_t k) const {
  require(k < files_.size(), "EventSamples: sample ", k, " is not one of the ", files_.size());
  return files_[k];
}

EventStream EventSamples::read(std::size_t k) const {
  EventStream stream = read_events(file(k).path, recordings_.format);
  for (std::size_t n = 0; n < stream.events.size(); ++n) {
    Event const& e = stream.events[n];
    require<FileError>(e.x >= 0 && e.x < recordings_.width && e.y >= 0 &&
                           e.y < recordings_.height && (e.p == 0 || e.p == 1) && e.t >= 0,
                       "'", file(k).path, "': event ", n, " at x ", e.x, ", y ", e.y, ", polarity ",
                       e.p, ", t ", e.t, " us; expected ", recordings_.width, " x ",
                       recordings_.height, " pixels, polarity 0 or 1 and t >= 0");
  }
  stream.width = recordings_.width;
  stream.height = recordings_.height;
  return time_window(std::move(stream), 0, recordings_.duration_ms);
}

EventDataset nmnist(std::string const& root) {
  ClassSplit split = two_parts(root, "Train", "Test", ".bin");
  std::vector<std::string> const digits{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
  require(split.classes == digits, "nmnist: '", root, "' must hold the classes 0 to 9, found ",
          split.classes.size(), " from ", split.classes.front(), " to ", split.classes.back());
  return dataset(std::move(split), {EventFormat::spikes_2d, 34, 34, 300});
}

EventDataset ncaltech101(std::string const& root, double train_fraction, std::uint64_t seed) {
  return dataset(random_split(ClassFolders(root, {".bin"}), train_fraction, seed),
                 {EventFormat::spikes_2d, 240, 180, 300});
}

EventDataset ncars(std::string const& root) {
  ClassSplit split = two_parts(root, "train", "test", ".dat");
  require(split.classes.size() == 2, "ncars: '", root, "' must hold two classes, found ",
          split.classes.size());
  return dataset(std::move(split), {EventFormat::ncars_dat, 120, 100, 100});
}

}  // namespace kosnn

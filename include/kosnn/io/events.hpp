#ifndef KOSNN_IO_EVENTS_HPP
#define KOSNN_IO_EVENTS_HPP

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kosnn {

/// One event of a sensor or one recorded spike.
struct Event {
  std::int64_t t = 0;  ///< us
  std::int32_t x = 0;  ///< column; in 1-D formats the neuron
  std::int32_t y = 0;  ///< row; in 1-D formats 0
  std::int32_t p = 0;  ///< polarity, 0 or 1; in 3-D formats the channel
};

/// Events in the order of their file, which need not be that of their times.
struct EventStream {
  std::vector<Event> events;
  int width = 0;   ///< of the sensor; 0 where the format does not say
  int height = 0;  ///< of the sensor; 0 where the format does not say
};

/// Number of spikes that a neuron fires in a span of time (PySNN's "1-D spike counts").
struct SpikeCount {
  std::int32_t id = 0;
  std::int64_t begin = 0;  ///< us
  std::int64_t end = 0;    ///< us
  std::int32_t count = 0;
};

/// File formats of events. All times are in us and never negative, nor are x, y and p.
enum class EventFormat {
  /// PySNN's 1-D events, 5 bytes each: 16 bits neuron, 1 polarity, 23 time, big-endian.
  spikes_1d,
  /// N-MNIST and N-Caltech101 (Orchard et al. 2015, doi 10.3389/fnins.2015.00437), PySNN's 2-D
  /// events, 5 bytes each: 8 bits x, 8 y, 1 polarity, 23 time, big-endian. As in the usual readers
  /// of these data (such as Tonic's), y = 240 is no event: all later times are 2^13 us later.
  spikes_2d,
  /// PySNN's 3-D events, 7 bytes each: 12 bits x, 12 y, 8 channel, 24 time, big-endian.
  spikes_3d,
  /// N-Cars (Sironi et al. 2018) and other files of Prophesee's .dat format, 8 bytes each: 32 bits
  /// time, 14 x, 14 y, 1 polarity, little-endian. Version 1, 2 or none; the width and height of the
  /// header hold. Times are not unwrapped when their 32 bits (71 minutes) overflow.
  ncars_dat,
  /// AEDAT 3.1 in its RAW format: the valid polarity events of all packets, with the high bits of
  /// their times; other types of events are skipped.
  aedat31,
  /// AEDAT 4 of iniVation's DV: the stream of events with the lowest number, its sensor's size, all
  /// compressions. Other streams are skipped. Times are Unix times. What a file holds decompressed
  /// may exceed 100 times its size by 64 MiB and no more.
  aedat4
};

/// Events of a file of at most 4 GiB. Files of spikes_1d, spikes_2d and spikes_3d have no header,
/// so an empty one holds no events; so may the others behind their header. Polarity stays as
/// stored. Throws FileError that names the file, the place, what was found and what was expected:
/// cut or damaged files, events outside of the sensor.
EventStream read_events(std::string const& path, EventFormat format);
/// Events from the bytes of a file; `name` stands for the path in messages.
EventStream parse_events(std::string_view bytes, EventFormat format, std::string const& name);
/// Writes spikes_1d, spikes_2d, spikes_3d or ncars_dat, whole or not at all; the width and height
/// go to ncars_dat alone. Throws FileError that names the event and its value when one does not fit
/// into its bits (y = 240 does not fit into spikes_2d, nor any y but 0 into spikes_1d); Error for
/// AEDAT.
void write_events(std::string const& path, EventStream const& stream, EventFormat format);

/// Spike counts of a file, 10 bytes each: 16 bits neuron, 24 begin, 24 end, 16 count, big-endian.
/// An empty file holds none. Throws FileError when the last one is cut.
std::vector<SpikeCount> read_spike_counts(std::string const& path);
/// Spike counts from the bytes of a file; `name` stands for the path in messages.
std::vector<SpikeCount> parse_spike_counts(std::string_view bytes, std::string const& name);
/// Writes spike counts, whole or not at all. Throws FileError for a value that does not fit.
void write_spike_counts(std::string const& path, std::vector<SpikeCount> const& counts);

}  // namespace kosnn

#endif

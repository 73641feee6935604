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

/// File formats of events.
enum class EventFormat {
  spikes_1d,  ///< 5 bytes each: 16 bits neuron, 1 polarity, 23 time in us, big-endian
  spikes_2d,  ///< 5 bytes each: 8 x, 8 y, 1 polarity, 23 time in us (N-MNIST, N-Caltech101)
  spikes_3d,  ///< 7 bytes each: 12 x, 12 y, 8 channel, 24 time in us
  ncars_dat,  ///< Prophesee's .dat with 2-D events (N-Cars)
  aedat31,    ///< AEDAT 3.1: polarity events
  aedat4      ///< AEDAT 4 (DV): polarity events, also compressed
};

/// Events of a file. Throws FileError.
EventStream read_events(std::string const& path, EventFormat format);
/// Events from the bytes of a file; `name` stands for the path in messages.
EventStream parse_events(std::string_view bytes, EventFormat format, std::string const& name);
/// Writes spikes_1d, spikes_2d, spikes_3d or ncars_dat, whole or not at all.
void write_events(std::string const& path, EventStream const& stream, EventFormat format);

/// Spike counts of a file: 10 bytes each: 16 bits neuron, 24 begin in us, 24 end in us, 16 count,
/// big-endian. Throws FileError.
std::vector<SpikeCount> read_spike_counts(std::string const& path);
/// Spike counts from the bytes of a file; `name` stands for the path in messages.
std::vector<SpikeCount> parse_spike_counts(std::string_view bytes, std::string const& name);
/// Writes spike counts, whole or not at all.
void write_spike_counts(std::string const& path, std::vector<SpikeCount> const& counts);

}  // namespace kosnn

#endif

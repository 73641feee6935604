#ifndef KOSNN_SRC_AEDAT4_STREAMS_HPP
#define KOSNN_SRC_AEDAT4_STREAMS_HPP

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace kosnn::detail {

/// A stream of events of an AEDAT 4 file.
struct Aedat4Stream {
  std::int32_t id = 0;
  int width = 0;  // 0: not said
  int height = 0;
};

/// The stream of events with the lowest number in the file's own description, an XML tree of
/// <node name="..."> and <attr key="...">value</attr>. Throws FileError when there is none or the
/// description is damaged.
Aedat4Stream find_event_stream(std::string_view xml, std::string const& name);

}  // namespace kosnn::detail

#endif

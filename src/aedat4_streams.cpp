#include "aedat4_streams.hpp"

#include <charconv>
#include <map>
#include <optional>
#include <vector>

#include "file_bytes.hpp"

namespace kosnn::detail {
namespace {

constexpr std::size_t deepest = 64;  // nodes in each other
constexpr int most_size = 1 << 15;   // of a sensor: coordinates are signed 16-bit numbers

template <class Integer>
Integer number(std::string_view text, std::string const& name, char const* what, Integer most) {
  Integer value = 0;
  auto const result = std::from_chars(text.data(), text.data() + text.size(), value);
  bool const whole = result.ec == std::errc() && result.ptr == text.data() + text.size();
  check_file(whole && value >= 0 && value <= most, name,
             "in the description of the streams: found ", what, " ", shown(text),
             ", expected a number from 0 to ", most);
  return value;
}

/// What stands in quotes after ` key=` in a tag.
std::string_view attribute(std::string_view tag, std::string_view key) {
  for (std::size_t at = tag.find(key); at != std::string_view::npos; at = tag.find(key, at + 1)) {
    std::string_view const rest = tag.substr(at + key.size());
    if (at == 0 || tag[at - 1] != ' ' || rest.substr(0, 2) != "=\"") continue;
    return rest.substr(2, rest.find('"', 2) - 2);
  }
  return {};
}

/// Goes through the tree; calls use(names of the nodes around it, key, value) for each value.
template <class Use>
void each_value(std::string_view xml, std::string const& name, Use const& use) {
  std::vector<std::string_view> nodes;
  std::size_t at = xml.find('<');
  while (at != std::string_view::npos) {
    std::size_t const end = xml.find('>', at);
    check_file(end != std::string_view::npos, name, "in the description of the streams: found ",
               shown(xml.substr(at)), ", expected a tag that ends with '>'");
    std::string_view const tag = xml.substr(at + 1, end - at - 1);
    std::size_t const next = xml.find('<', end);
    bool const closed = !tag.empty() && tag.back() == '/';
    if ((tag == "node" || tag.substr(0, 5) == "node ") && !closed) {
      nodes.push_back(attribute(tag, "name"));
      check_file(nodes.size() <= deepest, name,
                 "in the description of the streams: found more than ", deepest,
                 " nodes in each other");
    } else if (tag == "/node") {
      check_file(!nodes.empty(), name,
                 "in the description of the streams: found '</node>' without a '<node>' before");
      nodes.pop_back();
    } else if (tag.substr(0, 5) == "attr " && !closed && next != std::string_view::npos) {
      use(nodes, attribute(tag, "key"), xml.substr(end + 1, next - end - 1));
    }
    at = next;
  }
  check_file(nodes.empty(), name, "in the description of the streams: found ", nodes.size(),
             " nodes without an end");
}

}  // namespace

Aedat4Stream find_event_stream(std::string_view xml, std::string const& name) {
  struct Description {
    bool events = false;
    std::string_view width, height;
  };
  std::map<std::string_view, Description> streams;
  using Nodes = std::vector<std::string_view>;
  each_value(xml, name, [&](Nodes const& nodes, std::string_view key, std::string_view value) {
    // outInfo / number of the stream / perhaps info
    if (nodes.size() < 2 || nodes[0] != "outInfo") return;
    Description& stream = streams[nodes[1]];
    if (nodes.size() == 2 && key == "typeIdentifier") stream.events = value == "EVTS";
    if (nodes.size() != 3 || nodes[2] != "info") return;
    if (key == "sizeX") stream.width = value;
    if (key == "sizeY") stream.height = value;
  });
  std::optional<Aedat4Stream> found;
  for (auto const& [id, stream] : streams) {
    if (!stream.events) continue;
    std::int32_t const k = number<std::int32_t>(id, name, "the stream", 0x7fffffff);
    if (found && found->id <= k) continue;
    auto const size = [&](std::string_view text, char const* what) {
      return text.empty() ? 0 : number(text, name, what, most_size);
    };
    found = {k, size(stream.width, "sizeX"), size(stream.height, "sizeY")};
  }
  check_file(found.has_value(), name,
             "in the description of the streams: found none of events (typeIdentifier EVTS) among ",
             streams.size(), ", expected one");
  return *found;
}

}  // namespace kosnn::detail

#ifndef KOSNN_CORE_NAMES_HPP
#define KOSNN_CORE_NAMES_HPP

#include <string>
#include <string_view>

namespace kosnn::detail {

/// The part of a compiler's function signature that names the template argument `key`.
inline std::string argument_in(std::string_view signature, std::string_view key) {
  auto const begin = signature.rfind(key);
  if (begin == std::string_view::npos) return std::string(signature);
  signature.remove_prefix(begin + key.size());
  int depth = 0;
  std::size_t end = 0;
  for (; end < signature.size(); ++end) {
    char const c = signature[end];
    if (c == '<' || c == '(') ++depth;
    if (c == '>' || c == ')') --depth;
    if ((c == ';' || c == ',' || c == ']') && depth == 0) break;
  }
  return std::string(signature.substr(0, end));
}

/// `name` without the namespaces and classes around it, template arguments kept.
inline std::string unqualified(std::string const& name) {
  std::size_t start = 0;
  int depth = 0;
  for (std::size_t k = 0; k + 1 < name.size(); ++k) {
    if (name[k] == '<') ++depth;
    if (name[k] == '>') --depth;
    if (depth == 0 && name[k] == ':' && name[k + 1] == ':') start = k + 2;
  }
  return name.substr(start);
}

/// The name of a type as a reader of the source would write it: `Exc` for `struct Exc`.
template <class NamedType>
std::string type_name() {
  return unqualified(argument_in(__PRETTY_FUNCTION__, "NamedType = "));
}

/// The name of a data member given by pointer: `v` for `&State::v`.
template <auto NamedMember>
std::string member_name() {
  return unqualified(argument_in(__PRETTY_FUNCTION__, "NamedMember = "));
}

}  // namespace kosnn::detail

#endif

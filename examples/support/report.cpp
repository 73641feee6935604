#include "support/report.hpp"

#include <sys/resource.h>

#include <cmath>
#include <fstream>

#include "kosnn/core/error.hpp"
#include "kosnn/io/atomic_file.hpp"
#include "kosnn/version.hpp"

namespace kosnn_support {
namespace {

using Json = nlohmann::ordered_json;

void require_finite(Json const& value, std::string const& key) {
  if (value.is_number_float()) {
    kosnn::require(std::isfinite(value.get<double>()), "report: ", key, " is ", value.get<double>(),
                   ", expected a finite number");
  } else if (value.is_object()) {
    std::string const group = key.empty() ? "" : key + ".";
    for (auto const& [name, member] : value.items()) require_finite(member, group + name);
  } else if (value.is_array()) {
    for (std::size_t k = 0; k < value.size(); ++k) {
      require_finite(value[k], key + "[" + std::to_string(k) + "]");
    }
  }
}

}  // namespace

double peak_rss_mb() {
  // Not ru_maxrss alone: Linux lets a process inherit that from the one which started it.
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind("VmHWM:", 0) == 0) return std::stod(line.substr(6)) * 1024 / 1e6;
  }
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) * 1024 / 1e6;
}

void Report::add(Report const& one) {
  if (biological_ms == 0) {
    Json const about = result;
    *this = one;
    result = about;
    return;
  }
  double const before = biological_ms;
  biological_ms += one.biological_ms;
  for (auto& [name, hz] : rate_hz)
    hz = (before * hz + one.biological_ms * one.rate_hz.at(name)) / biological_ms;
  build_s += one.build_s;
  run_s += one.run_s;
  spikes += one.spikes;
  synaptic_events += one.synaptic_events;
}

Json Report::to_json() const {
  kosnn::require(run_s > 0, "report: run_s is ", run_s, ", expected more than 0");
  kosnn::require(biological_ms > 0, "report: biological_ms is ", biological_ms,
                 ", expected more than 0");
  Json json;
  json["version"] = kosnn::version;
  json["device"] = device;
  json["precision"] = precision;
  json["threads"] = threads;
  json["ranks"] = ranks;
  json["seed"] = seed;
  json["build_s"] = build_s;
  json["run_s"] = run_s;
  json["biological_ms"] = biological_ms;
  json["real_time_factor"] = run_s * 1000 / biological_ms;
  json["spikes"] = spikes;
  json["rate_hz"] = rate_hz;
  json["synaptic_events"] = synaptic_events;
  json["synaptic_events_per_s"] = static_cast<double>(synaptic_events) / run_s;
  json["bytes"] = bytes;
  json["peak_rss_mb"] = peak_rss_mb();
  json["result"] = result;
  require_finite(json, "");
  return json;
}

void Report::write(std::string const& path) const {
  // Text may hold file names, which need not be UTF-8; JSON must be.
  kosnn::write_file(path, to_json().dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

}  // namespace kosnn_support

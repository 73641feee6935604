#include "microcircuit/distributions.hpp"

#include <algorithm>
#include <cstddef>
#include <kosnn/decoding/kolmogorov_smirnov.hpp>
#include <kosnn/io/hdf5.hpp>

namespace microcircuit {
namespace {

using Values = std::vector<double>;

std::optional<double> distance(Values const& a, Values const& b) {
  if (a.empty() || b.empty()) return {};
  return kosnn::kolmogorov_smirnov(a, b);
}

/// Calls f(name, values) for each distribution.
template <class All, class F>
void for_each_distribution(All& all, F const& f) {
  for (std::size_t part = 0; part < parts; ++part) {
    std::string const group = std::string(names[part]) + "/";
    f(group + "rates_hz", all[part].rates_hz);
    f(group + "cvs", all[part].cvs);
    f(group + "correlations", all[part].correlations);
  }
}

}  // namespace

double Distances::largest(PerPart<std::optional<double>> const& of_parts) {
  double most = 0;
  for (auto const& value : of_parts) most = std::max(most, value.value_or(0));
  return most;
}

Distances distances(Distributions const& a, Distributions const& b) {
  Distances out;
  for (std::size_t part = 0; part < parts; ++part) {
    out.rates[part] = distance(a[part].rates_hz, b[part].rates_hz);
    out.cvs[part] = distance(a[part].cvs, b[part].cvs);
    out.correlations[part] = distance(a[part].correlations, b[part].correlations);
  }
  return out;
}

void write(std::string const& path, Distributions const& all) {
  kosnn::Hdf5Writer file(path);
  for_each_distribution(all, [&](std::string const& name, Values const& values) {
    if (!values.empty())
      file.write(name, values, {values.size()}, name.find("_hz") == name.npos ? "" : "Hz");
  });
  file.commit();
}

Distributions read(std::string const& path) {
  kosnn::Hdf5Reader const file(path);
  Distributions all;
  for_each_distribution(all, [&](std::string const& name, Values& values) {
    if (file.has(name)) values = file.read<double>(name).values;
  });
  return all;
}

}  // namespace microcircuit

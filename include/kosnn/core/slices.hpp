#ifndef KOSNN_CORE_SLICES_HPP
#define KOSNN_CORE_SLICES_HPP

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "kosnn/core/error.hpp"
#include "kosnn/core/shape.hpp"

namespace kosnn {

/// Neurons [begin, end) of a population, under a name.
struct Slice {
  std::string name;
  int begin, end;
  int size() const { return end - begin; }
};

/// Named parts of one population, one after the other: `Slices{{"L4E", 21915}, {"L4I", 5479}}`, in
/// place of a Shape where the population is declared. The parts share model, state and kernels;
/// parameters (`each`, `part_of`) and projections (Blocks) tell them apart.
class Slices {
 public:
  struct Part {
    std::string name;
    long long size;
  };

  Slices(std::initializer_list<Part> parts) : Slices(std::vector<Part>(parts)) {}
  /// Throws where there is no part, a name is missing or comes twice, a part is empty, or there are
  /// more than 2^31 - 1 neurons.
  explicit Slices(std::vector<Part> const& parts) {
    require(!parts.empty(), "Slices: at least one part is needed");
    int begin = 0;
    for (auto const& [name, size] : parts) {
      require(!name.empty(), "Slices: part ", slices_.size(), " needs a name");
      require(find(name) == slices_.end(), "Slices: two parts are named ", name);
      require(size > 0, "Slices: part ", name, " must have at least one neuron, got ", size);
      require(size <= std::numeric_limits<int>::max() - begin, "Slices: with part ", name,
              " there are more than 2147483647 neurons");
      int const end = begin + static_cast<int>(size);
      slices_.push_back({name, begin, end});
      begin = end;
    }
  }

  /// Throws where no part has this name.
  Slice const& operator[](std::string const& name) const {
    auto const found = find(name);
    require(found != slices_.end(), "Slices: there is no part ", name, ", only ", names());
    return *found;
  }
  Slice const& operator[](std::size_t part) const { return slices_.at(part); }
  /// Number of parts; `for (Slice const& part : slices)` visits them in order.
  std::size_t count() const { return slices_.size(); }
  auto begin() const { return slices_.begin(); }
  auto end() const { return slices_.end(); }
  /// Number of neurons.
  int size() const { return slices_.back().end; }
  operator Shape() const { return Shape{size()}; }

  /// Which part a neuron belongs to.
  std::size_t part_of(int neuron) const {
    require(neuron >= 0 && neuron < size(), "Slices: a neuron must be from 0 to ", size() - 1,
            ", got ", neuron);
    auto const part = std::upper_bound(slices_.begin(), slices_.end(), neuron,
                                       [](int n, Slice const& s) { return n < s.end; });
    return static_cast<std::size_t>(part - slices_.begin());
  }
  /// A value for each neuron from one for each part.
  template <class T>
  std::vector<T> each(std::vector<T> const& of_parts) const {
    require(of_parts.size() == count(), "Slices: each takes ", count(), " values, got ",
            of_parts.size());
    std::vector<T> values;
    values.reserve(static_cast<std::size_t>(size()));
    for (std::size_t p = 0; p < count(); ++p)
      values.insert(values.end(), static_cast<std::size_t>(slices_[p].size()), of_parts[p]);
    return values;
  }
  /// Those of one part, from values of all neurons: (batch, neurons) as the population has them.
  template <class T>
  std::vector<T> of(std::string const& name, std::vector<T> const& all) const {
    Slice const& part = (*this)[name];
    std::vector<T> values;
    for (std::size_t row = 0; row < check_batch(all.size()); ++row) {
      auto const first = all.begin() + static_cast<std::ptrdiff_t>(row) * size();
      values.insert(values.end(), first + part.begin, first + part.end);
    }
    return values;
  }
  /// The mean of each part, from values of all neurons: (batch, neurons) as the population has
  /// them.
  template <class T>
  std::vector<double> means(std::vector<T> const& all) const {
    std::size_t const batch = check_batch(all.size());
    std::vector<double> mean(count());
    std::size_t k = 0;
    for (std::size_t row = 0; row < batch; ++row)
      for (std::size_t p = 0; p < count(); ++p)
        for (int n = 0; n < slices_[p].size(); ++n) mean[p] += static_cast<double>(all[k++]);
    for (std::size_t p = 0; p < count(); ++p)
      mean[p] /= static_cast<double>(batch) * slices_[p].size();
    return mean;
  }

 private:
  std::vector<Slice>::const_iterator find(std::string const& name) const {
    return std::find_if(slices_.begin(), slices_.end(),
                        [&](Slice const& s) { return s.name == name; });
  }
  std::string names() const {
    std::string out;
    for (Slice const& s : slices_) out += (out.empty() ? "" : ", ") + s.name;
    return out;
  }
  std::size_t check_batch(std::size_t values) const {
    auto const neurons = static_cast<std::size_t>(size());
    require(values > 0 && values % neurons == 0, "Slices: ", values,
            " values are no multiple of the ", neurons, " neurons");
    return values / neurons;
  }

  std::vector<Slice> slices_;
};

}  // namespace kosnn

#endif

#include "cnn/readout.hpp"

#include <algorithm>
#include <cmath>
#include <kosnn/core/error.hpp>
#include <utility>

namespace cnn {
namespace {

/// Solves a x = b for each row of b, in its place; of a (n, n), symmetric and positive definite,
/// the lower triangle is used and overwritten (Cholesky).
void solve(std::vector<double>& a, std::vector<double>& b, std::size_t n) {
  for (std::size_t j = 0; j < n; ++j) {
    double* const row = a.data() + j * n;
    for (std::size_t k = 0; k <= j; ++k) {
      double const* const other = a.data() + k * n;
      double sum = row[k];
      for (std::size_t i = 0; i < k; ++i) sum -= row[i] * other[i];
      row[k] = k < j ? sum / other[k] : std::sqrt(sum);
    }
  }
  for (std::size_t first = 0; first < b.size(); first += n) {
    double* const x = b.data() + first;
    for (std::size_t j = 0; j < n; ++j) {
      for (std::size_t i = 0; i < j; ++i) x[j] -= a[j * n + i] * x[i];
      x[j] /= a[j * n + j];
    }
    for (std::size_t j = n; j-- > 0;) {
      x[j] /= a[j * n + j];
      for (std::size_t i = 0; i < j; ++i) x[i] -= a[j * n + i] * x[j];
    }
  }
}

/// Every third sample (`third`), or all others, with their labels.
std::pair<Features, std::vector<std::uint8_t>> part(Features const& features,
                                                    std::vector<std::uint8_t> const& labels,
                                                    bool third) {
  std::pair<Features, std::vector<std::uint8_t>> out{{features.length, {}}, {}};
  for (std::size_t k = 0; k < labels.size(); ++k) {
    if ((k % 3 == 2) != third) continue;
    auto const first = features.values.begin() + static_cast<std::ptrdiff_t>(k * features.length);
    out.first.values.insert(out.first.values.end(), first,
                            first + static_cast<std::ptrdiff_t>(features.length));
    out.second.push_back(labels[k]);
  }
  return out;
}

}  // namespace

Features pooled(std::vector<std::uint32_t> const& counts, std::size_t maps, std::size_t size,
                std::size_t grid) {
  std::size_t const plane = size * size, samples = counts.size() / (maps * plane);
  Features out{maps * grid * grid, std::vector<float>(samples * maps * grid * grid)};
  for (std::size_t k = 0; k < counts.size(); ++k) {
    std::size_t const map = k / plane, y = k % plane / size, x = k % size;
    out.values[(map * grid + y * grid / size) * grid + x * grid / size] +=
        static_cast<float>(counts[k]);
  }
  for (float& value : out.values) value = std::sqrt(value);
  return out;
}

Readout::Readout(Features const& features, std::vector<std::uint8_t> const& labels, double penalty)
    : length_(features.length) {
  std::size_t const n = features.length == 0 ? 0 : features.samples();
  kosnn::require(n > 0, "Readout: needs samples to learn from");
  kosnn::require(labels.size() == n, "Readout: needs a label for each of ", n, " samples, got ",
                 labels.size());
  kosnn::require(std::isfinite(penalty) && penalty > 0, "Readout: penalty must be positive, got ",
                 penalty);
  standardise(features);
  classes_ = std::size_t{*std::max_element(labels.begin(), labels.end())} + 1;
  offset_.assign(classes_, 0);
  for (std::uint8_t const label : labels) offset_[label] += 1 / static_cast<double>(n);

  std::vector<double> products(length_ * length_);  // sums over samples, lower triangle
  weights_.assign(classes_ * length_, 0);
  for (std::size_t k = 0; k < n; ++k) {
    auto const z = of(features.values.data() + k * length_);
    for (std::size_t f = 0; f < length_; ++f)
      for (std::size_t g = 0; g <= f; ++g) products[f * length_ + g] += z[f] * z[g];
    for (std::size_t f = 0; f < length_; ++f) weights_[labels[k] * length_ + f] += z[f];
  }
  for (std::size_t f = 0; f < length_; ++f)
    products[f * length_ + f] += penalty * static_cast<double>(n);
  solve(products, weights_, length_);
}

Readout Readout::chosen(Features const& features, std::vector<std::uint8_t> const& labels) {
  auto const [train, train_labels] = part(features, labels, false);
  auto const [test, test_labels] = part(features, labels, true);
  double best = 0.1, most = 0;
  for (double const penalty : {1e-4, 1e-3, 0.01, 0.1, 1.0}) {
    double const right =
        test_labels.empty() ? 0 : Readout(train, train_labels, penalty).accuracy(test, test_labels);
    if (right > most) {
      most = right;
      best = penalty;
    }
  }
  return {features, labels, best};
}

void Readout::standardise(Features const& features) {
  auto const n = static_cast<double>(features.samples());
  mean_.assign(length_, 0);
  scale_.assign(length_, 0);
  for (std::size_t k = 0; k < features.values.size(); ++k)
    mean_[k % length_] += features.values[k] / n;
  for (std::size_t k = 0; k < features.values.size(); ++k) {
    double const d = features.values[k] - mean_[k % length_];
    scale_[k % length_] += d * d / n;
  }
  for (double& s : scale_) s = s > 1e-9 ? 1 / std::sqrt(s) : 0;
}

std::vector<double> Readout::of(float const* features) const {
  std::vector<double> z(length_);
  for (std::size_t f = 0; f < length_; ++f) z[f] = (features[f] - mean_[f]) * scale_[f];
  return z;
}

std::uint8_t Readout::classify(float const* features) const {
  auto const z = of(features);
  std::vector<double> sums = offset_;
  for (std::size_t c = 0; c < classes_; ++c)
    for (std::size_t f = 0; f < length_; ++f) sums[c] += weights_[c * length_ + f] * z[f];
  return static_cast<std::uint8_t>(std::max_element(sums.begin(), sums.end()) - sums.begin());
}

double Readout::accuracy(Features const& features, std::vector<std::uint8_t> const& labels) const {
  std::size_t right = 0;
  for (std::size_t k = 0; k < labels.size(); ++k)
    if (classify(features.values.data() + k * length_) == labels[k]) ++right;
  return static_cast<double>(right) / static_cast<double>(labels.size());
}

}  // namespace cnn

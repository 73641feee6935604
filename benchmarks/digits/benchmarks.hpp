#ifndef KOSNN_BENCHMARKS_DIGITS_BENCHMARKS_HPP
#define KOSNN_BENCHMARKS_DIGITS_BENCHMARKS_HPP

#include <benchmark/benchmark.h>

#include <cstddef>
#include <kosnn/io/idx.hpp>
#include <string>

namespace kosnn_bench {

/// Every run learns from as many images, with a new network, so that its work is always the same.
constexpr std::size_t samples_per_run = 320;

/// The digits of the example, 8x8 pixels.
kosnn::Images small_digits();
/// 28x28 pixels: the training part of a folder of the MNIST family or, where `folder` is empty, the
/// digits of the example, each pixel enlarged to 3x3, with a margin of 2. Throws kosnn::FileError.
kosnn::Images images28(std::string const& folder);

/// What both benchmarks report of `steps` steps a sample.
void count_samples(benchmark::State& state, std::size_t samples, double steps, double events);

/// The network of the example kosnn_digits, on small_digits() and on `images`.
void add_example(kosnn::Images const& images);
/// The network of BindsNET's DiehlAndCook2015.
void add_diehl_cook(kosnn::Images const& images);

}  // namespace kosnn_bench

#endif

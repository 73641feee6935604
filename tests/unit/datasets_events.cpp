#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "datasets_testing.hpp"
#include "devices.hpp"
#include "io_testing.hpp"
#include "kosnn/datasets/event_bins.hpp"
#include "kosnn/datasets/event_transforms.hpp"
#include "kosnn/kosnn.hpp"

namespace {

using kosnn::BinnedEvents;
using kosnn::Error;
using kosnn::Event;
using kosnn::EventBinning;
using kosnn::EventStream;
using kosnn::Outside;
using kosnn::SameBin;
using kosnn::Shape;
using kosnn_test::expect_error;
using kosnn_test::Row;
using kosnn_test::rows;

/// Events in any order of time.
EventStream random_stream(int count, int width, int height, int polarities, int end_us) {
  std::mt19937 random(5);
  auto const below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  EventStream stream{{}, width, height};
  for (int k = 0; k < count; ++k)
    stream.events.push_back({below(end_us), below(width), below(height), below(polarities)});
  return stream;
}

TEST(EventTransforms, TimeWindowStartsAtZeroAndIsHalfOpen) {
  EventStream const stream{
      {{999, 1, 2, 1}, {1000, 3, 4, 0}, {2999, 5, 6, 1}, {3000, 7, 8, 1}, {1500, 9, 9, 1}}, 10, 11};
  EventStream const cut = kosnn::time_window(stream, 1, 3);
  EXPECT_EQ(rows(cut), (std::vector<Row>{{0, 3, 4, 0}, {1999, 5, 6, 1}, {500, 9, 9, 1}}));
  EXPECT_EQ(cut.width, 10);
  EXPECT_EQ(cut.height, 11);
  EXPECT_EQ(rows(kosnn::time_window(stream, 0, 0.999)).size(), 0U);
  EXPECT_EQ(rows(kosnn::time_window(stream, 0, 1e6)), rows(stream));
  EXPECT_TRUE(kosnn::time_window({}, 0, 1).events.empty());
  expect_error<Error>([&] { kosnn::time_window(stream, 3, 3); }, {"begin must be before end", "3"});
  expect_error<Error>([&] { kosnn::time_window(stream, -1, 3); }, {"time_window: begin", "-1"});
  expect_error<Error>([&] { kosnn::time_window(stream, 0, NAN); }, {"time_window: end", "nan"});
  expect_error<Error>([&] { kosnn::time_window(stream, 0, 0.0005); }, {"end", "5e-04"});
}

TEST(EventTransforms, ScaleTimeRoundsDown) {
  EventStream const stream{{{0, 1, 2, 1}, {7, 3, 4, 0}, {10, 3, 4, 0}, {-7, 3, 4, 0}}, 5, 5};
  EXPECT_EQ(rows(kosnn::scale_time(stream, 0.5)),
            (std::vector<Row>{{0, 1, 2, 1}, {3, 3, 4, 0}, {5, 3, 4, 0}, {-4, 3, 4, 0}}));
  EXPECT_EQ(kosnn::scale_time(stream, 3).events[1].t, 21);
  for (double const factor : {0.0, -2.0, double{NAN}, double{INFINITY}})
    expect_error<Error>([&] { kosnn::scale_time(stream, factor); }, {"factor"});
  expect_error<Error>([&] { kosnn::scale_time(stream, 1e16); }, {"event 1", "7 us", "1e+16"});
}

TEST(EventTransforms, DownsampleAgainstALoop) {
  EventStream const stream = random_stream(300, 37, 23, 2, 5000);
  for (int const factor : {1, 2, 3, 5, 40}) {
    EventStream const small = kosnn::downsample(stream, factor);
    EXPECT_EQ(small.width, (37 + factor - 1) / factor);
    EXPECT_EQ(small.height, (23 + factor - 1) / factor);
    std::vector<Row> expected;
    for (Event const& e : stream.events)
      expected.emplace_back(e.t, e.x / factor, e.y / factor, e.p);
    EXPECT_EQ(rows(small), expected);
    for (Event const& e : small.events) EXPECT_TRUE(e.x < small.width && e.y < small.height);
  }
  expect_error<Error>([&] { kosnn::downsample(stream, 0); }, {"factor", "0"});
  expect_error<Error>(
      [&] {
        kosnn::downsample({{{0, -1, 2, 0}}, 4, 4}, 2);
      },
      {"event 0", "(-1, 2)"});
}

TEST(EventTransforms, CropAgainstALoop) {
  EventStream const stream = random_stream(500, 37, 23, 2, 5000);
  EventStream const part = kosnn::crop(stream, 5, 2, 11, 21);
  std::vector<Row> expected;
  for (Event const& e : stream.events)
    if (e.x >= 5 && e.x < 16 && e.y >= 2 && e.y < 23)
      expected.emplace_back(e.t, e.x - 5, e.y - 2, e.p);
  EXPECT_EQ(rows(part), expected);
  EXPECT_GT(expected.size(), 50U);
  EXPECT_EQ(part.width, 11);
  EXPECT_EQ(part.height, 21);
  EXPECT_EQ(rows(kosnn::crop(stream, 0, 0, 37, 23)), rows(stream));
  EXPECT_EQ(kosnn::crop({{{0, 99, 99, 0}}, 0, 0}, 90, 90, 10, 10).events.front().x, 9);
  expect_error<Error>([&] { kosnn::crop(stream, 5, 3, 11, 21); }, {"11 x 21", "(5, 3)", "37 x 23"});
  expect_error<Error>([&] { kosnn::crop(stream, 0, 0, 0, 5); }, {"0 x 5"});
  expect_error<Error>([&] { kosnn::crop(stream, -1, 0, 4, 5); }, {"(-1, 0)"});
  int const most = 2147483647;
  expect_error<Error>([&] { kosnn::crop(stream, most, 0, most, 5); }, {"2147483647"});
}

TEST(EventTransforms, Polarities) {
  EventStream const stream{{{3, 1, 2, 1}, {1, 3, 4, 0}, {2, 5, 6, 1}}, 8, 8};
  EXPECT_EQ(rows(kosnn::merge_polarities(stream)),
            (std::vector<Row>{{3, 1, 2, 0}, {1, 3, 4, 0}, {2, 5, 6, 0}}));
  EXPECT_EQ(rows(kosnn::select_polarity(stream, 1)),
            (std::vector<Row>{{3, 1, 2, 0}, {2, 5, 6, 0}}));
  EXPECT_EQ(rows(kosnn::select_polarity(stream, 0)), (std::vector<Row>{{1, 3, 4, 0}}));
  EXPECT_TRUE(kosnn::select_polarity(stream, 2).events.empty());
  expect_error<Error>([&] { kosnn::select_polarity(stream, -1); }, {"polarity", "-1"});
}

EventBinning binning(Shape const& shape, double dt, double duration, SameBin same = SameBin::merge,
                     Outside outside = Outside::refuse) {
  return {shape, dt, duration, same, outside};
}

TEST(EventBins, TimesAreRoundedDown) {  // PySNN: half to even, so that 1.5 ms came at 2
  EventStream const stream{{{0, 0, 0, 0},
                            {999, 1, 0, 0},
                            {1000, 2, 0, 0},
                            {1500, 0, 1, 0},
                            {1999, 1, 1, 0},
                            {2500, 2, 1, 0},
                            {3999, 2, 1, 1}},
                           3,
                           2};
  BinnedEvents const got = kosnn::bin_events(stream, binning(Shape{2, 2, 3}, 1, 4));
  EXPECT_EQ(got.times, (std::vector<double>{0, 0, 1, 1, 1, 2, 3}));
  EXPECT_EQ(got.neurons, (std::vector<int>{0, 1, 2, 3, 4, 5, 11}));
  EXPECT_EQ(got.elements, std::vector<int>(7));
  EXPECT_EQ(got.counts, std::vector<int>(7, 1));
}

TEST(EventBins, EveryStepOfDtOnTheGridIsExact) {
  for (double const dt : {0.1, 0.3, 0.7, 0.001}) {
    EventStream stream;
    auto const us = static_cast<std::int64_t>(std::llround(dt * 1000));
    for (std::int64_t step = 0; step < 1000; ++step) {
      stream.events.push_back({step * us, 0, 0, 0});            // the first microsecond of a step
      stream.events.push_back({(step + 1) * us - 1, 0, 0, 0});  // and its last
    }
    BinnedEvents const got =
        kosnn::bin_events(stream, binning(Shape{1, 1, 1}, dt, 1000 * dt, SameBin::count));
    ASSERT_EQ(got.times.size(), 1000U) << dt;
    EXPECT_EQ(got.counts, std::vector<int>(1000, 2));
    for (std::size_t k = 0; k < 1000; ++k) EXPECT_NEAR(got.times[k] / dt, double(k), 1e-9);
  }
}

TEST(EventBins, AgainstALoop) {
  EventStream const stream = random_stream(2000, 7, 5, 3, 12000);
  std::map<std::tuple<int, int>, int> counts;  // step, neuron
  for (Event const& e : stream.events)
    ++counts[{static_cast<int>(e.t / 1500), e.p * 35 + e.y * 7 + e.x}];
  for (SameBin const same : {SameBin::merge, SameBin::count, SameBin::list}) {
    EventBinning const how = binning(Shape{3, 5, 7}, 1.5, 12, same);
    EXPECT_EQ(how.steps(), 8);
    BinnedEvents const got = kosnn::bin_events(stream, how);
    std::vector<int> neurons, numbers;
    std::vector<double> times;
    for (auto const& [key, count] : counts) {
      auto const n = static_cast<std::size_t>(same == SameBin::list ? count : 1);
      neurons.insert(neurons.end(), n, std::get<1>(key));
      times.insert(times.end(), n, 1.5 * std::get<0>(key));
      numbers.insert(numbers.end(), n, same == SameBin::count ? count : 1);
    }
    EXPECT_EQ(got.neurons, neurons);
    EXPECT_EQ(got.times, times);
    EXPECT_EQ(got.counts, numbers);
    EXPECT_EQ(got.dropped, 0U);

    for (int step = 0; step < 8; ++step) {
      std::vector<float> values(105);
      for (auto const& [key, count] : counts)
        if (std::get<0>(key) == step)
          values[static_cast<std::size_t>(std::get<1>(key))] =
              same == SameBin::merge ? 1 : static_cast<float>(count);
      EXPECT_EQ(kosnn::frame_of(got, how, step), values);
    }
  }
}

TEST(EventBins, SamplesOfABatch) {
  EventBinning const how = binning(Shape{1, 1, 4}, 1, 3, SameBin::count);
  BinnedEvents const a = kosnn::bin_events({{{0, 1, 0, 0}, {2100, 2, 0, 0}}, 4, 1}, how);
  BinnedEvents const b = kosnn::bin_events({{{2200, 3, 0, 0}, {2000, 3, 0, 0}}, 4, 1}, how);
  BinnedEvents batch;
  batch.append(a, 0);
  batch.append(kosnn::bin_events({}, how), 1);  // all silent
  batch.append(b, 2);
  EXPECT_EQ(batch.neurons, (std::vector<int>{1, 2, 3}));
  EXPECT_EQ(batch.times, (std::vector<double>{0, 2, 2}));
  EXPECT_EQ(batch.elements, (std::vector<int>{0, 0, 2}));
  EXPECT_EQ(batch.counts, (std::vector<int>{1, 1, 2}));
  EXPECT_EQ(kosnn::frame_of(batch, how, 2, 0), (std::vector<float>{0, 0, 1, 0}));
  EXPECT_EQ(kosnn::frame_of(batch, how, 2, 1), (std::vector<float>(4)));
  EXPECT_EQ(kosnn::frame_of(batch, how, 2, 2), (std::vector<float>{0, 0, 0, 2}));
  EXPECT_EQ(kosnn::frame_of(batch, how, 1, 0), (std::vector<float>(4)));
  BinnedEvents const given{{0, 3}, {1, 2}, {}, {1, 1}};  // all of element 0
  EXPECT_EQ(kosnn::frame_of(given, how, 2), (std::vector<float>{0, 0, 0, 1}));
  EXPECT_EQ(kosnn::frame_of(given, how, 2, 1), (std::vector<float>(4)));
  BinnedEvents two = given;
  two.append(given, 1);
  EXPECT_EQ(two.elements, (std::vector<int>{0, 0, 1, 1}));
  for (auto const member :
       {&BinnedEvents::neurons, &BinnedEvents::elements, &BinnedEvents::counts}) {
    BinnedEvents uneven = two;
    (uneven.*member).pop_back();
    expect_error<Error>([&] { kosnn::frame_of(uneven, how, 2); }, {"frame_of", "neurons", "3"});
    expect_error<Error>([&] { uneven.append(given, 2); }, {"BinnedEvents", "neurons", "3"});
    expect_error<Error>([&] { two.append(uneven, 2); }, {"sample", "neurons", "3"});
  }
  two.times.pop_back();
  expect_error<Error>([&] { kosnn::frame_of(two, how, 2); }, {"frame_of", "times (3)"});
  expect_error<Error>([&] { batch.append(a, -1); }, {"batch element", "-1"});
  expect_error<Error>([&] { kosnn::frame_of(batch, how, 3); }, {"step 3", "3"});
  expect_error<Error>([&] { kosnn::frame_of(batch, how, -1); }, {"step -1"});
  expect_error<Error>(
      [&] {
        kosnn::frame_of(batch, binning(Shape{1, 1, 2}, 1, 3), 2, 0);
      },
      {"neuron 2", "{1, 1, 2}"});
}

TEST(EventBins, EventsOutsideAreAnErrorOrCounted) {
  for (Event const& outside : std::vector<Event>{{0, 3, 0, 0},
                                                 {0, -1, 0, 0},
                                                 {0, 0, 2, 0},
                                                 {0, 0, -1, 0},
                                                 {0, 0, 0, 1},
                                                 {0, 0, 0, -1},
                                                 {-1, 0, 0, 0},
                                                 {4000, 0, 0, 0}}) {
    EventStream const stream{{{10, 2, 1, 0}, outside, {3999, 0, 0, 0}}, 3, 2};
    EventBinning how = binning(Shape{1, 2, 3}, 2, 4);
    expect_error<Error>([&] { kosnn::bin_events(stream, how); },
                        {"event 1", "t " + std::to_string(outside.t), "{1, 2, 3}", "4 ms"});
    how.outside = Outside::drop;
    BinnedEvents const got = kosnn::bin_events(stream, how);
    EXPECT_EQ(got.dropped, 1U);
    EXPECT_EQ(got.neurons, (std::vector<int>{5, 0}));
    BinnedEvents sum;
    sum.append(got, 0);
    sum.append(got, 1);
    EXPECT_EQ(sum.dropped, 2U);
  }
}

TEST(EventBins, Errors) {
  auto const bin = [](EventBinning const& how) { kosnn::bin_events({}, how); };
  expect_error<Error>([&] { bin(binning(Shape{34, 34}, 1, 300)); }, {"{34, 34}", "polarities"});
  expect_error<Error>([&] { bin(binning(Shape{2, 0, 34}, 1, 300)); }, {"{2, 0, 34}"});
  expect_error<Error>([&] { bin(binning(Shape{1, 1, 1}, 0, 3)); }, {"dt", "0"});
  expect_error<Error>([&] { bin(binning(Shape{1, 1, 1}, 0.0005, 3)); }, {"dt", "5e-04"});
  expect_error<Error>([&] { bin(binning(Shape{1, 1, 1}, -1, 3)); }, {"dt", "-1"});
  expect_error<Error>([&] { bin(binning(Shape{1, 1, 1}, 1, 2.5)); }, {"duration", "2.5"});
  expect_error<Error>([&] { bin(binning(Shape{1, 1, 1}, 1, 0)); }, {"duration", "0"});
  EXPECT_TRUE(kosnn::bin_events({}, binning(Shape{1, 1, 1}, 1, 1)).neurons.empty());
}

struct Retina {};

/// The lists are what a network's population takes: it fires exactly these spikes.
TEST(EventBins, APopulationFiresThem) {
  using Device = Kokkos::DefaultExecutionSpace;
  EventBinning const how = binning(Shape{2, 5, 7}, 0.5, 20);
  BinnedEvents batch;
  std::vector<EventStream> streams;
  for (int b = 0; b < 3; ++b) {
    streams.push_back(random_stream(b == 1 ? 0 : 400 * (b + 1), 7, 5, 2, 20000));
    batch.append(kosnn::bin_events(streams.back(), how), b);
  }
  auto net = kosnn::make_network<Device>(
      kosnn::Config{}.dt(0.5).batch(3),
      kosnn::population(Retina{}, kosnn::SpikeArraySource{}, how.shape));
  net.get(Retina{}).set_spikes(batch.neurons, batch.times, batch.elements);
  auto& spikes = net.record(Retina{}, kosnn::Spikes{});
  net.run(20);
  EXPECT_EQ(spikes.count(), batch.neurons.size());
  std::size_t distinct = 0;
  for (EventStream const& stream : streams) {
    std::vector<Row> bins;
    for (Event const& e : stream.events) bins.emplace_back(e.t / 500, e.x, e.y, e.p);
    std::sort(bins.begin(), bins.end());
    distinct += static_cast<std::size_t>(std::unique(bins.begin(), bins.end()) - bins.begin());
  }
  EXPECT_EQ(spikes.count(), distinct);
}

}  // namespace

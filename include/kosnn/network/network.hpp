#ifndef KOSNN_NETWORK_NETWORK_HPP
#define KOSNN_NETWORK_NETWORK_HPP

#include <Kokkos_Core.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "kosnn/core/config.hpp"
#include "kosnn/core/memory.hpp"
#include "kosnn/network/detail/plan.hpp"
#include "kosnn/network/detail/room.hpp"
#include "kosnn/network/detail/run.hpp"
#include "kosnn/network/population.hpp"
#include "kosnn/network/projection.hpp"
#include "kosnn/network/spec.hpp"
#include "kosnn/recording/recorders.hpp"

namespace kosnn {

/// A network of populations and projections, made by make_network. Its parts are reached by their
/// tags; their number and types are fixed, sizes and parameters are not.
template <class Device, class Real, class... Parts>
class Network {
 public:
  using Types = detail::NetworkTypes<Device, Real, Parts...>;
  using ExecutionSpace = typename Device::execution_space;

  /// On a CPU, at most `threads` share the work.
  Network(Config const& config, int threads, Parts const&... parts);
  Network(Network&&) noexcept = default;
  Network& operator=(Network&&) noexcept = default;

  /// Simulates `ms`, a whole number of steps. Allocates nothing unless something is recorded or
  /// done at intervals.
  void run(double ms) { advance(detail::whole_steps(ms, config_.dt(), "Network::run: time")); }
  /// Simulates one step.
  void step() { advance(1); }
  /// Time in ms since construction or the last reset_state().
  double time() const { return static_cast<double>(moment_.step) * config_.dt(); }
  /// Back to time 0: state, delay buffers and traces are cleared, weights and the fields named with
  /// keep<> stay. Random numbers go on, so that the next run sees new ones.
  void reset_state();

  /// Calls action(network) after every `ms`, counted from time 0, between two steps, for what
  /// belongs there: normalisation, rewiring, new input. Recorders have seen the steps before it;
  /// actions that are due together come in the order in which they were given here. An action can
  /// do all but run the network. What one throws ends the run and skips those due with it; the
  /// network can run on from there. Throws unless `ms` is at least one step and whole steps.
  void every(double ms, std::function<void(Network&)> action);

  /// Gives a reward to every projection whose rule learns by reward, or to none where one of them
  /// throws; see Projection::reward.
  void reward(double value) { reward_all(value); }
  void reward(std::vector<double> const& values) { reward_all(values); }

  /// The population with this tag.
  template <class Tag>
  auto& get(Tag) {
    return population<Tag>();
  }
  /// The first projection (or, as projection<1>(...), the second) from one population to another.
  template <std::size_t Nth = 0, class Pre, class Post>
  auto& projection(Pre, Post) {
    constexpr std::size_t k = Types::template find_projection<Pre, Post>(Nth);
    constexpr bool found = k < Types::projection_count;
    static_assert(found, "koSNN: this network has no such projection; are the tags right?");
    if constexpr (found)
      return std::get<k>(parts_->projections);
    else
      return *this;
  }

  /// Records every spike of a population.
  template <class Tag>
  auto& record(Tag, Spikes);
  /// Keeps statistics of a population's spikes instead of the spikes; gives a SpikeAnalysis.
  template <class Tag>
  auto& record(Tag, SpikeStatistics const& what);
  /// Counts the spikes of each neuron.
  template <class Tag>
  auto& record(Tag, SpikeCounts);
  /// Records a field of a model every `every_ms` ms (0: every step).
  template <class Tag, auto Member>
  auto& record(Tag, Field<Member>, double every_ms = 0);
  /// Records a trace that the population keeps.
  template <class Tag>
  auto& record(Tag, Trace const& trace, double every_ms = 0);
  /// Records the weights of the first projection from one population to another (of the second as
  /// record_weights<1>(...)).
  template <std::size_t Nth = 0, class Pre, class Post>
  auto& record_weights(Pre, Post, double every_ms);
  /// The same of some synapses, by their positions in Projection::weights().
  template <std::size_t Nth = 0, class Pre, class Post>
  auto& record_weights(Pre, Post, double every_ms, std::vector<std::size_t> const& synapses);
  /// Records how many weights lie in each of the bins.
  template <std::size_t Nth = 0, class Pre, class Post>
  auto& record_weights(Pre, Post, double every_ms, Bins const& bins);

  /// Bytes on the device by part.
  MemoryReport memory() { return parts_->memory(); }
  /// Spikes since construction, summed over populations and batch elements.
  std::uint64_t spikes();
  /// Spikes since construction times the synapses that they reach on average: exact where all
  /// neurons of a population have as many or fire as often (else see Projection::out_degrees).
  std::uint64_t synaptic_events();

  /// Threads of a CPU that share the work (see Config::neurons_per_thread); 1 on a GPU.
  int workers() const { return plan_.workers; }

  Config const& config() const { return config_; }

 private:
  using Ends = typename Types::Ends;

  /// Kept at one address, so that recorders and users can hold references.
  struct PartsOfNetwork {
    typename Types::Populations populations;
    typename Types::Projections projections;
    detail::WorkerBarrier barrier;
    detail::Room room;
    PartsOfNetwork(Config const& config, Parts const&... specs)
        : populations(Types::make_populations(config, specs...)),
          projections(Types::make_projections(config, populations, specs...)),
          room(config.memory_limit(), [this] { return memory(); }) {}

    template <class F>
    void for_each_population(F const& f) {
      std::apply([&](auto&... p) { (f(p), ...); }, populations);
    }
    template <class F>
    void for_each_projection(F const& f) {
      std::apply([&](auto&... j) { (f(j), ...); }, projections);
    }
    void lay_out(detail::Arena& arena) {
      for_each_population([&](auto& p) {
        arena.part(p.name());
        p.data().layout(arena);
      });
      for_each_projection([&](auto& j) {
        arena.part(j.name());
        j.layout(arena);
      });
    }
    MemoryReport memory() {
      detail::Arena count(detail::Arena::Mode::count);
      lay_out(count);
      return count.report();
    }
  };

  template <class Tag>
  auto& population() {
    constexpr std::size_t k = Types::template find_population<Tag>();
    constexpr bool found = k < Types::population_count;
    static_assert(found, "koSNN: no population of this network has this tag; is it misspelt?");
    return std::get < found ? k : 0 > (parts_->populations);
  }
  template <class F>
  void for_each_population(F const& f) {
    parts_->for_each_population(f);
  }
  template <class F>
  void for_each_projection(F const& f) {
    parts_->for_each_projection(f);
  }

  void advance(std::int64_t steps);
  void act(std::int64_t step);
  template <class Reward>
  void reward_all(Reward const& reward);
  std::int64_t chunk(std::int64_t steps) const;
  template <class Made>
  Made& keep(std::unique_ptr<Made> recorder) {
    Made& made = *recorder;
    recorders_.push_back(std::move(recorder));
    return made;
  }
  template <class Projection, class Look>
  auto& look_at_weights(Projection& j, double every_ms, Look const& look);
  template <class Population>
  auto& record_state(Population& p, typename Population::Probe probe, double every_ms);

  Config config_;
  std::unique_ptr<PartsOfNetwork> parts_;
  detail::Plan plan_;
  detail::Moment moment_{0, 0};
  std::vector<std::unique_ptr<Recorder>> recorders_;
  struct Interval {
    std::int64_t steps;
    std::function<void(Network&)> action;
  };
  std::vector<std::unique_ptr<Interval>> intervals_;  // at one address: actions may add others
  bool acts_ = false;                                 // while an action is called
};

namespace detail {

/// Networks in a CPU's memory differ in the number of their threads only (Serial: one), and so are
/// of one type, which is compiled once.
template <class Device>
using NetworkDevice =
    std::conditional_t<std::is_same_v<typename Device::memory_space, Kokkos::HostSpace>,
                       Kokkos::DefaultHostExecutionSpace, Device>;

}  // namespace detail

/// Makes a network on `Device` (Kokkos::OpenMP, Kokkos::Serial, Kokkos::Cuda, or a Kokkos::Device)
/// with `Real` state and weights. `parts` are populations and projections in any order; without
/// delay, spikes reach only populations that come later. Throws kosnn::Error, naming part,
/// parameter and value, and MemoryError before too much is allocated.
template <class Device, class Real = float, class... Parts>
auto make_network(Config const& config, Parts const&... parts) {
  if constexpr (detail::check_network<Real, Parts...>())
    return Network<detail::NetworkDevice<Device>, Real, Parts...>(
        config, typename Device::execution_space().concurrency(), parts...);
}

template <class Device, class Real, class... Parts>
Network<Device, Real, Parts...>::Network(Config const& config, int threads, Parts const&... parts)
    : config_(config), parts_(std::make_unique<PartsOfNetwork>(config, parts...)) {
  detail::ProfilingRegion const region("kosnn::make_network");
  plan_ = Types::make_plan(config, threads, parts_->populations, parts_->projections);
  MemoryReport needed = memory();
  std::size_t drawing = 0;  // one projection after the other
  for_each_projection([&](auto& j) { drawing = std::max(drawing, j.bytes_while_made()); });
  if (drawing > 0) needed.add("drawing of synapses", drawing);
  detail::require_memory(needed, config_.memory_limit());
  detail::Arena allocate(detail::Arena::Mode::allocate);
  parts_->lay_out(allocate);
  Types::link_pools(parts_->populations, parts_->projections);
  for_each_population([&](auto& p) { p.set_room(parts_->room); });
  for_each_projection([&](auto& j) { j.set_room(parts_->room); });
  for_each_population([](auto& p) { p.initialise(); });
  for_each_projection([](auto& j) { j.initialise(); });
}

template <class Device, class Real, class... Parts>
void Network<Device, Real, Parts...>::reset_state() {
  for_each_population([](auto& p) { p.reset_state(); });
  for_each_projection([](auto& j) { j.reset_state(); });
  moment_.step = 0;
}

template <class Device, class Real, class... Parts>
template <class Reward>
void Network<Device, Real, Parts...>::reward_all(Reward const& reward) {
  require(Types::any_rewarded(),
          "Network::reward: no projection of this network has a rule that learns by reward");
  for_each_projection([&](auto& j) {
    if constexpr (std::decay_t<decltype(j)>::rewarded) j.check_reward(reward);
  });
  for_each_projection([&](auto& j) {
    if constexpr (std::decay_t<decltype(j)>::rewarded) j.reward(reward);
  });
}

template <class Device, class Real, class... Parts>
void Network<Device, Real, Parts...>::every(double ms, std::function<void(Network&)> action) {
  std::int64_t const steps = detail::whole_steps(ms, config_.dt(), "Network::every: interval");
  require(steps > 0, "Network::every: interval must be at least one step, got ", ms, " ms");
  require(action != nullptr, "Network::every: there is no action");
  intervals_.push_back(std::make_unique<Interval>(Interval{steps, std::move(action)}));
}

/// Calls the actions that are due after `step` steps.
template <class Device, class Real, class... Parts>
void Network<Device, Real, Parts...>::act(std::int64_t step) {
  struct Acting {
    bool& on;
    explicit Acting(bool& flag) : on(flag) { on = true; }
    ~Acting() { on = false; }
  } const acting(acts_);
  for (std::size_t k = 0, n = intervals_.size(); k < n; ++k) {
    Interval const& interval = *intervals_[k];
    if (step % interval.steps == 0) interval.action(*this);
  }
}

/// How many of `steps` can run before a recorder, check or action needs the host.
template <class Device, class Real, class... Parts>
std::int64_t Network<Device, Real, Parts...>::chunk(std::int64_t steps) const {
  if (config_.check_finite()) return 1;
  for (auto const& r : recorders_)
    steps = std::min({steps, r->room(), r->next_stop(moment_.step) - moment_.step});
  for (auto const& i : intervals_) steps = std::min(steps, i->steps - moment_.step % i->steps);
  return steps;
}

template <class Device, class Real, class... Parts>
void Network<Device, Real, Parts...>::advance(std::int64_t steps) {
  require(!acts_, "Network::run: an action of Network::every can't run the network");
  detail::ProfilingRegion const region("kosnn::run");
  for_each_projection([&](auto& j) { j.check_end(moment_.step + steps); });
  while (steps > 0) {
    auto const data =
        Types::device_data(parts_->populations, parts_->projections, plan_, parts_->barrier);
    std::int64_t const n = chunk(steps);
    detail::run_steps<ExecutionSpace, Ends>(data, moment_, n);
    std::int64_t const from = moment_.step;
    moment_.step += n;
    moment_.random_step += static_cast<std::uint64_t>(n);
    steps -= n;
    for_each_population([&](auto& p) { p.at_step(moment_.step); });
    for_each_projection([&](auto& j) { j.at_step(moment_.step); });
    for (auto const& r : recorders_) r->fetch(from, moment_.step);
    if (config_.check_finite()) for_each_population([&](auto& p) { p.require_finite(from); });
    act(moment_.step);
  }
}

template <class Device, class Real, class... Parts>
template <class Tag>
auto& Network<Device, Real, Parts...>::record(Tag, Spikes) {
  auto& p = population<Tag>();
  p.deepen_history(detail::chunk_steps(p.data().history.capacity()));
  return keep(std::make_unique<SpikeRecorder<std::decay_t<decltype(p)>>>(p, config_.dt()));
}

template <class Device, class Real, class... Parts>
template <class Tag>
auto& Network<Device, Real, Parts...>::record(Tag, SpikeStatistics const& what) {
  auto& p = population<Tag>();
  using Made = StatisticsRecorder<std::decay_t<decltype(p)>>;
  auto made =
      detail::naming(p.name(), [&] { return std::make_unique<Made>(p, what, config_.dt()); });
  p.deepen_history(detail::chunk_steps(p.data().history.capacity()));
  return keep(std::move(made)).analysis();
}

template <class Device, class Real, class... Parts>
template <class Tag>
auto& Network<Device, Real, Parts...>::record(Tag, SpikeCounts) {
  auto& p = population<Tag>();
  p.count_spikes();
  return keep(std::make_unique<SpikeCounter<std::decay_t<decltype(p)>>>(p));
}

template <class Device, class Real, class... Parts>
template <class Tag, auto Member>
auto& Network<Device, Real, Parts...>::record(Tag, Field<Member>, double every_ms) {
  auto& p = population<Tag>();
  typename std::decay_t<decltype(p)>::Probe probe;
  using Value = detail::member_value_t<Member>;
  static_assert(std::is_same_v<Value, Real> || std::is_same_v<Value, int>,
                "koSNN: fields that can be recorded are of the network's precision or int");
  if constexpr (std::is_same_v<Value, Real>)
    probe.reals = p.template view<Member>().data();
  else
    probe.ints = p.template view<Member>().data();
  return record_state(p, probe, every_ms);
}

template <class Device, class Real, class... Parts>
template <class Tag>
auto& Network<Device, Real, Parts...>::record(Tag, Trace const& trace, double every_ms) {
  auto& p = population<Tag>();
  typename std::decay_t<decltype(p)>::Probe probe;
  probe.trace = p.find_trace(trace);
  return record_state(p, probe, every_ms);
}

template <class Device, class Real, class... Parts>
template <class Population>
auto& Network<Device, Real, Parts...>::record_state(Population& p, typename Population::Probe probe,
                                                    double every_ms) {
  probe.every = std::max<std::int64_t>(
      1, detail::whole_steps(every_ms, config_.dt(), p.name(), ": interval of a recorder"));
  int const position = p.add_probe(probe);
  return keep(std::make_unique<StateRecorder<Population>>(p, position, config_.dt()));
}

template <class Device, class Real, class... Parts>
template <std::size_t Nth, class Pre, class Post>
auto& Network<Device, Real, Parts...>::record_weights(Pre pre, Post post, double every_ms) {
  return look_at_weights(projection<Nth>(pre, post), every_ms,
                         [](auto const& j) { return j.weights(); });
}

template <class Device, class Real, class... Parts>
template <std::size_t Nth, class Pre, class Post>
auto& Network<Device, Real, Parts...>::record_weights(Pre pre, Post post, double every_ms,
                                                      std::vector<std::size_t> const& synapses) {
  auto& of = projection<Nth>(pre, post);
  return look_at_weights(
      of, every_ms, [sample = of.sample(synapses)](auto const& j) { return j.weights(sample); });
}

template <class Device, class Real, class... Parts>
template <std::size_t Nth, class Pre, class Post>
auto& Network<Device, Real, Parts...>::record_weights(Pre pre, Post post, double every_ms,
                                                      Bins const& bins) {
  auto& of = projection<Nth>(pre, post);
  detail::naming(of.name(), [&] { bins.check(); });
  return look_at_weights(of, every_ms, [bins](auto const& j) { return j.histogram(bins); });
}

template <class Device, class Real, class... Parts>
template <class Projection, class Look>
auto& Network<Device, Real, Parts...>::look_at_weights(Projection& j, double every_ms,
                                                       Look const& look) {
  std::int64_t const every =
      detail::whole_steps(every_ms, config_.dt(), j.name(), ": interval of a recorder");
  require(every > 0, j.name(), ": interval of a recorder must be at least one step");
  return keep(std::make_unique<WeightRecorder<Projection, Look>>(j, look, every, config_.dt()));
}

template <class Device, class Real, class... Parts>
std::uint64_t Network<Device, Real, Parts...>::spikes() {
  std::uint64_t sum = 0;
  for_each_population([&](auto& p) { sum += p.spikes(); });
  return sum;
}

template <class Device, class Real, class... Parts>
std::uint64_t Network<Device, Real, Parts...>::synaptic_events() {
  return Types::synaptic_events(parts_->populations, parts_->projections);
}

}  // namespace kosnn

#endif

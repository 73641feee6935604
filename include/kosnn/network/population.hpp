#ifndef KOSNN_NETWORK_POPULATION_HPP
#define KOSNN_NETWORK_POPULATION_HPP

#include <Kokkos_Core.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "kosnn/core/config.hpp"
#include "kosnn/core/names.hpp"
#include "kosnn/network/detail/cells.hpp"
#include "kosnn/network/detail/host_copy.hpp"
#include "kosnn/network/detail/own_rows.hpp"
#include "kosnn/network/detail/population_data.hpp"
#include "kosnn/network/detail/room.hpp"
#include "kosnn/network/detail/run.hpp"
#include "kosnn/network/detail/source_cells.hpp"
#include "kosnn/network/source_setters.hpp"
#include "kosnn/network/spec.hpp"

namespace kosnn {
namespace detail {

/// Finds the first value that is not finite.
template <class View>
struct FirstNotFinite {
  View values;
  KOKKOS_FUNCTION void operator()(std::size_t i, std::size_t& first) const {
    if (!math::isfinite(values(i)) && i < first) first = i;
  }
};

}  // namespace detail

/// A population of a network: what can be set and read between runs. Arrays are of shape
/// (batch, neurons), neurons contiguous. What sources are given: source_setters.hpp.
template <class Device, class Real, class Spec>
class Population : public SourceSetters<Population<Device, Real, Spec>, Device, Real> {
 public:
  using Tag = typename Spec::Tag;
  using Model = typename Spec::Model;
  using Cell = detail::Cell<Device, Real, typename Spec::Given>;
  using Data = detail::PopulationData<Device, Real, Cell>;
  using Probe = detail::Probe<Device, Real>;
  using ExecutionSpace = typename Device::execution_space;
  static constexpr bool varies = detail::NeuronModel<typename Spec::Given>::varies;

  /// Made by make_network.
  Population(Spec const& spec, Config const& config, std::uint32_t stream)
      : name_("population " + detail::type_name<Tag>()),
        shape_(spec.shape()),
        dt_(config.dt()),
        kept_(spec.kept()),
        seed_(config.seed()),
        stream_(stream),
        poisson_(spec.poisson_input()),
        currents_(spec.currents()) {
    detail::naming(name_, [&] {
      auto& history = data_.history;
      history.size = shape_.size();
      history.batch = config.batch();
      history.graded = Data::graded;
      while ((1 << history.batch_bits) < history.batch) ++history.batch_bits;
      require(static_cast<std::uint64_t>(history.size) << history.batch_bits <= 1ull << 32, "of ",
              history.size, " neurons with a batch of ", history.batch,
              " is too large: their product, the batch rounded up to a power of 2, must stay below "
              "2^32");
      if constexpr (is_source) {
        Setters::prepare_source(spec.model(), RandomStream(config.seed(), stream));
      } else {
        data_.cell.random = RandomStream(config.seed(), stream);
        if constexpr (varies)
          data_.cell.model = model_of(0, make_ = spec.model());
        else
          data_.cell.model = prepared(spec.model());
      }
      if (poisson_) check_poisson_input(poisson_->rates_hz, poisson_->weights);
      check_currents(currents_);
      for (auto const& kept : spec.traces()) keep_trace(kept.trace, kept.each);
    });
  }

  /// "population Exc" for the tag `Exc`.
  std::string const& name() const { return name_; }
  Shape const& shape() const { return shape_; }
  int size() const { return data_.size(); }
  int batch() const { return data_.batch(); }

  /// Values of a field of the model's State, (batch, neurons).
  template <auto Member>
  auto field() const {
    return detail::in_order(data_.history, detail::to_host(view<Member>()));
  }
  /// Sets a field: (batch, neurons) values, or (neurons) that hold for all batch elements.
  template <auto Member>
  void set_field(std::vector<detail::member_value_t<Member>> const& values) {
    if constexpr (std::is_floating_point_v<detail::member_value_t<Member>>)
      for (std::size_t k = 0; k < values.size(); ++k)
        require(std::isfinite(values[k]), name_, ": set_field of ", detail::member_name<Member>(),
                ": the value of neuron ", k % neurons(), " is not finite");
    detail::to_device(detail::by_owner(data_.history, for_all_elements(values, "set_field")),
                      view<Member>());
  }

  /// Direct input of each neuron beside that of its synapses, added in every step from now on until
  /// it is set anew (0: none): (batch, neurons) or (neurons) values; of models that take Inputs the
  /// current in pA. reset_state() keeps it. Not for the target of a max pooling.
  void set_input(std::vector<Real> const& values) {
    static_assert(!is_source, "koSNN: set_input is for neurons; a source takes no input");
    for (std::size_t k = 0; k < values.size(); ++k)
      require(std::isfinite(values[k]), name_, ": set_input: the value of neuron ", k % neurons(),
              " is not finite");
    require_not_pooled("set_input");
    auto const all = for_all_elements(values, "set_input");
    if (data_.drive.data() == nullptr) room_->make(data_.drive, name_, "drive", all.size());
    detail::to_device(all, data_.drive);
    if (Data::inputs == 1) detail::to_device(detail::by_owner(data_.history, all), data_.input);
    data_.currents.set_at = step_;
  }
  /// Poisson input from outside the network, from now on: in each step, each neuron of each batch
  /// element independently receives `weight` as many times as events come at `rate_hz` (0: none).
  /// Every number of events has its probability to 2^-32. reset_state() keeps it. Not for the
  /// target of a max pooling.
  void set_poisson_input(double rate_hz, double weight) {
    set_poisson_input(std::vector<double>{rate_hz}, std::vector<double>{weight});
  }
  /// The same at a rate of its own for each neuron (Slices::each makes them from those of parts).
  void set_poisson_input(std::vector<double> const& rates_hz, double weight) {
    set_poisson_input(rates_hz, std::vector<double>{weight});
  }
  /// The same with a weight of its own for each neuron too.
  void set_poisson_input(std::vector<double> const& rates_hz, std::vector<double> const& weights) {
    static_assert(!is_source, "koSNN: set_poisson_input is for neurons; a source takes no input");
    detail::naming(name_, [&] { check_poisson_input(rates_hz, weights); });
    require_not_pooled("set_poisson_input");
    auto& noise = data_.noise;
    noise = {};
    std::vector<double> means;
    means.reserve(rates_hz.size());
    for (double const hz : rates_hz) means.push_back(hz * dt_ / 1000);
    detail::PoissonTables const tables(means, weights, size());
    if (tables.silent()) return;
    noise.random = RandomStream(seed_, stream_ + (3u << 24));
    room_->make(noise.stretches, name_, "poisson_stretches", tables.stretches.size());
    room_->make(noise.guide, name_, "poisson_guide", tables.guide.size());
    room_->make(noise.bounds, name_, "poisson", tables.bounds.size());
    detail::to_device(tables.stretches, noise.stretches);
    detail::to_device(tables.guide, noise.guide);
    detail::to_device(tables.bounds, noise.bounds);
  }
  /// The currents into all neurons from now on (none: {}); they add up with each other and with
  /// set_input. Their times count from construction or the last reset_state(), which keeps them.
  /// Not for the target of a max pooling.
  void set_currents(std::vector<Current> const& currents) {
    static_assert(!is_source, "koSNN: set_currents is for neurons; a source takes no input");
    detail::naming(name_, [&] { check_currents(currents); });
    require_not_pooled("set_currents");
    auto& made = data_.currents;
    made = {};
    if (currents.empty()) return;
    std::vector<detail::CurrentForm> forms;
    std::vector<detail::CurrentChange> changes;
    bool noise = false;
    for (Current const& current : currents) {
      forms.push_back(detail::current_form(current, dt_, changes));
      noise |= forms.back().is_noise();
    }
    made.random = RandomStream(seed_, stream_ + (4u << 24));
    made.set_at = step_;
    if (noise) room_->make(made.noise, name_, "current_noise", data_.history.capacity());
    room_->make(made.changes, name_, "current_changes", changes.size());
    room_->make(made.forms, name_, "currents", forms.size());
    detail::to_device(changes, made.changes);
    detail::to_device(forms, made.forms);
  }
  /// Teacher forcing: what each neuron does in every step from now on until `release`,
  /// (batch, neurons) or (neurons). A forced spike acts on targets, traces and rules like any
  /// other, also of a refractory neuron, and on the neuron as its model's `fire` says (not at all
  /// where it has none). A silenced neuron goes on as its model says, resets included, only its
  /// spikes are not emitted. reset_state() does not end it. Not for
  /// the target of a max pooling.
  void force(std::vector<Forcing> const& neurons_do) {
    static_assert(!is_source, "koSNN: force is for neurons; a source fires as it is told");
    for (std::size_t k = 0; k < neurons_do.size(); ++k)
      require(neurons_do[k] <= Forcing::silence, name_, ": force: neuron ", k % neurons(),
              " needs one of Forcing's values, got ", static_cast<int>(neurons_do[k]));
    require_not_pooled("force");
    auto const all = for_all_elements(neurons_do, "force");
    auto& forced = data_.cell.forced;
    if (forced.data() == nullptr) room_->make(forced, name_, "forced", all.size());
    detail::to_device(all, forced);
  }
  /// Ends the forcing of all neurons.
  void release() {
    static_assert(!is_source, "koSNN: release is for neurons that were forced");
    data_.cell.forced = {};
  }

  /// Spikes of all its neurons and batch elements since construction.
  std::uint64_t spikes() const {
    std::uint64_t sum = 0;
    for (std::uint64_t const s : detail::to_host(data_.total)) sum += s;
    return sum;
  }
  /// Present values of a trace that the population keeps, (batch, neurons).
  std::vector<Real> trace(Trace const& trace) const {
    auto const all = detail::to_host(data_.traces[find_trace(trace)].z);
    auto const n = static_cast<std::ptrdiff_t>(data_.history.capacity());
    auto const begin = all.begin() + (step_ == 0 ? 0 : (step_ - 1) % data_.trace_depth) * n;
    return {begin, begin + n};
  }

  // What follows is for Network and the recorders.

  Data& data() { return data_; }
  Data const& data() const { return data_; }
  /// For the arrays that are made later.
  void set_room(detail::Room const& room) { room_ = &room; }

  /// Adds a trace that was asked for; `each`, where given, holds a relaxation for every neuron.
  void keep_trace(Trace const& trace, std::optional<std::vector<Relaxation>> const& each) {
    int const k = add_trace(trace);
    if (!each) return;
    require(each->size() == neurons(), "trace: ", each->size(), " relaxations for ", neurons(),
            " neurons");
    require(!trace.of_potential,
            "trace: relaxations of each neuron are for traces of spikes, not of the potential");
    require(!data_.traces[k].own, "trace: relaxations of each neuron are given twice");
    for (std::size_t n = 0; n < neurons(); ++n)
      (*each)[n].template check<Real>(dt_, "trace of neuron ", n);
    data_.traces[k].own = true;
    own_traces_.emplace_back(k, *each);
  }
  /// Whether a trace relaxes differently for each neuron.
  bool has_own_relaxations() const { return !own_traces_.empty(); }
  /// Number of a trace, which is added unless it is kept already; `what` names it in errors.
  int add_trace(Trace const& trace, char const* what = "trace") {
    for (std::size_t k = 0; k < traces_.size(); ++k)
      if (traces_[k] == trace) return static_cast<int>(k);
    trace.relaxation.template check<Real>(dt_, what);
    require(data_.trace_count < detail::max_traces, "a population keeps at most ",
            detail::max_traces, " different traces");
    traces_.push_back(trace);
    auto& made = data_.traces[data_.trace_count];
    made.decay = Real(trace.relaxation.decay(dt_));
    made.increment = Real(trace.relaxation.gain(dt_));
    made.nearest = trace.spikes == Trace::Spikes::nearest;
    made.of_potential = trace.of_potential;
    if (trace.of_potential) {
      require(Data::has_potential, what,
              ": follows the membrane potential, which its model does not have (a member v of its "
              "State, among the fields)");
      made.increment = Real(trace.relaxation.alpha() * (1 - trace.relaxation.decay(dt_)));
    }
    require(trace.of_potential || trace.delay == 0, what,
            ": only one of the potential has a delay");
    made.ago = static_cast<int>(detail::whole_steps(trace.delay, dt_, what));
    return data_.trace_count++;
  }
  std::vector<Trace> const& traces() const { return traces_; }
  int find_trace(Trace const& trace) const {
    for (std::size_t k = 0; k < traces_.size(); ++k)
      if (traces_[k] == trace) return static_cast<int>(k);
    throw Error(name_ + ": keeps no such trace; declare it with .trace(...)");
  }
  /// A field as it lies, by owner (OwnRows).
  template <auto Member>
  auto const& view() const {
    constexpr std::size_t k = detail::field_index<Member>(typename Model::fields{});
    static_assert(k < Model::fields::size, "koSNN: this is not one of the model's fields");
    return detail::get<k>(data_.cell.fields.views);
  }
  /// Makes room for the spikes of at least `steps` steps, keeping those that are in flight.
  void deepen_history(std::int64_t steps) {
    auto const old = data_.history;
    if (steps <= old.depth) return;
    auto& history = data_.history;
    std::size_t const spike = sizeof(std::uint32_t) + (old.graded ? sizeof(Real) : 0),
                      heads = static_cast<std::size_t>(old.workers) * sizeof(detail::SpikeHead);
    room_->require_bytes(name_, static_cast<std::size_t>(steps) * (old.capacity() * spike + heads));
    history.depth = static_cast<int>(steps);
    detail::Arena arena(detail::Arena::Mode::allocate);
    arena.part(name_);
    history.layout(arena);
    for (std::int64_t step = std::max<std::int64_t>(0, step_ - old.depth); step < step_; ++step)
      copy_slot(old, old.slot(step), history.slot(step));
  }
  /// Adds a probe; its buffer is made here.
  int add_probe(Probe probe) {
    require(data_.probe_count < detail::max_probes, name_, ": at most ", detail::max_probes,
            " recorders of state variables and traces");
    probe.room = static_cast<int>(detail::chunk_steps(data_.history.capacity()));
    room_->make(probe.buffer, name_, "probe",
                static_cast<std::size_t>(probe.room) * data_.history.capacity());
    data_.probes[data_.probe_count] = probe;
    return data_.probe_count++;
  }
  /// Counts the spikes of each neuron from now on.
  void count_spikes() {
    if (data_.counts.data() == nullptr)
      room_->make(data_.counts, name_, "counts", data_.history.capacity());
  }
  /// Step that comes next, for `trace`.
  void at_step(std::int64_t step) { step_ = step; }

  void reset_state() {
    detail::reset_population<ExecutionSpace>(data_, fresh_ ? 0U : kept_);
    if constexpr (detail::is_source<Model>) Setters::reset_source();
    fresh_ = false;
    step_ = 0;
  }

  /// After the arrays have been made.
  void initialise() {
    if constexpr (is_source) Setters::initialise_source();
    if constexpr (varies) detail::naming(name_, [&] { store_parameters(); });
    for (auto const& [k, each] : own_traces_) store_relaxations(each, data_.traces[k]);
    own_traces_.clear();
    if constexpr (!is_source) {
      if (poisson_) set_poisson_input(poisson_->rates_hz, poisson_->weights);
      if (!currents_.empty()) set_currents(currents_);
      currents_.clear();
    }
    reset_state();
  }

  /// Throws an Error that names the first neuron with a state variable that is not finite.
  void require_finite(std::int64_t step) {
    if constexpr (!is_source)
      data_.cell.fields.for_each([&](auto const& values, std::string const& field) {
        using View = std::decay_t<decltype(values)>;
        std::size_t first = values.extent(0);
        Kokkos::parallel_reduce(
            "kosnn::finite",
            Kokkos::RangePolicy<ExecutionSpace, Kokkos::IndexType<std::size_t>>(0, first),
            detail::FirstNotFinite<View>{values}, Kokkos::Min<std::size_t>(first));
        if (first >= values.extent(0)) return;
        auto const all = detail::in_order(data_.history, detail::to_host(values));
        auto const at = static_cast<std::size_t>(
            std::find_if(all.begin(), all.end(),
                         [](auto value) { return !std::isfinite(static_cast<double>(value)); }) -
            all.begin());
        require(at == all.size(), name_, ": ", field, " of neuron ", at % neurons(),
                " (batch element ", at / neurons(), ") is not finite after step ", step, " (",
                static_cast<double>(step) * dt_, " ms)");
      });
  }

 private:
  static constexpr bool is_source = detail::is_source<Model>;
  using Setters = SourceSetters<Population, Device, Real>;
  friend Setters;

  static constexpr std::size_t max_currents = 512;  // that random numbers tell apart

  std::size_t neurons() const { return static_cast<std::size_t>(size()); }

  /// What a max-pooled population emits and its traces are those of the neurons that win.
  void require_not_pooled(char const* what) const {
    require(data_.pooled.size == 0, name_, ": ", what,
            ": max pooling decides what it does; do so to the source of the pooling");
  }
  void check_poisson_input(std::vector<double> const& rates_hz,
                           std::vector<double> const& weights) const {
    for (auto const& [values, what] : {std::pair(&rates_hz, "rates"), {&weights, "weights"}})
      require(values->size() == 1 || values->size() == neurons(), "Poisson input: takes ",
              neurons(), " ", what, " or one, got ", values->size());
    for (std::size_t n = 0; n < rates_hz.size(); ++n) {
      double const hz = rates_hz[n];
      auto const of = rates_hz.size() == 1 ? "" : " of neuron " + std::to_string(n);
      require(std::isfinite(hz) && hz >= 0, "Poisson input: the rate", of,
              " must be at least 0 Hz, got ", hz);
      require(hz * dt_ / 1000 <= detail::PoissonTable::most, "Poisson input: ", hz, " Hz", of,
              " are more than ", detail::PoissonTable::most, " events in a step");
    }
    for (double const weight : weights)
      detail::require_finite<Real>(weight, "Poisson input: the weight");
  }
  void check_currents(std::vector<Current> const& currents) const {
    double most = 0;
    for (std::size_t k = 0; k < currents.size(); ++k) {
      detail::naming("current " + std::to_string(k),
                     [&] { detail::check_current<Real>(currents[k], dt_); });
      most += detail::largest(currents[k]);
    }
    require(currents.size() <= max_currents, currents.size(), " currents, at most ", max_currents);
    detail::require_finite<Real>(most, "the sum of all currents");
  }
  void check_size(std::size_t got, char const* what) const {
    require(got == neurons() || got == data_.history.capacity(), name_, ": ", what, " takes ",
            neurons(), " values (or ", batch(), " x ", neurons(), " with the batch), got ", got);
  }
  Model prepared(Model model) const {
    if constexpr (detail::HasPrepare<Model>::value) model.prepare(dt_);
    return model;
  }
  /// The model of one neuron; errors name it.
  Model model_of(int neuron, PerNeuron<Model> const& given) const {
    return detail::naming("neuron " + std::to_string(neuron), [&] {
      Neuron one(neuron, data_.cell.random);
      return prepared(given.make(one));
    });
  }
  /// The parameters of each neuron: that of neuron 0 is known already.
  void store_parameters() {
    using Parameters = typename detail::Parameters<typename Spec::Given>::type;
    using HostStorage = detail::FieldStorage<Kokkos::HostSpace, Model, Parameters>;
    HostStorage host;
    host.for_each([&](auto& view, std::string const& name) {
      view = std::decay_t<decltype(view)>("kosnn::" + name, neurons());
    });
    for (int n = 0; n < size(); ++n)
      HostStorage::store(host.pointers(), static_cast<std::size_t>(n),
                         n == 0 ? data_.cell.model : model_of(n, make_));
    data_.cell.parameters.copy_from(host);
    make_ = {};
  }
  void store_relaxations(std::vector<Relaxation> const& each,
                         detail::TraceData<Device, Real> const& trace) {
    std::vector<Real> values(each.size());
    auto const store = [&](auto const& view, auto const& value) {
      std::transform(each.begin(), each.end(), values.begin(),
                     [&](Relaxation const& r) { return Real(value(r)); });
      detail::to_device(values, view);
    };
    store(trace.decays, [&](Relaxation const& r) { return r.decay(dt_); });
    store(trace.increments, [&](Relaxation const& r) { return r.gain(dt_); });
  }
  /// One step's spikes from the ring `old` into the present one.
  void copy_slot(decltype(Data::history) const& old, int from, int to) {
    auto const copy = [](auto const& source, auto const& target, std::size_t begin, std::size_t end,
                         std::size_t other) {
      Kokkos::deep_copy(Kokkos::subview(target, std::make_pair(other, other + end - begin)),
                        Kokkos::subview(source, std::make_pair(begin, end)));
    };
    std::size_t const n = old.capacity();
    auto const row = [](int slot, std::size_t width) {
      return static_cast<std::size_t>(slot) * width;
    };
    copy(old.entries, data_.history.entries, row(from, n), row(from + 1, n), row(to, n));
    if (old.graded)
      copy(old.values, data_.history.values, row(from, n), row(from + 1, n), row(to, n));
    auto const heads = static_cast<std::size_t>(old.workers);
    copy(old.heads, data_.history.heads, row(from, heads), row(from + 1, heads), row(to, heads));
  }
  template <class T>
  std::vector<T> for_all_elements(std::vector<T> values, char const* what) const {
    std::size_t const given = values.size();
    check_size(given, what);
    values.resize(data_.history.capacity());
    for (std::size_t k = given; k < values.size(); ++k) values[k] = values[k - neurons()];
    return values;
  }

  std::string name_;
  Shape shape_;
  double dt_;
  unsigned kept_;
  std::uint64_t seed_;
  std::uint32_t stream_;
  std::optional<typename Spec::PoissonInput> poisson_;  // as declared
  std::vector<Current> currents_;                       // the same, until they are entered
  bool fresh_ = true;                                   // never reset so far: nothing to keep
  std::int64_t step_ = 0;
  detail::Room const* room_ = nullptr;
  std::vector<Trace> traces_;
  // Until the arrays are made.
  PerNeuron<Model> make_;
  std::vector<std::pair<int, std::vector<Relaxation>>> own_traces_;
  Data data_;
};

}  // namespace kosnn

#endif

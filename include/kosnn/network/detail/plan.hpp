#ifndef KOSNN_NETWORK_DETAIL_PLAN_HPP
#define KOSNN_NETWORK_DETAIL_PLAN_HPP

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <tuple>
#include <typeindex>
#include <utility>

#include "kosnn/network/detail/run.hpp"
#include "kosnn/network/population.hpp"
#include "kosnn/network/projection.hpp"

namespace kosnn::detail {

/// What follows from the delays: the order of work within a step, and how far workers may run
/// ahead.
struct Plan {
  int levels = 1;
  int workers = 1;
  int interval = 1;
  bool wait_before_learning = false;
};

/// Positions of source and target among the populations, for each projection.
template <class... Pairs>
struct EndList;
template <std::size_t Source, std::size_t Target>
struct EndPair {
  static constexpr std::size_t source = Source, target = Target;
};
template <class... Pairs>
struct EndList {
  static constexpr std::size_t sources[sizeof...(Pairs) + 1] = {Pairs::source..., 0};
  static constexpr std::size_t targets[sizeof...(Pairs) + 1] = {Pairs::target..., 0};
  static constexpr std::size_t source(std::size_t k) { return sources[k]; }
  static constexpr std::size_t target(std::size_t k) { return targets[k]; }
};

template <class Device, class Real, class... Parts>
struct NetworkTypes {
  template <class Part>
  static auto population_of() {
    if constexpr (IsPopulation<Part>::value)
      return std::tuple<Population<Device, Real, Part>*>();
    else
      return std::tuple<>();
  }
  template <class Part>
  static auto projection_of() {
    if constexpr (IsProjection<Part>::value)
      return std::tuple<Projection<Device, Real, Part>*>();
    else
      return std::tuple<>();
  }
  template <class Tuple>
  struct Pointed;
  template <class... T>
  struct Pointed<std::tuple<T*...>> {
    using values = std::tuple<T...>;
    using data = Pack<typename T::Data...>;
  };
  using PopulationPointers = decltype(std::tuple_cat(population_of<Parts>()...));
  using ProjectionPointers = decltype(std::tuple_cat(projection_of<Parts>()...));
  using Populations = typename Pointed<PopulationPointers>::values;
  using Projections = typename Pointed<ProjectionPointers>::values;
  static constexpr std::size_t population_count = std::tuple_size_v<Populations>;
  static constexpr std::size_t projection_count = std::tuple_size_v<Projections>;

  /// Position of a tag among the populations, or their number.
  template <class Tag>
  static constexpr std::size_t find_population() {
    std::size_t position = 0, found = population_count;
    auto const look = [&](bool is_population, bool same) {
      if (is_population && same) found = position;
      if (is_population) ++position;
    };
    (look(IsPopulation<Parts>::value, has_tag<Tag, Parts>() == 1), ...);
    return found;
  }
  template <class Pre, class Post, class Part>
  static constexpr bool connects() {
    if constexpr (IsProjection<Part>::value)
      return std::is_same_v<typename Part::Pre, Pre> && std::is_same_v<typename Part::Post, Post>;
    else
      return false;
  }
  /// Position of the `nth` projection from Pre to Post, or the number of projections.
  template <class Pre, class Post>
  static constexpr std::size_t find_projection(std::size_t nth) {
    std::size_t position = 0, seen = 0, found = projection_count;
    auto const look = [&](bool is_projection, bool same) {
      if (same && seen++ == nth) found = position;
      if (is_projection) ++position;
    };
    (look(IsProjection<Parts>::value, connects<Pre, Post, Parts>()), ...);
    return found;
  }

  template <class Part>
  static constexpr bool is_rewarded() {
    if constexpr (IsProjection<Part>::value)
      return HasEligibility<typename Part::Rule>::value ||
             acts_on_reward<typename Part::Rule, Real>;
    else
      return false;
  }
  static constexpr bool any_rewarded() { return (is_rewarded<Parts>() || ...); }

  template <class Part>
  static auto ends_of() {
    if constexpr (IsProjection<Part>::value)
      return std::tuple<EndPair<find_population<typename Part::Pre>(),
                                find_population<typename Part::Post>()>*>();
    else
      return std::tuple<>();
  }
  template <class Tuple>
  struct MakeEnds;
  template <class... Pairs>
  struct MakeEnds<std::tuple<Pairs*...>> {
    using type = EndList<Pairs...>;
  };
  using Ends = typename MakeEnds<decltype(std::tuple_cat(ends_of<Parts>()...))>::type;
  using Data = NetworkData<typename Pointed<PopulationPointers>::data,
                           typename Pointed<ProjectionPointers>::data, Ends>;

  static Populations make_populations(Config const& config, Parts const&... parts) {
    std::uint32_t stream = 0;
    auto const make = [&](auto const& part) {
      using Part = std::decay_t<decltype(part)>;
      ++stream;
      if constexpr (IsPopulation<Part>::value)
        return std::tuple<Population<Device, Real, Part>>(
            Population<Device, Real, Part>(part, config, stream));
      else
        return std::tuple<>();
    };
    // Braces fix the order of evaluation.
    using Made = std::tuple<decltype(make(parts))...>;
    return std::apply([](auto&&... made) { return std::tuple_cat(std::move(made)...); },
                      Made{make(parts)...});
  }
  /// How many projections before number `k` have the same ends.
  static int number_of(std::size_t k) {
    int n = 0;
    for (std::size_t other = 0; other < k; ++other)
      n += Ends::source(other) == Ends::source(k) && Ends::target(other) == Ends::target(k);
    return n;
  }
  static Projections make_projections(Config const& config, Populations& populations,
                                      Parts const&... parts) {
    std::uint32_t stream = 0;
    std::size_t made = 0;
    auto const make = [&](auto const& part) {
      using Part = std::decay_t<decltype(part)>;
      ++stream;
      if constexpr (IsProjection<Part>::value) {
        int const number = number_of(made++);
        auto& pre = std::get<find_population<typename Part::Pre>()>(populations);
        auto& post = std::get<find_population<typename Part::Post>()>(populations);
        return std::tuple<Projection<Device, Real, Part>>(
            Projection<Device, Real, Part>(part, config, stream, number, pre, post));
      } else {
        return std::tuple<>();
      }
    };
    using Made = std::tuple<decltype(make(parts))...>;
    return std::apply([](auto&&... parts_made) { return std::tuple_cat(std::move(parts_made)...); },
                      Made{make(parts)...});
  }

  /// Levels, intervals and depths; also writes them into the populations.
  static Plan make_plan(Config const& config, int threads, Populations& populations,
                        Projections& projections) {
    using Each = std::make_index_sequence<projection_count>;
    share_pooled_traces(populations, projections);
    Plan plan;
    int shortest = max_interval;
    plan.levels = set_levels(populations, projections);
    for_each(Each{}, [&](auto k) {
      auto const& j = std::get<k>(projections);
      using Projection = std::decay_t<decltype(j)>;
      plan.wait_before_learning |=
          j.data().immediate_trace || (Projection::shares_weights && Projection::plastic);
      int const heard = j.data().arrival_age(j.min_delay());  // where its synapses learn
      plan.wait_before_learning |= heard == 0 && j.min_delay() > 0;
      shortest = std::min(shortest, std::max(1, heard));
    });
    for_each_rewarding(populations, projections,
                       [&](auto& j, auto&) { shortest = std::min(shortest, j.modulation.delay); });
    plan.interval = plan.levels > 1 || plan.wait_before_learning ? 1 : shortest;
    std::size_t neurons = 0;
    int blocks = 1;
    for_each(std::make_index_sequence<population_count>{}, [&](auto k) {
      auto const& history = std::get<k>(populations).data().history;
      neurons += static_cast<std::size_t>(history.size);
      blocks = std::max(blocks, (history.size - 1) / ownership_block + 1);
    });
    std::size_t const share = static_cast<std::size_t>(config.neurons_per_thread());
    plan.workers = worker_count<typename Device::execution_space>(
        std::min<std::size_t>(static_cast<std::size_t>(blocks),
                              std::max<std::size_t>(1, neurons / share)),
        threads);
    for_each(std::make_index_sequence<population_count>{},
             [&](auto k) { std::get<k>(populations).data().history.workers = plan.workers; });
    for_each(Each{}, [&](auto k) {
      auto& j = std::get<k>(projections);
      auto& pre = std::get<Ends::source(k)>(populations).data();
      j.set_workers(plan.workers);
      j.set_interval(plan.interval);
      j.data().present_trace = Ends::source(k) < Ends::target(k);
      using Projection = std::decay_t<decltype(j)>;
      using Rule = typename Projection::Rule;
      auto& post = std::get<Ends::target(k)>(populations).data();
      int const depth = j.max_delay() + plan.interval;
      pre.history.depth = std::max(pre.history.depth, depth);
      j.data().short_term.depth = depth;
      bool const sees_traces = sees_pre_trace<Rule, Real> && !j.data().replay.on;
      if (sees_traces || j.subtracts_traces() || Projection::takes_maximum)
        pre.trace_depth = std::max(pre.trace_depth, depth + j.data().seen.ago);
      if constexpr (SeesOwnPreTrace<Rule, Real>::value)
        pre.trace_depth = std::max(pre.trace_depth, depth + 1);
      int const lag = j.data().longest_lag;
      int const back = lag + std::max(j.data().met.ago, int(HasOwnPostTrace<Rule>::value));
      post.trace_depth = std::max(post.trace_depth, back + 1);
      if (lag > 0) post.history.depth = std::max(post.history.depth, lag + plan.interval);
    });
    for_each_rewarding(populations, projections, [&](auto& j, auto& population) {
      population.history.depth =
          std::max(population.history.depth, j.modulation.delay + plan.interval);
    });
    for_each(std::make_index_sequence<population_count>{}, [&](auto k) {
      auto& population = std::get<k>(populations).data();
      population.trace_depth += population.longest_ago();
    });
    order_spikes(populations, projections);
    return plan;
  }

  /// Lets max-pooled populations find the traces of their sources, once the arrays are made.
  static void link_pools(Populations& populations, Projections const& projections) {
    for_each(std::make_index_sequence<projection_count>{}, [&](auto k) {
      using Projection = std::decay_t<decltype(std::get<k>(projections))>;
      if constexpr (Projection::takes_maximum) {
        auto& pre = std::get<Ends::source(k)>(populations);
        auto& post = std::get<Ends::target(k)>(populations);
        post.data().pooled.depth = pre.data().trace_depth;
        for (std::size_t t = 0; t < post.traces().size(); ++t)
          post.data().pooled.z[t] = pre.data().traces[pre.find_trace(post.traces()[t])].z;
      }
    });
  }

  /// Calls f(projection, population) for each projection that is rewarded by a population's spikes.
  template <class F>
  static void for_each_rewarding(Populations& populations, Projections& projections, F const& f) {
    for_each(std::make_index_sequence<projection_count>{}, [&](auto k) {
      auto& j = std::get<k>(projections);
      if constexpr (std::decay_t<decltype(j)>::has_eligibility) {
        if (!j.rewarding()) return;
        bool found = false;
        for_each(std::make_index_sequence<population_count>{}, [&](auto p) {
          auto& population = std::get<p>(populations);
          using Tag = typename std::decay_t<decltype(population)>::Tag;
          if (j.rewarding()->tag != std::type_index(typeid(Tag))) return;
          found = true;
          f(j.data(), population.data());
        });
        require(found, j.name(), ": rewarded_by: no population of this network has the tag ",
                j.rewarding()->name);
      }
    });
  }

  /// The device sides of all parts, as kernels take them.
  static Data device_data(Populations& populations, Projections& projections, Plan const& plan,
                          WorkerBarrier& barrier) {
    for_each_rewarding(populations, projections, [](auto& j, auto& population) {
      j.modulation.history = population.history;
    });
    choose_arrivals(populations, projections);
    return {std::apply([](auto const&... p) { return typename Data::population_data(p.data()...); },
                       populations),
            std::apply([](auto const&... j) { return typename Data::projection_data(j.data()...); },
                       projections),
            plan.levels,
            plan.workers,
            plan.interval,
            plan.wait_before_learning,
            &barrier};
  }

  static std::uint64_t synaptic_events(Populations const& populations,
                                       Projections const& projections) {
    std::uint64_t sum = 0;
    for_each(std::make_index_sequence<projection_count>{}, [&](auto k) {
      auto const& j = std::get<k>(projections);
      auto const& pre = std::get<Ends::source(k)>(populations);
      double const fan_out = double(j.synapses()) / pre.size();
      sum += static_cast<std::uint64_t>(std::llround(double(pre.spikes()) * fan_out));
    });
    return sum;
  }

 private:
  static constexpr int max_interval = 64;

  /// What arrives is added to the state itself where nothing but static synapses with weights of
  /// their own lead to a population, a step at a time: others fill the array of inputs, or learn
  /// before they deliver from what the update changes.
  static void choose_arrivals(Populations& populations, Projections const& projections) {
    for_each(std::make_index_sequence<population_count>{}, [&](auto p) {
      auto& population = std::get<p>(populations).data();
      if constexpr (std::decay_t<decltype(population)>::adds_arrivals) {
        bool simple = !population.noise.on();
        for_each(std::make_index_sequence<projection_count>{}, [&](auto k) {
          auto const& j = std::get<k>(projections);
          using Projection = std::decay_t<decltype(j)>;
          if constexpr (Ends::target(k) == p)
            simple &=
                !Projection::plastic && !Projection::shares_weights && j.data().ahead.steps == 0;
        });
        population.arrives_after = simple;
      }
    });
  }

  /// Convolutions that do not learn read spikes one batch element after the other, which are
  /// quicker to list and to deliver so; sums of changes need them by neuron, to be the same for any
  /// number of workers.
  static void order_spikes(Populations& populations, Projections const& projections) {
    for_each(std::make_index_sequence<population_count>{}, [&](auto k) {
      auto& history = std::get<k>(populations).data().history;
      history.by_element = history.batch > 1 && channels_read_only<k>(projections);
    });
  }
  template <std::size_t P>
  static bool channels_read_only(Projections const& projections) {
    bool only = true;
    for_each(std::make_index_sequence<projection_count>{}, [&](auto k) {
      using Projection = std::decay_t<decltype(std::get<k>(projections))>;
      using Space = typename Device::execution_space;
      if (Ends::source(k) == P || Ends::target(k) == P) only &= !Projection::plastic;
      if (Ends::source(k) == P) only &= delivers_channels<Space>(std::get<k>(projections).data());
    });
    return only;
  }

  /// Sources of max-pooled populations keep the traces that these are asked for.
  static void share_pooled_traces(Populations& populations, Projections const& projections) {
    for (std::size_t pass = 0; pass < projection_count; ++pass)  // pools may follow one another
      for_each(std::make_index_sequence<projection_count>{}, [&](auto k) {
        auto const& j = std::get<k>(projections);
        if constexpr (std::decay_t<decltype(j)>::takes_maximum) {
          auto& pre = std::get<Ends::source(k)>(populations);
          for (Trace const& trace : std::get<Ends::target(k)>(populations).traces())
            naming(j.name(), [&] { return pre.add_trace(trace); });
        }
      });
  }

  /// Puts each population above those whose spikes of the same step it needs, whatever the order
  /// of the projections; returns the number of levels.
  static int set_levels(Populations& populations, Projections& projections) {
    int levels = 1;
    for (bool changed = true; changed;) {
      changed = false;
      for_each(std::make_index_sequence<projection_count>{}, [&](auto k) {
        auto const& j = std::get<k>(projections);
        if (j.min_delay() > 0 && !needs_present_trace(k, j)) return;
        require(
            Ends::source(k) < Ends::target(k), j.name(),
            ": delay 0 needs a source that is declared before the target; give it a delay of at "
            "least one step");
        auto const& pre = std::get<Ends::source(k)>(populations).data();
        auto& post = std::get<Ends::target(k)>(populations).data();
        if (post.level > pre.level) return;
        post.level = pre.level + 1;
        levels = std::max(levels, post.level + 1);
        changed = true;
      });
    }
    return levels;
  }

  /// Whether a target subtracts the traces that its source has in the same step.
  template <class Index, class Projection>
  static bool needs_present_trace(Index k, Projection const& j) {
    return j.subtracts_traces() && j.data().immediate_trace && Ends::source(k) < Ends::target(k);
  }

  template <class F, std::size_t... K>
  static void for_each(std::index_sequence<K...>, F const& f) {
    (f(std::integral_constant<std::size_t, K>{}), ...);
  }
};

}  // namespace kosnn::detail

#endif

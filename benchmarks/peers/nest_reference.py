"""Writes a network of 200 neurons and what it does in NEST to tests/golden/nest/, spike for spike,
for tests that need no NEST. A seed is taken only if a plain simulation (naive.py), which sums in
another order, gives the same spikes: no potential may lie so close to the threshold that rounding
decides.

    python nest_reference.py [--out FOLDER] [--seed SEED]     with nest-simulator from PyPI

Formats: tests/golden/nest/README.md."""

import argparse
import pathlib
import random

import nest

import naive

DT, STEPS, NEURONS, SOURCES = 0.1, 10_000, 200, 50
IN_DEGREE, INPUT_DEGREE, RATE_HZ, LONGEST = 15, 10, 50, 20
GOLDEN = pathlib.Path(__file__).parents[2] / "tests" / "golden" / "nest"
CELL = {"C_m": 250.0, "tau_m": 10.0, "E_L": -70.0, "V_th": -55.0, "V_reset": -65.0, "t_ref": 2.0,
        "I_e": 360.0}
SYNAPSES = {"tau_syn_ex": 2.0, "tau_syn_in": 3.0}
# By model: parameters, and what weights are stored in units of (mV or pA).
MODELS = {"iaf_psc_delta": (CELL, 1.25), "iaf_psc_exp": (CELL | SYNAPSES, 125.0),
          "iaf_psc_alpha": (CELL | SYNAPSES, 50.0)}


def draw(seed):
    """Synapses (source, target, weight, delay in steps) from the sources and among the neurons,
    and the steps in which each source fires. Neurons may connect to themselves and more than
    once."""
    random_ = random.Random(seed)

    def synapses(sources, degree, low, high):
        return [(random_.randrange(sources), target, round(random_.uniform(low, high), 2) or 0.01,
                 random_.randint(1, LONGEST)) for target in range(NEURONS) for _ in range(degree)]

    inputs = synapses(SOURCES, INPUT_DEGREE, -0.5, 0.9)
    edges = synapses(NEURONS, IN_DEGREE, -0.8, 0.7)
    spikes = [[s for s in range(STEPS) if random_.random() < RATE_HZ * DT / 1000]
              for _ in range(SOURCES)]
    return inputs, edges, spikes


def connect(sources, targets, synapses, unit):
    pre, post, weights, delays = zip(*synapses)
    nest.Connect([sources[k].global_id for k in pre], [targets[k].global_id for k in post],
                 "one_to_one", {"weight": [w * unit for w in weights],
                                "delay": [d * DT for d in delays]})


def in_nest(model, inputs, edges, spikes):
    """Steps in which each neuron fires. Step s leads to time 0.1 (s + 1) ms, which NEST stamps on
    its spikes."""
    parameters, unit = MODELS[model]
    nest.ResetKernel()
    nest.resolution = DT
    cells = nest.Create(model, NEURONS, params=parameters)
    sources = nest.Create("spike_generator", SOURCES, params=[
        {"spike_times": [round((s + 1) * DT, 1) for s in steps]} for steps in spikes])
    recorder = nest.Create("spike_recorder", params={"time_in_steps": True})
    nest.Connect(cells, recorder)
    connect(sources, cells, inputs, unit)
    connect(cells, cells, edges, unit)
    nest.Simulate(STEPS * DT + 1)
    fired = [[] for _ in range(NEURONS)]
    events = recorder.events
    for stamp, sender in sorted(zip(events["times"], events["senders"])):
        if stamp <= STEPS:
            fired[sender - cells[0].global_id].append(int(stamp) - 1)
    return fired


def lists(word, rows):
    return [" ".join(map(str, [word, number, *row])) for number, row in enumerate(rows)]


def write_network(folder, seed, inputs, edges, spikes):
    lines = [f"# {NEURONS} neurons, {SOURCES} sources; by benchmarks/peers/nest_reference.py, "
             f"seed {seed}"]
    lines += ["i {} {} {:g} {}".format(*s) for s in inputs]
    lines += ["e {} {} {:g} {}".format(*s) for s in edges]
    lines += lists("s", spikes)
    (folder / "network.txt").write_text("\n".join(lines) + "\n")


def write_spikes(folder, model, fired):
    parameters, unit = MODELS[model]
    lines = [f"# {model}, NEST {nest.__version__}, dt {DT} ms, in the network of network.txt"]
    lines += [f"parameter {name} {value!r}" for name, value in parameters.items()]
    lines += [f"unit {unit!r}", *lists("f", fired)]
    (folder / f"network_{model}.txt").write_text("\n".join(lines) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=pathlib.Path, default=GOLDEN)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    nest.verbosity = nest.VerbosityLevel.ERROR
    args.out.mkdir(parents=True, exist_ok=True)
    network = draw(args.seed)
    write_network(args.out, args.seed, *network)
    for model, (parameters, unit) in MODELS.items():
        fired = in_nest(model, *network)
        expected, margin = naive.simulate(model, parameters, DT, NEURONS, STEPS, *network, unit)
        rates = sorted(len(f) * 1000 / (STEPS * DT) for f in fired)
        print(f"{model}: {sum(map(len, fired))} spikes, {rates[0]:g} to {rates[-1]:g} Hz (median "
              f"{rates[NEURONS // 2]:g}); nearest to the threshold {margin:.1e} mV")
        if fired != expected:
            raise SystemExit(f"naive.py gives other spikes with seed {args.seed}: take another")
        write_spikes(args.out, model, fired)


if __name__ == "__main__":
    main()

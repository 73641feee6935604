"""The sparse networks that koSNN is measured with, as its peers' scripts build them: what
kosnn_brunel, kosnn_vogels_abbott and kosnn_microcircuit simulate. Times in ms, potentials in mV,
currents in pA, conductances in nS, rates in Hz; without units where a dictionary says so."""

import argparse
import json
import math
import resource
import sys

import numpy

DT = 0.1

# Brunel (2000), model A: jumps of the potential; 20 kHz of external spikes to each neuron.
BRUNEL = {"excitatory": 8000, "inhibitory": 2000, "in_exc": 800, "in_inh": 200, "tau": 20.0,
          "threshold": 20.0, "reset": 10.0, "t_ref": 2.0, "weight": 0.1, "g": 5.0, "delay": 1.5,
          "external_hz": 20_000.0}

# Additive STDP of its synapses between excitatory neurons, all pairs of spikes: weights change by
# `step` of the largest at a postsynaptic spike, by `ratio` times as much at an arrival.
STDP = {"tau": 20.0, "w_max": 0.2, "step": 0.01, "ratio": 1.05}

# Vogels & Abbott (2005) as Brette et al. (2007) have them, benchmarks 2 and 1, with fixed numbers
# of synapses. Potentials start at random between reset and threshold; a current keeps COBA going.
CUBA = {"excitatory": 3200, "inhibitory": 800, "in_exc": 64, "in_inh": 16, "tau": 20.0,
        "c_m": 200.0, "e_l": -49.0, "threshold": -50.0, "reset": -60.0, "t_ref": 5.0, "tau_ex": 5.0,
        "tau_in": 10.0, "w_ex": 16.2, "w_in": -139.5, "delay": 0.1, "i_e": 0.0}
COBA = {**CUBA, "e_l": -60.0, "e_ex": 0.0, "e_in": -80.0, "w_ex": 6.0, "w_in": 67.0, "g_l": 10.0,
        "i_e": 200.0}

# Potjans & Diesmann (2014). Connection probabilities by target (row) and source.
POPULATIONS = ["L23E", "L23I", "L4E", "L4I", "L5E", "L5I", "L6E", "L6I"]
MICROCIRCUIT = {
    "sizes": [20683, 5834, 21915, 5479, 4850, 1065, 14395, 2948],
    "external": [1600, 1500, 2100, 1900, 2000, 1900, 2900, 2100], "external_hz": 8.0,
    "probability": [
        [0.1009, 0.1689, 0.0437, 0.0818, 0.0323, 0, 0.0076, 0],
        [0.1346, 0.1371, 0.0316, 0.0515, 0.0755, 0, 0.0042, 0],
        [0.0077, 0.0059, 0.0497, 0.135, 0.0067, 0.0003, 0.0453, 0],
        [0.0691, 0.0029, 0.0794, 0.1597, 0.0033, 0, 0.1057, 0],
        [0.1004, 0.0622, 0.0505, 0.0057, 0.0831, 0.3726, 0.0204, 0],
        [0.0548, 0.0269, 0.0257, 0.0022, 0.06, 0.3158, 0.0086, 0],
        [0.0156, 0.0066, 0.0211, 0.0166, 0.0572, 0.0197, 0.0396, 0.2252],
        [0.0364, 0.001, 0.0034, 0.0005, 0.0277, 0.008, 0.0658, 0.1443]],
    "weight": 87.8, "g": -4.0, "weight_sd": 0.1, "delay_ex": 1.5, "delay_in": 0.75, "delay_sd": 0.5,
    "tau_m": 10.0, "c_m": 250.0, "t_ref": 2.0, "tau_syn": 0.5, "threshold": -50.0, "e_l": -65.0,
    "v_mean": [-68.28, -63.16, -63.33, -63.45, -63.11, -61.66, -66.72, -61.43],
    "v_sd": [5.36, 4.57, 4.74, 4.94, 4.94, 4.55, 5.46, 4.48],
    # Rates at full scale, whose mean input replaces that of the synapses a smaller one lacks.
    "rates": [0.903, 2.965, 4.414, 5.876, 7.569, 8.633, 1.105, 7.829],
}


def synapses_of_microcircuit(target, source):
    """How many at full scale, from the probability that a pair has at least one."""
    m = MICROCIRCUIT
    pairs = m["sizes"][target] * m["sizes"][source]
    return math.log1p(-m["probability"][target][source]) / math.log1p(-1 / pairs)


def weight_of_microcircuit(target, source):
    m = MICROCIRCUIT
    if source % 2:
        return m["g"] * m["weight"]
    doubled = (POPULATIONS[target], POPULATIONS[source]) == ("L23E", "L4E")
    return m["weight"] * (2 if doubled else 1)


def current_for_scale(target, scale):
    """The mean of what synapses lose when in-degrees shrink by `scale` and weights grow by
    1 / sqrt(scale) (van Albada, Helias & Diesmann 2015)."""
    m = MICROCIRCUIT
    internal = sum(
        weight_of_microcircuit(target, source) * synapses_of_microcircuit(target, source)
        / m["sizes"][target] * m["rates"][source] for source in range(len(POPULATIONS)))
    external = m["weight"] * m["external"][target] * m["external_hz"]
    return (1 - math.sqrt(scale)) * m["tau_syn"] / 1000 * (internal + external)


def edges(p, seed):
    """Of a network with fixed in-degrees, its excitatory neurons first: two pairs of arrays, the
    sources and targets of excitatory and inhibitory synapses, in the order of their sources."""
    random = numpy.random.default_rng(seed)
    exc, neurons = p["excitatory"], p["excitatory"] + p["inhibitory"]
    made = []
    for first, last, number in ((0, exc, p["in_exc"]), (exc, neurons, p["in_inh"])):
        sources = random.integers(first, last, neurons * number)
        order = numpy.argsort(sources, kind="stable")
        made.append((sources[order], numpy.repeat(range(neurons), number)[order]))
    return made


def arguments(doc, networks):
    parser = argparse.ArgumentParser(description=doc.splitlines()[0])
    parser.add_argument("network", choices=networks)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--drop", type=float, default=100, help="ms before anything is counted")
    parser.add_argument("--time", type=float, default=1000, help="ms in which it is")
    parser.add_argument("--scale", type=float, default=1, help="of the microcircuit")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", default="", help="for generated code, kept for the next run")
    return parser.parse_args()


def rates(spikes, sizes, ms):
    """Hz by name of the population."""
    return {name: round(1000 * n / sizes[name] / ms, 3) for name, n in spikes.items()}


def report(system, args, build_s, run_s, rate_hz, synapses, **more):
    """Prints a line with koSNN's keys; run_s is that of the counted part."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    line = {"system": system, "threads": args.threads, "build_s": build_s, "run_s": run_s,
            "biological_ms": args.time, "rate_hz": rate_hz, "synapses": int(synapses),
            "peak_rss_mb": peak, **more}
    json.dump(line, sys.stdout)
    print(flush=True)

"""The microcircuit in NEST: writes rates, CVs and correlations as `kosnn_microcircuit --out` does,
for its --reference to compare with. Needs nest-simulator, numpy and h5py.

    python nest_distributions.py nest.h5 --scale 0.1 --time 10000 --threads 2"""

import argparse

import h5py
import nest
import numpy

from nest_networks import microcircuit
from networks import DT

BIN, CORRELATED = 2.0, 200


def statistics(times, senders, neurons, begin, length):
    """Of spikes at `times` (ms) by `senders`, numbers from 0."""
    order = numpy.lexsort((times, senders))
    times, senders = times[order], senders[order]
    counts = numpy.bincount(senders, minlength=neurons)
    trains = numpy.split(times, numpy.cumsum(counts)[:-1])
    cvs = [numpy.std(gaps) / numpy.mean(gaps) for gaps in map(numpy.diff, trains) if len(gaps) > 1]
    some = min(CORRELATED, neurons)
    chosen = numpy.arange(some) * neurons // some
    bins = numpy.array([
        numpy.bincount(((trains[n] - begin) / BIN).astype(int), minlength=int(length / BIN))
        for n in chosen
    ])
    bins = bins[bins.std(axis=1) > 0]
    pairs = numpy.corrcoef(bins)[numpy.tril_indices(len(bins), -1)] if len(bins) > 1 else []
    return {"rates_hz": counts * 1000 / length, "cvs": cvs, "correlations": pairs}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file")
    parser.add_argument("--scale", type=float, default=0.1)
    parser.add_argument("--drop", type=float, default=500)
    parser.add_argument("--time", type=float, default=10000)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    nest.verbosity = nest.VerbosityLevel.ERROR
    nest.resolution, nest.local_num_threads, nest.rng_seed = DT, args.threads, args.seed
    populations = microcircuit(args)
    recorders = {}
    for name, cells in populations.items():
        recorders[name] = nest.Create("spike_recorder", params={"start": args.drop})
        nest.Connect(cells, recorders[name])
    nest.Simulate(args.drop + args.time)
    with h5py.File(args.file, "w") as file:
        for name, cells in populations.items():
            events = recorders[name].events
            # A spike of NEST bears the end of its step.
            found = statistics(events["times"] - DT, events["senders"] - cells[0].global_id,
                               len(cells), args.drop, args.time)
            for what, values in found.items():
                if len(values) > 0:
                    file[f"{name}/{what}"] = numpy.asarray(values, dtype=float)
            print(name, *(f"{numpy.mean(values):.4f}" for values in found.values()))


if __name__ == "__main__":
    main()

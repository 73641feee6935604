"""One of the networks of networks.py in Brian2's C++ standalone mode; prints a line of JSON.

    python brian_networks.py brunel|cuba|coba [--threads 2] [--folder FOLDER] ...

The program is compiled once in the folder, and only run if it is there. Its loop is timed by
Brian2 itself. With one thread it is built without OpenMP, which is faster."""

import json
import pathlib
import resource
import shutil
import subprocess
import tempfile
import time

import brian2
import numpy
from brian2 import (Hz, Network, NeuronGroup, PoissonInput, SpikeMonitor, Synapses, defaultclock,
                    device, ms, mV, nS, pA, pF, prefs, seed, set_device)

from networks import BRUNEL, COBA, CUBA, DT, arguments, edges, rates, report


def neurons_of(p, equations, **names):
    cells = NeuronGroup(p["excitatory"] + p["inhibitory"], equations, threshold="v > threshold",
                        reset="v = reset", refractory=p["t_ref"] * ms, method=names.pop("method"),
                        namespace={"tau": p["tau"] * ms, "threshold": p["threshold"] * mV,
                                   "reset": p["reset"] * mV, **names})
    return cells


def connect(cells, p, network_seed, excite, inhibit):
    synapses = []
    for (sources, targets), on_pre in zip(edges(p, network_seed), (excite, inhibit)):
        made = Synapses(cells, cells, on_pre=on_pre)
        made.connect(i=sources, j=targets)
        made.delay = p["delay"] * ms
        synapses.append(made)
    return synapses


def brunel(args):
    p = BRUNEL
    cells = neurons_of(p, "dv/dt = -v/tau : volt (unless refractory)", method="exact")
    cells.v = "rand() * threshold"
    # External spikes of 800 synapses, as Brian2 draws binomial numbers.
    noise = PoissonInput(cells, "v", 800, p["external_hz"] / 800 * Hz, weight=p["weight"] * mV)
    synapses = connect(cells, p, args.seed, f"v_post += {p['weight']}*mV",
                       f"v_post -= {p['g'] * p['weight']}*mV")
    return cells, [noise, *synapses]


def cuba(args):
    p = CUBA
    resistance = p["tau"] / p["c_m"]  # mV/pA
    cells = neurons_of(p, """dv/dt = (ge + gi + e_l - v)/tau : volt (unless refractory)
        dge/dt = -ge/tau_ex : volt
        dgi/dt = -gi/tau_in : volt""", method="exact", e_l=p["e_l"] * mV,
                       tau_ex=p["tau_ex"] * ms, tau_in=p["tau_in"] * ms)
    cells.v = "reset + rand() * (threshold - reset)"
    return cells, connect(cells, p, args.seed, f"ge_post += {p['w_ex'] * resistance}*mV",
                          f"gi_post += {p['w_in'] * resistance}*mV")


def coba(args):
    p = COBA
    cells = neurons_of(p, """dv/dt = (g_l*(e_l - v) + ge*(e_ex - v) + gi*(e_in - v) + i_e)/c_m
            : volt (unless refractory)
        dge/dt = -ge/tau_ex : siemens
        dgi/dt = -gi/tau_in : siemens""", method="exponential_euler", e_l=p["e_l"] * mV,
                       tau_ex=p["tau_ex"] * ms, tau_in=p["tau_in"] * ms, g_l=p["g_l"] * nS,
                       e_ex=p["e_ex"] * mV, e_in=p["e_in"] * mV, i_e=p["i_e"] * pA,
                       c_m=p["c_m"] * pF)
    cells.v = "reset + rand() * (threshold - reset)"
    return cells, connect(cells, p, args.seed, f"ge_post += {p['w_ex']}*nS",
                          f"gi_post += {p['w_in']}*nS")


def build(folder, args, network):
    """Generates and compiles the program."""
    set_device("cpp_standalone", directory=str(folder), build_on_run=False)
    prefs.devices.cpp_standalone.openmp_threads = args.threads if args.threads > 1 else 0
    prefs.codegen.cpp.extra_compile_args_gcc = ["-w", "-O3", "-ffast-math", "-march=native"]
    defaultclock.dt = DT * ms
    seed(args.seed)
    cells, others = network(args)
    net = Network(cells, *others)
    if args.drop:
        net.run(args.drop * ms)
    monitor = SpikeMonitor(cells, record=False, name="counted")
    net.add(monitor)
    net.run(args.time * ms)
    device.build(directory=str(folder), compile=True, run=False)
    (folder / "arguments.json").write_text(json.dumps(vars(args)))


def is_built(folder, args):
    made_for = folder / "arguments.json"
    return made_for.exists() and json.loads(made_for.read_text()) == vars(args)


def main():
    networks = {"brunel": (BRUNEL, brunel), "cuba": (CUBA, cuba), "coba": (COBA, coba)}
    args = arguments(__doc__, networks)
    p, network = networks[args.network]
    kept = pathlib.Path(args.folder).resolve() if args.folder else None
    folder = (kept or pathlib.Path(tempfile.mkdtemp())) / f"{args.network}_{args.threads}"
    if not is_built(folder, args):
        build(folder, args, network)
    start = time.perf_counter()
    subprocess.run([folder / "main"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    all_s = time.perf_counter() - start
    run_s = float(next(folder.rglob("last_run_info.txt")).read_text().split()[0])
    counts = numpy.fromfile(next(folder.rglob("*counted_count*")), dtype=numpy.int32)
    exc = p["excitatory"]
    spikes = {"Exc": int(counts[:exc].sum()), "Inh": int(counts[exc:].sum())}
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    report(f"Brian2 {brian2.__version__}", args, all_s - run_s, run_s,
           rates(spikes, {"Exc": exc, "Inh": p["inhibitory"]}, args.time),
           len(counts) * (p["in_exc"] + p["in_inh"]), peak_rss_mb=peak * 1024 / 1e6)
    if kept is None:
        shutil.rmtree(folder.parent)


if __name__ == "__main__":
    main()

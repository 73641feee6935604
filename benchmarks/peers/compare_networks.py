"""Runs koSNN's sparse networks in turns with the same networks in NEST, Brian2, GeNN and Auryn, and
prints medians, spread and ratios as Markdown, or with --json every run.

    python compare_networks.py --bin build/release/bin --nest python-with-nest
        [--brian python-with-brian2] [--genn python-with-pygenn] [--auryn auryn_networks]

Times are seconds of wall for a second of biology. Peers are timed after the first 100 ms, koSNN
with them. In cuba and coba koSNN, Auryn and Brian2 count spikes, NEST and GeNN keep them in memory;
with --statistics koSNN keeps intervals and synchrony. A ratio is that of a peer's run to koSNN's in
the same turn; rates stand beside them to show that all simulate the same network."""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from measure import Others, machine, on_threads, run, spread, table  # noqa: E402

HERE = pathlib.Path(__file__).parent
DROP = 100  # ms before anything is counted

# By network: koSNN's program and its options; which peers have it.
NETWORKS = {
    "brunel": ("kosnn_brunel", ["--excitatory", 8000], ["nest", "brian", "genn", "auryn"]),
    "stdp": ("kosnn_brunel", ["--excitatory", 8000, "--plastic"], ["nest", "auryn"]),
    "cuba": ("kosnn_vogels_abbott", ["--model", "cuba"], ["nest", "brian", "genn", "auryn"]),
    "coba": ("kosnn_vogels_abbott", ["--model", "coba"], ["nest", "brian", "genn", "auryn"]),
    "microcircuit": ("kosnn_microcircuit", [], ["nest"]),
}


def scale_of(args, threads):
    """Of the microcircuit: NEST takes 134 million synapses a thread."""
    return args.scale[min(threads, len(args.scale)) - 1]


def ours(args, network, threads, seed):
    program, options, _ = NETWORKS[network]
    if network == "microcircuit":
        options = ["--scale", scale_of(args, threads)]
    elif program == "kosnn_vogels_abbott":
        options = [*options, "--delay", args.delay, *([] if args.statistics else ["--count"])]
    with tempfile.TemporaryDirectory() as folder:
        report = pathlib.Path(folder) / "report.json"
        command = [args.bin / program, *options, "--drop", DROP, "--time", args.time[network],
                   "--threads", threads, "--seed", seed, "--json", report]
        subprocess.run(list(map(str, command)), env=on_threads(threads), check=True,
                       stdout=subprocess.DEVNULL)
        return {"system": "koSNN", **json.loads(report.read_text())}


def plain(args):
    """kosnn_brunel's network as a plain program."""
    return run([args.bin / "kosnn_bench_plain_brunel"])


def peer(args, system, network, threads, seed):
    options = ["--drop", DROP, "--time", args.time[network]]
    folder = pathlib.Path(args.folder).resolve() / system  # Auryn's log and generated code
    folder.mkdir(parents=True, exist_ok=True)
    if system == "auryn":
        command = [pathlib.Path(args.auryn).resolve(), network, DROP, args.time[network], seed]
        if threads > 1:
            command = [*args.mpirun.split(), "-n", threads, *command]
    else:
        command = [getattr(args, system), HERE.resolve() / f"{system}_networks.py", network, *options,
                   "--threads", threads]
        # Code for other seeds would have to be compiled anew; it is no part of what is timed.
        if system == "nest":
            command += ["--seed", seed, "--scale", scale_of(args, threads)]
        else:
            command += ["--folder", folder]
    return run(list(map(str, command)), threads, cwd=folder)


def systems_of(args, network, threads):
    """The peers that the user has, but for GeNN's back end, which has one thread."""
    return [s for s in NETWORKS[network][2]
            if getattr(args, s) and not (s == "genn" and threads > 1)]


def compare(args, network, threads):
    systems = systems_of(args, network, threads)
    for system in systems:
        if system in ("brian", "genn"):
            peer(args, system, network, threads, 1)  # compiles
    turns = {"koSNN": [], **({"plain": []} if network == "brunel" and threads == 1 else {}),
             **{s: [] for s in systems}}
    with Others() as others:
        for seed in range(1, args.runs + 1):
            for system, done in turns.items():
                done.append(ours(args, network, threads, seed) if system == "koSNN" else
                            plain(args) if system == "plain" else
                            peer(args, system, network, threads, seed))
    return {"network": network, "threads": threads, "others": others.cores, "turns": turns}


def factor(report):
    """Seconds of wall for a second of biology."""
    return 1000 * report["run_s"] / report["biological_ms"]


def rates(reports):
    """Medians by population, in their order."""
    return " ".join(f"{statistics.median(r['rate_hz'][p] for r in reports):.3g}"
                    for p in reports[0]["rate_hz"])


def name_of(row, args):
    if row["network"] != "microcircuit":
        return row["network"]
    return f"microcircuit, scale {scale_of(args, row['threads']):g}"


def markdown(rows, args):
    print(machine() + "\n")
    head = ["network", "threads", "system", "wall s / biological s", "ratio to koSNN", "build s",
            "peak MB", "rates, Hz", "runs", "others' cores"]
    lines = []
    for row in rows:
        own = row["turns"]["koSNN"]
        for reports in row["turns"].values():
            ratio = [factor(r) / factor(o) for r, o in zip(reports, own)]
            memory = [r["peak_rss_mb"] for r in reports if "peak_rss_mb" in r]
            lines.append([
                name_of(row, args), row["threads"], reports[0]["system"],
                spread([factor(r) for r in reports]), "" if reports is own else spread(ratio),
                spread([r["build_s"] for r in reports]), spread(memory) if memory else "",
                rates(reports), len(reports), f"{row['others']:.2f}"])
    table(head, lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", type=pathlib.Path, required=True,
                        help="the folder of koSNN's executables")
    parser.add_argument("--nest", default="", help="a Python that has nest; default: none")
    parser.add_argument("--brian", default="", help="a Python that has brian2; default: none")
    parser.add_argument("--genn", default="", help="a Python that has pygenn; default: none")
    parser.add_argument("--auryn", default="", help="auryn_networks.cpp, compiled; default: none")
    parser.add_argument("--mpirun", default="mpirun --bind-to core", help="how Auryn gets ranks")
    parser.add_argument("--networks", nargs="+", choices=NETWORKS, default=list(NETWORKS))
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--runs", type=int, default=5, help="of each, in turns, with other seeds")
    parser.add_argument("--times", type=float, nargs=5, default=[1000, 1000, 10000, 10000, 1000],
                        metavar="MS", help="counted, of " + ", ".join(NETWORKS))
    parser.add_argument("--delay", type=float, default=0.1, metavar="MS",
                        help="of cuba and coba in koSNN; Auryn's is never below 0.8 ms")
    parser.add_argument("--statistics", action="store_true",
                        help="koSNN keeps those of cuba and coba, which the others do not")
    parser.add_argument("--scale", type=float, nargs="+", default=[0.65, 0.9],
                        help="of the microcircuit, on one thread and on more")
    parser.add_argument("--folder", default=".cache/networks",
                        help="for what Brian2 and GeNN compile")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    args.time = dict(zip(NETWORKS, args.times))
    rows = [compare(args, network, threads) for network in args.networks
            for threads in args.threads]
    if args.json:
        print(json.dumps({"machine": machine(), "statistics": args.statistics, "networks": rows}))
    else:
        markdown(rows, args)


if __name__ == "__main__":
    main()

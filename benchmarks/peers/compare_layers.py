"""Runs kosnn_bench_pysnn in turns with PySNN, Norse and SpikingJelly, one thread each, and prints
medians, spread and ratios as Markdown, or with --json every run.

    python compare_layers.py --bin build/release/bin --peer python-with-peers --snapshot PySNN"""

import argparse
import itertools
import json
import pathlib
import statistics
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from measure import (  # noqa: E402
    Others, machine, run, show, spread, table, write_to_readme)

HERE = pathlib.Path(__file__).parent
BEGIN, END = "<!-- layers: written by peers/compare_layers.py -->", "<!-- end of layers -->"

# What PySNN takes for a step, in ns a synapse and batch element: at least, for a delay, to learn.
PYSNN_NS, PYSNN_DELAY_NS, PYSNN_LEARN_NS = 6, 8, 20


def ours(args, *options):
    """Of kosnn_bench_pysnn what the peers report."""
    report = run([args.bin / "kosnn_bench_pysnn", *map(str, options)])
    return {"step_ms": report["result"]["step_ms"], "spikes": report["spikes"],
            "state_bytes": sum(report["bytes"].values()), "peak_rss_mb": report["peak_rss_mb"],
            "rss_base_mb": report["result"]["rss_base_mb"]}


def peer(args, script, system, *options):
    return run([args.peer, HERE / script, "--system", system, "--snapshot", args.snapshot,
                "--memory", str(args.memory), *map(str, options)])


def in_turns(args, own, own_steps, peers):
    """Our runs and those of each peer; `peers` holds script, system, options and steps."""
    turns = {"koSNN": []}
    with Others() as others:
        for _ in range(args.runs):
            turns["koSNN"].append(ours(args, *own, "--steps", own_steps))
            for script, system, options, steps in peers:
                done = turns.setdefault(system, [])
                if not any("failed" in r for r in done):
                    done.append(peer(args, script, system, *options, "--steps", steps))
    spikes = {system: ours(args, *own, "--steps", steps)["spikes"]
              for _, system, _, steps in peers}
    return {"runs": turns, "others": others.cores, "our_spikes": spikes}


def dense_cases(args):
    for learn, delay in itertools.product((False, True), (0, 3)):
        for neurons, batch in itertools.product(args.neurons, args.batch):
            yield {"neurons": neurons, "batch": batch, "delay": delay, "learn": learn}


def dense(args, case):
    options = [*itertools.chain(*((f"--{k}", case[k]) for k in ("neurons", "batch", "delay")))]
    learn = ["--learn"] if case["learn"] else []
    ns = PYSNN_NS + PYSNN_DELAY_NS * (case["delay"] > 0) + PYSNN_LEARN_NS * case["learn"]
    step_s = 1e-9 * ns * case["batch"] * case["neurons"] ** 2
    steps = max(3, min(args.steps, int(args.seconds / step_s)))
    peers = [("dense.py", "pysnn", options + learn, steps)]
    if not learn and not case["delay"]:
        peers.append(("dense.py", "norse", options, args.steps))
    return {**case, **in_turns(args, ["--workload", "dense", *options, *learn], args.steps, peers)}


def convolutions(args, case):
    learn = ["--learn"] if case["learn"] else []
    peers = [("convolutions.py", system, learn, args.conv_steps) for system in case["systems"]]
    own = ["--workload", case["workload"], "--batch", 16, *learn]
    return {**case, **in_turns(args, own, args.conv_steps, peers)}


CONVOLUTIONS = [
    {"workload": "fede", "learn": False, "systems": ["pysnn"]},
    {"workload": "fede", "learn": True, "systems": ["pysnn"]},
    {"workload": "conv", "learn": False, "systems": ["spikingjelly", "norse"]},
    {"workload": "conv", "learn": True, "systems": ["spikingjelly"]},
]


def times(runs, unit=1.0):
    """Of a step; why there is none."""
    failed = [r["failed"] for r in runs if "failed" in r]
    return failed[0] if failed else spread([unit * r["step_ms"] for r in runs])


def ratios(row, system):
    """Of the runs that followed each other."""
    return [p["step_ms"] / o["step_ms"] for o, p in zip(row["runs"]["koSNN"], row["runs"][system])
            if "failed" not in p]


def spikes(row, system):
    """Of both in the peer's steps, and how many those were."""
    runs = row["runs"][system]
    if "failed" in runs[0]:
        return ""
    return f"{row['our_spikes'][system]} / {runs[0]['spikes']} in {runs[0]['steps']} steps"


def against(row, system):
    """Columns on a peer: time of a step, ratio."""
    if system not in row["runs"]:
        return ["", ""]
    ratio = ratios(row, system)
    return [times(row["runs"][system]), spread(ratio) if ratio else ""]


def dense_table(rows):
    print("### Dense layer against PySNN and Norse, 1 thread\n")
    head = ["N", "batch", "delay", "MSTDPET", "koSNN us/step", "PySNN ms/step", "ratio",
            "Norse ms/step", "ratio", "spikes, koSNN / PySNN", "others' cores"]
    table(head, [[r["neurons"], r["batch"], r["delay"], "yes" if r["learn"] else "no",
                  times(r["runs"]["koSNN"], 1000), *against(r, "pysnn"), *against(r, "norse"),
                  spikes(r, "pysnn"), f"{r['others']:.2f}"] for r in rows])


def memory_table(rows):
    print("### Memory of the dense layer against PySNN\n")
    head = ["N", "batch", "delay", "MSTDPET", "koSNN state MB", "PySNN state MB", "ratio",
            "koSNN resident MB", "PySNN resident MB", "ratio"]
    lines = []
    for row in rows:
        if any("failed" in r for r in row["runs"]["pysnn"]):
            continue
        state, resident = ([statistics.median(of(r) for r in row["runs"][s])
                            for s in ("koSNN", "pysnn")]
                           for of in (lambda r: r["state_bytes"] / 1e6,
                                      lambda r: r["peak_rss_mb"] - r["rss_base_mb"]))
        lines.append([row["neurons"], row["batch"], row["delay"], "yes" if row["learn"] else "no",
                      *map(show, (*state, state[1] / state[0])),
                      *map(show, (*resident, resident[1] / resident[0]))])
    table(head, lines)


def convolution_table(rows):
    print("### Three convolutions, batch 16, 1 thread\n")
    head = ["peer", "neurons", "learning", "koSNN steps/s", "peer's steps/s", "ratio",
            "spikes, koSNN / peer", "others' cores"]
    rules = {"fede": "FedeSTDP", "conv": "STDP"}
    neurons = {"fede": "Fede, delay 3", "conv": "LIF"}
    lines = []
    for row in rows:
        rate = {s: spread([1000 / r["step_ms"] for r in runs]) for s, runs in row["runs"].items()}
        for system in row["systems"]:
            lines.append([system, neurons[row["workload"]],
                          rules[row["workload"]] if row["learn"] else "no", rate["koSNN"],
                          rate[system], spread(ratios(row, system)), spikes(row, system),
                          f"{row['others']:.2f}"])
    table(head, lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", type=pathlib.Path, required=True,
                        help="the folder of kosnn_bench_pysnn")
    parser.add_argument("--peer", default=sys.executable,
                        help="a Python that has norse and spikingjelly")
    parser.add_argument("--snapshot", required=True, help="PySNN's checkout")
    parser.add_argument("--runs", type=int, default=5, help="of each, in turns")
    parser.add_argument("--neurons", type=int, nargs="*", default=[250, 1000, 5000],
                        help="of the dense layer; none: leave it out")
    parser.add_argument("--batch", type=int, nargs="+", default=[1, 32])
    parser.add_argument("--steps", type=int, default=1000, help="of the dense layer")
    parser.add_argument("--seconds", type=float, default=20,
                        help="about so long for a run of PySNN, with fewer steps where needed")
    parser.add_argument("--conv-steps", type=int, default=100, help="0: no convolutions")
    parser.add_argument("--memory", type=float, default=20, help="GiB that a peer may take")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--write", action="store_true", help="put the tables into README.md")
    args = parser.parse_args()
    if args.write:
        write_to_readme(__file__, BEGIN, END)
        return
    layers = [dense(args, case) for case in dense_cases(args)]
    maps = [convolutions(args, case) for case in CONVOLUTIONS] if args.conv_steps else []
    if args.json:
        print(json.dumps({"machine": machine(), "dense": layers, "convolutions": maps}))
        return
    print(machine() + "\n")
    if layers:
        dense_table(layers)
        memory_table(layers)
    if maps:
        convolution_table(maps)


if __name__ == "__main__":
    main()

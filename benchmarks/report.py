"""Runs all benchmarks and writes their figures as Markdown tables; with --write, into README.md.

    python3 report.py --bin ../build/release/bin [--peer python-with-bindsnet] [--write]

Each benchmark is repeated; tables give the median and, in brackets, the smallest and largest."""

import argparse
import json
import pathlib
import re
import subprocess
import sys

from measure import Others, machine, on_threads, spread, table, write_to_readme

HERE = pathlib.Path(__file__).parent
BEGIN, END = "<!-- figures: written by report.py -->", "<!-- end of figures -->"

# What the rates of a benchmark count, by the beginning of its name.
UNITS = {
    "dense_delivery": "synaptic events/s",
    "sparse_delivery": "synaptic events/s",
    "building": "synapses/s",
    "delay_ring": "synaptic events/s",
    "stdp": "synapses changed/s",
    "lif": "bytes/s",
    "adaptive_lif": "bytes/s",
    "triad": "bytes/s",
    "normalise": "bytes/s",
    "poisson_source": "draws/s",
}


def run(program, threads, args):
    """Repetitions of each benchmark of a program, by name, and the cores others used meanwhile."""
    command = [args.bin / program, "--benchmark_format=json",
               f"--benchmark_min_time={args.min_time}",
               f"--benchmark_repetitions={args.repetitions}"]
    if args.filter:
        command.append(f"--benchmark_filter={args.filter}")
    with Others() as others:
        result = subprocess.run(command, env=on_threads(threads), capture_output=True, text=True)
    if result.returncode:
        raise SystemExit(f"{program} failed:\n{result.stderr}")
    found = {}
    if result.stdout.strip():
        for row in json.loads(result.stdout)["benchmarks"]:
            if row["run_type"] == "iteration":
                found.setdefault(row["run_name"], []).append(row)
    return found, others.cores


def unit_of(name):
    return next((u for beginning, u in UNITS.items() if name.startswith(beginning)), "")


def readable(name):
    """The benchmark and its arguments, without how it was timed."""
    how = r"/(manual_time|process_time|real_time|iterations:[0-9]+|min_time:[^/]*)"
    return re.sub(how, "", name).replace("/", " ")


def kernels(args, threads):
    found, others = run("kosnn_bench_kernels", threads, args)
    print(f"### Kernels, {threads} thread{'s' if threads > 1 else ''}\n")
    print(f"Other programs kept {others:.2f} cores busy.\n")
    rows = []
    for name, runs in found.items():
        limited = "limit" in runs[0]
        rows.append([
            readable(name), unit_of(name), spread([r["rate"] for r in runs]),
            spread([r["limit"] for r in runs]) if limited else "",
            spread([100 * r["of_limit"] for r in runs]) if limited else "",
        ])
    table(["kernel", "unit", "koSNN", "limit", "% of limit"], rows)


def digits(args, threads):
    found, others = run("kosnn_bench_digits", threads, args)
    print(f"### Digits, {threads} thread{'s' if threads > 1 else ''}\n")
    print(f"Other programs kept {others:.2f} cores busy.\n")
    table(
        ["training", "samples/s", "step us", "synaptic events/s"],
        [[readable(name), spread([r["samples_per_s"] for r in runs]),
          spread([1e6 * r["step_s"] for r in runs]),
          spread([r["synaptic_events_per_s"] for r in runs])] for name, runs in found.items()],
    )


def peers(args):
    print("### Against BindsNET, 1 thread\n", flush=True)
    subprocess.run(
        [sys.executable, HERE / "peers/compare.py", "--bin", args.bin, "--peer", args.peer,
         "--runs", str(args.repetitions)],
        check=True, stdout=sys.stdout,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", type=pathlib.Path, required=True,
                        help="the folder of the benchmark executables")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--min-time", type=float, default=0.1, help="seconds of each repetition")
    parser.add_argument("--filter", default="", help="only benchmarks that match")
    parser.add_argument("--peer", default="", help="a Python that has bindsnet; default: none")
    parser.add_argument("--write", action="store_true", help="put the tables into README.md")
    args = parser.parse_args()
    args.bin = args.bin.resolve()
    if args.write:
        write_to_readme(__file__, BEGIN, END)
        return
    print(machine() + "\n")
    for threads in args.threads:
        kernels(args, threads)
        digits(args, threads)
    if args.peer:
        peers(args)


if __name__ == "__main__":
    main()

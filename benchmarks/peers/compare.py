"""Runs kosnn_bench_digits and BindsNET in turns, one thread each, and prints medians, spread and
ratios as Markdown, or with --json every run.

    python compare.py --bin build/release/bin --peer python-with-bindsnet"""

import argparse
import json
import pathlib
import statistics
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from measure import Others, machine, run, spread, table  # noqa: E402

HERE = pathlib.Path(__file__).parent


def ours(args, batch, network="diehl_cook"):
    report = run([
        args.bin / "kosnn_bench_digits", *(["--data", args.data] if args.data else []),
        f"--benchmark_filter={network}/batch:{batch}/", "--benchmark_format=json",
        "--benchmark_min_time=0.2",
    ])
    return report["benchmarks"][0]


def peer(args, batch):
    samples = args.samples if batch == 1 else 2 * batch
    command = [args.peer, HERE / "bindsnet_digits.py", "--batch", str(batch)]
    return run([*command, "--samples", str(samples), *(["--data", args.data] if args.data else [])])


def compare(args, batch):
    with Others() as others:
        turns = [(ours(args, batch), ours(args, batch, "example_28x28"), peer(args, batch))
                 for _ in range(args.runs)]
    same, example, bindsnet = zip(*turns)
    return {"batch": batch, "runs": args.runs, "others": others.cores, "ours": same,
            "example": example, "peer": bindsnet}


def ratios(row, rate, network="ours"):
    """Of the runs that followed each other."""
    return [o["samples_per_s"] / p[rate] for o, p in zip(row[network], row["peer"])]


def markdown(rows):
    print(machine() + "\n")
    head = ["batch", "koSNN samples/s", "BindsNET samples/s", "with its input drawn", "ratio",
            "ratio with input", "kosnn_digits' network, samples/s", "its ratio",
            "spikes a sample, koSNN / BindsNET", "runs", "others' cores"]
    table(head, [columns(row) for row in rows])


def columns(row):
    spikes = [statistics.median(r["exc_spikes_per_sample"] for r in row[s])
              for s in ("ours", "peer")]
    return [
        row["batch"],
        spread([r["samples_per_s"] for r in row["ours"]]),
        spread([r["samples_per_s"] for r in row["peer"]]),
        spread([r["samples_per_s_with_input"] for r in row["peer"]]),
        spread(ratios(row, "samples_per_s")),
        spread(ratios(row, "samples_per_s_with_input")),
        spread([r["samples_per_s"] for r in row["example"]]),
        spread(ratios(row, "samples_per_s", "example")),
        f"{spikes[0]:.0f} / {spikes[1]:.0f}",
        row["runs"],
        f"{row['others']:.2f}",
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", type=pathlib.Path, required=True,
                        help="the folder of kosnn_bench_digits")
    parser.add_argument("--peer", default=sys.executable, help="a Python that has bindsnet")
    parser.add_argument("--runs", type=int, default=5, help="of each, in turns")
    parser.add_argument("--samples", type=int, default=3, help="of BindsNET at batch 1, each run")
    parser.add_argument("--batch", type=int, nargs="+", default=[1, 32])
    parser.add_argument("--data", default="", help="a folder of the MNIST family")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    rows = [compare(args, batch) for batch in args.batch]
    if args.json:
        print(json.dumps(rows))
    else:
        markdown(rows)


if __name__ == "__main__":
    main()

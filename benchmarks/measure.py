"""What report.py and the comparisons with peers share: the machine, medians with spread, runs on
some threads, and how busy other programs kept the machine."""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import time


def machine():
    """One line on processor, cores and memory."""
    fields = {}
    with open("/proc/cpuinfo") as lines:
        for line in lines:
            key, _, value = line.partition(":")
            fields.setdefault(key.strip(), value.strip())
    with open("/proc/meminfo") as lines:
        gib = int(lines.readline().split()[1]) / 2**20
    vectors = [f for f in ("avx512f", "avx2") if f in fields.get("flags", "").split()]
    return (f"{os.cpu_count()} cores, {fields.get('model name', 'unknown')} "
            f"(family {fields.get('cpu family')}, model {fields.get('model')}"
            f"{', ' + vectors[0] if vectors else ''}), {gib:.0f} GiB, {time.strftime('%Y-%m-%d')}")


def show(value):
    """Three digits and an SI prefix."""
    for factor, prefix in ((1e9, " G"), (1e6, " M"), (1e4, " k")):
        if abs(value) >= factor:
            scale = 1e3 if prefix == " k" else factor
            return f"{value / scale:.3g}{prefix}"
    return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def spread(values):
    """Median and, in brackets, smallest and largest."""
    return f"{show(statistics.median(values))} [{show(min(values))}, {show(max(values))}]"


def on_threads(number):
    """The environment of a program that runs on so many threads."""
    return dict(os.environ, OMP_NUM_THREADS=str(number), OMP_PROC_BIND="false")


def run(command, threads=1, **more):
    """The JSON that a command prints; `more` as subprocess.run takes it."""
    result = subprocess.run(command, env=on_threads(threads), capture_output=True, text=True,
                            **more)
    if result.returncode:
        raise SystemExit(f"{' '.join(map(str, command))} failed:\n{result.stderr}")
    return json.loads(result.stdout[result.stdout.index("{") :])


def table(head, rows):
    print("| " + " | ".join(head) + " |\n|" + "---|" * len(head))
    for row in rows:
        print("| " + " | ".join(map(str, row)) + " |")
    print()


def write_to_readme(script, begin, end):
    """Runs the script again with the same arguments but --write, and puts what it prints between
    two lines of README.md."""
    command = [sys.executable, script, *(a for a in sys.argv[1:] if a != "--write")]
    text = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    readme = pathlib.Path(__file__).parent / "README.md"
    before, rest = readme.read_text().split(begin)
    readme.write_text(f"{before}{begin}\n{text}{end}{rest.split(end)[1]}")


class Others:
    """`with Others() as o: ...`, then o.cores: how many cores others kept busy meanwhile."""

    def __enter__(self):
        self._begin = self._now()
        return self

    def __exit__(self, *_):
        wall, busy, own = (b - a for a, b in zip(self._begin, self._now()))
        self.cores = max(0.0, (busy - own) / max(wall, 1e-9))

    @staticmethod
    def _now():
        with open("/proc/stat") as lines:
            user, nice, system, _, _, irq, softirq = map(int, lines.readline().split()[1:8])
        ticks = os.sysconf("SC_CLK_TCK")
        own = sum(os.times()[:4])
        return time.perf_counter(), (user + nice + system + irq + softirq) / ticks, own

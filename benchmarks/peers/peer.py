"""What the peers' scripts share: one thread, a limit of memory, and their line of JSON."""

import json
import resource
import sys
import time

import torch

from workloads import CHUNK


def peak_rss_mb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


def tensor_bytes(tensors):
    """Of tensors that share no memory; the others count once."""
    return sum({t.data_ptr(): t.numel() * t.element_size() for t in tensors}.values())


def prepare(memory_gb):
    """One thread, no gradients; allocations fail beyond the limit instead of taking the machine
    down."""
    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    limit = int(memory_gb * 2**30)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def timed(steps, chunk_of_input, advance, warm_up):
    """Seconds of all steps and the spikes they made. `advance(input, step)` returns the spikes of
    one step, which are counted when the clock stands still; `warm_up()` is not timed at all."""
    warm_up()
    seconds, spikes, inputs, step = 0.0, 0, 0, 0
    while step < steps:
        x = chunk_of_input(min(CHUNK, steps - step))
        inputs += int(x.sum())
        x = torch.from_numpy(x).float()
        out = []
        begin = time.perf_counter()
        for now in x:
            out.append(advance(now, step))
            step += 1
        seconds += time.perf_counter() - begin
        spikes += sum(int(count) for s in out for count in spike_counts(s))
    return {"steps": steps, "run_s": seconds, "step_ms": 1000 * seconds / steps,
            "spikes": spikes, "input_spikes": inputs}


def spike_counts(made):
    return [s.sum() for s in made] if isinstance(made, (list, tuple)) else [made.sum()]


def measure(args, build):
    """Prints the line. `build()` makes the network and returns what `timed` takes and a function
    for the tensors of its state, the weights of the first layer first. Out of memory, the line
    holds `failed` instead of times."""
    prepare(args.memory)
    line = {"torch": torch.__version__, "threads": 1,
            **{k: v for k, v in vars(args).items() if k not in ("memory", "snapshot")}}
    base = peak_rss_mb()
    try:
        chunk_of_input, advance, warm_up, tensors = build()
        line.update(timed(args.steps, chunk_of_input, advance, warm_up))
        line["state_bytes"] = tensor_bytes(tensors())
        line["mean_weight"] = float(tensors()[0].double().mean())
    except (MemoryError, RuntimeError) as error:
        if "memory" not in str(error) and not isinstance(error, MemoryError):
            raise
        line["failed"] = f"more than {args.memory:g} GiB"
        print(error, file=sys.stderr)
    line.update(rss_base_mb=base, peak_rss_mb=peak_rss_mb())
    print(json.dumps(line))

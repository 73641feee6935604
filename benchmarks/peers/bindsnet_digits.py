"""Training of BindsNET's DiehlAndCook2015 on one thread; prints one line of JSON.

Needs `pip install bindsnet==0.3.4`. `samples_per_s` counts what Network.run and the reset take;
`samples_per_s_with_input` also the drawing of the Poisson spikes, which BindsNET does beforehand
and koSNN within its steps."""

import argparse
import importlib.metadata
import json
import time

import torch
from bindsnet.encoding import poisson
from bindsnet.models import DiehlAndCook2015
from bindsnet.network.monitors import Monitor

from images import images28

STEPS = 350
BRIGHTEST_HZ = 128.0


def learn(net, images):
    """Learns from a batch of images; returns seconds for drawing the input and for the rest."""
    begin = time.perf_counter()
    spikes = torch.stack([poisson(image[None], time=STEPS, dt=1.0) for image in images], dim=1)
    middle = time.perf_counter()
    net.reset_state_variables()
    net.run(inputs={"X": spikes}, time=STEPS)
    return middle - begin, time.perf_counter() - middle, int(spikes.sum())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--samples", type=int, default=3,
                        help="after a batch to warm up; made up to whole batches")
    parser.add_argument("--data", default="", help="a folder of the MNIST family")
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(1)
    images = torch.from_numpy(images28(args.data)) * BRIGHTEST_HZ
    net = DiehlAndCook2015(
        n_inpt=784, inpt_shape=(1, 28, 28), n_neurons=400, batch_size=args.batch,
        exc=22.5, inh=120, dt=1.0, norm=78.4, nu=(1e-4, 1e-2), theta_plus=0.05,
        reduction=torch.sum if args.batch > 1 else None,
    )
    monitor = Monitor(net.layers["Ae"], state_vars=["s"], time=STEPS)
    net.add_monitor(monitor, name="Ae")

    learn(net, images[: args.batch])
    drawing = running = exc = inputs = samples = 0
    for first in range(args.batch, args.batch + args.samples, args.batch):
        drawn, ran, spikes = learn(net, images[first : first + args.batch])
        drawing += drawn
        running += ran
        inputs += spikes
        exc += int(monitor.get("s").sum())
        samples += args.batch
    print(json.dumps({
        "system": "bindsnet " + importlib.metadata.version("bindsnet"),
        "torch": torch.__version__, "threads": 1, "batch": args.batch, "samples": samples,
        "samples_per_s": samples / running,
        "samples_per_s_with_input": samples / (running + drawing),
        "exc_spikes_per_sample": exc / samples, "input_spikes_per_sample": inputs / samples,
    }))


if __name__ == "__main__":
    main()

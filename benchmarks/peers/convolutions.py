"""The three convolutions of PySNN's CNN example on one thread, in PySNN, SpikingJelly and Norse:
2 -> 4 -> 8 -> 1 channels on events of 2 x 34 x 34 pixels. Prints one line of JSON.

PySNN has its FedeNeuron, a delay of 3 steps, and FedeSTDP in every step as its example does; the
others LIF without delay, SpikingJelly its STDPLearner in every step."""

import argparse
import sys

import torch

import workloads
from peer import measure
from workloads import CONV_TAU_MS, CONV_THRESHOLD, LAYERS, MAPS, WARM_UP


def pysnn(args):
    sys.path.insert(0, args.snapshot)
    from pysnn.connection import Conv2d
    from pysnn.learning import FedeSTDP
    from pysnn.network import SNNNetwork
    from pysnn.neuron import FedeNeuron, Input

    tau = CONV_TAU_MS

    class Net(SNNNetwork):
        def __init__(self):
            super().__init__()
            self.input = Input((args.batch, 2, MAPS[0], MAPS[0]), 1.0, 1.0, tau,
                               update_type="exponential")
            self.layers = torch.nn.ModuleList()
            for k, (channels_in, channels_out, size, stride, padding) in enumerate(LAYERS):
                synapses = Conv2d(channels_in, channels_out, size, (MAPS[k], MAPS[k]), args.batch,
                                  1.0, workloads.CONV_DELAY, padding=padding, stride=stride)
                cells = FedeNeuron((args.batch, channels_out, MAPS[k + 1], MAPS[k + 1]),
                                   CONV_THRESHOLD, 0.0, workloads.FEDE_ALPHA, 1.0, 1.0,
                                   workloads.FEDE_REFRACTORY, tau, tau)
                kernels = workloads.kernels(k, *workloads.FEDE_KERNELS)
                synapses.weight.copy_(torch.from_numpy(kernels))
                self.layers.extend([synapses, cells])
                self.add_layer(f"layer{k}", synapses, cells)

        def reset_state(self):
            for module in self.layers:
                module.reset_state()
            self.input.reset_state()

        def forward(self, x):
            made = []
            spikes, trace = self.input(x)
            for k in range(0, len(self.layers), 2):
                spikes, trace = self.layers[k + 1](*self.layers[k](spikes, trace))
                made.append(spikes)
            return made

    net = Net()
    rule = None
    if args.learn:
        rule = FedeSTDP(net.layer_state_dict(), workloads.FEDE_RATE, workloads.FEDE_W_INIT,
                        workloads.FEDE_A)

    def advance(x, step):
        spikes = net(x)
        if rule and step >= 0:  # before, where a layer's traces are still 0, it would make NaN
            rule.step()
        return spikes

    return advance, lambda: [net.layers[0].weight, *net.buffers(), *net.parameters()]


def lif_kernels():
    for k, (channels_in, channels_out, size, stride, padding) in enumerate(LAYERS):
        conv = dict(in_channels=channels_in, out_channels=channels_out, kernel_size=size,
                    stride=stride, padding=padding, bias=False)
        yield conv, torch.from_numpy(workloads.kernels(k, *workloads.LIF_KERNELS))


def spikingjelly(args):
    from spikingjelly.activation_based import layer, learning, neuron

    synapses, cells, learners = [], [], []
    for conv, kernels in lif_kernels():
        synapses.append(layer.Conv2d(**conv))
        synapses[-1].weight.copy_(kernels)
        cells.append(neuron.LIFNode(tau=CONV_TAU_MS, v_threshold=CONV_THRESHOLD))
    if args.learn:
        learners = [learning.STDPLearner("s", s, c, CONV_TAU_MS, CONV_TAU_MS, torch.ones_like,
                                         torch.ones_like) for s, c in zip(synapses, cells)]

    def advance(x, step):
        made = []
        for s, c in zip(synapses, cells):
            x = c(s(x))
            made.append(x)
        for s, learner in zip(synapses, learners):
            change = learner.step(on_grad=False, scale=workloads.STDP_RATE)
            if step >= 0:
                s.weight += change
        return made

    def tensors():
        state = [c.v for c in cells] + [t for m in learners for t in (m.trace_pre, m.trace_post)]
        return [s.weight for s in synapses] + state

    return advance, tensors


def norse(args):
    import norse.torch

    if args.learn:
        raise SystemExit("Norse has no local learning of convolutions")
    parameters = norse.torch.LIFBoxParameters(tau_mem_inv=torch.tensor(1000 / CONV_TAU_MS),
                                              v_th=torch.tensor(CONV_THRESHOLD))
    synapses, cells = [], []
    for conv, kernels in lif_kernels():
        synapses.append(torch.nn.Conv2d(**conv))
        synapses[-1].weight.copy_(kernels)
        cells.append(norse.torch.LIFBoxCell(p=parameters, dt=1e-3))
    states = [None] * len(cells)

    def advance(x, _):
        made = []
        for k, (s, c) in enumerate(zip(synapses, cells)):
            x, states[k] = c(s(x), states[k])
            made.append(x)
        return made

    return (advance,
            lambda: [s.weight for s in synapses] + [v for state in states for v in state])


def build(system, args):
    """What `measure` asks for: the first steps warm up, the others are measured."""
    spikes = workloads.events(args.batch, WARM_UP + args.steps)
    begin = WARM_UP
    advance, tensors = system(args)

    def next_chunk(steps):
        nonlocal begin
        begin += steps
        return spikes[begin - steps : begin]

    def warm_up():
        for step in range(WARM_UP):
            advance(torch.from_numpy(spikes[step]).float(), step - WARM_UP)

    return next_chunk, advance, warm_up, tensors


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    systems = {"pysnn": pysnn, "spikingjelly": spikingjelly, "norse": norse}
    parser.add_argument("--system", choices=systems, required=True)
    parser.add_argument("--snapshot", default="", help="PySNN's checkout")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--learn", action="store_true")
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--memory", type=float, default=20, help="limit in GiB")
    args = parser.parse_args()
    measure(args, lambda: build(systems[args.system], args))


if __name__ == "__main__":
    main()

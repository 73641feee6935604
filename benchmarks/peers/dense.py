"""PySNN's workload in Norse's benchmarks (norse/benchmark/pysnn_lif.py) in PySNN and in Norse on
one thread: N inputs, N x N synapses, N LIF neurons in PySNN's "exponential" form. Prints one line
of JSON.

PySNN is not on PyPI; `--snapshot` is a checkout of github.com/BasBuller/PySNN (4f346cf)."""

import argparse
import sys

import torch

import workloads
from peer import measure


def pysnn(args):
    sys.path.insert(0, args.snapshot)
    from pysnn.connection import Linear
    from pysnn.learning import MSTDPET
    from pysnn.network import SNNNetwork
    from pysnn.neuron import Input, LIFNeuron

    n, b, tau = args.neurons, args.batch, workloads.TRACE_TAU_MS

    class Net(SNNNetwork):
        def __init__(self):
            super().__init__()
            self.input = Input((b, 1, n), 1.0, 1.0, tau, update_type="exponential")
            self.synapses = Linear(n, n, b, 1.0, args.delay)
            self.cells = LIFNeuron((b, 1, n), workloads.DENSE_THRESHOLD, 0.0, 1.0, 1.0, 1.0, 0.0,
                                   workloads.TAU_MS, tau, update_type="exponential")
            self.add_layer("layer", self.synapses, self.cells)

        def forward(self, x):
            spikes, trace = self.input(x)
            potentials, trace = self.synapses(spikes, trace)
            return self.cells(potentials)[0]

    net = Net()
    net.synapses.weight.copy_(torch.from_numpy(workloads.dense_weights(n).T))
    rule = None
    if args.learn:
        rule = MSTDPET(net.layer_state_dict(), 1.0, 1.0, workloads.rate(n),
                       workloads.ELIGIBILITY_DECAY)

    def advance(x, step):
        spikes = net(x.unsqueeze(1))
        if rule:
            rule.update_state()
            rule.step(workloads.reward(step))
        return spikes

    def warm_up():
        """Without learning, so that weights are those of the first step."""
        for _ in range(2):
            net(torch.zeros(b, 1, n))
        net.reset_state()

    def tensors():
        return [net.synapses.weight, *net.buffers(), *net.parameters(),
                *([layer["e_trace"] for layer in rule.layers.values()] if rule else [])]

    return workloads.DenseInput(n, b).next, advance, warm_up, tensors


def norse(args):
    import norse.torch

    if args.delay or args.learn:
        raise SystemExit("Norse has neither delays nor local learning of dense layers")
    cells = norse.torch.LIFBoxCell(
        p=norse.torch.LIFBoxParameters(tau_mem_inv=torch.tensor(1000 / workloads.TAU_MS),
                                       v_th=torch.tensor(workloads.DENSE_THRESHOLD)), dt=1e-3)
    synapses = torch.nn.Linear(args.neurons, args.neurons, bias=False)
    synapses.weight.copy_(torch.from_numpy(workloads.dense_weights(args.neurons).T))
    state = None

    def advance(x, _):
        nonlocal state
        spikes, state = cells(synapses(x), state)
        return spikes

    def warm_up():
        nonlocal state
        for step in range(20):
            advance(torch.zeros(args.batch, args.neurons), step)
        state = None

    return (workloads.DenseInput(args.neurons, args.batch).next, advance, warm_up,
            lambda: [*synapses.parameters(), *state])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--system", choices=["pysnn", "norse"], required=True)
    parser.add_argument("--snapshot", default="", help="PySNN's checkout")
    parser.add_argument("--neurons", type=int, default=1000)
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--delay", type=int, default=0, help="in steps")
    parser.add_argument("--learn", action="store_true",
                        help="MSTDPET: eligibility and weights in every step")
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--memory", type=float, default=20, help="limit in GiB")
    args = parser.parse_args()
    measure(args, lambda: {"pysnn": pysnn, "norse": norse}[args.system](args))


if __name__ == "__main__":
    main()

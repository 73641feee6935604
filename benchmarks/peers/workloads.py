"""The workloads of dense.py and convolutions.py: the same weights and spikes as those of
kosnn_bench_pysnn (pysnn/workloads.hpp), bit for bit, from a hash of their position."""

import numpy as np

INPUT_STREAM, WEIGHT_STREAM = 0, 1
CHUNK = 100  # steps whose input is made at once
DEAD_STEPS = 3  # of an input neuron after a spike

# The dense workload: a LIF that fires in about 5 % of its steps.
TAU_MS, TRACE_TAU_MS, DENSE_THRESHOLD, MEAN_DRIVE = 20.0, 20.0, 1.0, 1.56
ELIGIBILITY_DECAY = 0.95

# The convolutions: channels in, channels out, kernel, stride, padding; maps before and after.
LAYERS = [(2, 4, 5, 1, 1), (4, 8, 5, 2, 1), (8, 1, 3, 1, 0)]
MAPS = [34, 32, 15, 13]


def hashed(stream, position):
    """24 random bits for each position (uint64): the upper ones of SplitMix64."""
    with np.errstate(over="ignore"):
        z = position + np.uint64(stream << 60) + np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return ((z ^ (z >> np.uint64(31))) >> np.uint64(40)).astype(np.uint32)


def bound(probability):
    """What `hashed` stays below with this probability."""
    return np.uint32(round(probability * 2**24))


def uniform(shape, first, low, high):
    """Floats in [low, high), of which `first` is the position of the first."""
    position = np.arange(first, first + int(np.prod(shape)), dtype=np.uint64)
    unit = hashed(WEIGHT_STREAM, position).astype(np.float32) * np.float32(2.0**-24)
    return (np.float32(low) + np.float32(high - low) * unit).reshape(shape)


def positions(step, rows):
    return np.uint64(step << 32) + np.arange(rows, dtype=np.uint64)


def dense_weights(neurons):
    """(presynaptic, postsynaptic)."""
    return uniform((neurons, neurons), 0, 0, 2 * MEAN_DRIVE / (0.05 * neurons))


class DenseInput:
    """Every neuron fires in 5 % of its steps, at intervals of more than 3 steps: PySNN's synapses
    with a delay of 3 lose what comes faster."""

    def __init__(self, neurons, batch):
        self.shape = (batch, neurons)
        self.step = 0
        self.ready = np.zeros(batch * neurons, np.int64)  # the first step in which it may fire

    def next(self, steps):
        """Spikes of the next steps, as booleans (steps, batch, neurons)."""
        p = bound(0.05 / (1 - 0.05 * DEAD_STEPS))
        spikes = np.empty((steps, self.ready.size), bool)
        for fires in spikes:
            fires[:] = hashed(INPUT_STREAM, positions(self.step, fires.size)) < p
            fires &= self.ready <= self.step
            self.ready[fires] = self.step + DEAD_STEPS + 1
            self.step += 1
        return spikes.reshape((steps, *self.shape))


def reward(step):
    """+1 and -1 in turns of 50 steps."""
    return 1.0 if step // 50 % 2 == 0 else -1.0


def rate(neurons):
    """Learning rate of the dense workload: some per cent of the weights in 50 steps."""
    return 1.0 / neurons


def events(batch, steps):
    """Like a digit in front of an event camera: a ring that goes round three times in 100 steps,
    with ON events (channel 1) at its leading half, OFF events (0) at the other; 0.7 % of all
    pixels in a step, none within DEAD_STEPS of its last. Booleans (steps, batch, 2, 34, 34)."""
    p = bound(0.108)
    size = MAPS[0]
    y, x = np.mgrid[0:size, 0:size]
    out = np.zeros((steps, batch, 2, size, size), bool)
    ready = np.zeros((batch, size, size), np.int64)
    for t in range(steps):
        drawn = hashed(INPUT_STREAM, positions(t, batch * size * size)) < p
        drawn = drawn.reshape(batch, size, size) & (ready <= t)
        for b in range(batch):
            angle = 2 * np.pi * (3 * t / 100 + b / batch)
            ux, uy = (int(np.rint(100 * f(angle))) for f in (np.cos, np.sin))
            across = x - (17 + (6 * ux + 50) // 100)
            down = y - (17 + (6 * uy + 50) // 100)
            distance = across**2 + down**2
            fires = drawn[b] & (distance >= 25) & (distance <= 81)
            ahead = down * ux - across * uy > 0
            out[t, b, 0] = fires & ~ahead
            out[t, b, 1] = fires & ahead
            ready[b][fires] = t + DEAD_STEPS + 1
    return out


def kernels(layer, low, high):
    """Weights (channels out, channels in, rows, columns) of one of the LAYERS."""
    channels_in, channels_out, size, _, _ = LAYERS[layer]
    return uniform((channels_out, channels_in, size, size), layer << 32, low, high)


# Of the convolutions: LIF where the peers have nothing else, PySNN's FedeNeuron with its weights.
CONV_TAU_MS, CONV_THRESHOLD = 5.0, 0.8
CONV_DELAY, FEDE_REFRACTORY, FEDE_ALPHA = 3, 3.0, 0.2
WARM_UP = 20  # steps until all layers are active; they are not measured, nor is anything learned
LIF_KERNELS, FEDE_KERNELS = (0.0, 1.0), (1.0, 5.0)
# Learning rates: of SpikingJelly's STDP (sums over batch and positions), of FedeSTDP.
STDP_RATE, FEDE_RATE = 1e-6, 1e-4
FEDE_W_INIT, FEDE_A = 0.5, 0.5

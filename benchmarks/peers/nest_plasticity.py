"""Writes what plastic synapses do in NEST, for given spikes on both sides, to tests/golden/nest/,
for tests that need no NEST.

    python nest_plasticity.py [--out FOLDER] [--seed SEED]     with nest-simulator from PyPI

Each synapse joins two parrot neurons. Its trains have gaps and bursts, spikes in flight, and spikes
that meet at the synapse. Formats: tests/golden/nest/README.md."""

import argparse
import pathlib
import random

import nest

DT, STEPS = 0.1, 20_000
DELAYS = [10, 15, 32, 1]  # steps; all of it dendritic
GOLDEN = pathlib.Path(__file__).parents[2] / "tests" / "golden" / "nest"
# By name of the file: model, parameters, initial weight, time constant of the target's traces.
STDP = {"lambda": 0.02, "alpha": 1.1, "tau_plus": 17.0, "Wmax": 2.0}
SYNAPSES = {
    "stdp_additive": ("stdp_synapse", STDP | {"mu_plus": 0.0, "mu_minus": 0.0}, 0.9,
                      {"tau_minus": 23.0}),
    "stdp_multiplicative": ("stdp_synapse", STDP | {"mu_plus": 1.0, "mu_minus": 1.0}, 0.9,
                            {"tau_minus": 23.0}),
    "stdp_power": ("stdp_synapse", STDP | {"mu_plus": 0.4, "mu_minus": 0.4}, 0.9,
                   {"tau_minus": 23.0}),
    "stdp_triplet": ("stdp_triplet_synapse",
                     {"tau_plus": 16.8, "tau_plus_triplet": 101.0, "Aplus": 0.005,
                      "Aplus_triplet": 0.0062, "Aminus": 0.007, "Aminus_triplet": 0.0023,
                      "Kplus": 0.0, "Kplus_triplet": 0.0, "Wmax": 2.0}, 0.9,
                     {"tau_minus": 33.7, "tau_minus_triplet": 125.0}),
    "vogels_sprekeler": ("vogels_sprekeler_synapse",
                         {"tau": 20.0, "eta": 0.01, "alpha": 0.3, "Wmax": 2.0, "Kplus": 0.0}, 0.9,
                         {"tau_minus": 20.0}),
    "tsodyks2": ("tsodyks2_synapse",
                 {"U": 0.35, "u": 0.35, "x": 1.0, "tau_rec": 320.0, "tau_fac": 170.0}, 0.9, {}),
    "stdp_nn_symm": ("stdp_nn_symm_synapse", STDP | {"mu_plus": 0.0, "mu_minus": 0.0}, 0.9,
                     {"tau_minus": 23.0}),
    "stdp_nn_restr": ("stdp_nn_restr_synapse", STDP | {"mu_plus": 0.0, "mu_minus": 0.0}, 0.9,
                      {"tau_minus": 23.0}),
    "stdp_nn_pre_centered": ("stdp_nn_pre_centered_synapse",
                             STDP | {"mu_plus": 0.0, "mu_minus": 0.0}, 0.9, {"tau_minus": 23.0}),
    "stdp_dopamine": ("stdp_dopamine_synapse",
                      {"A_plus": 0.1, "A_minus": 0.15, "tau_plus": 17.0, "tau_c": 700.0,
                       "tau_n": 150.0, "b": 0.02, "Wmin": -50.0, "Wmax": 50.0}, 0.9,
                      {"tau_minus": 23.0}),
}


def train(random_, mean_gap):
    """Steps of spikes with gaps from 1 step to several times the mean."""
    steps, at = [], 5
    while True:
        at += max(1, round(random_.expovariate(1 / mean_gap)))
        if at >= STEPS - 100:
            return steps
        steps.append(at)


def trains(random_, delay):
    """Of both sides; every tenth spike of the target arrives at the synapse with one of the
    source."""
    pre = train(random_, 300)
    post = set(train(random_, 300)) | {s - delay for s in pre[::10]}
    return pre, sorted(post)


def volume_transmitter(steps):
    """Releases dopamine for given spikes."""
    transmitter = nest.Create("volume_transmitter", params={"deliver_interval": 1})
    parrot = nest.Create("parrot_neuron")
    spikes = nest.Create("spike_generator",
                         params={"spike_times": [round(s * DT, 1) for s in steps]})
    nest.Connect(spikes, parrot, syn_spec={"delay": DT})
    nest.Connect(parrot, transmitter, syn_spec={"delay": DT})
    return transmitter


def without_meetings(all_trains):
    """stdp_nn_restr_synapse counts spikes that meet as a pair, unlike the others: it is given
    none."""
    return [(pre, [s for s in post if s + delay not in pre])
            for delay, (pre, post) in zip(DELAYS, all_trains)]


def from_first_arrival(all_trains):
    """Before the first spike of a source stdp_nn_symm_synapse takes one to have been at time 0."""
    return [(pre, [s for s in post if s + delay > pre[0]])
            for delay, (pre, post) in zip(DELAYS, all_trains)]


def weights_of(model, parameters, weight, target, all_trains, dopamine):
    """Spikes of both sides in NEST's stamps, and the weight that each source's spike delivers."""
    nest.ResetKernel()
    nest.resolution = DT
    recorder = nest.Create("weight_recorder")
    if "tau_n" in parameters:
        parameters = parameters | {"volume_transmitter": volume_transmitter(dopamine)}
    nest.CopyModel(model, "recorded", parameters | {"weight_recorder": recorder})
    out = []
    for delay, (pre, post) in zip(DELAYS, all_trains):
        ends = nest.Create("parrot_neuron", 2)
        ends[1].set(target)
        for end, steps in zip(ends, (pre, post)):
            spikes = nest.Create("spike_generator",
                                 params={"spike_times": [round(s * DT, 1) for s in steps]})
            nest.Connect(spikes, end, syn_spec={"delay": DT})
        # Receptor 1: the parrot does not repeat what this synapse delivers.
        nest.Connect(ends[0], ends[1], syn_spec={"synapse_model": "recorded", "weight": weight,
                                                 "delay": delay * DT, "receptor_type": 1})
        out.append(ends[0].global_id)
    nest.Simulate(STEPS * DT)
    events = recorder.events
    return [[w for sender, _, w in sorted(zip(events["senders"], events["times"],
                                              events["weights"])) if sender == first]
            for first in out]


# Voltage-based: ten pairs of an arrival and a spike of a Hodgkin-Huxley neuron at some frequency
# (Hz), the arrival earlier by some ms, and a last arrival after 150 ms. Steps are short: NEST filters
# the potential within them.
CLOPATH = {"A_LTD": 14e-5, "A_LTP": 8e-5, "theta_plus": -45.3, "theta_minus": -70.6,
           "tau_u_bar_plus": 7.0, "tau_u_bar_minus": 10.0, "delay_u_bars": 5.0}
CLOPATH_DT, PAIRS, SETTLE_MS, STRONG, CLOPATH_DELAY = 0.02, 10, 1000, 3000.0, 50
PROTOCOLS = [(hz, lead) for hz in (5, 10, 20, 40, 50) for lead in (10, -10)]


def clopath_weights(drive, pre):
    """The weights that the source's spikes deliver, where `drive` makes the target fire."""
    nest.ResetKernel()
    nest.resolution = CLOPATH_DT
    recorder = nest.Create("weight_recorder")
    nest.CopyModel("clopath_synapse", "recorded", {"weight_recorder": recorder})
    # Its filters begin at 0 mV, whatever its potential is.
    target = nest.Create("hh_psc_alpha_clopath",
                         params=CLOPATH | {"u_bar_plus": -65.0, "u_bar_minus": -65.0})
    parrot = nest.Create("parrot_neuron")
    for steps, end, weight, delay in ((drive, target, STRONG, CLOPATH_DELAY), (pre, parrot, 1, 1)):
        spikes = nest.Create("spike_generator",
                             params={"spike_times": [round(s * CLOPATH_DT, 2) for s in steps]})
        nest.Connect(spikes, end, syn_spec={"weight": weight, "delay": delay * CLOPATH_DT})
    nest.Connect(parrot, target, syn_spec={"synapse_model": "recorded", "weight": 0.5,
                                           "delay": CLOPATH_DELAY * CLOPATH_DT})
    nest.Simulate((pre[-1] + 100) * CLOPATH_DT)
    return [w for _, w in sorted(zip(recorder.events["times"], recorder.events["weights"]))]


def write_clopath(folder):
    lines = [f"# clopath_synapse and hh_psc_alpha_clopath of NEST {nest.__version__}; by "
             "benchmarks/peers/nest_plasticity.py"]
    lines += [f"parameter {key} {value!r}" for key, value in CLOPATH.items()]
    lines += ["parameter weight 0.5", f"parameter drive {STRONG!r}", f"parameter dt {CLOPATH_DT}"]
    steps = lambda ms: round(ms / CLOPATH_DT)
    for number, (hz, lead) in enumerate(PROTOCOLS):
        drive = [steps(SETTLE_MS + k * 1000 / hz) for k in range(PAIRS)]
        pre = [s - steps(lead) for s in drive] + [drive[-1] + steps(150)]
        weights = clopath_weights(drive, pre)
        assert len(weights) == len(pre)
        lines += [f"delay {number} {CLOPATH_DELAY}"]
        lines += [" ".join(map(str, [word, number, *values]))
                  for word, values in (("pre", [s + 1 for s in pre]), ("post", drive),
                                       ("weights", weights))]
    (folder / "clopath.txt").write_text("\n".join(lines) + "\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=pathlib.Path, default=GOLDEN)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    random_ = random.Random(options.seed)
    all_trains = [trains(random_, delay) for delay in DELAYS]
    dopamine = train(random_, 900)
    write_clopath(options.out)
    every_train = all_trains
    for name, (model, parameters, weight, target) in SYNAPSES.items():
        change = {"stdp_nn_restr": without_meetings, "stdp_nn_symm": from_first_arrival}
        all_trains = change.get(name, lambda same: same)(every_train)
        lines = [f"# {model} of NEST {nest.__version__}; by benchmarks/peers/nest_plasticity.py, "
                 f"seed {options.seed}"]
        lines += [f"parameter {key} {value!r}" for key, value in (parameters | target).items()]
        lines.append(f"parameter weight {weight!r}")
        if "tau_n" in parameters:
            lines.append(" ".join(map(str, ["reward", 0, *dopamine])))
        weights = weights_of(model, parameters, weight, target, all_trains, dopamine)
        for number, (delay, (pre, post), values) in enumerate(zip(DELAYS, all_trains, weights)):
            assert len(pre) == len(values), (name, len(pre), len(values))
            lines.append(f"delay {number} {delay}")
            lines.append(" ".join(map(str, ["pre", number, *pre])))
            lines.append(" ".join(map(str, ["post", number, *post])))
            lines.append(" ".join(map(str, ["weights", number, *values])))
        (options.out / f"{name}.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()

"""Writes what single neurons of NEST do under given input to tests/golden/nest/, one file a model,
for tests that need no NEST.

    python nest_neurons.py [--out FOLDER] [MODEL...]     with nest-simulator from PyPI

Format of a file (tests/golden/nest/README.md): comments, then lines of a word and numbers. Steps of
0.1 ms are counted from 0; step s leads from time 0.1 s to 0.1 (s + 1) ms.

    parameter NAME VALUE   NEST's default
    initial NAME VALUE     state before the first step
    input STEP WEIGHT      a spike that is delivered in this step; inhibitory where negative
    current STEP PA        injected from this step on
    fired STEP
    v STEP MV              membrane potential after this step"""

import argparse
import pathlib
import random

import nest

DT, STEPS, SAMPLED = 0.1, 2000, 10
GOLDEN = pathlib.Path(__file__).parents[2] / "tests" / "golden" / "nest"

# By model: weights of excitatory and inhibitory spikes, rates of both in Hz, and the currents (pA)
# of the four quarters of the run.
MODELS = {
    "iaf_psc_delta": (2.0, -1.5, 300, 150, (0, 250, 500, -200)),
    "iaf_psc_exp": (250.0, -200.0, 600, 300, (0, 250, 500, -200)),
    "iaf_psc_alpha": (150.0, -120.0, 600, 300, (0, 250, 500, -200)),
    "mat2_psc_exp": (250.0, -200.0, 600, 300, (0, 250, 500, -200)),
    "iaf_cond_exp": (60.0, -40.0, 600, 300, (0, 200, 500, -200)),
    "iaf_cond_alpha": (25.0, -15.0, 600, 300, (0, 200, 500, -200)),
    "aeif_cond_exp": (60.0, -30.0, 400, 200, (0, 500, 1200, -200)),
    "hh_psc_alpha": (300.0, -150.0, 400, 200, (0, 400, 900, -200)),
}
# The parameters and, before the first step, the state that the models' equations have.
PARAMETERS = ["C_m", "tau_m", "g_L", "E_L", "V_th", "V_reset", "t_ref", "I_e", "tau_syn_ex",
              "tau_syn_in", "E_ex", "E_in", "Delta_T", "V_peak", "a", "b", "tau_w", "g_Na", "g_K",
              "E_Na", "E_K", "omega", "alpha_1", "alpha_2", "tau_1", "tau_2"]
STATE = ["V_m", "w", "Act_m", "Inact_h", "Act_n"]


def spikes_of(model, seed):
    """Input spikes (step, weight), none in step 0."""
    draw = random.Random(seed)
    excitatory, inhibitory, rate_ex, rate_in, _ = MODELS[model]
    return [(step, weight) for step in range(1, STEPS)
            for weight, rate in ((excitatory, rate_ex), (inhibitory, rate_in))
            if draw.random() < rate * DT / 1000]


def simulate(model, inputs, currents):
    """Steps of its spikes and potentials after steps SAMPLED - 1, 2 SAMPLED - 1, ..."""
    nest.ResetKernel()
    nest.resolution = DT
    neuron = nest.Create(model)
    # A spike of time t arrives with a delay of one step in the update that ends at t + 0.1 ms.
    for weight in sorted({w for _, w in inputs}):
        times = [round(step * DT, 1) for step, w in inputs if w == weight]
        source = nest.Create("spike_generator", params={"spike_times": times})
        nest.Connect(source, neuron, syn_spec={"weight": weight, "delay": DT})
    meter = nest.Create("multimeter", params={"record_from": ["V_m"], "interval": SAMPLED * DT})
    spikes = nest.Create("spike_recorder", params={"time_in_steps": True})
    nest.Connect(meter, neuron)
    nest.Connect(neuron, spikes)
    with nest.RunManager():
        for current in currents:
            neuron.I_e = current
            nest.Run(STEPS * DT / len(currents))
        nest.Run(2.0)
    fired = [int(s) - 1 for s in spikes.events["times"] if s <= STEPS]
    potentials = [float(v) for v in meter.events["V_m"]][:STEPS // SAMPLED]
    assert [round(t / DT) for t in meter.events["times"]][:len(potentials)] == [
        SAMPLED * (k + 1) for k in range(len(potentials))]
    return fired, potentials


def defaults(model, names):
    of_nest = nest.GetDefaults(model)
    return {name: of_nest[name] for name in names if name in of_nest and
            (model, name) != ("mat2_psc_exp", "V_th")}  # there V_th is no parameter


def write(folder, model):
    inputs, currents = spikes_of(model, seed=1), MODELS[model][4]
    fired, potentials = simulate(model, inputs, currents)
    quarter = STEPS // len(currents)
    lines = [f"# {model}, NEST {nest.__version__}, dt {DT} ms; by benchmarks/peers/nest_neurons.py"]
    lines += [f"parameter {k} {v!r}" for k, v in defaults(model, PARAMETERS).items()]
    lines += [f"initial {k} {v!r}" for k, v in defaults(model, STATE).items()]
    lines += [f"input {step} {weight!r}" for step, weight in inputs]
    lines += [f"current {k * quarter} {current!r}" for k, current in enumerate(currents)]
    lines += [f"fired {step}" for step in fired]
    lines += [f"v {SAMPLED * (k + 1) - 1} {v:.12g}" for k, v in enumerate(potentials)]
    (folder / f"{model}.txt").write_text("\n".join(lines) + "\n")
    print(f"{model}: {len(inputs)} spikes in, {len(fired)} out, "
          f"{min(potentials):.1f} to {max(potentials):.1f} mV")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="*", default=list(MODELS), metavar="MODEL")
    parser.add_argument("--out", type=pathlib.Path, default=GOLDEN)
    args = parser.parse_args()
    nest.verbosity = nest.VerbosityLevel.ERROR
    args.out.mkdir(parents=True, exist_ok=True)
    for model in args.models:
        write(args.out, model)


if __name__ == "__main__":
    main()

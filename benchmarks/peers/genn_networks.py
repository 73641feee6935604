"""One of the networks of networks.py in GeNN's single-threaded CPU back end; prints a line of JSON.

    python genn_networks.py brunel|cuba|coba [--folder FOLDER] ...

GeNN is built by hand from its repository (github.com/genn-team/genn, pip install .). Its generated
code is kept in the folder and compiled anew only where it has changed."""

import contextlib
import math
import os
import pathlib
import sys
import tempfile
import time

from networks import BRUNEL, COBA, CUBA, DT, arguments, edges, rates, report

os.environ.setdefault("CXX", "g++ -march=native")  # -O3 -ffast-math are GeNN's own

import pygenn  # noqa: E402
from pygenn import (GeNNModel, create_neuron_model, init_postsynaptic, init_var,  # noqa: E402
                    init_weight_update)

# Potentials jump by what arrives; Poisson numbers of external spikes by Knuth's product.
DELTA = """
scalar noise = 0.0;
scalar product = gennrand_uniform();
while (product > Limit) { noise += J; product *= gennrand_uniform(); }
if (Ref > 0) { Ref -= 1; } else { V = V * Decay + Isyn + noise; }
"""
CURRENT = """
if (Ref > 0) { Ref -= 1; }
else { V = El + (V - El) * Decay + Isyn * Scale; }
"""
CONDUCTANCE = """
if (Ref > 0) { Ref -= 1; }
else {
  const scalar g = Gl + Ge + Gi;
  const scalar end = (Gl * El + Ge * Ee + Gi * Ei + Drive) / g;
  V = end + (V - end) * exp(-dt * g / C);
}
"""


models = []  # made here, to which GeNN itself holds no reference


def neuron_model(name, parameters, code, inputs=()):
    return create_neuron_model(
        name, params=["Th", "Reset", "Steps", *parameters], vars=[("V", "scalar"), ("Ref", "int")],
        additional_input_vars=[(i, "scalar", 0.0) for i in inputs], sim_code=code,
        threshold_condition_code="Ref <= 0 && V >= Th", reset_code="V = Reset; Ref = Steps;")


def arriving(tau, target="Isyn"):
    """A synapse's current or conductance decays with tau, a spike adds the weight; the neuron sees
    it one step later, as in NEST."""
    model = pygenn.create_postsynaptic_model(
        f"decay_{target}", params=["Decay"], vars=[("g", "scalar")],
        sim_code="injectCurrent(g); g = g * Decay + inSyn; inSyn = 0;")
    models.append(model)
    made = init_postsynaptic(model, {"Decay": math.exp(-DT / tau)}, {"g": 0.0})
    return made, target


def network_of(name):
    """Its parameters, neuron model, that model's own parameters, both kinds of synapses and their
    weights."""
    if name == "brunel":
        p = BRUNEL
        own = {"Decay": math.exp(-DT / p["tau"]), "J": p["weight"],
               "Limit": math.exp(-p["external_hz"] * DT / 1000)}
        delta = (init_postsynaptic("DeltaCurr"), "Isyn")
        return p, neuron_model("delta", own, DELTA), own, (delta, delta), (
            p["weight"], -p["g"] * p["weight"])
    if name == "cuba":
        p = CUBA
        decay = math.exp(-DT / p["tau"])
        own = {"Decay": decay, "El": p["e_l"], "Scale": p["tau"] / p["c_m"] * (1 - decay)}
        kinds = arriving(p["tau_ex"]), arriving(p["tau_in"])
        return p, neuron_model("current", own, CURRENT), own, kinds, (p["w_ex"], p["w_in"])
    p = COBA
    own = {"C": p["c_m"], "Gl": p["g_l"], "El": p["e_l"], "Ee": p["e_ex"], "Ei": p["e_in"],
           "Drive": p["i_e"]}
    kinds = arriving(p["tau_ex"], "Ge"), arriving(p["tau_in"], "Gi")
    return p, neuron_model("conductance", own, CONDUCTANCE, ("Ge", "Gi")), own, kinds, (
        p["w_ex"], p["w_in"])


def make(args):
    p, neuron, own, kinds, weights = network_of(args.network)
    model = GeNNModel("float", args.network, backend="single_threaded_cpu", optimize_code=True)
    model.dt, model.seed = DT, args.seed
    lowest = 0.0 if args.network == "brunel" else p["reset"]
    parameters = {"Th": p["threshold"], "Reset": p["reset"], "Steps": round(p["t_ref"] / DT), **own}
    cells = model.add_neuron_population(
        "Cells", p["excitatory"] + p["inhibitory"], neuron, parameters,
        {"V": init_var("Uniform", {"min": lowest, "max": p["threshold"]}), "Ref": 0})
    for name, (postsynaptic, target), weight, (sources, targets) in zip(
            ("Excite", "Inhibit"), kinds, weights, edges(p, args.seed)):
        synapses = model.add_synapse_population(
            name, "SPARSE", cells, cells,
            init_weight_update("StaticPulseConstantWeight", {"g": weight}), postsynaptic)
        synapses.post_target_var = target
        synapses.axonal_delay_steps = round(p["delay"] / DT) - 1
        synapses.set_sparse_connections(sources, targets)
    cells.spike_recording_enabled = True
    return p, model, cells


def steps(model, ms):
    for _ in range(round(ms / DT)):
        model.step_time()


def main():
    args = arguments(__doc__, ["brunel", "cuba", "coba"])
    if args.threads != 1:
        raise SystemExit("GeNN's CPU back end has one thread")
    folder = args.folder or tempfile.mkdtemp()
    pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
    with contextlib.chdir(folder), contextlib.redirect_stdout(sys.stderr):
        p, model, cells = make(args)
        model.build()
        start = time.perf_counter()
        model.load(num_recording_timesteps=round(args.time / DT))
        build_s = time.perf_counter() - start
        steps(model, args.drop)
        start = time.perf_counter()
        steps(model, args.time)
        run_s = time.perf_counter() - start
        model.pull_recording_buffers_from_device()
    _, neurons = cells.spike_recording_data[0]
    exc = int((neurons < p["excitatory"]).sum())
    sizes = {"Exc": p["excitatory"], "Inh": p["inhibitory"]}
    report(f"GeNN {pygenn.__version__} (CPU)", args, build_s, run_s,
           rates({"Exc": exc, "Inh": len(neurons) - exc}, sizes, args.time),
           sum(sizes.values()) * (p["in_exc"] + p["in_inh"]))


if __name__ == "__main__":
    main()

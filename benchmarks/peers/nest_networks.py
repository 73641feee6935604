"""One of the networks of networks.py in NEST; prints a line of JSON.

    python nest_networks.py brunel|stdp|cuba|coba|microcircuit [--threads 2] [--time 1000] ..."""

import math
import time

import nest

from networks import (BRUNEL, COBA, CUBA, DT, MICROCIRCUIT, POPULATIONS, STDP, arguments,
                      current_for_scale, rates, report, synapses_of_microcircuit,
                      weight_of_microcircuit)


def brunel(args):
    p = BRUNEL
    plastic = args.network == "stdp"
    cell = {"C_m": 1.0, "tau_m": p["tau"], "E_L": 0.0, "V_th": p["threshold"],
            "V_reset": p["reset"], "t_ref": p["t_ref"],
            "V_m": nest.random.uniform(0.0, p["threshold"])}
    if plastic:
        cell["tau_minus"] = STDP["tau"]
    exc, inh = (nest.Create("iaf_psc_delta", p[s], params=cell) for s in ("excitatory",
                                                                          "inhibitory"))
    noise = nest.Create("poisson_generator", params={"rate": p["external_hz"]})
    nest.Connect(noise, exc + inh, syn_spec={"weight": p["weight"], "delay": p["delay"]})
    rule = {"synapse_model": "stdp_synapse", "Wmax": STDP["w_max"], "lambda": STDP["step"],
            "alpha": STDP["ratio"], "mu_plus": 0.0, "mu_minus": 0.0, "tau_plus": STDP["tau"]}
    balanced(exc, inh, p, p["weight"], -p["g"] * p["weight"], rule if plastic else {})
    return {"Exc": exc, "Inh": inh}


def balanced(exc, inh, p, w_ex, w_in, rule=None):
    """Fixed in-degrees from both to all; `rule` is that of synapses between excitatory neurons."""
    for sources, number, weight in ((exc, p["in_exc"], w_ex), (inh, p["in_inh"], w_in)):
        for targets in (exc, inh) if rule else (exc + inh,):
            own = rule if rule and sources is exc and targets is exc else {}
            nest.Connect(sources, targets, {"rule": "fixed_indegree", "indegree": number},
                         {"weight": weight, "delay": p["delay"], **own})


def vogels_abbott(model, p, **own):
    cell = {"C_m": p["c_m"], "E_L": p["e_l"], "V_th": p["threshold"], "V_reset": p["reset"],
            "t_ref": p["t_ref"], "tau_syn_ex": p["tau_ex"], "tau_syn_in": p["tau_in"],
            "I_e": p["i_e"], "V_m": nest.random.uniform(p["reset"], p["threshold"]), **own}
    exc, inh = (nest.Create(model, p[s], params=cell) for s in ("excitatory", "inhibitory"))
    balanced(exc, inh, p, p["w_ex"], -abs(p["w_in"]))
    return {"Exc": exc, "Inh": inh}


def cuba(_args):
    p = CUBA
    return vogels_abbott("iaf_psc_exp", p, tau_m=p["tau"])


def coba(_args):
    p = COBA
    return vogels_abbott("iaf_cond_exp", p, g_L=p["g_l"], E_ex=p["e_ex"], E_in=p["e_in"])


def microcircuit(args):
    m, scale = MICROCIRCUIT, args.scale
    populations = {}
    for k, name in enumerate(POPULATIONS):
        cell = {"C_m": m["c_m"], "tau_m": m["tau_m"], "E_L": m["e_l"], "V_th": m["threshold"],
                "V_reset": m["e_l"], "t_ref": m["t_ref"], "tau_syn_ex": m["tau_syn"],
                "tau_syn_in": m["tau_syn"], "I_e": current_for_scale(k, scale),
                "V_m": nest.random.normal(m["v_mean"][k], m["v_sd"][k])}
        populations[name] = nest.Create("iaf_psc_exp", round(scale * m["sizes"][k]), params=cell)
        noise = nest.Create("poisson_generator",
                            params={"rate": scale * m["external"][k] * m["external_hz"]})
        nest.Connect(noise, populations[name],
                     syn_spec={"weight": m["weight"] / math.sqrt(scale), "delay": m["delay_ex"]})
    for target, to in enumerate(populations.values()):
        for source, from_ in enumerate(populations.values()):
            number = round(scale**2 * synapses_of_microcircuit(target, source))
            if number:
                nest.Connect(from_, to, {"rule": "fixed_total_number", "N": number},
                             synapse_of_microcircuit(target, source, scale))
    return populations


def synapse_of_microcircuit(target, source, scale):
    m = MICROCIRCUIT
    mean = weight_of_microcircuit(target, source) / math.sqrt(scale)
    delay = m["delay_in"] if source % 2 else m["delay_ex"]
    side = {"max": 0.0} if source % 2 else {"min": 0.0}
    weight = nest.math.redraw(nest.random.normal(mean, m["weight_sd"] * abs(mean)),
                              **{"min": -math.inf, "max": math.inf, **side})
    delays = nest.math.redraw(nest.random.normal(delay, m["delay_sd"] * delay), min=DT,
                              max=math.inf)
    return {"weight": weight, "delay": delays}


def main():
    networks = {"brunel": brunel, "stdp": brunel, "cuba": cuba, "coba": coba, "microcircuit": microcircuit}
    args = arguments(__doc__, networks)
    nest.verbosity = nest.VerbosityLevel.ERROR
    nest.resolution, nest.local_num_threads, nest.rng_seed = DT, args.threads, args.seed
    start = time.perf_counter()
    populations = networks[args.network](args)
    counters = {name: nest.Create("spike_recorder") for name in populations}
    for name, cells in populations.items():
        nest.Connect(cells, counters[name])
    sizes = {name: len(cells) for name, cells in populations.items()}
    nest.Prepare()
    build_s = time.perf_counter() - start
    nest.Run(args.drop)
    before = {name: counter.n_events for name, counter in counters.items()}
    start = time.perf_counter()
    nest.Run(args.time)
    run_s = time.perf_counter() - start
    spikes = {name: counter.n_events - before[name] for name, counter in counters.items()}
    nest.Cleanup()
    report(f"NEST {nest.__version__}", args, build_s, run_s, rates(spikes, sizes, args.time),
           nest.num_connections)


if __name__ == "__main__":
    main()

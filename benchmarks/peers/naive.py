"""Plain serial simulation in double precision of small networks: a list of synapses, one of spikes
in flight, and the models' equations by exact integration (Rotter & Diesmann 1999) as written. It
says what nest_reference.py expects NEST to do, and shares no code with NEST or koSNN.

In step s: what arrives is summed, each neuron advances and may fire, and a spike of step s acts
over a delay of d steps in step s + d. Potentials are relative to E_L."""

import math


class Delta:
    """iaf_psc_delta: a spike is a jump in mV, lost in a neuron that is refractory."""

    def __init__(self, p, h):
        self.h = h
        self.decay = math.exp(-h / p["tau_m"])
        self.drift = p["I_e"] * p["tau_m"] / p["C_m"] * (1 - self.decay)
        self.threshold, self.reset = p["V_th"] - p["E_L"], p["V_reset"] - p["E_L"]
        self.refractory_steps = round(p["t_ref"] / h)
        self.v, self.refractory = 0.0, 0

    def synapses(self, excitatory, inhibitory):
        """Advances them by a step in which these sums of weights arrive, and returns what they do
        to the potential."""
        return excitatory + inhibitory

    def step(self, excitatory, inhibitory):
        change = self.synapses(excitatory, inhibitory)
        if self.refractory > 0:
            self.refractory -= 1
        else:
            self.v = self.decay * self.v + self.drift + change
        if self.v < self.threshold:
            return False
        self.v, self.refractory = self.reset, self.refractory_steps
        return True


class Exponential(Delta):
    """iaf_psc_exp: a spike adds to a current that decays; the potential sees it one step later."""

    def __init__(self, p, h):
        super().__init__(p, h)
        self.current = [0.0, 0.0]
        self.taus = (p["tau_syn_ex"], p["tau_syn_in"])
        self.effects = [self.effect(tau, p["tau_m"], p["C_m"]) for tau in self.taus]

    def effect(self, tau, tau_m, c_m):
        """Of a current of 1 pA that decays with tau, on the potential in one step."""
        return tau * tau_m / (tau_m - tau) / c_m * (self.decay - math.exp(-self.h / tau))

    def synapses(self, *arriving):
        change = sum(e * i for e, i in zip(self.effects, self.current))
        self.current = [i * math.exp(-self.h / tau) + w
                        for i, tau, w in zip(self.current, self.taus, arriving)]
        return change


class Alpha(Exponential):
    """iaf_psc_alpha: a current (e / tau) t exp(-t / tau) for each spike, 1 at its peak."""

    def __init__(self, p, h):
        super().__init__(p, h)
        self.slope = [0.0, 0.0]
        self.slope_effects = [self.effect_of_slope(tau, p["tau_m"], p["C_m"]) for tau in self.taus]

    def effect_of_slope(self, tau, tau_m, c_m):
        """Of a current t exp(-t / tau)."""
        k = 1 / tau - 1 / tau_m
        return self.decay / c_m * (1 - math.exp(-k * self.h) * (1 + k * self.h)) / k**2

    def synapses(self, *arriving):
        change = sum(e * i for e, i in zip(self.effects, self.current))
        change += sum(e * s for e, s in zip(self.slope_effects, self.slope))
        for k, tau in enumerate(self.taus):
            decay = math.exp(-self.h / tau)
            self.current[k] = decay * (self.current[k] + self.h * self.slope[k])
            self.slope[k] = decay * self.slope[k] + math.e / tau * arriving[k]
        return change


MODELS = {"iaf_psc_delta": Delta, "iaf_psc_exp": Exponential, "iaf_psc_alpha": Alpha}


def simulate(model, parameters, h, neurons, steps, inputs, edges, input_spikes, unit):
    """Spike steps of each neuron, and how close any potential came to the threshold (mV).
    `inputs` and `edges` are lists of (source, target, weight, delay in steps), `input_spikes` the
    steps of each source; weights are in `unit`."""
    cells = [MODELS[model](parameters, h) for _ in range(neurons)]
    in_flight = {}  # by step of arrival: (target, weight)
    fans = [[e for e in edges if e[0] == n] for n in range(neurons)]

    def send(synapses, step):
        for _, target, weight, delay in synapses:
            in_flight.setdefault(step + delay, []).append((target, weight * unit))

    for source, spikes in enumerate(input_spikes):
        for step in spikes:
            send([e for e in inputs if e[0] == source], step)
    fired, margin = [[] for _ in cells], math.inf
    for step in range(steps):
        arriving = [[0.0, 0.0] for _ in cells]
        for target, weight in in_flight.pop(step, []):
            arriving[target][weight < 0] += weight
        for n, cell in enumerate(cells):
            before = cell.refractory
            if cell.step(*arriving[n]):
                fired[n].append(step)
                send(fans[n], step)
            elif before == 0:
                margin = min(margin, abs(cell.v - cell.threshold))
    return fired, margin

"""Doors: the same pairs of spin chains joined by a random matrix, by random products, by a bond."""

import os
import pathlib

import matplotlib.pyplot as plt
import numpy as np
import rmtheat
from rmtheat import plot

from rmtheat.statistics import Estimate, threshold
from report import Report

# H = sum Z_k Z_(k+1) + sum g X_k + h Z_k: chaotic where both fields are there, integrable for h = 0.
FIELDS = {"tilted": (0.9045, 0.8090), "transverse": (0.9045, 0.0)}
DOORS = {"full": ("full GUE matrix", plot.BLACK), "products": ("random product", plot.BLUE), "bond": ("bond Z Z", plot.RED)}
OBSERVABLE = "heat_current"
X, Z = np.array([[0.0, 1.0], [1.0, 0.0]]), np.diag([1.0, -1.0])


def on(spin, matrix, spins):
    """A spin's operator on the chain."""
    return np.kron(np.kron(np.eye(2**spin), matrix), np.eye(2 ** (spins - spin - 1)))


def chain(spins, transverse, longitudinal):
    bonds = sum(on(k, Z, spins) @ on(k + 1, Z, spins) for k in range(spins - 1))
    return bonds + sum(transverse * on(k, X, spins) + longitudinal * on(k, Z, spins) for k in range(spins))


def prepare(study):
    """Writes the pairs that the jobs name: CHAIN_SPINS.h5, joined by Z Z between their ends."""
    files = {pathlib.Path(run.options["system1.file"].split(":")[0]) for run in study.jobs}
    for file in files:
        if file.exists():
            continue
        name, spins = file.stem.split("_")
        spins = int(spins)
        hamiltonian = chain(spins, *FIELDS[name])
        file.parent.mkdir(parents=True, exist_ok=True)
        whole = file.with_suffix(f".{os.getpid()}")  # jobs of an array may come at once
        rmtheat.write_pair(whole, hamiltonian, hamiltonian, on(spins - 1, Z, spins), on(0, Z, spins))
        whole.replace(file)


def pick(study, name, door):
    return next(run for run in study.runs if run.output.stem == f"{name}_{door}")


def sums(run):
    """Weights that integrate over time: the heat transferred by the end."""
    times = run.results.time
    weights = np.full(len(times), times[1] - times[0])
    weights[[0, -1]] *= 0.5
    return weights


def heat(run):
    """Transferred by the end; without error where there is one realization, which is exact."""
    values = run.results.observables[OBSERVABLE].samples[:, 0] @ sums(run)
    return Estimate(values.mean(), values.std(ddof=1) / len(values) ** 0.5 if len(values) > 1 else 0.0)


def leading(run):
    return run.results.predictions["finite_n/lo"][OBSERVABLE][0] @ sums(run)


def draw(study):
    figure, panels = plt.subplots(1, 2, figsize=(11, 4.6), sharey=True)
    for axes, name in zip(panels, FIELDS):
        for door, (label, color) in DOORS.items():
            results = pick(study, name, door).results
            if results.realizations > 1:
                plot.measured(axes, results, OBSERVABLE, color=color, label=label)
            else:
                axes.plot(results.time, results.observables[OBSERVABLE].mean[0], color=color, label=label)
            if door != "products":
                plot.predicted(axes, results, OBSERVABLE, names=["finite_n/lo"], color=color, linestyle=":",
                               label="LO, from the elements" if door == "bond" else "LO, random matrix")
        axes.set_title(f"{name} field")
        plot.finish(axes, results, plot.label_with_units("heat current $J_Q$", results.units(OBSERVABLE))
                    if name == "tilted" else "", legend=name == "tilted")
    return figure


def report(study):
    page = Report(study.title, "Two Ising chains, chaotic or integrable, and three doors between them of the same strength: one random "
                  "matrix, a random product of operators, the bond between their ends. What does the heat depend on?")
    found = {(name, door): heat(pick(study, name, door)) for name in FIELDS for door in DOORS}
    expected = {(name, door): leading(pick(study, name, door)) for name in FIELDS for door in DOORS}
    rows = [(name, DOORS[door][0], pick(study, name, door).results.realizations, found[name, door], f"{expected[name, door]:.4g}",
             found[name, door] / expected[name, door]) for name in FIELDS for door in DOORS]
    ratios = {key: found[key] / expected[key] for key in found}
    random = {door: ratios["tilted", door] - ratios["transverse", door] for door in ("full", "products")}
    # Fourth order depends on the levels' density, of which the two chains' are alike, not equal.
    page.verdict("Through random doors chaotic and integrable chains are alike",
                 all(abs(gap.value) < 0.05 + threshold(2) * gap.error for gap in random.values()),
                 "heat over that of leading order, chaotic less integrable: "
                 + ", ".join(f"{gap} by {DOORS[door][0]}" for door, gap in random.items())
                 + f" (needed: within 0.05 and {threshold(2):.1f} standard errors)")
    through_bond = {name: found[name, "bond"].value / expected[name, "full"] for name in FIELDS}
    gap = through_bond["tilted"] / through_bond["transverse"]
    page.verdict("Through a bond they are not", abs(gap - 1.0) > 0.1,
                 "heat over leading order of the random matrix: " + ", ".join(f"{value:.3f} ({name})" for name, value in through_bond.items())
                 + f"; their ratio is {gap:.3f} (needed: more than 10 % from 1)")
    nearer = {name: (abs(found[name, "bond"].value / expected[name, "bond"] - 1.0), abs(through_bond[name] - 1.0)) for name in FIELDS}
    page.verdict("It is the matrix elements that tell: leading order from them is nearer to the bond than that of a random matrix",
                 all(own < other for own, other in nearer.values()),
                 "relative distance of the heat: " + ", ".join(f"{own:.3f} and {other:.3f} ({name})" for name, (own, other) in nearer.items()))
    page.answered(
        "On what the door is. Over leading order of the random matrix the heat is, chaotic and integrable: "
        + "; ".join(f"{ratios['tilted', door]} and {ratios['transverse', door]} through a {DOORS[door][0]}" for door in ("full", "products"))
        + f"; {through_bond['tilted']:.3f} and {through_bond['transverse']:.3f} through the bond.")
    run = pick(study, "tilted", "bond").results
    spins = int(np.log2(run.attributes["n1"]))
    page.heading("Heat currents")
    page.figure(draw(study), f"{spins} spins a side, λ = {run.config['coupling']['strength']}, β₁ = 0.3, β₂ = 0.1; points with standard errors. "
                "The bond's coupling is one, without an error bar where it is diagonalized.")
    page.table(("chains", "door", "realizations", "heat by the end (energy)", "LO", "over LO"), rows,
               "Heat from system 2 into system 1 up to the last time, simulated and by leading order of the levels and couplings used.")
    return page

"""Ordered or chaotic rooms: regular, independent and repelling levels of the same density."""

import matplotlib.pyplot as plt
import numpy as np
from rmtheat import plot

from rmtheat.statistics import Estimate, measure, power_law, spread, threshold, window
from report import Report

WINDOW = (2.0, 5.0)
OBSERVABLE = "heat_current"
# How levels are placed: label, colour, marker, and the exponent p of the law that the scatter between
# realizations follows, N^-p. A mean over N independent levels scatters as N^-1/2, one over the rigid
# levels of the GUE as 1/N. Regular levels leave the scatter of the coupling alone, 1/D = N^-2.
PLACEMENTS = {
    "quantile": ("regular", plot.BLUE, "s", 2.0),
    "gue": ("repelling", plot.GREEN, "D", 1.0),
    "iid": ("independent", plot.RED, "o", 0.5),
}

EXPONENTS = {2.0: "2", 1.0: "1", 0.5: "1/2"}


def select(study, placement, methods=("diagonalization", "lanczos")):
    return sorted((run for run in study.runs if run["levels"] == placement and run["method"] in methods),
                  key=lambda run: run["size"])


def mean_shift(run):
    """Mean over the window less the continuum's, relative to it: simulated, predicted for the levels."""
    weights = window(run.results, *WINDOW)
    continuum = run.results.predictions["large_n/resummed"][OBSERVABLE][0] @ weights
    predicted = run.results.predictions["finite_n/resummed"][OBSERVABLE][0] @ weights
    simulated = measure(run.results, OBSERVABLE, weights)
    return (simulated - continuum) / continuum, predicted / continuum - 1.0


def relative_spread(run):
    weights = window(run.results, *WINDOW)
    continuum = run.results.predictions["large_n/resummed"][OBSERVABLE][0] @ weights
    return spread(run.results, OBSERVABLE, weights) / continuum


def draw_curves(study):
    sizes = sorted({run["size"] for run in study.runs})
    sizes = sorted({sizes[0], sizes[len(sizes) // 2], sizes[-1]})
    figure, panels = plt.subplots(1, len(sizes), figsize=(4.2 * len(sizes), 4.4), sharey=True, squeeze=False)
    for size, axes in zip(sizes, panels[0]):
        for placement, (label, color, _, _) in PLACEMENTS.items():
            for run in select(study, placement):
                if run["size"] == size:
                    plot.measured(axes, run.results, OBSERVABLE, color=color, label=label)
        results = study.runs[0].results
        plot.predicted(axes, results, OBSERVABLE, names=["large_n/resummed"], color=plot.BLACK, linestyle="--",
                       label="all orders, large N")
        axes.set_title(f"N = {size}")
        first = size == sizes[0]
        units = plot.label_with_units("heat current $J_Q$", results.units(OBSERVABLE))
        plot.finish(axes, results, units if first else "", legend=first)
    return figure


def draw_laws(study):
    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.6))
    for placement, (label, color, marker, _) in PLACEMENTS.items():
        runs = select(study, placement)
        style = {"fmt": marker, "color": color, "capsize": 3, "markersize": 5}
        shifts = [mean_shift(run) for run in runs]
        sizes = np.array([run["size"] for run in runs])
        left.errorbar(sizes, [100 * s.value for s, _ in shifts], [200 * s.error for s, _ in shifts],
                      label=label, **style)
        left.plot(sizes, [100 * p for _, p in shifts], color=color, linewidth=1.0)
        runs = select(study, placement, ("diagonalization",))
        spreads = [relative_spread(run) for run in runs]
        sizes = np.array([run["size"] for run in runs])
        right.errorbar(sizes, [s.value for s in spreads], [2 * s.error for s in spreads], **style)
        exponent, factor = power_law(sizes, spreads)
        right.plot(sizes, factor * sizes**-exponent.value, color=color, linewidth=1.0,
                   label=rf"{label}: $N^{{-{exponent.value:.2f}}}$")
    left.axhline(0.0, color=plot.BLACK, linewidth=0.6)
    left.set_xscale("log")
    left.set_ylabel("mean heat current less continuum's (%)")
    left.set_title("ensemble mean; points: simulation, lines: all orders")
    right.set_xscale("log")
    right.set_yscale("log")
    right.set_ylabel("scatter between realizations / continuum")
    right.set_title("scatter of single realizations")
    sizes = sorted({run["size"] for run in study.runs})
    for axes in (left, right):
        axes.set_xlabel("levels N of each system")
        axes.set_xticks(sizes, [str(size) for size in sizes])
        axes.minorticks_off()
        axes.legend()
    return figure


def report(study):
    page = Report(study.title, "At large N only the density of the levels counts, not how they lie in it. How do regular "
                  "(quantile), repelling (gue) and independent (iid) levels differ at finite N, and how do the differences vanish?")
    rows, laws = [], []
    for placement, (label, _, _, expected) in PLACEMENTS.items():
        runs = select(study, placement, ("diagonalization",))
        spreads = [relative_spread(run) for run in runs]
        exponent, _ = power_law([run["size"] for run in runs], spreads)
        laws.append((label, exponent, expected, exponent.deviation(expected)))
    for run in sorted(study.runs, key=lambda run: (run["size"], list(PLACEMENTS).index(run["levels"]))):
        simulated, predicted = mean_shift(run)
        rows.append((run["size"], PLACEMENTS[run["levels"]][0], run["method"], run.results.realizations,
                     simulated * 100, 100 * predicted, f"{(simulated.deviation(predicted)):+.1f}",
                     relative_spread(run) * 100 if run["method"] == "diagonalization" else None))

    spreads = {placement: [relative_spread(run) for run in select(study, placement, ("diagonalization",))]
               for placement in PLACEMENTS}
    order = [(spreads["iid"][-1] - spreads["gue"][-1]).deviation(),
             (spreads["gue"][-1] - spreads["quantile"][-1]).deviation()]
    largest = select(study, "iid", ("diagonalization",))[-1]["size"]
    page.verdict("Independent levels scatter most, repelling ones less, regular ones least", min(order) > threshold(2),
                 f"at N = {largest}: " + " > ".join(f"{spreads[p][-1] * 100} %" for p in ("iid", "gue", "quantile"))
                 + f"; apart by {order[0]:.1f} and {order[1]:.1f} standard errors (needed: {threshold(2):.1f})")
    for label, exponent, expected, deviation in laws:
        page.verdict(f"Scatter between realizations, {label}: close to N^(−{EXPONENTS[expected]})", abs(exponent.value - expected) < 0.25,
                     f"fitted exponent {exponent} (needed: within 0.25, as the law is one for N → ∞; "
                     f"{deviation:+.1f} standard errors)")
    differences = {}
    for placement in ("iid", "gue"):
        ends = []
        for k in (0, -1):
            run, regular = select(study, placement)[k], select(study, "quantile")[k]
            ends.append((mean_shift(run)[0] - mean_shift(regular)[0]))
        differences[placement] = ends
        gain = Estimate(abs(ends[0].value), ends[0].error) - Estimate(abs(ends[1].value), ends[1].error)
        page.verdict(f"The ensemble means of {placement} and regular levels come together as N grows",
                     gain.deviation() > threshold(2),
                     f"difference relative to the continuum: {ends[0] * 100} % at N = {select(study, placement)[0]['size']}, "
                     f"{ends[1] * 100} % at N = {select(study, placement)[-1]['size']}; smaller by {gain.deviation():.1f} "
                     f"standard errors (needed: {threshold(2):.1f})")
    comparisons = study.compare_all()
    rejected = [run.output.stem for run, comparison in zip(study.runs, comparisons)
                if comparison.rejected("finite_n/resummed", OBSERVABLE)]
    page.verdict("All orders, from the levels of each realization, hold for all of them", not rejected,
                 f"rejected: {', '.join(rejected) or 'none'} of {len(comparisons)} ensembles (heat current, rmtheat compare, "
                 "1 % in all)")

    page.answered(
        f"At N = {largest} the mean heat current is off the continuum's by "
        + ", ".join(f"{mean_shift(select(study, p, ('diagonalization',))[-1])[0] * 100} % ({PLACEMENTS[p][0]} levels)" for p in PLACEMENTS)
        + "; the scatter between realizations vanishes as "
        + ", ".join(f"N^−p, p = {exponent} ({label})" for label, exponent, _, _ in laws) + ".")

    page.heading("Heat currents")
    page.figure(draw_curves(study), f"Ensemble means (with standard errors) for Gaussian densities, λ = "
                f"{study.runs[0].results.config['coupling']['strength']}, β₁ = 1, β₂ = 0.3.")
    page.heading("How the differences vanish")
    page.figure(draw_laws(study), f"Heat current averaged over {WINDOW[0]:g} ≤ t ≤ {WINDOW[1]:g}. Bars: ± 2 standard errors. Left: its ensemble mean "
                "against the continuum's. Right: standard deviation between realizations, with fitted powers of N. Each ensemble has a seed of its own.")
    page.table(("N", "levels", "method", "realizations", "mean − continuum, %", "all orders, %", "deviation", "scatter, %"), rows,
               "In percent of the continuum's all-orders value. Deviation of the simulation from all orders, in standard errors of "
               "the ensemble. Scatter: standard deviation between realizations by diagonalization; that of the Lanczos "
               "method contains its random initial states.")
    return page

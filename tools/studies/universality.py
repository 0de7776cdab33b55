"""Universality: sums of random products and bands against one full matrix of the same second moments."""

import math

import matplotlib.pyplot as plt
import numpy as np
from rmtheat import plot

from rmtheat.statistics import Estimate, measure, threshold, window
from report import Report

# The plateau, after the rise and before energies have relaxed.
PLATEAU = (2.5, 5.0)
# While both systems are heated.
EARLY = (0.0, 0.5)
OBSERVABLE = "heat_current"
# Of the continuum, in units of lambda^4: what fourth order adds to the plateau has this part, times 1/K.
LIMIT_SLOPE = -0.6398
COLORS = (plot.RED, plot.ORANGE, plot.GREEN, plot.SKY, plot.BLUE)


def structure(run):
    return run.results.attributes["structure"]


def select(study, name):
    key = {"products": "terms", "band": "bandwidth"}[name]
    return sorted((run for run in study.runs if structure(run) == name), key=lambda run: run.results.attributes[key])


def inverse_terms(run):
    return 1.0 / run.results.attributes["terms"] if structure(run) == "products" else 0.0


def fourth_order(run):
    """lambda^4."""
    return run.results.attributes["coupling_strength"] ** 4


def correction(run):
    """Of the plateau: heat current less leading order, over lambda^4."""
    weights = window(run.results, *PLATEAU)
    leading = run.results.predictions["finite_n/lo"][OBSERVABLE][0] @ weights
    return (measure(run.results, OBSERVABLE, weights) - leading) * (1.0 / fourth_order(run))


def predicted_correction(run):
    """The same by the structure's own next order; None where there is none."""
    predictions = run.results.predictions
    if "finite_n/nlo" not in predictions:
        return None
    weights = window(run.results, *PLATEAU)
    return (predictions["finite_n/nlo"][OBSERVABLE][0] - predictions["finite_n/lo"][OBSERVABLE][0]) @ weights / fourth_order(run)


def line(x, estimates):
    """Weighted fit of value = c + b x: c and b."""
    x = np.asarray(x)
    weight = np.array([estimate.error**-2.0 for estimate in estimates])
    columns = np.stack([np.ones_like(x), x], axis=1)
    covariance = np.linalg.inv(columns.T @ (weight[:, np.newaxis] * columns))
    found = covariance @ columns.T @ (weight * [estimate.value for estimate in estimates])
    return [Estimate(value, math.sqrt(variance)) for value, variance in zip(found, np.diagonal(covariance))]


def draw_products(study, full):
    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.6))
    runs = select(study, "products")
    for run, color in [*zip(runs, COLORS), (full, plot.BLACK)]:
        results = run.results
        label = f"K = {results.attributes['terms']}" if run is not full else "full"
        observable = results.observables[OBSERVABLE]
        scale = 1.0 / fourth_order(run)
        mean = scale * (observable.mean[0] - results.predictions["finite_n/lo"][OBSERVABLE][0])
        error = 2.0 * scale * observable.stderr[0]
        left.fill_between(results.time, mean - error, mean + error, color=color, alpha=0.25, linewidth=0)
        left.plot(results.time, mean, color=color, label=label)
        found = correction(run)
        right.errorbar(inverse_terms(run), found.value, 2 * found.error, fmt="o", color=color, capsize=4)
    x = [inverse_terms(run) for run in [*runs, full]]
    constant, slope = line(x, [correction(run) for run in [*runs, full]])
    ends = np.array([0.0, 1.0])
    right.plot(ends, constant.value + slope.value * ends, color=plot.BLACK, linewidth=1.0, label="fit")
    right.plot(ends, constant.value + LIMIT_SLOPE * ends, color=plot.BLACK, linewidth=1.0, linestyle=":",
               label=f"slope of the continuum, {LIMIT_SLOPE:.2f}")
    predicted = [(inverse_terms(run), predicted_correction(run)) for run in [*runs, full]]
    right.plot(*zip(*((x, y) for x, y in predicted if y is not None)), "x", color=plot.PINK, label="NLO, levels used")
    left.set_ylabel(r"($J_Q$ − LO)/$\lambda^4$ (1/(energy² ħ))")
    left.set_xlabel(r"time ($\hbar$ / energy)")
    left.legend()
    right.set_xlabel("1 / K")
    right.set_title(f"mean over {PLATEAU[0]:g} ≤ t ≤ {PLATEAU[1]:g}; bars: ±2 standard errors")
    right.legend()
    return figure


def draw_bands(study, full):
    figure, panels = plt.subplots(1, 3, figsize=(14, 4.2))
    for run, color in [*zip(select(study, "band"), COLORS), (full, plot.BLACK)]:
        results = run.results
        label = f"Δ = {results.attributes['bandwidth']:g}" if run is not full else "full"
        for axes, observable in zip(panels, ("current_2", "interaction_energy", OBSERVABLE)):
            plot.measured(axes, results, observable, color=color, label=label)
    for axes, name in zip(panels, ("current into the hot system $J_2$", "coupling's energy", "heat current $J_Q$")):
        plot.finish(axes, full.results, name, legend=axes is panels[0])
    return figure


def report(study):
    full = next(run for run in study.runs if structure(run) == "full")
    products, bands = select(study, "products"), select(study, "band")
    page = Report(study.title, "The theory is one of a full Gaussian matrix. Which of its statements hold for a few products of "
                  "operators, and for matrix elements that die off with the energy they transfer?")
    runs = [*products, full]
    corrections = [correction(run) for run in runs]
    _, slope = line([inverse_terms(run) for run in runs], corrections)
    page.verdict("The plateau's correction depends on the number of products", slope.deviation() < -threshold(1),
                 f"(J_Q − LO)/λ^4 = c + b/K with b = {slope}: {slope.deviation():+.1f} standard errors from 0 (needed: below "
                 f"−{threshold(1):.1f}); of the continuum at fourth order b = {LIMIT_SLOPE:.2f}")
    predicted = [predicted_correction(run) for run in runs]
    if None not in predicted:
        _, expected = line([inverse_terms(run) for run in runs],
                           [Estimate(value, found.error) for value, found in zip(predicted, corrections)])
        page.verdict("It does so as the next order of each structure says", abs(slope.deviation(expected.value)) < threshold(1),
                     f"slope in 1/K: {slope} simulated, {expected.value:.3g} from NLO of the levels used, with the "
                     f"same weights: {slope.deviation(expected.value):+.1f} standard errors (bound: {threshold(1):.1f})")
    last, whole = (measure(run.results, OBSERVABLE, window(run.results, *PLATEAU)) for run in (products[-1], full))
    share = last / whole - 1.0
    page.verdict("Many products are one full matrix", abs(share.value) < 0.01 + threshold(1) * share.error,
                 f"K = {products[-1].results.attributes['terms']}: heat current on the plateau {share * 100} % from the full matrix's "
                 f"(needed: within 1 % and {threshold(1):.1f} standard errors)")
    weights = window(full.results, *PLATEAU)
    rows, moved, work = [], [], []
    for run in [*bands, full]:
        plateau = measure(run.results, OBSERVABLE, weights)
        energy = measure(run.results, "interaction_energy", weights)
        anomaly = measure(run.results, "current_2", window(run.results, *EARLY))
        moved.append(plateau / measure(full.results, OBSERVABLE, weights))
        work.append(energy)
        width = run.results.attributes.get("bandwidth", math.inf)
        rows.append((f"{width:g}", plateau, moved[-1], anomaly, energy))
    page.verdict("A narrower band does less work", all((narrow - wide).deviation() > threshold(len(bands))
                                                       for narrow, wide in zip(work, work[1:])),
                 "coupling's energy on the plateau, narrow to wide: " + ", ".join(str(energy) for energy in work)
                 + f" (needed: apart by {threshold(len(bands)):.1f} standard errors each)")
    wide = [ratio for run, ratio in zip(bands, moved) if run.results.attributes["bandwidth"] >= 1]
    page.verdict("The plateau of the heat current does not move with the bandwidth",
                 all(abs(ratio.value - 1.0) < 0.05 + threshold(len(wide)) * ratio.error for ratio in wide),
                 "over the full matrix's, from Δ = 1 on: " + ", ".join(str(ratio) for ratio in wide)
                 + f" (needed: within 5 %, what higher orders do, and {threshold(len(wide)):.1f} standard errors)")
    page.answered(
        f"The plateau's correction beyond leading order is one of the number of products, {slope} λ^4 / K, and is "
        f"{share * 100} % of the plateau at K = {products[-1].results.attributes['terms']}; a narrow band does less work, while its plateau is "
        + ", ".join(f"{ratio}" for ratio in moved[:-1]) + " of the full matrix's (narrow to wide).")
    about = f"λ = {full.results.config['coupling']['strength']}, N = {full.results.attributes['n1']}, β₁ = 1, β₂ = 0.3, regular levels of Gaussian densities"
    page.heading("Sums of K random products")
    page.figure(draw_products(study, full), f"Left: what the heat current has beyond leading order, which is the same for all. Right: its mean "
                f"on the plateau against 1/K; each ensemble has a seed of its own. {about}.")
    page.table(("K", "(J_Q − LO)/λ^4 (1/(energy^2 ħ))", "NLO", "deviation"),
               [("full" if run is full else run.results.attributes["terms"], found, "" if value is None else f"{value:.3f}",
                 "" if value is None else f"{found.deviation(value):+.1f}") for run, found, value in zip(runs, corrections, predicted)],
               "Simulated, by next-to-leading order of the levels used, and their difference in standard errors: higher orders.")
    page.heading("Bands")
    page.figure(draw_bands(study, full), f"Bandwidth Δ of a Gaussian profile, the total energies' deviation being 1.4. {about}; points with "
                "standard errors.")
    page.table(("Δ (energy)", "heat current (energy^2/ħ)", "over full", "early current into the hot system (energy^2/ħ)", "coupling's energy (energy)"), rows,
               f"Means over {PLATEAU[0]:g} ≤ t ≤ {PLATEAU[1]:g}, and of the current into the hot system over "
               f"{EARLY[0]:g} ≤ t ≤ {EARLY[1]:g}, positive for the full matrix: the early anomaly.")
    return page

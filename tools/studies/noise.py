"""The noise of the heat: its variance, fluctuation and dissipation, the bound that entropy sets, and
whole distributions."""

import matplotlib.pyplot as plt
import numpy as np
from rmtheat import fluctuations, noise_plot, plot

from rmtheat.statistics import Estimate, jackknife, threshold
from report import Report

# The variance's slope is taken over these windows of time, on the plateau.
WINDOWS = ((2.0, 4.0), (4.0, 6.0), (6.0, 9.0), (9.0, 12.0))
ORDERS = {"lo": "LO", "nlo": "LO + NLO", "resummed": "all orders"}


def changes(run, quantity, order=None):
    """<X^2> and <X> of heat or entropy: each realization's (R, time), or a prediction's (1, time)."""
    results = run.results
    names = (f"{quantity}_second_moment", "energy_1", "energy_2")
    if order is None:
        moment, *energies = (results.observables[name].samples for name in names)
    else:
        moment, *energies = (results.predictions[order][name][np.newaxis] for name in names)
    curves = dict(zip(("energy_1", "energy_2"), energies))
    mean = fluctuations.mean_of(quantity, curves, results.attributes["work_share"], results.beta)
    return moment[:, 0], mean[:, 0]


def slope_between(run, first, last):
    """Var(Q)(last) - Var(Q)(first) over the time between, and 2 T^2 kappa, the mean over the same times,
    with the error of their difference: both from the same realizations."""
    results = run.results
    inside = (results.time >= first - 1e-9) & (results.time <= last + 1e-9)
    times = results.time[inside]
    beta = results.beta[0].mean()
    moment, mean = (values[:, inside] for values in changes(run, "heat"))
    conductance = results.observables["conductance"].samples[:, 0, inside]

    def slope(moment, mean):
        variance = moment - mean**2
        return (variance[..., -1] - variance[..., 0]) / (times[-1] - times[0])

    def dissipation(conductance):
        trapezoids = 0.5 * (conductance[..., 1:] + conductance[..., :-1]) * np.diff(times)
        return 2.0 / beta**2 * trapezoids.sum(axis=-1) / (times[-1] - times[0])

    return (jackknife(slope, moment, mean), jackknife(dissipation, conductance),
            jackknife(lambda m, q, k: slope(m, q) - dissipation(k), moment, mean, conductance))


def bound(run):
    """Var(sigma) (e^Sigma - 1) / (2 Sigma^2) with its error, (time), and by all orders; from the first
    time after 0 on."""
    simulated, predicted = run.results.bound_ratio(), run.results.bound_ratio("finite_n/resummed")
    return simulated.mean[0, 1:], simulated.stderr[0, 1:], predicted[0, 1:]


def draw_variance(run):
    figure = noise_plot.noise(run.results)
    figure.suptitle("")
    return figure


def draw_dissipation(run):
    results = run.results
    figure, axes = plt.subplots(figsize=(7, 4.2))
    beta = results.beta[0].mean()
    name = "finite_n/resummed"
    moment, mean = changes(run, "heat", name)
    axes.plot(results.time, np.gradient((moment - mean**2)[0], results.time), color=plot.BLUE,
              label="d Var(Q)/dt, all orders")
    axes.plot(results.time, 2.0 / beta**2 * results.predictions[name]["conductance"][0], ":", color=plot.RED, linewidth=2,
              label=r"2 T² κ, all orders")
    for k, (first, last) in enumerate(WINDOWS):
        slope, dissipation, _ = slope_between(run, first, last)
        middle = 0.5 * (first + last)
        axes.errorbar(middle - 0.08, slope.value, slope.error, 0.5 * (last - first), fmt="o", color=plot.BLACK,
                      label="slope of Var(Q), simulated" if k == 0 else None)
        axes.errorbar(middle + 0.08, dissipation.value, dissipation.error, fmt="s", color=plot.RED, mfc="none",
                      label="2 T² κ, simulated" if k == 0 else None)
    plot.finish(axes, results, "energy²/time (energy³/ħ)")
    return figure


def thermal(levels, beta):
    weights = np.exp(-beta * (levels - levels.min()))
    return weights / weights.sum()


def draw_distributions(run):
    results = run.results
    cold, hot = results.beta[0]
    distribution = results.distributions[0]
    levels = results.systems[0].levels[0]
    figure, panels = plt.subplots(1, len(distribution.time), figsize=(12, 3.8), sharey=True, squeeze=False)
    for k, axes in enumerate(panels.flat):
        axes.errorbar(levels, distribution.mean[0, k], distribution.stderr[0, k], fmt="o", color=plot.BLACK,
                      label="simulation", zorder=3)
        for name, label, color in (("finite_n/resummed", "all orders, levels used", plot.BLUE),
                                   ("large_n/resummed", "all orders, continuum", plot.ORANGE)):
            prediction = results.predictions.get(name)
            if prediction is not None and prediction.distributions:
                axes.plot(levels, prediction.distributions[0][0, k], color=color, label=label, zorder=2,
                          linestyle="-" if name.startswith("finite") else "--")
        for beta, label, color in ((cold, "thermal, its own temperature", plot.SKY),
                                   (hot, "thermal, the hot system's", plot.RED)):
            axes.plot(levels, thermal(levels, beta), ":", color=color, label=label)
        axes.set_title(f"t = {distribution.time[k]:g}")
        axes.set_xlabel("energy of system 1")
    panels.flat[0].set_ylabel("probability")
    panels.flat[0].set_ylim(bottom=0.0)
    panels.flat[-1].legend(fontsize=8)
    return figure


def distribution_deviations(run):
    """(system, time, chi^2, probabilities): of the distributions against all orders of the levels used."""
    results = run.results
    predicted = results.predictions["finite_n/resummed"].distributions
    for number, (distribution, expected) in enumerate(zip(results.distributions, predicted), start=1):
        for k, time in enumerate(distribution.time):
            if time > 0.0:
                deviation = (distribution.mean[0, k] - expected[0, k]) / distribution.stderr[0, k]
                yield number, time, np.abs(deviation).max(), len(deviation)


def report(study):
    equal = [run for run in study.runs if run.results.beta[0][0] == run.results.beta[0][1]]
    unequal = [run for run in study.runs if run not in equal]
    page = Report(study.title, "A heat current has a noise. What is the variance of the heat that two measurements of both "
                  "energies find, does it meet fluctuation and dissipation and the bound that entropy sets, and what do "
                  "whole distributions look like?")
    rows = []
    for run in unequal:
        simulated = run.results.variance("heat")
        last = -1
        value = Estimate(simulated.mean[0, last], simulated.stderr[0, last])
        for order, label in ORDERS.items():
            predicted = run.results.variance("heat", f"finite_n/{order}")[0, last]
            rows.append((run["strength"], label, value, predicted, f"{value.deviation(predicted):+.1f}"))
    by_all = [float(row[-1]) for row in rows if row[1] == ORDERS["resummed"]]
    page.verdict("All orders give the variance of the heat", max(map(abs, by_all)) < threshold(len(by_all)),
                 f"at the last time, {', '.join(f'{each:+.1f}' for each in by_all)} standard errors "
                 f"(bound: {threshold(len(by_all)):.1f})")
    differences = []
    dissipation_rows = []
    for run in equal:
        for first, last in WINDOWS:
            slope, dissipation, difference = slope_between(run, first, last)
            differences.append(difference.deviation())
            dissipation_rows.append((run["strength"], f"{first:g} to {last:g}", slope, dissipation, difference,
                                     f"{difference.deviation():+.1f}"))
    worst = max(differences, key=abs)
    page.verdict("At equal temperatures the variance grows at the rate 2 T² κ on the plateau", abs(worst) < threshold(len(differences)),
                 f"largest of {len(differences)} deviations: {worst:+.1f} standard errors (bound: {threshold(len(differences)):.1f})")
    lowest = []
    for run in unequal:
        simulated, error, _ = bound(run)
        place = np.argmin((simulated - 1.0) / error)
        lowest.append((((simulated - 1.0) / error)[place], simulated[place], run.results.time[1:][place], run["strength"]))
    least = min(lowest)
    page.verdict("The entropy's variance is never below its bound", least[0] > -threshold(len(unequal) * len(unequal[0].results.time)),
                 f"Var(σ)(e^Σ − 1)/(2Σ²) is nearest to 1 at λ = {least[3]}, t = {least[2]:g}: {least[1]:.4f}, "
                 f"{least[0]:+.1f} standard errors from 1")
    found = [(run, *each) for run in unequal for each in distribution_deviations(run)]
    tests = sum(each[-1] for each in found)
    largest = max(each[3] for each in found)
    page.verdict("All orders give the distributions of both energies", largest < threshold(tests),
                 f"largest of {tests} deviations: {largest:.1f} standard errors (bound: {threshold(tests):.1f})")
    last = unequal[-1]
    ratio = last.results.variance("heat")
    page.answered(f"At λ = {last['strength']} and t = {last.results.time[-1]:g} it is "
                  f"{Estimate(ratio.mean[0, -1], ratio.stderr[0, -1])} energy^2. At equal temperatures it grows on the plateau as the "
                  "conductance demands; the entropy's stays above its bound.")
    page.heading("Variances")
    for run in unequal:
        page.figure(draw_variance(run), f"λ = {run['strength']}: variance of heat and work of two measurements, and the "
                    "entropy's variance over the least that its mean allows.")
    page.table(("λ", "", "Var(Q) at the last time", "predicted", "deviation"), rows,
               "Simulated by the jackknife over realizations, and predicted for the levels used (energy²).")
    page.heading("Fluctuation and dissipation")
    page.figure(draw_dissipation(equal[0]), "Equal temperatures: the slope of Var(Q) against the conductance κ, "
                f"β = {equal[0].results.beta[0][0]:g}, λ = {equal[0]['strength']}.")
    page.table(("λ", "times", "slope of Var(Q)", "2 T^2 κ", "difference", "in standard errors"), dissipation_rows,
               "Means over windows of time (energy³/ħ); the error of the difference is that of both in the same realizations.")
    page.heading("Distributions")
    for run in unequal:
        page.figure(draw_distributions(run), f"λ = {run['strength']}: probability of each level of the cold system after three times.")
    page.table(("λ", "system", "time", "largest deviation", "probabilities"),
               [(run["strength"], number, f"{time:g}", f"{worst:.1f}", count) for run, number, time, worst, count in found],
               "Largest deviation of a probability from all orders of the levels used, in standard errors.")
    return page

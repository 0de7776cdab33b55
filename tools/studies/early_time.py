"""Early times: both systems are heated at first; what is work and what is heat."""

import matplotlib.pyplot as plt
import numpy as np
from rmtheat import plot

from rmtheat.statistics import crossing, fit, measure, threshold, window
from report import Report

# The currents are odd in t: J_i(t) = sum of odd powers is fitted up to this time. With these powers
# what is left out shifts the slope by 1e-9 of it and less, also where noise reduction leaves little noise.
FIT_END = 0.4
POWERS = (1, 3, 5, 7, 9, 11, 13)
# Temperature pairs of the INI: different temperatures, equal temperatures.
DIFFERENT, EQUAL = 0, 1


def initial_slope(results, number, pair):
    """The linear coefficient of the current, for the levels used."""
    return results.predictions["finite_n/resummed"].attributes[f"early_linear_{number}"][pair]


def early_series(results, number, pair, times):
    """The current at early times, to the third order in t."""
    attributes = results.predictions["finite_n/resummed"].attributes
    linear, cubic = (attributes[f"early_{order}_{number}"][pair] for order in ("linear", "cubic"))
    return linear * times + cubic * times**3


def slopes(run):
    """(system, simulated slope, predicted slope) for both systems."""
    weights = fit(run.results, 0.0, FIT_END, POWERS)[0]
    for number in (1, 2):
        yield (number, measure(run.results, f"current_{number}", weights, DIFFERENT),
               initial_slope(run.results, number, DIFFERENT))


def lowest_significance(results, observable, first, last, pair):
    """The least of mean / standard error over the times first <= t <= last."""
    inside = window(results, first, last) > 0
    curve = results.observables[observable]
    return (curve.mean[pair] / curve.stderr[pair])[inside].min()


def draw(study):
    figure, panels = plt.subplots(2, len(study.runs), figsize=(4.0 * len(study.runs), 7), sharex=True,
                                  squeeze=False)
    for run, (top, bottom) in zip(study.runs, panels.T):
        results = run.results
        early = results.time[results.time <= 0.7]
        for number, color in ((1, plot.RED), (2, plot.SKY)):
            role = "cold" if number == 1 else "hot"
            plot.measured(top, results, f"current_{number}", color=color, label=f"$J_{number}$, into the {role} one")
            top.plot(early, early_series(results, number, DIFFERENT, early), "--", color=color,
                     label="early times, predicted" if number == 2 else None)
        shown = np.concatenate([results.observables[f"current_{number}"].mean[DIFFERENT] for number in (1, 2)])
        margin = 0.12 * (shown.max() - shown.min())
        top.set_ylim(shown.min() - margin, shown.max() + margin)  # of the series, which goes on, what fits
        top.set_title(run["density"])
        plot.measured(bottom, results, "heat_current", color=plot.BLUE, label="heat current $J_Q$")
        plot.measured(bottom, results, "work_power", color=plot.PINK, label="work power $P_W$")
        for observable, label in (("heat_current", "all orders"), ("work_power", None)):
            plot.predicted(bottom, results, observable, names=["finite_n/resummed"], label=label,
                           color=plot.BLACK, linestyle=":", linewidth=1.4)
        units = results.units("heat_current")
        first = run is study.runs[0]
        for axes, what in ((top, "energy current"), (bottom, "heat and work")):
            plot.finish(axes, results, plot.label_with_units(what, units) if first else "", legend=first)
        top.set_xlabel("")
    return figure


def report(study):
    page = Report(study.title, "The coupling is switched on at t = 0. Are both systems heated at first, with "
                  "the slopes that theory gives? Once the work of the switching is set apart, does heat flow "
                  "from hot to cold at every time?")
    deviations, rows = [], []
    for run in study.runs:
        for number, simulated, predicted in slopes(run):
            deviations.append(simulated.deviation(predicted))
            rows.append((run["density"], f"{number} ({'cold' if number == 1 else 'hot'})", simulated,
                         float(predicted), f"{deviations[-1]:+.2f}"))
    bound = threshold(len(deviations))
    worst = max(deviations, key=abs)

    turn = {run["density"]: crossing(run.results, "current_2", 0.0) for run in study.runs}
    rising = min(lowest_significance(run.results, f"current_{number}", 0.05, 0.3, DIFFERENT)
                 for run in study.runs for number in (1, 2))
    page.verdict("Both energies rise at first, the hot system's too", rising > bound,
                 f"all currents for 0.05 ≤ t ≤ 0.3 are at least {rising:.3g} standard errors above zero "
                 f"(needed: {bound:.1f})")
    page.verdict("The initial slopes are 2 λ^2 (mean energy at infinite temperature − initial mean energy)",
                 abs(worst) < bound,
                 f"largest of {len(deviations)} deviations: {worst:+.1f} standard errors (bound: {bound:.1f})")
    last = study.runs[0].results.time[-1]
    least = {run["density"]: lowest_significance(run.results, "heat_current", 0.05, last, DIFFERENT)
             for run in study.runs}
    coldest = min(least, key=least.get)
    page.verdict("Heat flows from hot to cold at every time", least[coldest] > bound,
                 f"J_Q for 0.05 ≤ t ≤ {last:g} is at least {least[coldest]:.3g} standard errors above zero "
                 f"({coldest}; needed: {bound:.1f})")
    rest = [measure(run.results, "heat_current", window(run.results, 0.0, last), EQUAL)
            .deviation() for run in study.runs]
    work = [measure(run.results, "work_power", window(run.results, 0.0, 1.0), EQUAL)
            .deviation() for run in study.runs]
    page.verdict("Between alike systems of equal temperature work is done, but no heat flows",
                 max(map(abs, rest)) < threshold(len(rest)) < min(work),
                 f"mean heat current up to t = {last:g}: at most {max(map(abs, rest)):.1f} standard errors from "
                 f"zero (bound: {threshold(len(rest)):.1f}); work power up to t = 1: at least {min(work):.3g} "
                 "above zero")

    holds = [held for _, held, _ in page.verdicts]
    page.answered(
        f"{'Yes' if holds[0] else 'No'}: both are heated at first, by {rising:.3g} standard errors; the slopes are "
        f"{'those of theory' if holds[1] else 'not those of theory'} (at most {abs(worst):.1f} standard errors off). "
        f"{'Yes' if holds[2] else 'No'}: without the work, heat flows from hot to cold at every time, by {least[coldest]:.3g} standard errors at least.")

    page.heading("Currents, heat and work")
    page.figure(draw(study), "Top: energy currents into both systems, simulated (with standard errors, mostly "
                "smaller than the points), with the prediction at early times, to t³. Bottom: the currents split into heat and work, with all "
                f"orders of the theory. β₁ = 1, β₂ = 0.3, λ = {study.runs[0].results.config['coupling']['strength']}"
                f", N = {study.runs[0]['size']}.")
    page.heading("Initial slopes")
    page.table(("density", "system", "simulated", "predicted", "deviation"), rows,
               f"Slope of J_i(t) in energy^3/ħ^2. Simulated: least-squares fit of odd powers of t up to t^13, for times up to t = {FIT_END:g} "
               "in each realization. Predicted: from the levels used. Deviation in standard errors.")
    page.heading("When the hot system begins to cool")
    page.table(("density", "J₂ = 0 at t", "heat up to the last time", "work up to the last time"),
               [(density, turn[density],
                 measure(run.results, "heat_current", np.gradient(run.results.time)),
                 measure(run.results, "work_power", np.gradient(run.results.time)))
                for density, run in zip(turn, study.runs)],
               "Times in ħ/energy, heat and work in units of energy (integrals of J_Q and P_W over time).")
    return page

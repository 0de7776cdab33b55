"""Size: simulations from few levels to many against the large-N curves."""

import matplotlib.pyplot as plt
from rmtheat import plot

from rmtheat.statistics import Estimate, measure, power_law, threshold, window
from report import Report

# The rise of the current, where a finite number of levels shows most, and the decline after it.
RISE, DECLINE = (0.0, 1.0), (2.0, 6.0)
OBSERVABLE = "heat_current"
COLORS = (plot.RED, plot.ORANGE, plot.GREEN, plot.SKY, plot.BLUE, plot.PINK)


def predicted_distance(run, times):
    """Mean over the times less the continuum's, relative to it, as all orders predict it."""
    weights = window(run.results, *times)
    finite, continuum = (run.results.predictions[f"{family}/resummed"][OBSERVABLE][0] @ weights
                         for family in ("finite_n", "large_n"))
    return finite / continuum - 1.0


def distance(run, times):
    """The same of the simulation."""
    weights = window(run.results, *times)
    continuum = run.results.predictions["large_n/resummed"][OBSERVABLE][0] @ weights
    return (measure(run.results, OBSERVABLE, weights) - continuum) / continuum


def draw_curves(study):
    figure, axes = plt.subplots(figsize=(7.5, 4.8))
    for run, color in zip(study.runs, COLORS):
        plot.measured(axes, run.results, OBSERVABLE, color=color, label=f"N = {run['size']}, {run['method']}")
    results = study.runs[-1].results
    for name, dashes in (("resummed", "--"), ("lo", ":")):
        plot.predicted(axes, results, OBSERVABLE, names=[f"large_n/{name}"], color=plot.BLACK, linestyle=dashes)
    plot.finish(axes, results, plot.label_with_units("heat current $J_Q$", results.units(OBSERVABLE)))
    return figure


def draw_distances(study):
    figure, panels = plt.subplots(1, 2, figsize=(11, 4.4))
    predictions = sorted(study.predictions, key=lambda run: run["size"])
    sizes = [run["size"] for run in predictions]
    for axes, times, sign in zip(panels, (RISE, DECLINE), (-1, 1)):
        for run, color in zip(study.runs, COLORS):
            found = distance(run, times)
            axes.errorbar(run["size"], 100 * sign * found.value, 200 * found.error, fmt="o", color=color, capsize=4)
        axes.plot(sizes, [100 * sign * predicted_distance(run, times) for run in predictions], color=plot.BLACK,
                  linewidth=1.0, label="all orders, levels used")
        axes.set_xscale("log")
        axes.set_xticks(sizes, [str(size) for size in sizes])
        axes.minorticks_off()
        axes.set_xlabel("levels N of each system")
        axes.set_title(f"mean over {times[0]:g} ≤ t ≤ {times[1]:g}; bars: ±2 standard errors")
        axes.legend()
    panels[0].set_yscale("log")
    panels[0].set_ylabel("heat current below continuum's by (%)")
    panels[1].set_ylabel("heat current above continuum's by (%)")
    panels[1].axhline(0.0, color=plot.BLACK, linewidth=0.6, linestyle="--")
    return figure


def report(study):
    study.runs.sort(key=lambda run: run["size"])
    page = Report(study.title, "How many levels does it take until the curves of the continuum hold?")
    comparisons = study.compare_all()
    rows = []
    rises = [distance(run, RISE) for run in study.runs]
    declines = [distance(run, DECLINE) for run in study.runs]

    for run, comparison, rise, decline in zip(study.runs, comparisons, rises, declines):
        rows.append((run["size"], run["method"], comparison.realizations,
                     rise * 100, 100 * predicted_distance(run, RISE), decline * 100, 100 * predicted_distance(run, DECLINE),
                     *(f"{comparison.chi2(name, OBSERVABLE):.3g}{' rejected' if comparison.rejected(name, OBSERVABLE) else ''}"
                       for name in ("large_n/resummed", "finite_n/resummed"))))
    gain = Estimate(abs(rises[0].value), rises[0].error) - Estimate(abs(rises[-1].value), rises[-1].error)
    page.verdict("The simulation approaches the continuum as N grows", gain.deviation() > threshold(1),
                 f"heat up to t = {RISE[1]:g} differs from the continuum's by {rises[0] * 100} % at N = {study.runs[0]['size']}, by "
                 f"{rises[-1] * 100} % at N = {study.runs[-1]['size']}; less by {gain.deviation():.1f} standard errors (needed: "
                 f"{threshold(1):.1f})")
    sizes = [run["size"] for run in study.runs]
    exponent, _ = power_law(sizes, rises)
    # The same fit with the same weights, so that it does not matter that the law is a power for N -> infinity alone.
    expected, _ = power_law(sizes, [Estimate(predicted_distance(run, RISE), rise.error * abs(predicted_distance(run, RISE) / rise.value))
                                    for run, rise in zip(study.runs, rises)])
    page.verdict("For regular levels the distance shrinks as all orders of the levels say, not yet as 1/N",
                 abs(exponent.deviation(expected.value)) < threshold(1),
                 f"exponent of N^−p fitted to the simulations' heat up to t = {RISE[1]:g}: p = {exponent}; to all orders of the levels used "
                 f"{expected.value:.3f}, {exponent.deviation(expected.value):+.1f} standard errors away (bound: {threshold(1):.1f}); "
                 f"from 1 it is {exponent.deviation(1.0):+.1f} away")
    alike = [all(row["holds"] for row in comparison.rows("large_n/resummed", OBSERVABLE)) for comparison in comparisons]
    first = next((k for k in range(len(alike)) if all(alike[k:])), None)
    page.answered(
        (f"From N = {sizes[first]} on, of the sizes simulated: there the continuum's all orders hold within the error bars. "
         if first is not None else f"More than {sizes[-1]}: there the continuum's all orders are still told from the simulation. ")
        + f"The rise of the current is off by {rises[0] * 100} % at N = {sizes[0]} and by {rises[-1] * 100} % at N = {sizes[-1]}, "
        f"its decline by {declines[0] * 100} % and {declines[-1] * 100} %.")
    page.verdict(f"At N = {study.runs[-1]['size']} the continuum's all orders hold",
                 all(row["holds"] for row in comparisons[-1].rows("large_n/resummed", OBSERVABLE)),
                 f"χ² per degree of freedom of the heat current {comparisons[-1].chi2('large_n/resummed', OBSERVABLE):.2f} "
                 "(rmtheat compare, 1 % in all)")
    rejected = [run["size"] for run, comparison in zip(study.runs, comparisons)
                if comparison.rejected("finite_n/resummed", OBSERVABLE)]
    page.verdict("From the levels used, all orders hold at every size", not rejected,
                 f"rejected: {', '.join(f'N = {size}' for size in rejected) or 'none'}, of N = "
                 f"{', '.join(str(run['size']) for run in study.runs)} (rmtheat compare, 1 % in all)")
    methods = [run["method"] for run in study.runs]
    if len(set(methods)) > 1:
        deviations = [distance(run, times).deviation(predicted_distance(run, times)) for run in study.runs
                      if run["method"] == "lanczos" for times in (RISE, DECLINE)]
        worst = max(deviations, key=abs)
        page.verdict("The Lanczos method carries on where diagonalization ends", abs(worst) < threshold(len(deviations)),
                     f"largest deviation of its means from all orders: {worst:+.1f} standard errors (bound: "
                     f"{threshold(len(deviations)):.1f})")
    page.heading("Heat current at growing size")
    page.figure(draw_curves(study), f"Regular levels of Gaussian densities, λ = {study.runs[0].results.config['coupling']['strength']}, "
                "β₁ = 1, β₂ = 0.3; points with standard errors.")
    page.heading("Distance from the continuum")
    page.figure(draw_distances(study), "Distance of the mean heat current from the continuum's (all orders at large N), in percent of it: "
                "while it rises, and after. Each ensemble has a seed of its own, so that points and fits through them are independent.")
    page.table(("N", "method", "realizations", "rise, %", "predicted", "decline, %", "predicted", "χ²/dof, large N",
                "χ²/dof, levels used"), rows,
               f"Distance from the continuum's heat current over {RISE[0]:g} ≤ t ≤ {RISE[1]:g} (rise) and {DECLINE[0]:g} ≤ t ≤ {DECLINE[1]:g} "
               "(decline), in percent: simulated, and by all orders from the levels used. χ² per degree of freedom of the heat current "
               "against all orders, by rmtheat compare.")
    return page
